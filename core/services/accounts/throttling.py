"""What slows guessing down, and keeps a stranger from locking somebody out.

Failures are counted for an account, for an account from one address, and for an address. From a browser
the person has signed in from before (a known device) only its own failures count, so strangers who guess
do not keep its owner out. Names count whether or not an account has them. An attempt counts before it is
verified and is given back when it was right, so guesses made at once are not free.

What that allows (``Limit.most``, and the tests): of one account and day strangers verify at most 58
passwords from any number of addresses, 15 from one; a known device 38; who has the password, 33 codes.
A wait is at most an hour, a day for one address that goes on guessing. On a known device nobody waits for
what others did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.persistence.queries import account as queries

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
NO_WAIT: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Limit:
    """After ``free`` failures each further one must wait: ``first``, then twice as long, up to ``longest``.

    When nothing failed for the time ``quiet``, counting starts anew.
    """

    free: int
    first: timedelta
    longest: timedelta
    quiet: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long after the last of ``failures`` nothing is tried."""
        if failures < self.free:
            return NO_WAIT
        times: int = 2 ** min(failures - self.free, 32)
        return min(self.longest, self.first * times)

    def most(self, span: timedelta) -> int:
        """The most failures that are possible in ``span`` from the first one on, ends included."""
        count, failures, at = 0, 0, NO_WAIT
        while at <= span:
            count += 1
            failures += 1
            at += self.wait(failures)
            failures = 0 if self.wait(failures) >= self.quiet else failures
        return count


ACCOUNT: Final = Limit(free=30, first=MINUTE, longest=HOUR, quiet=DAY)
ACCOUNT_FROM_ADDRESS: Final = Limit(free=5, first=MINUTE, longest=DAY, quiet=DAY)
ADDRESS: Final = Limit(free=200, first=MINUTE, longest=HOUR / 4, quiet=HOUR)
DEVICE: Final = Limit(free=10, first=MINUTE, longest=HOUR, quiet=DAY)
COMMENT: Final = Limit(free=20, first=MINUTE, longest=HOUR, quiet=HOUR)
COMMENTS: Final = Limit(free=500, first=MINUTE, longest=HOUR / 4, quiet=HOUR)
CODE: Final = Limit(free=5, first=MINUTE, longest=HOUR, quiet=DAY)

CLEARED: Final = {"failures": 0, "blocked_until": None, "refused": False}
KEPT: Final = 2 * DAY
SWEPT_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Counter:
    """One thing whose failures count. ``cleared`` by a success; otherwise the success only does not count."""

    key: bytes
    limit: Limit
    cleared: bool


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether an attempt may be verified: it may when ``wait`` is nothing, and then it is counted as failed.

    ``first_refusal`` says that no attempt was turned away since the last that counted.
    """

    wait: timedelta
    first_refusal: bool
    counters: tuple[Counter, ...] = ()
    before: tuple[Row[Any], ...] = ()


def password_counters(*, login_name: str, address: str, device: bytes | None) -> tuple[Counter, ...]:
    """What a password for ``login_name`` counts for; ``device`` only when it is known for that person."""
    if device is not None:
        return (Counter(_key("password", "device", login_name, device.hex()), DEVICE, cleared=True),)
    return (
        Counter(_key("password", "account", login_name), ACCOUNT, cleared=False),
        Counter(_key("password", "from", login_name, address), ACCOUNT_FROM_ADDRESS, cleared=True),
        Counter(_key("password", "address", address), ADDRESS, cleared=False),
    )


def code_counters(*, person_id: int, device: bytes | None) -> tuple[Counter, ...]:
    """What a code of a person counts for; who gives one has given the password."""
    place = device.hex() if device is not None else ""
    return (Counter(_key("code", str(person_id), place), CODE, cleared=True),)


def comment_counters(*, notice: str, address: str) -> tuple[Counter, ...]:
    """What a comment on a notice counts for, by whomever: everybody of an office may have one address."""
    return (
        Counter(_key("comment", "from", notice, address), COMMENT, cleared=False),
        Counter(_key("comment", "notice", notice), COMMENTS, cleared=False),
    )


def admit(session: Session, counters: Sequence[Counter]) -> Admission:
    """Count an attempt as failed, unless a counter says to wait. Counters are held until the commit."""
    before = tuple(queries.lock_failures(session, keys=[each.key for each in counters]))
    wait = max((_left(row) for row in before), default=NO_WAIT)
    if wait > NO_WAIT:
        blocking = [row for row in before if _left(row) > NO_WAIT]
        first = not any(row.refused for row in blocking)
        if first:
            queries.write_failures(session, [_values(row) | {"refused": True} for row in blocking])
        return Admission(wait, first_refusal=first)
    counted = [_counted(each, row) for each, row in zip(counters, before, strict=True)]
    queries.write_failures(session, counted)
    return Admission(NO_WAIT, first_refusal=False, counters=tuple(counters), before=before)


def give_back(session: Session, admission: Admission) -> None:
    """The admitted attempt was right: it does not count, and clears what a success clears. Old counts go."""
    restored = []
    for counter, row in zip(admission.counters, admission.before, strict=True):
        restored.append(_values(row) | (CLEARED if counter.cleared else {}))
    queries.write_failures(session, restored)
    now = admission.before[0].now
    queries.drop_failures(session, before=now - KEPT, most=SWEPT_AT_ONCE)


def start_anew(session: Session, *, login_name: str, address: str, device: bytes | None) -> None:
    """Forget the failures of an account whose password is a new one: guesses at the old one tell nothing.

    Those of the address, against whatever account, stay.
    """
    counters = password_counters(login_name=login_name, address=address, device=None)[:2]
    if device is not None:
        counters += password_counters(login_name=login_name, address=address, device=device)
    rows = queries.lock_failures(session, keys=[each.key for each in counters])
    queries.write_failures(session, [_values(row) | CLEARED for row in rows])


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).digest()


def _left(row: Row[Any]) -> timedelta:
    until: datetime | None = row.blocked_until
    return NO_WAIT if until is None else max(NO_WAIT, until - row.now)


def _values(row: Row[Any]) -> dict[str, Any]:
    names = ("key", "failures", "failed_at", "blocked_until", "refused")
    return {name: getattr(row, name) for name in names}


def _counted(counter: Counter, row: Row[Any]) -> dict[str, Any]:
    quiet = row.now - row.failed_at >= counter.limit.quiet
    failures = 1 if quiet else row.failures + 1
    wait = counter.limit.wait(failures)
    return {
        "key": counter.key,
        "failures": failures,
        "failed_at": row.now,
        "blocked_until": row.now + wait if wait else None,
        "refused": False,
    }
