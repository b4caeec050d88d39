"""违规处理: who may not apply or take part (``core.domain.sanction``), by a hash and never a name."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Id, Made, Str
from core.persistence.db import Base


class Sanction(Base):
    """A decision of the province; read in every check, so that a ban holds across tenants and roles."""

    __tablename__ = "sanction"
    __table_args__ = (
        UniqueConstraint("subject", "document", name="uq_sanction_subject_document"),
        Index("ix_sanction_decided_on", "decided_on", "id"),
    )
    id: Mapped[Id]
    kind: Mapped[Str]
    subject: Mapped[Str]
    decided_on: Mapped[date] = mapped_column(Date)
    document: Mapped[Str]
    entered_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_sanction_entered_by")
    )
    entered_at: Mapped[Made]
