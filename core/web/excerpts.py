"""The lines around a fault, with the place marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

LINE_END = re.compile(r"\r\n|\r|\n")
AROUND = 2
WIDEST = 120
"""Characters of a line that are shown; a longer one is cut around the fault."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line in three pieces; ``marked`` is the character at fault, or "" when only the line is known."""

    number: int
    before: str
    marked: str
    after: str
    at_fault: bool


def lines_of(data: bytes) -> list[str]:
    """The lines of a text file; bytes that are no UTF-8 become replacement characters."""
    return LINE_END.split(data.decode("utf-8-sig", "replace"))


def excerpt(lines: list[str], line: int | None, column: int | None = None) -> tuple[Line, ...]:
    """``lines`` around number ``line``, which like ``column`` counts from 1; none when nobody knows it."""
    if line is None:
        return ()
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    return tuple(
        _line(number, lines[number - 1], column if number == line else None, at_fault=number == line)
        for number in range(first, last + 1)
    )


def _line(number: int, text: str, column: int | None, *, at_fault: bool) -> Line:
    text = "".join(
        character if character.isprintable() else "\ufffd" for character in text.replace("\t", "→")
    )
    place = column - 1 if column is not None and column <= len(text) else None
    start = max(0, (place or 0) - WIDEST // 2)
    end = start + WIDEST
    lead, tail = "…" if start else "", "…" if end < len(text) else ""
    if place is None:
        return Line(number, lead + text[start:end] + tail, "", "", at_fault)
    return Line(number, lead + text[start:place], text[place], text[place + 1 : end] + tail, at_fault)
