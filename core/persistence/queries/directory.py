"""单位和人员的名录: lists of tenants and of the people in one, by pages; what tasks are made of.

Everything is read in scope. Lists are paged by key: a page costs the same wherever it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from core.domain.roles import Role, TenantKind
from core.persistence.models import Invitation, Person, RecoveryCode, RoleGrant, Tenant
from core.persistence.queries.grant import standing


class TenantOrder(StrEnum):
    """What a list of tenants is sorted by, rising; those that are alike stay in the order of OPENED."""

    OPENED = "opened"
    NAME = "name"
    CITY = "city"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantsWanted:
    """Which tenants: words in the name or the code, of some kinds, of one city; sorted by what, which way."""

    words: str = ""
    kinds: Collection[TenantKind] = ()
    city_code: str = ""
    order: TenantOrder = TenantOrder.OPENED
    falling: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        wanted: list[ColumnElement[bool]] = []
        if self.words:
            wanted.append(
                or_(
                    Tenant.name.contains(self.words, autoescape=True),
                    Tenant.uscc.startswith(self.words, autoescape=True),
                )
            )
        if self.kinds:
            wanted.append(Tenant.kind.in_([kind.value for kind in self.kinds]))
        if self.city_code:
            wanted.append(Tenant.city_code == self.city_code)
        return wanted

    def key(self, of: type[Tenant]) -> tuple[ColumnElement[Any], ...]:
        """What ``of`` is sorted by. No two are alike: the id comes last.

        GB 18030 has the usual characters in the order of 拼音, which no collation of the server has.
        """
        if self.order is TenantOrder.NAME:
            return func.convert_to(of.name, "GB18030"), of.id.expression
        if self.order is TenantOrder.CITY:
            return func.coalesce(of.city_code, ""), of.id.expression
        return (of.id.expression,)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsWanted:
    """Which grants of a tenant: of some roles, standing or all, of one person, of names with ``words``."""

    roles: Collection[Role]
    ended: bool = False
    words: str = ""
    person_id: int | None = None


def tenants(session: Session, wanted: TenantsWanted, *, after: int | None, limit: int) -> Sequence[Row[Any]]:
    """id, kind, name, city_code, uscc, created_at of tenants in scope, from behind the tenant ``after``."""
    key, conditions = wanted.key(Tenant), wanted.conditions()
    if after is not None:
        last = aliased(Tenant)
        there = select(*wanted.key(last)).where(last.id == after).scalar_subquery()
        conditions.append(tuple_(*key) < there if wanted.falling else tuple_(*key) > there)
    return session.execute(
        select(Tenant.id, Tenant.kind, Tenant.name, Tenant.city_code, Tenant.uscc, Tenant.created_at)
        .where(*conditions)
        .order_by(*(each.desc() if wanted.falling else each for each in key))
        .limit(limit)
    ).all()


def holders(session: Session, *, tenant_ids: Collection[int], roles: Collection[Role]) -> Sequence[Row[Any]]:
    """tenant_id and how many people hold one of ``roles`` there now, for those that have any."""
    return session.execute(
        select(RoleGrant.tenant_id, func.count(RoleGrant.person_id.distinct()).label("people"))
        .where(
            RoleGrant.tenant_id.in_(tenant_ids),
            RoleGrant.role.in_([role.value for role in roles]),
            standing(),
        )
        .group_by(RoleGrant.tenant_id)
    ).all()


def planned(session: Session, *, but: int, limit: int) -> Sequence[Row[Any]]:
    """id and name of the enterprises in scope that have a folder, other than ``but``."""
    return session.execute(
        select(Tenant.id, Tenant.name)
        .where(Tenant.slug.is_not(None), Tenant.id != but)
        .order_by(Tenant.id)
        .limit(limit)
    ).all()


def tenant(session: Session, tenant_id: int) -> Row[Any] | None:
    """All columns of a tenant in scope."""
    return session.execute(select(*Tenant.__table__.columns).where(Tenant.id == tenant_id)).one_or_none()


def grants(
    session: Session, tenant_id: int, wanted: GrantsWanted, *, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The grants of a tenant with their people, the latest first, by id from below ``before``."""
    giver, ender = aliased(Person), aliased(Person)
    conditions = [RoleGrant.tenant_id == tenant_id, RoleGrant.role.in_([role.value for role in wanted.roles])]
    if not wanted.ended:
        conditions.append(standing())
    if wanted.words:
        conditions.append(Person.name.contains(wanted.words, autoescape=True))
    if wanted.person_id is not None:
        conditions.append(RoleGrant.person_id == wanted.person_id)
    if before is not None:
        conditions.append(RoleGrant.id < before)
    return session.execute(
        select(
            RoleGrant.id,
            RoleGrant.tenant_id,
            RoleGrant.person_id,
            Person.name.label("person_name"),
            RoleGrant.role,
            RoleGrant.valid_from,
            RoleGrant.valid_to,
            RoleGrant.granted_at,
            giver.name.label("granted_by"),
            RoleGrant.revoked_at,
            ender.name.label("revoked_by"),
            RoleGrant.revoke_reason,
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(giver, giver.id == RoleGrant.granted_by)
        .outerjoin(ender, ender.id == RoleGrant.revoked_by)
        .where(*conditions)
        .order_by(RoleGrant.id.desc())
        .limit(limit)
    ).all()


def person(session: Session, *, person_id: int) -> Row[Any] | None:
    """A person by id, scope or not: whoever asks has found a grant of theirs in scope."""
    return session.execute(
        select(
            Person.id,
            Person.login_name,
            Person.name,
            Person.phone_sealed,
            Person.created_at,
            Person.disabled_at,
        ).where(Person.id == person_id)
    ).one_or_none()


def account(session: Session, *, login_name: str, limit: int) -> Sequence[Row[Any]]:
    """The account of a login name: a row for each grant in scope, those that are not over first.

    Rows: id, name, login_name, disabled_at, tenant_id, tenant_name, role, valid_to, is_over.
    """
    ran_out = RoleGrant.valid_to.is_not(None) & (RoleGrant.valid_to <= func.app_now())
    is_over = or_(RoleGrant.revoked_at.is_not(None), ran_out)
    return session.execute(
        select(
            Person.id,
            Person.name,
            Person.login_name,
            Person.disabled_at,
            RoleGrant.tenant_id,
            Tenant.name.label("tenant_name"),
            RoleGrant.role,
            RoleGrant.valid_to,
            is_over.label("is_over"),
        )
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Tenant, Tenant.id == RoleGrant.tenant_id)
        .where(Person.login_name == login_name)
        .order_by(is_over, RoleGrant.tenant_id, RoleGrant.id)
        .limit(limit)
    ).all()


def invitations(
    session: Session, tenant_id: int, *, roles: Collection[Role], before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The invitations of a tenant to ``roles``, the latest first, by id from below ``before``."""
    inviter, user = aliased(Person), aliased(Person)
    conditions = [Invitation.tenant_id == tenant_id, Invitation.role.in_([role.value for role in roles])]
    if before is not None:
        conditions.append(Invitation.id < before)
    return session.execute(
        select(
            Invitation.id,
            Invitation.role,
            Invitation.name,
            Invitation.valid_to,
            inviter.name.label("inviter"),
            Invitation.created_at,
            Invitation.expires_at,
            Invitation.used_at,
            user.name.label("user"),
            Invitation.revoked_at,
        )
        .join(inviter, inviter.id == Invitation.invited_by)
        .outerjoin(user, user.id == Invitation.used_by)
        .where(*conditions)
        .order_by(Invitation.id.desc())
        .limit(limit)
    ).all()


def own_open_invitations(
    session: Session, *, person_id: int, expired_after: datetime, limit: int
) -> Sequence[Row[Any]]:
    """What somebody sent and nobody used, unless it expired before then; the first to expire first."""
    return session.execute(
        select(
            Invitation.id,
            Invitation.tenant_id,
            Tenant.short_name.label("tenant_name"),
            Invitation.role,
            Invitation.name,
            Invitation.created_at,
            Invitation.expires_at,
        )
        .join(Tenant, Tenant.id == Invitation.tenant_id)
        .where(
            Invitation.invited_by == person_id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > expired_after,
        )
        .order_by(Invitation.expires_at, Invitation.id)
        .limit(limit)
    ).all()


def ending_grants(
    session: Session, tenant_id: int, *, until: datetime, but: int, limit: int
) -> Sequence[Row[Any]]:
    """Grants of others in a tenant that stand and end before ``until``; the first to end first."""
    return session.execute(
        select(
            RoleGrant.id,
            RoleGrant.person_id,
            Person.name.label("person_name"),
            RoleGrant.role,
            RoleGrant.valid_to,
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.tenant_id == tenant_id,
            RoleGrant.person_id != but,
            RoleGrant.valid_to < until,
            standing(),
        )
        .order_by(RoleGrant.valid_to, RoleGrant.id)
        .limit(limit)
    ).all()


def recovery_codes(session: Session, *, person_id: int) -> Row[Any]:
    """How many recovery codes a person has had (``made``) and has left (``left``)."""
    left = func.count(case((RecoveryCode.used_at.is_(None), 1)))
    return session.execute(
        select(func.count().label("made"), left.label("left")).where(RecoveryCode.person_id == person_id)
    ).one()
