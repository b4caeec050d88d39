"""确定为试点企业 (二（一）): the enterprise comes to be as a tenant, with everything it needs to begin.

One act in the scope that writes the enterprise: the tenant, its plugins, its place in the cycle and the
invitation of its 企业主要负责人 come to be together, told in its own chain. The nomination is marked, and
nothing of it changes from then on: what was sent in stays what was decided on (ADR 0017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import outbox
from core.audit import Action, Subject, record
from core.domain.enterprise import Enterprise
from core.domain.roles import Actor, Role, TenantKind
from core.domain.stages import NominationAct, NominationState
from core.domain.values import blank, or_empty
from core.persistence import clock
from core.persistence.queries import cycle as cycles_table
from core.persistence.queries import locks
from core.persistence.queries import nomination as nominations_table
from core.persistence.queries import plugin as plugins_table
from core.persistence.queries import tenant as tenants_table
from core.rulebook.engine import Finding
from core.services import founding
from core.services.accounts import invitations
from core.services.accounts.answers import Conflict, Invalid
from core.services.accounts.invitations import Invited
from core.services.founding import NewTenant
from core.services.nominations.judging import after_act, require
from core.services.nominations.kept import SUBJECT, Kept
from core.services.nominations.steps import RECORDED, take
from core.services.tenants import folder_of

SHORT: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What came of admitting: the tenant, the link for its principal, what the rules warned of."""

    tenant_id: int
    invited: Invited
    findings: tuple[Finding, ...]


def tenant_for(session: Session, *, uscc: str) -> int:
    """The id that the tenant of an enterprise has, or will have: for the scope that writes it."""
    there = tenants_table.with_number(session, uscc)
    return founding.next_tenant(session) if there is None else there


def admit(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    nominator_id: int,
    nomination_id: int,
    short_name: str,
    principal: str,
    version: int | None = None,
) -> Admitted:
    """Admit the enterprise of a nomination as the tenant ``tenant_id`` of ``tenant_for``.

    Raises LookupError, IllegalMove, CannotGoOn, Invalid, or Conflict when somebody was faster.
    """
    kept = take(session, tenant_id=nominator_id, nomination_id=nomination_id, version=version)
    act, now = NominationAct.ADMIT, clock.now(session)
    if kept.place is not None:
        raise Conflict(
            f"{kept.admitted_name}已办理“{act.zh}”，没有重复办理。"
            "邀请链接没有留下的，在该企业的邀请列表中撤回后重新邀请。"
        )
    after = after_act(kept.nomination, act, actor, now)
    found = require(session, kept, after, act, now)
    locks.hold(session, "enterprise", kept.nomination.uscc)
    if blank(short_name) or len(short_name.strip()) > SHORT:
        raise Invalid("short_name", f"企业简称应为 1 至 {SHORT} 个字。填写简称，用于列表和页眉。")
    _open(session, actor, tenant_id, _new_of(kept, short_name.strip()))
    _place(session, actor, tenant_id, kept)
    invited = invitations.invite(
        session, actor=actor, tenant_id=tenant_id, role=Role.ENTERPRISE_PRINCIPAL, name=principal
    )
    return Admitted(tenant_id=tenant_id, invited=invited, findings=found)


def _open(session: Session, actor: Actor, tenant_id: int, new: NewTenant) -> None:
    """Open the tenant, unless the enterprise has it from an earlier cycle."""
    there = tenants_table.with_number(session, new.uscc or "")
    if there is None:
        founding.open_tenant(session, tenant_id=tenant_id, new=new, author=actor)
        _add_plugins(session, actor, tenant_id, new)
    elif there != tenant_id:
        raise Conflict("该企业刚刚由他人开设，没有重复办理。刷新页面后查看现在的状态。")


def _place(session: Session, actor: Actor, tenant_id: int, kept: Kept) -> None:
    dossier = kept.nomination.dossier
    facts = {
        "cycle_id": kept.opened.id,
        "nomination_tenant_id": kept.tenant_id,
        "nomination_id": kept.id,
        "channel": dossier.channel,
        "quota_class": dossier.quota_class,
    }
    try:
        with session.begin_nested():
            cycles_table.add_place(session, tenant_id=tenant_id, admitted_by=actor.person_id, **facts)
            _mark(session, kept)
    except IntegrityError:
        raise Conflict("该企业已确定为本年度试点企业，没有重复办理。刷新页面后查看现在的状态。") from None
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=RECORDED[NominationAct.ADMIT],
        subject=Subject(SUBJECT, kept.id, kept.label),
        changes={name: (None, value) for name, value in facts.items()},
    )
    outbox.enqueue(
        session,
        tenant_id=tenant_id,
        topic=Action.NOMINATION_ADMIT.value,
        payload={"nomination_id": kept.id, "nominator_id": kept.tenant_id, "cycle_id": kept.opened.id},
    )


def _mark(session: Session, kept: Kept) -> None:
    """Mark the nomination as admitted, by the place that it was just given."""
    done = nominations_table.change(
        session,
        tenant_id=kept.tenant_id,
        nomination_id=kept.id,
        version=kept.version,
        state=NominationState.ADMITTED.value,
    )
    if not done:
        raise Conflict("该推荐申报刚刚由他人办理，没有重复办理。刷新页面后查看现在的状态。")


def _add_plugins(session: Session, actor: Actor, tenant_id: int, new: NewTenant) -> None:
    """The shared plugins that the enterprise's folder lists, if it has one; none otherwise."""
    folder = folder_of(new.uscc or "")
    for position, name in enumerate(folder.plugins if folder else (), 1):
        plugins_table.add(
            session, tenant_id=tenant_id, name=name, position=position, added_by=actor.person_id
        )
        record(
            session,
            tenant_id=tenant_id,
            actor=actor,
            action=Action.PLUGIN_ADD,
            subject=Subject("plugin", name, name),
            changes={"position": (None, position)},
        )


def _new_of(kept: Kept, short_name: str) -> NewTenant:
    """The enterprise as it was nominated; with a folder, if one is bound to its number."""
    facts = or_empty(kept.nomination.dossier.enterprise, Enterprise)
    folder = folder_of(kept.nomination.uscc)
    return NewTenant(
        kind=TenantKind.ENTERPRISE,
        name=str(facts.name or "").strip(),
        short_name=short_name,
        city_code=kept.nomination.city_code,
        uscc=kept.nomination.uscc,
        slug=folder.slug if folder else None,
    )
