"""The register of five-year bans (五年内不得申请或参与, 五（三）), as far as an application asks it (AMB-43).

A subject stands in it by a hash, so that people and enterprises are looked up alike and a reader of the table
learns no citizen ID. The number of an enterprise is public, so that its hash needs no key; that of a person
is the keyed index of the platform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from core.domain.calendar import ONE_DAY
from core.domain.uscc import normal_uscc
from core.domain.values import years_after

ENTERPRISE: Final = b"shouxi.sanction.v1\x00enterprise\x00"


class SanctionKind(StrEnum):
    """Whom a decision is about (五（三）: 对试点企业或参评职工)."""

    ENTERPRISE = "enterprise"
    PERSON = "person"

    @property
    def zh(self) -> str:
        return {"enterprise": "企业", "person": "人员"}[self.value]


def subject_of_enterprise(uscc: str) -> str:
    """The subject under which an enterprise stands in the register: 64 hexadecimal digits."""
    return hashlib.sha256(ENTERPRISE + normal_uscc(uscc).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """One entry: who is barred, by which decision of the province and since when."""

    subject: str
    decided_on: date
    document: str

    def last_day(self, years: int) -> date:
        """The last barred day: the same date ``years`` later."""
        return years_after(self.decided_on, years)

    def free_from(self, years: int) -> date:
        """The first day after the ban."""
        return self.last_day(years) + ONE_DAY

    def bars(self, day: date, years: int) -> bool:
        """Whether ``day`` lies in the ban, from the day of the decision to ``last_day``."""
        return self.decided_on <= day <= self.last_day(years)


@dataclass(frozen=True, slots=True)
class BanRegister:
    """The entries that are asked, in any order: all of them, or those of one subject."""

    bans: tuple[Ban, ...] = ()

    @classmethod
    def of(cls, bans: Iterable[Ban]) -> BanRegister:
        return cls(tuple(bans))

    def standing(self, subject: str, day: date, years: int) -> Ban | None:
        """The ban that bars ``subject`` on ``day``; of several the one that lasts longest."""
        found = (each for each in self.bans if each.subject == subject and each.bars(day, years))
        return max(found, key=lambda ban: ban.decided_on, default=None)
