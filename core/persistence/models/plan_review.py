"""方案审核: what bodies, experts and the province add to a version of a plan, and a city's own requirements.

Rows belong to the enterprise whose plan it is, but for the requirements, which belong to the city's body.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Made, Moment, Ref, Str
from core.persistence.db import SCOPE_PERSON, Base, Published, TenantOwned


def _of_plan(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name=f"fk_{table}_plan"
    )


def _of_version(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "version_id"],
        ["plan_version.tenant_id", "plan_version.id"],
        name=f"fk_{table}_version",
    )


class PlanReviewRow(TenantOwned, Base):
    """What a body decided of a version, once in each stage: ``joint`` review, or the ``province``."""

    __tablename__ = "plan_review"
    __table_args__ = (
        UniqueConstraint("tenant_id", "version_id", "stage", "role", name="uq_plan_review_role"),
        _of_version("plan_review"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    version_id: Mapped[Ref]
    stage: Mapped[Str]
    role: Mapped[Str]
    reviewer_tenant_id: Mapped[Ref]
    outcome: Mapped[Str]
    opinion: Mapped[Str]
    decided_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_review_decided_by")
    )
    decided_name: Mapped[Str]
    decided_at: Mapped[Made]


class PlanTick(TenantOwned, Base):
    """A body's word on a section of a plan; it holds while the section has this hash."""

    __tablename__ = "plan_tick"
    __table_args__ = (
        _of_plan("plan_tick"),
        Index("ix_plan_tick_latest", "tenant_id", "plan_id", "role", "section", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plan_id: Mapped[Ref]
    role: Mapped[Str]
    section: Mapped[Str]
    section_hash: Mapped[Str]
    verdict: Mapped[Str]
    reason: Mapped[Str] = mapped_column(server_default=text("''"))
    made_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", name="fk_plan_tick_made_by"))
    made_name: Mapped[Str]
    made_at: Mapped[Made]


class PlanFindingView(TenantOwned, Base):
    """A body's word on a finding or on the reason given for it; it holds while the finding has this hash."""

    __tablename__ = "plan_finding_view"
    __table_args__ = (
        _of_plan("plan_finding_view"),
        Index("ix_plan_finding_view_latest", "tenant_id", "plan_id", "role", "rule", "path", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plan_id: Mapped[Ref]
    role: Mapped[Str]
    rule: Mapped[Str]
    path: Mapped[Str]
    finding_hash: Mapped[Str]
    verdict: Mapped[Str]
    reason: Mapped[Str] = mapped_column(server_default=text("''"))
    made_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_finding_view_made_by")
    )
    made_name: Mapped[Str]
    made_at: Mapped[Made]


class PlanWaiverRow(TenantOwned, Base):
    """豁免: a rule that does not stop one version, by whom, why, with which file (PF-waiver-log)."""

    __tablename__ = "plan_waiver"
    __table_args__ = (
        UniqueConstraint("tenant_id", "version_id", "rule", name="uq_plan_waiver_rule"),
        _of_version("plan_waiver"),
        ForeignKeyConstraint(
            ["tenant_id", "attachment_id"],
            ["attachment.tenant_id", "attachment.id"],
            name="fk_plan_waiver_attachment",
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    version_id: Mapped[Ref]
    rule: Mapped[Str]
    role: Mapped[Str]
    reason: Mapped[Str]
    attachment_id: Mapped[Ref | None]
    decided_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_waiver_decided_by")
    )
    decided_name: Mapped[Str]
    decided_at: Mapped[Made]


class PlanExpertTask(TenantOwned, Base):
    """A version that an expert was given to assess; the expert sees it whose plan it may be.

    ``enterprise`` is the name of the enterprise, which an expert reads in no other table before opening it.
    """

    __tablename__ = "plan_expert_task"
    __table_args__ = (
        _of_version("plan_expert_task"),
        Index("ix_plan_expert_task_person", "person_id", "version_id"),
    )
    version_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("person.id", name="fk_plan_expert_task_person"),
        primary_key=True,
        autoincrement=False,
    )
    name: Mapped[Str]
    enterprise: Mapped[Str]
    assigned_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_expert_task_assigned_by")
    )
    assigned_at: Mapped[Made]
    recused_at: Mapped[Moment | None]
    recused_reason: Mapped[Str | None]
    outcome: Mapped[Str | None]
    opinion: Mapped[Str | None]
    assessed_at: Mapped[Moment | None]

    @classmethod
    def readable(cls) -> ColumnElement[bool]:
        """Also what the person was assigned, whatever tenant it is of."""
        return or_(super().readable(), cls.person_id == SCOPE_PERSON)


class PlanLook(TenantOwned, Base):
    """Which version a person of a body saw last: the next look shows what changed since."""

    __tablename__ = "plan_look"
    __table_args__ = (_of_plan("plan_look"), _of_version("plan_look"))
    plan_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    role: Mapped[Str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("person.id", name="fk_plan_look_person"),
        primary_key=True,
        autoincrement=False,
    )
    version_id: Mapped[Ref]
    looked_at: Mapped[Made]


class PlanRuleRow(TenantOwned, Base):
    """That a plan met a rule in one way (``core.domain.plan_rules.Met``), once for each cycle.

    ``clause`` is the id of the rule, or the part of the plan where no rule is named; ``version_id`` the last
    version of which it was so. City and cycle are the plan's, to be counted by.
    """

    __tablename__ = "plan_rule"
    __table_args__ = (
        _of_plan("plan_rule"),
        _of_version("plan_rule"),
        Index("ix_plan_rule_cycle", "cycle_id", "clause", "plan_id", "kind", "tenant_id"),
        Index("ix_plan_rule_city", "cycle_id", "city_code", "clause", "plan_id", "kind", "tenant_id"),
    )
    plan_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    clause: Mapped[Str] = mapped_column(primary_key=True)
    kind: Mapped[Str] = mapped_column(primary_key=True)
    cycle_id: Mapped[Ref]
    city_code: Mapped[Str]
    version_id: Mapped[Ref]


class CityRequirementRow(Published, TenantOwned, Base):
    """设区市具体要求 of a cycle (五（二）): one at a time for a city, which belongs to its 人社部门.

    ``document`` is the name of the city's document; the file itself is its ``Attachment``.
    """

    __tablename__ = "city_requirement"
    __table_args__ = (
        Index(
            "ix_city_requirement_one",
            "cycle_id",
            "city_code",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
    )
    tenant_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("tenant.id", name="fk_city_requirement_tenant"),
        primary_key=True,
        sort_order=-1,
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_city_requirement_cycle")
    )
    city_code: Mapped[Str]
    workflow: Mapped[Str]
    review_standards: Mapped[Str]
    supporting_measures: Mapped[Str]
    settings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    document: Mapped[Str]
    published_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_city_requirement_published_by")
    )
    published_name: Mapped[Str]
    published_at: Mapped[Made]
    withdrawn_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_city_requirement_withdrawn_by")
    )
    withdrawn_at: Mapped[Moment | None]
