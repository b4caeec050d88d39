"""开始制定方案: the plan of an enterprise for the cycle it was admitted to, once, and amendments of it.

The enterprise and its nomination come from the dossier by which it was admitted. What was typed in a folder
that is bound to the enterprise is taken over as typed, so that nothing of it is lost; from then on the folder
gives its code alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.nomination import enrolment
from core.domain.records import plain
from core.domain.roles import Actor
from core.domain.stages import NOT_APPROVED
from core.domain.values import beijing_day, blank
from core.domain.wording import day_words
from core.persistence import clock
from core.persistence.queries import plan as queries
from core.persistence.scope import Scope
from core.plandoc.typed import kept as as_kept
from core.services import city_requirements
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.drafts.kept import EDITORS, SUBJECT, KeptPlan, of, take
from core.services.nominations import reading as nominations
from core.services.nominations.kept import Kept
from core.services.plan_doors import require_not_barred
from core.services.tenants import folder_of

LONGEST_REASON = 500


def scope_to_open(session: Session, scope: Scope) -> Scope:
    """The scope of ``open_plan`` for an enterprise that acts in ``scope``: it also reads who nominated it.

    Raises LookupError for an enterprise that was admitted to no cycle.
    """
    tenant_id = scope.writes or 0
    place = queries.place(session, tenant_id=tenant_id)
    if place is None:
        raise LookupError(tenant_id)
    return replace(scope, reads=frozenset({tenant_id, place.nomination_tenant_id}))


def open_plan(session: Session, *, actor: Actor, tenant_id: int) -> int:
    """Begin the plan of an enterprise for its latest cycle, in ``scope_to_open``; returns its number.

    Raises LookupError, NotAllowed, or Conflict when it was begun already.
    """
    if actor.tenant_id != tenant_id or actor.role not in EDITORS:
        raise NotAllowed(f"工作方案由试点企业制定，{actor.role.zh}不能办理。")
    place = queries.place(session, tenant_id=tenant_id)
    if place is None:
        raise LookupError(tenant_id)
    found = nominations.one(session, tenant_id=place.nomination_tenant_id, nomination_id=place.nomination_id)
    if found is None:
        raise LookupError(place.nomination_id)
    require_not_barred(session, "制定方案", found.nomination.uscc, found.opened.edition)
    try:
        with session.begin_nested():
            plan_id = queries.add(session, **_columns(actor, tenant_id, found))
    except IntegrityError:
        raise _begun(session, tenant_id, found) from None
    typed = _take_over(session, actor, tenant_id, plan_id, found)
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.PLAN_OPEN,
        subject=Subject(SUBJECT, plan_id, found.label),
        changes={"cycle": (None, found.opened.label), "taken_over": (None, "、".join(typed) or None)},
    )
    return plan_id


def _begun(session: Session, tenant_id: int, found: Kept) -> Conflict:
    plan_id = queries.of_cycle(session, tenant_id=tenant_id, cycle_id=found.opened.id)
    there = plan_id and of(session, tenant_id=tenant_id, plan_id=plan_id)
    if there and there.rejected:
        return Conflict(f"{there.closed_because}没有办理。", there.closed_by)
    return Conflict("本年度的工作方案已经开始制定，没有重复办理。刷新页面后继续填写。")


def begin_amendment(session: Session, *, actor: Actor, tenant_id: int, plan_id: int, reason: str) -> None:
    """发起方案修订: open an approved plan for editing; what was approved runs until another version is.

    Raises LookupError, NotAllowed, Invalid or Conflict.
    """
    if actor.tenant_id != tenant_id or actor.role not in EDITORS:
        raise NotAllowed(f"方案修订由试点企业发起，{actor.role.zh}不能办理。")
    plan = take(session, tenant_id=tenant_id, plan_id=plan_id)
    last = plan.last
    if plan.rejected:
        raise Conflict(f"{plan.closed_because}没有办理。", plan.closed_by)
    if plan.approved is None or last is None:
        raise Conflict("方案还没有批准（二（三）），不需要发起修订。直接修改方案。", NOT_APPROVED)
    if plan.amending or not plan.closed_because:
        raise Conflict("方案正在修订，没有重复办理。直接修改方案。")
    if plan.pending is not None:
        raise Conflict(f"第 {plan.pending.number} 版{plan.pending.state.zh}，不能另行修订。")
    require_not_barred(session, "发起修订", plan.uscc, plan.opened.edition)
    _require_in_time(session, plan)
    if blank(reason) or len(reason.strip()) > LONGEST_REASON:
        raise Invalid("reason", f"修订的理由应为 1 至 {LONGEST_REASON} 字。写明修改什么、为什么修改。")
    queries.change(session, tenant_id=tenant_id, plan_id=plan_id, amends=last.number, unlocked=None)
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.PLAN_AMEND,
        subject=plan.subject,
        changes={"amends": (None, plan.approved.number)},
        reason=reason.strip(),
    )


def _require_in_time(session: Session, plan: KeptPlan) -> None:
    """Raise Conflict where an amendment could not be sent in any more (JS-2.3-plan-report-deadline)."""
    last = plan.opened.cycle.last_day("plan_report", plan.uscc)
    today = beijing_day(clock.now(session))
    if today is not None and today > last:
        raise Conflict(
            f"工作方案报送截止为{day_words(last)}（含当日），已经逾期，修订后不能报送（二（三））。"
            "由省职业技能鉴定中心重新开放期限后，再发起修订。"
        )


def _columns(actor: Actor, tenant_id: int, found: Kept) -> dict[str, Any]:
    enterprise, nomination = enrolment(found.nomination)
    return {
        "tenant_id": tenant_id,
        "cycle_id": found.opened.id,
        "city_code": found.nomination.city_code,
        "channel": str(found.nomination.dossier.channel),
        "nominator_id": found.tenant_id,
        "uscc": found.nomination.uscc,
        "enterprise": found.label,
        "facts": {"enterprise": plain(enterprise), "nomination": plain(nomination)},
        "opened_by": actor.person_id,
        "opened_name": actor.name,
    }


def _take_over(session: Session, actor: Actor, tenant_id: int, plan_id: int, found: Kept) -> list[str]:
    """Keep what the folder's answers say as typed; returns the parts."""
    folder, now = folder_of(found.nomination.uscc), clock.now(session)
    typed = dict(folder.answers) if folder else {}
    if typed:
        city_requirements.await_city(session, cycle_id=found.opened.id, city_code=found.nomination.city_code)
    for part, answer in typed.items():
        queries.put_part(
            session,
            tenant_id=tenant_id,
            plan_id=plan_id,
            part=part,
            answer=as_kept(answer),
            revision=1,
            by=actor.person_id,
            name=actor.name,
            at=now,
        )
    return list(typed)
