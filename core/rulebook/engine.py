"""Rules and how they are run: a predicate in code, its words in the edition's catalogue, one way to judge.

A rule's id, clause, official sentence, force, effect and reading stand in ``<edition>/catalogue.yaml``;
what it demands of a document stands in the edition's module for that section of the text, under the same
id. A rule may be judged on more than one occasion (``Occasion``): at a plan, at the opening of a cycle, at a
nomination. Judging is pure: the document, the cycle and the calendar come in as arguments and there is no
clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Generic, TypeAlias, TypeVar

from core.domain.calendar import WorkCalendar
from core.domain.city_requirements import CityRequirements
from core.domain.cycle import Cycle, Deadlines
from core.domain.cycle_opening import YEARS, CycleOpening
from core.domain.guidance import GuidanceLog
from core.domain.nomination import Dossier
from core.domain.plan import PlanDraft
from core.domain.records import position, specs
from core.domain.values import ABSENT, Text, blank
from core.rulebook.catalogue import Catalogue, RuleText
from core.rulebook.given import CityGiven, Given, GuidanceGiven, NominationGiven, OpeningGiven
from core.rulebook.template import Template
from core.rulebook.terms import Effect, Force, Occasion

__all__ = [
    "SILENT",
    "AnyCheck",
    "Check",
    "Checks",
    "CityCheck",
    "Edition",
    "Finding",
    "Given",
    "GuidanceCheck",
    "NominationCheck",
    "OpeningCheck",
    "PlanCheck",
    "RuleChecks",
    "Violation",
    "check",
    "judge",
    "may_submit",
    "part",
]

SILENT: Final = frozenset({Effect.RECORD, Effect.NONE})
"""Effects that give no finding."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a document breaks a rule.

    ``path`` is a JSON pointer into the document; ``message`` says in Chinese what is there, what is demanded
    and what to do next; ``reason`` is what the document states as its reason, where one is asked for.
    ``effect`` is that of this place alone, where it differs from the rule's.
    """

    path: str
    message: str
    reason: Text = ABSENT
    effect: Effect | None = None


D = TypeVar("D")
G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class Check(Generic[D, G]):
    """An executable rule: ``needs`` are the parts of the document without which another rule speaks instead.

    ``run`` judges a document of type ``D`` with what else is given.
    """

    rule: str
    needs: tuple[str, ...]
    run: Callable[[D, G], Iterator[Violation]]


class RuleChecks(list[Check[D, G]]):
    """The executable rules of one section of the text on one occasion, in the order of the text."""

    def rule(
        self, rule: str, *, needs: Sequence[str] = ()
    ) -> Callable[[Callable[[D, G], Iterator[Violation]]], Callable[[D, G], Iterator[Violation]]]:
        """Make the decorated predicate the code of ``rule``.

        ``needs`` names parts by dotted path (``organisation.committee.members``). A document in which one of
        them is blank is not judged by this rule: a missing part gives one id (plan_check, settled details).
        """

        def enlist(run: Callable[[D, G], Iterator[Violation]]) -> Callable[[D, G], Iterator[Violation]]:
            self.append(Check(rule, tuple(needs), run))
            return run

        return enlist


class Checks(RuleChecks[PlanDraft, Given]):
    """The executable rules of one section at a plan."""


AnyCheck: TypeAlias = Check[Any, Any]
PlanCheck: TypeAlias = Check[PlanDraft, Given]
OpeningCheck: TypeAlias = Check[CycleOpening, OpeningGiven]
CityCheck: TypeAlias = Check[CityRequirements, CityGiven]
NominationCheck: TypeAlias = Check[Dossier, NominationGiven]
GuidanceCheck: TypeAlias = Check[GuidanceLog, GuidanceGiven]


@dataclass(frozen=True, slots=True)
class Finding:
    """What judging reports: the violation with the rule's force, effect, clause and official sentence."""

    rule: str
    force: Force
    effect: Effect
    path: str
    message: str
    clause: str
    quote: str
    reason_given: bool = False
    waived: bool = False
    reason: str = ""  # what the plan states, where a reason is asked for and given
    requirement_id: int | None = None  # the city's requirements whose document it rests on

    @property
    def stops(self) -> bool:
        """Whether the step may not be taken while this stands."""
        if self.waived:
            return False
        return self.effect is Effect.BLOCK or (self.effect is Effect.NEEDS_REASON and not self.reason_given)


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the scheme: its words, its numbers, its calendar and its executable rules.

    ``checks`` judge plans; the others judge on their occasion.
    """

    id: str
    title: str
    catalogue: Catalogue
    template: Template
    calendar: WorkCalendar
    checks: tuple[PlanCheck, ...]
    opening_checks: tuple[OpeningCheck, ...] = ()
    city_checks: tuple[CityCheck, ...] = ()
    nomination_checks: tuple[NominationCheck, ...] = ()
    guidance_checks: tuple[GuidanceCheck, ...] = ()

    @property
    def version(self) -> str:
        """The rulebook version that a frozen plan names."""
        return f"{self.id}.{self.template.integer('/revision')}"

    def complete(self, cycle: Cycle) -> Cycle:
        """``cycle`` with the deadlines it lacks taken from the edition's month-days in the cycle's year."""
        return replace(cycle, deadlines=self.deadlines(cycle.year or 0, cycle.deadlines or Deadlines()))

    def complete_opening(self, opening: CycleOpening) -> CycleOpening:
        """``opening`` with the deadlines it lacks, once it has a year in which they can lie."""
        if opening.year not in YEARS:
            return opening
        return replace(opening, deadlines=self.deadlines(opening.year or 0, opening.deadlines or Deadlines()))

    def deadlines(self, year: int, given: Deadlines) -> Deadlines:
        """``given``, and for what it lacks the edition's month-days in ``year``."""
        lacking = {
            name: date.fromisoformat(f"{year:04}-{self.template.text(f'/deadlines/{name}')}")
            for name in specs(Deadlines)
            if blank(getattr(given, name))
        }
        return replace(given, **lacking)

    def needs(self) -> frozenset[str]:
        return frozenset(need for each in self.checks for need in each.needs)

    def checks_on(self) -> Mapping[Occasion, Sequence[AnyCheck]]:
        """The executable rules by the occasion on which they are judged."""
        return {
            Occasion.PLAN: self.checks,
            Occasion.OPENING: self.opening_checks,
            Occasion.CITY_REQUIREMENTS: self.city_checks,
            Occasion.NOMINATION: self.nomination_checks,
            Occasion.GUIDANCE: self.guidance_checks,
        }

    def judged(self) -> Mapping[str, Mapping[Occasion, AnyCheck]]:
        """Of each rule that code judges, on which occasions and by what."""
        found: dict[str, dict[Occasion, AnyCheck]] = {}
        for occasion, checks in self.checks_on().items():
            for each in checks:
                found.setdefault(each.rule, {})[occasion] = each
        return found

    def unchecked(self) -> Mapping[str, RuleText]:
        """The rules that no code judges yet (尚未自动检查); they are never reported as passed."""
        judged = self.judged()
        return {rule: text for rule, text in self.catalogue.rules.items() if rule not in judged}


def check(
    plan: PlanDraft, *, edition: Edition, cycle: Cycle, calendar: WorkCalendar | None = None
) -> tuple[Finding, ...]:
    """Every place where ``plan`` breaks a rule of ``edition``, in document order, then by rule id.

    Pure: the same plan, cycle and calendar give the same findings. ``cycle.year`` must be set.
    """
    given = Given(edition.complete(cycle), calendar or edition.calendar, edition.template)
    rules = edition.catalogue.rules
    return judge(plan, given, edition.checks, rules, lambda rule: rule.plan_effect)


def judge(
    document: D,
    given: G,
    checks: Sequence[Check[D, G]],
    rules: Mapping[str, RuleText],
    effect: Callable[[RuleText], Effect] = lambda rule: rule.effect,
) -> tuple[Finding, ...]:
    """Every place where ``document`` breaks a rule of ``checks``, in document order, then by rule id.

    A rule whose effect is 记录 or none is run, and gives no finding.
    """
    kind: type = document.__class__
    needs = frozenset(need for each in checks for need in each.needs)
    missing = frozenset(need for need in needs if blank(part(document, need)))
    findings = [
        _finding(rules[each.rule], violation, violation.effect or effect(rules[each.rule]))
        for each in checks
        if missing.isdisjoint(each.needs)
        for violation in each.run(document, given)
    ]
    return tuple(
        sorted(
            (each for each in findings if each.effect not in SILENT),
            key=lambda each: (position(kind, each.path), each.rule),
        )
    )


def may_submit(findings: Sequence[Finding]) -> bool:
    """Whether nothing blocks and no needed reason is missing."""
    return not any(each.stops for each in findings)


def part(document: object, dotted: str) -> object:
    """The value at ``dotted`` (attribute names), or ABSENT where the way there is missing."""
    value: object = document
    for name in dotted.split("."):
        value = getattr(value, name, ABSENT) if value else ABSENT
    return value


def _finding(rule: RuleText, violation: Violation, effect: Effect) -> Finding:
    stated = effect is Effect.NEEDS_REASON and not blank(violation.reason)
    return Finding(
        rule=rule.id,
        force=rule.force,
        effect=effect,
        path=violation.path,
        message=violation.message,
        clause=rule.clause,
        quote=rule.words,
        reason_given=stated,
        reason=str(violation.reason).strip() if stated else "",
    )
