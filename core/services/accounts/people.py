"""人员: accounts are opened by accepting an invitation, and closed by the 安全管理员."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action, Author, Subject, record
from core.domain.roles import Actor, Role
from core.domain.values import blank
from core.persistence.queries import account as queries
from core.persistence.queries import session as sessions_table
from core.services.accounts import passwords
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.accounts.rules import AccountRules
from core.services.accounts.sessions import EndReason

LOGIN_NAME: Final = re.compile(r"[a-z0-9._-]{3,64}")
NAME_LENGTH: Final = 50


def checked_name(name: str) -> str:
    """A person's name without blanks around it. Raises Invalid."""
    name = name.strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise Invalid("name", f"姓名用 1 至 {NAME_LENGTH} 个字，不含控制字符。填写真实姓名。")
    return name


def open_account(session: Session, *, login_name: str, name: str, password: str, rules: AccountRules) -> int:
    """A new account with its password; returns the person's id. The caller records it (``record_opened``).

    Raises Invalid with the field that cannot be used.
    """
    login_name, name = login_name.strip().lower(), checked_name(name)
    if not LOGIN_NAME.fullmatch(login_name):
        raise Invalid("login_name", "登录名用 3 至 64 个小写字母、数字、点、下划线和连字符。换一个登录名。")
    weak = passwords.weakness(password, login_name=login_name, profile=rules.passwords)
    if weak is not None:
        raise Invalid("password", weak.message)
    person_id = queries.add_person(session, login_name=login_name, name=name)
    if person_id is None:
        raise Invalid("login_name", f"登录名“{login_name}”已被使用。换一个登录名。")
    queries.add_credential(session, person_id=person_id, password_hash=passwords.hashed(password, rules.cost))
    return person_id


def record_opened(session: Session, *, tenant_id: int, author: Author, person_id: int, name: str) -> None:
    """Record a new account in the tenant that brought the person in."""
    record(
        session,
        tenant_id=tenant_id,
        actor=author,
        action=Action.PERSON_CREATE,
        subject=Subject("person", person_id, name),
    )


def disable(session: Session, *, actor: Actor, person_id: int, reason: str) -> None:
    """Close an account: it signs in no more and its sessions end. Raises as ``enable``."""
    person = _person(session, actor, person_id, reason)
    if person_id == actor.person_id:
        raise NotAllowed("不能停用自己的账号。由另一名安全管理员办理。")
    if not queries.set_disabled(session, person_id=person_id, disabled=True):
        raise Conflict("这个账号已经停用，没有重复停用。")
    sessions_table.end(session, person_id=person_id, reason=EndReason.DISABLED)
    _recorded(session, actor, person, Action.PERSON_DISABLE, reason)


def enable(session: Session, *, actor: Actor, person_id: int, reason: str) -> None:
    """Open a closed account again. Raises NotAllowed, Invalid without a reason, LookupError, Conflict."""
    person = _person(session, actor, person_id, reason)
    if not queries.set_disabled(session, person_id=person_id, disabled=False):
        raise Conflict("这个账号没有停用。")
    _recorded(session, actor, person, Action.PERSON_ENABLE, reason)


def reset_totp(session: Session, *, actor: Actor, person_id: int, reason: str) -> None:
    """Forget the authenticator of somebody who has lost it and the recovery codes; their sessions end.

    They enrol anew when they next sign in. Raises as ``enable``.
    """
    person = _person(session, actor, person_id, reason)
    if person_id == actor.person_id:
        raise NotAllowed("不能重置自己的动态口令。由另一名安全管理员办理。")
    queries.change_credential(session, person_id, totp_sealed=None, totp_confirmed_at=None)
    queries.replace_recovery_codes(session, person_id=person_id, hashes=())
    sessions_table.end(session, person_id=person_id, reason=EndReason.DISABLED)
    _recorded(session, actor, person, Action.TOTP_RESET, reason)


def _person(session: Session, actor: Actor, person_id: int, reason: str) -> Subject:
    """The person, when the actor may act on their account for this reason."""
    if actor.role is not Role.SECURITY_ADMIN:
        raise NotAllowed("账号由安全管理员停用、恢复和重置动态口令。")
    if blank(reason):
        raise Invalid("reason", "未填写原因。填写原因后再办理。")
    name = queries.name_of(session, person_id=person_id)
    if name is None:
        raise LookupError(person_id)
    return Subject("person", person_id, name)


def _recorded(session: Session, actor: Actor, person: Subject, action: Action, reason: str) -> None:
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=action,
        subject=person,
        reason=reason.strip(),
    )
