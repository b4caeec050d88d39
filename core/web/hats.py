"""身份: the hats of a person, one worn at a time; what they may do follows from the one they wear."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.roles import Hat
from core.persistence.scope import Scope
from core.services.accounts import sessions
from core.web import session
from core.web.access import Audience, any_hat, open_to
from core.web.forms import UNPROCESSABLE, again, transaction
from core.web.navigation import is_ours
from core.web.requests import in_scope

hats = Blueprint("hats", __name__, url_prefix="/hats")


@hats.get("")
@open_to(Audience.SIGNED_IN)
def index() -> str:
    return render_template("hats/index.html", missing=False)


def _scope_of_choice() -> Scope:
    """The scope of the hat that is put on; without a choice nothing is written."""
    chosen = _chosen()
    return session.person().scope if chosen is None else sessions.scope_to_wear(session.person(), chosen)


@hats.post("")
@open_to(Audience.SIGNED_IN)
@any_hat
@in_scope(_scope_of_choice)
def wear() -> ResponseReturnValue:
    """Put a hat on; with ``to`` in the address, send the form there once more under it (``tabs``)."""
    chosen = _chosen()
    if chosen is None:
        if request.values.get("grant_id"):
            abort(404)
        return again("hats/index.html", UNPROCESSABLE, missing=True)
    sessions.wear(transaction(), current=session.person(), hat=chosen, client=session.client())
    to = request.args.get("to", "")
    if is_ours(to, "POST"):
        return redirect(request.script_root + to, 307)
    return redirect(url_for("tasks.index"), 303)


def _chosen() -> Hat | None:
    """The hat asked for in the address or the form, of those the person has."""
    grant_id = request.values.get("grant_id", type=int)
    return None if grant_id is None else session.person().own_hat(grant_id)
