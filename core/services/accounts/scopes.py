"""What an actor may read and write: the scope of their transactions.

A scope is found out before it is in force, so finding it out reads under ``ACCOUNTS``.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.domain.roles import Actor, Reach, Role
from core.persistence.queries import grant as queries
from core.persistence.scope import Scope

ACCOUNTS: Final = Scope(reads="*")
"""For signing in and for finding a person's hats; it writes no tenant. Nothing else may run under it."""


def scope_of(session: Session, *, actor: Actor) -> Scope:
    """Reads as far as the role reaches, writes the tenant of the hat. Call under ``ACCOUNTS``.

    One statement for a role that reads its city, none for others.
    """
    of_city = actor.role.reach is Reach.CITY
    city = queries.tenants_of_city(session, like=actor.tenant_id) if of_city else frozenset()
    return scope_in(role=actor.role, tenant_id=actor.tenant_id, person_id=actor.person_id, city=city)


def scope_in(*, role: Role, tenant_id: int, person_id: int, city: frozenset[int]) -> Scope:
    """The scope of ``role`` in a tenant; ``city`` are the tenants there, for a role that reads them."""
    match role.reach:
        case Reach.ALL:
            return Scope(reads="*", writes=tenant_id, person=person_id)
        case Reach.CITY:
            return Scope(reads=city | {tenant_id}, writes=tenant_id, person=person_id)
        case Reach.OWN:
            return Scope(reads=frozenset({tenant_id}), writes=tenant_id, person=person_id)


def towards(scope: Scope, tenant_id: int) -> Scope:
    """``scope`` for an act in another tenant that it reads: that one is written instead of the own.

    Granting and inviting are such acts; they check who may. Raises LookupError for a tenant out of sight.
    """
    if not scope.may_read(tenant_id):
        raise LookupError(tenant_id)
    return Scope(reads=scope.reads, writes=tenant_id, person=scope.person)
