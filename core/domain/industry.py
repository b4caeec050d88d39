"""国民经济行业代码 (GB/T 4754-2017), as far as it tells what is 工业: its sections B, C and D."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODE: Final = re.compile(r"([A-T])?([0-9]{2})[0-9]{0,2}", re.ASCII)

INDUSTRY: Final[Mapping[str, range]] = MappingProxyType(
    {"B": range(6, 13), "C": range(13, 44), "D": range(44, 47)}
)
"""采矿业, 制造业, 电力、热力、燃气及水生产和供应业: the divisions (first two digits) of each section."""


def industry_section(code: str) -> str:
    """The section (B, C or D) of a code such as C3514, 3514 or 35; "" when it is no code of 工业.

    A letter must be that of the division it stands before.
    """
    match = CODE.fullmatch(code.strip())
    if match is None:
        return ""
    letter, division = match[1], int(match[2])
    section = next((each for each, divisions in INDUSTRY.items() if division in divisions), "")
    return section if letter in (None, section) else ""
