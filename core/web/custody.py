"""账号管理: the 安全管理员 finds accounts, closes and opens them, and resets a lost authenticator.

Each act needs a reason and fresh proof, and is recorded in the chain of the platform. An account is found on
the page of its unit when its role is listed there, otherwise by the login name its person tells (ADR 0007).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from core.domain.errors import DomainError
from core.domain.roles import Grant, Role, helps_in
from core.persistence.scope import Scope
from core.policy import roles_kept, roles_seen
from core.services import directory
from core.services.accounts import people as service
from core.services.directory import Contact, Profile
from core.web import session
from core.web.access import everywhere, formal_act, open_to
from core.web.forms import LONGEST, FormalForm, Line, Needed, again, transaction
from core.web.people import person_or_404
from core.web.refusals import status_for
from core.web.requests import in_scope

custody = Blueprint("custody", __name__, url_prefix="/units/<int:tenant_id>/people/<int:person_id>/account")

accounts = Blueprint("accounts", __name__, url_prefix="/accounts")

ADDRESS: Final = "/<any(disable, enable, 'reset-totp'):deed>"


@dataclass(frozen=True, slots=True)
class Deed:
    """What can be done to an account: its words, what follows, and the service that does it."""

    label: LazyString
    consequence: LazyString
    quiet: LazyString
    do: Callable[..., None]


DEEDS: Final = MappingProxyType(
    {
        "disable": Deed(
            lazy_gettext("停用账号"),
            lazy_gettext(
                "停用后，该人员不能登录，已有的登录全部退出；在各单位的角色保留，恢复账号后继续有效。"
            ),
            lazy_gettext("先不停用"),
            service.disable,
        ),
        "enable": Deed(
            lazy_gettext("恢复账号"),
            lazy_gettext("恢复后，该人员可以用原来的登录名和密码登录。"),
            lazy_gettext("先不恢复"),
            service.enable,
        ),
        "reset-totp": Deed(
            lazy_gettext("重置动态口令"),
            lazy_gettext(
                "重置后，原来的验证器和恢复码作废，已有的登录全部退出；该人员下次登录时重新启用动态口令。"
            ),
            lazy_gettext("先不重置"),
            service.reset_totp,
        ),
    }
)


class Custody(FormalForm):
    reason = Line(validators=[Needed(lazy_gettext("未填写原因。填写原因后再办理。"))])


@accounts.get("")
@open_to(*everywhere(Role.SECURITY_ADMIN))
def find() -> str:
    """An account by its whole login name: there is no leafing through the people of other units."""
    asked = request.args.get("login_name", "").strip()[:LONGEST]
    found = directory.account(transaction(), login_name=asked) if asked else None
    helped = found is not None and helps_in(
        Role.SECURITY_ADMIN,
        home=session.actor().tenant_id,
        held=[(each.tenant_id, each.role) for each in found.held],
    )
    return render_template("people/account.html", asked=asked, account=found, helped=helped)


def _own_scope() -> Scope:
    """Accounts belong to no unit: what happens to one is recorded in the tenant of who does it."""
    return session.person().scope


@custody.get(ADDRESS)
@open_to(*everywhere(Role.SECURITY_ADMIN))
def form(tenant_id: int, person_id: int, deed: str) -> str:
    return render_template(
        "people/custody.html", **_about(tenant_id, person_id, deed), form=Custody(formdata=None)
    )


@custody.post(ADDRESS)
@open_to(*everywhere(Role.SECURITY_ADMIN))
@formal_act
@in_scope(_own_scope)
def do(tenant_id: int, person_id: int, deed: str) -> ResponseReturnValue:
    page = _about(tenant_id, person_id, deed)
    entries = page["form"] = Custody()
    if not entries.validate():
        return again("people/custody.html", **page)
    try:
        DEEDS[deed].do(
            transaction(), actor=session.actor(), person_id=person_id, reason=str(entries.reason.data)
        )
    except LookupError:
        abort(404)
    except DomainError as error:
        entries.refuse(error)
        return again("people/custody.html", status_for(error), **page)
    return redirect(page["back"], 303)


def _about(tenant_id: int, person_id: int, deed: str) -> dict[str, Any]:
    """What the page of a deed shows: the unit, the person, the deed, and where to go afterwards."""
    unit, held, contact = person_or_404(tenant_id, person_id, roles_kept)
    return {"unit": unit, "contact": contact, "deed": DEEDS[deed], "back": page_of(unit, held, contact)}


def page_of(unit: Profile, held: tuple[Grant, ...], contact: Contact) -> str:
    """The page of a person: in the unit if they are listed there for the reader, else by their login name."""
    seen = roles_seen(session.actor(), unit.id, unit.kind)
    if any(each.role in seen for each in held):
        return url_for("people.show", tenant_id=unit.id, person_id=contact.id)
    return url_for("accounts.find", login_name=contact.login_name)
