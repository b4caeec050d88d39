"""环节: where every enterprise stands in a cycle, and how many stand where (ADR 0023).

Both are written by triggers on nominations and plans alone, in the transaction of each act.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Ref, Str
from core.persistence.db import Base, TenantOwned


class CyclePosition(TenantOwned, Base):
    """A nomination, and the enterprise that it became, by its stage (``core.domain.cycle_stages``).

    Belongs to who nominates. ``due`` is the deadline that the stage has to be left by, a field of
    ``Deadlines`` or "". ``enterprise_id`` is the tenant once it was admitted, ``version_id`` the version of
    its plan that is read: the approved one, or the last that was sent in. ``returns`` counts versions that
    were returned; ``accepted`` and ``refused`` the last words on reasons of bodies that have decided since;
    ``waivers`` what was waived.
    """

    __tablename__ = "cycle_position"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "nomination_id"],
            ["nomination.tenant_id", "nomination.id"],
            name="fk_cycle_position_nomination",
        ),
        Index("ix_cycle_position_cycle", "cycle_id", "nomination_id"),
        Index("ix_cycle_position_stage", "cycle_id", "stage", "nomination_id"),
        Index("ix_cycle_position_city", "cycle_id", "city_code", "nomination_id"),
        Index("ix_cycle_position_uscc", "cycle_id", "uscc"),
    )
    nomination_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_cycle_position_cycle")
    )
    city_code: Mapped[Str]
    channel: Mapped[Str]
    quota_class: Mapped[Str]
    class_proved: Mapped[bool]
    uscc: Mapped[Str]
    enterprise: Mapped[Str]
    enterprise_id: Mapped[Ref | None]
    version_id: Mapped[Ref | None]
    stage: Mapped[Str]
    due: Mapped[Str] = mapped_column(server_default=text("''"))
    returns: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    accepted: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    refused: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    waivers: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class CycleCount(TenantOwned, Base):
    """How many positions are alike, and what they come to; ``…_of`` count the enterprises, others the sum."""

    __tablename__ = "cycle_count"
    __table_args__ = (Index("ix_cycle_count_cycle", "cycle_id"),)
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_cycle_count_tenant"), primary_key=True, sort_order=-1
    )
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_cycle_count_cycle"), primary_key=True
    )
    city_code: Mapped[Str] = mapped_column(primary_key=True)
    channel: Mapped[Str] = mapped_column(primary_key=True)
    quota_class: Mapped[Str] = mapped_column(primary_key=True)
    class_proved: Mapped[bool] = mapped_column(primary_key=True)
    stage: Mapped[Str] = mapped_column(primary_key=True)
    due: Mapped[Str] = mapped_column(primary_key=True)
    number: Mapped[int]
    returned_of: Mapped[int]
    returns: Mapped[int]
    accepted_of: Mapped[int]
    accepted: Mapped[int]
    refused_of: Mapped[int]
    refused: Mapped[int]
    waived_of: Mapped[int]
    waivers: Mapped[int]
