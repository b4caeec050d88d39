"""指导服务的读写: what enterprises were given in a cycle, who was given nothing, published files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from core.persistence.models import (
    Attachment,
    CyclePlace,
    GuidanceEntry,
    GuidanceFile,
    PilotCycleRow,
    Tenant,
)
from core.persistence.queries.cycle import with_parts
from core.persistence.queries.grant import QUIET

FILE: Final = "guidance_file"
"""What the record and the attachments call a reference file."""
OF_PLACE: Final = and_(
    GuidanceEntry.tenant_id == CyclePlace.tenant_id, GuidanceEntry.cycle_id == CyclePlace.cycle_id
)
UNGUIDED: Final = ~select(GuidanceEntry.id).where(OF_PLACE).correlate(CyclePlace).exists()
"""Whether an enterprise was given nothing in a cycle, of a ``CyclePlace``."""
ONE: Final = func.jsonb_build_object("kind", GuidanceEntry.kind, "given_on", GuidanceEntry.given_on)
ORDER: Final = (GuidanceEntry.given_on, GuidanceEntry.id)

IS_OF_FILE: Final = and_(
    Attachment.tenant_id == GuidanceFile.tenant_id,
    Attachment.subject_type == FILE,
    Attachment.subject_id == GuidanceFile.id,
    Attachment.removed_at.is_(None),
)
"""Whether an ``Attachment`` is the file of a ``GuidanceFile``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidedWanted:
    """Which enterprises of a cycle: words in the name, of one city, only those that were given nothing."""

    words: str = ""
    city_code: str = ""
    unguided: bool = False
    tenant_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.words:
            found.append(Tenant.name.contains(self.words, autoescape=True))
        if self.city_code:
            found.append(Tenant.city_code == self.city_code)
        if self.unguided:
            found.append(UNGUIDED)
        if self.tenant_id is not None:
            found.append(Tenant.id == self.tenant_id)
        return found


def guided(
    session: Session, cycle_id: int, wanted: GuidedWanted, *, after: int, limit: int
) -> Sequence[Row[Any]]:
    """Enterprises of a cycle in scope, by id from above ``after``: tenant_id, name, city_code, entries.

    ``entries`` has kind and given_on of each service as JSON, the first first.
    """
    listed = (
        select(func.jsonb_agg(aggregate_order_by(ONE, *ORDER)))
        .where(OF_PLACE)
        .correlate(CyclePlace)
        .scalar_subquery()
    )
    return session.execute(
        select(
            CyclePlace.tenant_id,
            Tenant.name,
            Tenant.city_code,
            func.coalesce(listed, func.jsonb_build_array()).label("entries"),
        )
        .join(Tenant, Tenant.id == CyclePlace.tenant_id)
        .where(CyclePlace.cycle_id == cycle_id, CyclePlace.tenant_id > after, *wanted.conditions())
        .order_by(CyclePlace.tenant_id)
        .limit(limit)
    ).all()


def counts(session: Session, cycle_id: int, *, city_code: str | None) -> Row[Any]:
    """Of the enterprises of a cycle in scope: how many there are, and how many are ``unguided``.

    ``published`` is how many reference files of it stand by the bodies of a city, or of the province.
    """
    return session.execute(
        select(
            func.count().label("admitted"),
            func.count().filter(UNGUIDED).label("unguided"),
            _published(cycle_id, city_code).scalar_subquery().label("published"),
        )
        .select_from(CyclePlace)
        .join(Tenant, Tenant.id == CyclePlace.tenant_id)
        .where(CyclePlace.cycle_id == cycle_id)
    ).one()


def given(session: Session, *, tenant_id: int, cycle_id: int) -> Row[Any] | None:
    """A cycle with all its parts; ``entries`` is what an enterprise of it was given, as for ``guided``."""
    listed = select(func.jsonb_agg(aggregate_order_by(ONE, *ORDER))).where(
        GuidanceEntry.tenant_id == tenant_id, GuidanceEntry.cycle_id == cycle_id
    )
    entries = func.coalesce(listed.scalar_subquery(), func.jsonb_build_array())
    return session.execute(
        with_parts().add_columns(entries.label("entries")).where(PilotCycleRow.id == cycle_id)
    ).one_or_none()


def entries(
    session: Session, *, tenant_id: int, cycle_id: int, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """What an enterprise was given in a cycle, the last written first, by id from below ``before``."""
    conditions = [GuidanceEntry.tenant_id == tenant_id, GuidanceEntry.cycle_id == cycle_id]
    if before is not None:
        conditions.append(GuidanceEntry.id < before)
    return session.execute(
        select(
            GuidanceEntry.id,
            GuidanceEntry.kind,
            GuidanceEntry.summary,
            GuidanceEntry.given_by_unit,
            GuidanceEntry.given_on,
            GuidanceEntry.written_at,
        )
        .where(*conditions)
        .order_by(GuidanceEntry.id.desc())
        .limit(limit)
    ).all()


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
    conditions = [GuidanceFile.cycle_id == cycle_id, GuidanceFile.withdrawn_at.is_(None)]
    if not everywhere:
        conditions.append(or_(GuidanceFile.city_code.is_(None), GuidanceFile.city_code == city_code))
    if before is not None:
        conditions.append(GuidanceFile.id < before)
    return session.execute(
        select(
            GuidanceFile.tenant_id,
            GuidanceFile.id,
            GuidanceFile.title,
            GuidanceFile.published_by_unit,
            GuidanceFile.city_code,
            GuidanceFile.published_at,
            Attachment.id.label("attachment_id"),
            Attachment.name.label("file_name"),
            Attachment.media_type,
            Attachment.size,
        )
        .outerjoin(Attachment, IS_OF_FILE)
        .where(*conditions)
        .order_by(GuidanceFile.id.desc())
        .limit(limit)
    ).all()


def published(session: Session, cycle_id: int, *, city_code: str | None) -> int:
    """How many reference files of a cycle stand that the bodies of a city, or of the province, published."""
    found: int = session.execute(_published(cycle_id, city_code)).scalar_one()
    return found


def _published(cycle_id: int, city_code: str | None) -> Select[Any]:
    return select(func.count()).where(
        GuidanceFile.cycle_id == cycle_id,
        GuidanceFile.withdrawn_at.is_(None),
        GuidanceFile.city_code.is_not_distinct_from(city_code),
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
