"""A check report as pages show it: findings by effect, and which rules found nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.cycle import Deadlines
from core.domain.values import blank
from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Edition, Finding, part
from core.rulebook.terms import Effect
from core.services.plans import Report
from core.web.plandocument import PlanDocument

DUE: Final = {
    "list_formed": "list_formed",
    "provincial_publicity_start": "provincial_publicity_start",
    "certificate_issue_end": "year_end",
}
"""Dates of a plan and the deadline of the cycle that each must keep."""

MOST_SHOWN: Final = 200
"""Findings of one effect that a page writes out; the report as JSON has all of them."""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with its plan in words.

    ``passed`` are the executable rules that were judged and found nothing; ``unjudged`` those whose part of
    the plan is missing, so that another rule speaks. A rule that no code checks is in neither.
    """

    report: Report
    document: PlanDocument
    passed: tuple[RuleText, ...]
    unjudged: tuple[RuleText, ...]
    unchecked: int

    @property
    def by_effect(self) -> Mapping[Effect, tuple[Finding, ...]]:
        return self.report.by_effect()

    def count(self, effect: str) -> int:
        return len(self.by_effect[Effect(effect)])

    def shown(self, effect: str) -> tuple[Finding, ...]:
        """The findings of one effect that the page writes out."""
        return self.by_effect[Effect(effect)][:MOST_SHOWN]

    @property
    def reasons_missing(self) -> int:
        """How many needed reasons are not given."""
        return sum(each.stops for each in self.by_effect[Effect.NEEDS_REASON])

    @property
    def due(self) -> Mapping[str, date]:
        """The last days by date of the plan."""
        deadlines = self.report.cycle.deadlines or Deadlines()
        return {name: getattr(deadlines, deadline) for name, deadline in DUE.items()}

    @property
    def title(self) -> str:
        """The enterprise's name, else the plan's id, else ""."""
        return self.document.text("/enterprise/name") or self.report.plan_id or ""


def report_page(report: Report, edition: Edition, document: PlanDocument) -> ReportPage:
    """``report`` with the rules that found nothing."""
    found = {each.rule for each in report.findings}
    missing = {need for need in edition.needs() if blank(part(report.plan, need))}
    silent = [each for each in edition.checks if each.rule not in found]
    rules = edition.catalogue.rules
    return ReportPage(
        report=report,
        document=document,
        passed=tuple(rules[each.rule] for each in silent if missing.isdisjoint(each.needs)),
        unjudged=tuple(rules[each.rule] for each in silent if not missing.isdisjoint(each.needs)),
        unchecked=len(edition.unchecked()),
    )
