"""Rules and how they are run: a predicate in code, its words in the edition's catalogue, one ``check``.

A rule's id, clause, official sentence, force, effect and reading stand in ``<edition>/catalogue.yaml``;
what it demands of a plan stands in the edition's module for that section of the text, under the same id.
``check`` is a pure function: the plan, the cycle and the calendar come in as arguments and there is no
clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.domain.calendar import WorkCalendar
from core.domain.cycle import Cycle, Deadlines
from core.domain.plan import PlanDraft
from core.domain.records import position, specs
from core.domain.values import ABSENT, Text, blank
from core.rulebook.catalogue import Catalogue, RuleText
from core.rulebook.template import Template
from core.rulebook.terms import Effect, Force


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a plan breaks a rule.

    ``path`` is a JSON pointer into the plan document; ``message`` says in Chinese what is there, what is
    demanded and what to do next; ``reason`` is what the plan states as its reason, where one is asked for.
    """

    path: str
    message: str
    reason: Text = ABSENT


@dataclass(frozen=True, slots=True)
class Given:
    """What a rule may look at besides the plan."""

    cycle: Cycle
    calendar: WorkCalendar
    template: Template

    def deadline(self, name: str) -> date:
        """A deadline of the cycle; ``Edition.complete`` has filled in those that the cycle lacks."""
        day: date = getattr(self.cycle.deadlines, name)
        return day


Predicate = Callable[[PlanDraft, Given], Iterator[Violation]]


@dataclass(frozen=True, slots=True)
class Check:
    """An executable rule: ``needs`` are the parts of the plan without which another rule speaks instead."""

    rule: str
    needs: tuple[str, ...]
    run: Predicate


class Checks(list[Check]):
    """The executable rules of one section of the text, in its order."""

    def rule(self, rule: str, *, needs: Sequence[str] = ()) -> Callable[[Predicate], Predicate]:
        """Make the decorated predicate the code of ``rule``.

        ``needs`` names parts by dotted path (``organisation.committee.members``). A plan in which one of them
        is blank is not judged by this rule: a missing part gives one id (plan_check, settled details).
        """

        def enlist(run: Predicate) -> Predicate:
            self.append(Check(rule, tuple(needs), run))
            return run

        return enlist


@dataclass(frozen=True, slots=True)
class Finding:
    """What ``check`` reports: the violation with the rule's force, effect, clause and official sentence."""

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

    @property
    def stops(self) -> bool:
        """Whether the plan may not be submitted while this stands."""
        if self.waived:
            return False
        return self.effect is Effect.BLOCK or (self.effect is Effect.NEEDS_REASON and not self.reason_given)


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the scheme: its words, its numbers, its calendar and its executable rules."""

    id: str
    title: str
    catalogue: Catalogue
    template: Template
    calendar: WorkCalendar
    checks: tuple[Check, ...]

    @property
    def version(self) -> str:
        """The rulebook version that a frozen plan names."""
        return f"{self.id}.{self.template.integer('/revision')}"

    def complete(self, cycle: Cycle) -> Cycle:
        """``cycle`` with the deadlines it lacks taken from the edition's month-days in the cycle's year."""
        given = cycle.deadlines or Deadlines()
        lacking = {
            name: date.fromisoformat(f"{cycle.year}-{self.template.text(f'/deadlines/{name}')}")
            for name in specs(Deadlines)
            if blank(getattr(given, name))
        }
        return replace(cycle, deadlines=replace(given, **lacking))

    def needs(self) -> frozenset[str]:
        return frozenset(need for each in self.checks for need in each.needs)

    def unchecked(self) -> Mapping[str, RuleText]:
        """The rules that no code checks yet (尚未自动检查); they are never reported as passed."""
        checked = {each.rule for each in self.checks}
        return {rule: text for rule, text in self.catalogue.rules.items() if rule not in checked}


def check(
    plan: PlanDraft, *, edition: Edition, cycle: Cycle, calendar: WorkCalendar | None = None
) -> tuple[Finding, ...]:
    """Every place where ``plan`` breaks a rule of ``edition``, in document order, then by rule id.

    Pure: the same plan, cycle and calendar give the same findings. ``cycle.year`` must be set.
    """
    given = Given(edition.complete(cycle), calendar or edition.calendar, edition.template)
    missing = frozenset(need for need in edition.needs() if blank(part(plan, need)))
    findings = [
        _finding(edition.catalogue.rules[each.rule], violation)
        for each in edition.checks
        if missing.isdisjoint(each.needs)
        for violation in each.run(plan, given)
    ]
    return tuple(sorted(findings, key=lambda each: (position(PlanDraft, each.path), each.rule)))


def may_submit(findings: Sequence[Finding]) -> bool:
    """Whether nothing blocks and no needed reason is missing."""
    return not any(each.stops for each in findings)


def part(plan: PlanDraft, dotted: str) -> object:
    """The value at ``dotted`` (attribute names), or ABSENT where the way there is missing."""
    value: object = plan
    for name in dotted.split("."):
        value = getattr(value, name, ABSENT) if value else ABSENT
    return value


def _finding(rule: RuleText, violation: Violation) -> Finding:
    stated = rule.plan_effect is Effect.NEEDS_REASON and not blank(violation.reason)
    return Finding(
        rule=rule.id,
        force=rule.force,
        effect=rule.plan_effect,
        path=violation.path,
        message=violation.message,
        clause=rule.clause,
        quote=rule.words,
        reason_given=stated,
        reason=str(violation.reason).strip() if stated else "",
    )
