"""What a plan compiles to: the typed parts, the enterprise's own code, its plugins, the reference; checked.

The row of the enterprise is the truth. A folder that is bound to it by its number adds its code; what was
typed in the folder was taken over when the plan was begun. Compiling may ask a child process, so what was
compiled is kept while nothing it was made of changes; a plan with faults is not kept.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from sqlalchemy.orm import Session

from core.domain.answers import Answer
from core.domain.enterprise import PlanPublicity
from core.domain.frozen import Answerer, FrozenPlan
from core.domain.plan import PlanDraft
from core.domain.records import position
from core.domain.values import ABSENT, Moment, One
from core.plandoc.typed import EXTRA, Data, kept
from core.plugin_host import CompiledPlan, PluginHost, Tenant, kept_tenant
from core.plugin_host.host import REFERENCE
from core.rulebook.deviation import Departure
from core.rulebook.engine import Edition, Finding
from core.services import calendars, city_requirements
from core.services.drafts.kept import KeptPlan
from core.services.plans import Report, check_plan, deviation_report
from core.services.tenants import folder_of, freeze_tenant, installation

MOST: Final = 256
SETTLED_BY_NOTICE: Final = frozenset({"JS-2.2-plan-publicised-staff", "PF-plan-publicity-days"})
"""Rules that only the notice to staff settles: while a plan is drafted they are no findings of the draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A document and its check by ``edition``, with the working days as the province has entered them."""

    report: Report
    edition: Edition

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.report.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Judged):
    """A compiled plan and its check; the findings include the faults of its plugins."""

    compiled: CompiledPlan

    @property
    def plan(self) -> PlanDraft:
        return self.report.plan

    @property
    def of_draft(self) -> tuple[Finding, ...]:
        """The findings but those that only the notice to staff settles."""
        return tuple(each for each in self.findings if each.rule not in SETTLED_BY_NOTICE)

    @property
    def answered(self) -> Mapping[str, Answerer]:
        """Who answered each part."""
        return self.compiled.answered

    def departures(self) -> tuple[Departure, ...]:
        """偏离报告"""
        return deviation_report(self.plan, self.report.cycle, self.edition)

    def frozen(self) -> FrozenPlan:
        """The plan as it is publicised, reviewed and run. Raises ``DomainError`` while a plugin fails."""
        return freeze_tenant(replace(self.compiled, draft=self.plan), self.edition)


def checked(
    session: Session,
    plan: KeptPlan,
    *,
    publicity: One[PlanPublicity] = ABSENT,
    submitted_at: Moment = ABSENT,
) -> Checked:
    """The plan of an enterprise as it stands, checked; with its notice and its sending in, if there are."""
    compiled = compiled_of(plan)
    found = judged(session, plan, replace(compiled.draft, publicity=publicity, submitted_at=submitted_at))
    report, faults = found.report, compiled.findings()
    findings = sorted(
        (*faults, *report.findings), key=lambda each: (position(PlanDraft, each.path), each.rule)
    )
    return Checked(compiled=compiled, report=replace(report, findings=tuple(findings)), edition=found.edition)


def judged(session: Session, plan: KeptPlan, document: PlanDraft) -> Judged:
    """What the rules of the province and the city say of a document in the cycle of a plan."""
    edition = calendars.edition(session, plan.opened.edition)
    city = city_requirements.standing(session, cycle_id=plan.opened.id, city_code=plan.city_code)
    return Judged(report=check_plan(document, plan.cycle, edition, city), edition=edition)


def compiled_of(plan: KeptPlan, host: PluginHost | None = None) -> CompiledPlan:
    """The plan that the enterprise's answers and plugins give."""
    return _compiled_plans(host or installation()).of(plan)


def answer_of(plan: KeptPlan, part: str) -> Data:
    """The answer that stands for a part now, whoever gave it; with nothing in it when nobody did."""
    typed = plan.typed(part)
    if typed is not None:
        return typed
    answer = compiled_of(plan).answers.get(part)
    return {} if answer is None else kept(answer)


def without_typed(plan: KeptPlan, part: str) -> Answer[Any] | None:
    """What the plugins answer for a part where nothing is typed for it."""
    bare = replace(plan, parts={name: each for name, each in plan.parts.items() if name != part})
    host = installation()
    return host.compile_plan(_tenant(bare, _folder(bare, host)), bare.asked_in).answers.get(part)


def plugins_answer(plan: KeptPlan, part: str) -> bool:
    """Whether the enterprise's own code or a plugin it chose would answer a part."""
    if not plan.plugins and not plan.slug:
        return False
    who = _bare_plans(installation()).of(replace(plan, parts={})).answered.get(part)
    return who is not None and who.plugin != REFERENCE


def reference_of(plan: KeptPlan, part: str) -> Answer[Any] | None:
    """What the province's reference answers for a part."""
    bare = replace(plan, parts={}, plugins=(), slug=None)
    host = installation()
    return host.compile_plan(_tenant(bare, None), plan.asked_in).answers.get(part)


def _tenant(plan: KeptPlan, folder: Tenant | None) -> Tenant:
    return kept_tenant(
        name=plan.enterprise,
        uscc=plan.uscc,
        plugins=plan.plugins,
        answers=plan.answers,
        typed={part: each.text.encode() for part, each in plan.hooked.items()},
        enrolment=plan.facts,
        folder=folder,
    )


def _folder(plan: KeptPlan, host: PluginHost) -> Tenant | None:
    return folder_of(plan.uscc, host) if plan.slug else None


class _CompiledPlans:
    """The latest compiled plan of each enterprise; safe to use from several threads."""

    def __init__(self, host: PluginHost) -> None:
        self._host = host
        self._kept: dict[tuple[int, int], tuple[object, CompiledPlan]] = {}
        self._guard = threading.Lock()

    def of(self, plan: KeptPlan) -> CompiledPlan:
        tenant = _tenant(plan, _folder(plan, self._host))
        extra = plan.parts[EXTRA].typed if EXTRA in plan.parts else None
        state = tenant.digest, plan.asked_in, extra
        key = plan.tenant_id, plan.id
        with self._guard:
            known, found = self._kept.get(key, (None, None))
        if found is not None and known == state:
            return found
        found = self._host.compile_plan(tenant, plan.asked_in)
        found = replace(
            found, draft=replace(found.draft, extra_sections=extra.answer.value if extra else ABSENT)
        )
        if not found.faults:
            with self._guard:
                if len(self._kept) >= MOST:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = state, found
        return found


@cache
def _bare_plans(host: PluginHost) -> _CompiledPlans:
    """The same with nothing typed."""
    return _CompiledPlans(host)


@cache
def _compiled_plans(host: PluginHost) -> _CompiledPlans:
    return _CompiledPlans(host)
