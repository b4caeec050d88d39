"""推荐申报: a nomination with what each submission said, what was decided on it, and its files."""

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
from core.persistence.scope import Scope


class Nomination(TenantOwned, Base):
    """Belongs to who nominates: the 设区市职业技能鉴定中心, or a 央企驻苏分支机构 in the direct channel.

    Whether the enterprise was admitted is told by its ``CyclePlace``. One live nomination a cycle and USCC.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        Index(
            "ix_nomination_one_channel",
            "cycle_id",
            "uscc",
            unique=True,
            postgresql_where=text("status not in ('withdrawn', 'rejected')"),
        ),
        Index("ix_nomination_cycle", "cycle_id", "id"),
        Index("ix_nomination_city", "cycle_id", "city_code", "id"),
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
    uscc: Mapped[Str]
    enterprise_name: Mapped[Str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[Str] = mapped_column(server_default=text("'draft'"))
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_nomination_created_by")
    )
    created_at: Mapped[Made]
    submitted_at: Mapped[Moment | None]
    countersigned_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_nomination_countersigned_by")
    )
    countersigned_at: Mapped[Moment | None]


def _of_nomination(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "nomination_id"], ["nomination.tenant_id", "nomination.id"], name=name
    )


class NominationRevision(TenantOwned, Base):
    """What a submission said, as it was sent in."""

    __tablename__ = "nomination_revision"
    __table_args__ = (_of_nomination("fk_nomination_revision_nomination"),)
    nomination_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    submitted_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_nomination_revision_submitted_by")
    )
    submitted_at: Mapped[Made]


class NominationDecision(TenantOwned, Base):
    """A step of somebody on a revision: countersigned, returned, rejected, withdrawn.

    ``reasons`` by requirement, "" for the nomination as a whole.
    """

    __tablename__ = "nomination_decision"
    __table_args__ = (
        _of_nomination("fk_nomination_decision_nomination"),
        Index("ix_nomination_decision_nomination", "tenant_id", "nomination_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    nomination_id: Mapped[Ref]
    revision: Mapped[int]
    outcome: Mapped[Str]
    reasons: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    decided_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_nomination_decision_decided_by")
    )
    hat: Mapped[Str]
    decided_at: Mapped[Made]


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
    def readable(cls, current: Scope) -> ColumnElement[bool]:
        """Also the reference files that a body publishes for everybody."""
        return or_(super().readable(current), cls.subject_type == "guidance_file")
