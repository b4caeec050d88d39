"""账号: a person and what proves it is them."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Id, Made, Moment, Ref, Str
from core.persistence.db import Base


class Person(Base):
    """One account a person; ``phone_sealed`` is encrypted, ``phone_index`` its keyed blind index."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("login_name", name="uq_person_login_name"),
        Index("ix_person_phone_index", "phone_index", unique=True),
    )
    id: Mapped[Id]
    login_name: Mapped[Str]
    name: Mapped[Str]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Made]
    disabled_at: Mapped[Moment | None]


class Credential(Base):
    """``totp_last_step`` is the last time step whose code was used: a code works once."""

    __tablename__ = "credential"
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[Str]
    password_set_at: Mapped[Made]
    previous_hashes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[Moment | None]
    totp_last_step: Mapped[Ref | None]


class RecoveryCode(Base):
    __tablename__ = "recovery_code"
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[Moment | None]


class KnownDevice(Base):
    """A browser the person has signed in from; it keeps its place while strangers guess."""

    __tablename__ = "known_device"
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    created_at: Mapped[Made]
    used_at: Mapped[Made]
