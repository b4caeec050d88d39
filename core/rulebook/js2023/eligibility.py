"""一（二）评聘对象: what a plan may ask of applicants: more than the province, never less."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.domain.plan import Conditions, DirectRoute, EligibilityPath, Methods, PlanDraft
from core.domain.records import pointer
from core.domain.values import blank, or_empty
from core.domain.wording import number_words as points
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import coded, written

checks = Checks()

PATHS, PRIORITY = "conditions.paths", "methods.direct.priority_conditions"


@checks.rule("JS-1.2-basic-any-of", needs=("conditions",))
def basic_conditions(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """具备以下基本条件之一者可参加首席技师评聘: some may be left out, none added (AMB-53)."""
    known = given.template.children["/conditions/paths"]
    paths = or_empty(plan.conditions, Conditions).paths
    if not paths or blank(paths):
        yield Violation(
            "/conditions/paths",
            f"没有写明任何基本条件，至少需要 1 条。从{coded(PATHS, *known)}中选用，并写明年限（years_min）。",
        )
        return
    for code in paths:
        if code not in known:
            yield Violation(
                pointer("conditions", "paths", code),
                written(PATHS, code)
                or f"基本条件“{code}”不在省定的 {len(known)} 条之内。"
                f"改为{coded(PATHS, *known)}之一，或移到补充条件（extra）。",
            )


@checks.rule("JS-1.2-path-special-2y", needs=("conditions.paths",))
def special_technician_path(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """取得特级技师职业技能等级（技术职务）后，从事相应技术技能工作满2年."""
    yield from _path(plan, given, "special_technician")


@checks.rule("JS-1.2-path-senior-8y", needs=("conditions.paths",))
def senior_technician_path(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """取得高级技师职业资格（职业技能等级）后，…满8年且仍从事本职业（工种）工作."""
    yield from _path(plan, given, "senior_technician")


@checks.rule("JS-1.2-path-professor-4y", needs=("conditions.paths",))
def full_senior_title_path(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """取得与参评职业（工种）相应的正高级职称满4年且仍从事本专业技术领域工作."""
    yield from _path(plan, given, "full_senior_title")


@checks.rule("JS-1.2-priority-basic-and-any-of", needs=("methods",))
def priority_conditions(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """具备基本条件并符合以下条件之一者优先评聘: the plan may narrow the five, never widen them (AMB-14)."""
    known = given.template.codes("/eligibility/priority_conditions/items")
    direct = or_empty(or_empty(plan.methods, Methods).direct, DirectRoute)
    for place, code in enumerate(direct.priority_conditions or ()):
        if code not in known:
            yield Violation(
                pointer("methods", "direct", "priority_conditions", place),
                written(PRIORITY, code)
                or f"第 {place + 1} 项优先条件（{code or '空白'}）不在省定的 {len(known)} 项之内。"
                "只可少选，不可增加。"
                f"删去，或改为{coded(PRIORITY, *known)}之一。",
            )


def _path(plan: PlanDraft, given: Given, code: str) -> Iterator[Violation]:
    """What one path asks below the province; a path that the plan leaves out asks nothing."""
    paths = or_empty(plan.conditions, Conditions).paths
    if not paths or code not in paths:
        return
    path = or_empty(paths[code], EligibilityPath)
    where = pointer("conditions", "paths", code)
    zh, least = given.template.groups[where].label, given.template.integer(f"{where}/years_min")
    years = path.years_min
    if not isinstance(years, Decimal) or years < least:
        stated = f"年限为 {points(years)} 年" if isinstance(years, Decimal) else "没有写明年限（years_min）"
        yield Violation(
            f"{where}/years_min", f"基本条件“{zh}”{stated}，应不少于 {least} 年。改为 {least} 年或更长。"
        )
    if f"{where}/still_engaged" in given.template.leaves and path.still_engaged is not True:
        yield Violation(
            f"{where}/still_engaged",
            f"基本条件“{zh}”没有要求仍从事本职业（专业）工作，省定须仍从事。"
            "将“仍从事本职业”（still_engaged）改为“是”（true）。",
        )
