"""What the reader may give in a unit, for the pages about it and the links to them."""

from __future__ import annotations

from core.domain.roles import Role
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
