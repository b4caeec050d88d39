"""名录: the tenants an actor reads, the people of one of them, and what may be seen of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core import policy
from core.audit import Subject, record_read
from core.crypto import Keyring, Personal, Secret, context
from core.domain.places import city_name
from core.domain.roles import Actor, Grant, Reach, Role, TenantKind, grantable, may_grant
from core.persistence.queries import cycle as cycles
from core.persistence.queries import directory as queries
from core.persistence.queries import people
from core.persistence.queries.directory import TenantsWanted
from core.persistence.queries.people import GrantsWanted
from core.policy import Sight, Stage
from core.services.accounts.answers import NotAllowed
from core.services.accounts.invitations import Sent, State

PAGE: Final = 20
MOST_GRANTS: Final = 100
"""Of one person in a tenant: a handful."""
BATCH: Final = 1000
"""Tenants fetched at a time when a whole list is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A tenant in a list; ``people`` counts those who answer for it, with a role of 2FA."""

    id: int
    kind: TenantKind
    name: str
    city: str
    uscc: str | None
    people: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cycle that an enterprise was admitted to, by which nomination; who admitted it, as the record says.

    ``year`` and ``code`` are of the cycle; ``channel`` and ``quota_class`` are codes.
    """

    cycle_id: int
    code: str
    year: int
    channel: str
    quota_class: str
    admitted_at: datetime
    admitted_name: str | None
    admitted_role: Role | None
    nomination_tenant_id: int
    nomination_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A tenant on its own page; ``makes_plan`` when it has begun its plan on the platform."""

    id: int
    kind: TenantKind
    name: str
    short_name: str
    city_code: str | None
    uscc: str | None
    slug: str | None
    created_at: datetime
    makes_plan: bool

    @property
    def city(self) -> str:
        return city_name(self.city_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person as a tenant's page shows them: ``login_name`` and ``phone`` are None when withheld or absent.

    ``may_reveal`` says that the phone is shown whole to who gives a reason.
    """

    id: int
    name: str
    login_name: str | None
    phone: Secret | None
    may_reveal: bool
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A grant of an account, whatever unit it is in."""

    tenant_id: int
    tenant_name: str
    role: Role
    valid_to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account with what it holds now or will; ``tenant_id`` is a unit under which it can be acted on."""

    id: int
    name: str
    login_name: str
    disabled: bool
    tenant_id: int
    held: tuple[Held, ...]


def tenants(
    session: Session, wanted: TenantsWanted, *, after: int | None = None, limit: int = PAGE
) -> tuple[tuple[Entry, ...], int | None]:
    """A page of the tenants in scope, and after which one the next page begins."""
    rows = queries.tenants(session, wanted, after=after, limit=limit + 1)
    shown = rows[:limit]
    return tuple(map(_entry, shown)), shown[-1].id if len(rows) > limit else None


def every_tenant(session: Session, wanted: TenantsWanted) -> Iterator[Entry]:
    """All tenants in scope that are ``wanted``, fetched by the batch."""
    after = None
    while True:
        found, after = tenants(session, wanted, after=after, limit=BATCH)
        yield from found
        if after is None:
            return


def places(session: Session, tenant_id: int) -> tuple[Place, ...]:
    """The cycles that an enterprise was admitted to, the latest first."""
    return tuple(_place(row) for row in cycles.places(session, tenant_id=tenant_id))


def planned(session: Session, *, but: int, limit: int) -> Sequence[Row[Any]]:
    """id and name of the enterprises in scope whose plan is made here, other than ``but``."""
    return queries.planned(session, but=but, limit=limit)


def profile(session: Session, tenant_id: int) -> Profile | None:
    """A tenant in scope."""
    row = queries.tenant(session, tenant_id)
    return None if row is None else Profile(**row._asdict() | {"kind": TenantKind(row.kind)})


def grants(
    session: Session, tenant_id: int, wanted: GrantsWanted, *, before: int | None = None, limit: int = PAGE
) -> tuple[tuple[Grant, ...], int | None]:
    """A page of the grants of a tenant, the latest first, and below which id the next one begins."""
    rows = people.grants(session, tenant_id, wanted, before=before, limit=limit + 1)
    found = tuple(Grant(**row._asdict() | {"role": Role(row.role)}) for row in rows[:limit])
    return found, found[-1].id if len(rows) > limit else None


def invitations(
    session: Session, tenant_id: int, *, roles: Sequence[Role], before: int | None = None, limit: int = PAGE
) -> tuple[tuple[Sent, ...], int | None]:
    """A page of the invitations of a tenant to ``roles``, the latest first, and where the next one begins."""
    rows = people.invitations(session, tenant_id, roles=roles, before=before, limit=limit + 1)
    found = tuple(map(_sent, rows[:limit]))
    return found, found[-1].id if len(rows) > limit else None


def contact(
    session: Session, *, actor: Actor, tenant_id: int, person_id: int, stage: Stage, keys: Keyring
) -> Contact | None:
    """What ``actor`` sees of a person who has a grant in the tenant, at the stage ``stage`` of it."""
    row = people.person(session, person_id=person_id)
    if row is None:
        return None
    subject = policy.Subject(tenant_id=tenant_id, person_id=person_id, stage=stage)
    phone = _phone(row, keys) if policy.visible("person.phone", actor, subject) is Sight.MASKED else None
    shown = policy.visible("person.login_name", actor, subject) is Sight.SHOWN
    return Contact(
        id=row.id,
        name=row.name,
        login_name=row.login_name if shown else None,
        phone=phone,
        may_reveal=phone is not None,
        disabled=row.disabled_at is not None,
    )


def account(session: Session, *, login_name: str) -> Account | None:
    """The account of exactly this login name, in a scope that reads everything."""
    rows = people.account(session, login_name=login_name.strip().lower(), limit=PAGE)
    if not rows:
        return None
    first = rows[0]
    return Account(
        id=first.id,
        name=first.name,
        login_name=first.login_name,
        disabled=first.disabled_at is not None,
        tenant_id=first.tenant_id,
        held=tuple(
            Held(
                tenant_id=row.tenant_id,
                tenant_name=row.tenant_name,
                role=Role(row.role),
                valid_to=row.valid_to,
            )
            for row in rows
            if not row.is_over
        ),
    )


def reveal_phone(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    person_id: int,
    stage: Stage,
    reason: str,
    keys: Keyring,
) -> Secret:
    """The phone of a person, to be shown whole; the read is recorded in the tenant with its reason.

    Raises LookupError without a person or phone, NotAllowed by policy, NoReason for a blank reason.
    """
    row = people.person(session, person_id=person_id)
    phone = None if row is None else _phone(row, keys)
    if row is None or phone is None:
        raise LookupError(person_id)
    subject = policy.Subject(tenant_id=tenant_id, person_id=person_id, stage=stage)
    if policy.visible("person.phone", actor, subject) is Sight.WITHHELD:
        raise NotAllowed("当前身份不能查看该人员的手机号。由所在单位的管理人员查看。")
    record_read(
        session,
        tenant_id=tenant_id,
        actor=actor,
        subject=Subject("person", person_id, row.name),
        fields=["phone"],
        reason=reason.strip(),
    )
    return phone


def stage_of(held: Sequence[Grant], now: datetime) -> Stage:
    """Whether somebody with the grants ``held`` in a tenant belongs to it."""
    return Stage.STANDING if any(each.stands(now) for each in held) else Stage.ENDED


def all_grants(
    session: Session, tenant_id: int, *, person_id: int, roles: Sequence[Role]
) -> tuple[Grant, ...]:
    """The grants of one person in a tenant, ended ones too: a handful."""
    wanted = GrantsWanted(roles=roles, ended=True, person_id=person_id)
    return grants(session, tenant_id, wanted, limit=MOST_GRANTS)[0]


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        kind=TenantKind(row.kind),
        name=row.name,
        city=city_name(row.city_code),
        uscc=row.uscc,
        people=row.people,
        created_at=row.created_at,
    )


def _place(row: Row[Any]) -> Place:
    facts = row._asdict()
    role = (facts.pop("admitted_hat") or "").partition("@")[0]
    return Place(**facts, admitted_role=Role(role) if role in set(Role) else None)


def _sent(row: Row[Any]) -> Sent:
    state = State.OPEN if row.now < row.expires_at else State.EXPIRED
    if row.used_at is not None:
        state = State.USED
    elif row.revoked_at is not None:
        state = State.REVOKED
    return Sent(
        id=row.id,
        role=Role(row.role),
        name=row.name,
        inviter=row.inviter,
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=state,
        user=row.user,
    )


def _phone(row: Row[Any], keys: Keyring) -> Secret | None:
    if row.phone_sealed is None:
        return None
    return keys.open(row.phone_sealed, context("person", "phone_sealed", row.id), Personal.PHONE)


def grantable_in(*, actor: Actor, city_code: str | None, unit: Profile) -> tuple[Role, ...]:
    """The roles that ``actor``, of the city ``city_code``, may give in a unit; the services ask again."""
    near = {Reach.ALL}
    if unit.id == actor.tenant_id:
        near = {Reach.OWN, Reach.CITY, Reach.ALL}
    elif unit.city_code is not None and unit.city_code == city_code:
        near = {Reach.CITY, Reach.ALL}
    return tuple(role for role in grantable(actor.role, unit.kind) if may_grant(actor.role, role) in near)
