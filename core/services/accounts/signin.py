"""登录: password, then code, then whatever is due (a new password, enrolment), and only then a session.

Between the steps the browser holds a sealed note of what was given; it lasts ten minutes and is void once
the password changes. The answer and its cost are the same for a login name that nobody has, one with
another password, and one that is disabled. Every step is committed, refusals too.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.crypto import CannotOpen, Personal
from core.domain.roles import Hat
from core.persistence.queries import account as accounts
from core.persistence.queries import grant as grants
from core.persistence.queries import session as sessions_table
from core.persistence.queries.account import Proof
from core.persistence.scope import Scope
from core.services.accounts import credentials, passwords, proving, totp
from core.services.accounts.answers import STALE, WRONG_CODE, Refused
from core.services.accounts.people import LOGIN_NAME
from core.services.accounts.rules import AccountRules
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Client, actor_of, first_hat, start
from core.services.accounts.tokens import new_token, token_hash

PENDING: Final = timedelta(minutes=10)
SEALED_FOR: Final = "sign-in.pending"


class Due(StrEnum):
    """What is asked for next."""

    CODE = "code"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a step
    ENROL = "enrol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """Go on with ``due``; ``pending`` comes back with it."""

    due: Due
    pending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session has begun, with ``hat`` on. ``device`` is for a browser that was not known.

    ``recovery_codes`` come after enrolment and are shown once.
    """

    token: str
    device: str | None
    person_id: int
    hat: Hat | None
    hats: tuple[Hat, ...]
    recovery_codes: tuple[str, ...] = ()


Step: TypeAlias = Next | SignedIn | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """What was given so far; ``password`` fingerprints the hash, ``tenant_id`` is where to record steps."""

    person_id: int
    at: float
    second_factor: bool
    password: str
    tenant_id: int | None


def begin(session: Session, *, login_name: str, password: str, client: Client, rules: AccountRules) -> Step:
    """The first step, under ``scopes.ACCOUNTS``."""
    name = login_name.strip().lower()
    possible = name if LOGIN_NAME.fullmatch(name) else ""
    proof = proving.account_named(session, login_name=possible, client=client)
    refused = proving.prove_password(
        session, login_name=name, proof=proof, password=password, client=client, rules=rules
    )
    if refused or proof is None:
        return refused or STALE
    if passwords.outdated(proof.password_hash, rules.cost):
        proof = replace(proof, password_hash=passwords.hashed(password, rules.cost))
        accounts.change_credential(session, proof.person_id, password_hash=proof.password_hash)
    return _onward(session, proof, client, rules, second_factor=False)


def give_code(session: Session, *, pending: str, code: str, client: Client, rules: AccountRules) -> Step:
    """The step after the password for who has enrolled: a 动态口令 or a recovery code. Under ``ACCOUNTS``."""
    note, proof = _taken_up(session, pending, client, rules)
    if note is None or proof is None:
        return STALE
    refused = proving.prove_code(session, proof=proof, code=code, client=client, rules=rules)
    return refused or _onward(session, proof, client, rules, second_factor=True)


def give_new_password(
    session: Session, *, pending: str, password: str, client: Client, rules: AccountRules
) -> Step:
    """The step for a password that is too old. In the scope of ``scope_of``."""
    note, proof = _taken_up(session, pending, client, rules)
    hat = _hat(session, note)
    if hat is None or note is None or proof is None or note.second_factor is not _enrolled(proof):
        return STALE
    changed = credentials.set_password(session, proof=proof, password=password, rules=rules)
    if isinstance(changed, Refused):
        return changed
    _recorded(session, hat, changed, client, Action.PASSWORD_CHANGE)
    return _onward(session, changed, client, rules, second_factor=note.second_factor)


def enrol(
    session: Session, *, pending: str, sealed: str, code: str, client: Client, rules: AccountRules
) -> Step:
    """The step for a role that asks for a code and a person without. In the scope of ``scope_of``.

    ``sealed`` is that of the offer shown, ``code`` what the authenticator made of it.
    """
    note, proof = _taken_up(session, pending, client, rules)
    hat = _hat(session, note)
    if hat is None or proof is None or _enrolled(proof):
        return STALE
    where = totp.for_person(proof.person_id)
    enrolled = totp.confirm(
        session,
        person_id=proof.person_id,
        sealed=sealed,
        where=where,
        code=code,
        now=proof.now,
        rules=rules,
    )
    if not enrolled:
        return WRONG_CODE
    codes = totp.new_recovery_codes(session, person_id=proof.person_id)
    _recorded(session, hat, proof, client, Action.TOTP_ENROL)
    step = _onward(session, replace(proof, totp_confirmed_at=proof.now), client, rules, second_factor=True)
    return replace(step, recovery_codes=codes) if isinstance(step, SignedIn) else step


def offer_of(
    session: Session, *, pending: str, sealed: str | None, client: Client, rules: AccountRules
) -> totp.Offer | None:
    """What the enrolment step shows: a new offer, or ``sealed`` again; None when the step is over."""
    note, proof = _taken_up(session, pending, client, rules)
    if note is None or proof is None:
        return None
    where = totp.for_person(note.person_id)
    return totp.offered_again(sealed or "", account=proof.login_name, where=where, keys=rules.keys)


def scope_of(*, pending: str, rules: AccountRules) -> Scope:
    """The scope of a step after the password: it writes the tenant whose chain records the step."""
    note = _read(pending, rules)
    return ACCOUNTS if note is None else replace(ACCOUNTS, writes=note.tenant_id)


def open_session(
    session: Session,
    proof: Proof,
    client: Client,
    rules: AccountRules,
    *,
    second_factor: bool,
    hats: tuple[Hat, ...],
) -> SignedIn:
    """Begin a session for somebody who has given every factor that is needed."""
    last = sessions_table.last_hat(session, person_id=proof.person_id)
    hat = first_hat(hats, last, second_factor=second_factor)
    token = start(
        session,
        person_id=proof.person_id,
        hat=hat,
        second_factor=second_factor,
        client=client,
        now=proof.now,
        rules=rules,
    )
    device = None if proof.device else new_token()
    shown = device or client.device or ""
    accounts.know_device(session, person_id=proof.person_id, token_hash=token_hash(shown))
    proving.note(session, proof, client, "signed_in")
    return SignedIn(token=token, device=device, person_id=proof.person_id, hat=hat, hats=hats)


def _onward(
    session: Session, proof: Proof, client: Client, rules: AccountRules, *, second_factor: bool
) -> Step:
    """The next thing that is due, or the session."""
    hats = grants.hats(session, person_id=proof.person_id)
    due = _due(proof, hats, rules, second_factor=second_factor)
    if due is None:
        return open_session(session, proof, client, rules, second_factor=second_factor, hats=hats)
    note = _Note(
        person_id=proof.person_id,
        at=proof.now.timestamp(),
        second_factor=second_factor,
        password=_fingerprint(proof),
        tenant_id=hats[0].tenant_id if hats else None,
    )
    return Next(due=due, pending=_sealed(note, rules))


def _due(proof: Proof, hats: tuple[Hat, ...], rules: AccountRules, *, second_factor: bool) -> Due | None:
    oldest = rules.passwords.max_age
    if _enrolled(proof) and not second_factor:
        return Due.CODE
    if hats and oldest is not None and proof.now - proof.password_set_at >= oldest:
        return Due.NEW_PASSWORD
    if not second_factor and any(hat.role.needs_second_factor for hat in hats):
        return Due.ENROL
    return None


def _hat(session: Session, note: _Note | None) -> Hat | None:
    """The hat under which a step is recorded, while it stands."""
    hats = grants.hats(session, person_id=note.person_id) if note else ()
    return next((hat for hat in hats if note and hat.tenant_id == note.tenant_id), None)


def _enrolled(proof: Proof) -> bool:
    return proof.totp_confirmed_at is not None


def _recorded(session: Session, hat: Hat, proof: Proof, client: Client, action: Action) -> None:
    record(
        session,
        tenant_id=hat.tenant_id,
        actor=actor_of(proof.person_id, proof.name, hat, client),
        action=action,
        subject=Subject("person", proof.person_id, proof.name),
    )


def _taken_up(
    session: Session, pending: str, client: Client, rules: AccountRules
) -> tuple[_Note | None, Proof | None]:
    """The note and its account, unless the note is too old or the account has changed since."""
    note = _read(pending, rules)
    proof = None if note is None else proving.account_of(session, person_id=note.person_id, client=client)
    if note is None or proof is None or proof.disabled_at is not None:
        return None, None
    age = proof.now - datetime.fromtimestamp(note.at, tz=proof.now.tzinfo)
    if age >= PENDING or note.password != _fingerprint(proof):
        return None, None
    return note, proof


def _fingerprint(proof: Proof) -> str:
    return token_hash(proof.password_hash).hex()[:16]


def _sealed(note: _Note, rules: AccountRules) -> str:
    names = _Note.__slots__
    text = json.dumps({name: getattr(note, name) for name in names})
    return base64.urlsafe_b64encode(rules.keys.seal(text, SEALED_FOR)).decode()


def _read(pending: str, rules: AccountRules) -> _Note | None:
    try:
        sealed = base64.urlsafe_b64decode(pending.encode())
        return _Note(**json.loads(rules.keys.open(sealed, SEALED_FOR, Personal.KEY).reveal()))
    except (CannotOpen, binascii.Error, UnicodeError):
        return None
