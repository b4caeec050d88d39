"""What is kept of a plan: the typed parts, the heads of its versions, and which of it may be edited.

A plan is edited while no version of it is on its way (公示中, 审核中, 待专家评估) and none is in force. Once
a version is approved an amendment must be begun, which ends with the version that comes of it. After a return
only the parts that were flagged are open (``unlocked``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Subject
from core.domain.answers import Answers
from core.domain.cycle import Cycle
from core.domain.enterprise import Enterprise, Nomination
from core.domain.errors import DomainError
from core.domain.plan import NINE_PARTS, PlanDraft
from core.domain.records import build, specs
from core.domain.roles import Actor, Role
from core.domain.stages import NOT_APPROVED, Channel, PlanState
from core.persistence.queries import locks
from core.persistence.queries import plan as queries
from core.persistence.queries.nomination import cycle_of
from core.plandoc.typed import EXTRA, Data, Typed, of_text
from core.services.accounts.answers import Conflict, NotAllowed
from core.services.cycles import Opened, opened_of
from core.services.plan_doors import require_not_barred

SUBJECT: Final = queries.SUBJECT
"""What the record calls it."""
EDITORS: Final = frozenset({Role.ENTERPRISE_HR, Role.ENTERPRISE_PRINCIPAL})
TYPED: Final[Mapping[str, str]] = MappingProxyType({**NINE_PARTS, EXTRA: specs(PlanDraft)[EXTRA].zh})
"""The parts that can be typed, with their official terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPart:
    """A part that was typed at some time; without a ``text`` it is for others to answer again."""

    part: str
    text: str | None
    revision: int
    changed_name: str
    changed_at: datetime

    @property
    def typed(self) -> Typed | None:
        return None if self.text is None else of_text(self.part, self.text)

    @property
    def answer(self) -> Data | None:
        return None if self.typed is None else self.typed.data


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionHead:
    """A frozen version without its document; the days are those of its notice."""

    id: int
    number: int
    state: PlanState
    content_hash: str
    version: int
    publicised_name: str
    publicised_at: datetime
    submitted_name: str | None
    submitted_at: datetime | None
    decided_name: str | None
    decided_role: Role | None
    decided_reason: str | None
    decided_at: datetime | None
    notice_id: int | None
    starts_on: date | None
    ends_on: date | None
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """A plan that is kept. ``version`` counts every change of the plan, those of its parts not.

    ``read_at`` is the time at which it was read; of one that was taken to act on, that of the act.
    """

    tenant_id: int
    id: int
    version: int
    opened: Opened
    city_code: str
    channel: Channel
    nominator_id: int
    uscc: str
    enterprise: str
    slug: str | None
    plugins: tuple[str, ...]
    facts: PlanDraft
    unlocked: frozenset[str] | None
    amends: int | None
    parts: Mapping[str, TypedPart]
    versions: tuple[VersionHead, ...]
    opened_name: str
    opened_at: datetime
    read_at: datetime

    @property
    def subject(self) -> Subject:
        return Subject(SUBJECT, self.id, self.enterprise)

    @property
    def cycle(self) -> Cycle:
        """The cycle as this enterprise's plan is checked in it, with what was reopened for it."""
        return self.opened.cycle.for_enterprise(self.uscc)

    @property
    def asked_in(self) -> Cycle:
        """The cycle as plugins are asked in it: a reopened deadline changes no answer (PF-plan-hash)."""
        return self.opened.cycle.for_enterprise("")

    @property
    def last(self) -> VersionHead | None:
        return self.versions[-1] if self.versions else None

    @property
    def pending(self) -> VersionHead | None:
        """The version that is on its way, if one is."""
        return next((each for each in self.versions if each.state.pending), None)

    @property
    def approved(self) -> VersionHead | None:
        """The version in force."""
        return next((each for each in self.versions if each.state is PlanState.APPROVED), None)

    @property
    def amending(self) -> bool:
        """Whether an amendment of the approved version was begun and no version came of it yet."""
        return self.last is not None and self.amends == self.last.number

    @property
    def amendable(self) -> bool:
        """Whether an amendment of the version in force may be begun."""
        return self.approved is not None and self.pending is None and bool(self.closed_because)

    @property
    def rejected(self) -> bool:
        """Whether its last version was rejected and none is in force: nothing of it goes on this year."""
        return self.last is not None and self.last.state is PlanState.REJECTED and self.approved is None

    @property
    def begun(self) -> bool:
        """Whether something of it was typed or publicised: from then on its city asks nothing else of it."""
        return bool(self.parts or self.versions)

    @property
    def closed_because(self) -> str:
        """Why nothing of it may be edited now, and what to do; "" when it may be."""
        last = self.last
        if last is None or last.state in (PlanState.RETURNED, PlanState.WITHDRAWN) or self.amending:
            return ""
        if last.state is PlanState.PUBLICISED:
            return f"第 {last.number} 版正在公示，不能修改。需要修改的，先撤下公示。"
        if last.state.pending:
            return f"第 {last.number} 版{last.state.zh}，不能修改。退回后再修改。"
        if self.approved is not None:
            return f"第 {self.approved.number} 版已批准，按批准的方案执行。需要修改的，先发起方案修订。"
        return f"第 {last.number} 版{last.state.zh}，本年度不再修改（二（三））。"

    @property
    def closing(self) -> VersionHead | None:
        """The version that stands while nothing may be edited: on its way, else in force, else rejected."""
        return (self.pending or self.approved or self.last) if self.closed_because else None

    @property
    def closed_by(self) -> str:
        """The rule by which nothing of it may be edited; "" where only its state has it so."""
        return NOT_APPROVED if self.rejected else ""

    def may_edit(self, part: str) -> bool:
        return not self.closed_because and (self.unlocked is None or part in self.unlocked)

    def revision(self, part: str) -> int:
        """How often a part was changed; 0 for one that nobody typed."""
        return self.parts[part].revision if part in self.parts else 0

    def typed(self, part: str) -> Data | None:
        """The answer that was typed for a part; None when others answer it."""
        return self.parts[part].answer if part in self.parts else None

    def with_part(self, part: TypedPart) -> KeptPlan:
        """The plan once a part of it is kept so."""
        return replace(self, parts=MappingProxyType({**self.parts, part.part: part}))

    @property
    def answers(self) -> Answers:
        """What was typed, for the hooks; other sections are not theirs."""
        return {part: each.answer for part, each in self.hooked.items()}

    @property
    def hooked(self) -> Mapping[str, Typed]:
        """The parts that were typed and that a hook answers, as they are kept."""
        found = {part: self.parts[part].typed for part in NINE_PARTS if part in self.parts}
        return {part: each for part, each in found.items() if each is not None}


def of(session: Session, *, tenant_id: int, plan_id: int) -> KeptPlan | None:
    """A plan in scope."""
    row = queries.one(session, tenant_id=tenant_id, plan_id=plan_id)
    return None if row is None else _kept(row)


def page(
    session: Session, *, cycle_id: int, city_code: str = "", after: int = 0, limit: int
) -> tuple[KeptPlan, ...]:
    """Plans of a cycle in scope, of one city unless it is "", by number from above ``after``."""
    rows = queries.page(session, cycle_id=cycle_id, city_code=city_code, after=after, limit=limit)
    return tuple(map(_kept, rows))


def latest(session: Session, *, tenant_id: int) -> KeptPlan | None:
    """The plan of an enterprise for the latest cycle that it has one for."""
    row = queries.latest(session, tenant_id=tenant_id)
    return None if row is None else _kept(row)


def current(session: Session, *, tenant_id: int) -> KeptPlan | None:
    """The plan of an enterprise for the cycle that it was admitted to last; None when it was not begun."""
    plan_id = queries.current(session, tenant_id=tenant_id)
    return None if plan_id is None else of(session, tenant_id=tenant_id, plan_id=plan_id)


def take(session: Session, *, tenant_id: int, plan_id: int) -> KeptPlan:
    """A plan to act on: one act at a time on it. Raises LookupError."""
    locks.hold(session, SUBJECT, tenant_id, plan_id)
    found = of(session, tenant_id=tenant_id, plan_id=plan_id)
    if found is None:
        raise LookupError(plan_id)
    return found


def take_to_edit(
    session: Session, actor: Actor, *, tenant_id: int, plan_id: int, parts: Iterable[str]
) -> KeptPlan:
    """A plan whose ``parts`` the actor may edit. Raises LookupError, NotAllowed, DomainError or Conflict."""
    if actor.tenant_id != tenant_id or actor.role not in EDITORS:
        raise NotAllowed(f"工作方案由试点企业制定，{actor.role.zh}不能修改。")
    kept = take(session, tenant_id=tenant_id, plan_id=plan_id)
    if kept.closed_because:
        raise Conflict(f"{kept.closed_because}没有保存。", kept.closed_by)
    require_not_barred(session, "保存", kept.uscc, kept.opened.edition, kept.read_at)
    for part in parts:
        if part not in TYPED:
            raise DomainError(f"方案没有“{part[:40]}”这一部分，没有保存。刷新页面后重新填写。")
        if not kept.may_edit(part):
            open_ = "、".join(TYPED[each] for each in TYPED if each in (kept.unlocked or ()))
            raise Conflict(f"“{TYPED[part]}”没有退回，不能修改。可以修改的有{open_ or '：没有'}。")
    return kept


def _kept(row: Row[Any]) -> KeptPlan:
    return KeptPlan(
        tenant_id=row.tenant_id,
        id=row.id,
        version=row.version,
        opened=opened_of(cycle_of(row)),
        city_code=row.city_code,
        channel=Channel(row.channel),
        nominator_id=row.nominator_id,
        uscc=row.uscc,
        enterprise=row.enterprise,
        slug=row.slug,
        plugins=tuple(row.plugins),
        facts=_facts(row),
        unlocked=None if row.unlocked is None else frozenset(row.unlocked),
        amends=row.amends,
        parts=MappingProxyType({each["part"]: _typed(each) for each in row.parts}),
        versions=tuple(map(_head, row.versions)),
        opened_name=row.opened_name,
        opened_at=row.opened_at,
        read_at=row.read_at,
    )


def _facts(row: Row[Any]) -> PlanDraft:
    """The blocks of the document that nobody types: its number, the enterprise, its nomination."""
    return PlanDraft(
        plan_id=f"{row.uscc}-{cycle_of(row).code}",
        enterprise=build(Enterprise, row.facts["enterprise"]),
        nomination=build(Nomination, row.facts["nomination"]),
    )


def _typed(data: Mapping[str, Any]) -> TypedPart:
    return TypedPart(**{**data, "changed_at": datetime.fromisoformat(data["changed_at"])})


def _head(data: Mapping[str, Any]) -> VersionHead:
    moments = ("publicised_at", "submitted_at", "decided_at")
    days = ("starts_on", "ends_on")
    found = dict(data)
    found |= {name: data[name] and datetime.fromisoformat(data[name]) for name in moments}
    found |= {name: data[name] and date.fromisoformat(data[name]) for name in days}
    found["decided_role"] = data["decided_role"] and Role(data["decided_role"])
    return VersionHead(**{**found, "state": PlanState(data["state"])})
