"""What a plan does otherwise than the provincial reference, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from core.documents.paper import Cell, Row, Table, table
from core.rulebook.departure import Departure

NONE = "本方案没有偏离省级参考的内容。"


def short_table(departures: Sequence[Departure]) -> Table:
    """The departures with their reasons."""
    return table("", (6, 7, 7), ("内容", "省级参考", "本方案"), _short(departures))


def _short(departures: Sequence[Departure]) -> Iterator[Row]:
    for heading, rows in groupby(departures, lambda each: each.heading):
        yield (Cell(heading, columns=3, centred=True),)
        for each in rows:
            yield from _reasoned(each)


def full_table(departures: Sequence[Departure]) -> Table:
    """The same with which way each departs, how far that place is open, and the clause."""
    heads = ("内容", "省级参考", "本方案", "性质", "条款")
    return table("", (6, 7, 7, 2, 4), heads, (row for each in departures for row in _full(each)))


def _full(each: Departure) -> Iterator[Row]:
    yield from _reasoned(each, Cell(each.direction.zh, centred=True), Cell(each.clause or "—"))


def _reasoned(each: Departure, *more: Cell) -> Iterator[Row]:
    """A departure, and across below it why: most have no reason, and a long one needs the width."""
    stated = (Cell(each.reference or "—"), Cell(_plan(each)), *more)
    yield Cell(each.place, rows=2 if each.reason else 1), *stated
    if each.reason:
        yield (Cell(f"理由：{each.reason}", columns=len(stated)),)


def _plan(each: Departure) -> str:
    return "\n".join(filter(None, (each.plan, f"（{each.difference}）" if each.difference else ""))) or "—"
