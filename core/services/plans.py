"""Checking and freezing plans: what the command line, the pages and the interface all call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.domain.cycle import Cycle, Deadlines
from core.domain.diff import Change, against, diff
from core.domain.errors import DomainError
from core.domain.frozen import FrozenPlan, content_hash, freeze
from core.domain.plan import SCHEDULE_DATES, PlanDraft
from core.domain.records import specs
from core.domain.values import beijing_day
from core.plandoc.files import PlanFile
from core.rulebook.city_layer import CityDocument, check_in_city
from core.rulebook.deviation import Departure, deviations
from core.rulebook.engine import Edition, Finding, may_submit, part
from core.rulebook.reference import reference_plan
from core.rulebook.terms import Effect
from core.rulebook.vocabulary import vocabulary
from core.services.editions import CURRENT

SHOWN_EFFECTS = (Effect.BLOCK, Effect.NEEDS_REASON, Effect.WARN)
OTHER_DATES = ("conditions.as_of_date", "submitted_at", "nomination.submitted_at")
MOST_IDS = 20  # named in a message


@dataclass(frozen=True, slots=True)
class Report:
    """What a check says about one plan.

    ``cycle`` is complete: its year and every deadline are set. ``assumed_year`` is true when nobody stated
    the year and it was read from the plan's own dates; ``calendar_official`` is false when the working days
    of that year are an estimate (暂按周一至周五推算).
    """

    plan: PlanDraft
    edition: str
    findings: tuple[Finding, ...]
    cycle: Cycle
    assumed_year: bool
    calendar_official: bool

    @property
    def plan_id(self) -> str | None:
        return self.plan.plan_id or None

    @property
    def content_hash(self) -> str:
        """The hash of what the plan says."""
        return content_hash(self.plan, self.edition)

    @property
    def ok(self) -> bool:
        """Whether the plan may be submitted: nothing blocks and every needed reason is given."""
        return may_submit(self.findings)

    def by_effect(self) -> Mapping[Effect, tuple[Finding, ...]]:
        """The findings that block, need a reason and warn; all three keys are there, in this order."""
        return {
            effect: tuple(each for each in self.findings if each.effect is effect) for effect in SHOWN_EFFECTS
        }

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it (``docs/cli.md``); the order of the keys is part of it."""
        return {
            "plan_id": self.plan_id,
            "edition": self.edition,
            "hash": self.content_hash,
            "ok": self.ok,
            "findings": [_as_json(each) for each in self.findings],
        }


def check_plan(
    plan: PlanDraft,
    cycle: Cycle | None = None,
    edition: Edition = CURRENT,
    city: CityDocument | None = None,
) -> Report:
    """The report on ``plan`` in ``cycle``; a year that the cycle does not state is assumed from the plan.

    With what its ``city`` asks of it besides, if that published anything.
    """
    stated = cycle if cycle and cycle.year else None
    complete = edition.complete(stated or assumed_cycle(plan, edition, cycle))
    return Report(
        plan=plan,
        edition=edition.id,
        findings=check_in_city(plan, edition=edition, cycle=complete, city=city),
        cycle=complete,
        assumed_year=stated is None,
        calendar_official=edition.calendar.is_official(complete.year or 0),
    )


def check_plans(
    plan_file: PlanFile, plan_id: str | None = None, edition: Edition = CURRENT
) -> tuple[Report, ...]:
    """The reports on the plans of a file, or on the one called ``plan_id``. Raises ``DomainError``."""
    return tuple(check_plan(each, plan_file.cycle, edition) for each in select(plan_file, plan_id))


def select(plan_file: PlanFile, plan_id: str | None = None) -> tuple[PlanDraft, ...]:
    """The plans of a file, or those called ``plan_id``. Raises ``DomainError`` naming the ids there are."""
    if plan_id is None:
        return plan_file.plans
    found = tuple(each for each in plan_file.plans if each.plan_id == plan_id)
    if not found:
        raise unknown_plan(plan_id, [each.plan_id for each in plan_file.plans if each.plan_id])
    return found


def unknown_plan(plan_id: str, known: Sequence[str]) -> DomainError:
    """The error for an id that no plan has; ``known`` are those that some have."""
    shown = "、".join(known[:MOST_IDS]) + (f" 等 {len(known)} 个编号" if len(known) > MOST_IDS else "")
    there = f"这里有 {shown}" if known else "这里的方案都没有编号"
    return DomainError(f"没有编号为“{plan_id}”的方案，{there}。")


def assumed_cycle(plan: PlanDraft, edition: Edition = CURRENT, cycle: Cycle | None = None) -> Cycle:
    """``cycle``, or an empty one, in the year that its deadlines or else the dates of ``plan`` lie in.

    A plan without any date is read in the last year for which the edition has an official calendar.
    """
    given = cycle or Cycle()
    year = next(_years(plan, given), None) or max(edition.calendar.years)
    return replace(given, year=year)


def freeze_plan(plan: PlanDraft, edition: Edition = CURRENT) -> FrozenPlan:
    """``plan`` in the form that is publicised, reviewed, approved and executed."""
    return freeze(plan, edition=edition.id, rulebook=edition.version)


def differences(before: PlanDraft, after: PlanDraft, edition: Edition = CURRENT) -> tuple[Change, ...]:
    """What differs between two plans, in a reviewer's words."""
    return diff(before, after, vocabulary(edition.id).word)


def differences_from_reference(plan: PlanDraft, edition: Edition = CURRENT) -> tuple[Change, ...]:
    """What ``plan`` words or sets differently from the provincial reference, value by value."""
    return against(reference_plan(edition.template), plan, vocabulary(edition.id).word)


def deviation_report(
    plan: PlanDraft, cycle: Cycle | None = None, edition: Edition = CURRENT
) -> tuple[Departure, ...]:
    """偏离报告: what departs from the reference, by how much, with lock, clause and the plan's reason."""
    return deviations(plan, edition, cycle)


def _years(plan: PlanDraft, cycle: Cycle) -> Iterator[int]:
    """The years of the dates that say when a plan is carried out, the most telling first."""
    deadlines = cycle.deadlines or Deadlines()
    days = [getattr(deadlines, name) for name in specs(Deadlines)]
    days += [part(plan, f"schedule.{name}") for name in SCHEDULE_DATES]
    days += [part(plan, name) for name in OTHER_DATES]
    yield from (day.year for moment in days if (day := beijing_day(moment)))


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "force": finding.force.value,
        "effect": finding.effect.value,
        "reason_given": finding.reason_given,
        "waived": finding.waived,
        "path": finding.path,
        "message": finding.message,
        "clause": finding.clause,
        "quote": finding.quote,
    }
