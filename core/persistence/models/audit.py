"""审计: per-tenant hash chains and the signed checkpoints over their heads. Events are only ever added."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Id, Made, Moment, Ref, Str
from core.persistence.db import Base, TenantOwned


class AuditHead(TenantOwned, Base):
    """The end of a tenant's chain; locked while an event is added."""

    __tablename__ = "audit_head"
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_audit_head_tenant"), primary_key=True
    )
    seq: Mapped[Ref]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEvent(TenantOwned, Base):
    """One act or sensitive read. Without foreign keys: the record outlives what it is about."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "tenant_id", "subject_type", "subject_id", "seq"),
        Index("ix_audit_event_subject_type", "tenant_id", "subject_type", "seq"),
        Index("ix_audit_event_action", "tenant_id", "action", "seq"),
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    actor_id: Mapped[Ref | None]
    actor_name: Mapped[Str]
    hat: Mapped[Str]
    action: Mapped[Str]
    subject_type: Mapped[Str]
    subject_id: Mapped[Str]
    subject_label: Mapped[Str]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[Str | None]
    request_id: Mapped[Str | None]
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheckpoint(Base):
    """The heads of all chains at one moment, signed (Ed25519)."""

    __tablename__ = "audit_checkpoint"
    id: Mapped[Id]
    at: Mapped[Made]
    heads: Mapped[dict[str, Any]] = mapped_column(JSONB)
    key_id: Mapped[Str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)
