"""统一社会信用代码 (GB 32100) and 行业代码 (GB/T 4754)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.industry import industry_section
from core.domain.uscc import CHARACTERS, WEIGHTS, check_character, normal_uscc, uscc_fault
from tests.unit.rulebook.plans import DOCUMENT

DEMO = [plan["enterprise"]["uscc"] for plan in DOCUMENT["plans"]]
BODIES = st.text(CHARACTERS, min_size=17, max_size=17)


def test_weights_are_those_of_the_standard() -> None:
    assert WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    assert len(CHARACTERS) == 31
    assert not set("IOSVZ") & set(CHARACTERS)


@pytest.mark.parametrize("number", ["91350100M000100Y43", *DEMO])
def test_a_number_that_passes(number: str) -> None:
    """The first is the worked example of the standard."""
    assert uscc_fault(number) == ""


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("91350100M000100Y44", "第 18 位校验码不符"),
        ("91350100M000100Y4", "有 17 位，应为 18 位"),
        ("91350100M000100Y433", "有 19 位，应为 18 位"),
        ("", "有 0 位，应为 18 位"),
        (
            "9135O1O0MOOO100Y43",
            "含有不使用的字符“O”（只用数字和大写字母，不用 I、O、S、V、Z）",
        ),
        (
            "91350100m000100y43",
            "含有不使用的字符“my”（只用数字和大写字母，不用 I、O、S、V、Z）",
        ),
        (
            "９１350100M000100Y43",
            "含有不使用的字符“９１”（只用数字和大写字母，不用 I、O、S、V、Z）",
        ),
    ],
)
def test_a_number_that_does_not_pass_is_told_why(number: str, fault: str) -> None:
    assert uscc_fault(number) == fault


def test_a_number_is_kept_half_width_in_capitals_without_spaces() -> None:
    assert normal_uscc(" ９１350100 m000100y43\n") == "91350100M000100Y43"


def test_a_remainder_of_nothing_is_the_character_zero() -> None:
    assert check_character("0" * 17) == "0"
    assert uscc_fault("0" * 18) == ""


@given(BODIES, st.integers(0, 16), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_found(body: str, place: int, other: str) -> None:
    number = body + check_character(body)
    assert uscc_fault(number) == ""
    wrong = number[:place] + other + number[place + 1 :]
    assert (uscc_fault(wrong) == "") == (wrong == number)


@given(BODIES, st.integers(0, 15))
def test_two_neighbours_that_changed_places_are_found(body: str, place: int) -> None:
    number = body + check_character(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (uscc_fault(swapped) == "") == (swapped == number)


@pytest.mark.parametrize(
    ("code", "section"),
    [
        ("C3514", "C"),
        ("3514", "C"),
        ("C35", "C"),
        (" 351 ", "C"),
        ("B06", "B"),
        ("12", "B"),
        ("13", "C"),
        ("43", "C"),
        ("44", "D"),
        ("D4412", "D"),
        ("46", "D"),
        ("05", ""),
        ("47", ""),
        ("F51", ""),
        ("D35", ""),  # a letter that is not that of the division
        ("C", ""),
        ("C3", ""),
        ("C35140", ""),
        ("制造业", ""),
        ("", ""),
    ],
)
def test_sections_of_industry(code: str, section: str) -> None:
    assert industry_section(code) == section
