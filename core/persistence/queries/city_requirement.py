"""设区市具体要求的读写: what a city asks of the plans of a cycle, and whether drafting has begun there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from core.persistence.models import Attachment, CityRequirementRow, PlanPart, PlanRow, PlanVersionRow
from core.persistence.queries.attachment import is_at
from core.persistence.queries.grant import QUIET

SUBJECT: Final = "city_requirement"
"""What the record and the attachments call it."""
IS_ITS_FILE: Final = is_at(SUBJECT, CityRequirementRow.tenant_id.expression, CityRequirementRow.id.expression)


def standing(session: Session, *, cycle_id: int, city_code: str) -> Row[Any] | None:
    """What a city asks in a cycle, unless it was withdrawn."""
    return session.execute(_standing(), {"cycle": cycle_id, "city": city_code}).one_or_none()


def standing_in(session: Session, *, cycle_id: int) -> Sequence[Row[Any]]:
    """What the cities ask in a cycle, without what was withdrawn: one row of each that asks something."""
    return session.execute(_of_cycle(), {"cycle": cycle_id}).all()


@cache
def _standing() -> Select[Any]:
    return _of_cycle().where(CityRequirementRow.city_code == bindparam("city"))


def _of_cycle() -> Select[Any]:
    row = CityRequirementRow
    return select(*row.__table__.columns).where(
        row.cycle_id == bindparam("cycle"), row.withdrawn_at.is_(None)
    )


def one(session: Session, *, tenant_id: int, requirement_id: int) -> Row[Any] | None:
    """What a body published, of whatever cycle."""
    row = CityRequirementRow
    return session.execute(
        select(*row.__table__.columns).where(row.tenant_id == tenant_id, row.id == requirement_id)
    ).one_or_none()


def every(session: Session, *, cycle_id: int, city_code: str | None) -> Sequence[Row[Any]]:
    """What the cities, or one, published for a cycle, withdrawn or not, the latest first.

    ``file_name`` and ``file_size`` are of the document itself.
    """
    row = CityRequirementRow
    query = (
        select(*row.__table__.columns, Attachment.name.label("file_name"), Attachment.size.label("file_size"))
        .outerjoin(Attachment, IS_ITS_FILE)
        .where(row.cycle_id == cycle_id)
        .order_by(row.id.desc())
        .limit(60)
    )
    return session.execute(query if city_code is None else query.where(row.city_code == city_code)).all()


def held(session: Session, *, requirement_id: int, city_code: str | None) -> Row[Any] | None:
    """What gives back the document of requirements, withdrawn or not, of one city or of any."""
    row = CityRequirementRow
    query = (
        select(
            Attachment.tenant_id,
            Attachment.digest,
            Attachment.name.label("file_name"),
            Attachment.media_type,
        )
        .join(row, IS_ITS_FILE)
        .where(row.id == requirement_id)
    )
    if city_code is not None:
        query = query.where(row.city_code == city_code)
    return session.execute(query).one_or_none()


def drafting(session: Session, *, cycle_id: int, city_code: str) -> int:
    """How many enterprises of a city, in scope, have begun to type their plan or publicised one."""
    typed = select(PlanPart.plan_id).where(
        PlanPart.tenant_id == PlanRow.tenant_id, PlanPart.plan_id == PlanRow.id
    )
    frozen = select(PlanVersionRow.id).where(
        PlanVersionRow.tenant_id == PlanRow.tenant_id, PlanVersionRow.plan_id == PlanRow.id
    )
    found: int = session.execute(
        select(func.count())
        .select_from(PlanRow)
        .where(
            PlanRow.cycle_id == cycle_id,
            PlanRow.city_code == city_code,
            or_(typed.exists(), frozen.exists()),
        )
    ).scalar_one()
    return found


def add(session: Session, **values: Any) -> int:
    """New requirements of the body that the scope writes; returns their number."""
    found: int = session.execute(
        insert(CityRequirementRow).values(**values).returning(CityRequirementRow.id)
    ).scalar_one()
    return found


def withdraw(session: Session, *, tenant_id: int, requirement_id: int, by: int, at: Any) -> str | None:
    """Withdraw requirements that stand; returns the name of their document, None when they do not."""
    row = CityRequirementRow
    found: str | None = session.execute(
        update(row)
        .where(row.tenant_id == tenant_id, row.id == requirement_id, row.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_by=by)
        .returning(row.document),
        execution_options=QUIET,
    ).scalar_one_or_none()
    return found
