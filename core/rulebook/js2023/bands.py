"""附件3 评判方式: bands that leave no score without a band, and grades that stand for points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice, pairwise

from core.domain.bands import Span, spans, uneven
from core.domain.plan import Band, Grade, PlanDraft, Rubric, RubricItem, RubricModule, RubricPart
from core.domain.values import blank, entries, or_empty
from core.domain.wording import number_words as points
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import coded, listed, written
from core.rulebook.js2023.rubric import BALLOT, FORM, GRADED, NEEDS, filled, module_name, modules, named

checks = Checks()

SHOWN = 3
BAND_KEYS = "写明各档的最低分（min）、最高分（max）和评判方式（text）。"


@checks.rule("JS-A3-bands-cover", needs=NEEDS)
def bands_tile(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """9~10分: every score from 0 to the maximum lies in exactly one band, at the plan's step (AMB-32)."""
    step = or_empty(plan.rubric, Rubric).score_step
    if not isinstance(step, Decimal):
        step = given.template.number("/rubric/score_step")
    if step <= 0:
        yield Violation(
            "/rubric/score_step",
            f"评分最小单位为 {points(step)} 分，应当大于 0。改为 1 分或 0.5 分。",
        )
        return
    for path, module in modules(plan):
        for place, item in filled(module.items, RubricItem):
            yield from _item_bands(f"{path}/items/{place}", module, item, step)


def _item_bands(path: str, module: RubricModule, item: RubricItem, step: Decimal) -> Iterator[Violation]:
    parts = filled(item.parts, RubricPart)
    if not blank(item.bands):
        yield from _tiling(path, item, step)
    elif not parts and blank(item.grades) and module.form not in (GRADED, BALLOT):
        yield Violation(f"{path}/bands", f"{named(item)}没有档位（bands）。{BAND_KEYS}")
    for place, part in parts:
        if not blank(part.bands):
            yield from _tiling(f"{path}/parts/{place}", part, step)
        elif module.form != BALLOT:
            yield Violation(
                f"{path}/parts/{place}/bands",
                f"{named(part)}没有档位（bands）。{BAND_KEYS}",
            )


def _tiling(path: str, part: RubricItem | RubricPart, step: Decimal) -> Iterator[Violation]:
    """What keeps the bands of ``part`` from tiling 0, step, … max. Without a maximum another rule speaks."""
    top = part.max
    if not isinstance(top, Decimal):
        return
    if top < 0 or top % step:
        yield Violation(
            f"{path}/max",
            f"{named(part)}配分 {points(top)} 分，应当不小于 0，且是评分最小单位 {points(step)} 分的整数倍。"
            "调整配分或评分最小单位。",
        )
        return
    faults = list(_broken(path, part, top))
    yield from faults or _gaps(path, part, top, step)


def _broken(path: str, part: RubricItem | RubricPart, top: Decimal) -> Iterator[Violation]:
    """The bands that are none: without a bound, upside down, or reaching outside 0 to ``top``."""
    for place, band in entries(part.bands, Band):
        low, high = band.min, band.max
        if not isinstance(low, Decimal) or not isinstance(high, Decimal):
            fact = "没有写明最低分（min）或最高分（max）"
        elif low > high:
            fact = f"最低分 {points(low)} 分高于最高分 {points(high)} 分"
        elif low < 0 or high > top:
            fact = f"为 {points(low)}~{points(high)} 分，超出 0~{points(top)} 分的范围"
        else:
            continue
        yield Violation(f"{path}/bands/{place}", f"{named(part)}第 {place + 1} 档{fact}。改写这一档的分数。")


def _gaps(path: str, part: RubricItem | RubricPart, top: Decimal, step: Decimal) -> Iterator[Violation]:
    holes, shared = uneven(spans(part.bands, step), int(top // step))
    faults: list[str] = []
    if holes:
        faults.append(f"{_scores(holes, step)}不属于任何档位")
    if shared:
        faults.append(f"{_scores(shared, step)}同属几个档位")
    if faults:
        yield Violation(
            f"{path}/bands",
            f"{named(part)}以 {points(step)} 分为最小单位，{'，'.join(faults)}。"
            f"各档从 0 分到 {points(top)} 分应当不重不漏，调整各档的最低分、最高分。",
        )


def _scores(runs: Iterable[Span], step: Decimal) -> str:
    """4.5、8.5 分: the scores by number, at most three of them."""
    scores = list(islice(chain.from_iterable(range(first, last + 1) for first, last in runs), SHOWN + 1))
    shown = "、".join(points(score * step) for score in scores[:SHOWN])
    return f"{shown} 等分数" if len(scores) > SHOWN else f"{shown} 分"


@checks.rule("JS-A2-overall-form-free", needs=NEEDS)
def grades_convert(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """评价形式由企业自主决定: graded items convert to points, from the item's maximum downwards (AMB-29)."""
    for path, module in modules(plan):
        for place, item in filled(module.items, RubricItem):
            fault = _grading_fault(module, item)
            if fault:
                yield Violation(f"{path}/items/{place}/grades", f"{named(item)}{fault}")


def _grading_fault(module: RubricModule, item: RubricItem) -> str:
    """What is wrong with how ``item`` is graded, "" when nothing is."""
    if not blank(item.grades):
        if module.form != GRADED:
            return f"采用等第，{module_name(module)}的评价形式不是等第制。" + (
                written(FORM, module.form)
                or f"将评价形式（form）写为{coded(FORM, GRADED)}，或改用档位（bands）。"
            )
        return _conversion_fault(item)
    if module.form == GRADED and blank(item.bands) and blank(item.parts):
        return "没有等第（grades）。评价形式为等第制的，每个细项写明等第（grade）和换算分（points）。"
    return ""


def _conversion_fault(item: RubricItem) -> str:
    """What is wrong with the points of the grades. Without a maximum another rule speaks."""
    stated = [grade.points for _, grade in entries(item.grades, Grade)]
    awarded = [each for each in stated if isinstance(each, Decimal)]
    if len(awarded) < len(stated):
        return "有等第没有写明换算分。逐个等第写明换算分（points）。"
    if not isinstance(item.max, Decimal):
        return ""
    if awarded[0] == item.max and awarded[-1] >= 0 and all(high > low for high, low in pairwise(awarded)):
        return ""
    return (
        f"各等第的换算分为 {listed(map(points, awarded))} 分，应当从配分 {points(item.max)} 分起逐级递减，"
        "最低不小于 0 分。改写换算分。"
    )
