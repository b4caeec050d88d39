"""A paper as the templates take it: plain data, with every table worked out cell by cell."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, time
from typing import Any

from core.documents.paper import Block, Cell, Item, Paper, Table, dated_words, plain


def moment(paper: Paper) -> datetime:
    """When its properties say that it was made: at the beginning of its own day, never of today."""
    return datetime.combine(paper.dated, time(), UTC)


def laid(paper: Paper) -> dict[str, Any]:
    """What a template is given of ``paper``."""
    return {
        "title": plain(paper.title),
        "subtitle": plain(paper.subtitle),
        "issuer": plain(paper.issuer),
        "draft": paper.draft,
        "year": paper.dated.year,
        "month": paper.dated.month,
        "day": paper.dated.day,
        "blocks": [_block(each) for each in paper.numbered()],
    }


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
