"""授权: who holds which role in a tenant. A revoked grant stops the next request, since each request asks.

The scope writes the tenant concerned (``scopes.towards`` for another one than the actor's own).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.audit import Action, Author, Subject, record
from core.domain.roles import (
    KEEPS_ONE,
    Actor,
    Grant,
    Role,
    excluded_by,
    may_grant,
    within_reach,
)
from core.domain.values import blank
from core.persistence import clock
from core.persistence.queries import grant as queries
from core.services.accounts.answers import Conflict, Invalid, NotAllowed


def require_may_grant(session: Session, *, actor: Actor, tenant_id: int, role: Role) -> None:
    """Raises NotAllowed unless the actor may give ``role`` in the tenant, which both must be in scope."""
    reach = may_grant(actor.role, role)
    tenant = queries.tenant(session, tenant_id=tenant_id)
    home = queries.tenant(session, tenant_id=actor.tenant_id)
    if reach is None or tenant is None or home is None or tenant.kind != role.kind.value:
        raise NotAllowed(f"{actor.role.zh}不能在该单位授予或撤销“{role.zh}”。由有权限的单位办理。")
    same_city = tenant.city_code is not None and tenant.city_code == home.city_code
    if not within_reach(reach, own=tenant.id == home.id, same_city=same_city):
        raise NotAllowed(f"该单位不在{actor.role.zh}的管理范围内，没有授予或撤销“{role.zh}”。")


def grant(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    person_id: int,
    role: Role,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> int:
    """Give one more role to somebody who has or had one in the tenant; returns the grant's id.

    Others are invited. Raises NotAllowed, Conflict or Invalid.
    """
    require_may_grant(session, actor=actor, tenant_id=tenant_id, role=role)
    if person_id == actor.person_id:
        raise NotAllowed("不能给自己授予角色。由本单位另一名有权限的人员办理。")
    known = queries.grants(session, tenant_id=tenant_id, person_id=person_id, limit=1)
    if not known:
        raise NotAllowed("该人员不在本单位。发出邀请，由本人接受。")
    return give(
        session,
        author=actor,
        granted_by=actor.person_id,
        tenant_id=tenant_id,
        person_id=person_id,
        person_name=known[0].person_name,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def give(
    session: Session,
    *,
    author: Actor | Author,
    granted_by: int | None,
    tenant_id: int,
    person_id: int,
    person_name: str,
    role: Role,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> int:
    """What holds for every grant, whoever may make it: it ends after it begins, once a role, no mixed powers.

    For acts that took their authority from elsewhere (an invitation, setting up the platform): ``author`` is
    who the record names, ``granted_by`` whose authority it was.
    """
    start = valid_from or clock.now(session)
    if valid_to is not None and valid_to <= start:
        raise Invalid("valid_to", "截止时间不晚于开始时间。改为更晚的时间，或不设截止时间。")
    _require_compatible(session, tenant_id=tenant_id, person_id=person_id, role=role)
    facts = {"person_id": person_id, "role": role.value, "valid_from": start, "valid_to": valid_to}
    _end_over(session, tenant_id=tenant_id, person_id=person_id, role=role, by=granted_by or person_id)
    grant_id = queries.add_grant(
        session, tenant_id=tenant_id, tenant_kind=role.kind.value, granted_by=granted_by, **facts
    )
    record(
        session,
        tenant_id=tenant_id,
        actor=author,
        action=Action.GRANT_CREATE,
        subject=Subject("grant", grant_id, f"{person_name}：{role.zh}"),
        changes={name: (None, value) for name, value in facts.items()},
    )
    return grant_id


def _end_over(session: Session, *, tenant_id: int, person_id: int, role: Role, by: int) -> None:
    """A grant of this role that ran out makes place for the new one."""
    ran_out = queries.over(session, tenant_id=tenant_id, person_id=person_id, role=role)
    if ran_out is not None:
        queries.revoke(session, tenant_id=tenant_id, grant_id=ran_out, by=by, reason="有效期满")


def _require_compatible(session: Session, *, tenant_id: int, person_id: int, role: Role) -> None:
    queries.lock_person(session, person_id=person_id)
    held = queries.held_roles(session, tenant_id=tenant_id, person_id=person_id)
    if role in held:
        raise Conflict(f"该人员已是本单位的“{role.zh}”，没有重复授予。")
    other = excluded_by(role, held)
    if other is not None:
        raise Conflict(
            f"该人员是本单位的“{other.zh}”，不能同时是“{role.zh}”。先撤销其中一个，或改由他人担任。"
        )


def revoke(session: Session, *, actor: Actor, tenant_id: int, grant_id: int, reason: str) -> Grant:
    """End a grant now, with a reason; returns what it was. The next request of its holder lacks it.

    Raises LookupError for no such grant, NotAllowed, Invalid without a reason, Conflict when it is revoked
    already or is the last of a role that a tenant cannot be without.
    """
    found = queries.grants(session, tenant_id=tenant_id, only=grant_id)
    if not found:
        raise LookupError(grant_id)
    (held,) = found
    require_may_grant(session, actor=actor, tenant_id=tenant_id, role=held.role)
    if blank(reason):
        raise Invalid("reason", "未填写撤销原因。填写原因后再撤销。")
    if held.role in KEEPS_ONE:
        standing = queries.lock_holders(session, tenant_id=tenant_id, role=held.role)
        if standing == [grant_id]:
            raise Conflict(f"这是该单位最后一名“{held.role.zh}”，没有撤销。先由他人担任，再撤销。")
    reason = reason.strip()
    if not queries.revoke(session, tenant_id=tenant_id, grant_id=grant_id, by=actor.person_id, reason=reason):
        raise Conflict("这个角色已经撤销，没有重复撤销。")
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.GRANT_REVOKE,
        subject=Subject("grant", grant_id, f"{held.person_name}：{held.role.zh}"),
        changes={"revoked": (False, True)},
        reason=reason,
    )
    return held


def history(
    session: Session, *, tenant_id: int, person_id: int | None = None, after: int = 0, limit: int = 50
) -> tuple[Grant, ...]:
    """The grants of a tenant, or of one person in it, with those that ended; by id from above ``after``."""
    return queries.grants(session, tenant_id=tenant_id, person_id=person_id, after=after, limit=limit)
