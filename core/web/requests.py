"""One request: is it let in, and in which transaction does it run.

A request that reads runs in a transaction that leaves nothing; one that writes in exactly one act, in the
scope of the worn hat (or of the tenant in the address), committed when the view has answered and rolled back
when it failed or refused. A refusal that counts, such as a wrong code, is committed: ``keep_refusal``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from core.persistence import session as transactions
from core.persistence.scope import NOBODY, Scope
from core.services.accounts.scopes import towards
from core.services.accounts.sessions import Current
from core.web import access, session, tabs, uploading
from core.web.addresses import Addressed
from core.web.navigation import here

View = TypeVar("View", bound=Callable[..., Any])

READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SCOPE = "scope"


class UnprovedAct(RuntimeError):
    """A formal act was about to be committed without proof of who acts: its form does not ask for it."""


class Site(Addressed):
    """A Flask application whose views run in transactions."""

    def dispatch_request(self) -> ResponseReturnValue:
        view = _view()
        if view is None or access.is_stateless(view):
            return super().dispatch_request()
        if request.method in READING:
            with transactions.reading(_scope(view)):
                return super().dispatch_request()
        response: Response | None = None
        try:
            with transactions.act(_scope(view)) as current:
                response = self.make_response(super().dispatch_request())
                if response.status_code >= 400 and "keep_refusal" not in g:
                    current.rollback()
                    session.undo()
                elif access.is_formal(view) and response.status_code < 400:
                    _require_proof()
        except BaseException:
            session.undo()
            if response is not None:  # it may hold a file that is not going to be sent
                response.close()
            raise
        return response


def install(app: Site) -> None:
    """Let requests of ``app`` in by the audiences of its routes; goes after ``headers`` and ``session``."""
    tabs.install(app)
    app.before_request(_admit)
    app.after_request(_keep_private)


def in_scope(choose: Callable[[], Scope]) -> Callable[[View], View]:
    """Declare that a view runs in the scope that ``choose`` gives, not in that of the worn hat."""

    def declare(view: View) -> View:
        setattr(view, _SCOPE, choose)
        return view

    return declare


def keep_refusal() -> None:
    """What this request refused is committed all the same: it counts."""
    g.keep_refusal = True


def _view() -> Callable[..., Any] | None:
    """The view of this request; None when no route matches."""
    if request.routing_exception is not None or request.endpoint is None:
        return None
    return current_app.view_functions[request.endpoint]


def _tenant_id() -> int | None:
    named: int | None = (request.view_args or {}).get(access.TENANT)
    return named


def _scope(view: Callable[..., Any]) -> Scope:
    chosen: Callable[[], Scope] | None = getattr(view, _SCOPE, None)
    if chosen is not None:
        return chosen()
    person, tenant_id = session.current(), _tenant_id()
    if person is None:
        return NOBODY
    if request.method in READING or tenant_id is None:
        return person.scope
    return towards(person.scope, tenant_id)


def _admit() -> AnyResponse | None:
    """Turn away whoever the route is not open to, before anything they sent is read."""
    view = _view()
    if view is not None and access.is_stateless(view):
        return None
    person = session.current()  # also for a page that does not exist: it says who is signed in
    if view is None:
        return None
    if person is not None and access.is_taking_file(view):
        request.max_content_length = uploading.REQUEST_BYTES
    if not access.is_public(view) and (elsewhere := _admit_to(view, person)) is not None:
        return elsewhere
    if request.method not in READING:
        tabs.require_own_form(view, person)
    return None


def _admit_to(view: Callable[..., Any], person: Current | None) -> AnyResponse | None:
    if person is None:
        return redirect(url_for("sign_in.form", next=_way_back()), 303)
    actor = person.actor(session.client())
    if access.admits(view, actor, person.scope, _tenant_id()):
        return None
    if request.method not in READING:
        tabs.tell_of_other_hat(view, person, _tenant_id())
        abort(404)
    if actor is not None:
        abort(404)
    return redirect(url_for("hats.index"), 303)


def _way_back() -> str | None:
    return here() if request.method in READING else None


def _require_proof() -> None:
    person = session.current()
    if person is None or not person.fresh:
        raise UnprovedAct(request.endpoint)


def _keep_private(response: Response) -> Response:
    """No cache keeps a page that is not public, or that says who is signed in."""
    view = _view()
    if g.get("current") is not None or (view is not None and not access.is_public(view)):
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
