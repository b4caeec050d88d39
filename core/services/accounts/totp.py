"""动态口令 (RFC 6238, 30 seconds, 6 digits): enrolment, single use, recovery codes.

A secret under enrolment is not stored: the page carries it sealed for its person or invitation until a
code shows that the authenticator has it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import pyotp
import segno
from sqlalchemy.orm import Session

from core.crypto import CannotOpen, Keyring, Personal, context
from core.persistence import clock
from core.persistence.queries import account as queries
from core.persistence.queries.account import Proof
from core.services.accounts.rules import AccountRules
from core.services.accounts.tokens import token_hash

ISSUER: Final = "首席技师评聘平台"
STEP: Final = 30
"""Seconds for which one code is shown."""

WINDOW: Final = (0, -1, 1)
"""The steps that are accepted beside the current one, for clocks that differ."""

RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
"""80 random bits: 16 characters, so that hashing them needs no cost."""


class CodeResult(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret to enrol with: the same as text to type in, as URI and as QR code; ``sealed`` for the form."""

    secret: str
    uri: str
    sealed: str

    @property
    def svg(self) -> str:
        """The QR code, drawn when it is asked for: that takes longer than all the rest of an offer."""
        return segno.make(self.uri, error="m").svg_inline(scale=4, light="#fff", title="动态口令二维码")


def for_person(person_id: int) -> str:
    """Where an offer to a person belongs."""
    return f"totp.offer:person:{person_id}"


def offer(*, account: str, where: str, keys: Keyring) -> Offer:
    """A new secret for ``account`` (what the authenticator will call it)."""
    return _offer(pyotp.random_base32(), account, where, keys)


def offered_again(sealed: str, *, account: str, where: str, keys: Keyring) -> Offer:
    """The offer that a form sent back, or a new one when it was not made for this place."""
    secret = _opened(sealed, where, keys)
    return _offer(secret, account, where, keys) if secret else offer(account=account, where=where, keys=keys)


def _offer(secret: str, account: str, where: str, keys: Keyring) -> Offer:
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)
    sealed = base64.urlsafe_b64encode(keys.seal(secret, where)).decode()
    return Offer(secret=secret, uri=uri, sealed=sealed)


def confirm(
    session: Session,
    *,
    person_id: int,
    sealed: str,
    where: str,
    code: str,
    now: datetime,
    rules: AccountRules,
) -> bool:
    """Enrol the offered secret when ``code`` is one of its current codes, which is thereby used."""
    secret = _opened(sealed, where, rules.keys)
    step = _step_of(secret, code, _moments(session, now, rules)) if secret else None
    if secret is None or step is None:
        return False
    queries.change_credential(
        session,
        person_id,
        totp_sealed=rules.keys.seal(secret, _place(person_id)),
        totp_confirmed_at=now,
        totp_last_step=step,
    )
    return True


def check(session: Session, *, proof: Proof, code: str, rules: AccountRules) -> CodeResult:
    """Whether ``code`` is current for the person and its step was not used before; uses it."""
    if proof.totp_confirmed_at is None or proof.totp_sealed is None:
        return CodeResult.WRONG
    secret = rules.keys.open(proof.totp_sealed, _place(proof.person_id), Personal.KEY).reveal()
    step = _step_of(secret, code, _moments(session, proof.now, rules))
    if step is None:
        return CodeResult.WRONG
    taken = queries.use_step(session, person_id=proof.person_id, step=step)
    return CodeResult.RIGHT if taken else CodeResult.REPLAYED


def current_code(*, proof: Proof, keys: Keyring) -> str | None:
    """The code that the person's authenticator shows now, for the demo; None without one."""
    if proof.totp_sealed is None:
        return None
    secret = keys.open(proof.totp_sealed, _place(proof.person_id), Personal.KEY).reveal()
    last = -1 if proof.totp_last_step is None else proof.totp_last_step
    return pyotp.TOTP(secret).generate_otp(max(_step_at(proof.now), last + 1))


def new_recovery_codes(session: Session, *, person_id: int) -> tuple[str, ...]:
    """Ten codes, each of which takes the place of one 动态口令; shown once. Earlier ones are void."""
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    hashes = [_recovery_hash(person_id, each) for each in codes]
    queries.replace_recovery_codes(session, person_id=person_id, hashes=hashes)
    return codes


def use_recovery_code(session: Session, *, person_id: int, code: str) -> bool:
    """Whether ``code`` is an unused recovery code of the person; uses it up."""
    return queries.use_recovery_code(session, person_id=person_id, code_hash=_recovery_hash(person_id, code))


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[each : each + 4] for each in range(0, len(text), 4))


def _recovery_hash(person_id: int, code: str) -> bytes:
    return token_hash(f"recovery:{person_id}:{_typed(code).lower()}")


def _typed(code: str) -> str:
    """A code as it is meant, however it was typed: full-width, with blanks or hyphens."""
    text = unicodedata.normalize("NFKC", code)
    return "".join(each for each in text if not each.isspace() and each != "-")


def _step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def _moments(session: Session, now: datetime, rules: AccountRules) -> tuple[datetime, ...]:
    return (now, clock.real(session)) if rules.phones_on_real_time else (now,)


def _step_of(secret: str, code: str, moments: Sequence[datetime]) -> int | None:
    """The step in the window of one of the ``moments`` whose code this is."""
    typed = _typed(code).encode("utf-8", "surrogatepass")
    totp = pyotp.TOTP(secret)
    for step in (_step_at(moment) + each for moment in moments for each in WINDOW):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed):
            return step
    return None


def _opened(sealed: str, where: str, keys: Keyring) -> str | None:
    try:
        return keys.open(base64.urlsafe_b64decode(sealed.encode()), where, Personal.KEY).reveal()
    except (CannotOpen, binascii.Error, UnicodeError):
        return None


def _place(person_id: int) -> str:
    return context("credential", "totp_sealed", person_id)
