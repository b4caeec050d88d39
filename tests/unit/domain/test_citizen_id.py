"""公民身份号码: what passes, what is said of the others. The numbers are of an area that does not exist."""

from __future__ import annotations

import pytest

from core.domain.citizen_id import CHECKS, citizen_id_fault

GOOD = ("329900197801010000", "329900198202280003", "329900198506150013")


@pytest.mark.parametrize("number", GOOD)
def test_number_with_its_check_character_passes(number: str) -> None:
    assert citizen_id_fault(number) == ""


@pytest.mark.parametrize("number", GOOD)
def test_no_other_last_character_passes(number: str) -> None:
    others = {number[:-1] + last for last in CHECKS} - {number}
    assert {citizen_id_fault(other) for other in others} == {"第 18 位校验码不符"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "有 0 位，应为 18 位"),
        ("32990019780101000", "有 17 位，应为 18 位"),
        ("32990019780101000A", "含有不使用的字符（前 17 位为数字，末位为数字或 X）"),
        ("3299001978010100X0", "含有不使用的字符（前 17 位为数字，末位为数字或 X）"),
        ("３29900197801010000", "含有不使用的字符（前 17 位为数字，末位为数字或 X）"),
        ("329900197802300000", "第 7 至 14 位“19780230”不是日期"),
    ],
)
def test_what_is_wrong_is_said(number: str, said: str) -> None:
    assert citizen_id_fault(number) == said
