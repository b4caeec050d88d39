"""登录: name and password, then a code, then whatever is due; and signing out.

Each step is a form of its own; what was given before travels in it as a sealed note, so that nothing is kept
for somebody who has not signed in.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms import HiddenField, PasswordField

from core.persistence.scope import Scope
from core.services.accounts import sessions, signin
from core.services.accounts.answers import STALE, Refusal, Refused
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.signin import Due, Next, SignedIn, Step
from core.web import session
from core.web.access import Audience, any_hat, open_to
from core.web.forms import Form, Line, Needed, again, transaction
from core.web.navigation import same_site
from core.web.requests import in_scope, keep_refusal

sign_in = Blueprint("sign_in", __name__)


class NameAndPassword(Form):
    login_name = Line(validators=[Needed(lazy_gettext("未填写登录名。"))])
    password = PasswordField(validators=[Needed(lazy_gettext("未填写密码。"))])
    next = HiddenField()


class Pending(Form):
    """A step after the password."""

    pending = HiddenField()
    next = HiddenField()


class Code(Pending):
    code = Line(validators=[Needed(lazy_gettext("未填写动态口令。"))])


class NewPassword(Pending):
    password = PasswordField(validators=[Needed(lazy_gettext("未填写新密码。"))])


class Enrol(Code):
    sealed = HiddenField()


LEFT: Final = MappingProxyType(
    {"here": lazy_gettext("已退出登录。"), "everywhere": lazy_gettext("已在所有设备上退出登录。")}
)
"""What the sign-in page says to whoever has just left."""

STEPS: dict[Due, tuple[type[Pending], str]] = {
    Due.CODE: (Code, "sign_in/code.html"),
    Due.NEW_PASSWORD: (NewPassword, "sign_in/new_password.html"),
    Due.ENROL: (Enrol, "sign_in/enrol.html"),
}


def _accounts() -> Scope:
    return ACCOUNTS


def _pending_scope() -> Scope:
    return signin.scope_of(pending=request.form.get("pending", ""), rules=session.rules())


@sign_in.get("/sign-in")
@open_to(Audience.PUBLIC)
def form() -> ResponseReturnValue:
    if session.current() is not None:
        return redirect(url_for("tasks.index"), 303)
    entries = NameAndPassword(formdata=None, next=request.args.get("next", ""))
    return render_template("sign_in/form.html", form=entries, left=LEFT.get(request.args.get("left", "")))


@sign_in.post("/sign-in")
@open_to(Audience.PUBLIC)
@in_scope(_accounts)
def begin() -> ResponseReturnValue:
    entries = NameAndPassword()
    if not entries.validate():
        return again("sign_in/form.html", form=entries)
    step = signin.begin(
        transaction(),
        login_name=str(entries.login_name.data),
        password=str(entries.password.data),
        client=session.client(),
        rules=session.rules(),
    )
    return follow(step, entries, "sign_in/form.html")


@sign_in.post("/sign-in/code")
@open_to(Audience.PUBLIC)
@in_scope(_accounts)
def give_code() -> ResponseReturnValue:
    entries = Code()
    if not entries.validate():
        return again("sign_in/code.html", form=entries)
    step = signin.give_code(
        transaction(),
        pending=str(entries.pending.data),
        code=str(entries.code.data),
        client=session.client(),
        rules=session.rules(),
    )
    return follow(step, entries, "sign_in/code.html")


@sign_in.post("/sign-in/new-password")
@open_to(Audience.PUBLIC)
@in_scope(_pending_scope)
def give_new_password() -> ResponseReturnValue:
    entries = NewPassword()
    if not entries.validate():
        return again("sign_in/new_password.html", form=entries)
    step = signin.give_new_password(
        transaction(),
        pending=str(entries.pending.data),
        password=str(entries.password.data),
        client=session.client(),
        rules=session.rules(),
    )
    return follow(step, entries, "sign_in/new_password.html")


@sign_in.post("/sign-in/enrol")
@open_to(Audience.PUBLIC)
@in_scope(_pending_scope)
def enrol() -> ResponseReturnValue:
    entries = Enrol()
    if not entries.validate():
        return _offered(entries, 422)
    step = signin.enrol(
        transaction(),
        pending=str(entries.pending.data),
        sealed=str(entries.sealed.data),
        code=str(entries.code.data),
        client=session.client(),
        rules=session.rules(),
    )
    return follow(step, entries, "sign_in/enrol.html")


@sign_in.post("/sign-out")
@open_to(Audience.SIGNED_IN)
@any_hat
def sign_out() -> ResponseReturnValue:
    sessions.sign_out(transaction(), current=session.person(), client=session.client())
    session.forget()
    return redirect(url_for("sign_in.form", left="here"), 303)


def follow(step: Step, entries: Form, template: str) -> ResponseReturnValue:
    """The answer to a step: the next one, the session, or the same form with what was wrong."""
    if isinstance(step, Next):
        return _ask(step, str(entries["next"].data or ""))
    if isinstance(step, SignedIn):
        return signed_in(step, str(entries["next"].data or ""))
    keep_refusal()
    return _refuse(step, entries, template)


def _ask(step: Next, to: str) -> ResponseReturnValue:
    kind, template = STEPS[step.due]
    entries = kind(formdata=None, pending=step.pending, next=to)
    return _offered(entries, 200) if isinstance(entries, Enrol) else render_template(template, form=entries)


def _offered(entries: Enrol, status: int) -> ResponseReturnValue:
    """The enrolment step with its secret; the first step when the note is no good."""
    offer = signin.offer_of(
        transaction(),
        pending=str(entries.pending.data),
        sealed=str(entries.sealed.data or ""),
        client=session.client(),
        rules=session.rules(),
    )
    if offer is None:
        return _refuse(STALE, entries, "")
    return again("sign_in/enrol.html", status, form=entries, offer=offer)


def _refuse(refused: Refused, entries: Form, template: str) -> ResponseReturnValue:
    if refused.why is Refusal.STALE:
        entries, template = NameAndPassword(formdata=None, next=entries["next"].data), "sign_in/form.html"
        entries.refusal = refused.message
    elif isinstance(entries, NameAndPassword):
        entries.refusal = refused.message
    else:
        wrong = entries["password" if "password" in entries else "code"]
        wrong.errors = [refused.message]
    entries.wait = refused.wait
    return _offered(entries, 422) if isinstance(entries, Enrol) else again(template, form=entries)


def signed_in(step: SignedIn, to: str) -> ResponseReturnValue:
    """A session has begun: go where the person wanted to, or to choose a hat; new codes are shown first."""
    session.go_on(step.token)
    if step.device is not None:
        session.know_device(step.device)
    onward = same_site(to) if to else url_for("hats.index" if len(step.hats) > 1 else "tasks.index")
    if step.recovery_codes:
        return show_codes(step.recovery_codes, onward)
    return redirect(onward, 303)


def show_codes(codes: tuple[str, ...], onward: str, *, replaced: bool = False) -> str:
    """The page of new recovery codes, there once, and where to go on; whether they replace others."""
    return render_template("sign_in/recovery_codes.html", codes=codes, onward=onward, replaced=replaced)
