"""五（二）: what a city demands of its enterprises beyond the province, only ever more (AMB-53)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.records import pointer, specs
from core.domain.values import blank, entries
from core.domain.wording import BETWEEN, number_words
from core.rulebook.engine import RuleChecks, Violation
from core.rulebook.given import CityGiven
from core.rulebook.js2023.parts import WORDS, listed
from core.rulebook.template import Leaf, Lock, Template, Value

checks: RuleChecks[CityRequirements, CityGiven] = RuleChecks()

TEXTS = ("workflow", "review_standards", "supporting_measures")
LADDERS = (
    ("attending", "all_members"),
    ("associate_senior", "full_senior"),
    ("senior_technician", "special_technician", "chief_technician"),
)
"""Words of the template of which a later one asks for more."""


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
                f"{_called(given.template, leaf)}（{leaf.clause}）{demand}",
            )


def _called(template: Template, leaf: Leaf) -> str:
    """高级技师 · 年限: a value by its own label and that of the group it stands in."""
    group = template.groups.get(leaf.path.rpartition("/")[0])
    return BETWEEN.join(each.label for each in (group, leaf) if each and each.label)


def _demand(leaf: Leaf, value: object) -> str:
    """What is wrong with a city's ``value`` for ``leaf``; "" when it may stand."""
    if blank(value):
        return "没有填写设区市规定。填写数值，或删去这一行。"
    own = _as_value(value)
    province, city = _shown(leaf, leaf.value), _shown(leaf, own)
    if leaf.lock is Lock.LOCKED:
        return "" if own == leaf.value else f"由省级锁定为{province}，设区市不能改动。删去这一行。"
    if leaf.lock is not Lock.BOUNDED:
        return ""
    verdict = _at_least_as_strict(leaf, own)
    if verdict is None:
        return f"省级规定为{province}，设区市规定为{city}，无法比较。按省级规定的写法填写。"
    if verdict:
        return ""
    return f"省级规定为{province}，设区市规定为{city}，只可加严。改为与省级相同或更严的规定。"


def _at_least_as_strict(leaf: Leaf, own: Value) -> bool | None:
    """Whether ``own`` asks no less than ``leaf``; None when the two cannot be compared."""
    match leaf.value, own:
        case (bool(), _) | (_, bool()):
            return own is leaf.value if type(own) is bool and type(leaf.value) is bool else None
        case int() | Decimal(), int() | Decimal():
            return not (leaf.minimum is not None and own < leaf.minimum) and not (
                leaf.maximum is not None and own > leaf.maximum
            )
        case (int(), int()) as share, (int(over), int(under)):
            return Fraction(over, under) >= Fraction(*share) if 0 < over <= under else None
        case tuple() as allowed, tuple():
            return len(own) > 0 and set(own) <= set(allowed)
        case str() as stated, str():
            return _higher(stated, own)
        case _:
            return None


def _higher(stated: str, own: str) -> bool | None:
    """Month-days: no later. Words of a ladder: no lower. Other words of the province stay as they are."""
    if _is_month_day(stated):
        return own <= stated if _is_month_day(own) else None
    ladder = next((each for each in LADDERS if stated in each), (stated,))
    return own in ladder[ladder.index(stated) :]


def _is_month_day(text: str) -> bool:
    month, _, day = text.partition("-")
    return len(text) == 5 and month.isdecimal() and day.isdecimal()


def _as_value(value: object) -> Value:
    """A city's value in the types of the template: open data holds numbers as ``Decimal``."""
    if isinstance(value, tuple):
        return tuple(each for one in value if not isinstance(each := _as_value(one), tuple))
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value if isinstance(value, (str, bool, int, Decimal)) else str(value)


def _shown(leaf: Leaf, value: Value) -> str:
    """A value in words, to follow 为: numbers after a space, other words in quotes."""
    match value:
        case bool():
            return "是" if value else "否"
        case (int(over), int(under)):
            return f" {over}/{under}"
        case tuple():
            return listed(_word(leaf, str(each)) for each in value)
        case int() | Decimal():
            return f" {number_words(value)} {leaf.unit}".rstrip()
        case str() if _is_month_day(value):
            month, _, day = value.partition("-")
            return f" {int(month)}月{int(day)}日"
        case _:
            return f"“{_word(leaf, value)}”"


def _word(leaf: Leaf, code: str) -> str:
    """The word for a code at the place of ``leaf``, or of the persons that it speaks of."""
    key = leaf.path.rpartition("/")[2].removesuffix("_min")
    for place in (leaf.path.strip("/").replace("/", "."), f"organisation.committee.members.{key}"):
        if (word := WORDS.word(place, code)) != code:
            return word
    return code
