"""邀请: how people come in. The inviter is shown a link once and hands it over; it works once, for 72 hours.

Only the hash of its token is kept. Who accepts makes an account, or is signed in with the one they have.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Action, Author, Subject, record
from core.domain.roles import Actor, Hat, Role, TenantKind, may_grant, within_reach
from core.persistence import clock
from core.persistence.queries import grant as queries
from core.persistence.scope import Scope
from core.services.accounts import credentials, grants, people, proving, signin, totp
from core.services.accounts.answers import Conflict, Invalid
from core.services.accounts.rules import AccountRules
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Client, Current, rotate
from core.services.accounts.signin import SignedIn
from core.services.accounts.tokens import new_token, token_hash

LASTS: Final = timedelta(hours=72)


class State(StrEnum):
    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    VOID = "void"


CLOSED_BECAUSE: Final = {
    State.USED: "这个邀请已经使用过。用当时设置的登录名登录。",
    State.REVOKED: "这个邀请已被撤回。联系邀请人。",
    State.EXPIRED: "这个邀请已过期。联系邀请人重新发出。",
    State.VOID: "邀请人已不再有权发出这个邀请。联系所在单位重新发出。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A new invitation; ``token`` goes into the link and is not shown again."""

    id: int
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the holder of a link sees: who invites whom to be what, where, until when.

    ``valid_to`` is when the role ends, ``expires_at`` when the link does.
    """

    id: int
    tenant_id: int
    tenant_name: str
    role: Role
    name: str
    inviter: str
    valid_to: datetime | None
    expires_at: datetime
    state: State

    @property
    def scope(self) -> Scope:
        """The scope of accepting it: whether the inviter may still invite is asked again."""
        return replace(ACCOUNTS, writes=self.tenant_id)


@dataclass(frozen=True, slots=True)
class _Taker:
    """Who accepts."""

    person_id: int
    name: str
    client: Client

    def author(self, row: Row[Any]) -> Author:
        """How the record names them: under the role that they take."""
        return Author(self.person_id, self.name, f"{row.role}@{row.tenant_id}", self.client.request_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An invitation as its tenant sees it."""

    id: int
    role: Role
    name: str
    inviter: str
    created_at: datetime
    expires_at: datetime
    state: State
    user: str | None


def invite(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    role: Role,
    name: str,
    valid_to: datetime | None = None,
) -> Invited:
    """Invite ``name`` to be ``role``, until ``valid_to`` if given. The scope writes ``tenant_id``.

    Raises NotAllowed or Invalid.
    """
    grants.require_may_grant(session, actor=actor, tenant_id=tenant_id, role=role)
    name, now = people.checked_name(name), clock.now(session)
    if valid_to is not None and valid_to <= now:
        raise Invalid("valid_to", "角色的截止时间已过。改为更晚的时间，或不设截止时间。")
    token, expires_at = new_token(), now + LASTS
    invitation_id = queries.add_invitation(
        session,
        tenant_id=tenant_id,
        tenant_kind=role.kind.value,
        token_hash=token_hash(token),
        role=role.value,
        name=name,
        valid_to=valid_to,
        invited_by=actor.person_id,
        created_at=now,
        expires_at=expires_at,
    )
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.INVITATION_CREATE,
        subject=_subject(invitation_id, name, role),
        changes={"role": (None, role.value), "expires_at": (None, expires_at), "valid_to": (None, valid_to)},
    )
    return Invited(id=invitation_id, token=token, expires_at=expires_at)


def revoke(session: Session, *, actor: Actor, tenant_id: int, invitation_id: int) -> None:
    """Take an invitation back. Raises LookupError, NotAllowed, Conflict when it is used or revoked."""
    found = queries.invitation_of(session, tenant_id=tenant_id, invitation_id=invitation_id)
    if found is None:
        raise LookupError(invitation_id)
    role = Role(found.role)
    grants.require_may_grant(session, actor=actor, tenant_id=tenant_id, role=role)
    if not queries.change_invitation(
        session, tenant_id=tenant_id, invitation_id=invitation_id, revoked_at=clock.now(session)
    ):
        raise Conflict("这个邀请已经使用或撤回，没有改动。")
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.INVITATION_REVOKE,
        subject=_subject(invitation_id, found.name, role),
        changes={"revoked": (False, True)},
    )


def find(session: Session, *, token: str) -> Invitation | None:
    """The invitation of a link, under ``scopes.ACCOUNTS``; None when there is none such."""
    row = queries.invitation(session, token_hash=token_hash(token))
    if row is None:
        return None
    return Invitation(
        id=row.id,
        tenant_id=row.tenant_id,
        tenant_name=row.tenant_name,
        role=Role(row.role),
        name=row.name,
        inviter=row.inviter,
        valid_to=row.valid_to,
        expires_at=row.expires_at,
        state=_state_now(session, row),
    )


def offer(*, token: str, login_name: str, sealed: str | None, rules: AccountRules) -> totp.Offer:
    """A secret to enrol with while accepting, or the one a form sent back."""
    where = _place(token_hash(token))
    account = login_name or "新账号"
    return totp.offered_again(sealed or "", account=account, where=where, keys=rules.keys)


def accept_as_new(
    session: Session,
    *,
    token: str,
    login_name: str,
    name: str,
    password: str,
    sealed: str,
    code: str,
    client: Client,
    rules: AccountRules,
) -> SignedIn:
    """Make an account with the invited role, and sign in. In the scope of the invitation.

    ``sealed`` and ``code`` are for roles that need a 动态口令. Raises LookupError for no such invitation,
    Conflict when it is used, revoked or expired, Invalid with the field.
    """
    row = _held(session, token)
    person_id = people.open_account(session, login_name=login_name, name=name, password=password, rules=rules)
    taker = _Taker(person_id, name.strip(), client)
    people.record_opened(
        session,
        tenant_id=row.tenant_id,
        author=taker.author(row),
        person_id=person_id,
        name=taker.name,
    )
    second_factor = Role(row.role).needs_second_factor
    codes = _enrolled(session, row, taker, sealed=sealed, code=code, rules=rules) if second_factor else ()
    hat = _taken(session, row, taker)
    proof = proving.account_of(session, person_id=person_id, client=client)
    if proof is None:
        raise LookupError(person_id)
    signed_in = signin.open_session(session, proof, client, rules, second_factor=second_factor, hats=(hat,))
    return replace(signed_in, recovery_codes=codes)


def accept_as(
    session: Session,
    *,
    token: str,
    current: Current,
    sealed: str,
    code: str,
    client: Client,
    rules: AccountRules,
) -> credentials.Renewed:
    """Take the invited role with the account that is signed in; the session goes on under a new token.

    In the scope of the invitation. Somebody without 动态口令 enrols when the role needs it, after fresh
    proof. Raises as ``accept_as_new``.
    """
    row = _held(session, token)
    if current.person_id == row.invited_by:
        raise Conflict("这个邀请是自己发出的，不能自己接受。把链接交给被邀请人。")
    taker = _Taker(current.person_id, current.name, client)
    codes: tuple[str, ...] = ()
    if Role(row.role).needs_second_factor and not current.second_factor:
        credentials.require_may_enrol(session, current=current, client=client)
        codes = _enrolled(session, row, taker, sealed=sealed, code=code, rules=rules)
    _taken(session, row, taker)
    renewed = rotate(session, current=current, second_factor=current.second_factor or bool(codes))
    return credentials.Renewed(token=renewed, recovery_codes=codes)


def _held(session: Session, token: str) -> Row[Any]:
    """The open invitation, held so that it is used once."""
    row = queries.invitation(session, token_hash=token_hash(token), lock=True)
    if row is None:
        raise LookupError("invitation")
    state = _state_now(session, row)
    if state is not State.OPEN:
        raise Conflict(CLOSED_BECAUSE[state])
    return row


def _state_now(session: Session, row: Row[Any]) -> State:
    """The state of an invitation that somebody holds; it does not outlive the authority of its inviter."""
    state, role = _state(row, row.now), Role(row.role)
    closed = row.inviter_disabled_at is not None
    for hat in () if closed else queries.hats(session, person_id=row.invited_by):
        reach = may_grant(hat.role, role)
        same_city = hat.city_code is not None and hat.city_code == row.city_code
        if reach and within_reach(reach, own=hat.tenant_id == row.tenant_id, same_city=same_city):
            return state
    return State.VOID if state is State.OPEN else state


def _enrolled(
    session: Session, row: Row[Any], taker: _Taker, *, sealed: str, code: str, rules: AccountRules
) -> tuple[str, ...]:
    if not totp.confirm(
        session,
        person_id=taker.person_id,
        sealed=sealed,
        where=_place(row.token_hash),
        code=code,
        now=row.now,
        rules=rules,
    ):
        raise Invalid("code", "动态口令不正确。用验证器扫描二维码，输入当前显示的 6 位数字。")
    record(
        session,
        tenant_id=row.tenant_id,
        actor=taker.author(row),
        action=Action.TOTP_ENROL,
        subject=Subject("person", taker.person_id, taker.name),
    )
    return totp.new_recovery_codes(session, person_id=taker.person_id)


def _taken(session: Session, row: Row[Any], taker: _Taker) -> Hat:
    """Give the invited role on the inviter's authority, and close the invitation."""
    role, author = Role(row.role), taker.author(row)
    queries.change_invitation(
        session,
        tenant_id=row.tenant_id,
        invitation_id=row.id,
        used_at=clock.now(session),
        used_by=taker.person_id,
    )
    record(
        session,
        tenant_id=row.tenant_id,
        actor=author,
        action=Action.INVITATION_ACCEPT,
        subject=_subject(row.id, row.name, role),
        changes={"used_by": (None, taker.person_id)},
    )
    grant_id = grants.give(
        session,
        author=author,
        granted_by=row.invited_by,
        tenant_id=row.tenant_id,
        person_id=taker.person_id,
        person_name=taker.name,
        role=role,
        valid_to=row.valid_to,
    )
    return Hat(
        grant_id=grant_id,
        tenant_id=row.tenant_id,
        tenant_kind=TenantKind(row.tenant_kind),
        tenant_name=row.tenant_name,
        tenant_short_name=row.tenant_short_name,
        city_code=row.city_code,
        role=role,
        valid_to=row.valid_to,
    )


def _state(row: Row[Any], now: datetime) -> State:
    if row.used_at is not None:
        return State.USED
    if row.revoked_at is not None:
        return State.REVOKED
    return State.OPEN if now < row.expires_at else State.EXPIRED


def _place(hashed: bytes) -> str:
    """Where an offer of a 动态口令 to whoever holds the invitation belongs."""
    return f"totp.offer:invitation:{hashed.hex()}"


def _subject(invitation_id: int, name: str, role: Role) -> Subject:
    return Subject("invitation", invitation_id, f"{name}：{role.zh}")
