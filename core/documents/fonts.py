"""The font of printed documents, and what it cannot draw: found before anything is printed.

Typst says nothing of a character that its fonts lack and leaves a gap in a name. The font has 30,928
characters, among them those of rare names; one that is missing all the same is named with its place.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

from core.documents.paper import Paper, plain
from core.domain.errors import DomainError

FONTS: Final = Path(__file__).with_name("fonts")
FAMILY: Final = "Noto Serif SC"
FILE: Final = FONTS / "NotoSerifSC_400Regular.ttf"
MOST_TOLD: Final = 10


class MissingGlyphs(DomainError):
    """Characters that the font cannot draw: ``found`` are characters, each with the place of the first."""

    def __init__(self, found: dict[str, str]) -> None:
        self.found = found
        told = [f"“{each}”（U+{ord(each):04X}，{place}）" for each, place in found.items()]
        more = f"等 {len(told)} 个" if len(told) > MOST_TOLD else ""
        super().__init__(
            f"字库中没有{'、'.join(told[:MOST_TOLD])}{more}，不能生成 PDF。"
            "改用字库中有的字，或者下载 Word 文件后换用本机字体打印。"
        )


@cache
def drawn() -> frozenset[int]:
    """The characters that the font draws, by number; read once."""
    with TTFont(FILE, lazy=True) as font:
        return frozenset(font.getBestCmap())


def require_drawn(paper: Paper) -> None:
    """Raise MissingGlyphs when the font lacks a character of ``paper``."""
    known = drawn()
    found: dict[str, str] = {}
    for place, words in paper.words():
        for each in plain(words):
            if each != "\n" and ord(each) not in known:
                found.setdefault(each, place)
    if found:
        raise MissingGlyphs(found)
