"""Who may open a page: every route declares its audience, or the application does not start.

Whoever is not in the audience is told the same as for a page that does not exist, before anything they sent
is read. A visitor who has not signed in is asked to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from flask import Flask

from core.domain.roles import Actor, Reach, Role
from core.persistence.scope import Scope

View = TypeVar("View", bound=Callable[..., Any])

_AUDIENCES = "audiences"
_STATELESS = "stateless"
_FORMAL = "formal"
_TAKES_FILE = "takes a file"
_ANY_HAT = "any hat"
_BEYOND = "beyond the own tenant"
_REACHES = tuple(Reach)

TENANT = "tenant_id"
"""The part of an address that names the tenant a page is about."""


class Audience(StrEnum):
    """People whatever their role: ``PUBLIC`` is everybody, ``SIGNED_IN`` whoever has an account."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


_WHATEVER_ROLE = frozenset(Audience)


@dataclass(frozen=True, slots=True)
class Holders:
    """Those who wear a hat of ``role``, for tenants as far as ``reach`` from their own."""

    role: Role
    reach: Reach

    def __post_init__(self) -> None:
        if _REACHES.index(self.reach) > _REACHES.index(self.role.reach):
            raise ValueError(f"{self.role} does not reach {self.reach}")

    def __str__(self) -> str:
        return f"{self.role}@{self.reach}"


Entry: TypeAlias = Audience | Holders


class UndeclaredAudience(RuntimeError):
    """Routes that do not say whom they are open to."""

    def __init__(self, endpoints: list[str]) -> None:
        super().__init__(f"routes without an audience: {', '.join(endpoints)}")


def own(*roles: Role) -> tuple[Holders, ...]:
    """Holders of ``roles``, for their own tenant."""
    return tuple(Holders(role, Reach.OWN) for role in roles)


def city(*roles: Role) -> tuple[Holders, ...]:
    """Holders of ``roles``, for the tenants of their city."""
    return tuple(Holders(role, Reach.CITY) for role in roles)


def everywhere(*roles: Role) -> tuple[Holders, ...]:
    """Holders of ``roles``, for all tenants."""
    return tuple(Holders(role, Reach.ALL) for role in roles)


def as_far_as_they_read(*roles: Role) -> tuple[Holders, ...]:
    """Holders of ``roles``, each for what the role reads."""
    return tuple(Holders(role, role.reach) for role in roles)


def open_to(*audiences: Entry) -> Callable[[View], View]:
    """Declare whom a view is open to. It stands directly above the view, below the route::

    @pages.get("/")
    @open_to(Audience.PUBLIC)
    def home() -> str: ...
    """

    def declare(view: View) -> View:
        setattr(view, _AUDIENCES, frozenset(audiences))
        return view

    return declare


def stateless(view: View) -> View:
    """Declare that a view touches nothing that belongs to anybody: no session, no database, no form token."""
    setattr(view, _STATELESS, True)
    return view


def formal_act(view: View) -> View:
    """Declare that what a view does is a formal act: it asks for proof again (``forms.FormalForm``)."""
    setattr(view, _FORMAL, True)
    return view


def takes_file(view: View) -> View:
    """Declare that a view takes a file: what is sent to it may be larger than a form (``uploading``)."""
    setattr(view, _TAKES_FILE, True)
    return view


def any_hat(view: View) -> View:
    """Declare that what a view does is about the session or the person, whatever hat is worn (``tabs``)."""
    setattr(view, _ANY_HAT, True)
    return view


def beyond_own(view: View) -> View:
    """Declare that a view finds its own scope (``requests.in_scope``) and who is in it: one who reads the own
    tenant alone is let in to look for what was nominated by them or given to them.
    """
    setattr(view, _BEYOND, True)
    return view


def audiences_of(view: Callable[..., Any]) -> frozenset[Entry]:
    """Whom ``view`` is open to; empty when it does not say."""
    declared: frozenset[Entry] = getattr(view, _AUDIENCES, frozenset())
    return declared


def is_stateless(view: Callable[..., Any]) -> bool:
    return getattr(view, _STATELESS, False)


def is_formal(view: Callable[..., Any]) -> bool:
    return getattr(view, _FORMAL, False)


def is_taking_file(view: Callable[..., Any]) -> bool:
    return getattr(view, _TAKES_FILE, False)


def is_of_any_hat(view: Callable[..., Any]) -> bool:
    return getattr(view, _ANY_HAT, False)


def is_beyond_own(view: Callable[..., Any]) -> bool:
    return getattr(view, _BEYOND, False)


def is_public(view: Callable[..., Any]) -> bool:
    return Audience.PUBLIC in audiences_of(view)


def admits(view: Callable[..., Any], actor: Actor | None, scope: Scope, tenant_id: int | None = None) -> bool:
    """Whether ``view`` is open to somebody signed in, who wears the hat of ``actor`` or none.

    ``tenant_id`` is the tenant the page is about, if it is about one.
    """
    audiences, beyond = audiences_of(view), is_beyond_own(view)
    if audiences & _WHATEVER_ROLE:
        return True
    return actor is not None and any(
        each.role is actor.role
        and ((beyond and each.reach is Reach.OWN) or _reaches(each.reach, actor, scope, tenant_id))
        for each in audiences
        if isinstance(each, Holders)
    )


def _reaches(reach: Reach, actor: Actor, scope: Scope, tenant_id: int | None) -> bool:
    if tenant_id is None or tenant_id == actor.tenant_id:
        return True
    return reach is not Reach.OWN and scope.may_read(tenant_id)


def require_audiences(app: Flask) -> None:
    """Raise ``UndeclaredAudience`` when a route of ``app`` declares no audience."""
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not audiences_of(app.view_functions[rule.endpoint])
    }
    if silent:
        raise UndeclaredAudience(sorted(silent))
