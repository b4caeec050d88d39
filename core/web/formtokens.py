"""Form tokens: a form is taken only from a page that was made for the same session, under the same hat.

Flask-WTF makes and compares the tokens. What it compares with is derived from the session on the server and
the hat worn there, so that it changes whenever somebody signs in, out or switches; before signing in
a visit's random token stands in. Flask's own session holds nothing else and is never sent to the browser.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import Forbidden
from wtforms import ValidationError

from core.web.cookies import Cookies, Kept

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
OTHER = "form token of another hat"


class StaleForm(Forbidden):
    """A form without the token of this session: made before somebody signed in or out, or not by us."""


class Binding(dict[str, Any], SessionMixin):
    """What Flask-WTF finds in ``flask.session``: what tokens are made for, found out when it is asked for."""

    def __init__(self, derive: Callable[[], str]) -> None:
        super().__init__()
        self._derive = derive

    def __contains__(self, key: object) -> bool:
        if key == FIELD and not super().__contains__(FIELD):
            self[FIELD] = self._derive()
        return super().__contains__(key)


@dataclass(frozen=True)
class FormTokens(SessionInterface):
    """Gives each request what its form tokens belong to: the session ``whose`` names, or the visit."""

    cookies: Cookies
    whose: Callable[[], str | None]

    def open_session(self, app: Flask, request: Request) -> Binding:  # noqa: ARG002 - as Flask calls it
        return Binding(self._derived)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 - as Flask calls it
        """Remember a new visit in the browser, when the page has a form."""
        if "new_visit" in g and FIELD in g:
            self.cookies.write(response, Kept.VISIT, g.new_visit)

    def _derived(self) -> str:
        return _derived(self.whose() or f"visit {self._visit()}")

    def _visit(self) -> str:
        known = self.cookies.read(request, Kept.VISIT)
        if known is None:
            known = g.new_visit = secrets.token_urlsafe(32)
        return known


def require() -> None:
    """Raise ``StaleForm`` for a form without the token of this session and the worn hat."""
    if not _is_valid(FIELD):
        raise StaleForm
    accept()


def accept() -> None:
    """The form of this request is taken: what checks it later need not compare its token again."""
    g.csrf_valid = True


def is_made_for(whose: str) -> bool:
    """Whether the form of this request has the token of ``whose``."""
    session[OTHER] = _derived(whose)
    return _is_valid(OTHER)


def _is_valid(kept: str) -> bool:
    """Whether the token of this request is the one that belongs to what is ``kept`` for it."""
    try:
        validate_csrf(  # type: ignore[no-untyped-call]
            request.headers.get(HEADER) or request.form.get(FIELD), token_key=kept
        )
    except ValidationError:
        return False
    return True


def _derived(whose: str) -> str:
    key = str(current_app.secret_key).encode()
    return hmac.digest(key, b"form token of " + whose.encode(), hashlib.sha256).hex()


def install(app: Flask, cookies: Cookies, whose: Callable[[], str | None]) -> None:
    """Use form tokens in ``app``; templates get ``csrf_token()``."""
    app.session_interface = FormTokens(cookies, whose)
    app.config.update(WTF_CSRF_TIME_LIMIT=None)  # as long as the session lasts
    app.jinja_env.globals["csrf_token"] = generate_csrf
