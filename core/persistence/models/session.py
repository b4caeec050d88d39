"""登录: sessions that the server can end, the history of signing in, and what slows guessing down."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Id, Made, Moment, Ref, Str
from core.persistence.db import Base


class UserSession(Base):
    """One signed-in browser; the cookie holds a token of which only the hash is here.

    Its hat is a grant of the same person.
    """

    __tablename__ = "user_session"
    __table_args__ = (
        ForeignKeyConstraint(
            ["hat_tenant_id", "hat_grant_id", "person_id"],
            ["role_grant.tenant_id", "role_grant.id", "role_grant.person_id"],
            name="fk_user_session_hat",
        ),
        UniqueConstraint("token_hash", name="uq_user_session_token_hash"),
        Index("ix_user_session_person", "person_id", "ended_at"),
    )
    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", name="fk_user_session_person"))
    hat_tenant_id: Mapped[Ref | None]
    hat_grant_id: Mapped[Ref | None]
    address: Mapped[Str]
    agent: Mapped[Str]
    created_at: Mapped[Made]
    seen_at: Mapped[Made]
    expires_at: Mapped[Moment]
    second_factor_at: Mapped[Moment | None]
    stepped_up_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    end_reason: Mapped[Str | None]


class SignIn(Base):
    """One try to sign in, shown to the person it was for; never changed, never deleted by the application."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person", "person_id", "id"),)
    id: Mapped[Id]
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_sign_in_person")
    )
    at: Mapped[Made]
    address: Mapped[Str]
    agent: Mapped[Str]
    outcome: Mapped[Str]


class Throttle(Base):
    """Failures against one key (an account, an account from an address, a known device, an address).

    ``refused`` says that an attempt was turned away since the last one that counted.
    """

    __tablename__ = "throttle"
    __table_args__ = (Index("ix_throttle_failed_at", "failed_at"),)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    failed_at: Mapped[Made]
    blocked_until: Mapped[Moment | None]
    refused: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
