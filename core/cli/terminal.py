"""Text for a terminal: characters of two columns, wrapping, columns, and colour only where it is wanted."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

import click

NARROWEST, WIDEST, WITHOUT_TERMINAL = 40, 120, 100
NOT_FIRST: Final = frozenset("，。、；：？！）》」』】”’…—%·,.;:?!)]}")
NOT_LAST: Final = frozenset("（《「『【“‘([{")
COLOURS: Final[Mapping[str, str]] = {"bad": "red", "warn": "yellow", "ok": "green", "info": "cyan"}


def width_of(text: str) -> int:
    """How many columns ``text`` takes: two for wide characters, none for combining ones."""
    return sum(_columns(each) for each in text)


def _columns(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clean(text: str) -> str:
    """``text`` on one line, without characters that steer a terminal."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "�" for each in text)


def padded(text: str, width: int) -> str:
    """``text`` filled with spaces to ``width`` columns."""
    return text + " " * (width - width_of(text))


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns.

    Breaks stand between Chinese characters or at spaces; closing marks do not begin a line and opening ones
    do not end it. A word that is longer than a line is cut.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(clean(text)):
        if width_of(line) + width_of(piece.rstrip()) > width and line:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or not piece.isspace() else ""
        while width_of(line.rstrip()) > width:
            cut = _fitting(line, width)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _fitting(text: str, width: int) -> int:
    """How many characters of ``text`` fit in ``width`` columns; at least one."""
    used = 0
    for index, each in enumerate(text):
        used += _columns(each)
        if used > width:
            return max(index, 1)
    return len(text)


def _pieces(text: str) -> Iterator[str]:
    """What must stay on one line: a word with the spaces after it, a Chinese character with its marks."""
    piece = ""
    for each in text:
        if piece and _may_break(piece, each):
            yield piece
            piece = ""
        piece += each
    if piece:
        yield piece


def _may_break(piece: str, right: str) -> bool:
    """Whether a line may end after ``piece``, of which the spaces go, and the next begin with ``right``."""
    left = piece[-1]
    if right in NOT_FIRST or right == " " or piece.rstrip()[-1:] in NOT_LAST:
        return False
    return left == " " or _columns(left) == 2 or _columns(right) == 2 or left == "/"


@dataclass(frozen=True, slots=True)
class Paper:
    """Where text goes: a stream, how wide it is and whether it shows colour."""

    stream: TextIO
    width: int
    colour: bool

    @classmethod
    def of(cls, stream: TextIO) -> Paper:
        """The paper of ``stream``: as wide as its terminal; colour only there, and never with NO_COLOR."""
        terminal = stream.isatty()
        columns = shutil.get_terminal_size((WITHOUT_TERMINAL, 0)).columns
        colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(stream, min(max(columns, NARROWEST), WIDEST), colour)

    def styled(self, text: str, tone: str = "", *, bold: bool = False) -> str:
        """``text`` in the colour of a tone: bad, warn, ok, info; never the only bearer of a meaning."""
        if not self.colour:
            return text
        return click.style(text, fg=COLOURS.get(tone), bold=bold)

    def line(self, text: str = "") -> None:
        click.echo(text, file=self.stream, color=self.colour)

    def paragraph(self, text: str, *, first: str = "", indent: int | None = None) -> None:
        """``text`` wrapped behind ``first``; the other lines begin ``indent`` columns in."""
        margin = width_of(click.unstyle(first)) if indent is None else indent
        lines = wrapped(text, self.width - margin)
        self.line(first + lines[0])
        for each in lines[1:]:
            self.line(" " * margin + each)

    def pairs(self, pairs: Iterable[tuple[str, str]], *, margin: int = 0) -> None:
        """Labels and texts in two columns; pairs without a text are left out."""
        stated = [(label, text) for label, text in pairs if text]
        column = max((width_of(label) for label, _ in stated), default=0) + 2
        for label, text in stated:
            self.paragraph(text, first=" " * margin + padded(label, column))

    def table(self, rows: Sequence[Sequence[str]], *, margin: int = 0) -> None:
        """Rows in columns as wide as their widest cell; the last column is wrapped."""
        if not rows:
            return
        widths = [max(width_of(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
        for row in rows:
            cells = [padded(cell, width) for cell, width in zip(row, widths, strict=False)]
            self.paragraph(row[-1], first=" " * margin + "  ".join([*cells, ""]))


def out() -> Paper:
    """Standard output: what was asked for."""
    return Paper.of(sys.stdout)


def err() -> Paper:
    """Standard error: summaries, notes and what went wrong."""
    return Paper.of(sys.stderr)
