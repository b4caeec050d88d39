"""附件: the files at a thing. Their bytes are in a store by SHA-256; a row says what a file is evidence of.

Who may add or remove a file is a matter of the thing: its own service asks before it calls these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.roles import Actor
from core.persistence.queries import attachment as queries
from core.services.accounts.answers import Invalid
from core.uploads import Accepted, Answer, Kind, Refused, Store, room_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file at a thing: ``digest`` is the SHA-256 of its bytes in hexadecimal, ``size`` in bytes."""

    id: int
    purpose: str
    digest: str
    name: str
    media_type: str
    size: int
    uploaded_at: datetime
    uploader: str

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Attached:
        """The file of a row that was kept as JSON."""
        return cls(**{**data, "uploaded_at": datetime.fromisoformat(data["uploaded_at"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What gives a file back: whose it is, its bytes by their digest, name and kind."""

    tenant_id: int
    digest: str
    name: str
    kind: Kind

    @classmethod
    def of(cls, row: Row[Any]) -> Held:
        """The file of a row with tenant_id, digest, ``file_name`` and media_type."""
        return cls(
            tenant_id=row.tenant_id,
            digest=row.digest.hex(),
            name=row.file_name,
            kind=_kind(row.media_type),
        )

    @classmethod
    def at(cls, tenant_id: int, file: Attached) -> Held:
        """A file at a thing of a tenant."""
        return cls(tenant_id=tenant_id, digest=file.digest, name=file.name, kind=_kind(file.media_type))


def _kind(media_type: str) -> Kind:
    return next(each for each in Kind if each.media_type == media_type)


def accepted(answer: Answer | None, beside: Sequence[int] = ()) -> Accepted:
    """The file that was sent, with room beside others of these sizes. Raises Invalid for ``file``."""
    if answer is None:
        raise Invalid("file", "没有选择文件。选择文件后重新提交。")
    if isinstance(answer, Refused):
        raise Invalid("file", answer.message)
    full = room_for(beside, answer.size)
    if full is not None:
        raise Invalid("file", full.message)
    return answer


def keep(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    subject: Subject,
    purpose: str,
    file: Accepted,
    store: Store,
) -> int:
    """Keep a file at a thing, without an event: what it is kept for has one. Returns its number.

    Its bytes are on the disk before the row: when the act fails they stay without one, and nobody reads them.
    """
    store.put(tenant_id, file.data)
    return queries.add(
        session,
        tenant_id=tenant_id,
        subject_type=subject.type,
        subject_id=int(subject.id),
        purpose=purpose,
        digest=bytes.fromhex(file.digest),
        name=file.name,
        media_type=file.kind.media_type,
        size=file.size,
        uploaded_by=actor.person_id,
    )


def remove(session: Session, *, actor: Actor, tenant_id: int, subject: Subject, file: Attached) -> bool:
    """Take a file from its thing. The bytes stay, for what was sent in names them. False when it is gone."""
    if not queries.remove(session, tenant_id=tenant_id, attachment_id=file.id, by=actor.person_id):
        return False
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.FILE_REMOVE,
        subject=subject,
        changes={"name": (file.name, None), "purpose": (file.purpose, None), "digest": (file.digest, None)},
    )
    return True
