"""已批准的方案: what every later step takes; without one an enterprise runs no pilot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action
from core.domain.approved_plan import Approval, ApprovedPlan, NotApproved, Tampered, approved_plan, drift
from core.domain.plan import PlanDraft
from core.domain.stages import PlanState
from core.persistence.queries import plan_review as queries
from core.persistence.queries.audit import Filters
from core.persistence.queries.plan import SUBJECT as PLAN
from core.services import audit
from core.services.drafts.kept import KeptPlan
from core.services.editions import edition
from core.services.plan_doors import require_not_barred
from core.services.reviews.kept import SUBJECT, KeptVersion, stored_of

WHY: Final = "方案未通过审核的企业，不开展首席技师评聘试点工作（二（三））"


def approved(session: Session, *, tenant_id: int, cycle_id: int) -> ApprovedPlan:
    """The approved plan of an enterprise for a cycle, its hashes made anew and held against the record.

    Raises NotApproved, Barred, or Tampered where what is stored is not what was approved.
    """
    row = queries.approved(session, tenant_id=tenant_id, cycle_id=cycle_id)
    if row is None:
        raise NotApproved(_why_not(session, tenant_id, cycle_id))
    found = approved_plan(stored_of(row), _approval(session, tenant_id, row.id, row.number))
    require_not_barred(session, "开展评聘", row.uscc, edition(found.frozen.edition))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An approved plan beside what the enterprise's answers and plugins give today.

    ``parts`` would be answered otherwise; the plan runs as approved all the same. ``fault`` says why what
    was approved cannot be taken at all.
    """

    parts: tuple[str, ...] = ()
    fault: str = ""


def standing(session: Session, plan: KeptPlan, today: PlanDraft) -> Standing:
    """How the plan in force stands to ``today``; nothing of one that is not in force or is being amended."""
    if plan.approved is None or plan.pending is not None or not plan.closed_because:
        return Standing()
    try:
        runs = approved(session, tenant_id=plan.tenant_id, cycle_id=plan.opened.id)
    except Tampered as error:
        return Standing(fault=str(error))
    return Standing(parts=drift(runs, today))


def _approval(session: Session, tenant_id: int, version_id: int, number: int) -> Approval:
    """What the record says was approved as this version. Raises Tampered where it says nothing."""
    of_version = Filters(subject_type=SUBJECT, subject_id=str(version_id), action=Action.PLAN_APPROVE.value)
    events = audit.events(session, tenant_id, filters=of_version, limit=1).events
    if not events:
        raise Tampered("操作记录中没有这一版方案的批准，不能据以开展评聘。由平台核查操作记录。")
    event = events[0]
    return Approval(
        version_id=version_id,
        number=number,
        by=event.actor_name,
        at=event.at,
        seal=str(event.changes["seal"][1]),
    )


def require_publicised(session: Session, kept: KeptVersion) -> None:
    """Raise Tampered where a version is not what the record says its notice began with (PF-plan-hash).

    A version that is on its way is the last of its plan, so its notice is the last.
    """
    of_plan = Filters(subject_type=PLAN, subject_id=str(kept.plan_id), action=Action.PLAN_PUBLICISE.value)
    events = audit.events(session, kept.tenant_id, filters=of_plan, limit=1).events
    says = {name: change[1] for name, change in events[0].changes.items()} if events else {}
    there = {
        "version_number": kept.number,
        "content_hash": kept.content_hash,
        "snapshot_hash": kept.stored.snapshot_hash,
    }
    if any(says.get(name) != value for name, value in there.items()):
        raise Tampered(
            "方案与操作记录中公示的一版不一致，不能批准。停止办理并报省职业技能鉴定中心，由平台核查操作记录。"
        )


def _why_not(session: Session, tenant_id: int, cycle_id: int) -> str:
    last = queries.last(session, tenant_id=tenant_id, cycle_id=cycle_id)
    if last is None:
        return f"工作方案还没有向职工公示。{WHY}，公示、报送并批准后再办理。"
    state = PlanState(last.state)
    then = "本年度不再办理。" if state is PlanState.REJECTED else "批准后再办理。"
    return f"工作方案第 {last.number} 版{state.zh}。{WHY}，{then}"
