"""专家评估和批准 (三·表2): the province assigns experts, who assess or recuse; then it decides."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action
from core.domain.approved_plan import verified
from core.domain.pilot_cycle import PlanExpert, squeezed
from core.domain.roles import Actor, Role
from core.domain.stages import DOORS, PlanAct, PlanState, plan_move
from core.domain.values import blank
from core.persistence import clock
from core.persistence.models import PlanExpertTask
from core.persistence.queries import grant as grants
from core.persistence.queries import plan_review as queries
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.plan_doors import require_not_barred
from core.services.reviews.approved import require_publicised
from core.services.reviews.deciding import CannotDecide, keep_decision, keep_review
from core.services.reviews.kept import PROVINCE, ExpertTask, KeptVersion, judged
from core.services.reviews.marking import DECIDERS, LONGEST
from core.services.reviews.taking import take, tell, write

OUTCOMES: Final = {"passed": "建议通过", "revise": "建议修改", "failed": "不建议通过"}


def pool(session: Session, kept: KeptVersion) -> tuple[PlanExpert, ...]:
    """The experts of the cycle who may assess a version: not those it has, nor people of the enterprise.

    Of the enterprise is who names it as employer, and who is something in it now or will be.
    """
    experts = kept.opened.cycle.plan_experts
    there = {each.person_id for each in kept.experts}
    own = squeezed(kept.enterprise)
    holders = grants.holding(
        session, tenant_id=kept.tenant_id, among=[each.person for each in experts if each.person]
    )
    return tuple(
        each for each in experts if each.person not in there | holders and squeezed(each.employer) != own
    )


def assign(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    person_id: int,
    seen: int | None = None,
) -> None:
    """指派 an expert of the cycle. Raises LookupError, NotAllowed, Conflict or Invalid."""
    kept = take(session, tenant_id=tenant_id, version_id=version_id, seen=seen)
    if actor.role not in DECIDERS:
        raise NotAllowed(f"方案评估专家由省级指派，{actor.role.zh}不能指派（三）。")
    _require_reviewed(kept)
    require_not_barred(session, "指派", kept.uscc, kept.opened.edition)
    expert = next((each for each in pool(session, kept) if each.person == person_id), None)
    if expert is None:
        raise Invalid("person", "没有选择可以指派的专家。从本年度方案评估专家中选择，本企业的人员除外。")
    queries.add(
        session,
        PlanExpertTask,
        tenant_id=tenant_id,
        version_id=version_id,
        person_id=person_id,
        name=str(expert.name or ""),
        enterprise=kept.enterprise,
        assigned_by=actor.person_id,
        assigned_at=clock.now(session),
    )
    write(session, kept)
    tell(session, actor, kept, Action.PLAN_ASSIGN, outside=True, expert=(None, str(expert.name or "")))


def recuse(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    reason: str,
    person_id: int | None = None,
    seen: int | None = None,
) -> None:
    """回避: by the expert, or by the province for the expert ``person_id``. Raises as ``assign``."""
    kept = take(session, tenant_id=tenant_id, version_id=version_id, seen=seen)
    whose = actor.person_id if actor.role is Role.PLAN_EXPERT else person_id
    if actor.role not in {Role.PLAN_EXPERT, *DECIDERS}:
        raise NotAllowed(f"回避由专家本人提出或由省级决定，{actor.role.zh}不能办理。")
    task = _open_task(kept, whose)
    if blank(reason):
        raise Invalid("reason", "没有写回避的事由。写明与企业的关系或者其他事由。")
    _require_reviewed(kept)
    _close(session, kept, task, recused_at=clock.now(session), recused_reason=_text("reason", reason))
    tell(session, actor, kept, Action.PLAN_RECUSE, reason=reason, expert=(None, task.name))


def assess(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    outcome: str,
    opinion: str,
    seen: int | None = None,
) -> None:
    """评估: the expert's own outcome and opinion, once. Raises as ``assign``."""
    kept = take(session, tenant_id=tenant_id, version_id=version_id, seen=seen)
    if actor.role is not Role.PLAN_EXPERT:
        raise NotAllowed(f"方案由指派的专家评估，{actor.role.zh}不能评估。")
    task = _open_task(kept, actor.person_id)
    if outcome not in OUTCOMES:
        raise Invalid("outcome", "没有选择评估结论。从建议通过、建议修改、不建议通过中选择。")
    if blank(opinion):
        raise Invalid("opinion", "没有写评估意见。逐节写明依据和建议。")
    _require_reviewed(kept)
    require_not_barred(session, "评估", kept.uscc, kept.opened.edition)
    values = {"outcome": outcome, "opinion": _text("opinion", opinion), "assessed_at": clock.now(session)}
    _close(session, kept, task, **values)
    tell(
        session,
        actor,
        kept,
        Action.PLAN_ASSESS,
        reason=opinion,
        outside=True,
        outcome=(None, outcome),
        content_hash=(None, kept.content_hash),
    )


def approve(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    opinion: str = "",
    seen: int | None = None,
) -> None:
    """批准: what is stored is what staff were shown, is sealed in the record, and runs from now on.

    Raises LookupError, IllegalMove, CannotDecide, Tampered, Invalid or Conflict.
    """
    kept = take(session, tenant_id=tenant_id, version_id=version_id, seen=seen)
    state = plan_move(kept.state, PlanAct.APPROVE, channel=kept.channel, role=actor.role)
    verified(kept.stored)
    require_publicised(session, kept)
    _require_assessed(kept, opinion)
    _require_clear(session, kept)
    now, text = clock.now(session), _text("opinion", opinion)
    replaced = queries.supersede(session, tenant_id=tenant_id, plan_id=kept.plan_id, at=now)
    keep_review(session, actor, kept, stage=PROVINCE, outcome="approved", opinion=text)
    keep_decision(session, actor, kept, state, text)
    queries.unlock(session, tenant_id=tenant_id, plan_id=kept.plan_id, parts=())
    tell(
        session,
        actor,
        kept,
        Action.PLAN_APPROVE,
        reason=text,
        outside=True,
        state=(kept.state.value, state.value),
        content_hash=(None, kept.content_hash),
        snapshot_hash=(None, kept.stored.snapshot_hash),
        seal=(None, kept.stored.seal),
        superseded=(None, replaced),
    )


def _require_reviewed(kept: KeptVersion) -> None:
    if kept.state is PlanState.REVIEWED:
        return
    said, door = f"第 {kept.number} 版{kept.state.zh}，没有办理", DOORS.get(kept.state)
    if door is None:
        raise Conflict(f"{said}。会同审核完成后由省级组织专家评估（三）。")
    raise Conflict(f"{said}（{door.clause}）。{door.then}", door.rule)


def _require_assessed(kept: KeptVersion, opinion: str) -> None:
    """三·表2: at least one expert assessed it, and nobody who was asked still has to."""
    if waiting := [each.name for each in kept.experts if each.open]:
        raise CannotDecide(f"不能批准：{'、'.join(waiting)}尚未评估。评估后再批准，或由其回避。")
    done = [each for each in kept.experts if each.assessed_at is not None]
    if not done:
        raise CannotDecide("不能批准：没有专家评估。省鉴定中心组织专家评估企业工作方案（三），先指派专家。")
    if any(each.outcome != "passed" for each in done) and blank(opinion):
        raise Invalid("opinion", "有专家没有建议通过。写明批准的理由。")


def _require_clear(session: Session, kept: KeptVersion) -> None:
    found = judged(session, kept)
    if found.stops:
        which = found.titles(each.rule for each in found.stops)
        raise CannotDecide(
            f"不能批准：有 {len(found.stops)} 项阻断（{which}）。由企业改正，或由有权单位豁免。", found.stops
        )
    require_not_barred(session, "批准", kept.uscc, found.edition)


def _open_task(kept: KeptVersion, person_id: int | None) -> ExpertTask:
    task = kept.expert(person_id or 0)
    if task is None:
        raise LookupError(person_id)
    if not task.open:
        raise Conflict(f"{task.name}对这一版已经评估或者回避，没有重复办理。")
    return task


def _close(session: Session, kept: KeptVersion, task: ExpertTask, **values: object) -> None:
    done = queries.change_task(
        session, tenant_id=kept.tenant_id, version_id=kept.id, person_id=task.person_id, **values
    )
    if not done:
        raise Conflict(f"{task.name}对这一版已经评估或者回避，没有重复办理。")
    write(session, kept)


def _text(field: str, text: str) -> str:
    if len(text.strip()) > LONGEST:
        raise Invalid(field, f"共 {len(text.strip())} 个字，最多 {LONGEST} 个。缩短后办理。")
    return text.strip()
