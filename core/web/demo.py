"""演示: signing in as anybody of the cast with what is filled in, and 演示时钟.

Only where SHOUXI_ENV is demo: elsewhere these routes do not exist, and installing them is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField

from core.config import Settings
from core.demo import DemoHat, DemoPerson, code, people
from core.domain.roles import TenantKind
from core.persistence.scope import Scope
from core.services import democlock
from core.services.accounts import signin
from core.services.accounts.answers import Invalid, NotAllowed
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.signin import Due, Next
from core.web import session, workdays
from core.web.access import Audience, open_to
from core.web.forms import Form, again, transaction
from core.web.navigation import same_site
from core.web.requests import in_scope
from core.web.signin import NameAndPassword, follow

demo = Blueprint("demo", __name__, url_prefix="/demo")

SETTINGS = "demo settings"


class Jump(Form):
    day = DateField(validators=[])


def install(app: Flask, settings: Settings) -> None:
    """Add the routes of the demo to ``app``. Raises ``NotADemo`` where there is none."""
    cast = people(settings)
    app.extensions[SETTINGS] = settings
    app.register_blueprint(demo)
    app.jinja_env.globals.update(demo_cast=by_hat(cast), demo_code=code_of_reader)


def by_hat(cast: Sequence[DemoPerson]) -> dict[str, list[tuple[DemoPerson, DemoHat]]]:
    """Who can be signed in as: bodies by their kind, enterprises one by one; once for each hat."""
    found: dict[str, list[tuple[DemoPerson, DemoHat]]] = {}
    for person in cast:
        for hat in person.hats:
            kind = hat.role.kind
            group = hat.tenant_name if kind is TenantKind.ENTERPRISE else kind.zh
            found.setdefault(group, []).append((person, hat))
    bodies = {kind.zh for kind in TenantKind}
    return {group: found[group] for group in sorted(found, key=lambda group: group not in bodies)}


def code_of_reader() -> str:
    """The 动态口令 of whoever of the cast reads this page; they have no authenticator to read it off."""
    reader = session.current()
    if reader is None:
        return ""
    shown = code(transaction(), login_name=reader.login_name, settings=_settings(), rules=session.rules())
    return shown or ""


def _settings() -> Settings:
    found: Settings = current_app.extensions[SETTINGS]
    return found


def _accounts() -> Scope:
    return ACCOUNTS


@demo.get("/sign-in/<login_name>")
@open_to(Audience.PUBLIC)
@in_scope(_accounts)
def form(login_name: str) -> str:
    person = _member(people(_settings()), login_name)
    shown = code(transaction(), login_name=login_name, settings=_settings(), rules=session.rules())
    entries = NameAndPassword(formdata=None, login_name=person.login_name)
    return render_template("sign_in/demo.html", form=entries, person=person, code=shown)


@demo.post("/sign-in")
@open_to(Audience.PUBLIC)
@in_scope(_accounts)
def begin() -> ResponseReturnValue:
    """Both steps of signing in at once, with what the form has filled in."""
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
    if isinstance(step, Next) and step.due is Due.CODE:
        step = signin.give_code(
            transaction(),
            pending=step.pending,
            code=request.form.get("code", ""),
            client=session.client(),
            rules=session.rules(),
        )
    return follow(step, entries, "sign_in/form.html")


@demo.post("/clock")
@open_to(Audience.SIGNED_IN)
def clock() -> ResponseReturnValue:
    """前进 1 个工作日, or 跳到 a day."""
    actor = session.person().actor(session.client())
    if actor is None:
        raise NotAllowed("当前没有身份，不能调整演示时钟。先选择身份。")
    if "workday" in request.form:
        democlock.next_workday(transaction(), actor=actor, calendar=workdays.calendar())
    else:
        entries = Jump()
        if not entries.validate() or entries.day.data is None:
            raise Invalid("day", "未选择日期。选择以后的日期。")
        democlock.jump(transaction(), actor=actor, day=entries.day.data)
    return redirect(same_site(request.form.get("next", url_for("tasks.index"))), 303)


def _member(cast: Sequence[DemoPerson], login_name: str) -> DemoPerson:
    found = next((each for each in cast if each.login_name == login_name), None)
    if found is None:
        abort(404)
    return found
