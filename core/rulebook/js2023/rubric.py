"""附件3 评分表: the three modules, their points and items, and what 附件2 wants them to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

from core.domain.plan import PlanDraft, Rubric, RubricItem, RubricModule, RubricPart
from core.domain.values import Many, Number, blank, entries, or_empty
from core.domain.wording import number_words as points
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import WORDS, coded, listed, written

checks = Checks()

ACHIEVEMENT, INTERVIEW, OVERALL = "achievement", "interview", "overall"
MODULES = {code: WORDS.word("rubric.modules.code", code) for code in (ACHIEVEMENT, INTERVIEW, OVERALL)}
GRADED, BALLOT = "graded", "ballot"

CODE, FORM = "rubric.modules.code", "rubric.modules.form"
FOCUS, FACTORS = "rubric.modules.items.focus", "rubric.modules.factors"
NEEDS = ("rubric",)
T = TypeVar("T")
ZERO = Decimal(0)


def modules(plan: PlanDraft) -> Iterator[tuple[str, RubricModule]]:
    """The rubric's modules, each with its path."""
    for place, module in entries(or_empty(plan.rubric, Rubric).modules, RubricModule):
        yield f"/rubric/modules/{place}", module


def filled(many: Many[T], kind: type[T]) -> tuple[tuple[int, T], ...]:
    """The entries of a list with their places; none where the list says nothing (blank)."""
    return () if blank(many) else tuple(entries(many, kind))


def module_name(module: RubricModule) -> str:
    """How a message calls a module: by its official name, or by what the plan calls it."""
    return MODULES.get(module.code or "") or module.name or f"模块“{module.code or ''}”"


def named(part: RubricItem | RubricPart) -> str:
    """How a message calls an item or a part."""
    return f"“{part.name or part.code or '未命名'}”"


def _stated(numbers: Iterable[Number]) -> list[Decimal]:
    return [each for each in numbers if isinstance(each, Decimal)]


@checks.rule("JS-A3-three-modules", needs=NEEDS)
def three_modules(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """需进行业绩评价、面试答辩、综合评价三个模块评判: each once, each with points (AMB-31)."""
    seen: dict[str, None] = {}
    for path, module in modules(plan):
        code = module.code or ""
        if code not in MODULES or code in seen:
            fact = f"“{code}”出现不止一次" if code in seen else f"“{code}”不属于{listed(MODULES.values())}"
            yield Violation(
                f"{path}/code",
                written(CODE, code) or f"模块代码{fact}。三个模块各设一个，改正代码，或删去多余的模块。",
            )
        seen[code] = None
        if not isinstance(module.weight, Decimal) or module.weight <= 0:
            fact = (
                f"配分为 {points(module.weight)} 分"
                if isinstance(module.weight, Decimal)
                else "没有写明配分（weight）"
            )
            yield Violation(
                f"{path}/weight", f"{module_name(module)}{fact}。每个模块的配分应当大于 0，改写配分。"
            )
    lacking = [code for code in MODULES if code not in seen]
    missing = [MODULES[code] for code in lacking]
    if lacking:
        yield Violation(
            "/rubric/modules",
            f"评分标准中没有{listed(missing)}模块。"
            "业绩评审需进行业绩评价、面试答辩、综合评价三个模块评判。"
            + (written(CODE, *seen) or f"补齐{coded(CODE, *lacking)}模块。"),
        )


@checks.rule("JS-A3-total-100", needs=NEEDS)
def total_points(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """总分值为100分: the weights add up to exactly that."""
    weights = [(module_name(module), module.weight) for _, module in modules(plan)]
    total = sum(_stated(weight for _, weight in weights), ZERO)
    wanted = given.template.integer("/scoring/total")
    if total != wanted:
        each = listed(f"{name} {points(weight)}" for name, weight in weights if isinstance(weight, Decimal))
        step = f"增加 {points(wanted - total)} 分" if total < wanted else f"减少 {points(total - wanted)} 分"
        yield Violation(
            "/rubric/modules",
            f"各模块配分合计 {points(total)} 分（{each or '无'}），总分值应为 {wanted} 分。将合计{step}。",
        )


@checks.rule("JS-A2-achievement-rubric-in-plan", needs=NEEDS)
def achievement_sheet(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """相关评分表格、评分项目应当体现在企业试点工作方案中: the sheet of 业绩评价."""
    return _sheet(plan, ACHIEVEMENT)


@checks.rule("JS-A2-interview-rubric-in-plan", needs=NEEDS)
def interview_sheet(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """进行现场问答，相关评分表格、评分项目应当体现在企业试点工作方案中: the sheet of 面试答辩."""
    return _sheet(plan, INTERVIEW)


def _sheet(plan: PlanDraft, code: str) -> Iterator[Violation]:
    for path, module in modules(plan):
        if module.code == code and blank(module.items):
            yield Violation(
                f"{path}/items",
                f"{MODULES[code]}没有评分细项（items）。评分表格、评分项目应当体现在方案中，"
                "列出评分细项、配分（max）和档位（bands）。",
            )


@checks.rule("JS-A3-items-sum", needs=NEEDS)
def items_add_up(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """三个模块成绩之和计为总分, so items add up to their module and parts to their item (AMB-30, AMB-33)."""
    for path, module in modules(plan):
        items = filled(module.items, RubricItem)
        if items:
            yield from _module_adds_up(path, module, items)
        elif module.code == OVERALL and module.form != BALLOT:
            yield Violation(
                f"{path}/items",
                "综合评价没有评分细项，无法核对配分。列出评分细项（items）和配分（max）；"
                f"以表决形式评价的，将评价形式（form）写为{coded(FORM, BALLOT)}。",
            )


def _module_adds_up(
    path: str, module: RubricModule, items: tuple[tuple[int, RubricItem], ...]
) -> Iterator[Violation]:
    wanted, zh = (module.max, "折算前满分") if module.rescale is True else (module.weight, "配分")
    if module.rescale is True and not (isinstance(wanted, Decimal) and wanted > 0):
        yield Violation(
            f"{path}/max",
            f"{module_name(module)}折算计分，但没有写明大于 0 的折算前满分。补写折算前满分（max）。",
        )
        wanted = None
    yield from _adds_up(f"{path}/items", f"{module_name(module)}各细项", items, wanted, zh)
    for place, item in items:
        parts = filled(item.parts, RubricPart)
        if parts:
            yield from _adds_up(
                f"{path}/items/{place}/parts", f"{named(item)}各组成部分", parts, item.max, "配分"
            )


def _adds_up(
    path: str, whole: str, parts: Iterable[tuple[int, RubricItem | RubricPart]], wanted: Number, zh: str
) -> Iterator[Violation]:
    """Whether the maxima of ``parts`` are all there and add up to ``wanted``, if that is stated."""
    total = ZERO
    complete = True
    for place, part in parts:
        if isinstance(part.max, Decimal):
            total += part.max
        else:
            complete = False
            yield Violation(f"{path}/{place}/max", f"{named(part)}没有写明配分。补写配分（max）。")
    if complete and isinstance(wanted, Decimal) and total != wanted:
        yield Violation(
            path,
            f"{whole}的配分合计 {points(total)} 分，{zh}为 {points(wanted)} 分，"
            f"相差 {points(abs(total - wanted))} 分。调整配分，使两者相等。",
        )


@checks.rule("JS-A3-weights-reference", needs=NEEDS)
def weights_near_reference(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """各模块权重可参考下表: more than ten points away from it needs a reason (AMB-31)."""
    most = given.template.number("/scoring/weight_deviation")
    for path, module in modules(plan):
        if module.code not in MODULES or not isinstance(module.weight, Decimal):
            continue
        reference = given.template.number(f"/rubric/modules/{module.code}/weight")
        away = abs(module.weight - reference)
        if away > most:
            yield Violation(
                f"{path}/weight",
                f"{module_name(module)}配分 {points(module.weight)} 分，参考配分 {points(reference)} 分，"
                f"相差 {points(away)} 分，超过 {points(most)} 分。"
                "在评分标准的偏离理由（deviation_reason）中说明原因，或调整配分。",
                or_empty(plan.rubric, Rubric).deviation_reason,
            )


@checks.rule("JS-A2-performance-focus", needs=NEEDS)
def achievement_focus(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """主要考核申报人所取得的工作成果，解决的技术或工艺难题，产生的经济和社会效益: by the items together."""
    asked = given.template.words("/routes/performance/focus")
    for path, module in modules(plan):
        items = filled(module.items, RubricItem)
        if module.code != ACHIEVEMENT or not items:
            continue
        covered = {tag: None for _, item in items for tag in item.focus or ()}
        lacking = [tag for tag in asked if tag not in covered]
        missing = [WORDS.word(FOCUS, tag) for tag in lacking]
        if missing:
            yield Violation(
                f"{path}/items",
                f"业绩评价各细项的考核重点没有涵盖{listed(missing)}。业绩评价主要考核工作成果、解决的难题、产生的效益，"
                + (
                    written(FOCUS, *covered)
                    or f"在相应细项的考核重点（focus）中补齐{coded(FOCUS, *lacking)}，"
                    "或在评分标准的偏离理由（deviation_reason）中说明原因。"
                ),
                or_empty(plan.rubric, Rubric).deviation_reason,
            )


@checks.rule("JS-A2-overall-factors", needs=NEEDS)
def overall_factors(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """综合考虑…经济效益、社会效益以及传技带徒作用等方面因素 (AMB-29)."""
    asked = given.template.words("/rubric/modules/overall/factors")
    for path, module in modules(plan):
        lacking = [factor for factor in asked if factor not in (module.factors or ())]
        missing = [WORDS.word(FACTORS, factor) for factor in lacking]
        if module.code == OVERALL and missing:
            yield Violation(
                f"{path}/factors",
                f"综合评价的考虑因素没有涵盖{listed(missing)}。综合评价应综合考虑经济效益、社会效益以及传技带徒作用。"
                + (
                    written(FACTORS, *(module.factors or ()))
                    or f"在考虑因素（factors）中补齐{coded(FACTORS, *lacking)}。"
                ),
            )
