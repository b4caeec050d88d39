"""Frozen versions of a plan, as documents."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.domain.frozen import thaw
from core.domain.plan import PlanDraft
from core.persistence.queries import plan as queries


def document(session: Session, *, tenant_id: int, version_id: int) -> PlanDraft:
    """What a version in scope says. Raises LookupError."""
    row = queries.version(session, tenant_id=tenant_id, version_id=version_id)
    if row is None:
        raise LookupError(version_id)
    return thaw(row.document)
