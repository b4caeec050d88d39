"""What an event may hold: exact, masked, and the same after PostgreSQL and JSON have had it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit.actions import NAMES, Action, name_of
from core.audit.chain import LARGEST_NUMBER, instant, recordable
from core.config import FieldKeys
from core.crypto import Keyring, Personal, Secret
from core.domain.roles import Role

RING = Keyring(FieldKeys(sealing={1: bytes(32)}, index=bytes(32)))


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("调离", "调离"),
        (Decimal("12.50"), 12.5),
        (Decimal("12.00"), 12),
        (0.1, 0.1),
        (LARGEST_NUMBER, LARGEST_NUMBER),
        (Role.CITY_HR, "city_hr"),
        (date(2026, 12, 31), "2026-12-31"),
        (datetime(2026, 12, 31, 8, tzinfo=timezone(timedelta(hours=8))), "2026-12-31T00:00:00.000000Z"),
        (Secret("13912340217", Personal.PHONE), "139****0217"),
        (Secret("顾远舟", Personal.NAME), "顾*舟"),
    ],
)
def test_value_is_kept_as_json(value: object, kept: object) -> None:
    assert recordable(value) == kept
    assert json.loads(json.dumps(recordable(value))) == kept


@pytest.mark.parametrize(
    "value",
    [
        RING.seal("13912340217", "person.phone_sealed:1"),
        b"bytes",
        bytearray(b"bytes"),
        ["a", "list"],
        {"a": "mapping"},
        object(),
        1 + 2j,
    ],
    ids=lambda value: type(value).__name__,
)
def test_sealed_bytes_and_what_is_no_scalar_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be recorded"):
        recordable(value)


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), 1e300, float("inf"), float("nan"), "a\x00b", "\ud800"], ids=ascii
)
def test_value_that_would_not_come_back_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whichever kind
        recordable(value)


@given(st.datetimes(timezones=st.just(UTC)))
def test_moment_keeps_its_microseconds(moment: datetime) -> None:
    assert datetime.fromisoformat(instant(moment)) == moment
    assert len(instant(moment)) == len("2026-11-23T04:15:00.000000Z")


def test_every_act_has_a_word_of_its_own_and_an_official_name() -> None:
    assert len(set(NAMES.values())) == len(NAMES) == len(Action)
    assert all(word.count(":") == 1 and word == word.lower() for word in NAMES)
    assert name_of("grant:revoke") == "撤销角色"
    assert name_of("seal:of_a_later_version") == "seal:of_a_later_version"
