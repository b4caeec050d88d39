"""重设密码链接: how people come in again who forgot their password.

Like an invitation it is shown once to who issues it, to be handed over; it works once, for 72 hours, and only
the hash of its token is kept. Who may issue it for whom is ``roles.helps_in``, asked again when it is used.
A 动态口令 stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Action, Author, Subject, record
from core.domain.roles import Actor, helps_in
from core.domain.values import blank
from core.persistence.queries import account as queries
from core.persistence.queries import grant as grants
from core.persistence.queries import session as sessions_table
from core.persistence.scope import Scope
from core.services.accounts import credentials, proving, throttling
from core.services.accounts.answers import Conflict, Invalid, NotAllowed, Refused
from core.services.accounts.invitations import LASTS
from core.services.accounts.rules import AccountRules
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Client, EndReason
from core.services.accounts.tokens import new_token, token_hash

BEARER: Final = "password_link"
"""The hat, in the record, of who acts by the link alone."""


class State(StrEnum):
    OPEN = "open"
    USED = "used"
    FOLLOWED = "followed"
    CHANGED = "changed"
    EXPIRED = "expired"
    VOID = "void"


CLOSED_BECAUSE: Final = {
    State.USED: "这个链接已经使用过。用登录名和新密码登录；不是本人使用的，立即联系签发人。",
    State.FOLLOWED: "这个链接已作废，之后签发了新的链接。使用最近一次签发的链接。",
    State.CHANGED: "链接签发以后密码已经修改，链接作废。用登录名和现在的密码登录。",
    State.EXPIRED: "这个链接已过期。联系签发人重新签发。",
    State.VOID: "签发人已不再有权签发这个链接，或者账号已停用。联系所在单位或安全管理员。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A new link; ``token`` goes into it and is not shown again."""

    id: int
    token: str
    name: str
    login_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordLink:
    """What the holder of a link sees: whose password it sets, who issued it, until when it works."""

    id: int
    tenant_id: int
    tenant_name: str
    person_id: int
    name: str
    login_name: str
    issuer: str
    expires_at: datetime
    state: State

    @property
    def scope(self) -> Scope:
        """The scope of using it: whether its issuer may still help is asked again."""
        return replace(ACCOUNTS, writes=self.tenant_id)


def scope_to_issue(scope: Scope) -> Scope:
    """The scope of issuing for who acts in ``scope``: it writes their own tenant, where it is recorded.

    It reads every grant of the person, since one in another tenant decides who may help.
    """
    return replace(ACCOUNTS, writes=scope.writes)


def may_issue(session: Session, *, actor: Actor, person_id: int) -> bool:
    """Whether the actor may help this person. In the scope of ``scope_to_issue``."""
    held = grants.held(session, person_id=person_id)
    return helps_in(actor.role, home=actor.tenant_id, held=held)


def issue(session: Session, *, actor: Actor, person_id: int, reason: str) -> Issued:
    """A link with which the person sets a new password; an earlier one no longer works.

    In the scope of ``scope_to_issue``. Raises LookupError for nobody, NotAllowed, Invalid without a reason,
    Conflict for an account that is closed.
    """
    grants.lock_person(session, person_id=person_id)
    proof = queries.proof_by_id(session, person_id=person_id)
    if proof is None:
        raise LookupError(person_id)
    if person_id == actor.person_id:
        raise NotAllowed("不能给自己签发重设密码链接。由另一名安全管理员签发。")
    if not may_issue(session, actor=actor, person_id=person_id):
        raise NotAllowed("该人员的重设密码链接不由当前身份签发。由安全管理员签发。")
    if blank(reason):
        raise Invalid("reason", "未填写原因。填写原因后再签发。")
    if proof.disabled_at is not None:
        raise Conflict("这个账号已停用，没有签发。先由安全管理员恢复账号。")
    token, expires_at = new_token(), proof.now + LASTS
    link_id = queries.add_link(
        session,
        tenant_id=actor.tenant_id,
        token_hash=token_hash(token),
        person_id=person_id,
        issued_by=actor.person_id,
        created_at=proof.now,
        expires_at=expires_at,
    )
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.PASSWORD_LINK_ISSUE,
        subject=Subject("person", person_id, proof.name),
        changes={"expires_at": (None, expires_at)},
        reason=reason.strip(),
    )
    return Issued(
        id=link_id, token=token, name=proof.name, login_name=proof.login_name, expires_at=expires_at
    )


def find(session: Session, *, token: str) -> PasswordLink | None:
    """The link of a token, under ``scopes.ACCOUNTS``; None when there is none such."""
    row = queries.link(session, token_hash=token_hash(token))
    if row is None:
        return None
    return PasswordLink(
        id=row.id,
        tenant_id=row.tenant_id,
        tenant_name=row.tenant_name,
        person_id=row.person_id,
        name=row.name,
        login_name=row.login_name,
        issuer=row.issuer,
        expires_at=row.expires_at,
        state=_state(session, row),
    )


def use(
    session: Session, *, token: str, password: str, client: Client, rules: AccountRules
) -> Refused | None:
    """Set the password and end every session of the person, who then signs in with it; None when done.

    In the scope of the link. Raises LookupError for no such link, Conflict when it is closed.
    """
    row = _held(session, token)
    proof = proving.account_of(session, person_id=row.person_id, client=client)
    if proof is None:
        raise LookupError(row.person_id)
    changed = credentials.set_password(session, proof=proof, password=password, rules=rules)
    if isinstance(changed, Refused):
        return changed
    queries.use_link(session, tenant_id=row.tenant_id, link_id=row.id)
    sessions_table.end(session, person_id=proof.person_id, reason=EndReason.PASSWORD_CHANGED)
    device = None if client.device is None else token_hash(client.device)
    throttling.start_anew(session, login_name=proof.login_name, address=client.address, device=device)
    proving.note(session, proof, client, "password_reset")
    record(
        session,
        tenant_id=row.tenant_id,
        actor=Author(proof.person_id, proof.name, f"{BEARER}@{row.tenant_id}", client.request_id),
        action=Action.PASSWORD_RESET,
        subject=Subject("person", proof.person_id, proof.name),
    )
    return None


def _held(session: Session, token: str) -> Row[Any]:
    """The open link, held so that it is used once, and its person, so that their grants stay as they are."""
    found = queries.link(session, token_hash=token_hash(token))
    if found is not None:
        grants.lock_person(session, person_id=found.person_id)
    row = queries.link(session, token_hash=token_hash(token), lock=True)
    if row is None:
        raise LookupError("password link")
    state = _state(session, row)
    if state is not State.OPEN:
        raise Conflict(CLOSED_BECAUSE[state])
    return row


def _state(session: Session, row: Row[Any]) -> State:
    if row.used_at is not None:
        return State.USED
    if row.followed:
        return State.FOLLOWED
    if row.password_set_at > row.created_at:
        return State.CHANGED
    if row.now >= row.expires_at:
        return State.EXPIRED
    return State.OPEN if row.disabled_at is None and _stands(session, row) else State.VOID


def _stands(session: Session, row: Row[Any]) -> bool:
    """Whether its issuer may still help: a link does not outlive that."""
    if row.issuer_disabled_at is not None:
        return False
    held = grants.held(session, person_id=row.person_id)
    return any(
        hat.tenant_id == row.tenant_id and helps_in(hat.role, home=row.tenant_id, held=held)
        for hat in grants.hats(session, person_id=row.issued_by)
    )
