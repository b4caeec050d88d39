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
    UniqueConstraint,
    any_,
    or_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from core.persistence.columns import Id, Made, Ref, Str
from core.persistence.db import READ_TENANTS, Base, TenantOwned


class PilotCycleRow(Base):
    """A year of the pilot, or a further round in it with its reason (``core.domain.pilot_cycle``)."""

    __tablename__ = "pilot_cycle"
    __table_args__ = (
        UniqueConstraint("code", name="uq_pilot_cycle_code"),
        UniqueConstraint("year", "round", name="uq_pilot_cycle_year_round"),
    )
    id: Mapped[Id]
    code: Mapped[Str]
    year: Mapped[int]
    round: Mapped[int]
    edition: Mapped[Str]
    mode: Mapped[Str]
    nomination: Mapped[date] = mapped_column(Date)
    plan_report: Mapped[date] = mapped_column(Date)
    list_formed: Mapped[date] = mapped_column(Date)
    provincial_publicity_start: Mapped[date] = mapped_column(Date)
    year_end: Mapped[date] = mapped_column(Date)
    usual_quota: Mapped[int]
    quotas: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    clusters: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    clusters_reason: Mapped[Str | None]
    senior_technicians_advised: Mapped[int | None]
    second_reason: Mapped[Str | None]
    opened_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_pilot_cycle_opened_by")
    )
    opened_role: Mapped[Str]
    opened_at: Mapped[Made]


class PlanExpertRow(Base):
    """方案评估专家 of a cycle."""

    __tablename__ = "plan_expert"
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_plan_expert_cycle"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_plan_expert_person"), primary_key=True
    )
    name: Mapped[Str]
    employer: Mapped[Str]


class Decided:
    """Who of the province decided something, as what, when and why."""

    reason: Mapped[Str]
    decided_name: Mapped[Str]
    decided_role: Mapped[Str]
    decided_at: Mapped[Made]

    @declared_attr
    def decided_by(cls) -> Mapped[int]:  # noqa: N805 - a class attribute, by SQLAlchemy's way of declaring it
        name = f"fk_{cls.__tablename__}_decided_by"  # type: ignore[attr-defined]
        return mapped_column(BigInteger, ForeignKey("person.id", name=name))


class QuotaRaiseRow(Decided, Base):
    """A city's quota of ordinary nominations from then on (AMB-02)."""

    __tablename__ = "quota_raise"
    __table_args__ = (Index("ix_quota_raise_cycle", "cycle_id", "id"),)
    id: Mapped[Id]
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_quota_raise_cycle")
    )
    city_code: Mapped[Str]
    quota: Mapped[int]


class ReopeningRow(Decided, Base):
    """A deadline that one enterprise may keep up to ``until``; ``deadline`` is a field of ``Deadlines``."""

    __tablename__ = "reopening"
    __table_args__ = (Index("ix_reopening_cycle", "cycle_id", "id"),)
    id: Mapped[Id]
    cycle_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("pilot_cycle.id", name="fk_reopening_cycle"))
    uscc: Mapped[Str]
    deadline: Mapped[Str]
    until: Mapped[date] = mapped_column(Date)


class BothHandsRow(Decided, Base):
    """A city where one person may nominate and countersign (AMB-01)."""

    __tablename__ = "both_hands"
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_both_hands_cycle"), primary_key=True
    )
    city_code: Mapped[Str] = mapped_column(primary_key=True)


class CalendarYear(Base):
    """A version of a year's working days as the province entered it; the highest number holds (AMB-20)."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
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
    def readable(cls) -> ColumnElement[bool]:
        return or_(super().readable(), cls.nomination_tenant_id == any_(READ_TENANTS))
