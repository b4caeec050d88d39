"""方案公示 (二（二）): the notice to all staff, which freezes the plan, and taking it down.

What staff see, bodies review and the province approves carries one content hash from here on (PF-plan-hash).
The notice is at an address that nobody can guess and that a poster shows; only the digest of its token is
kept, and who has the key of the platform makes the same token again for another poster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import outbox
from core.audit import Action, record
from core.crypto import Keyring, context
from core.domain.enterprise import PlanPublicity
from core.domain.frozen import thaw
from core.domain.plan import PlanDraft
from core.domain.plan_review import section_hashes
from core.domain.roles import Actor
from core.domain.stages import PlanAct, PlanState, plan_move
from core.domain.values import beijing_day, blank
from core.domain.wording import day_words
from core.persistence import clock
from core.persistence.queries import publicity as queries
from core.persistence.scope import Scope
from core.plandoc.tree import FORBIDDEN
from core.rulebook.engine import Finding
from core.services import city_requirements
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.accounts.tokens import token_hash
from core.services.drafts import kept as plans
from core.services.drafts.compiling import Checked, checked
from core.services.drafts.kept import EDITORS, KeptPlan
from core.services.plan_doors import not_barred, require_open

LONGEST: Final = timedelta(days=60)
MOST_CHANNELS: Final = 20
CHANNEL, COVERAGE, REASON = 100, 500, 500
"""Characters at most of what is typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicised:
    """A notice that has begun: the version that it froze, its token, what the rules warn of."""

    version_id: int
    number: int
    notice_id: int
    token: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice with the version that it is of. ``submitted_at`` is when that was sent in, if it was."""

    tenant_id: int
    plan_id: int
    version_id: int
    id: int
    number: int
    state: PlanState
    version: int
    enterprise: str
    cycle: str
    edition: str
    document: bytes
    content_hash: str
    starts_on: date
    ends_on: date
    channels: tuple[str, ...]
    coverage_statement: str
    published_name: str
    published_at: datetime
    withdrawn_name: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    submitted_at: datetime | None
    now: datetime

    @property
    def today(self) -> date:
        return beijing_day(self.now) or self.ends_on

    @property
    def ended(self) -> bool:
        """Whether its last day is over; it lasts until 24:00 of that day."""
        return self.today > self.ends_on

    @property
    def takes_comments(self) -> bool:
        return self.state is PlanState.PUBLICISED and not self.ended

    @property
    def scope(self) -> Scope:
        """The scope of commenting on it."""
        return Scope(reads=frozenset({self.tenant_id}), writes=self.tenant_id)

    @property
    def publicity(self) -> PlanPublicity:
        """方案公示 as the plan document states it."""
        return PlanPublicity(
            start=self.starts_on,
            end=self.ends_on,
            channels=self.channels,
            coverage_statement=self.coverage_statement,
        )

    def plan(self) -> PlanDraft:
        """What was frozen."""
        return thaw(self.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What is typed to begin a notice: its last day, where it hangs, how it reaches everybody.

    ``content_hash`` is that of the plan which the person saw; another is not publicised.
    """

    ends_on: date | None
    channels: Sequence[str]
    coverage_statement: str
    content_hash: str = ""


def look(session: Session, plan: KeptPlan, typed: Plain) -> Checked:
    """The plan as it would be publicised today, checked with its notice."""
    today = beijing_day(clock.now(session))
    publicity = PlanPublicity(
        start=today,
        end=typed.ends_on,
        channels=tuple(typed.channels),
        coverage_statement=typed.coverage_statement,
    )
    return checked(session, plan, publicity=publicity)


def publicise(
    session: Session, *, actor: Actor, tenant_id: int, plan_id: int, typed: Plain, keys: Keyring
) -> Publicised:
    """Freeze the plan and begin its notice today.

    Raises LookupError, NotAllowed, Invalid, Conflict, ``plan_doors.Closed`` with what the rules find, or
    DomainError while a plugin fails.
    """
    require_enterprise(actor, tenant_id, "公示")
    plan = plans.take(session, tenant_id=tenant_id, plan_id=plan_id)
    if plan.closed_because:
        raise Conflict(f"{plan.closed_because}没有公示。", plan.closed_by)
    if not plan.begun:
        city_requirements.await_city(session, cycle_id=plan.opened.id, city_code=plan.city_code)
    now = clock.now(session)
    typed = _settled(typed, beijing_day(now) or now.date())
    found = look(session, plan, typed)
    findings = (*not_barred(session, plan.uscc, found.edition, now), *found.findings)
    require_open("公示", found.edition, findings)
    if typed.content_hash not in ("", found.report.content_hash):
        raise Conflict("打开页面以后方案有改动，没有公示。刷新页面，核对现在的方案后再公示。")
    version_id, number = _freeze(session, actor, plan, found)
    token = keys.token(_where(tenant_id, version_id))
    notice_id = queries.add_notice(
        session,
        tenant_id=tenant_id,
        version_id=version_id,
        token_hash=token_hash(token),
        starts_on=beijing_day(now),
        ends_on=typed.ends_on,
        channels=list(typed.channels),
        coverage_statement=typed.coverage_statement,
        published_by=actor.person_id,
        published_name=actor.name,
    )
    _enqueue(session, plan, version_id, Action.PLAN_PUBLICISE)
    return Publicised(
        version_id=version_id, number=number, notice_id=notice_id, token=token, findings=findings
    )


def withdraw(session: Session, *, actor: Actor, tenant_id: int, plan_id: int, reason: str) -> None:
    """撤下公示: the version ends, and the plan may be edited.

    Raises LookupError, NotAllowed, IllegalMove, Invalid or Conflict.
    """
    require_enterprise(actor, tenant_id, "撤下")
    plan = plans.take(session, tenant_id=tenant_id, plan_id=plan_id)
    last = plan.last
    if last is None or last.notice_id is None:
        raise Conflict("方案没有在公示，没有撤下。刷新页面后查看现在的状态。")
    after = plan_move(last.state, PlanAct.WITHDRAW, channel=plan.channel, role=actor.role)
    reason = within(reason, "reason", REASON, "撤下的理由")
    if not queries.change_version(
        session, tenant_id=tenant_id, version_id=last.id, stood=last.state.value, state=after.value
    ):
        raise Conflict("方案的状态已经改变，没有撤下。刷新页面后查看现在的状态。")
    queries.change_notice(
        session,
        tenant_id=tenant_id,
        notice_id=last.notice_id,
        withdrawn_by=actor.person_id,
        withdrawn_name=actor.name,
        withdrawn_at=clock.now(session),
        withdrawn_reason=reason,
    )
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.PLAN_WITHDRAW,
        subject=plan.subject,
        changes={"version_number": (last.number, None), "plan_state": (last.state.value, after.value)},
        reason=reason,
    )
    _enqueue(session, plan, last.id, Action.PLAN_WITHDRAW)


def find(session: Session, *, token: str) -> Notice | None:
    """The notice that a token opens, under ``scopes.ACCOUNTS``; None when there is none such."""
    row = queries.with_token(session, token_hash=token_hash(token))
    return None if row is None else _notice(row)


def of_version(session: Session, *, tenant_id: int, version_id: int) -> Notice | None:
    """The notice of a version in scope."""
    row = queries.of_version(session, tenant_id=tenant_id, version_id=version_id)
    return None if row is None else _notice(row)


def token_of(notice: Notice, keys: Keyring) -> str:
    """The token of a notice, made again for its poster."""
    return keys.token(_where(notice.tenant_id, notice.version_id))


def _freeze(session: Session, actor: Actor, plan: KeptPlan, found: Checked) -> tuple[int, int]:
    """The plan as a version of its own, told in the record; returns where it is kept, and its number."""
    frozen = found.frozen()
    number = plan.last.number + 1 if plan.last else 1
    values = {
        "tenant_id": plan.tenant_id,
        "plan_id": plan.id,
        "cycle_id": plan.opened.id,
        "city_code": plan.city_code,
        "channel": plan.channel.value,
        "nominator_id": plan.nominator_id,
        "number": number,
        "edition": frozen.edition,
        "rulebook": frozen.rulebook,
        "document": frozen.document,
        "answerers": {part: asdict(who) for part, who in frozen.answerers.items()},
        "content_hash": frozen.content_hash,
        "snapshot_hash": frozen.snapshot_hash,
        "section_hashes": dict(section_hashes(found.plan)),
        "publicised_by": actor.person_id,
        "publicised_name": actor.name,
    }
    try:
        with session.begin_nested():
            version_id = queries.add_version(session, **values)
    except IntegrityError:
        raise Conflict("方案已有版本在公示或者审核，没有重复公示。刷新页面后查看现在的状态。") from None
    publicity = found.plan.publicity or PlanPublicity()
    record(
        session,
        tenant_id=plan.tenant_id,
        actor=actor,
        action=Action.PLAN_PUBLICISE,
        subject=plan.subject,
        changes={
            "version_number": (None, number),
            "plan_state": (None, PlanState.PUBLICISED.value),
            "content_hash": (None, frozen.content_hash),
            "snapshot_hash": (None, frozen.snapshot_hash),
            "starts_on": (None, publicity.start or None),
            "ends_on": (None, publicity.end or None),
            "channels": (None, "、".join(publicity.channels or ())),
            "coverage_statement": (None, publicity.coverage_statement or None),
        },
    )
    return version_id, number


def _enqueue(session: Session, plan: KeptPlan, version_id: int, action: Action) -> None:
    outbox.enqueue(
        session,
        tenant_id=plan.tenant_id,
        topic=action.value,
        payload={"plan_id": plan.id, "version_id": version_id},
    )


def _settled(typed: Plain, today: date) -> Plain:
    """What was typed without blanks. Raises Invalid at its field."""
    if typed.ends_on is None:
        raise Invalid("ends_on", "没有填写公示结束日期。填写公示的最后一天。")
    if not today <= typed.ends_on <= today + LONGEST:
        raise Invalid(
            "ends_on",
            f"公示结束日期应在{day_words(today)}至{day_words(today + LONGEST)}之间，"
            f"实际为{day_words(typed.ends_on)}。",
        )
    channels = [each.strip() for each in typed.channels if not blank(each)]
    if not 1 <= len(channels) <= MOST_CHANNELS:
        raise Invalid("channels", f"公示渠道应为 1 至 {MOST_CHANNELS} 个，每行写一个。")
    for each in channels:
        within(each, "channels", CHANNEL, "每个公示渠道")
    coverage = within(typed.coverage_statement, "coverage_statement", COVERAGE, "覆盖全体职工的说明")
    return Plain(
        ends_on=typed.ends_on,
        channels=tuple(channels),
        coverage_statement=coverage,
        content_hash=typed.content_hash,
    )


def within(text: str, field: str, longest: int, what: str) -> str:
    """``text`` without the blanks around it. Raises Invalid for none, too much or control characters."""
    found = text.replace("\r\n", "\n").strip()
    if not 1 <= len(found) <= longest:
        raise Invalid(field, f"{what}应为 1 至 {longest} 字，实际为 {len(found)} 字。")
    if FORBIDDEN.search(found):
        raise Invalid(field, f"{what}含有控制字符。删去，或重新键入。")
    return found


def require_enterprise(actor: Actor, tenant_id: int, what: str) -> None:
    """Raise NotAllowed unless those act who prepare the enterprise's plan."""
    if actor.tenant_id != tenant_id or actor.role not in EDITORS:
        raise NotAllowed(f"方案公示由试点企业办理，{actor.role.zh}不能{what}。")


def _where(tenant_id: int, version_id: int) -> str:
    return context("plan_notice", f"version {version_id}", tenant_id)


def _notice(row: Row[Any]) -> Notice:
    data = row._asdict()
    data["id"], data["cycle"] = data.pop("notice_id"), data.pop("code")
    return Notice(**{**data, "state": PlanState(row.state), "channels": tuple(row.channels)})
