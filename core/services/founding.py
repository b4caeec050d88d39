"""开设单位: tenants come to be by the operator's hand, the platform with its first 安全管理员 before all.

Everybody else is invited by somebody who is there already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from core.audit import PLATFORM, Action, Author, Subject, record
from core.domain.roles import Actor, Role, TenantKind
from core.persistence.queries import grant as grants_table
from core.persistence.queries import tenant as queries
from core.persistence.scope import Scope
from core.services.accounts import grants, people
from core.services.accounts.answers import Conflict
from core.services.accounts.rules import AccountRules

EVERYTHING: Final = Scope(reads="*")
"""For looking whether a tenant is there; it writes none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """A 单位 that is to be. An enterprise has a number (``uscc``), and a ``slug`` if it has a folder."""

    kind: TenantKind
    name: str
    short_name: str
    city_code: str | None = None
    uscc: str | None = None
    slug: str | None = None


def existing(session: Session, new: NewTenant) -> int | None:
    """The tenant of that kind, city and number, if there is one. Under ``EVERYTHING``."""
    found = queries.find(session, kind=new.kind.value, city_code=new.city_code, uscc=new.uscc)
    return None if found is None else found.id


def next_tenant(session: Session) -> int:
    """The id for ``open_tenant``, and for the scope that writes it."""
    return queries.next_id(session)


def open_tenant(
    session: Session, *, tenant_id: int, new: NewTenant, author: Actor | Author = PLATFORM
) -> None:
    """Open a 单位 with the id of ``next_tenant``, in the scope that writes it."""
    facts = {
        "kind": new.kind.value,
        "name": new.name,
        "short_name": new.short_name,
        "city_code": new.city_code,
        "uscc": new.uscc,
        "slug": new.slug,
    }
    queries.add(session, id=tenant_id, **facts)
    record(
        session,
        tenant_id=tenant_id,
        actor=author,
        action=Action.TENANT_CREATE,
        subject=Subject("tenant", tenant_id, new.name),
        changes={name: (None, value) for name, value in facts.items() if value is not None},
    )


def scope_of_platform(platform_id: int) -> Scope:
    """For ``first_admin``: it writes the platform, and the account of somebody who is not there yet."""
    return Scope(reads="*", writes=platform_id)


def first_admin(
    session: Session, *, platform_id: int, login_name: str, name: str, password: str, rules: AccountRules
) -> int:
    """The account of the first 安全管理员; returns the person's id. In the scope of ``scope_of_platform``.

    They enrol their 动态口令 when they first sign in. Raises Conflict when the platform has people already,
    Invalid with the field that cannot be used.
    """
    if grants_table.grants(session, tenant_id=platform_id, limit=1):
        raise Conflict("平台已有管理员，没有再次设立。新的管理员由安全管理员邀请。")
    person_id = people.open_account(session, login_name=login_name, name=name, password=password, rules=rules)
    people.record_opened(session, tenant_id=platform_id, author=PLATFORM, person_id=person_id, name=name)
    grants.give(
        session,
        author=PLATFORM,
        granted_by=None,
        tenant_id=platform_id,
        person_id=person_id,
        person_name=name,
        role=Role.SECURITY_ADMIN,
    )
    return person_id
