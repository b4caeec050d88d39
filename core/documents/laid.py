"""A paper as the templates take it: plain data, with every table worked out cell by cell."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, time
from typing import Any, Final
from unicodedata import east_asian_width

from core.documents.paper import Block, Cell, Item, Paper, Table, dated_words, plain

WIDE: Final = frozenset("WF")
TITLE_SIZES: Final = ((22, 20), (18, 24))
"""Of the title: 二号 and 小二号 in points, and how many Chinese characters fit on a line of it."""


def moment(paper: Paper) -> datetime:
    """When its properties say that it was made: at the beginning of its own day, never of today."""
    return datetime.combine(paper.dated, time(), UTC)


def laid(paper: Paper) -> dict[str, Any]:
    """What a template is given of ``paper``."""
    lines = plain(paper.title).split("\n")
    size, most = _title_size(lines)
    return {
        "title": "\n".join(each for line in lines for each in _balanced(line, most)),
        "title_size": size,
        "name": paper.one_line,
        "subtitle": plain(paper.subtitle),
        "issuer": plain(paper.issuer),
        "draft": paper.draft,
        "year": paper.dated.year,
        "month": paper.dated.month,
        "day": paper.dated.day,
        "blocks": [_block(each) for each in paper.numbered()],
    }


def _title_size(lines: list[str]) -> tuple[int, int]:
    """The largest size in which every line of a title fits, else the smallest."""
    widest = max(map(_width, lines))
    return next((each for each in TITLE_SIZES if widest <= each[1]), TITLE_SIZES[-1])


def _balanced(line: str, most: int) -> list[str]:
    """A line that is too long for its size in parts of one length: no character stands alone below."""
    parts = -(-_width(line) // most) or 1
    length = -(-len(line) // parts) or 1
    return [line[place : place + length] for place in range(0, len(line), length)] or [""]


def _width(line: str) -> int:
    """How wide it is, in Chinese characters."""
    return -(-sum(2 if east_asian_width(each) in WIDE else 1 for each in line) // 2)


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        return _table(block)
    said = {
        name: value
        if isinstance(value, bool | int)
        else dated_words(value)
        if name == "day"
        else _plain(value)
        for name, value in ((each.name, getattr(block, each.name)) for each in fields(block))
    }
    if isinstance(block, Item):
        return {"kind": "text", "indented": True, "words": said["words"]}
    return {"kind": block.__class__.__name__.lower(), **said}


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return plain(value) if isinstance(value, str) else list(map(plain, value))


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "title": plain(table.title),
        "widths": list(table.widths),
        "heads": table.heads,
        "rows": [list(map(_cell, cells)) for cells in table.rows],
        "grid": _grid(table),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "words": plain(cell.words),
        "rows": cell.rows,
        "columns": cell.columns,
        "centred": cell.centred,
        "signed": [plain(each) for each in cell.signed],
    }


def _grid(table: Table) -> list[list[dict[str, Any]]]:
    """The rows with a cell wherever one stands or reaches down to, as Word wants them.

    ``merge`` is "restart" for a cell that reaches further down, "continue" below it, "" for any other;
    ``width`` is its share of the widths.
    """
    reaching: dict[int, tuple[Cell, int]] = {}  # by the column where it begins: the cell, rows still to come
    rows = []
    for cells in table.rows:
        given, found, column = iter(cells), [], 0
        while column < len(table.widths):
            above, left = reaching.get(column, (None, 0))
            cell = above if above and left else next(given)
            width = sum(table.widths[column : column + cell.columns])
            merge = "continue" if above and left else "restart" if cell.rows > 1 else ""
            shown = _cell(Cell("", columns=cell.columns) if merge == "continue" else cell)
            found.append({**shown, "merge": merge, "width": width})
            reaching[column] = cell, (left if merge == "continue" else cell.rows) - 1
            column += cell.columns
        rows.append(found)
    return rows
