"""授权的读写: the hats of a person, the grants and invitations of a tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.domain.roles import Grant, Hat, Role, TenantKind
from core.persistence.models import Invitation, Person, RoleGrant, Tenant

QUIET: Final = {"synchronize_session": False}
"""No rows are kept as objects, so an update has none to bring up to date."""

HAT: Final = (
    RoleGrant.id.label("grant_id"),
    RoleGrant.tenant_id,
    RoleGrant.tenant_kind,
    RoleGrant.role,
    RoleGrant.valid_to,
    Tenant.name.label("tenant_name"),
    Tenant.short_name.label("tenant_short_name"),
    Tenant.city_code,
)


NOW: Final = select(func.app_now()).scalar_subquery()
"""The time, asked once a statement: ``app_now()`` by itself is asked for every row."""


def standing() -> ColumnElement[bool]:
    """Whether a grant holds now."""
    return and_(
        RoleGrant.revoked_at.is_(None),
        RoleGrant.valid_from <= NOW,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > NOW),
    )


def as_hat(row: Row[Any]) -> Hat:
    return Hat(
        grant_id=row.grant_id,
        tenant_id=row.tenant_id,
        tenant_kind=TenantKind(row.tenant_kind),
        tenant_name=row.tenant_name,
        tenant_short_name=row.tenant_short_name,
        city_code=row.city_code,
        role=Role(row.role),
        valid_to=row.valid_to,
    )


def hats(session: Session, *, person_id: int) -> tuple[Hat, ...]:
    """The standing grants of a person in every tenant, by tenant."""
    rows = session.execute(
        select(*HAT)
        .join(Tenant, Tenant.id == RoleGrant.tenant_id)
        .where(RoleGrant.person_id == person_id, standing())
        .order_by(RoleGrant.tenant_id, RoleGrant.id)
    )
    return tuple(map(as_hat, rows))


def tenant(session: Session, *, tenant_id: int) -> Row[Any] | None:
    """id, kind, name, short_name and city_code of a tenant in scope."""
    return session.execute(
        select(Tenant.id, Tenant.kind, Tenant.name, Tenant.short_name, Tenant.city_code).where(
            Tenant.id == tenant_id
        )
    ).one_or_none()


_one = aliased(Tenant)
_its_city = select(_one.city_code).where(_one.id == bindparam("like")).scalar_subquery()
TENANTS_OF_CITY: Final = select(func.array_agg(Tenant.id)).where(Tenant.city_code == _its_city)


def tenants_of_city(session: Session, *, like: int) -> frozenset[int]:
    """The tenants in the city of the tenant ``like``."""
    return frozenset(session.execute(TENANTS_OF_CITY, {"like": like}).scalar_one() or ())


def lock_person(session: Session, *, person_id: int) -> None:
    """Hold a person, so that one act at a time adds to what they are."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def _not_over() -> ColumnElement[bool]:
    """Whether a grant holds now or will: it is not revoked or over."""
    return and_(
        RoleGrant.revoked_at.is_(None),
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > func.app_now()),
    )


def holding(session: Session, *, tenant_id: int, among: Sequence[int]) -> frozenset[int]:
    """Those of some people who are something in one tenant now or will be."""
    rows = session.execute(
        select(RoleGrant.person_id).where(
            RoleGrant.tenant_id == tenant_id, RoleGrant.person_id.in_(among), _not_over()
        )
    )
    return frozenset(rows.scalars())


def held_roles(session: Session, *, tenant_id: int, person_id: int) -> tuple[Role, ...]:
    """What a person is in one tenant now or will be: every grant that is not revoked or over."""
    rows = session.execute(
        select(RoleGrant.role).where(
            RoleGrant.tenant_id == tenant_id, RoleGrant.person_id == person_id, _not_over()
        )
    )
    return tuple(map(Role, rows.scalars()))


def held(session: Session, *, person_id: int) -> tuple[tuple[int, Role], ...]:
    """The tenant and the role of each grant of a person that is not revoked or over, of those in scope."""
    rows = session.execute(
        select(RoleGrant.tenant_id, RoleGrant.role)
        .where(RoleGrant.person_id == person_id, _not_over())
        .order_by(RoleGrant.tenant_id, RoleGrant.id)
    )
    return tuple((row.tenant_id, Role(row.role)) for row in rows)


def grants(
    session: Session,
    *,
    tenant_id: int,
    person_id: int | None = None,
    only: int | None = None,
    after: int = 0,
    limit: int = 50,
) -> tuple[Grant, ...]:
    """The grants of a tenant by id above ``after``, revoked ones too: all, a person's, or ``only`` one."""
    giver, ender = aliased(Person), aliased(Person)
    query = (
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
        .where(RoleGrant.tenant_id == tenant_id, RoleGrant.id > after)
        .order_by(RoleGrant.id)
        .limit(limit)
    )
    if person_id is not None:
        query = query.where(RoleGrant.person_id == person_id)
    if only is not None:
        query = query.where(RoleGrant.id == only)
    return tuple(_grant(row) for row in session.execute(query))


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        id=row.id,
        tenant_id=row.tenant_id,
        person_id=row.person_id,
        person_name=row.person_name,
        role=Role(row.role),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        granted_at=row.granted_at,
        granted_by=row.granted_by,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        revoke_reason=row.revoke_reason,
    )


def lock_holders(session: Session, *, tenant_id: int, role: Role) -> list[int]:
    """The standing grants of ``role`` in a tenant, held so that one act at a time takes one away."""
    rows = session.execute(
        select(RoleGrant.id)
        .where(RoleGrant.tenant_id == tenant_id, RoleGrant.role == role.value, standing())
        .order_by(RoleGrant.id)
        .with_for_update()
    )
    return list(rows.scalars())


def add_grant(session: Session, **values: Any) -> int:
    """A new grant; returns its id. ``values`` are columns of ``RoleGrant``."""
    made: int = session.execute(insert(RoleGrant).values(**values).returning(RoleGrant.id)).scalar_one()
    return made


def revoke(session: Session, *, tenant_id: int, grant_id: int, by: int, reason: str) -> bool:
    """Revoke a grant; False when it is revoked already."""
    done = session.execute(
        update(RoleGrant)
        .where(RoleGrant.tenant_id == tenant_id, RoleGrant.id == grant_id, RoleGrant.revoked_at.is_(None))
        .values(revoked_at=func.app_now(), revoked_by=by, revoke_reason=reason)
        .returning(RoleGrant.id),
        execution_options=QUIET,
    )
    return done.one_or_none() is not None


def over(session: Session, *, tenant_id: int, person_id: int, role: Role) -> int | None:
    """The grant of this role that has run out and was never revoked: a new one takes its place."""
    return session.execute(
        select(RoleGrant.id).where(
            RoleGrant.tenant_id == tenant_id,
            RoleGrant.person_id == person_id,
            RoleGrant.role == role.value,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.valid_to <= func.app_now(),
        )
    ).scalar_one_or_none()


def add_invitation(session: Session, **values: Any) -> int:
    """A new invitation; returns its id. ``values`` are columns of ``Invitation``."""
    made: int = session.execute(insert(Invitation).values(**values).returning(Invitation.id)).scalar_one()
    return made


def invitation(session: Session, *, token_hash: bytes, lock: bool = False) -> Row[Any] | None:
    """The invitation of a token with its tenant and inviter; ``lock`` holds it while it is used."""
    inviter = aliased(Person)
    query = (
        select(
            Invitation.tenant_id,
            Invitation.id,
            Invitation.tenant_kind,
            Invitation.token_hash,
            Invitation.role,
            Invitation.name,
            Invitation.valid_to,
            Invitation.invited_by,
            inviter.name.label("inviter"),
            inviter.disabled_at.label("inviter_disabled_at"),
            Invitation.created_at,
            Invitation.expires_at,
            Invitation.used_at,
            Invitation.revoked_at,
            Tenant.name.label("tenant_name"),
            Tenant.short_name.label("tenant_short_name"),
            Tenant.city_code,
            func.app_now().label("now"),
        )
        .join(Tenant, Tenant.id == Invitation.tenant_id)
        .join(inviter, inviter.id == Invitation.invited_by)
        .where(Invitation.token_hash == token_hash)
    )
    return session.execute(query.with_for_update(of=Invitation) if lock else query).one_or_none()


def invitation_of(session: Session, *, tenant_id: int, invitation_id: int) -> Row[Any] | None:
    """id, name and role of an invitation of a tenant."""
    return session.execute(
        select(Invitation.id, Invitation.name, Invitation.role).where(
            Invitation.tenant_id == tenant_id, Invitation.id == invitation_id
        )
    ).one_or_none()


def change_invitation(session: Session, *, tenant_id: int, invitation_id: int, **values: Any) -> bool:
    """Change an invitation that is neither used nor revoked; False when there is no such one."""
    done = session.execute(
        update(Invitation)
        .where(
            Invitation.tenant_id == tenant_id,
            Invitation.id == invitation_id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(**values)
        .returning(Invitation.id),
        execution_options=QUIET,
    )
    return done.one_or_none() is not None
