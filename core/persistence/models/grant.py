"""授权: person × tenant × role × validity, and the links that are handed over to come in, or in again."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.columns import Made, Moment, Ref, Str
from core.persistence.db import SCOPE_PERSON, Base, TenantOwned

STANDING = text("revoked_at is null")


class RoleGrant(TenantOwned, Base):
    """A hat. ``tenant_kind`` ties the role to the kind of tenant it exists in."""

    __tablename__ = "role_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "tenant_kind"], ["tenant.id", "tenant.kind"], name="fk_role_grant_tenant"
        ),
        UniqueConstraint("tenant_id", "id", "person_id", name="uq_role_grant_tenant_id_id_person_id"),
        Index(
            "ix_role_grant_current", "tenant_id", "role", "person_id", unique=True, postgresql_where=STANDING
        ),
        Index(
            "ix_role_grant_ending",
            "tenant_id",
            "valid_to",
            "id",
            postgresql_where=text("revoked_at is null and valid_to is not null"),
        ),
        Index(
            "ix_role_grant_one_admin",
            "person_id",
            unique=True,
            postgresql_where=text("tenant_kind = 'platform' and revoked_at is null"),
        ),
        Index("ix_role_grant_person", "person_id"),
        Index("ix_role_grant_role", "tenant_id", "role", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_kind: Mapped[Str]
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id", name="fk_role_grant_person"))
    role: Mapped[Str]
    valid_from: Mapped[Made]
    valid_to: Mapped[Moment | None]
    granted_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_role_grant_granted_by")
    )
    granted_at: Mapped[Made]
    revoked_at: Mapped[Moment | None]
    revoked_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_role_grant_revoked_by")
    )
    revoke_reason: Mapped[Str | None]

    @classmethod
    def readable(cls) -> ColumnElement[bool]:
        """Also the person's own hats, whatever tenant they are in."""
        return or_(super().readable(), cls.person_id == SCOPE_PERSON)


class Invitation(TenantOwned, Base):
    """A link shown once to the inviter; only the hash of its token is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "tenant_kind"], ["tenant.id", "tenant.kind"], name="fk_invitation_tenant"
        ),
        UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
        Index(
            "ix_invitation_open",
            "invited_by",
            "expires_at",
            "id",
            postgresql_where=text("used_at is null and revoked_at is null"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_kind: Mapped[Str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    role: Mapped[Str]
    name: Mapped[Str]
    valid_to: Mapped[Moment | None]
    invited_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_invitation_invited_by")
    )
    created_at: Mapped[Made]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    used_by: Mapped[Ref | None] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_invitation_used_by")
    )
    revoked_at: Mapped[Moment | None]


class PasswordLink(TenantOwned, Base):
    """A link to set a new password, of the tenant that issued it; only the hash of its token is kept.

    A later one for the same person takes its place, whichever tenant that is of.
    """

    __tablename__ = "password_link"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_password_link_tenant"),
        UniqueConstraint("token_hash", name="uq_password_link_token_hash"),
        Index("ix_password_link_person", "person_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_password_link_person")
    )
    issued_by: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("person.id", name="fk_password_link_issued_by")
    )
    created_at: Mapped[Made]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
