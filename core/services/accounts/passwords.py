"""Passwords: which are refused, and their Argon2id hashes. None is kept, logged or put in an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Semaphore
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from core.services.accounts.rules import Cost, PasswordProfile

LONGEST: Final = 128
AROUND_A_WORD: Final = 6
"""A common word is still refused with up to this many digits and signs before and after it."""

CLASSES: Final = (
    ("大写字母", str.isupper),
    ("小写字母", str.islower),
    ("数字", str.isdecimal),
)
OTHER: Final = "其他字符"
UNLEET: Final = str.maketrans("0134578@$!|+", "oieastbasilt")
LIST: Final = Path(__file__).parent / "common_passwords.txt"

_ONE_AT_A_TIME = Semaphore()  # 19 MiB and a core for each: guesses queue, pages do not wait for them


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    FEW_CLASSES = "few_classes"
    COMMON = "common"
    NAME = "name"
    USED_BEFORE = "used_before"


@dataclass(frozen=True, slots=True)
class WeakPassword:
    """A refusal with what to do about it."""

    weakness: Weakness
    message: str


def weakness(
    password: str, *, login_name: str, profile: PasswordProfile, before: Sequence[str] = ()
) -> WeakPassword | None:
    """Why ``password`` cannot be chosen, if so. ``before`` are the hashes it may not repeat, latest first.

    Length is counted in characters; the password is taken exactly as it is, blanks and all.
    """
    found = _of_shape(password, profile) or _of_words(password, login_name)
    if found is None and used_before(password, before[: max(profile.history, 1)]):
        times = f"最近 {profile.history} 次" if profile.history else "现在"
        return WeakPassword(Weakness.USED_BEFORE, f"这个密码与{times}使用的密码相同。换一个没有用过的密码。")
    return found


def _of_shape(password: str, profile: PasswordProfile) -> WeakPassword | None:
    length = len(password)
    if length < profile.min_length:
        return WeakPassword(
            Weakness.SHORT, f"密码有 {length} 个字符，至少需要 {profile.min_length} 个。增加密码长度。"
        )
    if length > LONGEST:
        return WeakPassword(Weakness.LONG, f"密码有 {length} 个字符，最多 {LONGEST} 个。缩短密码。")
    missing = _missing_classes(password)
    if 4 - len(missing) < profile.min_classes:
        return WeakPassword(
            Weakness.FEW_CLASSES,
            f"密码含有大写字母、小写字母、数字、其他字符中的 {4 - len(missing)} 类，"
            f"至少需要 {profile.min_classes} 类。加入{'或'.join(missing)}。",
        )
    return None


def _of_words(password: str, login_name: str) -> WeakPassword | None:
    if login_name and login_name.casefold() in password.casefold():
        return WeakPassword(Weakness.NAME, "密码中含有登录名。换一个不含登录名的密码。")
    if is_common(password):
        return WeakPassword(
            Weakness.COMMON, "这个密码在常用密码之列，容易被猜到。换一个自己想的、没有规律的密码。"
        )
    return None


def _missing_classes(password: str) -> list[str]:
    missing = [zh for zh, holds in CLASSES if not any(map(holds, password))]
    known = [holds for _, holds in CLASSES]
    if all(any(holds(each) for holds in known) for each in password):
        missing.append(OTHER)
    return missing


@cache
def common_passwords() -> frozenset[str]:
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))


def is_common(password: str) -> bool:
    """Whether the password is on the list, or is a word on it amid a few digits and signs (Admin@2026)."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    return plain in common_passwords() or any(
        word in common_passwords() for word in _words(plain) if len(plain) - len(word) <= AROUND_A_WORD
    )


def _words(plain: str) -> Iterable[str]:
    """The word inside, with letters for the digits and signs that stand for them (p@ssw0rd)."""
    for ends in (r"^[^a-z]+|[^a-z]+$", r"[^a-z]+$"):
        word = re.sub(ends, "", plain)
        for each in (word, word.translate(UNLEET)):
            if len(each) > 2 and each.isalpha():
                yield each


def hashed(password: str, cost: Cost) -> str:
    """A new Argon2id hash in its own notation, with parameters and salt."""
    with _ONE_AT_A_TIME:
        return _hasher(cost).hash(_bytes(password))


def verify(password: str, password_hash: str | None, cost: Cost) -> bool:
    """Whether ``password`` gave ``password_hash``. For None (no such account): the same work, then no."""
    dummy = _dummy(cost)
    return _gave(password, password_hash or dummy) and password_hash is not None


def outdated(password_hash: str, cost: Cost) -> bool:
    """Whether the hash was made with other parameters than are wanted now."""
    return _hasher(cost).check_needs_rehash(password_hash)


def used_before(password: str, hashes: Sequence[str]) -> bool:
    """Whether ``password`` gave one of ``hashes``; each is verified with the parameters it carries."""
    return any(_gave(password, each) for each in hashes)


def _gave(password: str, password_hash: str) -> bool:
    with _ONE_AT_A_TIME:
        try:
            PasswordHasher().verify(password_hash, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return True


@cache
def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes, type=Type.ID
    )


@cache
def _dummy(cost: Cost) -> str:
    """What the password of an account that does not exist is verified against."""
    return _hasher(cost).hash("没有这个账号")


def _bytes(password: str) -> bytes:
    """No real password is longer than LONGEST; a longer text is cut to where it cannot be equal to one."""
    return password[: 8 * LONGEST].encode("utf-8", "surrogatepass")
