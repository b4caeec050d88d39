"""What plans meet of the rulebook, kept to be counted: in the act by which it comes to be so (ADR 0024).

Sending in keeps what the check of the version says and where it departs: it is what reviewers read from then
on. Their word on a reason, and a waiver, are kept as they are said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from core.domain.plan_review import View
from core.domain.plan_rules import Met
from core.persistence.queries import plan_rulebook as queries
from core.rulebook.departure import Departure, Direction
from core.rulebook.engine import Finding
from core.rulebook.terms import Effect
from core.services.drafts.kept import KeptPlan
from core.services.reviews.kept import KeptVersion

FOUND: Final[Mapping[Effect, Met]] = MappingProxyType(
    {Effect.BLOCK: Met.BLOCKED, Effect.WARN: Met.WARNED, Effect.NEEDS_REASON: Met.REASONED}
)
"""A reason that is missing keeps a plan from being sent in, so what needs one has it."""
SAID: Final[Mapping[View, Met]] = MappingProxyType({View.ACCEPTED: Met.ACCEPTED, View.REFUSED: Met.REFUSED})


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, or the part of a plan where a departure names none (``conditions``), and how it was met."""

    clause: str
    met: Met


def lines_of(findings: Iterable[Finding], departures: Iterable[Departure]) -> tuple[Line, ...]:
    """What a version meets, each rule once for each way, in order."""
    found = [
        *(Line(each.rule, FOUND[each.effect]) for each in findings),
        *(line for each in departures for line in _departed(each)),
    ]
    return tuple(dict.fromkeys(found))


def keep_sent(session: Session, plan: KeptPlan, *, version_id: int, lines: Iterable[Line]) -> None:
    """Keep what a version meets as it is sent in."""
    of_plan = {
        "tenant_id": plan.tenant_id,
        "plan_id": plan.id,
        "cycle_id": plan.opened.id,
        "city_code": plan.city_code,
        "version_id": version_id,
    }
    queries.keep(session, [{**of_plan, "clause": each.clause, "kind": each.met.value} for each in lines])


def keep_said(session: Session, kept: KeptVersion, *, rule: str, met: Met) -> None:
    """Keep what a reviewer said of a rule in a version."""
    queries.keep(
        session,
        [
            {
                "tenant_id": kept.tenant_id,
                "plan_id": kept.plan_id,
                "cycle_id": kept.opened.id,
                "city_code": kept.city_code,
                "version_id": kept.id,
                "clause": rule,
                "kind": met.value,
            }
        ],
    )


def _departed(row: Departure) -> Iterator[Line]:
    if row.direction is not Direction.UNCHANGED:
        for clause in row.rules or (row.section,):
            yield Line(clause, Met(row.direction.value))
