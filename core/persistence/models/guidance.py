"""指导: reference files that province and city publish, and the log of guidance given to an enterprise."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Made, Moment, Str
from core.persistence.db import Base, Published, TenantOwned


class GuidanceFile(Published, TenantOwned, Base):
    """参考资料 of a cycle (二（二）); the file itself is its ``Attachment``.

    ``city_code`` is that of the body, null for the province: others know it by this alone.
    """

    __tablename__ = "guidance_file"
    __table_args__ = (
        Index("ix_guidance_file_cycle", "cycle_id", "id"),
        Index(
            "ix_guidance_file_city", "cycle_id", "city_code", postgresql_where=text("withdrawn_at is null")
        ),
    )
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_guidance_file_tenant"), primary_key=True, sort_order=-1
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_guidance_file_cycle")
    )
    title: Mapped[Str]
    published_by_unit: Mapped[Str]
    city_code: Mapped[Str | None]
    published_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_guidance_file_published_by")
    )
    published_at: Mapped[Made]
    withdrawn_at: Mapped[Moment | None]


class GuidanceEntry(TenantOwned, Base):
    """政策咨询、过程指导或信息化数据 given to an enterprise (五（一）); it belongs to the enterprise."""

    __tablename__ = "guidance_entry"
    __table_args__ = (Index("ix_guidance_entry_cycle", "tenant_id", "cycle_id", "id"),)
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_guidance_entry_tenant"), primary_key=True, sort_order=-1
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pilot_cycle.id", name="fk_guidance_entry_cycle")
    )
    kind: Mapped[Str]
    summary: Mapped[Str]
    given_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_guidance_entry_given_by")
    )
    given_by_unit: Mapped[Str]
    given_on: Mapped[date] = mapped_column(Date)
    written_at: Mapped[Made]
