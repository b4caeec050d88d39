"""Taking a version to act on it: one act at a time on a plan, and only on what the actor has seen."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core import outbox
from core.audit import Action, record
from core.audit.actions import name_of
from core.domain.plan_review import REVIEWERS
from core.domain.roles import Actor, Role
from core.domain.stages import Channel
from core.domain.values import BEIJING
from core.domain.wording import day_words
from core.persistence import clock
from core.persistence.queries import locks
from core.persistence.queries import plan_review as queries
from core.services import audit
from core.services.accounts.answers import Conflict, NotAllowed
from core.services.reviews.kept import SUBJECT, KeptVersion, one


def take(session: Session, *, tenant_id: int, version_id: int, seen: int | None = None) -> KeptVersion:
    """A version to act on. Raises LookupError, or Conflict when it is not as the actor has ``seen`` it."""
    there = one(session, tenant_id=tenant_id, version_id=version_id)
    if there is None:
        raise LookupError(version_id)
    locks.hold(session, queries.LOCK, tenant_id, there.plan_id)
    kept = one(session, tenant_id=tenant_id, version_id=version_id)
    if kept is None:
        raise LookupError(version_id)
    if seen not in (None, kept.version):
        raise Conflict(f"{_last_deed(session, kept)}没有办理。刷新页面，按最新情况办理。")
    return kept


def require_reviewer(kept: KeptVersion, actor: Actor) -> Role:
    """The role under which ``actor`` reviews jointly. Raises NotAllowed (JS-2.3-joint-review, AMB-46)."""
    if actor.role in REVIEWERS[kept.channel] and not _branch_of_another(kept, actor):
        return actor.role
    bodies = "、".join(each.zh for each in REVIEWERS[kept.channel])
    how = "直接向省级申报的" if kept.channel is Channel.PROVINCE_DIRECT else ""
    raise NotAllowed(f"{how}工作方案由{bodies}审核，{actor.role.zh}不能办理（二（三））。")


def _branch_of_another(kept: KeptVersion, actor: Actor) -> bool:
    return actor.role is Role.CENTRAL_BRANCH and actor.tenant_id != kept.nominator_id


def write(session: Session, kept: KeptVersion, **values: Any) -> None:
    """Write ``values`` to a version as it was when it was taken. Raises Conflict."""
    if not queries.change(
        session, tenant_id=kept.tenant_id, version_id=kept.id, version=kept.version, **values
    ):
        raise Conflict(f"{_last_deed(session, kept)}没有办理。刷新页面，按最新情况办理。")


def tell(
    session: Session,
    actor: Actor,
    kept: KeptVersion,
    action: Action,
    *,
    reason: str = "",
    outside: bool = False,
    **changes: tuple[object, object],
) -> None:
    """Record an act on a version; ``outside`` also leaves a message of it."""
    record(
        session,
        tenant_id=kept.tenant_id,
        actor=actor,
        action=action,
        subject=kept.subject,
        changes=changes,
        reason=reason.strip() or None,
    )
    if outside:
        outbox.enqueue(
            session,
            tenant_id=kept.tenant_id,
            topic=action.value,
            payload={"version_id": kept.id, "plan_id": kept.plan_id, "cycle_id": kept.opened.id},
        )


def looked(session: Session, actor: Actor, kept: KeptVersion) -> None:
    """Keep that the actor has seen this version: the next one shows what changed since."""
    queries.look(
        session,
        tenant_id=kept.tenant_id,
        plan_id=kept.plan_id,
        role=actor.role.value,
        person_id=actor.person_id,
        version_id=kept.id,
        at=clock.now(session),
    )


def _last_deed(session: Session, kept: KeptVersion) -> str:
    """What was done with a version last, by whom and when."""
    events = audit.history(session, kept.tenant_id, subject_type=SUBJECT, subject_id=kept.id, limit=1).events
    if not events:
        return "打开以后另有人办理过，"
    last = events[0]
    return f"打开以后{last.actor_name}于{day_words(last.at.astimezone(BEIJING))}“{name_of(last.action)}”，"
