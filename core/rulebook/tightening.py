"""Which of two values asks for more, and both in words: what a city sets against what the province says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from core.domain.wording import BETWEEN, number_words
from core.rulebook.template import Leaf, Template, Value
from core.rulebook.vocabulary import Vocabulary

LADDERS: Final = (
    ("attending", "all_members"),
    ("associate_senior", "full_senior"),
    ("senior_technician", "special_technician", "chief_technician"),
)
"""Words of the template of which a later one asks for more."""


def from_up(word: str) -> tuple[str, ...]:
    """``word`` and those that ask for more."""
    ladder = next((each for each in LADDERS if word in each), (word,))
    return ladder[ladder.index(word) :]


def called(template: Template, leaf: Leaf) -> str:
    """高级技师 · 年限: a value by its own label and that of the group it stands in, or that group's name."""
    above = leaf.path.rpartition("/")[0]
    group, name = template.groups.get(above), template.leaves.get(f"{above}/name")
    within = (group.label if group else "") or (str(name.value) if name and name is not leaf else "")
    return BETWEEN.join(each for each in (within, leaf.label) if each)


def at_least_as_strict(leaf: Leaf, own: Value) -> bool | None:
    """Whether ``own`` asks no less than ``leaf``; None when the two cannot be compared."""
    if isinstance(leaf.value, tuple) or isinstance(own, tuple):
        return _share_or_list(leaf.value, own)
    if isinstance(leaf.value, bool) or isinstance(own, bool):
        return own is leaf.value if isinstance(leaf.value, bool) and isinstance(own, bool) else None
    if isinstance(leaf.value, str) or isinstance(own, str):
        return _higher(leaf.value, own) if isinstance(leaf.value, str) and isinstance(own, str) else None
    if isinstance(leaf.value, int) and not isinstance(own, int):
        return None  # a fraction of what the province counts in whole numbers
    least, most = leaf.minimum, leaf.maximum
    return not (least is not None and own < least) and not (most is not None and own > most)


def _share_or_list(stated: Value, own: Value) -> bool | None:
    """Shares: no smaller, and no more than the whole. Lists: a part of what the province allows."""
    match stated, own:
        case (int(), int()) as share, (int(over), int(under)):
            return Fraction(over, under) >= Fraction(*share) if 0 < over <= under else None
        case (int(), int()), _:
            return None
        case tuple() as allowed, tuple():
            return len(own) > 0 and set(own) <= set(allowed)
        case _:
            return None


def _higher(stated: str, own: str) -> bool | None:
    """Month-days: no later. Words of a ladder: no lower. Other words of the province stay as they are."""
    if is_month_day(stated):
        return own <= stated if is_month_day(own) else None
    return own in from_up(stated)


def is_month_day(text: str) -> bool:
    """Whether ``text`` is a month and a day of a common year: 12-15."""
    try:
        return len(text) == len("12-15") and bool(date.fromisoformat(f"2023-{text}"))
    except ValueError:
        return False


def as_value(value: object) -> Value:
    """A city's value in the types of the template: open data holds numbers as ``Decimal``."""
    if isinstance(value, tuple):
        return tuple(each for one in value if not isinstance(each := as_value(one), tuple))
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value if isinstance(value, (str, bool, int, Decimal)) else str(value)


def shown(leaf: Leaf, value: Value, words: Vocabulary) -> str:
    """A value in words, to follow 为: numbers after a space, other words in quotes."""
    match value:
        case bool():
            return "是" if value else "否"
        case (int(over), int(under)):
            return f" {over}/{under}"
        case tuple():
            return "、".join(_word(leaf, str(each), words) for each in value)
        case int() | Decimal():
            return f" {number_words(value)} {leaf.unit}".rstrip()
        case str() if is_month_day(value):
            month, _, day = value.partition("-")
            return f" {int(month)}月{int(day)}日"
        case _:
            return f"“{_word(leaf, value, words)}”"


def _word(leaf: Leaf, code: str, words: Vocabulary) -> str:
    """The word for a code at the place of ``leaf``, or of the persons that it speaks of."""
    key = leaf.path.rpartition("/")[2].removesuffix("_min")
    for place in (leaf.path.strip("/").replace("/", "."), f"organisation.committee.members.{key}"):
        if (word := words.word(place, code)) != code:
            return word
    return code
