"""Whether somebody is who they say: one password or code, tried under the limits of ``throttling``.

A refusal has been counted and recorded, so the transaction is committed all the same.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.persistence.queries import account as queries
from core.persistence.queries import session as sessions_table
from core.persistence.queries.account import Proof
from core.services.accounts import passwords, throttling, totp
from core.services.accounts.answers import REPLAYED_CODE, WRONG, WRONG_CODE, Refused, throttled
from core.services.accounts.rules import AccountRules
from core.services.accounts.sessions import Client
from core.services.accounts.throttling import Admission
from core.services.accounts.tokens import token_hash


def account_named(session: Session, *, login_name: str, client: Client) -> Proof | None:
    """The account of a login name as it is kept."""
    return queries.proof_by_name(session, login_name=login_name, device=_device(client))


def account_of(session: Session, *, person_id: int, client: Client) -> Proof | None:
    return queries.proof_by_id(session, person_id=person_id, device=_device(client))


def prove_password(
    session: Session,
    *,
    login_name: str,
    proof: Proof | None,
    password: str,
    client: Client,
    rules: AccountRules,
) -> Refused | None:
    """None when ``password`` is that of the account, which may be used. No account costs the same as one."""
    counters = throttling.password_counters(
        login_name=login_name, address=client.address, device=_known(client, proof)
    )
    admission = throttling.admit(session, counters)
    if admission.wait:
        return _turned_away(session, admission, proof, client)
    right = passwords.verify(password, proof.password_hash if proof else None, rules.cost)
    if proof is None or not right or proof.disabled_at is not None:
        note(session, proof, client, "disabled" if right else "wrong_password")
        return WRONG
    throttling.give_back(session, admission)
    return None


def prove_code(
    session: Session, *, proof: Proof, code: str, client: Client, rules: AccountRules
) -> Refused | None:
    """None when ``code`` is the person's 动态口令 or recovery code; it is then used."""
    counters = throttling.code_counters(person_id=proof.person_id, device=_known(client, proof))
    admission = throttling.admit(session, counters)
    if admission.wait:
        return _turned_away(session, admission, proof, client)
    result = totp.check(session, proof=proof, code=code, rules=rules)
    by_recovery = result is totp.CodeResult.WRONG and totp.use_recovery_code(
        session, person_id=proof.person_id, code=code
    )
    if by_recovery:
        note(session, proof, client, "recovery_code")
    if by_recovery or result is totp.CodeResult.RIGHT:
        throttling.give_back(session, admission)
        return None
    replayed = result is totp.CodeResult.REPLAYED
    note(session, proof, client, "replayed_code" if replayed else "wrong_code")
    return REPLAYED_CODE if replayed else WRONG_CODE


def note(session: Session, proof: Proof | None, client: Client, outcome: str) -> None:
    """Write a try into the history that the person sees."""
    sessions_table.record_sign_in(
        session,
        person_id=proof.person_id if proof else None,
        address=client.address,
        agent=client.agent_text,
        outcome=outcome,
    )


def _turned_away(session: Session, admission: Admission, proof: Proof | None, client: Client) -> Refused:
    """The answer without a try; the history tells the first of a row of them."""
    if admission.first_refusal:
        note(session, proof, client, "throttled")
    return throttled(admission.wait)


def _device(client: Client) -> bytes:
    return b"" if client.device is None else token_hash(client.device)


def _known(client: Client, proof: Proof | None) -> bytes | None:
    return _device(client) if proof is not None and proof.device else None
