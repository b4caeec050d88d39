"""逐节审核: a body's word on each section and on each finding, before it decides."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action
from core.domain.errors import DomainError
from core.domain.plan_review import SECTIONS, ToView, Verdict, View, need_reason
from core.domain.roles import Actor, Role
from core.domain.stages import PlanState
from core.domain.values import blank
from core.persistence import clock
from core.persistence.models import PlanFindingView, PlanTick
from core.persistence.queries import plan_review as queries
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.reviews import counting
from core.services.reviews.kept import JOINT, KeptVersion, judged
from core.services.reviews.taking import looked, require_reviewer, take, tell

LONGEST: Final = 1000
"""Characters in a reason or an opinion."""
DECIDERS: Final = frozenset({Role.PROVINCE_HR, Role.PROVINCE_CENTRE})


def tick(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    section: str,
    section_hash: str,
    verdict: Verdict,
    reason: str = "",
) -> None:
    """同意 or 退回 one section, as the actor has seen it.

    Raises LookupError, NotAllowed, Invalid or Conflict.
    """
    kept = take(session, tenant_id=tenant_id, version_id=version_id)
    role = _marking(kept, actor)
    now_is = kept.section_hashes.get(section)
    if now_is is None:
        raise DomainError("方案没有这一节，没有保存。刷新页面后重新办理。")
    if now_is != section_hash:
        raise Conflict(f"“{SECTIONS[section]}”在打开以后有变动，没有保存。刷新页面后重新核对这一节。")
    text = _reason(reason) if verdict is Verdict.RETURN else ""
    queries.add(
        session,
        PlanTick,
        tenant_id=tenant_id,
        plan_id=kept.plan_id,
        role=role.value,
        section=section,
        section_hash=section_hash,
        verdict=verdict.value,
        reason=text,
        made_by=actor.person_id,
        made_name=actor.name,
        made_at=clock.now(session),
    )
    looked(session, actor, kept)
    tell(
        session,
        actor,
        kept,
        Action.PLAN_TICK,
        reason=text,
        section=(None, SECTIONS[section]),
        verdict=(None, verdict.value),
    )


def view(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    version_id: int,
    rule: str,
    path: str,
    finding_hash: str,
    verdict: View,
    reason: str = "",
) -> None:
    """核对 a finding, or accept or refuse the reason given for it. Raises as ``tick``."""
    kept = take(session, tenant_id=tenant_id, version_id=version_id)
    role = _marking(kept, actor)
    found = _finding(session, kept, rule, path)
    if found is None or found.hash != finding_hash:
        raise Conflict("这项检查结果在打开以后有变动，没有保存。刷新页面后重新核对。")
    _require_fitting(found, verdict)
    text = _reason(reason) if verdict is View.REFUSED else ""
    queries.add(
        session,
        PlanFindingView,
        tenant_id=tenant_id,
        plan_id=kept.plan_id,
        role=role.value,
        rule=rule,
        path=path,
        finding_hash=finding_hash,
        verdict=verdict.value,
        reason=text,
        made_by=actor.person_id,
        made_name=actor.name,
        made_at=clock.now(session),
    )
    if verdict in counting.SAID:
        counting.keep_said(session, kept, rule=rule, met=counting.SAID[verdict])
    looked(session, actor, kept)
    tell(
        session,
        actor,
        kept,
        Action.PLAN_VIEW,
        reason=text,
        rule=(None, rule),
        verdict=(None, verdict.value),
    )


def _marking(kept: KeptVersion, actor: Actor) -> Role:
    """The role that marks a version: a body in the joint review, or the province before it decides."""
    if kept.state is PlanState.REVIEWED:
        if actor.role not in DECIDERS:
            raise Conflict("会同审核已经完成，没有保存。方案由省级组织专家评估后决定。")
        return actor.role
    role = require_reviewer(kept, actor)
    if kept.state is not PlanState.SUBMITTED:
        raise Conflict(
            f"第 {kept.number} 版{kept.state.zh}，不在审核中，没有保存。刷新页面后查看现在的状态。"
        )
    if kept.decided(role, JOINT):
        raise Conflict("本单位已经审核通过这一版，没有保存。企业修改后形成新的一版，再行核对。")
    return role


def _finding(session: Session, kept: KeptVersion, rule: str, path: str) -> ToView | None:
    return next((each for each in judged(session, kept).to_view if each.key == (rule, path)), None)


def _require_fitting(found: ToView, verdict: View) -> None:
    if found.stops:
        raise NotAllowed("阻断的检查结果不能由审核单位确认。由企业改正，或由有权单位豁免。")
    if found.reasoned == (verdict is View.CONFIRMED):
        demand = "企业说明了理由，选择采纳或者不予采纳" if found.reasoned else "没有理由可以采纳，核对后确认"
        raise Invalid("verdict", f"{demand}。")


def _reason(reason: str) -> str:
    text = need_reason("退回", reason) if not blank(reason) else ""
    if not text:
        raise Invalid("reason", "没有写退回的理由。理由将原样送达企业，写明后再保存。")
    if len(text) > LONGEST:
        raise Invalid("reason", f"理由共 {len(text)} 个字，最多 {LONGEST} 个。缩短后保存。")
    return text
