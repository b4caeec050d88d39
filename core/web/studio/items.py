"""What the check found as the studio tells it: an omission is one item, however many rules speak of it.

A part that is not there is found by the rule of its section twice (its words, its content) and by the rule
that the plan has all its sections; words that are not there, by two. The rest stands behind the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from core.domain.plan import PlanDraft
from core.domain.records import pointer
from core.domain.values import blank
from core.plandoc.typed import place_of
from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Finding
from core.rulebook.terms import Effect
from core.rulebook.waivers import awaits

SECTIONS: Final = "/sections"
ALL_SECTIONS: Final = "JS-2.2-plan-seven-sections"
CLAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "occupations": "JS-2.2-sec-occupations",
        "conditions": "JS-2.2-sec-conditions",
        "methods": "JS-2.2-sec-methods",
        "rubric": "JS-A3-weights-reference",
        "organisation": "JS-2.2-sec-organisation",
        "schedule": "JS-2.2-sec-schedule",
        "incentives": "JS-2.2-sec-incentives",
        "rights_duties": "JS-2.2-sec-rights",
        "complaints": "JS-A2-complaint-mechanism",
    }
)
"""The rule that stands beside the title of a part."""

Standing: TypeAlias = tuple[str, Effect, bool]


@dataclass(frozen=True, slots=True)
class Item:
    """A finding with those that say the same of the same omission; ``part`` is "" outside of all parts."""

    finding: Finding
    part: str
    same: tuple[Finding, ...] = ()


def part_at(path: str) -> str:
    """The part in which a place of the plan lies; "" outside of all parts, as a declared deviation does."""
    return (place_of(path) or ("", ""))[0]


def told(
    plan: PlanDraft,
    findings: Iterable[Finding],
    rules: Mapping[str, RuleText],
    *,
    part_of: Callable[[str], str] = part_at,
) -> tuple[Item, ...]:
    """The findings of ``plan`` as items; what waits for a waiver stands alone."""
    telling = Telling(
        plan=plan,
        part_of=part_of,
        rules={rule: part for part, rule in CLAUSES.items()},
        waits=lambda found: bool(awaits(found, rules)),
    )
    return telling.items(findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How the findings of ``plan`` become items: ``part_of`` names the part of a place, ``rules`` the part of
    the rule of a section, ``waits`` whether a finding goes to review for a waiver."""

    plan: PlanDraft
    part_of: Callable[[str], str]
    rules: Mapping[str, str]
    waits: Callable[[Finding], bool]

    def items(self, findings: Iterable[Finding]) -> tuple[Item, ...]:
        """One for each omission and each other finding, in the order in which they were found."""
        groups: dict[Standing, list[Finding]] = {}
        told: list[Finding | Standing] = []
        for each in findings:
            part = self._lacking(each)
            key = (part, each.effect, self.waits(each))
            if part and key in groups:
                groups[key].append(each)
                continue
            if part:
                groups[key] = [each]
            told.append(key if part else each)
        overall = [each for each in told if isinstance(each, Finding) and each.rule == ALL_SECTIONS]
        behind = {key: self._said_again(key, group, overall) for key, group in groups.items()}
        folded = [each for said in behind.values() for each in said]
        return tuple(
            Item(each, self.part_of(each.path))
            if isinstance(each, Finding)
            else _omission(each[0], groups[each], behind[each])
            for each in told
            if each not in folded
        )

    def _lacking(self, found: Finding) -> str:
        """The part that is not there, or whose words are not, where that is what was found."""
        part = self.part_of(found.path)
        if found.path == SECTIONS and found.rule != ALL_SECTIONS:
            return self.rules.get(found.rule, "")
        content = found.path == pointer(part) and blank(getattr(self.plan, part, None))
        return part if part and (content or found.path == f"{SECTIONS}{pointer(part)}") else ""

    def _said_again(
        self, key: Standing, group: list[Finding], overall: Iterable[Finding]
    ) -> tuple[Finding, ...]:
        """What the rule of all sections says of words that the group says are not there."""
        without_words = any(each.path.startswith(SECTIONS) for each in group)
        return tuple(each for each in overall if without_words and (each.effect, self.waits(each)) == key[1:])


def _omission(part: str, group: list[Finding], again: tuple[Finding, ...]) -> Item:
    first = next((each for each in group if each.path == pointer(part)), group[0])
    return Item(first, part, (*(each for each in group if each is not first), *again))
