"""A version of a plan as its reviewers meet it: what it says, what the rules say, what was said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Subject
from core.domain.approved_plan import Stored
from core.domain.enterprise import PlanPublicity
from core.domain.frozen import thaw
from core.domain.pilot_cycle import Decision
from core.domain.plan import PlanDraft
from core.domain.plan_review import FindingView, Progress, Tick, ToView, Verdict, View, finding_hash, progress
from core.domain.roles import Role
from core.domain.stages import Channel, PlanState
from core.persistence.queries import plan_review as queries
from core.persistence.queries.nomination import cycle_of
from core.rulebook.city_layer import CityDocument, check_in_city
from core.rulebook.engine import Edition, Finding
from core.rulebook.terms import Effect
from core.rulebook.waivers import Waiver, awaits, with_waivers
from core.services import calendars, city_requirements
from core.services.cycles import Opened, opened_of

SUBJECT: Final = "plan_version"
"""What the record and the attachments call a version."""
JOINT, PROVINCE = "joint", "province"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a body decided of a version in one stage."""

    stage: str
    role: Role
    outcome: str
    opinion: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertTask:
    """An expert who was asked to assess a version: recused with a reason, or with outcome and opinion."""

    person_id: int
    name: str
    assigned_at: datetime
    recused_at: datetime | None
    recused_reason: str | None
    outcome: str | None
    opinion: str | None
    assessed_at: datetime | None

    @property
    def open(self) -> bool:
        return self.recused_at is None and self.assessed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersion:
    """A version, whose and of which plan; ``version`` counts what happened to it."""

    tenant_id: int
    id: int
    plan_id: int
    number: int
    version: int
    state: PlanState
    channel: Channel
    city_code: str
    nominator_id: int
    enterprise: str
    uscc: str
    opened: Opened
    content_hash: str
    section_hashes: Mapping[str, str]
    plan: PlanDraft
    submitted_at: datetime | None
    submitted_name: str | None
    starts_on: date | None
    ends_on: date | None
    notice_id: int | None
    decided_name: str | None
    decided_role: Role | None
    decided_reason: str | None
    decided_at: datetime | None
    ticks: tuple[Tick, ...]
    views: tuple[FindingView, ...]
    reviews: tuple[Review, ...]
    waivers: tuple[Waiver, ...]
    experts: tuple[ExpertTask, ...]
    looks: Mapping[tuple[Role, int], int]
    stored: Stored

    @property
    def subject(self) -> Subject:
        return Subject(SUBJECT, self.id, f"{self.enterprise} 工作方案第 {self.number} 版")

    @property
    def agreed(self) -> tuple[Role, ...]:
        """The bodies that agreed in the joint review."""
        return tuple(each.role for each in self.reviews if each.stage == JOINT and each.outcome == "agreed")

    def decided(self, role: Role, stage: str) -> Review | None:
        """What ``role`` decided in a stage."""
        return next((each for each in self.reviews if (each.stage, each.role) == (stage, role)), None)

    def expert(self, person_id: int) -> ExpertTask | None:
        return next((each for each in self.experts if each.person_id == person_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentVersion:
    """What a version says, with its notice and its sending in, and what was waived for it."""

    tenant_id: int
    id: int
    plan_id: int
    number: int
    state: PlanState
    plan: PlanDraft
    waivers: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rules say of a version; ``to_view`` are the findings as reviewers confirm them."""

    edition: Edition
    city: CityDocument | None
    findings: tuple[Finding, ...]
    to_view: tuple[ToView, ...]

    @property
    def stops(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.stops)

    def titles(self, rules: Iterable[str]) -> str:
        """Rules by their titles, each once: “主任委员由主要负责人担任”、“总分值为100分”."""
        words = self.edition.catalogue.rules
        return "、".join(f"“{words[each].title if each in words else each}”" for each in dict.fromkeys(rules))

    def progress(self, kept: KeptVersion, role: Role) -> Progress:
        return progress(role, kept.section_hashes, self.to_view, kept.ticks, kept.views)


def one(session: Session, *, tenant_id: int, version_id: int) -> KeptVersion | None:
    """A version in scope with all that was said of it."""
    row = queries.version(session, tenant_id=tenant_id, version_id=version_id)
    return None if row is None else _kept(row)


def judged(session: Session, kept: KeptVersion) -> Judged:
    """What the rules of the province and the city say of a version, with its notice and what was waived."""
    edition = calendars.edition(session, kept.opened.edition)
    city = city_requirements.standing(session, cycle_id=kept.opened.id, city_code=kept.city_code)
    found = check_in_city(
        kept.plan,
        edition=edition,
        cycle=kept.opened.cycle.for_enterprise(kept.uscc),
        city=city,
        calendar=edition.calendar,
    )
    found = with_waivers(found, kept.waivers)
    rules = edition.catalogue.rules
    viewed = tuple(to_view(each, awaits(each, rules)) for each in found)
    return Judged(edition=edition, city=city, findings=found, to_view=viewed)


def waivers(session: Session, *, tenant_id: int, version_id: int) -> tuple[Waiver, ...]:
    """What was waived for a version in scope."""
    rows = queries.waivers(session, tenant_id=tenant_id, version_id=version_id)
    return tuple(_waived(**each._asdict()) for each in rows)


def to_view(finding: Finding, awaiting: tuple[Role, ...] = ()) -> ToView:
    """A finding as a reviewer meets it, with the bodies that may waive it."""
    said = (finding.rule, finding.effect, finding.path, finding.message, finding.reason, finding.waived)
    return ToView(
        rule=finding.rule,
        path=finding.path,
        hash=finding_hash(*said),
        reasoned=finding.effect is Effect.NEEDS_REASON and finding.reason_given and not finding.waived,
        waived=finding.waived,
        stops=finding.stops,
        message=finding.message,
        awaits=awaiting,
    )


def sent_of(row: Row[Any]) -> SentVersion:
    """A version by its row, of which less is asked."""
    return SentVersion(
        tenant_id=row.tenant_id,
        id=row.id,
        plan_id=row.plan_id,
        number=row.number,
        state=PlanState(row.state),
        plan=_as_sent(row),
        waivers=_listed(row.waivers, _waiver),
    )


def stored_of(row: Row[Any]) -> Stored:
    """All that is stored of what a version says, with the facts that name it."""
    named = ("id", "plan_id", "number", "city_code", "channel", "nominator_id", "enterprise", "uscc", "facts")
    return Stored(
        tenant_id=row.tenant_id,
        cycle_id=row.cycle_id,
        edition=row.edition,
        rulebook=row.rulebook,
        document=bytes(row.document),
        answerers=row.answerers,
        content_hash=row.content_hash,
        snapshot_hash=row.snapshot_hash,
        section_hashes=row.section_hashes,
        of={name: getattr(row, name) for name in named},
    )


def _kept(row: Row[Any]) -> KeptVersion:
    return KeptVersion(
        tenant_id=row.tenant_id,
        id=row.id,
        plan_id=row.plan_id,
        number=row.number,
        version=row.version,
        state=PlanState(row.state),
        channel=Channel(row.channel),
        city_code=row.city_code,
        nominator_id=row.nominator_id,
        enterprise=row.enterprise,
        uscc=row.uscc,
        opened=opened_of(cycle_of(row)),
        content_hash=row.content_hash,
        section_hashes=row.section_hashes,
        plan=_as_sent(row),
        submitted_at=row.submitted_at,
        submitted_name=row.submitted_name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        notice_id=row.notice_id,
        decided_name=row.decided_name,
        decided_role=row.decided_role and Role(row.decided_role),
        decided_reason=row.decided_reason,
        decided_at=row.decided_at,
        ticks=_listed(row.ticks, _tick),
        views=_listed(row.views, _view),
        reviews=_listed(row.reviews, _review),
        waivers=_listed(row.waivers, _waiver),
        experts=_listed(row.experts, _expert),
        looks={(Role(each["role"]), each["person_id"]): each["version_id"] for each in row.looks},
        stored=stored_of(row),
    )


def _as_sent(row: Row[Any]) -> PlanDraft:
    """What the version says, with its notice and the moment it was sent in, as the rules ask for them."""
    plan = thaw(bytes(row.document))
    if row.notice_id is not None:
        notice = PlanPublicity(
            start=row.starts_on,
            end=row.ends_on,
            channels=tuple(row.notice_channels),
            coverage_statement=row.coverage_statement,
        )
        plan = replace(plan, publicity=notice)
    return replace(plan, submitted_at=row.submitted_at) if row.submitted_at else plan


def _listed(rows: Sequence[Mapping[str, Any]], make: Any) -> tuple[Any, ...]:
    return tuple(make(each) for each in rows)


def _moment(data: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(data[name]) if data[name] else None


def _tick(data: Mapping[str, Any]) -> Tick:
    return Tick(
        role=Role(data["role"]),
        section=data["section"],
        section_hash=data["section_hash"],
        verdict=Verdict(data["verdict"]),
        reason=data["reason"],
        by=data["made_name"],
        at=datetime.fromisoformat(data["made_at"]),
    )


def _view(data: Mapping[str, Any]) -> FindingView:
    return FindingView(
        role=Role(data["role"]),
        rule=data["rule"],
        path=data["path"],
        finding_hash=data["finding_hash"],
        verdict=View(data["verdict"]),
        reason=data["reason"],
        by=data["made_name"],
        at=datetime.fromisoformat(data["made_at"]),
    )


def _review(data: Mapping[str, Any]) -> Review:
    return Review(
        stage=data["stage"],
        role=Role(data["role"]),
        outcome=data["outcome"],
        opinion=data["opinion"],
        by=data["decided_name"],
        at=datetime.fromisoformat(data["decided_at"]),
    )


def _waiver(data: Mapping[str, Any]) -> Waiver:
    named = ("rule", "role", "reason", "decided_by", "decided_name")
    at = datetime.fromisoformat(data["decided_at"])
    return _waived(**{name: data[name] for name in named}, decided_at=at)


def _waived(
    *, rule: str, role: str, reason: str, decided_by: int, decided_name: str, decided_at: datetime
) -> Waiver:
    decision = Decision(
        person_id=decided_by, name=decided_name, role=Role(role), at=decided_at, reason=reason
    )
    return Waiver(rule=rule, decision=decision)


def _expert(data: Mapping[str, Any]) -> ExpertTask:
    return ExpertTask(
        person_id=data["person_id"],
        name=data["name"],
        assigned_at=datetime.fromisoformat(data["assigned_at"]),
        recused_at=_moment(data, "recused_at"),
        recused_reason=data["recused_reason"],
        outcome=data["outcome"],
        opinion=data["opinion"],
        assessed_at=_moment(data, "assessed_at"),
    )
