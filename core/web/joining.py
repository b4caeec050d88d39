"""接受邀请: what somebody is invited to, by whom, until when; with a new account or the one signed in."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField

from core.persistence.scope import Scope
from core.persistence.session import reading
from core.services.accounts import invitations
from core.services.accounts.answers import Invalid
from core.services.accounts.invitations import CLOSED_BECAUSE, Invitation, State
from core.services.accounts.scopes import ACCOUNTS
from core.web import session
from core.web.access import Audience, open_to
from core.web.forms import GIVEN, UNPROCESSABLE, Form, FormalForm, Line, Needed, again, transaction
from core.web.requests import in_scope
from core.web.signin import show_codes, signed_in

joining = Blueprint("joining", __name__, url_prefix="/invitations")

GONE = 410


class NewAccount(Form):
    name = Line(validators=[Needed(lazy_gettext("未填写姓名。"))])
    login_name = Line(validators=[Needed(lazy_gettext("未填写登录名。"))])
    password = PasswordField(validators=[Needed(lazy_gettext("未填写密码。"))])
    sealed = HiddenField()
    code = Line(validators=[Needed(lazy_gettext("未填写动态口令。"))])


class OwnAccount(FormalForm):
    """Accepting with the account that is signed in; only enrolling an authenticator asks for proof."""

    sealed = HiddenField()
    code = Line(validators=[Needed(lazy_gettext("未填写动态口令。"))])


def _accounts() -> Scope:
    return ACCOUNTS


def _scope_of_invitation() -> Scope:
    """The scope of the invitation in the address, which is found before that scope is in force."""
    with reading(ACCOUNTS):
        return _invitation(str((request.view_args or {})["token"])).scope


@joining.get("/<token>")
@open_to(Audience.PUBLIC)
@in_scope(_accounts)
def show(token: str) -> ResponseReturnValue:
    invitation = _invitation(token)
    if invitation.state is not State.OPEN:
        reason = CLOSED_BECAUSE[invitation.state]
        return private(again("joining/closed.html", GONE, invitation=invitation, reason=reason))
    entries = _own(invitation) if session.current() else _new(invitation)
    return _page(token, entries, invitation, 200)


@joining.post("/<token>/new-account")
@open_to(Audience.PUBLIC)
@in_scope(_scope_of_invitation)
def accept_as_new(token: str) -> ResponseReturnValue:
    invitation = _invitation(token)
    entries = _new(invitation, submitted=True)
    if not entries.validate():
        return _page(token, entries, invitation, UNPROCESSABLE)
    try:
        step = invitations.accept_as_new(
            transaction(),
            token=token,
            login_name=str(entries.login_name.data),
            name=str(entries.name.data),
            password=str(entries.password.data),
            sealed=str(entries.sealed.data or ""),
            code=str(entries.code.data) if "code" in entries else "",
            client=session.client(),
            rules=session.rules(),
        )
    except Invalid as error:
        entries.refuse(error)
        return _page(token, entries, invitation, UNPROCESSABLE)
    return signed_in(step, "")


@joining.post("/<token>/own-account")
@open_to(Audience.SIGNED_IN)
@in_scope(_scope_of_invitation)
def accept_as_oneself(token: str) -> ResponseReturnValue:
    invitation = _invitation(token)
    entries = _own(invitation, submitted=True)
    if not entries.validate():
        return _page(token, entries, invitation, UNPROCESSABLE)
    try:
        renewed = invitations.accept_as(
            transaction(),
            token=token,
            current=session.person(),
            sealed=str(entries.sealed.data or ""),
            code=str(entries.code.data) if "code" in entries else "",
            client=session.client(),
            rules=session.rules(),
        )
    except Invalid as error:
        entries.refuse(error)
        return _page(token, entries, invitation, UNPROCESSABLE)
    session.go_on(renewed.token)
    if renewed.recovery_codes:
        return show_codes(renewed.recovery_codes, url_for("hats.index"))
    return redirect(url_for("hats.index"), 303)


def _invitation(token: str) -> Invitation:
    found = invitations.find(transaction(), token=token)
    if found is None:
        abort(404)
    return found


def _new(invitation: Invitation, *, submitted: bool = False) -> NewAccount:
    entries = NewAccount() if submitted else NewAccount(formdata=None, name=invitation.name)
    if not invitation.role.needs_second_factor:
        del entries.code
    return entries


def _own(invitation: Invitation, *, submitted: bool = False) -> OwnAccount:
    entries = OwnAccount() if submitted else OwnAccount(formdata=None)
    if not invitation.role.needs_second_factor or session.person().second_factor:
        del entries.code
        if GIVEN in entries:
            del entries.given
    return entries


def _page(token: str, entries: Form, invitation: Invitation, status: int) -> Response:
    offer = None
    if "code" in entries:
        person = session.current()
        offer = invitations.offer(
            token=token,
            login_name=person.login_name if person else str(entries["login_name"].data or ""),
            sealed=str(entries["sealed"].data or ""),
            rules=session.rules(),
        )
    return private(again("joining/accept.html", status, form=entries, invitation=invitation, offer=offer))


def private(page: ResponseReturnValue) -> Response:
    """The address of this page is a key: no other page learns it, no cache keeps it."""
    response = make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
