"""Two tabs, one session: a form opened under one hat is never taken as an act under another.

Form tokens are made for the session and the hat that was worn. When somebody switches hats in one tab and
sends a form of another, nothing is done: the answer says what has changed, keeps what was typed, and offers
to put the former hat on again and send it once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Flask, Response, make_response, render_template, request, url_for
from werkzeug.exceptions import Conflict

from core.domain.roles import Hat
from core.persistence import session as transactions
from core.services.accounts.scopes import ACCOUNTS, scope_of
from core.services.accounts.sessions import Current, actor_of
from core.web import access, formtokens, session
from core.web.formtokens import FIELD
from core.web.navigation import here

SECRETS: Final = frozenset({"password", "old", "new", "given", "code"})
"""Fields that no page repeats: they are typed again."""


class HatChanged(Conflict):
    """A form that was opened under ``hat``, which the person still has and does not wear any more."""

    def __init__(self, hat: Hat) -> None:
        super().__init__()
        self.hat = hat


def install(app: Flask) -> None:
    """Let ``app`` answer forms of another hat."""
    app.register_error_handler(HatChanged, _explain)


def require_own_form(view: Callable[..., Any], person: Current | None) -> None:
    """Raise ``StaleForm`` for a form that is not of this session, ``HatChanged`` for one of another hat.

    What does not act under a hat is taken from forms of all hats.
    """
    try:
        formtokens.require()
    except formtokens.StaleForm:
        hat = None if person is None else _opened_under(person, person.hats)
        if hat is None:
            raise
        if not (access.is_public(view) or access.is_of_any_hat(view)):
            raise HatChanged(hat) from None
        formtokens.accept()


def tell_of_other_hat(view: Callable[..., Any], person: Current, tenant_id: int | None) -> None:
    """Raise ``HatChanged`` for a form that ``view`` takes under another hat of the person, and was of that.

    For somebody whom ``view`` is not open to: unless another of their hats is let in, nothing that they sent
    is read.
    """
    others = [hat for hat in person.hats if _admits(view, person, hat, tenant_id)]
    hat = _opened_under(person, others)
    if hat is not None:
        raise HatChanged(hat)


def _admits(view: Callable[..., Any], person: Current, hat: Hat, tenant_id: int | None) -> bool:
    if hat == person.hat or (hat.role.needs_second_factor and not person.second_factor):
        return False
    actor = actor_of(person.person_id, person.name, hat, session.client())
    with transactions.reading(ACCOUNTS) as reading:
        scope = scope_of(reading, actor=actor)
    return access.admits(view, actor, scope, tenant_id)


def _opened_under(person: Current, hats: Iterable[Hat]) -> Hat | None:
    """The hat, of ``hats``, that was worn when the form was opened."""
    return next(
        (
            hat
            for hat in hats
            if hat != person.hat and formtokens.is_made_for(session.wearing(person.session_id, hat))
        ),
        None,
    )


def _explain(error: HatChanged) -> Response:
    typed = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in SECRETS | {FIELD}
    ]
    page = render_template(
        "hats/changed.html",
        opened=error.hat,
        typed=typed,
        made_for=request.form.get(FIELD, ""),
        again=url_for("hats.wear", grant_id=error.hat.grant_id, to=here()),
    )
    return make_response(page, error.code or 409)
