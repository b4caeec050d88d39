"""推荐申报: a nomination, what each submission of it said, and files (证明材料)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Made, Moment, Ref, Str
from core.persistence.db import Base, TenantOwned


class NominationRow(TenantOwned, Base):
    """Belongs to who nominates: the 设区市职业技能鉴定中心, or a 央企驻苏分支机构 in the direct channel.

    ``core.domain.nomination`` says what it means. What stands beside the dossier is taken from it, to be
    found by. Once its enterprise is admitted (``CyclePlace``) nothing of it changes.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        Index(
            "ix_nomination_one_channel",
            "cycle_id",
            "uscc",
            unique=True,
            postgresql_where=text("state in ('submitted', 'returned', 'reported', 'admitted')"),
        ),
        Index("ix_nomination_cycle", "cycle_id", "id"),
        Index("ix_nomination_city", "cycle_id", "city_code", "id"),
        Index("ix_nomination_state", "cycle_id", "state", "id"),
    )
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_nomination_tenant"), primary_key=True, sort_order=-1
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_nomination_cycle")
    )
    city_code: Mapped[Str]
    channel: Mapped[Str]
    quota_class: Mapped[Str]
    class_proved: Mapped[bool]
    uscc: Mapped[Str]
    enterprise: Mapped[Str]
    state: Mapped[Str] = mapped_column(server_default=text("'draft'"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    dossier: Mapped[dict[str, Any]] = mapped_column(JSONB)
    verifications: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    created_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_nomination_created_by")
    )
    created_at: Mapped[Made]
    nominated_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_nomination_nominated_by")
    )
    nominated_name: Mapped[Str | None]
    nominated_role: Mapped[Str | None]
    nominated_at: Mapped[Moment | None]
    countersigned_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_nomination_countersigned_by")
    )
    countersigned_name: Mapped[Str | None]
    countersigned_at: Mapped[Moment | None]
    reported_at: Mapped[Moment | None]


class NominationSent(TenantOwned, Base):
    """The dossier as it was sent in, each time."""

    __tablename__ = "nomination_sent"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "nomination_id"],
            ["nomination.tenant_id", "nomination.id"],
            name="fk_nomination_sent_nomination",
        ),
        Index("ix_nomination_sent_nomination", "tenant_id", "nomination_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    nomination_id: Mapped[Ref]
    dossier: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sent_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_nomination_sent_sent_by")
    )
    sent_at: Mapped[Made]


class Attachment(TenantOwned, Base):
    """A file by its content (``core.uploads``); ``purpose`` says what it is evidence of."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_subject", "tenant_id", "subject_type", "subject_id", "id"),)
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_attachment_tenant"), primary_key=True, sort_order=-1
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subject_type: Mapped[Str]
    subject_id: Mapped[Ref]
    purpose: Mapped[Str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[Str]
    media_type: Mapped[Str]
    size: Mapped[Ref]
    uploaded_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_attachment_uploaded_by")
    )
    uploaded_at: Mapped[Made]
    removed_at: Mapped[Moment | None]
    removed_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_attachment_removed_by")
    )

    @classmethod
    def readable(cls) -> ColumnElement[bool]:
        """Also the reference files and a city's requirements, which a body publishes for everybody."""
        return or_(super().readable(), cls.subject_type.in_(("guidance_file", "city_requirement")))
