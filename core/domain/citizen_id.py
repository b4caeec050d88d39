"""公民身份号码 (GB 11643): 18 characters; the last checks the others, eight are a day of birth."""

from __future__ import annotations

from datetime import date
from typing import Final

LENGTH: Final = 18
CHECKS: Final = "10X98765432"
DIGITS: Final = frozenset("0123456789")
BORN: Final = slice(6, 14)


def check_character(body: str) -> str:
    """The 18th character that belongs to the first 17 (all digits)."""
    weighted = sum(int(each) * pow(2, LENGTH - 1 - place, 11) for place, each in enumerate(body))
    return CHECKS[weighted % 11]


def citizen_id_fault(number: str) -> str:
    """What is wrong with a number of 18 characters, as the end of a sentence; "" when it passes."""
    if len(number) != LENGTH:
        return f"有 {len(number)} 位，应为 {LENGTH} 位"
    body, last = number[:-1], number[-1]
    if not set(body) <= DIGITS or last not in CHECKS:
        return "含有不使用的字符（前 17 位为数字，末位为数字或 X）"
    born = body[BORN]
    try:
        date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return f"第 7 至 14 位“{born}”不是日期"
    return "" if last == check_character(body) else "第 18 位校验码不符"
