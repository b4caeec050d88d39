"""The figures of throttling, and that no order of attempts gets past them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Row

from core.services.accounts import throttling
from core.services.accounts.throttling import (
    ACCOUNT,
    ACCOUNT_FROM_ADDRESS,
    ADDRESS,
    CODE,
    DAY,
    DEVICE,
    HOUR,
    MINUTE,
    NO_WAIT,
    Counter,
    Limit,
)

NOON = datetime(2026, 11, 9, 4, 0, tzinfo=UTC)
LIMITS = {
    "account": ACCOUNT,
    "from address": ACCOUNT_FROM_ADDRESS,
    "address": ADDRESS,
    "device": DEVICE,
    "code": CODE,
}


@pytest.mark.parametrize(
    ("name", "free", "most_a_day"),
    [
        ("account", 30, 58),
        ("from address", 5, 15),
        ("address", 200, 299),
        ("device", 10, 38),
        ("code", 5, 33),
    ],
)
def test_stated_figures(name: str, free: int, most_a_day: int) -> None:
    assert (LIMITS[name].free, LIMITS[name].most(DAY)) == (free, most_a_day)


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        (0, NO_WAIT),
        (29, NO_WAIT),
        (30, MINUTE),
        (31, 2 * MINUTE),
        (35, 32 * MINUTE),
        (36, HOUR),
        (10**9, HOUR),
    ],
)
def test_waits_double_up_to_the_longest(failures: int, wait: timedelta) -> None:
    assert ACCOUNT.wait(failures) == wait


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
@given(
    gaps=st.lists(
        st.one_of(st.just(0), st.integers(0, 120), st.integers(0, 5000), st.integers(86_000, 87_000)),
        max_size=400,
    )
)
def test_no_order_of_attempts_gets_more_in_any_day(limit: Limit, gaps: list[int]) -> None:
    counter = Counter(b"key", limit, cleared=True)
    row = SimpleNamespace(key=b"key", failures=0, failed_at=NOON, blocked_until=None, refused=False, now=NOON)
    verified: list[datetime] = []
    for gap in gaps:
        row.now += timedelta(seconds=gap)
        if row.blocked_until is not None and row.now < row.blocked_until:
            continue
        verified.append(row.now)
        counted = throttling._counted(counter, cast("Row[Any]", row))
        row = SimpleNamespace(**counted, now=row.now)
    for start in verified:
        assert sum(start <= each <= start + DAY for each in verified) <= limit.most(DAY)


def test_greedy_attempts_reach_the_figure() -> None:
    for limit in LIMITS.values():
        count, at, failures = 0, NO_WAIT, 0
        while at <= DAY:
            count, failures = count + 1, failures + 1
            at += limit.wait(failures)
        assert count == limit.most(DAY)
