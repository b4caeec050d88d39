"""单位: a pilot enterprise, or a body of the administration, with data of its own (ADR 0006)."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from core.persistence.columns import Id, Made, Str
from core.persistence.db import Base


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
