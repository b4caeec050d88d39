"""The rulebook and the plans of a cycle: their live versions, to be checked again; what they met of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Row, Select, and_, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import Insert, aggregate_order_by, insert
from sqlalchemy.orm import Session

from core.persistence.db import Base
from core.persistence.models import PlanNotice, PlanRow, PlanRuleRow, PlanVersionRow, PlanWaiverRow
from core.persistence.queries.plan_review import said
from core.persistence.queries.statements import exactly, one_of

NUMBERS: Final = ARRAY(BigInteger)


def versions(
    session: Session, *, tenants: Collection[int], plans: Collection[int], states: Collection[str]
) -> Sequence[Row[Any]]:
    """The versions of these plans that are in one of ``states``, with their notices and waivers, by number.

    ``notice_id``, ``starts_on``, ``ends_on``, ``notice_channels`` and ``coverage_statement`` are null without
    a notice.
    """
    values = {"tenants": list(tenants), "plans": list(plans), "states": list(states)}
    return session.execute(_versions(), values).all()


@cache
def _versions() -> Select[Any]:
    row, notice = PlanVersionRow, PlanNotice
    return (
        select(
            *(row.tenant_id, row.id, row.plan_id, row.number, row.state, row.document, row.submitted_at),
            notice.id.label("notice_id"),
            notice.starts_on,
            notice.ends_on,
            notice.channels.label("notice_channels"),
            notice.coverage_statement,
            said("waivers", PlanWaiverRow, "version_id"),
        )
        .outerjoin(notice, and_(notice.tenant_id == row.tenant_id, notice.version_id == row.id))
        .where(
            row.tenant_id == any_(bindparam("tenants", type_=NUMBERS)),
            row.plan_id == any_(bindparam("plans", type_=NUMBERS)),
            one_of(row.state, "states"),
        )
        .order_by(row.plan_id, row.number)
    )


def keep(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """What a plan meets, each once: what it met before is of the later version."""
    if rows:
        session.execute(_keep(), list(rows))


@cache
def _keep() -> Insert:
    put = insert(Base.metadata.tables[PlanRuleRow.__tablename__])
    return put.on_conflict_do_update(
        index_elements=["tenant_id", "plan_id", "clause", "kind"],
        set_={"version_id": put.excluded.version_id},
    )


def counts(session: Session, *, cycle_id: int, city_code: str, clause: str = "") -> Sequence[Row[Any]]:
    """clause, kind and in how many plans of a cycle in scope; of one city, of one clause, unless it is ""."""
    row = PlanRuleRow
    query = select(row.clause, row.kind, func.count().label("plans")).where(row.cycle_id == cycle_id)
    query = _narrowed(query, city_code, clause)
    return session.execute(query.group_by(row.clause, row.kind)).all()


def met(
    session: Session,
    *,
    cycle_id: int,
    city_code: str,
    clause: str,
    kinds: Collection[str],
    before: int,
    limit: int,
) -> Sequence[Row[Any]]:
    """The plans that met a clause, in one of ``kinds`` if there are any, the latest first, below ``before``.

    ``kinds`` of a row are those of the plan; its version is the last of which any was so.
    """
    row = PlanRuleRow
    picked = select(
        row.tenant_id,
        row.plan_id,
        func.array_agg(aggregate_order_by(row.kind, row.kind)).label("kinds"),
        func.max(row.version_id).label("version_id"),
    ).where(row.cycle_id == cycle_id)
    picked = _narrowed(picked, city_code, clause)
    if before:
        picked = picked.where(row.plan_id < before)
    if kinds:
        picked = picked.where(one_of(row.kind, "kinds"))
    each = (
        picked.group_by(row.plan_id, row.tenant_id)
        .order_by(row.plan_id.desc())
        .limit(exactly(limit))
        .subquery()
        .c
    )
    version = PlanVersionRow
    query = (
        select(
            *each, PlanRow.enterprise, PlanRow.city_code, version.number, version.state, version.submitted_at
        )
        .join(PlanRow, and_(PlanRow.tenant_id == each.tenant_id, PlanRow.id == each.plan_id))
        .join(version, and_(version.tenant_id == each.tenant_id, version.id == each.version_id))
        .order_by(each.plan_id.desc())
    )
    return session.execute(query, {"kinds": list(kinds)} if kinds else {}).all()


def _narrowed(query: Select[Any], city_code: str, clause: str) -> Select[Any]:
    row = PlanRuleRow
    if city_code:
        query = query.where(row.city_code == city_code)
    return query.where(row.clause == clause) if clause else query
