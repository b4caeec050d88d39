"""工作方案: what an enterprise types of its plan, its frozen versions, and the notice of them to staff.

``core.persistence.models.plan_review`` has what the reviewers add to them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Made, Moment, Ref, Str
from core.persistence.db import Base, TenantOwned


class PlanRow(TenantOwned, Base):
    """The plan of an enterprise for a cycle (草稿). What it says is in its parts and in its versions.

    ``facts`` are the enterprise and its nomination as the dossier had them when it was admitted. ``unlocked``
    are the parts that may be edited, null for all. ``amends`` is the number of the version after which an
    amendment was begun: it holds only while that version is the last. ``nominator_id`` is the tenant that
    nominated the enterprise.
    """

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("tenant_id", "cycle_id", name="uq_plan_cycle"),
        ForeignKeyConstraint(
            ["tenant_id", "cycle_id"], ["cycle_place.tenant_id", "cycle_place.cycle_id"], name="fk_plan_place"
        ),
        Index("ix_plan_of_cycle", "cycle_id", "id"),
        Index("ix_plan_city", "cycle_id", "city_code", "id"),
        Index("ix_plan_nominator", "cycle_id", "nominator_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cycle_id: Mapped[Ref]
    city_code: Mapped[Str]
    channel: Mapped[Str]
    nominator_id: Mapped[Ref]
    uscc: Mapped[Str]
    enterprise: Mapped[Str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    unlocked: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    amends: Mapped[int | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    opened_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", name="fk_plan_opened_by"))
    opened_name: Mapped[Str]
    opened_at: Mapped[Made]


class PlanPart(TenantOwned, Base):
    """A part as it was typed: ``answer`` has value, section and deviations; null is for others to answer.

    ``revision`` counts every change of the part.
    """

    __tablename__ = "plan_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name="fk_plan_part_plan"
        ),
    )
    plan_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    part: Mapped[Str] = mapped_column(primary_key=True)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    changed_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_part_changed_by")
    )
    changed_name: Mapped[Str]
    changed_at: Mapped[Made]


class PlanEdit(TenantOwned, Base):
    """One change of a part, which made it its ``revision``: what a second editor is told of.

    ``path`` is a JSON pointer within the answer; ``structural`` says that a list became another, ``told``
    that the record has an event of it.
    """

    __tablename__ = "plan_edit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "plan_id", "part"],
            ["plan_part.tenant_id", "plan_part.plan_id", "plan_part.part"],
            name="fk_plan_edit_part",
        ),
        Index("ix_plan_edit_part", "tenant_id", "plan_id", "part", "revision"),
        Index("ix_plan_edit_path", "tenant_id", "plan_id", "part", "path", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plan_id: Mapped[Ref]
    part: Mapped[Str]
    revision: Mapped[int]
    path: Mapped[Str]
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    structural: Mapped[bool]
    told: Mapped[bool]
    made_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", name="fk_plan_edit_made_by"))
    made_name: Mapped[Str]
    made_at: Mapped[Made]


class PlanVersionRow(TenantOwned, Base):
    """A plan as it was frozen when its notice to staff began; only where it stands may change.

    What is of the plan (cycle, city, channel, nominator) stands here too, to be found by.
    """

    __tablename__ = "plan_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "plan_id", "number", name="uq_plan_version_number"),
        ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name="fk_plan_version_plan"
        ),
        Index(
            "ix_plan_version_one_pending",
            "tenant_id",
            "plan_id",
            unique=True,
            postgresql_where=text("state in ('publicised', 'submitted', 'reviewed')"),
        ),
        Index(
            "ix_plan_version_one_approved",
            "tenant_id",
            "plan_id",
            unique=True,
            postgresql_where=text("state = 'approved'"),
        ),
        Index("ix_plan_version_state", "cycle_id", "state", "id"),
        Index("ix_plan_version_city", "cycle_id", "city_code", "state", "id"),
        Index("ix_plan_version_nominator", "cycle_id", "nominator_id", "state", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plan_id: Mapped[Ref]
    cycle_id: Mapped[Ref]
    city_code: Mapped[Str]
    channel: Mapped[Str]
    nominator_id: Mapped[Ref]
    number: Mapped[int]
    state: Mapped[Str] = mapped_column(server_default=text("'publicised'"))
    edition: Mapped[Str]
    rulebook: Mapped[Str]
    document: Mapped[bytes] = mapped_column(LargeBinary)
    answerers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[Str]
    snapshot_hash: Mapped[Str]
    section_hashes: Mapped[dict[str, str]] = mapped_column(JSONB)
    publicised_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_version_publicised_by")
    )
    publicised_name: Mapped[Str]
    publicised_at: Mapped[Made]
    submitted_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_version_submitted_by")
    )
    submitted_name: Mapped[Str | None]
    submitted_at: Mapped[Moment | None]
    decided_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_version_decided_by")
    )
    decided_name: Mapped[Str | None]
    decided_role: Mapped[Str | None]
    decided_reason: Mapped[Str | None]
    decided_at: Mapped[Moment | None]
    superseded_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class PlanNotice(TenantOwned, Base):
    """方案公示: the notice of a version to all staff, found by the digest of its token."""

    __tablename__ = "plan_notice"
    __table_args__ = (
        UniqueConstraint("tenant_id", "version_id", name="uq_plan_notice_version"),
        UniqueConstraint("token_hash", name="uq_plan_notice_token_hash"),
        ForeignKeyConstraint(
            ["tenant_id", "version_id"],
            ["plan_version.tenant_id", "plan_version.id"],
            name="fk_plan_notice_version",
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    version_id: Mapped[Ref]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    coverage_statement: Mapped[Str]
    published_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_notice_published_by")
    )
    published_name: Mapped[Str]
    published_at: Mapped[Made]
    withdrawn_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_notice_withdrawn_by")
    )
    withdrawn_name: Mapped[Str | None]
    withdrawn_at: Mapped[Moment | None]
    withdrawn_reason: Mapped[Str | None]


class PlanComment(TenantOwned, Base):
    """What one of the staff said of a plan during its notice; HR confirms who they are, and answers."""

    __tablename__ = "plan_comment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "notice_id"],
            ["plan_notice.tenant_id", "plan_notice.id"],
            name="fk_plan_comment_notice",
        ),
        Index("ix_plan_comment_notice", "tenant_id", "notice_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    notice_id: Mapped[Ref]
    name: Mapped[Str]
    staff_number: Mapped[Str]
    text: Mapped[Str]
    made_at: Mapped[Made]
    employed: Mapped[bool | None]
    employed_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_comment_employed_by")
    )
    employed_name: Mapped[Str | None]
    employed_at: Mapped[Moment | None]
    answer: Mapped[Str | None]
    answered_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_comment_answered_by")
    )
    answered_name: Mapped[Str | None]
    answered_at: Mapped[Moment | None]
