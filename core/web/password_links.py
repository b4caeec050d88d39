"""重设密码链接: issued on the page of a person who forgot their password, and opened by that person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField

from core.domain.errors import DomainError
from core.domain.roles import Role
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.policy import roles_kept
from core.services.accounts import password_links as service
from core.services.accounts.answers import NotAllowed
from core.services.accounts.password_links import CLOSED_BECAUSE, PasswordLink, State
from core.services.accounts.scopes import ACCOUNTS
from core.web import session
from core.web.access import Audience, everywhere, formal_act, open_to, own
from core.web.custody import page_of
from core.web.forms import UNPROCESSABLE, Form, FormalForm, Line, Needed, again, transaction
from core.web.granting import helped_here
from core.web.joining import GONE, private
from core.web.people import person_or_404
from core.web.refusals import status_for
from core.web.requests import in_scope

password_links = Blueprint("password_links", __name__)

HELPERS = (*own(Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR), *everywhere(Role.SECURITY_ADMIN))
"""Those who help somebody; ``roles.helps_in`` says whom."""


class Issue(FormalForm):
    reason = Line(validators=[Needed(lazy_gettext("未填写原因。填写原因后再签发。"))])


class NewPassword(Form):
    password = PasswordField(validators=[Needed(lazy_gettext("未填写新密码。"))])


def _scope_to_issue() -> Scope:
    return service.scope_to_issue(session.person().scope)


@password_links.get("/units/<int:tenant_id>/people/<int:person_id>/password-link")
@open_to(*HELPERS)
@in_scope(_scope_to_issue)
def form(tenant_id: int, person_id: int) -> str:
    return render_template(
        "password_links/issue.html", **_about(tenant_id, person_id), form=Issue(formdata=None)
    )


@password_links.post("/units/<int:tenant_id>/people/<int:person_id>/password-link")
@open_to(*HELPERS)
@formal_act
@in_scope(_scope_to_issue)
def issue(tenant_id: int, person_id: int) -> ResponseReturnValue:
    page = _about(tenant_id, person_id)
    entries = page["form"] = Issue()
    if not entries.validate():
        return again("password_links/issue.html", **page)
    try:
        issued = service.issue(
            transaction(), actor=session.actor(), person_id=person_id, reason=str(entries.reason.data)
        )
    except DomainError as error:
        entries.refuse(error)
        return again("password_links/issue.html", status_for(error), **page)
    link = url_for("password_links.show", token=issued.token, _external=True)
    return render_template("password_links/issued.html", **page, issued=issued, link=link)


def _accounts() -> Scope:
    return ACCOUNTS


def _scope_of_link() -> Scope:
    """The scope of the link in the address, which is found before that scope is in force."""
    with reading(ACCOUNTS):
        return _link(str((request.view_args or {})["token"])).scope


@password_links.get("/password-links/<token>")
@open_to(Audience.PUBLIC)
@in_scope(_accounts)
def show(token: str) -> ResponseReturnValue:
    link = _link(token)
    if link.state is not State.OPEN:
        return private(
            again("password_links/closed.html", GONE, link=link, reason=CLOSED_BECAUSE[link.state])
        )
    return _page(link, NewPassword(formdata=None), 200)


@password_links.post("/password-links/<token>")
@open_to(Audience.PUBLIC)
@in_scope(_scope_of_link)
def use(token: str) -> ResponseReturnValue:
    link = _link(token)
    entries = NewPassword()
    if not entries.validate():
        return _page(link, entries, UNPROCESSABLE)
    refused = service.use(
        transaction(),
        token=token,
        password=str(entries.password.data),
        client=session.client(),
        rules=session.rules(),
    )
    if refused is not None:
        entries.password.errors = [refused.message]
        return _page(link, entries, UNPROCESSABLE)
    person = session.current()
    if person is not None and person.person_id == link.person_id:
        session.forget()
    return private(render_template("password_links/done.html", link=link))


def _about(tenant_id: int, person_id: int) -> dict[str, Any]:
    """What the page about a person shows to who may help them; 404 for others.

    Whom the unit would help but for what they are elsewhere is sent to the 安全管理员. Raises NotAllowed.
    """
    unit, held, contact = person_or_404(tenant_id, person_id, roles_kept)
    if not service.may_issue(transaction(), actor=session.actor(), person_id=person_id):
        if helped_here(held):
            raise NotAllowed("该人员的重设密码链接由安全管理员签发。由本人联系安全管理员。")
        abort(404)
    return {"unit": unit, "contact": contact, "back": page_of(unit, held, contact)}


def _link(token: str) -> PasswordLink:
    found = service.find(transaction(), token=token)
    if found is None:
        abort(404)
    return found


def _page(link: PasswordLink, entries: NewPassword, status: int) -> Response:
    return private(again("password_links/set.html", status, form=entries, link=link))
