"""Effects wait here: written in the act's transaction, delivered by a job."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Made, Moment, Str
from core.persistence.db import Base, TenantOwned


class OutboxMessage(TenantOwned, Base):
    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "id", postgresql_where=text("delivered_at is null")),)
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_outbox_tenant"), primary_key=True
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    topic: Mapped[Str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Made]
    delivered_at: Mapped[Moment | None]
