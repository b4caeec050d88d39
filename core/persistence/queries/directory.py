"""单位和人员的名录: lists of tenants and of the people in one, by pages; what tasks are made of.

Everything is read in scope. Lists are paged by key: a page costs the same wherever it is. A statement is
made once for each form it takes and sent with its values: making it anew costs more than the rest of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Row,
    ScalarSelect,
    Select,
    Text,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.domain.roles import Role, TenantKind, roles_of
from core.persistence import scope
from core.persistence.db import READ_TENANTS
from core.persistence.models import (
    CyclePlace,
    Invitation,
    Person,
    PilotCycleRow,
    PlanRow,
    RecoveryCode,
    RoleGrant,
    Tenant,
)
from core.persistence.queries.grant import NOW, standing

ESCAPE: Final = "/"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsWanted:
    """Which grants of a tenant: of some roles, standing or all, of one person, of names with ``words``."""

    roles: Collection[Role]
    ended: bool = False
    words: str = ""
    person_id: int | None = None


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
        query = query.where(_one_of(Tenant.kind, "kinds"))
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
    and plan_report; ``hr`` says that somebody is its 人力资源管理部门 or invited to be.
    """
    role = Role.ENTERPRISE_HR.value
    held = select(RoleGrant.id).where(RoleGrant.tenant_id == tenant_id, RoleGrant.role == role, standing())
    invited = select(Invitation.id).where(
        Invitation.tenant_id == tenant_id,
        Invitation.role == role,
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > func.app_now(),
    )
    return session.execute(
        select(
            Tenant.id,
            Tenant.slug,
            PilotCycleRow.code,
            PilotCycleRow.plan_report,
            or_(held.exists(), invited.exists()).label("hr"),
        )
        .outerjoin(CyclePlace, CyclePlace.tenant_id == Tenant.id)
        .outerjoin(PilotCycleRow, PilotCycleRow.id == CyclePlace.cycle_id)
        .where(Tenant.id == tenant_id)
        .order_by(PilotCycleRow.id.desc().nulls_last())
        .limit(1)
    ).one_or_none()


def grants(
    session: Session, tenant_id: int, wanted: GrantsWanted, *, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The grants of a tenant with their people, the latest first, by id from below ``before``."""
    query = _grants(
        ended=wanted.ended,
        words=bool(wanted.words),
        person=wanted.person_id is not None,
        before=before is not None,
        limit=limit,
    )
    values = {
        "tenant_id": tenant_id,
        "roles": list(wanted.roles),
        "anywhere": f"%{plain(wanted.words)}%",
        "person_id": wanted.person_id,
        "before": before,
    }
    return session.execute(query, values).all()


@cache
def _grants(*, ended: bool, words: bool, person: bool, before: bool, limit: int) -> Select[Any]:
    """A page is picked first and its names looked up then, whatever size the planner expects.

    And it is picked from a page of each role: some roles are few among thousands of others.
    """
    roles = func.unnest(bindparam("roles", type_=ARRAY(Text))).table_valued("role").render_derived()
    picked = select(RoleGrant).where(
        RoleGrant.tenant_id == bindparam("tenant_id"), RoleGrant.role == roles.c.role
    )
    if not ended:
        picked = picked.where(standing())
    if words:
        picked = picked.join(Person, Person.id == RoleGrant.person_id).where(like(Person.name, "anywhere"))
    if person:
        picked = picked.where(RoleGrant.person_id == bindparam("person_id"))
    if before:
        picked = picked.where(RoleGrant.id < bindparam("before"))
    of_role = picked.order_by(RoleGrant.id.desc()).limit(exactly(limit)).lateral()
    page = select(of_role).select_from(roles).join(of_role, true())
    each = page.order_by(of_role.c.id.desc()).limit(exactly(limit)).subquery().c
    holder, giver, ender = aliased(Person), aliased(Person), aliased(Person)
    return (
        select(
            each.id,
            each.tenant_id,
            each.person_id,
            holder.name.label("person_name"),
            each.role,
            each.valid_from,
            each.valid_to,
            each.granted_at,
            giver.name.label("granted_by"),
            each.revoked_at,
            ender.name.label("revoked_by"),
            each.revoke_reason,
        )
        .join(holder, holder.id == each.person_id)
        .outerjoin(giver, giver.id == each.granted_by)
        .outerjoin(ender, ender.id == each.revoked_by)
        .order_by(each.id.desc())
    )


def person(session: Session, *, person_id: int) -> Row[Any] | None:
    """A person by id, scope or not: whoever asks has found a grant of theirs in scope."""
    return session.execute(
        select(
            Person.id,
            Person.login_name,
            Person.name,
            Person.phone_sealed,
            Person.created_at,
            Person.disabled_at,
        ).where(Person.id == person_id)
    ).one_or_none()


def account(session: Session, *, login_name: str, limit: int) -> Sequence[Row[Any]]:
    """The account of a login name: a row for each grant in scope, those that are not over first.

    Rows: id, name, login_name, disabled_at, tenant_id, tenant_name, role, valid_to, is_over.
    """
    ran_out = RoleGrant.valid_to.is_not(None) & (RoleGrant.valid_to <= func.app_now())
    is_over = or_(RoleGrant.revoked_at.is_not(None), ran_out)
    return session.execute(
        select(
            Person.id,
            Person.name,
            Person.login_name,
            Person.disabled_at,
            RoleGrant.tenant_id,
            Tenant.name.label("tenant_name"),
            RoleGrant.role,
            RoleGrant.valid_to,
            is_over.label("is_over"),
        )
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Tenant, Tenant.id == RoleGrant.tenant_id)
        .where(Person.login_name == login_name)
        .order_by(is_over, RoleGrant.tenant_id, RoleGrant.id)
        .limit(limit)
    ).all()


def invitations(
    session: Session, tenant_id: int, *, roles: Collection[Role], before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The invitations of a tenant to ``roles``, the latest first, by id from below ``before``."""
    query = _invitations(before=before is not None, limit=limit)
    values = {"tenant_id": tenant_id, "roles": list(roles), "before": before}
    return session.execute(query, values).all()


@cache
def _invitations(*, before: bool, limit: int) -> Select[Any]:
    """As ``_grants``: picked first, names then."""
    picked = select(Invitation).where(
        Invitation.tenant_id == bindparam("tenant_id"), _one_of(Invitation.role, "roles")
    )
    if before:
        picked = picked.where(Invitation.id < bindparam("before"))
    each = picked.order_by(Invitation.id.desc()).limit(exactly(limit)).subquery().c
    inviter, user = aliased(Person), aliased(Person)
    return (
        select(
            each.id,
            each.role,
            each.name,
            each.valid_to,
            inviter.name.label("inviter"),
            each.created_at,
            each.expires_at,
            each.used_at,
            user.name.label("user"),
            each.revoked_at,
            NOW.label("now"),
        )
        .join(inviter, inviter.id == each.invited_by)
        .outerjoin(user, user.id == each.used_by)
        .order_by(each.id.desc())
    )


def own_open_invitations(
    session: Session, *, person_id: int, expired_after: datetime, limit: int
) -> Sequence[Row[Any]]:
    """What somebody sent and nobody used, unless it expired before then; the first to expire first.

    In each row ``left``, the recovery codes that they have left: where nothing was sent, in one with an
    ``id`` of None.
    """
    values = {"person_id": person_id, "expired_after": expired_after}
    return session.execute(_own_open_invitations(limit), values).all()


@cache
def _own_open_invitations(limit: int) -> Select[Any]:
    codes = select(RECOVERY_CODES.selected_columns.left).where(OWN_CODES).subquery("codes")
    sent = (
        select(
            Invitation.id,
            Invitation.tenant_id,
            Tenant.short_name.label("tenant_name"),
            Invitation.role,
            Invitation.name,
            Invitation.created_at,
            Invitation.expires_at,
        )
        .join(Tenant, Tenant.id == Invitation.tenant_id)
        .where(
            Invitation.invited_by == bindparam("person_id"),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > bindparam("expired_after"),
        )
        .order_by(Invitation.expires_at, Invitation.id)
        .limit(exactly(limit))
        .subquery("sent")
    )
    together = select(codes.c.left, sent).select_from(codes).outerjoin(sent, true())
    return together.order_by(sent.c.expires_at, sent.c.id)


def ending_grants(
    session: Session, tenant_id: int, *, until: datetime, but: int, limit: int
) -> Sequence[Row[Any]]:
    """Grants of others in a tenant that stand and end before ``until``; the first to end first."""
    values = {"tenant_id": tenant_id, "until": until, "but": but}
    return session.execute(_ending_grants(limit), values).all()


@cache
def _ending_grants(limit: int) -> Select[Any]:
    return (
        select(
            RoleGrant.id,
            RoleGrant.person_id,
            Person.name.label("person_name"),
            RoleGrant.role,
            RoleGrant.valid_to,
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.tenant_id == bindparam("tenant_id"),
            RoleGrant.person_id != bindparam("but"),
            RoleGrant.valid_to < bindparam("until"),
            standing(),
        )
        .order_by(RoleGrant.valid_to, RoleGrant.id)
        .limit(exactly(limit))
    )


OWN_CODES: Final = RecoveryCode.person_id == bindparam("person_id")
RECOVERY_CODES: Final = select(
    func.count().label("made"), func.count(case((RecoveryCode.used_at.is_(None), 1))).label("left")
).where(OWN_CODES)


def recovery_codes(session: Session, *, person_id: int) -> Row[Any]:
    """How many recovery codes a person has had (``made``) and has left (``left``)."""
    return session.execute(RECOVERY_CODES, {"person_id": person_id}).one()


def _one_of(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """The column is one of the values of a parameter: the statement does not depend on how many there are."""
    return column == any_(bindparam(name, type_=ARRAY(Text)))


def like(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    return column.like(bindparam(name, type_=Text()), escape=ESCAPE)


def plain(words: str) -> str:
    """``words`` for LIKE, with nothing in them that stands for anything else."""
    for each in (ESCAPE, "%", "_"):
        words = words.replace(each, ESCAPE + each)
    return words


def exactly(limit: int) -> ColumnElement[int]:
    """The number itself: of a parameter the planner would assume a tenth of all rows."""
    return literal_column(str(int(limit)), Integer)


def written(word: str) -> ColumnElement[str]:
    """A word of the program's own in the statement itself: of a parameter the planner knows nothing."""
    if not word.replace("_", "").replace(":", "").isalpha():
        raise ValueError(f"{word!r} is no word of the program's own")
    return literal_column(f"'{word}'", Text)
