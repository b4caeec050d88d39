"""推荐, 会签, 核实, 退回, 不予确定, 撤回: each step is one act, told in the nominator's chain.

Other bodies act on a nomination in the scope that writes the tenant it belongs to. ``version`` is the one
that the actor has seen: an act on another is refused with what was done since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import outbox
from core.audit import Action, Subject, record
from core.audit.actions import name_of
from core.domain.errors import DomainError
from core.domain.nomination import (
    DossierPart,
    PilotNomination,
    Signature,
    Verification,
    still_verified,
    verified,
)
from core.domain.records import plain
from core.domain.roles import Actor, Role
from core.domain.stages import NominationAct, NominationState
from core.domain.values import BEIJING, blank
from core.domain.wording import day_words
from core.persistence import clock
from core.persistence.queries import locks
from core.persistence.queries import nomination as queries
from core.services import audit
from core.services.accounts.answers import Conflict, NotAllowed
from core.services.nominations import reading
from core.services.nominations.judging import after_act, require
from core.services.nominations.kept import SUBJECT, Kept, plain_verification

RECORDED: Final[Mapping[NominationAct, Action]] = MappingProxyType(
    {
        NominationAct.SUBMIT: Action.NOMINATION_SUBMIT,
        NominationAct.COUNTERSIGN: Action.NOMINATION_COUNTERSIGN,
        NominationAct.RETURN: Action.NOMINATION_RETURN,
        NominationAct.ADMIT: Action.NOMINATION_ADMIT,
        NominationAct.REJECT: Action.NOMINATION_REJECT,
        NominationAct.WITHDRAW: Action.NOMINATION_WITHDRAW,
    }
)
VERIFIERS: Final = frozenset({Role.PROVINCE_CENTRE, Role.PROVINCE_HR})


def submit(
    session: Session, *, actor: Actor, tenant_id: int, nomination_id: int, version: int | None = None
) -> None:
    """推荐, or sending it in again. Raises LookupError, IllegalMove, CannotGoOn or Conflict."""
    kept = take(session, tenant_id=tenant_id, nomination_id=nomination_id, version=version)
    act, now = NominationAct.SUBMIT, clock.now(session)
    after = after_act(kept.nomination, act, actor, now)
    require(session, kept, after, act, now)
    verifications = still_verified(after.verifications, kept.changed())
    queries.add_sent(
        session,
        tenant_id=tenant_id,
        nomination_id=nomination_id,
        dossier=plain(after.dossier),
        sent_by=actor.person_id,
    )
    values = {
        "nominated_by": actor.person_id,
        "nominated_name": actor.name,
        "nominated_role": actor.role.value,
        "nominated_at": now,
        "countersigned_by": None,
        "countersigned_name": None,
        "countersigned_at": None,
        "verifications": [plain_verification(each) for each in verifications],
        "class_proved": after.slot().class_proved,
    }
    _step(session, actor, kept, after, _Deed(act, values))


def countersign(
    session: Session, *, actor: Actor, tenant_id: int, nomination_id: int, version: int | None = None
) -> None:
    """会签 (AMB-01). Raises LookupError, IllegalMove, CannotGoOn or Conflict."""
    kept = take(session, tenant_id=tenant_id, nomination_id=nomination_id, version=version)
    act, now = NominationAct.COUNTERSIGN, clock.now(session)
    after = after_act(kept.nomination, act, actor, now)
    require(session, kept, after, act, now)
    values = {
        "countersigned_by": actor.person_id,
        "countersigned_name": actor.name,
        "countersigned_at": now,
    }
    _step(session, actor, kept, after, _Deed(act, values))


def verify(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    nomination_id: int,
    found: Mapping[DossierPart, str],
    version: int | None = None,
) -> None:
    """核实: what the province found of parts, "" where met. Raises LookupError, NotAllowed or Conflict."""
    kept = take(session, tenant_id=tenant_id, nomination_id=nomination_id, version=version)
    if actor.role not in VERIFIERS:
        raise NotAllowed(f"推荐申报由省级核实，{actor.role.zh}不能办理。")
    if kept.nomination.state is not NominationState.REPORTED:
        raise Conflict(f"推荐申报{kept.nomination.state.zh}，不能核实。刷新页面后查看现在的状态。")
    after = _with_found(session, actor, kept, found)
    change(session, kept, verifications=[plain_verification(each) for each in after.verifications])
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.NOMINATION_VERIFY,
        subject=Subject(SUBJECT, nomination_id, kept.label),
        changes={part.zh: (None, reason.strip() or "符合") for part, reason in found.items()},
    )


def send_back(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    nomination_id: int,
    unmet: Mapping[DossierPart, str],
    version: int | None = None,
) -> None:
    """退回补正, with a reason for each unmet part. Raises LookupError, IllegalMove or DomainError."""
    kept = take(session, tenant_id=tenant_id, nomination_id=nomination_id, version=version)
    after = after_act(kept.nomination, NominationAct.RETURN, actor, clock.now(session))
    if not unmet:
        raise DomainError("没有选择退回的部分。至少选择一处不符合的要求，写明理由。")
    if lacking := next((part for part, reason in unmet.items() if blank(reason)), None):
        raise DomainError(f"“{lacking.zh}”没有写退回的理由。写明哪里不符合、怎样补正。")
    found = _with_found(session, actor, kept, unmet).verifications
    reasons = {part.zh: (None, reason.strip()) for part, reason in unmet.items()}
    values = {"verifications": [plain_verification(each) for each in found]}
    _step(session, actor, kept, after, _Deed(NominationAct.RETURN, values, reasons))


def reject(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    nomination_id: int,
    reason: str,
    version: int | None = None,
) -> None:
    """不予确定, with the reason. Raises LookupError, IllegalMove or DomainError."""
    kept = take(session, tenant_id=tenant_id, nomination_id=nomination_id, version=version)
    _end(session, actor, kept, NominationAct.REJECT, reason)


def withdraw(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    nomination_id: int,
    reason: str,
    version: int | None = None,
) -> None:
    """撤回: the place in the quota is free again. Raises LookupError, IllegalMove or DomainError."""
    kept = take(session, tenant_id=tenant_id, nomination_id=nomination_id, version=version)
    _end(session, actor, kept, NominationAct.WITHDRAW, reason)


def _end(session: Session, actor: Actor, kept: Kept, act: NominationAct, reason: str) -> None:
    after = after_act(kept.nomination, act, actor, clock.now(session))
    if blank(reason):
        raise DomainError(f"没有写{act.zh}的理由。写明理由。")
    _step(session, actor, kept, after, _Deed(act, reason=reason))


def take(session: Session, *, tenant_id: int, nomination_id: int, version: int | None = None) -> Kept:
    """A nomination to act on: one act at a time on it, and on the places of its city.

    Raises LookupError, or Conflict when it is not the ``version`` that the actor has seen.
    """
    row = queries.one(session, tenant_id=tenant_id, nomination_id=nomination_id)
    if row is None:
        raise LookupError(nomination_id)
    locks.hold(session, "city", row.cycle_id, row.city_code)
    locks.hold(session, SUBJECT, tenant_id, nomination_id)
    kept = reading.one(session, tenant_id=tenant_id, nomination_id=nomination_id)
    if kept is None:
        raise LookupError(nomination_id)
    if version not in (None, kept.version):
        raise Conflict(f"{_last_deed(session, kept)}没有办理。刷新页面，按最新情况办理。")
    return kept


def _last_deed(session: Session, kept: Kept) -> str:
    """What was done with a nomination last, by whom and when."""
    events = audit.history(session, kept.tenant_id, subject_type=SUBJECT, subject_id=kept.id, limit=1).events
    if not events:
        return "打开以后另有人修改过，"
    last = events[0]
    return f"打开以后{last.actor_name}于{day_words(last.at.astimezone(BEIJING))}“{name_of(last.action)}”，"


@dataclass(frozen=True, slots=True)
class _Deed:
    """A step: which, what it writes beside the state, what the record says of it."""

    act: NominationAct
    values: Mapping[str, object] = field(default_factory=dict)
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    reason: str = ""


def _step(session: Session, actor: Actor, kept: Kept, after: PilotNomination, deed: _Deed) -> None:
    """Keep a step: the state, the event, the message to whom it concerns."""
    values = dict(deed.values)
    if after.state is NominationState.REPORTED and kept.nomination.reported_at is None:
        values["reported_at"] = clock.now(session)
    change(session, kept, state=after.state.value, **values)
    record(
        session,
        tenant_id=kept.tenant_id,
        actor=actor,
        action=RECORDED[deed.act],
        subject=Subject(SUBJECT, kept.id, after.name),
        changes={"state": (kept.nomination.state.value, after.state.value), **deed.changes},
        reason=deed.reason.strip() or None,
    )
    outbox.enqueue(
        session,
        tenant_id=kept.tenant_id,
        topic=RECORDED[deed.act].value,
        payload={"nomination_id": kept.id, "cycle_id": kept.opened.id},
    )


def change(session: Session, kept: Kept, **values: Any) -> None:
    """Write ``values`` to a nomination as it was when it was taken. Raises Conflict."""
    try:
        with session.begin_nested():
            done = queries.change(
                session, tenant_id=kept.tenant_id, nomination_id=kept.id, version=kept.version, **values
            )
    except IntegrityError as error:
        if "ix_nomination_one_channel" not in str(error.orig):
            raise
        raise Conflict(
            "该企业本年度已由其他单位申报。一个年度只通过一个渠道申报一次，联系省职业技能鉴定中心核对。"
        ) from None
    if not done:
        raise Conflict(f"{_last_deed(session, kept)}没有办理。刷新页面，按最新情况办理。")


def _with_found(
    session: Session, actor: Actor, kept: Kept, found: Mapping[DossierPart, str]
) -> PilotNomination:
    """The nomination with what ``actor`` found of its parts; a part with a reason is not met."""
    by = Signature(
        person_id=actor.person_id,
        name=actor.name,
        role=actor.role,
        city_code=kept.nomination.city_code if actor.role is Role.CITY_HR else None,
        at=clock.now(session),
    )
    after = kept.nomination
    for part, reason in found.items():
        after = verified(after, Verification(part=part, met=blank(reason), reason=reason.strip(), by=by))
    return after
