"""What the rulebook meets in the plans of a cycle: their live versions, to be checked again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Row, Select, and_, any_, bindparam, select
from sqlalchemy.orm import Session

from core.persistence.models import PlanNotice, PlanVersionRow, PlanWaiverRow
from core.persistence.queries.plan_review import said
from core.persistence.queries.statements import one_of

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
