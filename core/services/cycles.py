"""年度: the province opens a cycle, and decides on it later, each time with a reason (五（三）, AMB-02).

Nobody else opens one (JS-5.3-no-self-run). Everybody reads them. What is decided writes an event to the chain
of the provincial body whose scope it is done in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.cycle import Deadlines
from core.domain.cycle_opening import CycleOpening, opened, opening_faults
from core.domain.errors import DomainError, ShapeFault
from core.domain.pilot_cycle import (
    OPENERS,
    Decision,
    PilotCycle,
    PlanExpert,
    raised,
    reopened,
)
from core.domain.places import CITIES
from core.domain.records import pointer, specs
from core.domain.roles import Actor, Role
from core.domain.values import beijing_day, blank, entries
from core.persistence import clock
from core.persistence.models import BothHandsRow, PilotCycleRow, PlanExpertRow, QuotaRaiseRow, ReopeningRow
from core.persistence.queries import cycle as queries
from core.persistence.queries import locks
from core.rulebook.engine import Edition, Finding, may_submit
from core.rulebook.occasions import check_opening
from core.services.accounts.answers import NotAllowed
from core.services.cycle_rows import columns, pilot_cycle
from core.services.editions import CURRENT, edition

DECIDES: Final = frozenset({Role.PROVINCE_HR, Role.PROVINCE_CENTRE})
PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A cycle that is kept: its number in addresses, what it is, since when it is open."""

    id: int
    cycle: PilotCycle
    opened_at: datetime
    clusters_reason: str = ""

    @property
    def edition(self) -> Edition:
        return edition(self.cycle.edition)

    @property
    def label(self) -> str:
        return f"{self.cycle.id} 年度"

    @property
    def subject(self) -> Subject:
        """What the record calls it."""
        return Subject("cycle", self.id, self.label)


def latest(session: Session) -> Opened | None:
    """The cycle that was opened last; None before the first."""
    row = queries.latest(session)
    return None if row is None else opened_of(row)


def one(session: Session, cycle_id: int) -> Opened | None:
    """A cycle by its number."""
    row = queries.one(session, cycle_id)
    return None if row is None else opened_of(row)


def every(session: Session) -> tuple[Opened, ...]:
    """All cycles, the latest first."""
    return tuple(map(opened_of, queries.every(session)))


def page(
    session: Session, *, before: int | None = None, limit: int = PAGE
) -> tuple[tuple[Opened, ...], int | None]:
    """A page of the cycles, the latest first, and below which id the next one begins."""
    found = tuple(map(opened_of, queries.every(session, before=before, limit=limit + 1)))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


@dataclass(frozen=True, slots=True)
class Examined:
    """An opening with what it lacked, and what keeps it from standing beside the cycles there are."""

    opening: CycleOpening
    faults: tuple[ShapeFault, ...]
    findings: tuple[Finding, ...]
    rounds: int
    """How many cycles its year has already."""

    @property
    def stands(self) -> bool:
        return not self.faults and may_submit(self.findings)


class NotOpened(DomainError):
    """A cycle cannot be opened as it was filled in: ``faults`` of shape and ``findings`` of rules."""

    def __init__(self, examined: Examined) -> None:
        self.faults, self.findings = examined.faults, examined.findings
        count = len(self.faults) + sum(each.stops for each in self.findings)
        super().__init__(f"年度没有启动：有 {count} 处不符。逐处修改后再启动。")


@dataclass(frozen=True, slots=True)
class Ground:
    """What an opening rests on: the cycles there are, the latest first, and the standing 方案评估专家.

    An expert has the employer that the last cycle named.
    """

    there: tuple[Opened, ...]
    experts: tuple[PlanExpert, ...]


def ground(session: Session) -> Ground:
    """What a cycle would be opened on now, in scope."""
    there = every(session)
    employers = {each.person: each.employer for each in there[0].cycle.plan_experts} if there else {}
    experts = (
        PlanExpert(person=row.person_id, name=row.name, employer=employers.get(row.person_id) or None)
        for row in queries.standing_experts(session)
    )
    return Ground(there, tuple(experts))


def examined(opening: CycleOpening, ground: Ground) -> Examined:
    """What is wrong with ``opening``, in its shape and by the rules, without opening anything."""
    there = [each.cycle for each in ground.there]
    complete, strangers = _experts_named(CURRENT.complete_opening(opening), ground.experts)
    return Examined(
        complete,
        (*opening_faults(complete, [each.id for each in there]), *strangers),
        check_opening(complete, edition=CURRENT, cycles=there),
        sum(each.year == complete.year for each in there),
    )


def open_cycle(session: Session, *, actor: Actor, opening: CycleOpening) -> int:
    """启动年度; returns its number. Raises NotAllowed, or NotOpened with everything that is to be mended."""
    if actor.role not in OPENERS:
        raise NotAllowed(f"年度由{Role.PROVINCE_HR.zh}启动，{actor.role.zh}不能启动（五（三））。")
    locks.hold(session, "opening")
    found = examined(opening, ground(session))
    if not found.stands:
        raise NotOpened(found)
    cycle = opened(found.opening, CURRENT.template.integer("/nomination/quota/per_city"))
    cycle_id = queries.add(
        session,
        PilotCycleRow,
        **columns(cycle, found.opening),
        round=found.rounds + 1,
        opened_by=actor.person_id,
        opened_role=actor.role.value,
    )
    for expert in cycle.plan_experts:
        queries.add(
            session,
            PlanExpertRow,
            cycle_id=cycle_id,
            person_id=expert.person,
            name=expert.name,
            employer=expert.employer or "",
        )
    _record(
        session,
        actor=actor,
        action=Action.CYCLE_OPEN,
        subject=Opened(cycle_id, cycle, clock.now(session)).subject,
        changes=_said(cycle),
        reason=cycle.second_reason,
    )
    return cycle_id


def _experts_named(
    opening: CycleOpening, experts: Iterable[PlanExpert]
) -> tuple[CycleOpening, tuple[ShapeFault, ...]]:
    """``opening`` with its experts as their accounts name them; a fault for each who is none at present."""
    standing = {each.person: each.name for each in experts}
    chosen = [each for _, each in entries(opening.plan_experts, PlanExpert)]
    faults = tuple(
        ShapeFault(
            pointer("plan_experts", place),
            f"{each.name or '所选人员'}现在不是方案评估专家。从省职业技能鉴定中心现有的专家中选择。",
        )
        for place, each in enumerate(chosen)
        if each.person not in standing
    )
    named = tuple(replace(each, name=standing.get(each.person, each.name)) for each in chosen)
    return replace(opening, plan_experts=named), faults


def raise_quota(
    session: Session, *, actor: Actor, cycle_id: int, city_code: str, quota: int, reason: str
) -> None:
    """增加推荐名额 of one city (AMB-02). Raises NotAllowed, LookupError or DomainError."""
    found = _to_decide(session, actor, cycle_id)
    before = found.cycle.quota(city_code)
    raised(found.cycle, city_code, quota, _decision(session, actor, reason))
    decided = _decided(actor, reason)
    queries.add(session, QuotaRaiseRow, cycle_id=cycle_id, city_code=city_code, quota=quota, **decided)
    changes = {f"quota.{city_code}": (before, quota)}
    _record(
        session, actor=actor, action=Action.QUOTA_RAISE, subject=found.subject, changes=changes, reason=reason
    )


def reopen(
    session: Session, *, actor: Actor, cycle_id: int, deadline: str, uscc: str, until: date, reason: str
) -> None:
    """重新开放 a passed deadline for one enterprise. Raises NotAllowed, LookupError or DomainError."""
    found = _to_decide(session, actor, cycle_id)
    decision = _decision(session, actor, reason)
    today = beijing_day(decision.at) or decision.at.date()
    after = reopened(found.cycle, deadline, uscc, until, today=today, decision=decision)
    new = after.reopenings[-1]
    before = found.cycle.last_day(deadline, new.uscc)
    queries.add(
        session,
        ReopeningRow,
        cycle_id=cycle_id,
        deadline=deadline,
        uscc=new.uscc,
        until=until,
        **_decided(actor, reason),
    )
    changes = {"uscc": (None, new.uscc), f"deadlines.{deadline}": (before, until)}
    _record(
        session,
        actor=actor,
        action=Action.DEADLINE_REOPEN,
        subject=found.subject,
        changes=changes,
        reason=reason,
    )


def allow_both_hands(session: Session, *, actor: Actor, cycle_id: int, city_code: str, reason: str) -> None:
    """Let one person of a city nominate and countersign (AMB-01). Raises as ``raise_quota``."""
    found = _to_decide(session, actor, cycle_id)
    if city_code not in CITIES:
        raise DomainError(f"没有代码为“{city_code}”的设区市。从十三个设区市中选择。")
    if blank(reason):
        raise DomainError("没有写理由。推荐和会签原则上由两人办理，写明由一人兼任的理由。")
    if found.cycle.allows_both_hands(city_code):
        raise DomainError(f"{CITIES[city_code]}已经同意由一人兼任，没有重复办理。")
    queries.add(session, BothHandsRow, cycle_id=cycle_id, city_code=city_code, **_decided(actor, reason))
    changes = {"city_code": (None, city_code)}
    _record(
        session,
        actor=actor,
        action=Action.BOTH_HANDS_ALLOW,
        subject=found.subject,
        changes=changes,
        reason=reason,
    )


def _to_decide(session: Session, actor: Actor, cycle_id: int) -> Opened:
    if actor.role not in DECIDES:
        raise NotAllowed(f"由省级办理，{actor.role.zh}不能办理。")
    locks.hold(session, "cycle", cycle_id)
    found = one(session, cycle_id)
    if found is None:
        raise LookupError(cycle_id)
    return found


def _decision(session: Session, actor: Actor, reason: str) -> Decision:
    now = clock.now(session)
    return Decision(
        person_id=actor.person_id, name=actor.name, role=actor.role, at=now, reason=reason.strip()
    )


def _decided(actor: Actor, reason: str) -> dict[str, Any]:
    return {
        "decided_by": actor.person_id,
        "decided_name": actor.name,
        "decided_role": actor.role.value,
        "reason": reason.strip(),
    }


def _record(
    session: Session,
    *,
    actor: Actor,
    action: Action,
    subject: Subject,
    changes: Mapping[str, tuple[object, object]],
    reason: str,
) -> None:
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=action,
        subject=subject,
        changes=changes,
        reason=reason.strip() or None,
    )


def _said(cycle: PilotCycle) -> dict[str, tuple[object, object]]:
    """What the record says of a new cycle."""
    days = {f"deadlines.{name}": getattr(cycle.deadlines, name) for name in specs(Deadlines)}
    quotas = {f"quota.{each.city_code}": each.quota for each in cycle.quotas}
    facts = {
        "code": cycle.id,
        "year": cycle.year,
        "edition": cycle.edition,
        "mode": cycle.mode.value,
        "clusters": len(cycle.clusters),
        "plan_experts": "、".join(str(each.name) for each in cycle.plan_experts) or None,
    }
    return {name: (None, value) for name, value in {**facts, **days, **quotas}.items() if value is not None}


def opened_of(row: Row[Any]) -> Opened:
    return Opened(row.id, pilot_cycle(row), row.opened_at, row.clusters_reason or "")
