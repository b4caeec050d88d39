"""What people do with their own account: new password, 动态口令, recovery codes, proof before a formal act.

Each runs in the scope of the request and is recorded in the tenant of the worn hat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.persistence.queries import account as queries
from core.persistence.queries import session as sessions_table
from core.persistence.queries.account import Proof
from core.services.accounts import passwords, proving, totp
from core.services.accounts.answers import (
    STALE,
    WRONG,
    WRONG_CODE,
    WRONG_PASSWORD,
    NotAllowed,
    Refusal,
    Refused,
)
from core.services.accounts.rules import AccountRules
from core.services.accounts.sessions import Client, Current, EndReason, rotate


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """The session goes on under ``token``; ``recovery_codes`` are shown once."""

    token: str
    recovery_codes: tuple[str, ...] = ()


def asks_for_code(session: Session, *, current: Current, client: Client) -> bool:
    """Whether ``step_up`` takes a 动态口令: of who has enrolled; of others the password."""
    proof = proving.account_of(session, person_id=current.person_id, client=client)
    return proof is not None and proof.totp_confirmed_at is not None


def step_up(
    session: Session, *, current: Current, given: str, client: Client, rules: AccountRules
) -> Renewed | Refused:
    """Prove again who one is, before a formal act: with a code when enrolled, else with the password."""
    proof = proving.account_of(session, person_id=current.person_id, client=client)
    if proof is None:
        return STALE
    if proof.totp_confirmed_at is not None:
        refused = proving.prove_code(session, proof=proof, code=given, client=client, rules=rules)
    else:
        refused = _own_password(session, proof, given, client, rules)
    if refused:
        return refused
    token = rotate(session, current=current, second_factor=proof.totp_confirmed_at is not None)
    return Renewed(token=token)


def change_password(
    session: Session, *, current: Current, old: str, new: str, client: Client, rules: AccountRules
) -> Renewed | Refused:
    """Choose another password; every other session of the person ends."""
    proof = proving.account_of(session, person_id=current.person_id, client=client)
    if proof is None:
        return STALE
    refused = _own_password(session, proof, old, client, rules)
    if refused:
        return refused
    changed = set_password(session, proof=proof, password=new, rules=rules)
    if isinstance(changed, Refused):
        return changed
    sessions_table.end(
        session, person_id=current.person_id, but=current.session_id, reason=EndReason.PASSWORD_CHANGED
    )
    _recorded(session, current, client, Action.PASSWORD_CHANGE)
    return Renewed(token=rotate(session, current=current, second_factor=False))


def set_password(session: Session, *, proof: Proof, password: str, rules: AccountRules) -> Proof | Refused:
    """Keep a new password, if the profile takes it; the account as it then is. The caller records it."""
    used = (proof.password_hash, *proof.previous_hashes)
    weak = passwords.weakness(password, login_name=proof.login_name, profile=rules.passwords, before=used)
    if weak is not None:
        return Refused(Refusal.WEAK_PASSWORD, weak.message)
    changed = replace(
        proof,
        password_hash=passwords.hashed(password, rules.cost),
        password_set_at=proof.now,
        previous_hashes=used[: rules.passwords.history],
    )
    queries.change_credential(
        session,
        proof.person_id,
        password_hash=changed.password_hash,
        password_set_at=changed.password_set_at,
        previous_hashes=list(changed.previous_hashes),
    )
    return changed


def offer(*, current: Current, sealed: str | None, rules: AccountRules) -> totp.Offer:
    """A secret to enrol with, or the one a form sent back."""
    where = totp.for_person(current.person_id)
    return totp.offered_again(sealed or "", account=current.login_name, where=where, keys=rules.keys)


def enrol(
    session: Session, *, current: Current, sealed: str, code: str, client: Client, rules: AccountRules
) -> Renewed | Refused:
    """Use this authenticator from now on, in place of an earlier one. Raises NotAllowed without new proof."""
    require_may_enrol(session, current=current, client=client)
    enrolled = totp.confirm(
        session,
        person_id=current.person_id,
        sealed=sealed,
        where=totp.for_person(current.person_id),
        code=code,
        now=current.now,
        rules=rules,
    )
    if not enrolled:
        return WRONG_CODE
    codes = totp.new_recovery_codes(session, person_id=current.person_id)
    _recorded(session, current, client, Action.TOTP_ENROL)
    return Renewed(token=rotate(session, current=current, second_factor=True), recovery_codes=codes)


def renew_recovery_codes(session: Session, *, current: Current, client: Client) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones are void. Raises NotAllowed without fresh proof or a 动态口令."""
    require_fresh(current)
    if not current.second_factor:
        raise NotAllowed("尚未启用动态口令，没有恢复码。先启用动态口令。")
    codes = totp.new_recovery_codes(session, person_id=current.person_id)
    _recorded(session, current, client, Action.RECOVERY_CODES_RENEW)
    return codes


def _own_password(
    session: Session, proof: Proof, password: str, client: Client, rules: AccountRules
) -> Refused | None:
    refused = proving.prove_password(
        session, login_name=proof.login_name, proof=proof, password=password, client=client, rules=rules
    )
    return WRONG_PASSWORD if refused is WRONG else refused


def require_fresh(current: Current) -> None:
    """Raises NotAllowed when the person did not prove who they are in the last ten minutes."""
    if not current.fresh:
        raise NotAllowed("距上次验证身份已超过 10 分钟。再次验证身份后继续。")


def require_may_enrol(session: Session, *, current: Current, client: Client) -> None:
    """Raises NotAllowed without fresh proof, which takes a code of who has an authenticator already."""
    require_fresh(current)
    if not current.second_factor and asks_for_code(session, current=current, client=client):
        raise NotAllowed("已启用动态口令。用动态口令再次验证身份后再更换。")


def _recorded(session: Session, current: Current, client: Client, action: Action) -> None:
    actor = current.actor(client)
    if actor is None:
        raise NotAllowed("当前没有有效的身份，不能修改账号。联系所在单位的管理人员。")
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=action,
        subject=Subject("person", current.person_id, current.name),
    )
