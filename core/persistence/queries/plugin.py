"""企业启用的插件的读写."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from core.persistence.models import TenantPlugin


def of(session: Session, *, tenant_id: int) -> Sequence[Row[Any]]:
    """name, position, added_at of the shared plugins that an enterprise has on, as they are asked."""
    return session.execute(
        select(TenantPlugin.name, TenantPlugin.position, TenantPlugin.added_at)
        .where(TenantPlugin.tenant_id == tenant_id, TenantPlugin.removed_at.is_(None))
        .order_by(TenantPlugin.position, TenantPlugin.id)
    ).all()


def add(session: Session, **values: Any) -> None:
    session.execute(insert(TenantPlugin).values(**values))
