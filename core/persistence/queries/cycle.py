"""年度的读写: a cycle with all that was decided on it, in one statement; working days; places."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    insert,
    inspect,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from core.domain.roles import Role
from core.persistence.db import Base
from core.persistence.models import (
    AuditEvent,
    BothHandsRow,
    CalendarYear,
    CyclePlace,
    Person,
    PilotCycleRow,
    PlanExpertRow,
    QuotaRaiseRow,
    ReopeningRow,
    RoleGrant,
)
from core.persistence.queries.grant import standing
from core.persistence.queries.statements import written

ADMISSION: Final = "nomination:admit"
"""What the record calls the act that gives an enterprise its place."""
PARTS: Final[tuple[tuple[str, type[Base]], ...]] = (
    ("raises", QuotaRaiseRow),
    ("reopenings", ReopeningRow),
    ("both_hands", BothHandsRow),
    ("experts", PlanExpertRow),
)
"""What is kept beside a cycle, each list in the order in which it came."""

_YEARS: Final = aliased(CalendarYear, name="years")
_WORDS: Final = cast(literal_column("years"), Text)
CALENDAR_STAMP: Final = (
    select(func.md5(func.string_agg(_WORDS, aggregate_order_by(literal(""), _YEARS.year, _YEARS.number))))
    .select_from(_YEARS)
    .scalar_subquery()
)
"""What the entered years say, in 32 digits; NULL when none was entered."""
CALENDAR_YEARS: Final = select(*CalendarYear.__table__.columns).order_by(
    CalendarYear.year, CalendarYear.number
)


@cache
def with_parts() -> Select[Any]:
    """All columns of cycles, each with its parts as lists of JSON objects."""
    lists = []
    for name, table in PARTS:
        rows = inspect(table).local_table
        key = list(rows.primary_key)
        one = func.to_jsonb(literal_column(table.__tablename__))
        listed = select(func.jsonb_agg(aggregate_order_by(one, *key))).where(
            rows.c.cycle_id == PilotCycleRow.id
        )
        lists.append(func.coalesce(listed.scalar_subquery(), func.jsonb_build_array()).label(name))
    return select(*PilotCycleRow.__table__.columns, *lists)


def latest(session: Session) -> Row[Any] | None:
    """The cycle that was opened last."""
    return session.execute(_some(1)).one_or_none()


def one(session: Session, cycle_id: int) -> Row[Any] | None:
    """A cycle by its id."""
    return session.execute(_one(), {"cycle_id": cycle_id}).one_or_none()


def every(session: Session, *, before: int | None = None, limit: int | None = None) -> Sequence[Row[Any]]:
    """All cycles, the latest first, one or two a year; or a page of them, by id from below ``before``."""
    return session.execute(_some(limit, begun=before is not None), {"before": before}).all()


@cache
def _one() -> Select[Any]:
    return with_parts().where(PilotCycleRow.id == bindparam("cycle_id"))


@cache
def _some(limit: int | None, *, begun: bool = False) -> Select[Any]:
    query = with_parts().order_by(PilotCycleRow.id.desc()).limit(limit)
    return query.where(PilotCycleRow.id < bindparam("before")) if begun else query


def standing_experts(session: Session) -> Sequence[Row[Any]]:
    """person_id and name of those who are 方案评估专家 now, in scope, by name."""
    return session.execute(
        select(RoleGrant.person_id, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.PLAN_EXPERT.value, standing(), Person.disabled_at.is_(None))
        .distinct()
        .order_by(Person.name, RoleGrant.person_id)
    ).all()


def add(session: Session, table: type[Base], **values: Any) -> int:
    """A new cycle, or something decided on one; returns its id (that of the cycle where it has none)."""
    statement = insert(table).values(**values)
    key = getattr(table, "id", None)
    if key is None:
        session.execute(statement)
        return int(values["cycle_id"])
    found: int = session.execute(statement.returning(key)).scalar_one()
    return found


def calendar_years(session: Session) -> Sequence[Row[Any]]:
    """Every version of every year that the province entered, by year and number."""
    return session.execute(CALENDAR_YEARS).all()


def add_calendar_year(session: Session, **values: Any) -> None:
    session.execute(insert(CalendarYear).values(**values))


def places(session: Session, *, tenant_id: int) -> Sequence[Row[Any]]:
    """The cycles of an enterprise, the latest first: cycle_id, code, year, channel, class, admitted_at.

    ``admitted_name`` and ``admitted_hat`` say who admitted it, as its record has it.
    """
    return session.execute(_places(), {"tenant_id": tenant_id}).all()


@cache
def _places() -> Select[Any]:
    """The record without the second belt, as its policies have it: with both tenant conditions the planner
    expects one event of the tenant and reads them all.
    """
    record = inspect(AuditEvent).local_table.c
    told = and_(
        record.tenant_id == CyclePlace.tenant_id,
        record.subject_type == written("nomination"),
        record.subject_id == cast(CyclePlace.nomination_id, Text),
        record.action == written(ADMISSION),
    )
    return (
        select(
            CyclePlace.cycle_id,
            PilotCycleRow.code,
            PilotCycleRow.year,
            CyclePlace.channel,
            CyclePlace.quota_class,
            CyclePlace.admitted_at,
            CyclePlace.nomination_tenant_id,
            CyclePlace.nomination_id,
            record.actor_name.label("admitted_name"),
            record.hat.label("admitted_hat"),
        )
        .join(PilotCycleRow, PilotCycleRow.id == CyclePlace.cycle_id)
        .outerjoin(inspect(AuditEvent).local_table, told)
        .where(CyclePlace.tenant_id == bindparam("tenant_id"))
        .order_by(CyclePlace.cycle_id.desc())
    )


def add_place(session: Session, **values: Any) -> None:
    session.execute(insert(CyclePlace).values(**values))
