"""The figures that settings choose: password profile, lifetimes of sessions, cost of Argon2id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.config import Environment, PasswordRule, Settings
from core.crypto import Keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordProfile:
    """What a password must be: ``min_classes`` of the four (see ``passwords``), not of ``history``."""

    zh: str
    min_length: int
    min_classes: int
    history: int
    max_age: timedelta | None


GRADE3: Final = PasswordProfile(
    zh="等级保护三级", min_length=8, min_classes=3, history=5, max_age=timedelta(days=90)
)
"""GB/T 22239-2019 8.1.4.1 a): complexity and change at intervals. The default in production."""

NIST: Final = PasswordProfile(zh="NIST SP 800-63B", min_length=15, min_classes=1, history=0, max_age=None)
"""Length alone, for as long as the password is not known to be lost (ASVS 5.0 6.2.5, 6.2.10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long a session lasts in all and without a request, and how long proof by step-up is fresh."""

    absolute: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=30)
    step_up: timedelta = timedelta(minutes=10)


WALKING: Final = Lifetimes(absolute=timedelta(days=800), idle=timedelta(days=800))
"""For the demo: its clock jumps over days, and nobody is signed out by that."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id: memory in KiB, passes, lanes. 19 MiB, 2, 1 takes about 19 ms."""

    memory: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRules:
    keys: Keyring
    passwords: PasswordProfile = GRADE3
    lifetimes: Lifetimes = Lifetimes()
    cost: Cost = Cost()
    phones_on_real_time: bool = False
    """Whether codes of the real time count beside those of ``app_now()``: a phone knows no 演示时钟."""


PROFILES: Final = {PasswordRule.GRADE3: GRADE3, PasswordRule.NIST: NIST}
CHEAP: Final = Cost(memory=8, passes=1)
"""For tests, which hash by the thousand, and for the demo's passwords, which nobody could guess anyway."""


def account_rules(settings: Settings) -> AccountRules:
    """The figures of an installation. Moving the demo's clock signs nobody out."""
    return AccountRules(
        keys=Keyring(settings.field_keys),
        passwords=PROFILES[settings.passwords],
        lifetimes=WALKING if settings.environment is Environment.DEMO else Lifetimes(),
        cost=CHEAP if settings.environment is Environment.TEST else Cost(),
        phones_on_real_time=settings.environment is Environment.DEMO,
    )
