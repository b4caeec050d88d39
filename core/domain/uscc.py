"""统一社会信用代码 (GB 32100-2015): 18 characters, of which the last checks the others."""

from __future__ import annotations

import unicodedata
from typing import Final

LENGTH: Final = 18
CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""A character's place is its value; I, O, S, V and Z are left out."""
MODULUS: Final = len(CHARACTERS)
WEIGHTS: Final = tuple(pow(3, place, MODULUS) for place in range(LENGTH - 1))


def normal_uscc(text: str) -> str:
    """How a number is kept: half-width, in capitals, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_character(body: str) -> str:
    """The 18th character that belongs to the first 17 (all of ``CHARACTERS``)."""
    total = sum(CHARACTERS.index(each) * weight for each, weight in zip(body, WEIGHTS, strict=True))
    return CHARACTERS[-total % MODULUS]


def uscc_fault(number: str) -> str:
    """What is wrong with a number in Chinese, as the end of a sentence; "" when it passes."""
    if len(number) != LENGTH:
        return f"有 {len(number)} 位，应为 {LENGTH} 位"
    if strange := "".join(dict.fromkeys(each for each in number if each not in CHARACTERS)):
        return f"含有不使用的字符“{strange}”（只用数字和大写字母，不用 I、O、S、V、Z）"
    if number[-1] != check_character(number[:-1]):
        return "第 18 位校验码不符"
    return ""
