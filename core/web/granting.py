"""What the reader may give in a unit, and whom they may help there, for the pages about it."""

from __future__ import annotations

from collections.abc import Collection

from core.domain.roles import Grant, Role, helps_in
from core.services import directory
from core.services.directory import Profile
from core.web import session


def grantable(unit: Profile) -> tuple[Role, ...]:
    """The roles that the worn hat may give in ``unit``; none without a hat."""
    person = session.person()
    actor = person.actor(session.client())
    if actor is None or person.hat is None:
        return ()
    return directory.grantable_in(actor=actor, city_code=person.hat.city_code, unit=unit)


def helped_here(held: Collection[Grant]) -> bool:
    """Whether the worn hat helps somebody who forgot their password, by the grants ``held`` in one unit.

    What they hold elsewhere may forbid it (``password_links.may_issue``).
    """
    actor, now = session.actor(), session.person().now
    current = [(each.tenant_id, each.role) for each in held if not each.is_over(now)]
    return helps_in(actor.role, home=actor.tenant_id, held=current)
