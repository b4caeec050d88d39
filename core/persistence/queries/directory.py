"""单位的名录: lists of tenants, by pages, and how far one has come.

Everything is read in scope. Lists are paged by key: a page costs the same wherever it is. A statement is
made once for each form it takes and sent with its values: making it anew costs more than the rest of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    any_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from core.domain.roles import Role, TenantKind, roles_of
from core.domain.stages import PlanState
from core.persistence import scope
from core.persistence.db import READ_TENANTS
from core.persistence.models import (
    CyclePlace,
    Invitation,
    PilotCycleRow,
    PlanRow,
    PlanVersionRow,
    ReopeningRow,
    RoleGrant,
    Tenant,
)
from core.persistence.queries.grant import standing
from core.persistence.queries.statements import exactly, like, one_of, plain, written


class TenantOrder(StrEnum):
    """What a list of tenants is sorted by, rising; those that are alike stay in the order of OPENED."""

    OPENED = "opened"
    NAME = "name"
    CITY = "city"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantsWanted:
    """Which tenants: words in the name or the code, of some kinds, of one city; sorted by what, which way."""

    words: str = ""
    kinds: Collection[TenantKind] = ()
    city_code: str = ""
    order: TenantOrder = TenantOrder.OPENED
    falling: bool = False


def tenants(session: Session, wanted: TenantsWanted, *, after: int | None, limit: int) -> Sequence[Row[Any]]:
    """Tenants in scope, from behind the tenant ``after``.

    id, kind, name, city_code, uscc, created_at; ``people`` is how many answer for the tenant now, with a role
    that needs a second factor.
    """
    query = _tenants(
        named=scope.current().reads != "*",
        words=bool(wanted.words),
        kinds=bool(wanted.kinds),
        city=bool(wanted.city_code),
        order=wanted.order,
        falling=wanted.falling,
        begun=after is not None,
        limit=limit,
    )
    values = {
        "after": after,
        "anywhere": f"%{plain(wanted.words)}%",
        "at_first": f"{plain(wanted.words)}%",
        "kinds": list(wanted.kinds),
        "city_code": wanted.city_code,
    }
    return session.execute(query, values).all()


@cache
def _tenants(
    *,
    named: bool,
    words: bool,
    kinds: bool,
    city: bool,
    order: TenantOrder,
    falling: bool,
    begun: bool,
    limit: int,
) -> Select[Any]:
    key = _key(Tenant, order)
    query = (
        select(
            Tenant.id,
            Tenant.kind,
            Tenant.name,
            Tenant.city_code,
            Tenant.uscc,
            Tenant.created_at,
            _people().label("people"),
        )
        .order_by(*(each.desc() if falling else each for each in key))
        .limit(exactly(limit))
    )
    if begun:
        last = aliased(Tenant)
        there = select(*_key(last, order)).where(last.id == bindparam("after")).scalar_subquery()
        query = query.where(tuple_(*key) < there if falling else tuple_(*key) > there)
    if named:  # also for the planner: it would look through those of all cities
        query = query.where(Tenant.id == any_(READ_TENANTS))
    if words:
        query = query.where(or_(like(Tenant.name, "anywhere"), like(Tenant.uscc, "at_first")))
    if kinds:
        query = query.where(one_of(Tenant.kind, "kinds"))
    if city:
        query = query.where(Tenant.city_code == bindparam("city_code"))
    return query


def _key(of: type[Tenant], order: TenantOrder) -> tuple[ColumnElement[Any], ...]:
    """What ``of`` is sorted by. No two are alike: the id comes last.

    GB 18030 has the usual characters in the order of 拼音, which no collation of the server has.
    """
    if order is TenantOrder.NAME:
        return func.convert_to(of.name, "GB18030"), of.id.expression
    if order is TenantOrder.CITY:
        return func.coalesce(of.city_code, ""), of.id.expression
    return (of.id.expression,)


def _people() -> ColumnElement[int]:
    partly = {kind: roles for kind in TenantKind if (roles := _answering(kind)) != roles_of(kind)}
    return case(
        *(
            (Tenant.kind == kind.value, _holders(RoleGrant.role.in_(_named(roles))))
            for kind, roles in partly.items()
        ),
        else_=_holders(),
    )


def _answering(kind: TenantKind) -> tuple[Role, ...]:
    return tuple(role for role in roles_of(kind) if role.needs_second_factor)


def _holders(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many people of the tenant have a grant now."""
    return (
        select(func.count(RoleGrant.person_id.distinct()))
        .where(RoleGrant.tenant_id == Tenant.id, *which, standing())
        .scalar_subquery()
    )


def _named(roles: Iterable[Role]) -> list[ColumnElement[str]]:
    """``roles`` in the statement itself: for parameters the planner would read everybody of the tenant."""
    return [written(role.value) for role in roles]


def planned(session: Session, *, but: int, limit: int) -> Sequence[Row[Any]]:
    """id and name of the enterprises in scope that have a plan, other than ``but``."""
    return session.execute(
        select(Tenant.id, Tenant.name)
        .where(or_(Tenant.slug.is_not(None), PLANNED), Tenant.id != but)
        .order_by(Tenant.id)
        .limit(limit)
    ).all()


PLANNED: Final = exists().where(PlanRow.tenant_id == Tenant.id)
TENANT: Final = select(*Tenant.__table__.columns, PLANNED.label("makes_plan")).where(
    Tenant.id == bindparam("tenant_id")
)


def tenant(session: Session, tenant_id: int) -> Row[Any] | None:
    """All columns of a tenant in scope, and whether it makes a plan here (``makes_plan``)."""
    return session.execute(TENANT, {"tenant_id": tenant_id}).one_or_none()


def planning(session: Session, tenant_id: int) -> Row[Any] | None:
    """How far an enterprise has come with its plan: id and slug of the tenant, and of its latest cycle code
    and plan_report, which may be reopened for it; ``plan_id`` is that of its plan, ``editable`` that no
    version of it stands, ``returned_by`` the role that returned the last one, ``unlocked`` the parts that it
    opened; ``hr`` says that somebody is its 人力资源管理部门 or invited to be.
    """
    return session.execute(_planning(), {"tenant_id": tenant_id}).one_or_none()


@cache
def _planning() -> Select[Any]:
    tenant_id: BindParameter[int] = bindparam("tenant_id", type_=BigInteger())
    role = written(Role.ENTERPRISE_HR.value)
    held = select(RoleGrant.id).where(RoleGrant.tenant_id == tenant_id, RoleGrant.role == role, standing())
    invited = select(Invitation.id).where(
        Invitation.tenant_id == tenant_id,
        Invitation.role == role,
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > func.app_now(),
    )
    closed = [
        written(each.value) for each in PlanState if each not in (PlanState.RETURNED, PlanState.WITHDRAWN)
    ]
    stood = select(PlanVersionRow.id).where(
        PlanVersionRow.tenant_id == PlanRow.tenant_id,
        PlanVersionRow.plan_id == PlanRow.id,
        PlanVersionRow.state.in_(closed),
    )
    returned = (
        select(PlanVersionRow.decided_role)
        .where(
            PlanVersionRow.tenant_id == PlanRow.tenant_id,
            PlanVersionRow.plan_id == PlanRow.id,
            PlanVersionRow.state == written(PlanState.RETURNED.value),
        )
        .order_by(PlanVersionRow.number.desc())
        .limit(exactly(1))
    )
    reopened = select(func.max(ReopeningRow.until)).where(
        ReopeningRow.cycle_id == PilotCycleRow.id,
        ReopeningRow.deadline == written("plan_report"),
        ReopeningRow.uscc == Tenant.uscc,
    )
    return (
        select(
            Tenant.id,
            Tenant.slug,
            PilotCycleRow.code,
            func.greatest(PilotCycleRow.plan_report, reopened.scalar_subquery()).label("plan_report"),
            returned.scalar_subquery().label("returned_by"),
            PlanRow.unlocked,
            or_(held.exists(), invited.exists()).label("hr"),
            PlanRow.id.label("plan_id"),
            and_(PlanRow.id.is_not(None), ~stood.exists()).label("editable"),
        )
        .outerjoin(CyclePlace, CyclePlace.tenant_id == Tenant.id)
        .outerjoin(PilotCycleRow, PilotCycleRow.id == CyclePlace.cycle_id)
        .outerjoin(
            PlanRow, and_(PlanRow.tenant_id == CyclePlace.tenant_id, PlanRow.cycle_id == CyclePlace.cycle_id)
        )
        .where(Tenant.id == tenant_id)
        .order_by(PilotCycleRow.id.desc().nulls_last())
        .limit(exactly(1))
    )
