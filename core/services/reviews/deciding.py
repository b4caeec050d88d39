"""会同审核的决定: agree, return, reject; waive a rule for one version.

A decision names the version that its actor saw. A return unlocks the flagged sections alone, those of the
other body too: the enterprise mends them in one version.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action
from core.domain.errors import DomainError
from core.domain.pilot_cycle import Decision
from core.domain.plan_review import (
    REVIEWERS,
    SECTIONS,
    Progress,
    agreed_by_all,
    to_return,
    unlocked_parts,
)
from core.domain.plan_rules import Met
from core.domain.roles import Actor, Role
from core.domain.stages import Channel, PlanAct, PlanState, plan_move
from core.domain.values import BEIJING, beijing_day, blank
from core.domain.wording import day_words
from core.persistence import clock
from core.persistence.models import PlanReviewRow, PlanWaiverRow
from core.persistence.queries import plan_review as queries
from core.rulebook.engine import Finding
from core.rulebook.waivers import granted
from core.services import attachments
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.plan_doors import require_not_barred
from core.services.reviews import counting
from core.services.reviews.kept import JOINT, PROVINCE, Judged, KeptVersion, judged
from core.services.reviews.marking import DECIDERS, LONGEST
from core.services.reviews.taking import looked, require_reviewer, take, tell, write
from core.uploads import Answer, Store

REPORT: Final = "JS-2.3-plan-report-deadline"
WAIVED_IN: Final = frozenset({PlanState.PUBLICISED, PlanState.SUBMITTED, PlanState.REVIEWED})


class CannotDecide(DomainError):
    """What keeps a body from agreeing or the province from approving; ``findings`` are those that stop it."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = (), rule: str = "") -> None:
        super().__init__(message, rule or next((each.rule for each in findings), ""))
        self.findings = findings


def agree(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    opinion: str = "",
    seen: int | None = None,
) -> PlanState:
    """审核通过: the last body to agree concludes the joint review. Returns where the version stands then.

    Raises LookupError, NotAllowed, IllegalMove, CannotDecide or Conflict.
    """
    kept = take(session, tenant_id=tenant_id, version_id=version_id, seen=seen)
    role = require_reviewer(kept, actor)
    _require_undecided(kept, role)
    act = PlanAct.CONCLUDE if agreed_by_all(kept.channel, (*kept.agreed, role)) else PlanAct.AGREE
    state = plan_move(kept.state, act, channel=kept.channel, role=role)
    found = judged(session, kept)
    require_in_time(session, kept)
    require_not_barred(session, "审核通过", kept.uscc, found.edition)
    _require_done(found, found.progress(kept, role))
    keep_review(session, actor, kept, stage=JOINT, outcome="agreed", opinion=_opinion(opinion))
    write(session, kept, state=state.value)
    looked(session, actor, kept)
    tell(
        session,
        actor,
        kept,
        Action.PLAN_AGREE,
        reason=opinion,
        outside=True,
        state=(kept.state.value, state.value),
        content_hash=(None, kept.content_hash),
    )
    return state


def return_(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    opinion: str = "",
    seen: int | None = None,
) -> tuple[str, ...]:
    """退回修改: only what was flagged is unlocked, by whatever body. Returns the unlocked parts.

    A body that flagged nothing itself does not return. Raises as ``agree``.
    """
    kept = take(session, tenant_id=tenant_id, version_id=version_id, seen=seen)
    stage = _stage(kept, actor)
    state = plan_move(kept.state, PlanAct.RETURN, channel=kept.channel, role=actor.role)
    _require_undecided(kept, actor.role, stage)
    found = judged(session, kept)
    by_body = {each: found.progress(kept, each) for each in _of_stage(kept, stage)}
    if not by_body[actor.role].may_return:
        raise CannotDecide("不能退回：没有拟退回的节。在要修改的节选择退回并写明理由，再退回。")
    flagged = to_return(actor.role, by_body)
    parts = unlocked_parts(flagged, kept.plan)
    reason = said(flagged, _opinion(opinion))
    keep_review(session, actor, kept, stage=stage, outcome="returned", opinion=reason)
    keep_decision(session, actor, kept, state, reason)
    queries.unlock(session, tenant_id=tenant_id, plan_id=kept.plan_id, parts=parts)
    looked(session, actor, kept)
    tell(
        session,
        actor,
        kept,
        Action.PLAN_RETURN,
        reason=reason,
        outside=True,
        state=(kept.state.value, state.value),
        unlocked=(None, "、".join(SECTIONS[each] for each in parts)),
        content_hash=(None, kept.content_hash),
    )
    return parts


def reject(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    reason: str,
    seen: int | None = None,
) -> None:
    """不予通过: the enterprise runs no pilot this year (JS-2.3-unapproved-no-pilot). Raises as ``agree``."""
    kept = take(session, tenant_id=tenant_id, version_id=version_id, seen=seen)
    state = plan_move(kept.state, PlanAct.REJECT, channel=kept.channel, role=actor.role)
    if blank(reason):
        raise Invalid("reason", "没有写不予通过的理由。理由将原样送达企业，写明后再办理。")
    text = _opinion(reason)
    keep_review(session, actor, kept, stage=PROVINCE, outcome="rejected", opinion=text)
    keep_decision(session, actor, kept, state, text)
    queries.unlock(session, tenant_id=tenant_id, plan_id=kept.plan_id, parts=())
    tell(
        session,
        actor,
        kept,
        Action.PLAN_REJECT,
        reason=text,
        outside=True,
        state=(kept.state.value, state.value),
        content_hash=(None, kept.content_hash),
    )


def waive(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    rule: str,
    reason: str,
    sent: Answer | None = None,
    store: Store | None = None,
    seen: int | None = None,
) -> None:
    """豁免: a rule that this version breaks does not stop it, with the file it rests on (PF-waiver-log).

    Raises LookupError, Conflict, Invalid, or DomainError where the rule or the role does not allow it.
    """
    kept = take(session, tenant_id=tenant_id, version_id=version_id, seen=seen)
    if kept.state not in WAIVED_IN:
        raise Conflict(f"第 {kept.number} 版{kept.state.zh}，不能豁免。刷新页面后查看现在的状态。")
    if any(each.rule == rule for each in kept.waivers):
        raise Conflict("这条规则已经豁免，没有重复办理。")
    found = judged(session, kept)
    now = clock.now(session)
    text = _opinion(reason)
    decision = Decision(person_id=actor.person_id, name=actor.name, role=actor.role, at=now, reason=text)
    granted(rule, decision, found.edition.catalogue.rules)
    if not _is_broken(session, kept, found, rule):
        raise CannotDecide("这一版没有违反这条规则，不需要豁免。刷新页面后查看检查结果。")
    attachment_id = None
    if sent is not None and store is not None:
        file = attachments.accepted(sent)
        attachment_id = attachments.keep(
            session,
            actor=actor,
            tenant_id=tenant_id,
            subject=kept.subject,
            purpose="waiver",
            file=file,
            store=store,
        )
    queries.add(
        session,
        PlanWaiverRow,
        tenant_id=tenant_id,
        version_id=version_id,
        rule=rule,
        role=actor.role.value,
        reason=text,
        attachment_id=attachment_id,
        decided_by=actor.person_id,
        decided_name=actor.name,
        decided_at=now,
    )
    counting.keep_said(session, kept, rule=rule, met=Met.WAIVED)
    write(session, kept)
    tell(
        session,
        actor,
        kept,
        Action.PLAN_WAIVE,
        reason=text,
        outside=True,
        rule=(None, rule),
        attachment=(None, attachment_id),
    )


def _require_done(found: Judged, progress: Progress) -> None:
    """Raise CannotDecide while a body has something to look at, to waive, or to return."""
    if not progress.lacking:
        return
    waits = found.titles(each.rule for each in progress.to_waive)
    then = f"{waits}由本单位豁免，不豁免的退回修改。" if waits else ""
    raise CannotDecide(f"不能审核通过：{'，'.join(progress.lacking)}。{then}逐项处理后再审核。", found.stops)


def require_in_time(session: Session, kept: KeptVersion) -> None:
    """Raise CannotDecide when plans can no longer be reported, unless that was waived or reopened."""
    last = kept.opened.cycle.last_day("plan_report", kept.uscc)
    if is_late(session, kept) and all(each.rule != REPORT for each in kept.waivers):
        raise CannotDecide(
            f"工作方案报送截止为{day_words(last)}（含当日），已经逾期，不能审核通过（二（三））。"
            "由省职业技能鉴定中心重新开放期限或者豁免，并写明理由。",
            rule=REPORT,
        )


def is_late(session: Session, kept: KeptVersion) -> bool:
    """Whether the last day for reporting plans is over for this enterprise.

    A city reports a plan by agreeing to it; in the direct channel it was reported when it was sent in.
    """
    direct = kept.channel is Channel.PROVINCE_DIRECT and kept.submitted_at is not None
    day = beijing_day(kept.submitted_at if direct else clock.now(session))
    return day is not None and day > kept.opened.cycle.last_day("plan_report", kept.uscc)


def _is_broken(session: Session, kept: KeptVersion, found: Judged, rule: str) -> bool:
    """Whether the version breaks a rule, by what it says or by the day it is."""
    return any(each.rule == rule for each in found.findings) or (rule == REPORT and is_late(session, kept))


def said(flagged: Mapping[str, str], opinion: str) -> str:
    """The reasons of a return, section by section, as they reach the enterprise."""
    reasons = [f"{SECTIONS[name]}：{reason}" for name, reason in flagged.items()]
    return "\n".join([*reasons, *([f"总体意见：{opinion}"] if opinion else [])])


def _stage(kept: KeptVersion, actor: Actor) -> str:
    """Whether ``actor`` acts in the joint review or for the province. Raises NotAllowed."""
    if kept.state is PlanState.REVIEWED and actor.role in DECIDERS:
        return PROVINCE
    if kept.state is PlanState.REVIEWED and actor.role is Role.PLAN_EXPERT:
        raise NotAllowed("方案评估专家提出评估意见，由省级决定是否退回。")
    require_reviewer(kept, actor)
    return JOINT


def _of_stage(kept: KeptVersion, stage: str) -> Collection[Role]:
    """The bodies that mark sections in a stage."""
    return REVIEWERS[kept.channel] if stage == JOINT else DECIDERS


def _require_undecided(kept: KeptVersion, role: Role, stage: str = JOINT) -> None:
    done = kept.decided(role, stage)
    if done is not None:
        at = day_words(done.at.astimezone(BEIJING))
        raise Conflict(f"本单位已由{done.by}于{at}办理这一版，没有重复办理。")


def keep_review(
    session: Session, actor: Actor, kept: KeptVersion, *, stage: str, outcome: str, opinion: str
) -> None:
    """Keep what a body decided of a version in a stage."""
    queries.add(
        session,
        PlanReviewRow,
        tenant_id=kept.tenant_id,
        version_id=kept.id,
        stage=stage,
        role=actor.role.value,
        reviewer_tenant_id=actor.tenant_id,
        outcome=outcome,
        opinion=opinion,
        decided_by=actor.person_id,
        decided_name=actor.name,
        decided_at=clock.now(session),
    )


def keep_decision(session: Session, actor: Actor, kept: KeptVersion, state: PlanState, reason: str) -> None:
    """Let a version stand as decided, by whom and why."""
    write(
        session,
        kept,
        state=state.value,
        decided_by=actor.person_id,
        decided_name=actor.name,
        decided_role=actor.role.value,
        decided_reason=reason or None,
        decided_at=clock.now(session),
    )


def _opinion(text: str) -> str:
    opinion = text.strip()
    if len(opinion) > LONGEST:
        raise Invalid("opinion", f"共 {len(opinion)} 个字，最多 {LONGEST} 个。缩短后办理。")
    return opinion
