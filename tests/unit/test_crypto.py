"""Personal fields open in their place with their key, are found blind, and show themselves masked."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from dataclasses import asdict, dataclass

import pytest
from flask import Flask, render_template_string
from flask.json import jsonify
from hypothesis import given
from hypothesis import strategies as st

from core.config import FieldKeys
from core.crypto import CannotOpen, Keyring, Personal, Secret, context, masked, normalised

PHONE = "13912340217"
CITIZEN_ID = "320102199003070017"
PLACE = context("person", "phone_sealed", 7)


def ring(*ids: int, index: int = 99) -> Keyring:
    """A keyring whose keys are told by their ids."""
    return Keyring(FieldKeys(sealing={each: bytes([each] * 32) for each in ids}, index=bytes([index] * 32)))


# --- sealing ------------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 2**40))
def test_sealed_value_opens_in_its_place(value: str, row: int) -> None:
    where = context("person", "phone_sealed", row)
    sealed = ring(1).seal(value, where)
    assert ring(1).open(sealed, where, Personal.PHONE).reveal() == value
    assert sealed[0] == 1
    assert len(sealed) == 1 + 12 + len(value.encode()) + 16


def test_value_is_sealed_differently_each_time_and_not_readable() -> None:
    one, other = ring(1).seal(PHONE, PLACE), ring(1).seal(PHONE, PLACE)
    assert one != other
    assert one.count(PHONE.encode()) == 0


@pytest.mark.parametrize(
    "where", ["person.phone_sealed:8", "person.totp_sealed:7", "worker.phone_sealed:7", ""]
)
def test_value_does_not_open_in_another_place(where: str) -> None:
    with pytest.raises(CannotOpen):
        ring(1).open(ring(1).seal(PHONE, PLACE), where, Personal.PHONE)


def test_value_does_not_open_with_another_key() -> None:
    sealed = ring(1).seal(PHONE, PLACE)
    wrong = Keyring(FieldKeys(sealing={1: bytes([2] * 32)}, index=bytes(32)))
    with pytest.raises(CannotOpen):
        wrong.open(sealed, PLACE, Personal.PHONE)
    with pytest.raises(CannotOpen):
        ring(2).open(sealed, PLACE, Personal.PHONE)


def test_value_with_any_bit_flipped_does_not_open() -> None:
    sealed = ring(1, 3).seal(PHONE, PLACE)
    for bit in range(8 * len(sealed)):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotOpen):
            ring(*range(1, 10)).open(bytes(flipped), PLACE, Personal.PHONE)
    assert ring(*range(1, 10)).open(sealed, PLACE, Personal.PHONE).reveal() == PHONE


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"\x01" + bytes(27)], ids=len)
def test_what_is_too_short_does_not_open(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        ring(1).open(sealed, PLACE, Personal.PHONE)


def test_failure_to_open_says_nothing_of_the_value() -> None:
    with pytest.raises(CannotOpen) as error:
        ring(1).open(ring(1).seal(PHONE, PLACE), "elsewhere", Personal.PHONE)
    assert PHONE not in repr(error.value)


def test_keys_rotate_and_old_values_open_until_they_are_resealed() -> None:
    old = ring(1).seal(PHONE, PLACE)
    both = ring(1, 2)
    assert both.open(old, PLACE, Personal.PHONE).reveal() == PHONE
    new = both.reseal(old, PLACE)
    assert new is not None
    assert new[0] == 2
    assert both.reseal(new, PLACE) is None
    assert ring(2).open(new, PLACE, Personal.PHONE).reveal() == PHONE
    with pytest.raises(CannotOpen):
        ring(2).open(old, PLACE, Personal.PHONE)
    with pytest.raises(CannotOpen):
        both.reseal(old, "elsewhere")
    assert ring(1).index(PHONE, Personal.PHONE) == both.index(PHONE, Personal.PHONE)


def test_keys_are_not_printed() -> None:
    keys = FieldKeys(sealing={1: b"k" * 32}, index=b"i" * 32)
    assert "kkk" not in repr(Keyring(keys))
    assert "iii" not in repr(Keyring(keys))


# --- the blind index ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "139 1234 0217",
        "139-1234-0217",
        "１３９１２３４０２１７",
        "+86 13912340217",
        "0086 139 1234 0217",
        "8613912340217\n",
    ],
)
def test_phone_is_found_however_it_is_typed(typed: str) -> None:
    assert ring(1).index(typed, Personal.PHONE) == ring(1).index(PHONE, Personal.PHONE)


@pytest.mark.parametrize(
    ("old", "new"),
    [("320102900307001", CITIZEN_ID), ("130503670401001", "130503196704010016")],
)
def test_citizen_id_of_fifteen_digits_is_found_as_that_of_eighteen(old: str, new: str) -> None:
    assert normalised(old, Personal.CITIZEN_ID) == normalised(new, Personal.CITIZEN_ID) == new


def test_citizen_id_is_found_with_a_small_or_full_width_x() -> None:
    ways = (
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002x",
    )
    assert len({ring(1).index(each, Personal.CITIZEN_ID) for each in ways}) == 1


def test_index_tells_values_kinds_and_keys_apart() -> None:
    ways = {
        ring(1).index(PHONE, Personal.PHONE),
        ring(1).index("13912340218", Personal.PHONE),
        ring(1).index(PHONE, Personal.KEY),
        ring(1, index=98).index(PHONE, Personal.PHONE),
    }
    assert len(ways) == 4
    assert {len(each) for each in ways} == {32}


# --- masking ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (PHONE, Personal.PHONE, "139****0217"),
        ("+86 139 1234 0217", Personal.PHONE, "139****0217"),
        ("12345", Personal.PHONE, "******"),
        (CITIZEN_ID, Personal.CITIZEN_ID, "320***********0017"),
        ("11010519491231002x", Personal.CITIZEN_ID, "110***********002X"),
        ("32010219900307", Personal.CITIZEN_ID, "******"),
        ("顾远舟", Personal.NAME, "顾*舟"),
        ("顾舟", Personal.NAME, "顾*"),
        ("顾", Personal.NAME, "******"),
        ("欧阳远舟", Personal.NAME, "欧**舟"),
        ("", Personal.NAME, "******"),
        ("JBSWY3DPEHPK3PXP", Personal.KEY, "******"),
    ],
)
def test_value_is_shown_masked(value: str, kind: Personal, shown: str) -> None:
    assert masked(value, kind) == str(Secret(value, kind)) == shown


@given(st.text(min_size=1), st.sampled_from(Personal))
def test_mask_never_shows_a_whole_value(value: str, kind: Personal) -> None:
    shown = masked(value, kind)
    assert "*" in shown
    assert sum(each != "*" for each in shown) <= 7
    assert kind is Personal.NAME or normalised(value, kind) in ("", *"*" * 9) or value not in shown


@dataclass
class Row:
    phone: Secret


def test_secret_is_masked_in_every_way_of_printing(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(PHONE, Personal.PHONE)
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("phone %s %r", secret, {"phone": secret}, extra={"phone": secret})
    app = Flask(__name__)
    with app.test_request_context():
        page = render_template_string("{{ it }} {{ it|string }} {{ [it] }} {{ '%s'|format(it) }}", it=secret)
        answer = jsonify({"phone": secret}).get_data(as_text=True)
    shown = [
        *(str(secret), repr(secret), f"{secret}", f"{secret!r:>20}", f"{secret:>20}", f"{secret}"),
        *(
            str([secret]),
            str((secret,)),
            repr({"phone": secret}),
            repr(Row(secret)),
            str(asdict(Row(secret))),
        ),
        *(repr(ValueError(secret)), str(ValueError(secret)), json.dumps(secret, default=str)),
        *(caplog.text, page, answer, repr(copy.copy(secret)), repr(copy.deepcopy(secret))),
    ]
    assert [each for each in shown if PHONE in each] == []
    assert [each for each in shown if "139****0217" not in each] == []
    assert secret.reveal() == PHONE


def test_secret_does_not_leave_the_process_or_the_type_unnoticed() -> None:
    secret = Secret(PHONE, Personal.PHONE)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        "" + secret  # type: ignore[operator]
    assert not hasattr(secret, "__dict__")


def test_secrets_are_equal_when_kind_and_value_are() -> None:
    secret = Secret(PHONE, Personal.PHONE)
    assert secret == Secret(PHONE, Personal.PHONE)
    assert secret != Secret("13999990217", Personal.PHONE)  # of the same mask
    assert secret != Secret(PHONE, Personal.KEY)
    assert secret != PHONE
    assert len({secret, Secret(PHONE, Personal.PHONE)}) == 1
