"""评分表 as annex 3 prints them: the summary, and a sheet for each module with a column for the scores."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.documents.paper import Block, Cell, Heading, Note, Row, Table, head
from core.documents.told import Told, points, range_words
from core.domain.plan import Band, Grade, Rubric, RubricItem, RubricModule, RubricPart
from core.domain.values import blank, entries

SUMMARY = (3, 9, 3, 3)
SHEET = (4, 11, 3, 2)


def score_sheets(rubric: Rubric, told: Told) -> Iterator[Block]:
    """The sheets of a rubric."""
    modules = [each for _, each in entries(rubric.modules, RubricModule)]
    yield Heading("首席技师评审评分汇总表", 2)
    yield Table("", SUMMARY, (head("模块", "评价项目", "配分", "合计"), *_summary(modules, told)))
    if words := told.sentence(rubric, "rubric", "deviation_reason"):
        yield Note(f"注：{words}")
    for module in modules:
        name = _name(module, told)
        yield Heading(f"首席技师{name}评分表", 2)
        yield Table("", SHEET, (head("评分细项", "评判方式", "配分", "得分"), *_sheet(module, name, told)))
        if words := told.sentence(module, "rubric.modules", "name", "code", "weight"):
            yield Note(f"注：{words}")
        if not blank(module.conversion):
            yield Note(f"换算表：{told.open(module.conversion)}")


def _summary(modules: list[RubricModule], told: Told) -> Iterator[Row]:
    for module in modules:
        items = [each for _, each in entries(module.items, RubricItem)] or [RubricItem()]
        name, weight = _name(module, told), points(module.weight) or "未写"
        for place, item in enumerate(items):
            middle = (Cell(_name(item, told)), Cell(points(item.max), centred=True))
            if place:
                yield middle
            else:
                yield (
                    Cell(name, rows=len(items), centred=True),
                    *middle,
                    Cell(weight, rows=len(items), centred=True),
                )
    total = sum((each.weight or Decimal(0) for each in modules), Decimal(0))
    yield Cell("总计", columns=3, centred=True), Cell(points(total), centred=True)


def _sheet(module: RubricModule, name: str, told: Told) -> Iterator[Row]:
    for _, item in entries(module.items, RubricItem):
        rows = list(_of_item(item, told)) or [_blank_row()]
        yield Cell(_lead(item, told), rows=len(rows), centred=True), *rows[0]
        yield from rows[1:]
    yield Cell(f"{name}得分", columns=3, centred=True), Cell("")


def _lead(item: RubricItem, told: Told) -> str:
    """The item with its points and what is asked of it."""
    asked = [
        words
        for flag, words in ((item.evidence_required, "须有佐证"), (item.external_verification, "须经核实"))
        if flag
    ]
    return "\n".join((_name(item, told), f"（{points(item.max) or '?'}分）", *asked))


def _of_item(item: RubricItem, told: Told) -> Iterator[Row]:
    """The rows beside an item: those of each part below its name, then its own bands or grades."""
    for _, part in entries(item.parts, RubricPart):
        yield (Cell(f"{_name(part, told)}（{points(part.max) or '?'}分）", columns=3),)
        yield from _judged(part)
    yield from _judged(item)


def _judged(of: RubricItem | RubricPart) -> Iterator[Row]:
    for _, band in entries(of.bands, Band):
        yield Cell(str(band.text or "")), Cell(range_words(band), centred=True), Cell("")
    if isinstance(of, RubricItem):
        for _, grade in entries(of.grades, Grade):
            yield (
                Cell(str(grade.grade or "")),
                Cell(f"{points(grade.points) or '?'}分", centred=True),
                Cell(""),
            )


def _blank_row() -> Row:
    return Cell(""), Cell(""), Cell("")


def _name(of: RubricModule | RubricItem | RubricPart, told: Told) -> str:
    """What it is called; else the word for its code."""
    return str(of.name or "") or told.word("rubric.modules.code", str(of.code or ""))
