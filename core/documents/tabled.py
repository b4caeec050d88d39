"""A table worked out cell by cell, and where a page may break it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from core.documents.paper import Cell, Table, ems, plain

ACROSS: Final = 42
"""Chinese characters across a table."""
PAGE: Final = 30
"""Lines that surely stand on one page: 39 fit, of which a head and words that wrap early take some."""
STAMP: Final = 7
"""Lines of the room for a stamp."""
PADDING: Final = 0.6
"""Of a row above and below its words, in lines."""


def tabled(table: Table) -> dict[str, Any]:
    """What a template is given of ``table``.

    A row has the ``cells`` that begin in it or reach through it. It is ``whole`` where a page holds it,
    ``together`` where a page holds all rows that cells tie to it, ``tied`` where the next one is of these.
    """
    grid = _grid(table)
    heights = [_height(cells, sum(table.widths)) for cells in grid]
    rows = []
    for first, last in _tied(grid):
        together = sum(heights[first : last + 1]) <= PAGE
        rows += [
            {
                "cells": grid[place],
                "whole": heights[place] <= PAGE,
                "together": together,
                "tied": place < table.heads or (together and place < last),
            }
            for place in range(first, last + 1)
        ]
    return {
        "kind": "table",
        "title": plain(table.title),
        "widths": list(table.widths),
        "heads": table.heads,
        "rows": rows,
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


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "words": plain(cell.words),
        "rows": cell.rows,
        "columns": cell.columns,
        "centred": cell.centred,
        "signed": [plain(each) for each in cell.signed],
    }


def _height(cells: Sequence[dict[str, Any]], whole: int) -> float:
    """How many lines a row takes by its own cells; one that reaches further down has room there."""
    own = [each for each in cells if not each["merge"]]
    return PADDING + max((_lines(each, ACROSS * each["width"] // whole - 1) for each in own), default=1)


def _lines(cell: dict[str, Any], length: int) -> int:
    """How many lines a cell takes that has ``length`` Chinese characters on each."""
    words = sum(max(1, -(-ems(line) // max(1, length))) for line in cell["words"].split("\n"))
    return words + (STAMP + len(cell["signed"]) if cell["signed"] else 0)


def _tied(grid: Sequence[Sequence[dict[str, Any]]]) -> Iterator[tuple[int, int]]:
    """The first and the last of the rows that cells reaching down tie to one another."""
    first = 0
    for last, below in enumerate((*grid[1:], ())):
        if not any(each["merge"] == "continue" for each in below):
            yield first, last
            first = last + 1
