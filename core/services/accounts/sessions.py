"""登录状态: sessions that the server keeps and can end, the hat worn in each, and how fresh its proof is.

The browser holds a random token, the database its hash. A session has a new token after each proof (signing
in, stepping up), so that a token from before is worth nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.roles import ROLES, Actor, Hat
from core.persistence.queries import account as accounts
from core.persistence.queries import session as queries
from core.persistence.queries.session import Found
from core.persistence.scope import Scope
from core.services import calendars
from core.services.accounts.answers import NotAllowed
from core.services.accounts.rules import AccountRules, Lifetimes
from core.services.accounts.scopes import scope_in
from core.services.accounts.tokens import new_token, token_hash

SEEN_EVERY: Final = timedelta(minutes=1)
AGENT_LENGTH: Final = 256


class EndReason(StrEnum):
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    EXPIRED = "expired"
    IDLE = "idle"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a password
    DISABLED = "disabled"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The browser behind a request: where it is, what it says it is, the tokens in its cookies."""

    address: str
    agent: str
    device: str | None = None
    session: str | None = None
    request_id: str | None = None

    @property
    def agent_text(self) -> str:
        """What is kept of ``agent``: printable, and no more than a line."""
        return "".join(filter(str.isprintable, self.agent))[:AGENT_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """Who is behind a request. ``hat`` is worn and stands; without one the scope shows the own grants alone.

    ``proved_until`` is when a formal act asks for proof again.
    """

    session_id: int
    person_id: int
    name: str
    login_name: str
    hats: tuple[Hat, ...]
    hat: Hat | None
    scope: Scope
    second_factor: bool
    proved_until: datetime | None
    now: datetime

    @property
    def fresh(self) -> bool:
        """Whether the person proved who they are recently enough for a formal act."""
        return self.proved_until is not None and self.now < self.proved_until

    def actor(self, client: Client) -> Actor | None:
        """Who acts under the worn hat; None without one."""
        return None if self.hat is None else actor_of(self.person_id, self.name, self.hat, client)

    def own_hat(self, grant_id: int) -> Hat | None:
        """The standing grant ``grant_id``, when it is the person's."""
        return next((hat for hat in self.hats if hat.grant_id == grant_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A place where a person is signed in, as they see it."""

    id: int
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime


def actor_of(person_id: int, name: str, hat: Hat, client: Client) -> Actor:
    return Actor(
        person_id=person_id,
        name=name,
        tenant_id=hat.tenant_id,
        tenant_kind=hat.tenant_kind,
        role=hat.role,
        grant_id=hat.grant_id,
        request_id=client.request_id,
        address=client.address,
    )


def start(
    session: Session,
    *,
    person_id: int,
    hat: Hat | None,
    second_factor: bool,
    client: Client,
    now: datetime,
    rules: AccountRules,
) -> str:
    """A new session after all factors were given; returns its token. The browser's earlier one is ended."""
    if client.session is not None:
        earlier = queries.found(session, token_hash=token_hash(client.session))
        if earlier is not None:
            queries.end(session, person_id=earlier.person_id, only=earlier.id, reason=EndReason.REPLACED)
    token = new_token()
    queries.start(
        session,
        token_hash=token_hash(token),
        person_id=person_id,
        hat_tenant_id=hat.tenant_id if hat else None,
        hat_grant_id=hat.grant_id if hat else None,
        address=client.address,
        agent=client.agent_text,
        created_at=now,
        seen_at=now,
        expires_at=now + rules.lifetimes.absolute,
        second_factor_at=now if second_factor else None,
        stepped_up_at=now,
    )
    return token


def resume(session: Session, *, token: str, rules: AccountRules) -> Current | None:
    """Who holds ``token`` now, with their standing grants; None when the session is over.

    To be called in a transaction under ``scopes.ACCOUNTS`` that is committed: it notes that the session was
    seen (once a minute) or is over.
    """
    found = queries.found(session, token_hash=token_hash(token))
    if found is None:
        return None
    if reason := _over(found, rules.lifetimes):
        queries.end(session, person_id=found.person_id, only=found.id, reason=reason)
        return None
    calendars.announce(session, found.calendar)
    if found.now - found.seen_at >= SEEN_EVERY:
        queries.change(session, found.id, seen_at=found.now)
    return _current(found, rules.lifetimes)


def _over(found: Found, lifetimes: Lifetimes) -> EndReason | None:
    if found.disabled_at is not None:
        return EndReason.DISABLED
    if found.now >= found.expires_at:
        return EndReason.EXPIRED
    return EndReason.IDLE if found.now - found.seen_at >= lifetimes.idle else None


def _current(found: Found, lifetimes: Lifetimes) -> Current:
    second_factor = found.second_factor_at is not None
    hat = next((each for each in found.hats if each.grant_id == found.hat_grant_id), None)
    if hat is not None and hat.role.needs_second_factor and not second_factor:
        hat = None
    scope = Scope(person=found.person_id)
    if hat is not None:
        scope = scope_in(role=hat.role, tenant_id=hat.tenant_id, person_id=found.person_id, city=found.city)
    proved = found.stepped_up_at
    return Current(
        session_id=found.id,
        person_id=found.person_id,
        name=found.name,
        login_name=found.login_name,
        hats=found.hats,
        hat=hat,
        scope=scope,
        second_factor=second_factor,
        proved_until=None if proved is None else proved + lifetimes.step_up,
        now=found.now,
    )


def first_hat(hats: Iterable[Hat], last_worn: int | None, *, second_factor: bool) -> Hat | None:
    """The hat to begin with: the last worn one if it still stands, else the first by role."""
    order = tuple(ROLES)
    wearable = [hat for hat in hats if second_factor or not hat.role.needs_second_factor]
    return min(
        wearable,
        key=lambda hat: (hat.grant_id != last_worn, order.index(hat.role), hat.tenant_id),
        default=None,
    )


def wear(session: Session, *, current: Current, hat: Hat, client: Client) -> None:
    """Put on another hat of the person. In the scope of that hat's tenant, whose chain records it.

    Raises NotAllowed for a hat that asks for a second factor in a session without one.
    """
    if hat.role.needs_second_factor and not current.second_factor:
        raise NotAllowed(f"以{hat.role.zh}身份工作需要动态口令。先启用动态口令，重新登录后再切换。")
    queries.change(session, current.session_id, hat_tenant_id=hat.tenant_id, hat_grant_id=hat.grant_id)
    record(
        session,
        tenant_id=hat.tenant_id,
        actor=actor_of(current.person_id, current.name, hat, client),
        action=Action.SESSION_SWITCH_HAT,
        subject=_person(current),
    )


def scope_to_wear(current: Current, hat: Hat) -> Scope:
    """The scope of the act ``wear``."""
    return Scope(writes=hat.tenant_id, person=current.person_id)


def rotate(session: Session, *, current: Current, second_factor: bool) -> str:
    """A new token for the session after new proof, which is fresh from now on; the old token is void."""
    token = new_token()
    values = {"second_factor_at": current.now} if second_factor else {}
    queries.change(
        session, current.session_id, token_hash=token_hash(token), stepped_up_at=current.now, **values
    )
    return token


def open_sessions(session: Session, *, current: Current, rules: AccountRules) -> tuple[OpenSession, ...]:
    """Where the person is signed in, the last seen first."""
    rows = queries.open_of(
        session,
        person_id=current.person_id,
        seen_after=current.now - rules.lifetimes.idle,
        now=current.now,
    )
    return tuple(
        OpenSession(
            id=row.id, address=row.address, agent=row.agent, created_at=row.created_at, seen_at=row.seen_at
        )
        for row in rows
    )


def sign_out(session: Session, *, current: Current, client: Client) -> None:
    """End this session. In the scope of its hat, whose tenant records it; without a hat nothing does."""
    queries.end(session, person_id=current.person_id, only=current.session_id, reason=EndReason.SIGNED_OUT)
    _recorded(session, current, client, Action.SESSION_END, 1)


def end_other(session: Session, *, current: Current, session_id: int, client: Client) -> bool:
    """End one session of the same person; False when there is no such open one."""
    ended = queries.end(session, person_id=current.person_id, only=session_id, reason=EndReason.SIGNED_OUT)
    if ended:
        _recorded(session, current, client, Action.SESSION_END, ended)
    return bool(ended)


def end_all(session: Session, *, current: Current, client: Client) -> int:
    """End every session of the person, this one too, and forget their other devices; returns how many."""
    ended = queries.end(session, person_id=current.person_id, reason=EndReason.SIGNED_OUT_EVERYWHERE)
    this = None if client.device is None else token_hash(client.device)
    accounts.forget_devices(session, person_id=current.person_id, but=this)
    _recorded(session, current, client, Action.SESSION_END_ALL, ended)
    return ended


def _recorded(session: Session, current: Current, client: Client, action: Action, ended: int) -> None:
    actor = current.actor(client)
    if actor is not None:
        record(
            session,
            tenant_id=actor.tenant_id,
            actor=actor,
            action=action,
            subject=_person(current),
            changes={"sessions_ended": (None, ended)},
        )


def _person(current: Current) -> Subject:
    return Subject("person", current.person_id, current.name)
