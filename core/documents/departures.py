"""What a plan does otherwise than the provincial reference, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from core.documents.paper import Cell, Row, Table, table
from core.rulebook.departure import Departure

NONE = "本方案没有偏离省级参考的内容。"


def short_table(departures: Sequence[Departure]) -> Table:
    """The departures with their reasons."""
    return table("", (5, 5, 5, 6), ("内容", "省级参考", "本方案", "理由"), _short(departures))


def _short(departures: Sequence[Departure]) -> Iterator[Row]:
    for heading, rows in groupby(departures, lambda each: each.heading):
        yield (Cell(heading, columns=4, centred=True),)
        for each in rows:
            yield Cell(each.place), Cell(each.reference or "—"), Cell(_plan(each)), Cell(each.reason or "—")


def full_table(departures: Sequence[Departure]) -> Table:
    """The same with which way each departs, how far that place is open, and the clause."""
    heads = ("内容", "省级参考", "本方案", "性质", "条款", "理由")
    return table("", (6, 5, 5, 2, 3, 5), heads, (_full(each) for each in departures))


def _full(each: Departure) -> Row:
    return (
        Cell(each.place),
        Cell(each.reference or "—"),
        Cell(_plan(each)),
        Cell(each.direction.zh, centred=True),
        Cell(each.clause or "—"),
        Cell(each.reason or "—"),
    )


def _plan(each: Departure) -> str:
    return "\n".join(filter(None, (each.plan, f"（{each.difference}）" if each.difference else ""))) or "—"
