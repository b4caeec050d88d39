"""指导服务的读写: what enterprises were given in a cycle, who was given nothing, published files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    Text,
    any_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from core.persistence import scope
from core.persistence.db import READ_TENANTS
from core.persistence.models import (
    Attachment,
    CyclePlace,
    GuidanceEntry,
    GuidanceFile,
    PilotCycleRow,
    Tenant,
)
from core.persistence.queries.attachment import is_at
from core.persistence.queries.cycle import with_parts
from core.persistence.queries.grant import QUIET
from core.persistence.queries.statements import exactly, like, plain

FILE: Final = "guidance_file"
"""What the record and the attachments call a reference file."""
ONE: Final = func.jsonb_build_object("kind", GuidanceEntry.kind, "given_on", GuidanceEntry.given_on)
ORDER: Final = (GuidanceEntry.given_on, GuidanceEntry.id)

OF_CYCLE_ID: Final = bindparam("cycle_id", type_=BigInteger())


def is_of(tenant_id: ColumnElement[int], file_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an ``Attachment`` is the file of a reference file."""
    return is_at(FILE, tenant_id, file_id)


IS_OF_FILE: Final = is_of(GuidanceFile.tenant_id.expression, GuidanceFile.id.expression)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidedWanted:
    """Which enterprises of a cycle: words in the name, of one city, only those that were given nothing."""

    words: str = ""
    city_code: str = ""
    unguided: bool = False
    tenant_id: int | None = None


def of_cycle(cycle_id: ColumnElement[int], *, named: bool) -> list[ColumnElement[bool]]:
    """The enterprises of a cycle in scope, of ``CyclePlace``.

    Named also for the planner; and who nominated an enterprise of elsewhere sees its place, not itself.
    """
    found = [CyclePlace.cycle_id == cycle_id]
    return [*found, CyclePlace.tenant_id == any_(READ_TENANTS)] if named else found


def unguided(cycle_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an enterprise was given nothing in a cycle, of a ``CyclePlace``: asked of a list made once."""
    return CyclePlace.tenant_id.not_in(
        select(GuidanceEntry.tenant_id).where(GuidanceEntry.cycle_id == cycle_id)
    )


def given_anything(cycle_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an enterprise was given anything in a cycle, of a ``CyclePlace``: asked of each, for few."""
    return (
        select(GuidanceEntry.id)
        .where(GuidanceEntry.tenant_id == CyclePlace.tenant_id, GuidanceEntry.cycle_id == cycle_id)
        .exists()
    )


def unguided_up_to(most: int, cycle_id: ColumnElement[int], *, named: bool) -> ScalarSelect[int]:
    """How many enterprises of a cycle in scope were given nothing, up to ``most``: once for a statement."""
    found = (
        select(CyclePlace.tenant_id)
        .where(*of_cycle(cycle_id, named=named), ~given_anything(cycle_id))
        .limit(exactly(most))
        .correlate(None)
    )
    return select(func.count()).select_from(found.subquery()).scalar_subquery()


def guided(
    session: Session, cycle_id: int, wanted: GuidedWanted, *, after: int, limit: int
) -> Sequence[Row[Any]]:
    """Enterprises of a cycle in scope, by id from above ``after``: tenant_id, name, city_code, entries.

    ``entries`` has kind and given_on of each service as JSON, the first first.
    """
    query = _guided(
        named=scope.current().reads != "*",
        words=bool(wanted.words),
        city=bool(wanted.city_code),
        only=wanted.unguided,
        one=wanted.tenant_id is not None,
        limit=limit,
    )
    values = {
        "cycle_id": cycle_id,
        "after": after,
        "anywhere": f"%{plain(wanted.words)}%",
        "city_code": wanted.city_code,
        "tenant_id": wanted.tenant_id,
    }
    return session.execute(query, values).all()


@cache
def _guided(*, named: bool, words: bool, city: bool, only: bool, one: bool, limit: int) -> Select[Any]:
    """A page is picked first, what they were given is looked up then."""
    picked = select(CyclePlace.tenant_id, CyclePlace.cycle_id).where(
        *of_cycle(OF_CYCLE_ID, named=named), CyclePlace.tenant_id > bindparam("after")
    )
    if words or city:
        picked = picked.join(Tenant, Tenant.id == CyclePlace.tenant_id)
    if words:
        picked = picked.where(like(Tenant.name, "anywhere"))
    if city:
        picked = picked.where(Tenant.city_code == bindparam("city_code"))
    if only:
        picked = picked.where(unguided(OF_CYCLE_ID))
    if one:
        picked = picked.where(CyclePlace.tenant_id == bindparam("tenant_id"))
    each = picked.order_by(CyclePlace.tenant_id).limit(exactly(limit)).subquery().c
    listed = (
        select(func.jsonb_agg(aggregate_order_by(ONE, *ORDER)))
        .where(GuidanceEntry.tenant_id == each.tenant_id, GuidanceEntry.cycle_id == each.cycle_id)
        .scalar_subquery()
    )
    return (
        select(
            each.tenant_id,
            Tenant.name,
            Tenant.city_code,
            func.coalesce(listed, func.jsonb_build_array()).label("entries"),
        )
        .join(Tenant, Tenant.id == each.tenant_id)
        .order_by(each.tenant_id)
    )


def counts(session: Session, cycle_id: int, *, city_code: str | None) -> Row[Any]:
    """Of the enterprises of a cycle in scope: how many there are, and how many are ``unguided``.

    ``published`` is how many reference files of it stand by the bodies of a city, or of the province.
    """
    query = _counts(named=scope.current().reads != "*", province=city_code is None)
    return session.execute(query, {"cycle_id": cycle_id, "city_code": city_code}).one()


@cache
def _counts(*, named: bool, province: bool) -> Select[Any]:
    return (
        select(
            func.count().label("admitted"),
            func.count().filter(unguided(OF_CYCLE_ID)).label("unguided"),
            _published(province=province).scalar_subquery().label("published"),
        )
        .select_from(CyclePlace)
        .where(*of_cycle(OF_CYCLE_ID, named=named))
    )


def given(session: Session, *, tenant_id: int, cycle_id: int) -> Row[Any] | None:
    """A cycle with all its parts; ``entries`` is what an enterprise of it was given, as for ``guided``."""
    return session.execute(_given(), {"tenant_id": tenant_id, "cycle_id": cycle_id}).one_or_none()


@cache
def _given() -> Select[Any]:
    listed = select(func.jsonb_agg(aggregate_order_by(ONE, *ORDER))).where(
        GuidanceEntry.tenant_id == bindparam("tenant_id"), GuidanceEntry.cycle_id == OF_CYCLE_ID
    )
    entries = func.coalesce(listed.scalar_subquery(), func.jsonb_build_array())
    return with_parts().add_columns(entries.label("entries")).where(PilotCycleRow.id == OF_CYCLE_ID)


def entries(
    session: Session, *, tenant_id: int, cycle_id: int, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """What an enterprise was given in a cycle, the last written first, by id from below ``before``."""
    values = {"tenant_id": tenant_id, "cycle_id": cycle_id, "before": before}
    return session.execute(_entries(begun=before is not None, limit=limit), values).all()


@cache
def _entries(*, begun: bool, limit: int) -> Select[Any]:
    query = (
        select(
            GuidanceEntry.id,
            GuidanceEntry.kind,
            GuidanceEntry.summary,
            GuidanceEntry.given_by_unit,
            GuidanceEntry.given_on,
            GuidanceEntry.written_at,
        )
        .where(GuidanceEntry.tenant_id == bindparam("tenant_id"), GuidanceEntry.cycle_id == OF_CYCLE_ID)
        .order_by(GuidanceEntry.id.desc())
        .limit(exactly(limit))
    )
    return query.where(GuidanceEntry.id < bindparam("before")) if begun else query


def is_there(session: Session, **values: Any) -> bool:
    """Whether a service with these very values is written down."""
    same = (getattr(GuidanceEntry, name) == value for name, value in values.items())
    return session.execute(select(GuidanceEntry.id).where(*same).limit(1)).first() is not None


def add_entry(session: Session, **values: Any) -> int:
    """A service given to the enterprise that the scope writes; returns its id."""
    found: int = session.execute(
        insert(GuidanceEntry).values(**values).returning(GuidanceEntry.id)
    ).scalar_one()
    return found


def files(
    session: Session,
    cycle_id: int,
    *,
    city_code: str | None,
    everywhere: bool,
    before: int | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """The reference files of a cycle that stand, the latest first, by id from below ``before``.

    Those of the province and of one city, or those ``everywhere``. ``attachment_id``, ``file_name`` and
    ``size`` are of the file itself.
    """
    query = _files(everywhere=everywhere, begun=before is not None, limit=limit)
    values = {"cycle_id": cycle_id, "city_code": city_code, "before": before}
    return session.execute(query, values).all()


@cache
def _files(*, everywhere: bool, begun: bool, limit: int) -> Select[Any]:
    """Picked first, the files themselves looked up then."""
    columns = (
        GuidanceFile.tenant_id,
        GuidanceFile.id,
        GuidanceFile.title,
        GuidanceFile.published_by_unit,
        GuidanceFile.city_code,
        GuidanceFile.published_at,
    )
    picked = select(*columns).where(GuidanceFile.cycle_id == OF_CYCLE_ID, GuidanceFile.withdrawn_at.is_(None))
    if not everywhere:
        of_city = GuidanceFile.city_code == bindparam("city_code", type_=Text())
        picked = picked.where(or_(GuidanceFile.city_code.is_(None), of_city))
    if begun:
        picked = picked.where(GuidanceFile.id < bindparam("before"))
    each = picked.order_by(GuidanceFile.id.desc()).limit(exactly(limit)).subquery().c
    return (
        select(
            *each,
            Attachment.id.label("attachment_id"),
            Attachment.name.label("file_name"),
            Attachment.media_type,
            Attachment.size,
        )
        .outerjoin(Attachment, is_of(each.tenant_id, each.id))
        .order_by(each.id.desc())
    )


def published(session: Session, cycle_id: int, *, city_code: str | None) -> int:
    """How many reference files of a cycle stand that the bodies of a city, or of the province, published."""
    values = {"cycle_id": cycle_id, "city_code": city_code}
    found: int = session.execute(_published(province=city_code is None), values).scalar_one()
    return found


@cache
def _published(*, province: bool) -> Select[Any]:
    city_code = GuidanceFile.city_code
    return select(func.count()).where(
        GuidanceFile.cycle_id == OF_CYCLE_ID,
        GuidanceFile.withdrawn_at.is_(None),
        city_code.is_(None) if province else city_code == bindparam("city_code"),
    )


def standing(session: Session, *, tenant_id: int, cycle_id: int) -> Sequence[Row[Any]]:
    """title, digest and size of the files that one body has published for a cycle and not withdrawn."""
    return session.execute(
        select(GuidanceFile.title, Attachment.digest, Attachment.size)
        .join(Attachment, IS_OF_FILE)
        .where(
            GuidanceFile.tenant_id == tenant_id,
            GuidanceFile.cycle_id == cycle_id,
            GuidanceFile.withdrawn_at.is_(None),
        )
        .order_by(GuidanceFile.id)
    ).all()


def held(
    session: Session, cycle_id: int, file_id: int, *, city_code: str | None, everywhere: bool
) -> Row[Any] | None:
    """What gives a reference file back that stands, of the province or of one city, or ``everywhere``."""
    conditions = [
        GuidanceFile.cycle_id == cycle_id,
        GuidanceFile.id == file_id,
        GuidanceFile.withdrawn_at.is_(None),
    ]
    if not everywhere:
        conditions.append(or_(GuidanceFile.city_code.is_(None), GuidanceFile.city_code == city_code))
    return session.execute(
        select(
            Attachment.tenant_id,
            Attachment.digest,
            Attachment.name.label("file_name"),
            Attachment.media_type,
        )
        .join(GuidanceFile, IS_OF_FILE)
        .where(*conditions)
        .limit(1)
    ).one_or_none()


def file(session: Session, *, tenant_id: int, file_id: int) -> Row[Any] | None:
    """cycle_id, title, published_by_unit and withdrawn_at of a reference file of one body."""
    return session.execute(
        select(
            GuidanceFile.id,
            GuidanceFile.cycle_id,
            GuidanceFile.title,
            GuidanceFile.published_by_unit,
            GuidanceFile.published_at,
            GuidanceFile.withdrawn_at,
        ).where(GuidanceFile.tenant_id == tenant_id, GuidanceFile.id == file_id)
    ).one_or_none()


def add_file(session: Session, **values: Any) -> int:
    """A reference file of the body that the scope writes; returns its id."""
    found: int = session.execute(
        insert(GuidanceFile).values(**values).returning(GuidanceFile.id)
    ).scalar_one()
    return found


def withdraw(session: Session, *, tenant_id: int, file_id: int) -> bool:
    """Withdraw a reference file that stands; False when it does not."""
    done = session.execute(
        update(GuidanceFile)
        .where(
            GuidanceFile.tenant_id == tenant_id,
            GuidanceFile.id == file_id,
            GuidanceFile.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=func.app_now())
        .returning(GuidanceFile.id),
        execution_options=QUIET,
    ).one_or_none()
    return done is not None
