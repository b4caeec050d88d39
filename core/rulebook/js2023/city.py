"""五（二）: what a city demands of its enterprises beyond the province, only ever more (AMB-53)."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.records import pointer, specs
from core.domain.values import blank, entries
from core.rulebook.engine import RuleChecks, Violation
from core.rulebook.given import CityGiven
from core.rulebook.js2023.parts import WORDS, listed
from core.rulebook.template import Leaf, Lock
from core.rulebook.tightening import as_value, at_least_as_strict, called, shown

checks: RuleChecks[CityRequirements, CityGiven] = RuleChecks()

TEXTS = ("workflow", "review_standards", "supporting_measures")


@checks.rule("JS-5.2-local-specific-requirements")
def requirements_are_set(requirements: CityRequirements, _: CityGiven) -> Iterator[Violation]:
    """各地要对工作流程、评审标准和配套措施提出具体要求: each of the three in words."""
    missing = [name for name in TEXTS if blank(getattr(requirements, name))]
    if missing:
        words = listed(specs(CityRequirements)[name].zh for name in missing)
        yield Violation(
            pointer(missing[0]),
            f"没有填写{words}。各地要对工作流程、评审标准和配套措施提出具体要求，补充后保存。",
        )


@checks.rule("PF-tighten-only")
def only_stricter(requirements: CityRequirements, given: CityGiven) -> Iterator[Violation]:
    """设区市…规定的年限、比例、人数、天数只可严于省级规定: each value is at least the province's."""
    for place, setting in entries(requirements.settings, CitySetting):
        leaf = given.template.leaves.get(str(setting.path or ""))
        if leaf is None:
            yield Violation(
                pointer("settings", place, "path"),
                f"省级模板没有“{setting.path or ''}”这一项。从模板条目中选择。",
            )
        elif demand := _demand(leaf, setting.value):
            yield Violation(
                pointer("settings", place, "value"),
                f"{called(given.template, leaf)}（{leaf.clause}）{demand}",
            )


def _demand(leaf: Leaf, value: object) -> str:
    """What is wrong with a city's ``value`` for ``leaf``; "" when it may stand."""
    if blank(value):
        return "没有填写设区市规定。填写数值，或删去这一行。"
    own = as_value(value)
    province, city = shown(leaf, leaf.value, WORDS), shown(leaf, own, WORDS)
    if leaf.lock is Lock.LOCKED:
        return "" if own == leaf.value else f"由省级锁定为{province}，设区市不能改动。删去这一行。"
    if leaf.lock is not Lock.BOUNDED:
        return ""
    verdict = at_least_as_strict(leaf, own)
    if verdict is None:
        return f"省级规定为{province}，设区市规定为{city}，无法比较。按省级规定的写法填写。"
    if verdict:
        return ""
    return f"省级规定为{province}，设区市规定为{city}，只可加严。改为与省级相同或更严的规定。"
