"""附件: the files at a thing. Their bytes are in a store by SHA-256; a row says what a file is evidence of.

Who may add or remove a file is a matter of the thing: its own service asks before it calls these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.roles import Actor
from core.persistence.queries import attachment as queries


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
