"""附件的读写: which files stand at a thing. Their bytes are in the store (``core.uploads``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, update
from sqlalchemy.orm import Session

from core.persistence.models import Attachment, Person
from core.persistence.queries.grant import QUIET
from core.persistence.queries.statements import written

COLUMNS = (
    Attachment.tenant_id,
    Attachment.id,
    Attachment.subject_type,
    Attachment.subject_id,
    Attachment.purpose,
    Attachment.digest,
    Attachment.name,
    Attachment.media_type,
    Attachment.size,
    Attachment.uploaded_at,
)


def is_at(
    subject_type: str, tenant_id: ColumnElement[int], subject_id: ColumnElement[int]
) -> ColumnElement[bool]:
    """Whether an ``Attachment`` is at a thing of this type, and was not removed."""
    return and_(
        Attachment.tenant_id == tenant_id,
        Attachment.subject_type == written(subject_type),
        Attachment.subject_id == subject_id,
        Attachment.removed_at.is_(None),
    )


def of(session: Session, *, tenant_id: int, subject_type: str, subject_id: int) -> Sequence[Row[Any]]:
    """The files at a thing that were not removed, in the order they came, each with ``uploader``."""
    return session.execute(
        select(*COLUMNS, Person.name.label("uploader"))
        .join(Person, Person.id == Attachment.uploaded_by)
        .where(
            Attachment.tenant_id == tenant_id,
            Attachment.subject_type == subject_type,
            Attachment.subject_id == subject_id,
            Attachment.removed_at.is_(None),
        )
        .order_by(Attachment.id)
    ).all()


def one(session: Session, *, tenant_id: int, attachment_id: int) -> Row[Any] | None:
    """A file that was not removed."""
    return session.execute(
        select(*COLUMNS).where(
            Attachment.tenant_id == tenant_id,
            Attachment.id == attachment_id,
            Attachment.removed_at.is_(None),
        )
    ).one_or_none()


def add(session: Session, **values: Any) -> int:
    """A new file; returns its id."""
    found: int = session.execute(insert(Attachment).values(**values).returning(Attachment.id)).scalar_one()
    return found


def remove(session: Session, *, tenant_id: int, attachment_id: int, by: int) -> bool:
    """Take a file from its thing; the bytes stay, for what was sent in names them. False when it is gone."""
    done = session.execute(
        update(Attachment)
        .where(
            Attachment.tenant_id == tenant_id,
            Attachment.id == attachment_id,
            Attachment.removed_at.is_(None),
        )
        .values(removed_at=func.app_now(), removed_by=by)
        .returning(Attachment.id),
        execution_options=QUIET,
    ).one_or_none()
    return done is not None
