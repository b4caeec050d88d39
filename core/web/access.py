"""Who may open a page: every route declares its audience, or the application does not start."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])

_AUDIENCES = "audiences"


class Audience(StrEnum):
    """The people a route is open to; ``PUBLIC`` is everybody, without signing in."""

    PUBLIC = "public"


class UndeclaredAudience(RuntimeError):
    """Routes that do not say whom they are open to."""

    def __init__(self, endpoints: list[str]) -> None:
        super().__init__(f"routes without an audience: {', '.join(endpoints)}")


def open_to(*audiences: Audience) -> Callable[[View], View]:
    """Declare whom a view is open to. It stands directly above the view, below the route::

    @pages.get("/")
    @open_to(Audience.PUBLIC)
    def home() -> str: ...
    """

    def declare(view: View) -> View:
        setattr(view, _AUDIENCES, frozenset(audiences))
        return view

    return declare


def audiences_of(view: Callable[..., Any]) -> frozenset[Audience]:
    """Whom ``view`` is open to; empty when it does not say."""
    declared: frozenset[Audience] = getattr(view, _AUDIENCES, frozenset())
    return declared


def require_audiences(app: Flask) -> None:
    """Raise ``UndeclaredAudience`` when a route of ``app`` declares no audience."""
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not audiences_of(app.view_functions[rule.endpoint])
    }
    if silent:
        raise UndeclaredAudience(sorted(silent))
