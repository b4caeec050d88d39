"""账号管理: the 安全管理员 closes and opens accounts, and resets a lost authenticator.

Each act needs a reason and fresh proof, and is recorded in the chain of the platform.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from core.domain.errors import DomainError
from core.domain.roles import Role
from core.persistence.scope import Scope
from core.services.accounts import people as accounts
from core.web import session
from core.web.access import everywhere, formal_act, open_to
from core.web.forms import FormalForm, Line, Needed, again, transaction
from core.web.people import person_or_404
from core.web.refusals import status_for
from core.web.requests import in_scope

custody = Blueprint("custody", __name__, url_prefix="/units/<int:tenant_id>/people/<int:person_id>/account")

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
            accounts.disable,
        ),
        "enable": Deed(
            lazy_gettext("恢复账号"),
            lazy_gettext("恢复后，该人员可以用原来的登录名和密码登录。"),
            lazy_gettext("先不恢复"),
            accounts.enable,
        ),
        "reset-totp": Deed(
            lazy_gettext("重置动态口令"),
            lazy_gettext(
                "重置后，原来的验证器和恢复码作废，已有的登录全部退出；该人员下次登录时重新启用动态口令。"
            ),
            lazy_gettext("先不重置"),
            accounts.reset_totp,
        ),
    }
)


class Custody(FormalForm):
    reason = Line(validators=[Needed(lazy_gettext("未填写原因。填写原因后再办理。"))])


def _own_scope() -> Scope:
    """Accounts belong to no unit: what happens to one is recorded in the tenant of who does it."""
    return session.person().scope


@custody.get(ADDRESS)
@open_to(*everywhere(Role.SECURITY_ADMIN))
def form(tenant_id: int, person_id: int, deed: str) -> str:
    unit, _held, contact = person_or_404(tenant_id, person_id)
    return render_template(
        "people/custody.html", unit=unit, contact=contact, deed=DEEDS[deed], form=Custody(formdata=None)
    )


@custody.post(ADDRESS)
@open_to(*everywhere(Role.SECURITY_ADMIN))
@formal_act
@in_scope(_own_scope)
def do(tenant_id: int, person_id: int, deed: str) -> ResponseReturnValue:
    unit, _held, contact = person_or_404(tenant_id, person_id)
    entries = Custody()
    page: dict[str, Any] = {"unit": unit, "contact": contact, "deed": DEEDS[deed], "form": entries}
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
    return redirect(url_for("people.show", tenant_id=tenant_id, person_id=person_id), 303)
