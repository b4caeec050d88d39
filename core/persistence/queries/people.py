"""人员的读写: whoever has a role in a tenant, who was invited, what of that ends soon."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Row,
    Select,
    Text,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from core.domain.roles import Role
from core.persistence.models import (
    Invitation,
    Person,
    RecoveryCode,
    RoleGrant,
    Tenant,
)
from core.persistence.queries.grant import NOW, standing
from core.persistence.queries.statements import as_json, exactly, like, one_of, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsWanted:
    """Which grants of a tenant: of some roles, standing or all, of one person, of names with ``words``."""

    roles: Collection[Role]
    ended: bool = False
    words: str = ""
    person_id: int | None = None


def grants(
    session: Session, tenant_id: int, wanted: GrantsWanted, *, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The grants of a tenant with their people, the latest first, by id from below ``before``."""
    query = _grants(
        ended=wanted.ended,
        words=bool(wanted.words),
        person=wanted.person_id is not None,
        before=before is not None,
        limit=limit,
    )
    values = {
        "tenant_id": tenant_id,
        "roles": list(wanted.roles),
        "anywhere": f"%{plain(wanted.words)}%",
        "person_id": wanted.person_id,
        "before": before,
    }
    return session.execute(query, values).all()


@cache
def _grants(*, ended: bool, words: bool, person: bool, before: bool, limit: int) -> Select[Any]:
    """A page is picked first and its names looked up then, whatever size the planner expects.

    And it is picked from a page of each role: some roles are few among thousands of others.
    """
    roles = func.unnest(bindparam("roles", type_=ARRAY(Text))).table_valued("role").render_derived()
    picked = select(RoleGrant).where(
        RoleGrant.tenant_id == bindparam("tenant_id"), RoleGrant.role == roles.c.role
    )
    if not ended:
        picked = picked.where(standing())
    if words:
        picked = picked.join(Person, Person.id == RoleGrant.person_id).where(like(Person.name, "anywhere"))
    if person:
        picked = picked.where(RoleGrant.person_id == bindparam("person_id"))
    if before:
        picked = picked.where(RoleGrant.id < bindparam("before"))
    of_role = picked.order_by(RoleGrant.id.desc()).limit(exactly(limit)).lateral()
    page = select(of_role).select_from(roles).join(of_role, true())
    each = page.order_by(of_role.c.id.desc()).limit(exactly(limit)).subquery().c
    holder, giver, ender = aliased(Person), aliased(Person), aliased(Person)
    return (
        select(
            each.id,
            each.tenant_id,
            each.person_id,
            holder.name.label("person_name"),
            each.role,
            each.valid_from,
            each.valid_to,
            each.granted_at,
            giver.name.label("granted_by"),
            each.revoked_at,
            ender.name.label("revoked_by"),
            each.revoke_reason,
        )
        .join(holder, holder.id == each.person_id)
        .outerjoin(giver, giver.id == each.granted_by)
        .outerjoin(ender, ender.id == each.revoked_by)
        .order_by(each.id.desc())
    )


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
    query = _invitations(before=before is not None, limit=limit)
    values = {"tenant_id": tenant_id, "roles": list(roles), "before": before}
    return session.execute(query, values).all()


@cache
def _invitations(*, before: bool, limit: int) -> Select[Any]:
    """As ``_grants``: picked first, names then."""
    picked = select(Invitation).where(
        Invitation.tenant_id == bindparam("tenant_id"), one_of(Invitation.role, "roles")
    )
    if before:
        picked = picked.where(Invitation.id < bindparam("before"))
    each = picked.order_by(Invitation.id.desc()).limit(exactly(limit)).subquery().c
    inviter, user = aliased(Person), aliased(Person)
    return (
        select(
            each.id,
            each.role,
            each.name,
            each.valid_to,
            inviter.name.label("inviter"),
            each.created_at,
            each.expires_at,
            each.used_at,
            user.name.label("user"),
            each.revoked_at,
            NOW.label("now"),
        )
        .join(inviter, inviter.id == each.invited_by)
        .outerjoin(user, user.id == each.used_by)
        .order_by(each.id.desc())
    )


def waiting(
    session: Session,
    *,
    person_id: int,
    tenant_id: int | None,
    expired_after: datetime,
    until: datetime,
    limit: int,
) -> Row[Any]:
    """What waits because of accounts, in one row and as JSON; moments in it are text in ISO 8601.

    ``sent``: the invitations that somebody sent and nobody used, unless expired before ``expired_after``,
    the first to expire first. ``ending``: the grants of others in ``tenant_id`` that stand and end before
    ``until``, the first to end first; none without a tenant. ``left``: their recovery codes that are left.
    """
    values = {
        "person_id": person_id,
        "tenant_id": tenant_id,
        "expired_after": expired_after,
        "until": until,
    }
    return session.execute(_waiting(limit), values).one()


@cache
def _waiting(limit: int) -> Select[Any]:
    sent = (
        select(
            Invitation.id,
            Invitation.tenant_id,
            Tenant.short_name.label("tenant_name"),
            Invitation.role,
            Invitation.name,
            Invitation.expires_at,
        )
        .join(Tenant, Tenant.id == Invitation.tenant_id)
        .where(
            Invitation.invited_by == bindparam("person_id"),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > bindparam("expired_after"),
        )
        .order_by(Invitation.expires_at, Invitation.id)
        .limit(exactly(limit))
        .subquery("sent")
    )
    ending = (
        select(
            RoleGrant.id,
            RoleGrant.person_id,
            Person.name.label("person_name"),
            RoleGrant.role,
            RoleGrant.valid_to,
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.tenant_id == bindparam("tenant_id", type_=BigInteger()),
            RoleGrant.person_id != bindparam("person_id"),
            RoleGrant.valid_to < bindparam("until"),
            standing(),
        )
        .order_by(RoleGrant.valid_to, RoleGrant.id)
        .limit(exactly(limit))
        .subquery("ending")
    )
    return select(
        select(RECOVERY_CODES.selected_columns.left).where(OWN_CODES).scalar_subquery().label("left"),
        as_json(sent, sent.c.expires_at, sent.c.id).label("sent"),
        as_json(ending, ending.c.valid_to, ending.c.id).label("ending"),
    )


OWN_CODES: Final = RecoveryCode.person_id == bindparam("person_id")
RECOVERY_CODES: Final = select(
    func.count().label("made"), func.count(case((RecoveryCode.used_at.is_(None), 1))).label("left")
).where(OWN_CODES)


def recovery_codes(session: Session, *, person_id: int) -> Row[Any]:
    """How many recovery codes a person has had (``made``) and has left (``left``)."""
    return session.execute(RECOVERY_CODES, {"person_id": person_id}).one()
