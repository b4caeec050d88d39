"""Personal fields at rest and in memory: sealed in the database, found by a blind index, masked when shown.

- ``Keyring.seal`` is AES-256-GCM: one byte of key id, 12 of nonce, then ciphertext and tag. The context
  (table, column, row) is authenticated, so that a value moved to another row or column does not open.
- ``Keyring.index`` is HMAC-SHA256 of the normalised value: equal values are found without being readable. A
  plain hash would not do, there are few phone numbers.
- ``Secret`` is what opening gives: masked wherever it is printed, logged, formatted or put into a page; only
  ``reveal()`` gives the value.

Keys are rotated by adding one with a higher id: new values are sealed with it, old ones open by the id they
carry until ``reseal`` has gone through them. The index key does not rotate with them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from markupsafe import Markup, escape

from core.config import FieldKeys
from core.domain.citizen_id import check_character

Sealed = NewType("Sealed", bytes)

FIELD: Final = b"shouxi.field.v1\x00"
INDEX: Final = b"shouxi.index.v1\x00"
TOKEN: Final = b"shouxi.token.v1\x00"
NONCE, TAG = 12, 16
OLD_ID: Final = 15
"""How long a citizen ID was before it had a century and a check character (GB 11643)."""


class Personal(StrEnum):
    """What a personal field is, which decides how it is masked and normalised."""

    PHONE = "phone"
    CITIZEN_ID = "citizen_id"
    NAME = "name"
    KEY = "key"
    """A secret of a person, such as that of their one-time codes: nothing of it is shown."""


class CannotOpen(Exception):
    """A sealed value does not open: wrong context, unknown key, or changed bytes."""


class Secret:
    """A personal value that shows itself masked. Equal to another only when kind and value are."""

    __slots__ = ("_kind", "_value")

    def __init__(self, value: str, kind: Personal) -> None:
        self._value = value
        self._kind = kind

    def reveal(self) -> str:
        """The value itself: for one who may see it, after ``audit.record_read``."""
        return self._value

    def __str__(self) -> str:
        return masked(self._value, self._kind)

    def __repr__(self) -> str:
        return f"Secret({self})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> Markup:
        """How pages and Flask's JSON show it."""
        return escape(str(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self._kind, self._value) == (other._kind, other._value)

    def __hash__(self) -> int:
        return hash((self._kind, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is not pickled: its value would leave the process readable")


def masked(value: str, kind: Personal) -> str:
    """``value`` as it may be shown: 139****0217, 320***********0017, 顾*舟; one too short not at all."""
    value = normalised(value, kind) if kind is not Personal.NAME else value.strip()
    match kind:
        case Personal.PHONE if len(value) >= 11:
            return f"{value[:3]}****{value[-4:]}"
        case Personal.CITIZEN_ID if len(value) >= OLD_ID:
            return value[:3] + "*" * (len(value) - 7) + value[-4:]
        case Personal.NAME if len(value) > 1:
            return value[0] + "*" * max(len(value) - 2, 1) + value[2:][-1:]
        case _:
            return "******"


def normalised(value: str, kind: Personal) -> str:
    """The one form of a value, however it was typed: full-width, spaced, with +86, or an ID of 15 digits."""
    text = "".join(unicodedata.normalize("NFKC", value).split())
    match kind:
        case Personal.PHONE:
            digits = "".join(each for each in text if each in "0123456789")
            for prefix in ("0086", "86"):
                if len(digits) == len(prefix) + 11 and digits.startswith(prefix):
                    return digits.removeprefix(prefix)
            return digits
        case Personal.CITIZEN_ID:
            number = text.replace("-", "").upper()
            return _long_id(number) if len(number) == OLD_ID and number.isdecimal() else number
        case Personal.NAME | Personal.KEY:
            return text


def _long_id(number: str) -> str:
    """An ID of 15 digits with its century and check character (GB 11643)."""
    body = number[:6] + "19" + number[6:]
    return body + check_character(body)


def context(table: str, column: str, row: int) -> str:
    """Where a sealed value belongs."""
    return f"{table}.{column}:{row}"


@dataclass(frozen=True, slots=True)
class Keyring:
    """What seals, opens and indexes with the keys of the settings."""

    keys: FieldKeys

    def seal(self, value: str, where: str) -> Sealed:
        """``value`` encrypted for the place ``where`` (see ``context``)."""
        head, nonce = bytes([self.keys.current]), secrets.token_bytes(NONCE)
        cipher = AESGCM(self.keys.sealing[self.keys.current])
        return Sealed(head + nonce + cipher.encrypt(nonce, value.encode(), FIELD + head + where.encode()))

    def open(self, sealed: bytes, where: str, kind: Personal) -> Secret:
        """What was sealed for ``where``. Raises CannotOpen."""
        return Secret(self._opened(sealed, where), kind)

    def reseal(self, sealed: bytes, where: str) -> Sealed | None:
        """The value sealed with the current key; None when it already is. Raises CannotOpen."""
        value = self._opened(sealed, where)
        return None if sealed[0] == self.keys.current else self.seal(value, where)

    def _opened(self, sealed: bytes, where: str) -> str:
        head, nonce, box = sealed[:1], sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        if len(box) < TAG or head[0] not in self.keys.sealing:
            raise CannotOpen(f"{where}: no key for it, or not a sealed value")
        cipher = AESGCM(self.keys.sealing[head[0]])
        try:
            return cipher.decrypt(nonce, box, FIELD + head + where.encode()).decode()
        except InvalidTag:
            raise CannotOpen(f"{where}: sealed for another place or with another key, or changed") from None

    def token(self, where: str) -> str:
        """A token for the place ``where`` (see ``context``), as 43 characters that can stand in a URL.

        Nobody without the key can guess it, and who has the key need not keep it.
        """
        made = hmac.digest(self.keys.index, TOKEN + where.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()

    def index(self, value: str, kind: Personal) -> bytes:
        """The blind index of a value, 32 bytes: equal for equal normalised values of one kind."""
        message = INDEX + kind.encode() + b"\x00" + normalised(value, kind).encode()
        return hmac.digest(self.keys.index, message, hashlib.sha256)
