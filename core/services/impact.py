"""规则影响试算: the live plans of a cycle checked again by another installed edition; nothing is written.

A plan breaks at a place where the other edition stops it and its own does not. Versions are checked with
their notice, their sending in and their waivers, drafts without what only the notice settles; deadlines that
the cycle states and what its cities ask stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from core.domain.plan import PlanDraft
from core.domain.stages import PlanState
from core.domain.values import ABSENT
from core.persistence.queries import plan_rulebook as queries
from core.rulebook.city_layer import CityDocument, check_in_city
from core.rulebook.engine import Edition, Finding
from core.rulebook.terms import Effect
from core.rulebook.waivers import with_waivers
from core.services import calendars, city_requirements
from core.services.cycles import Opened
from core.services.drafts import kept as plans
from core.services.drafts.compiling import SETTLED_BY_NOTICE, compiled_of
from core.services.drafts.kept import KeptPlan
from core.services.reviews.kept import SentVersion, sent_of

LIVE: Final = (PlanState.PUBLICISED, PlanState.SUBMITTED, PlanState.REVIEWED, PlanState.APPROVED)
"""Where a version stands that is on its way or in force."""
PAGE: Final = 20
"""Plans that are checked at once: a check takes some milliseconds, a draft may ask an enterprise's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where a plan breaks; ``before`` is what its own edition finds of that rule there, if anything."""

    before: Finding | None
    after: Finding

    @property
    def rule(self) -> str:
        return self.after.rule

    @property
    def path(self) -> str:
        return self.after.path

    @property
    def now(self) -> Effect | None:
        """The effect by the plan's own edition, which does not stop it; None where it finds nothing."""
        return self.before.effect if self.before else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """A version or, without one, the draft of a plan; ``fault`` says why it could not be checked."""

    plan: KeptPlan
    version: SentVersion | None
    document: PlanDraft
    breaks: tuple[Break, ...] = ()
    fault: str = ""

    @property
    def passes(self) -> bool:
        return not self.breaks and not self.fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecks:
    """Some plans of a cycle, checked again; ``after`` is where the next ones begin, None at the end."""

    found: tuple[Rechecked, ...]
    after: int | None

    @property
    def passing(self) -> int:
        return sum(each.passes for each in self.found)

    @property
    def breaking(self) -> int:
        return sum(bool(each.breaks) for each in self.found)

    @property
    def unchecked(self) -> int:
        return sum(bool(each.fault) for each in self.found)


def page(
    session: Session, opened: Opened, other: Edition, *, city_code: str = "", after: int = 0
) -> Rechecks:
    """The live plans of a cycle in scope by number from above ``after``, at most ``PAGE`` of them."""
    there = plans.page(session, cycle_id=opened.id, city_code=city_code, after=after, limit=PAGE + 1)
    shown = there[:PAGE]
    check = _Check(
        own=calendars.edition(session, opened.edition),
        other=calendars.edition(session, other),
        cities=city_requirements.standing_in(session, cycle_id=opened.id),
    )
    versions = _versions(session, shown)
    found = (each for plan in shown for each in check.of(plan, versions.get(plan.id, ())))
    return Rechecks(found=tuple(found), after=shown[-1].id if len(there) > PAGE else None)


def every(session: Session, opened: Opened, other: Edition) -> Iterator[Rechecked]:
    """All live plans of a cycle in scope, by number."""
    after: int | None = 0
    while after is not None:
        found = page(session, opened, other, after=after)
        yield from found.found
        after = found.after


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """Both editions, with what each city asks."""

    own: Edition
    other: Edition
    cities: Mapping[str, CityDocument]

    def of(self, plan: KeptPlan, versions: Sequence[SentVersion]) -> Iterator[Rechecked]:
        """The live versions of a plan, and its draft where one was begun and is open to editing."""
        for each in versions:
            breaks = self._breaks(plan, each.plan, each)
            yield Rechecked(plan=plan, version=each, document=each.plan, breaks=breaks)
        if plan.begun and not plan.closed_because:
            yield self._draft(plan)

    def _draft(self, plan: KeptPlan) -> Rechecked:
        compiled = compiled_of(plan)
        document = replace(compiled.draft, publicity=ABSENT, submitted_at=ABSENT)
        fault = "".join(each.message for each in compiled.faults)
        breaks = () if fault else self._breaks(plan, document)
        return Rechecked(plan=plan, version=None, document=document, breaks=breaks, fault=fault)

    def _breaks(
        self, plan: KeptPlan, document: PlanDraft, version: SentVersion | None = None
    ) -> tuple[Break, ...]:
        before, after = (
            self._findings(plan, document, edition, version) for edition in (self.own, self.other)
        )
        known = {(each.rule, each.path): each for each in sorted(before, key=_stopping)}
        found = {(each.rule, each.path): each for each in after if each.stops}
        return tuple(
            Break(before=known.get(key), after=each)
            for key, each in found.items()
            if key not in known or not known[key].stops
        )

    def _findings(
        self, plan: KeptPlan, document: PlanDraft, edition: Edition, version: SentVersion | None
    ) -> tuple[Finding, ...]:
        found = check_in_city(
            document, edition=edition, cycle=plan.cycle, city=self.cities.get(plan.city_code)
        )
        if version is None:
            return tuple(each for each in found if each.rule not in SETTLED_BY_NOTICE)
        return with_waivers(found, version.waivers)


def _stopping(finding: Finding) -> bool:
    return finding.stops


def _versions(session: Session, of: Sequence[KeptPlan]) -> Mapping[int, tuple[SentVersion, ...]]:
    """The live versions of plans, by the plan's number."""
    rows = queries.versions(
        session,
        tenants={each.tenant_id for each in of},
        plans={each.id for each in of},
        states=[each.value for each in LIVE],
    )
    return {plan: tuple(map(sent_of, found)) for plan, found in groupby(rows, lambda each: each.plan_id)}
