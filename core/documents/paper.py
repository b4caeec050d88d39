"""A document on paper before it is printed: blocks in reading order, numbered as official documents are.

Both printers take the same paper, so a PDF and a Word file of it say the same. Sizes are the printers' own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias
from unicodedata import east_asian_width

from core.domain.wording import day_words

NUMERALS: Final = "零一二三四五六七八九"
UNDATED: Final = "　　　　年　　月　　日"
"""Where the date is written by hand."""
LINE_END: Final = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
WIDE: Final = frozenset("WF")
NOT_PRINTED: Final = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Control characters: no XML holds them and no font draws them."""


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of document: its ``key`` in addresses, what it is called, the ``template`` that lays it out."""

    key: str
    zh: str
    template: str = "paper"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of ``level`` 1 to 4, to be numbered 一、（一）1.（1）."""

    words: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered paragraph of ``level`` 3 or 4."""

    words: str
    level: int = 3


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``indented`` is off for whom a letter is addressed to."""

    words: str
    indented: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in small print."""

    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with how many rows and columns it takes; ``signed`` are lines for a stamp at its foot."""

    words: str
    rows: int = 1
    columns: int = 1
    centred: bool = False
    signed: tuple[str, ...] = ()


Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of columns as wide as ``widths`` say in proportion; the first ``heads`` rows are its head.

    A row leaves out the cells that an earlier one reaches into.
    """

    title: str
    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    heads: int = 1


@dataclass(frozen=True, slots=True)
class Annex:
    """附件: a new page with a title of its own; numbering begins anew."""

    mark: str
    title: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signs, with room for a stamp, and the day; None leaves it to be written.

    ``annexes`` are listed above it, on the same page: a signature never stands alone.
    """

    by: tuple[str, ...]
    day: date | None
    annexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What a printed plan can be held against: its digest, and the ``address`` of the page that shows it."""

    digest: str
    address: str = ""


Block: TypeAlias = Heading | Item | Text | Note | Table | Annex | Signed | Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document that is ready to be printed.

    ``name`` is what its file is called, ``dated`` the day of its own that its properties carry, ``issuer``
    whose document it is. A ``draft`` says so on every page.
    """

    document: Document
    name: str
    title: str
    issuer: str
    dated: date
    blocks: tuple[Block, ...]
    subtitle: str = ""
    draft: bool = False

    @property
    def one_line(self) -> str:
        """Its title as its properties carry it."""
        return plain(self.title).replace("\n", "")

    def numbered(self) -> Iterator[Block]:
        """The blocks with the numbers of their headings and items before their words."""
        counts = [0, 0, 0, 0]
        for each in self.blocks:
            if isinstance(each, Annex):
                counts = [0, 0, 0, 0]
            if isinstance(each, Heading | Item):
                place = each.level - 1
                counts[place] += 1
                counts[place + 1 :] = [0] * (3 - place)
                yield replace(each, words=number(each.level, counts[place]) + each.words)
            else:
                yield each

    def words(self) -> Iterator[tuple[str, str]]:
        """Everything it says, piece by piece, each with the place where it stands."""
        yield "标题", f"{self.title}\n{self.subtitle}\n{self.issuer}"
        place = "正文"
        for each in self.numbered():
            match each:
                case Heading(words=words):
                    place = words
                    yield place, words
                case Annex(mark=mark, title=title):
                    place = f"{mark} {title}"
                    yield place, place
                case Table():
                    yield from _of_table(each, place)
                case Signed(by=by, annexes=annexes):
                    yield "落款", "\n".join((*annexes, *by))
                case Proof(digest=digest, address=address):
                    yield "内容核对", digest + address
                case _:
                    yield place, each.words


def number(level: int, count: int) -> str:
    """The number of the ``count``-th heading of a level: 一、（一）1.（1）."""
    match level:
        case 1:
            return f"{numeral(count)}、"
        case 2:
            return f"（{numeral(count)}）"
        case 3:
            return f"{count}."
        case _:
            return f"（{count}）"


def numeral(count: int) -> str:
    """A number up to 99 in Chinese numerals."""
    tens, ones = divmod(count, 10)
    if not tens:
        return NUMERALS[ones]
    return (NUMERALS[tens] if tens > 1 else "") + "十" + (NUMERALS[ones] if ones else "")


def dated_words(day: date | None) -> str:
    """The day beneath a signature; room to write it where there is none."""
    return day_words(day) if day else UNDATED


def paragraphs(words: str) -> tuple[Text, ...]:
    """What somebody typed, a paragraph for each of its lines."""
    return tuple(Text(line.strip()) for line in plain(words).split("\n") if line.strip())


def plain(words: str) -> str:
    """``words`` with one kind of line end and without control characters."""
    return NOT_PRINTED.sub("", LINE_END.sub("\n", words).replace("\t", " "))


def ems(line: str) -> int:
    """How wide a line is, in Chinese characters."""
    return -(-sum(2 if east_asian_width(each) in WIDE else 1 for each in line) // 2)


def head(*words: str) -> Row:
    """The head of a table."""
    return tuple(Cell(each, centred=True) for each in words)


def row(*words: str) -> Row:
    """A row of words."""
    return tuple(Cell(each) for each in words)


def table(title: str, widths: Iterable[int], heads: Iterable[str], rows: Iterable[Row]) -> Table:
    """A table with one row of heads."""
    return Table(title, tuple(widths), (head(*heads), *rows))


def _of_table(found: Table, place: str) -> Iterator[tuple[str, str]]:
    where = found.title or place
    yield where, found.title
    for number_, cells in enumerate(found.rows, 1):
        yield (
            f"{where} 第 {number_} 行",
            "\n".join(line for each in cells for line in (each.words, *each.signed)),
        )
