"""我的账号: where somebody is signed in and was, their password, their authenticator."""

from __future__ import annotations

from types import MappingProxyType

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms import HiddenField, PasswordField

from core.persistence.queries import session as session_queries
from core.services.accounts import credentials, sessions
from core.services.accounts.answers import Refusal, Refused
from core.web import session
from core.web.access import Audience, any_hat, formal_act, open_to
from core.web.forms import Form, FormalForm, Line, Needed, again, transaction
from core.web.requests import keep_refusal
from core.web.signin import show_codes

account = Blueprint("account", __name__, url_prefix="/account")

SIGN_INS = 20
OUTCOMES = MappingProxyType(
    {
        "signed_in": ("ok", lazy_gettext("登录成功")),
        "recovery_code": ("warn", lazy_gettext("使用恢复码")),
        "password_reset": ("warn", lazy_gettext("凭链接重设密码")),
        "wrong_password": ("bad", lazy_gettext("密码不正确")),
        "wrong_code": ("bad", lazy_gettext("动态口令不正确")),
        "replayed_code": ("bad", lazy_gettext("动态口令已用过")),
        "throttled": ("bad", lazy_gettext("尝试次数过多")),
        "disabled": ("mute", lazy_gettext("账号已停用")),
    }
)
"""How a try to sign in ended: its tone and its words."""


class ChangePassword(Form):
    old = PasswordField(validators=[Needed(lazy_gettext("未填写现在的密码。"))])
    new = PasswordField(validators=[Needed(lazy_gettext("未填写新密码。"))])


class ChangeAuthenticator(FormalForm):
    sealed = HiddenField()
    code = Line(validators=[Needed(lazy_gettext("未填写动态口令。"))])


@account.get("")
@open_to(Audience.SIGNED_IN)
def index() -> str:
    person, before = session.person(), request.args.get("before", type=int)
    tries = session_queries.sign_ins(
        transaction(), person_id=person.person_id, before=before, limit=SIGN_INS + 1
    )
    return render_template(
        "account/index.html",
        open_sessions=sessions.open_sessions(transaction(), current=person, rules=session.rules()),
        tries=tries[:SIGN_INS],
        earlier=tries[SIGN_INS - 1].id if len(tries) > SIGN_INS else None,
        before=before,
        outcomes=OUTCOMES,
    )


@account.post("/sessions/<int:session_id>/end")
@open_to(Audience.SIGNED_IN)
@any_hat
def end_session(session_id: int) -> ResponseReturnValue:
    person = session.person()
    if not sessions.end_other(transaction(), current=person, session_id=session_id, client=session.client()):
        abort(404)
    if session_id == person.session_id:
        session.forget()
        return redirect(url_for("sign_in.form", left="here"), 303)
    return redirect(url_for("account.index"), 303)


@account.post("/sessions/end-all")
@open_to(Audience.SIGNED_IN)
@any_hat
def end_all_sessions() -> ResponseReturnValue:
    sessions.end_all(transaction(), current=session.person(), client=session.client())
    session.forget()
    return redirect(url_for("sign_in.form", left="everywhere"), 303)


@account.get("/password")
@open_to(Audience.SIGNED_IN)
def password() -> str:
    return render_template("account/password.html", form=ChangePassword(formdata=None))


@account.post("/password")
@open_to(Audience.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    entries = ChangePassword()
    if not entries.validate():
        return again("account/password.html", form=entries)
    answer = credentials.change_password(
        transaction(),
        current=session.person(),
        old=str(entries.old.data),
        new=str(entries.new.data),
        client=session.client(),
        rules=session.rules(),
    )
    if isinstance(answer, Refused):
        keep_refusal()
        wrong = entries.new if answer.why is Refusal.WEAK_PASSWORD else entries.old
        wrong.errors, entries.wait = [answer.message], answer.wait
        return again("account/password.html", form=entries)
    session.go_on(answer.token)
    return redirect(url_for("account.index"), 303)


@account.get("/second-factor")
@open_to(Audience.SIGNED_IN)
def second_factor() -> ResponseReturnValue:
    return _authenticator(ChangeAuthenticator(formdata=None), 200)


@account.post("/second-factor")
@open_to(Audience.SIGNED_IN)
@formal_act
def change_authenticator() -> ResponseReturnValue:
    entries = ChangeAuthenticator()
    if not entries.validate():
        return _authenticator(entries, 422)
    answer = credentials.enrol(
        transaction(),
        current=session.person(),
        sealed=str(entries.sealed.data or ""),
        code=str(entries.code.data),
        client=session.client(),
        rules=session.rules(),
    )
    if isinstance(answer, Refused):
        entries.code.errors = [answer.message]
        return _authenticator(entries, 422)
    session.go_on(answer.token)
    replaced = session.person().second_factor
    return show_codes(answer.recovery_codes, url_for("account.index"), replaced=replaced)


@account.get("/recovery-codes")
@open_to(Audience.SIGNED_IN)
def recovery_codes() -> str:
    return render_template("account/recovery_codes.html", form=FormalForm(formdata=None))


@account.post("/recovery-codes")
@open_to(Audience.SIGNED_IN)
@formal_act
def renew_recovery_codes() -> ResponseReturnValue:
    entries = FormalForm()
    if not entries.validate():
        return again("account/recovery_codes.html", form=entries)
    codes = credentials.renew_recovery_codes(transaction(), current=session.person(), client=session.client())
    return show_codes(codes, url_for("account.index"), replaced=True)


def _authenticator(entries: ChangeAuthenticator, status: int) -> ResponseReturnValue:
    offer = credentials.offer(
        current=session.person(), sealed=str(entries.sealed.data or ""), rules=session.rules()
    )
    return again("account/second_factor.html", status, form=entries, offer=offer)
