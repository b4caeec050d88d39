"""单位: a pilot enterprise, or a body of the administration, with data of its own (ADR 0006)."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Id, Made, Moment, Str
from core.persistence.db import Base, TenantOwned


class Tenant(Base):
    """``city_code`` is GB/T 2260; ``uscc`` and ``slug`` (its folder under tenants/) only for enterprises."""

    __tablename__ = "tenant"
    __table_args__ = (
        UniqueConstraint("id", "kind", name="uq_tenant_id_kind"),
        UniqueConstraint("uscc", name="uq_tenant_uscc"),
        UniqueConstraint("slug", name="uq_tenant_slug"),
        Index("ix_tenant_city_code", "city_code", "id"),
        Index("ix_tenant_kind", "kind", "id"),
    )
    id: Mapped[Id]
    kind: Mapped[Str]
    name: Mapped[Str]
    short_name: Mapped[Str]
    city_code: Mapped[Str | None]
    uscc: Mapped[Str | None]
    slug: Mapped[Str | None]
    created_at: Mapped[Made]


class TenantPlugin(TenantOwned, Base):
    """A shared plugin that an enterprise has on; they are asked by ``position``."""

    __tablename__ = "tenant_plugin"
    __table_args__ = (
        Index(
            "ix_tenant_plugin_on",
            "tenant_id",
            "name",
            unique=True,
            postgresql_where=text("removed_at is null"),
        ),
    )
    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", name="fk_tenant_plugin_tenant"), primary_key=True, sort_order=-1
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[Str]
    position: Mapped[int]
    added_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_tenant_plugin_added_by")
    )
    added_at: Mapped[Made]
    removed_at: Mapped[Moment | None]
