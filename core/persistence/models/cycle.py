"""年度: what the province opens and decides for it, read by everybody; and who was admitted."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    any_,
    literal,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Id, Made, Ref, Str
from core.persistence.db import Base, TenantOwned
from core.persistence.scope import Scope


class PilotCycle(Base):
    """A year of the pilot, or a further round in it, with a reason. Its days count until 24:00 (AMB-18)."""

    __tablename__ = "pilot_cycle"
    __table_args__ = (UniqueConstraint("year", "round", name="uq_pilot_cycle_year_round"),)
    id: Mapped[Id]
    year: Mapped[int]
    round: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    edition: Mapped[Str]
    mode: Mapped[Str]
    nomination: Mapped[date] = mapped_column(Date)
    plan_report: Mapped[date] = mapped_column(Date)
    list_formed: Mapped[date] = mapped_column(Date)
    provincial_publicity_start: Mapped[date] = mapped_column(Date)
    year_end: Mapped[date] = mapped_column(Date)
    clusters: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reason: Mapped[Str | None]
    opened_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_pilot_cycle_opened_by")
    )
    opened_at: Mapped[Made]


class PlanExpert(Base):
    """方案评估专家 of a cycle."""

    __tablename__ = "plan_expert"
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_plan_expert_cycle"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_expert_person"), primary_key=True
    )
    added_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", name="fk_plan_expert_added_by"))
    added_at: Mapped[Made]


class CityQuota(Base):
    """How many ordinary enterprises a city may nominate; the latest decision holds, one without any."""

    __tablename__ = "city_quota"
    __table_args__ = (Index("ix_city_quota_cycle", "cycle_id", "city_code", "id"),)
    id: Mapped[Id]
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_city_quota_cycle")
    )
    city_code: Mapped[Str]
    quota: Mapped[int]
    reason: Mapped[Str]
    decided_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_city_quota_decided_by")
    )
    decided_at: Mapped[Made]


class DeadlineReopened(Base):
    """A later last day of one step for one enterprise; ``step`` is a field of ``Deadlines``."""

    __tablename__ = "deadline_reopened"
    __table_args__ = (Index("ix_deadline_reopened_uscc", "cycle_id", "uscc", "step", "id"),)
    id: Mapped[Id]
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_deadline_reopened_cycle")
    )
    uscc: Mapped[Str]
    step: Mapped[Str]
    last_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[Str]
    decided_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_deadline_reopened_decided_by")
    )
    decided_at: Mapped[Made]


class CalendarYear(Base):
    """The working days of a year as the province entered them; the highest version holds (AMB-20)."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    as_of: Mapped[date] = mapped_column(Date)
    holidays: Mapped[list[date]] = mapped_column(ARRAY(Date))
    workdays: Mapped[list[date]] = mapped_column(ARRAY(Date))
    source: Mapped[Str]
    reason: Mapped[Str]
    entered_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_calendar_year_entered_by")
    )
    entered_at: Mapped[Made]


class CyclePlace(TenantOwned, Base):
    """An enterprise admitted to a cycle, and by which nomination: who made that sees it too.

    Without a foreign key to the nomination, which is another tenant's.
    """

    __tablename__ = "cycle_place"
    __table_args__ = (
        UniqueConstraint("nomination_tenant_id", "nomination_id", name="uq_cycle_place_nomination"),
        Index("ix_cycle_place_cycle", "cycle_id", "tenant_id"),
    )
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_cycle_place_tenant"), primary_key=True, sort_order=-1
    )
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_cycle_place_cycle"), primary_key=True
    )
    nomination_tenant_id: Mapped[Ref]
    nomination_id: Mapped[Ref]
    channel: Mapped[Str]
    quota_class: Mapped[Str]
    admitted_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_cycle_place_admitted_by")
    )
    admitted_at: Mapped[Made]

    @classmethod
    def readable(cls, current: Scope) -> ColumnElement[bool]:
        named = any_(literal(sorted(current.tenants()), ARRAY(BigInteger)))
        return or_(super().readable(current), cls.nomination_tenant_id == named)
