"""Reads the official text of an edition into sections and paragraphs with anchors, for the reader's page.

The text is kept as issued, with the line breaks of its pages; here they are undone: the lines of a
paragraph are joined, headings set off, and the tables cut into the rows and cells that
``source.tables.yaml`` names. No word is added, lost or moved: the words of all paragraphs in order are the
words of the file.

Anchors are stable: ``s-0`` is what stands before 一, ``s-1-2`` is 一（二）, ``a-3-1`` is 附件3（一）;
``s-1-2-p3`` is the third paragraph of a section, ``a-2-p11-r2`` the second row of a table.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.rulebook.datafile import read_data

_NUMERALS = "一二三四五六七八九十"
_CHAPTER = re.compile(rf"([{_NUMERALS}])、(\w+)")
_ANNEX = re.compile(r"附件(\d)")
_ARTICLE = re.compile(rf"（([{_NUMERALS}])）([^：，、。]+)(。?)")
_STARTS = re.compile(rf"[{_NUMERALS}]、|（[{_NUMERALS}]）|\d\.|附件\d$|附件：|注：")
_ITEM = re.compile(r"\d\.")
_ENDS = ("。", "；", "：")


class Kind(StrEnum):
    """What a paragraph is: a heading line, running text, a numbered item or a table."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. An empty cell belongs to the cell above it, or is there to be filled in."""

    anchor: str
    cells: tuple[str, ...]
    header: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its lines joined; a table has ``rows`` and no ``text``."""

    anchor: str
    kind: Kind
    text: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the text, as the rules name it in their clause (前言, 一, 一（二）, 附件3（一）).

    ``level`` is 1 for a chapter or an annex, 2 for what stands under one. ``title`` is "" where the text
    gives none.
    """

    anchor: str
    number: str
    title: str
    level: int
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class SourceText:
    """The official text in order; the sections under a chapter follow it."""

    sections: tuple[Section, ...]
    _words: str
    _places: tuple[tuple[int, str], ...]
    _numbers: Mapping[str, int]

    def find(self, quote: str, clause: str = "") -> str | None:
        """The anchor of the paragraph or row in which ``quote`` begins; None when the text has no such words.

        White space does not count. The search begins at the section that ``clause`` names, so that words
        which stand in several places are found in the right one, and then takes in the whole text.
        """
        words = squeeze(quote)
        numbers = [number for number in self._numbers if number and clause.startswith(number)]
        start = self._numbers[max(numbers, key=len)] if numbers else 0
        at = self._words.find(words, start)
        if at < 0:
            at = self._words.find(words)
        if at < 0 or not words:
            return None
        return self._places[bisect_right(self._places, (at, "~")) - 1][1]


def squeeze(text: str) -> str:
    """``text`` without white space: page layout is no part of the words."""
    return re.sub(r"\s", "", text)


def load_source(text: Path, tables: Path) -> SourceText:
    """Read the text and the cells of its tables. ``ValueError`` names a table whose words do not follow."""
    lines = text.read_text("utf-8").splitlines()
    sections = tuple(_sections(_blocks(lines, _tables(read_data(tables)))))
    places: list[tuple[int, str]] = []
    numbers: dict[str, int] = {}
    words = ""
    for section in sections:
        numbers[section.number] = len(words)
        for anchor, part in _parts(section):
            places.append((len(words), anchor))
            words += squeeze(part)
    return SourceText(sections, words, tuple(places), numbers)


def _parts(section: Section) -> Iterator[tuple[str, str]]:
    for paragraph in section.paragraphs:
        if paragraph.kind is not Kind.TABLE:
            yield paragraph.anchor, paragraph.text
        for row in paragraph.rows:
            yield row.anchor, "".join(row.cells)


# ---- lines into blocks: a block is a joined paragraph, or a table as the list of its rows ----

_Table = tuple[bool, list[list[str]]]
_Block = str | _Table


def _tables(document: Mapping[str, object]) -> list[_Table]:
    """Per table: whether it has a header row, and its rows with the header first."""
    found: list[_Table] = []
    tables = document["tables"]
    if not isinstance(tables, list):
        raise ValueError("tables: not a list")
    for table in tables:
        header = [table["header"]] if table["header"] else []
        found.append((bool(header), header + table["rows"]))
    return found


def _blocks(lines: Sequence[str], tables: Sequence[_Table]) -> Iterator[_Block]:
    """Paragraphs and tables in the order of the text; the tables come in the order they are named."""
    waiting = iter(tables)
    table = next(waiting, None)
    held = ""
    place = 0
    while place < len(lines):
        line = squeeze(lines[place])
        if table is not None and _begins(lines[place:], table):
            if held:
                yield held
            rows, place = _cut(lines, place, table)
            yield table[0], rows
            table, held = next(waiting, None), ""
            continue
        place += 1
        if held and line and (_STARTS.match(line) or _is_heading(held) or _is_over(held, lines[place - 2])):
            yield held
            held = ""
        held += line
    if held:
        yield held
    if table is not None:
        raise ValueError(f"table {' '.join(table[1][0])}: not found in the text")


def _is_heading(block: str) -> bool:
    """Whether the line is complete in itself: a numbered title, an annex number or an annex title."""
    article = _ARTICLE.fullmatch(block)
    return bool(
        _CHAPTER.fullmatch(block)
        or _ANNEX.fullmatch(block)
        or (article and not article[3])
        or re.fullmatch(r"(江苏省)?企业首席技师[^，。：]+(方案|表|）)", block)
    )


def _is_over(block: str, line: str) -> bool:
    """Whether a paragraph has ended: with a sentence, if it is an item or a blank line follows."""
    return block.endswith(_ENDS) and (bool(_ITEM.match(block)) or not line.strip())


def _begins(lines: Sequence[str], table: _Table) -> bool:
    """Whether the table's first row stands at the head of ``lines``."""
    words = squeeze("".join(table[1][0]))
    ahead = ""
    for line in lines:
        ahead += squeeze(line)
        if len(ahead) >= len(words) or not words.startswith(ahead):
            break
    return ahead.startswith(words) and bool(squeeze(lines[0]))


def _cut(lines: Sequence[str], place: int, table: _Table) -> tuple[list[list[str]], int]:
    """The table's rows with the words of the text, and the line after it."""
    words = squeeze("".join(lines[place:]))
    at = 0
    rows: list[list[str]] = []
    for row in table[1]:
        cells: list[str] = []
        for cell in row:
            taken = _cell(words, at, cell)
            at += len(squeeze(taken))
            cells.append(taken)
        rows.append(cells)
    while at > 0:
        at -= len(squeeze(lines[place]))
        place += 1
    if at < 0:
        raise ValueError(f"table {' '.join(table[1][0])}: ends within a line of the text")
    return rows, place


def _cell(words: str, at: int, cell: str) -> str:
    """The text of ``cell``, which must stand at ``at``; 开头…结尾 is filled in from the text."""
    opening, elided, closing = cell.partition("…")
    end = words.find(closing, at + len(opening)) + len(closing) if elided else at + len(squeeze(cell))
    if not words.startswith(squeeze(opening), at) or (elided and end < at + len(opening) + len(closing)):
        raise ValueError(f"table cell {cell!r}: the text has {words[at : at + 20]!r}")
    return words[at:end] if elided else cell


# ---- blocks into sections with anchors ----


def _sections(blocks: Iterator[_Block]) -> Iterator[Section]:
    section = _Building("s-0", "前言", "", 1)
    chapter = section
    for block in blocks:
        if isinstance(block, str) and (opened := _opened(block, chapter)):
            yield section.built()
            section = opened
            if opened.level == 1:
                chapter = opened
        section.add(block)
    yield section.built()


def _opened(block: str, chapter: "_Building") -> "_Building | None":
    """The section that ``block`` opens, if it opens one."""
    if found := _CHAPTER.fullmatch(block):
        return _Building(f"s-{_NUMERALS.index(found[1]) + 1}", found[1], found[2], 1)
    if found := _ANNEX.fullmatch(block):
        return _Building(f"a-{found[1]}", block, "", 1)
    found = _ARTICLE.match(block)
    if found and (found[3] or found.end() == len(block)):
        number = _NUMERALS.index(found[1]) + 1
        return _Building(f"{chapter.anchor}-{number}", f"{chapter.number}（{found[1]}）", found[2], 2)
    return None


class _Building:
    """A section in the making: paragraphs get their anchors in order."""

    def __init__(self, anchor: str, number: str, title: str, level: int) -> None:
        self.anchor, self.number, self.title, self.level = anchor, number, title, level
        self.paragraphs: list[Paragraph] = []

    def add(self, block: _Block) -> None:
        anchor = f"{self.anchor}-p{len(self.paragraphs) + 1}"
        if isinstance(block, str):
            self._add_text(anchor, block)
            return
        has_header, rows = block
        made = tuple(
            Row(f"{anchor}-r{place}", tuple(cells), header=has_header and cells == rows[0])
            for place, cells in enumerate(rows, 1)
        )
        self.paragraphs.append(Paragraph(anchor, Kind.TABLE, "", made))

    def _add_text(self, anchor: str, block: str) -> None:
        kind = Kind.HEADING if _is_heading(block) else Kind.ITEM if _ITEM.match(block) else Kind.TEXT
        if kind is Kind.HEADING and self.level == 1 and not self.title and not _ANNEX.fullmatch(block):
            self.title = block
        self.paragraphs.append(Paragraph(anchor, kind, re.sub(r"^(附件：)?(\d\.)", r"\1\2 ", block), ()))

    def built(self) -> Section:
        return Section(self.anchor, self.number, self.title, self.level, tuple(self.paragraphs))
