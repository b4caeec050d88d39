"""Who is behind a request: the session in the cookie, the person, the hat they wear.

The cookie is an opaque token; everything else is on the server and is read once a request, so that a session
that was ended or a grant that was revoked stops the very next request. Nothing is read for a browser
without the cookie.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from flask import Flask, Request, Response, current_app, g, request
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin
from markupsafe import Markup

from core.domain.roles import Actor, Hat
from core.persistence import session as transactions
from core.services.accounts import sessions
from core.services.accounts.rules import AccountRules
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Client, Current
from core.services.accounts.totp import Offer
from core.web import formtokens
from core.web.cookies import Cookies, Kept

RULES: Final = "account rules"
COOKIES: Final = "cookies"


class Visitor(UserMixin):
    """Somebody who has signed in, as Flask-Login knows them."""

    def __init__(self, current: Current) -> None:
        self.current = current

    def get_id(self) -> str:
        return str(self.current.person_id)


def install(app: Flask, *, rules: AccountRules, secure: bool) -> None:
    """Let ``app`` know who is behind each request; ``secure`` when it is served over HTTPS alone."""
    cookies = Cookies(secure)
    app.extensions[RULES], app.extensions[COOKIES] = rules, cookies
    formtokens.install(app, cookies, _whose_forms)
    # Flask-Login only answers who it is: the session, its end and its cookie are ours
    app.config.update(SESSION_PROTECTION=None, REMEMBER_COOKIE_NAME="")
    manager = LoginManager(app, add_context_processor=False)  # type: ignore[no-untyped-call]
    manager.request_loader(_visitor)  # type: ignore[no-untyped-call]
    app.jinja_env.globals.update(password_hint=password_hint, qr=qr)
    app.after_request(_write_cookies)


def rules() -> AccountRules:
    """The figures that the account services work by."""
    found: AccountRules = current_app.extensions[RULES]
    return found


def client() -> Client:
    """The browser of this request."""
    if "client" not in g:
        cookies: Cookies = current_app.extensions[COOKIES]
        g.client = Client(
            address=request.remote_addr or "",
            agent=request.user_agent.string,
            device=cookies.read(request, Kept.DEVICE),
            session=cookies.read(request, Kept.SESSION),
            request_id=secrets.token_hex(8),
        )
    found: Client = g.client
    return found


def current() -> Current | None:
    """Who is signed in here, read once a request; None for a visitor."""
    if "current" not in g:
        g.current = None  # for the error page, should the database fail
        g.current = _resumed()
    found: Current | None = g.current
    return found


def person() -> Current:
    """Who is signed in, on a page that is open to nobody else."""
    found = current()
    if found is None:
        raise RuntimeError("the route is open to visitors")
    return found


def actor() -> Actor:
    """Who acts, on a page that is open to wearers of a hat alone."""
    found = person().actor(client())
    if found is None:
        raise RuntimeError("the route is open to people without a hat")
    return found


def go_on(token: str, *, proved: bool = False) -> None:
    """The session has a new token from this answer on; ``proved`` when that was for a formal act."""
    g.new_tokens = {**g.get("new_tokens", {}), Kept.SESSION: token}
    if proved:
        now = person().now
        g.current = replace(person(), proved_until=now + rules().lifetimes.step_up)


def know_device(token: str) -> None:
    """The browser has signed in: it keeps ``token`` to be known by."""
    g.new_tokens = {**g.get("new_tokens", {}), Kept.DEVICE: token}


def forget() -> None:
    """The session is over: the browser drops its token."""
    g.new_tokens = {**g.get("new_tokens", {}), Kept.SESSION: None}
    g.current = None


def undo() -> None:
    """What happened is not kept: neither are the tokens that went with it."""
    g.pop("new_tokens", None)


def password_hint() -> str:
    """What a password must be, before it is typed."""
    profile = rules().passwords
    length = _("至少 %(n)s 个字符", n=profile.min_length)
    if profile.min_classes == 1:
        return _("%(length)s。", length=length)
    classes = _("含大写字母、小写字母、数字、其他字符中的 %(n)s 类", n=profile.min_classes)
    return _("%(length)s，%(classes)s。", length=length, classes=classes)


def qr(offer: Offer) -> Markup:
    """The QR code of a secret to enrol with, as a picture in the page."""
    return Markup(offer.svg)  # noqa: S704 - drawn by us


def wearing(session_id: int, hat: Hat | None) -> str:
    """What the form tokens of a session belong to while ``hat`` is worn."""
    return f"session {session_id} hat {hat.grant_id if hat else ''}"


def _whose_forms() -> str | None:
    found = current()
    return None if found is None else wearing(found.session_id, found.hat)


def _visitor(_: Request) -> Visitor | None:
    found = current()
    return None if found is None else Visitor(found)


def _resumed() -> Current | None:
    token = client().session
    if token is None:
        return None
    with transactions.act(ACCOUNTS) as session:
        return sessions.resume(session, token=token, rules=rules())


def _write_cookies(response: Response) -> Response:
    cookies: Cookies = current_app.extensions[COOKIES]
    tokens: dict[Kept, str | None] = g.get("new_tokens", {})
    for kept, token in tokens.items():
        if token is None:
            cookies.drop(response, kept)
        else:
            cookies.write(response, kept, token)
    return response
