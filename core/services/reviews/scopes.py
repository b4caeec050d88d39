"""Whose plans somebody reads and reviews who reaches no tenant but the own: a branch, an expert.

A central branch reviews the enterprises that it nominated (AMB-46), an expert what was assigned. Everybody
else reads as far as the role reaches.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from core.domain.roles import Actor, Role
from core.persistence.queries import plan_review as queries
from core.persistence.scope import Scope
from core.services.accounts.scopes import towards


def reviewing(session: Session, actor: Actor, scope: Scope, tenant_id: int | None = None) -> Scope:
    """``scope`` with the enterprises whose plans ``actor`` reviews; for an act on that of ``tenant_id``.

    Found out in ``scope``. Raises LookupError for an enterprise out of sight.
    """
    if scope.reads != "*":
        scope = replace(scope, reads=scope.reads | _reviewed(session, actor))
    return scope if tenant_id is None else towards(scope, tenant_id)


def _reviewed(session: Session, actor: Actor) -> frozenset[int]:
    match actor.role:
        case Role.CENTRAL_BRANCH:
            return queries.nominated(session, nominator_id=actor.tenant_id)
        case Role.PLAN_EXPERT:
            return frozenset(each.tenant_id for each in queries.assigned(session, person_id=actor.person_id))
        case _:
            return frozenset()
