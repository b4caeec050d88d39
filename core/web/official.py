"""The official text with anchors: contents, paragraphs, tables, and which rules quote a place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Edition
from core.rulebook.sourcetext import Kind, Row, SourceText, load_source, squeeze
from core.services.editions import CURRENT
from core.web.access import Audience, open_to
from core.web.kept import kept

official = Blueprint("official", __name__, url_prefix="/text")

ARTEFACTS = "/document/text_artefacts"
ISSUER = re.compile("^企业首席技师(?=评审委员会)|（[^（）]*）$")
TO_BE_FILLED_IN = "得分"
"""The head of a column whose empty cells are blanks of the form, not parts of the cell above."""


@official.get("")
@open_to(Audience.PUBLIC)
@kept
def text() -> str:
    rule = CURRENT.catalogue.rules.get(request.args.get("rule", ""))
    return render_template(
        "official/text.html",
        sought=anchor_of(rule) if rule else "",
        quote=rule.quote if rule else "",
        source=source(),
        cited=citing_rules(),
        marked=marked,
        laid_out=laid_out,
    )


@official.get("/source.txt")
@open_to(Audience.PUBLIC)
def verbatim() -> Response:
    return Response((_folder() / "source.txt").read_bytes(), content_type="text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; ``suggested`` is what a word that looks like a slip may have meant, else "".

    ``quoted`` is true for the words of the rule that a reader came from.
    """

    words: str
    suggested: str
    quoted: bool


def marked(words: str, quote: str = "") -> list[Piece]:
    """``words`` cut at the places that look like slips (AMB-50) and around ``quote``; nothing is changed."""
    suggestions = artefacts(CURRENT)
    slip = re.compile(f"({'|'.join(map(re.escape, suggestions))})")
    start, end = stretch(words, quote)
    parts = ((words[:start], False), (words[start:end], True), (words[end:], False))
    return [
        Piece(piece, suggestions.get(piece, ""), quoted)
        for part, quoted in parts
        for piece in slip.split(part)
        if piece
    ]


def stretch(words: str, quote: str) -> tuple[int, int]:
    """Where ``quote``, or as much of it as fits before the end, stands in ``words``; (0, 0) for nowhere.

    White space does not count. A cell of a table may be only a part of the quote.
    """
    places = [place for place, letter in enumerate(words) if not letter.isspace()]
    told, sought = squeeze(words), squeeze(quote)
    if not told or not sought:
        return 0, 0
    at = 0 if told in sought else told.find(sought)
    if at < 0:
        at = next((place for place in range(len(told)) if sought.startswith(told[place:])), len(told))
    found = places[at : at + len(sought)]
    return (found[0], found[-1] + 1) if found else (0, 0)


def artefacts(edition: Edition) -> Mapping[str, str]:
    """The words that look like slips, each with the suggested reading."""
    template = edition.template
    places = [f"{ARTEFACTS}/{code}" for code in template.codes(ARTEFACTS)]
    return {template.text(f"{place}/official"): template.text(f"{place}/suggested") for place in places}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is laid out: its text, and how many rows and columns it takes."""

    words: str
    rows: int
    columns: int


def laid_out(rows: tuple[Row, ...]) -> list[list[Cell]]:
    """The cells by row; an empty one is part of the cell above or before it, or a blank to fill in."""
    heads = next((row.cells for row in rows if row.header), ())
    widest = max(len(row.cells) for row in rows)
    return [
        [
            Cell(cell, _height(rows, place, column, heads), _width(row, column, heads, widest))
            for column, cell in enumerate(row.cells)
            if not _continues_above(rows, place, column, heads) and not _continues_before(row, column, heads)
        ]
        for place, row in enumerate(rows)
    ]


def _height(rows: tuple[Row, ...], place: int, column: int, heads: tuple[str, ...]) -> int:
    last = place + 1
    while last < len(rows) and _continues_above(rows, last, column, heads):
        last += 1
    return last - place


def _width(row: Row, column: int, heads: tuple[str, ...], widest: int) -> int:
    if not heads:
        return widest - column if column == len(row.cells) - 1 else 1
    last = column + 1
    while last < len(row.cells) and _continues_before(row, last, heads):
        last += 1
    return last - column


def _continues_above(rows: tuple[Row, ...], place: int, column: int, heads: tuple[str, ...]) -> bool:
    """The first column and the last, below a cell of the same table page."""
    above = place and not rows[place - 1].header and not rows[place].header
    if not above or not heads or rows[place].cells[column] or rows[place].cells[0]:
        return False
    return column in (0, len(heads) - 1) and heads[column] != TO_BE_FILLED_IN


def _continues_before(row: Row, column: int, heads: tuple[str, ...]) -> bool:
    """What follows the words of a whole row: 总计, 业绩评审得分, 工作人员."""
    return bool(
        heads and column and row.cells[0] and not row.cells[column] and heads[column] != TO_BE_FILLED_IN
    )


@cache
def source() -> SourceText:
    """The text of the current edition."""
    return load_source(_folder() / "source.txt", _folder() / "source.tables.yaml")


@cache
def citing_rules() -> Mapping[str, tuple[RuleText, ...]]:
    """The rules that quote a paragraph or row, by its anchor, in the order of the catalogue."""
    cited: dict[str, tuple[RuleText, ...]] = {}
    for rule in CURRENT.catalogue.rules.values():
        if anchor := anchor_of(rule):
            cited[anchor] = (*cited.get(anchor, ()), rule)
    return cited


def anchor_of(rule: RuleText) -> str:
    """The place in the text where the words of ``rule`` begin; "" for a rule of the platform."""
    return source().find(rule.quote, rule.clause) or "" if rule.quote else ""


@official.app_template_global()
@cache
def places_named(words: str) -> Mapping[str, str]:
    """The annexes and forms that words of the text name (附件2, 评审委员会成员表), with their anchors."""
    return {name: anchor for name, anchor in _headings().items() if name in words}


@cache
def _headings() -> Mapping[str, str]:
    """The headings within annexes as sentences name them: without the issuer before and the remark behind."""
    headed = (
        (ISSUER.sub("", paragraph.text), paragraph.anchor)
        for section in source().sections
        if section.anchor.startswith("a-") and section.level == 1
        for paragraph in section.paragraphs
        if paragraph.kind is Kind.HEADING
    )
    return dict(headed)


def titles_of(clause: str) -> tuple[str, ...]:
    """The titles of the sections of the text in which ``clause`` stands, the outer first."""
    return tuple(each.title for each in source().sections if clause.startswith(each.number))


def _folder() -> Path:
    return Path(str(files(f"core.rulebook.{CURRENT.id}")))
