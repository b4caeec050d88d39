"""报送方案 (二（三）): the version whose notice is over goes to review, the same to the letter.

What is checked is what was frozen, with the notice as it was and the moment of sending in. What the
enterprise's answers and plugins give today must have the same content hash as what staff saw. The record of
comments goes along: it stands with the notice, and is settled from here on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core import outbox
from core.audit import Action, record
from core.domain.errors import DomainError
from core.domain.frozen import content_hash
from core.domain.roles import Actor
from core.domain.stages import NOT_PUBLICISED, PlanAct, plan_move
from core.persistence import clock
from core.persistence.queries import publicity as queries
from core.rulebook.engine import Finding
from core.rulebook.waivers import with_waivers
from core.services import publicity
from core.services.accounts.answers import Conflict
from core.services.drafts import kept as plans
from core.services.drafts.compiling import Checked, Judged, checked, judged
from core.services.drafts.kept import KeptPlan
from core.services.plan_comments import Counts, counts
from core.services.plan_doors import SAME_HASH, not_barred, require_open, stopping
from core.services.plans import deviation_report
from core.services.publicity import Notice
from core.services.reviews import counting
from core.services.reviews.kept import waivers

CHANGED: Final = (
    "公示的方案内容摘要为 {seen}，现在为 {now}，内容已经变动。撤下公示，按变动后的方案重新公示后再报送。"
)
SPOILT: Final = "公示的方案与公示时的内容摘要 {seen} 不符。停止办理，由平台管理员核查操作记录。"
UNSEEN: Final = "方案还没有公示，不能报送。先向全体职工公示（二（二））。"
SHOWN: Final = 12
"""Characters of a hash in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What sending in now would meet."""

    notice: Notice
    findings: tuple[Finding, ...]
    counts: Counts
    frozen: Judged

    def lines(self) -> tuple[counting.Line, ...]:
        """What the version meets of the rulebook, as it is counted."""
        report = self.frozen.report
        departures = deviation_report(report.plan, report.cycle, self.frozen.edition)
        return counting.lines_of(self.findings, departures)


def look(session: Session, plan: KeptPlan) -> Looked:
    """What the rules say of sending in the version that is publicised, now, and what was waived for it.

    Raises Conflict for none.
    """
    last = plan.last
    notice = last and publicity.of_version(session, tenant_id=plan.tenant_id, version_id=last.id)
    if not notice:
        raise Conflict(UNSEEN, NOT_PUBLICISED)
    now = clock.now(session)
    frozen = judged(session, plan, replace(notice.plan(), publicity=notice.publicity, submitted_at=now))
    waived = waivers(session, tenant_id=plan.tenant_id, version_id=notice.version_id)
    found = (
        *not_barred(session, plan.uscc, frozen.edition, now),
        *_same(session, plan, notice, now),
        *with_waivers(frozen.findings, waived),
    )
    return Looked(notice=notice, findings=found, counts=counts(session, notice), frozen=frozen)


def submit(
    session: Session, *, actor: Actor, tenant_id: int, plan_id: int, seen: str = ""
) -> tuple[Finding, ...]:
    """Send in the publicised version; returns what the rules warn of. ``seen`` is the hash on the page.

    Raises LookupError, NotAllowed, IllegalMove, Conflict, or ``plan_doors.Closed`` with what the rules find.
    """
    publicity.require_enterprise(actor, tenant_id, "报送")
    plan = plans.take(session, tenant_id=tenant_id, plan_id=plan_id)
    last = plan.last
    if last is None:
        raise Conflict(UNSEEN, NOT_PUBLICISED)
    if plan.rejected:
        raise Conflict(f"{plan.closed_because}没有报送。", plan.closed_by)
    after = plan_move(last.state, PlanAct.SUBMIT, channel=plan.channel, role=actor.role)
    looked = look(session, plan)
    if seen not in ("", last.content_hash):
        raise Conflict("打开页面以后公示的版本已经更换，没有报送。刷新页面，核对现在的版本后再报送。")
    require_open("报送", plan.opened.edition, looked.findings)
    done = queries.change_version(
        session,
        tenant_id=tenant_id,
        version_id=last.id,
        stood=last.state.value,
        state=after.value,
        submitted_by=actor.person_id,
        submitted_name=actor.name,
        submitted_at=clock.now(session),
    )
    if not done:
        raise Conflict("方案的状态已经改变，没有报送。刷新页面后查看现在的状态。")
    counting.keep_sent(session, plan, version_id=last.id, lines=looked.lines())
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.PLAN_SUBMIT,
        subject=plan.subject,
        changes={
            "version_number": (None, last.number),
            "plan_state": (last.state.value, after.value),
            "content_hash": (None, last.content_hash),
            "comments": (None, looked.counts.made),
        },
    )
    outbox.enqueue(
        session,
        tenant_id=tenant_id,
        topic=Action.PLAN_SUBMIT.value,
        payload={"plan_id": plan.id, "version_id": last.id},
    )
    return looked.findings


def _same(session: Session, plan: KeptPlan, notice: Notice, now: datetime) -> Iterator[Finding]:
    """Where the plan is no longer what staff saw: changed where it is kept, or answered otherwise today."""
    seen = notice.content_hash[:SHOWN]
    today = checked(session, plan, publicity=notice.publicity, submitted_at=now)
    if content_hash(notice.plan(), notice.edition) != notice.content_hash:
        yield stopping(today.edition, SAME_HASH, SPOILT.format(seen=seen))
    elif (there := _hash_of(today)) != notice.content_hash:
        yield stopping(today.edition, SAME_HASH, CHANGED.format(seen=seen, now=there[:SHOWN]))


def _hash_of(today: Checked) -> str:
    """The content hash of what the plan gives now; of one with faults none that anything has."""
    try:
        return today.frozen().content_hash
    except DomainError:
        return "—"
