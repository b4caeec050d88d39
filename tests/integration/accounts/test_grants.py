"""Who gives and takes roles where, and what neither a service nor the database lets stand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import permutations
from threading import Barrier

import psycopg
import pytest
from flask import Flask

from core.domain.roles import ADMINS, Actor, Grant, Role, TenantKind, roles_of
from core.persistence.session import act, reading
from core.services.accounts import grants
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.accounts.scopes import ACCOUNTS, scope_of, towards
from tests import factories
from tests.factories import MadePerson, MadeTenant
from tests.integration.accounts.world import World


def test_hr_gives_somebody_of_the_enterprise_one_more_role(world: World) -> None:
    hr, person = _hr(world), _of(world, Role.EMPLOYEE)
    made = _grant(world, hr, person, Role.APPLICANT)
    standing = [each for each in _history(world, hr, person.id) if each.stands(world.now())]
    assert [each.role for each in standing] == [Role.EMPLOYEE, Role.APPLICANT]
    assert (standing[1].id, standing[1].granted_by) == (made, hr.name)
    assert world.actions(world.tenants.enterprise) == ["grant:create"]


def test_somebody_from_elsewhere_is_invited_instead(world: World) -> None:
    hr = _hr(world)
    other = factories.person(world.connection, "苏枕")
    factories.grant(world.connection, world.tenants.other_enterprise, other, Role.INDUSTRY_EXPERT)
    with pytest.raises(NotAllowed, match="邀请"):
        _grant(world, hr, other, Role.INDUSTRY_EXPERT)


def test_nobody_gives_themselves_a_role(world: World) -> None:
    principal = world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL)
    with pytest.raises(NotAllowed, match="自己"):
        _grant(world, principal, MadePerson(principal.person_id, "x", principal.name), Role.COMMITTEE_CHAIR)


@pytest.mark.parametrize("role", [Role.ENTERPRISE_PRINCIPAL, Role.CITY_HR, Role.SECURITY_ADMIN])
def test_hr_does_not_give_what_is_not_theirs(world: World, role: Role) -> None:
    with pytest.raises(NotAllowed):
        _grant(world, _hr(world), _of(world, Role.EMPLOYEE), role)


def test_role_is_not_given_twice_unless_it_ran_out(world: World) -> None:
    hr, person = _hr(world), _of(world, Role.EMPLOYEE)
    ends = world.now() + timedelta(days=10)
    _grant(world, hr, person, Role.APPLICANT, valid_to=ends)
    with pytest.raises(Conflict, match="重复"):
        _grant(world, hr, person, Role.APPLICANT)
    world.later(days=10)
    _grant(world, hr, person, Role.APPLICANT)
    found = [each for each in _history(world, hr, person.id) if each.role is Role.APPLICANT]
    assert [each.revoke_reason for each in found] == ["有效期满", None]
    assert [each.stands(world.now()) for each in found] == [False, True]


def test_role_may_begin_later_and_must_end_after_it_begins(world: World) -> None:
    hr, person = _hr(world), _of(world, Role.EMPLOYEE)
    tomorrow = world.now() + timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        _grant(world, hr, person, Role.APPLICANT, valid_from=tomorrow, valid_to=tomorrow)
    assert refused.value.field == "valid_to"
    _grant(world, hr, person, Role.APPLICANT, valid_from=tomorrow)
    with pytest.raises(Conflict):
        _grant(world, hr, person, Role.APPLICANT)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (Role.ENTERPRISE_HR, Role.COMMITTEE_MEMBER),
        (Role.COMMITTEE_CHAIR, Role.ENTERPRISE_HR),
        (Role.COMMITTEE_STAFF, Role.ENTERPRISE_EXPERT),
        (Role.INDUSTRY_EXPERT, Role.COMMITTEE_STAFF),
    ],
)
def test_who_administers_scores_does_not_score(world: World, held: Role, asked: Role) -> None:
    hr, person = _hr(world), _of(world, held)
    with pytest.raises(Conflict, match="不能同时是"):
        _grant(world, hr, person, asked)
    _grant(world, hr, person, Role.COMPLAINT_HANDLER)


def test_mixed_powers_are_not_given_by_two_at_once_either(world: World, bound: Flask) -> None:
    principal = world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL)
    person = _of(world, Role.EMPLOYEE)
    together = Barrier(2)

    def give(role: Role) -> bool:
        together.wait()
        with bound.app_context():
            try:
                _grant(world, principal, person, role)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, [Role.ENTERPRISE_HR, Role.COMMITTEE_MEMBER])) == [False, True]


# --- the three administrators


@pytest.mark.parametrize(("held", "asked"), list(permutations(sorted(ADMINS), 2)))
def test_service_keeps_administrators_apart(world: World, held: Role, asked: Role) -> None:
    security, person = _security(world), _of(world, held)
    with pytest.raises(Conflict, match="不能同时是"):
        _grant(world, security, person, asked)


@pytest.mark.parametrize(("held", "asked"), list(permutations(sorted(ADMINS), 2)))
def test_database_keeps_administrators_apart(world: World, held: Role, asked: Role) -> None:
    person = _of(world, held)
    with pytest.raises(psycopg.errors.UniqueViolation, match="ix_role_grant_one_admin"):
        factories.grant(world.connection, world.tenants.platform, person, asked)
    _end_all(world)
    factories.grant(world.connection, world.tenants.platform, person, asked)


@pytest.mark.parametrize("kind", TenantKind)
def test_database_takes_exactly_the_roles_of_a_kind(world: World, kind: TenantKind) -> None:
    where = next(
        each for name in world.tenants.__slots__ if (each := getattr(world.tenants, name)).kind is kind
    )
    taken = set()
    for role in Role:
        person = factories.person(world.connection, "试填")
        if role.kind is kind:
            factories.grant(world.connection, where, person, role)
            taken.add(role)
            continue
        with pytest.raises(psycopg.errors.CheckViolation, match="ck_role_grant_role_of_kind"):
            factories.grant(world.connection, where, person, role)
    assert taken == set(roles_of(kind))


def test_database_ties_the_kind_of_a_grant_to_its_tenant(world: World) -> None:
    person = factories.person(world.connection, "试填")
    lying = MadeTenant(world.tenants.enterprise.id, TenantKind.CITY_HR, "x", None)
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="fk_role_grant_tenant"):
        factories.grant(world.connection, lying, person, Role.CITY_HR)


# --- taking away


def test_role_is_taken_away_with_a_reason(world: World) -> None:
    hr, person = _hr(world), _of(world, Role.EMPLOYEE)
    (held,) = _history(world, hr, person.id)
    assert _revoke(world, hr, held.id, " 调离 ") == held
    (ended,) = _history(world, hr, person.id)
    assert (ended.revoked_by, ended.revoke_reason) == (hr.name, "调离")
    assert not ended.stands(world.now())
    assert world.one("select reason from audit_event where action = 'grant:revoke'") == "调离"
    with pytest.raises(Conflict, match="已经撤销"):
        _revoke(world, hr, held.id, "调离")


@pytest.mark.parametrize("reason", ["", " ", "\n"])
def test_role_is_not_taken_away_without_a_reason(world: World, reason: str) -> None:
    hr, person = _hr(world), _of(world, Role.EMPLOYEE)
    (held,) = _history(world, hr, person.id)
    with pytest.raises(Invalid) as refused:
        _revoke(world, hr, held.id, reason)
    assert refused.value.field == "reason"


def test_hr_does_not_take_away_the_principal(world: World) -> None:
    hr, principal = _hr(world), _of(world, Role.ENTERPRISE_PRINCIPAL)
    _of(world, Role.ENTERPRISE_PRINCIPAL)
    (held,) = _history(world, hr, principal.id)
    with pytest.raises(NotAllowed):
        _revoke(world, hr, held.id, "换人")


def test_grant_of_another_tenant_is_not_found(world: World) -> None:
    hr = _hr(world)
    other = factories.person(world.connection, "苏枕")
    foreign = factories.grant(world.connection, world.tenants.other_enterprise, other, Role.EMPLOYEE)
    with pytest.raises(LookupError):
        _revoke(world, hr, foreign, "调离")
    with world.acting(hr) as session, pytest.raises(LookupError):
        grants.revoke(
            session,
            actor=hr,
            tenant_id=world.tenants.other_enterprise.id,
            grant_id=foreign,
            reason="调离",
        )


@pytest.mark.parametrize(
    ("role", "where"),
    [(Role.ENTERPRISE_PRINCIPAL, "enterprise"), (Role.SECURITY_ADMIN, "platform")],
)
def test_the_last_of_those_who_grant_stays(world: World, role: Role, where: str) -> None:
    tenant: MadeTenant = getattr(world.tenants, where)
    actor = world.actor(tenant, role)
    with pytest.raises(Conflict, match="最后一名"):
        _revoke(world, actor, actor.grant_id, "辞任")
    successor = world.actor(tenant, role, "何其正")
    _revoke(world, actor, actor.grant_id, "辞任")
    with pytest.raises(Conflict, match="最后一名"):
        _revoke(world, successor, successor.grant_id, "辞任")


def test_a_principal_whose_time_is_over_or_to_come_does_not_count(world: World) -> None:
    principal = world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL)
    for name, span in (("何其正", "-2, -1"), ("钟离", "1, 2")):
        who = factories.person(world.connection, name)
        made = factories.grant(world.connection, world.tenants.enterprise, who, Role.ENTERPRISE_PRINCIPAL)
        start, end = span.split(", ")
        world.connection.execute(
            "update role_grant set valid_from = app_now() + make_interval(days => %s), "
            "valid_to = app_now() + make_interval(days => %s) where id = %s",
            [int(start), int(end), made],
        )
    with pytest.raises(Conflict, match="最后一名"):
        _revoke(world, principal, principal.grant_id, "辞任")


def test_two_principals_who_take_each_other_away_leave_one(world: World, bound: Flask) -> None:
    one = world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL)
    other = world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL, "何其正")
    together = Barrier(2)

    def take(pair: tuple[Actor, Actor]) -> bool:
        actor, target = pair
        together.wait()
        with bound.app_context():
            try:
                _revoke(world, actor, target.grant_id, "换人")
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, [(one, other), (other, one)])) == [False, True]
    assert world.one("select count(*) from role_grant where revoked_at is null") == 1


def test_city_takes_away_the_principal_it_may_name_and_none_of_another_city(world: World) -> None:
    city = world.actor(world.tenants.city_hr, Role.CITY_HR)
    held = world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL, "何其正")
    world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL, "钟离")
    foreign = world.actor(world.tenants.other_enterprise, Role.ENTERPRISE_PRINCIPAL, "苏枕")
    _revoke(world, city, held.grant_id, "换人", where=world.tenants.enterprise)
    assert world.actions(world.tenants.enterprise) == ["grant:revoke"]
    assert world.one("select hat from audit_event") == f"city_hr@{world.tenants.city_hr.id}"
    with pytest.raises(LookupError):
        _revoke(world, city, foreign.grant_id, "换人", where=world.tenants.other_enterprise)


def test_act_that_fails_leaves_neither_grant_nor_event(world: World) -> None:
    hr, person = _hr(world), _of(world, Role.EMPLOYEE)

    def fail() -> None:
        with world.acting(hr) as session:
            grants.grant(session, actor=hr, tenant_id=hr.tenant_id, person_id=person.id, role=Role.APPLICANT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(_history(world, hr, person.id)) == 1
    assert world.actions(world.tenants.enterprise) == []


def test_history_comes_in_pages(world: World) -> None:
    hr = _hr(world)
    for _ in range(5):
        _of(world, Role.EMPLOYEE)
    with world.acting(hr) as session:
        first = grants.history(session, tenant_id=hr.tenant_id, limit=4)
        rest = grants.history(session, tenant_id=hr.tenant_id, after=first[-1].id, limit=4)
    assert (len(first), len(rest)) == (4, 2)
    assert first[-1].id < rest[0].id


def _hr(world: World) -> Actor:
    return world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR, "顾云舟")


def _security(world: World) -> Actor:
    return world.actor(world.tenants.platform, Role.SECURITY_ADMIN, "卫明")


def _of(world: World, role: Role) -> MadePerson:
    """A new person who holds ``role``."""
    where = world.tenants.platform if role in ADMINS else world.tenants.enterprise
    person = factories.person(world.connection, f"持有{role.zh}")
    factories.grant(world.connection, where, person, role)
    return person


def _end_all(world: World) -> None:
    world.connection.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离任'"
    )


def _grant(world: World, actor: Actor, person: MadePerson, role: Role, **validity: datetime) -> int:
    with world.acting(actor) as session:
        return grants.grant(
            session, actor=actor, tenant_id=actor.tenant_id, person_id=person.id, role=role, **validity
        )


def _revoke(world: World, actor: Actor, grant_id: int, reason: str, where: MadeTenant | None = None) -> Grant:
    target = where.id if where else actor.tenant_id
    with reading(ACCOUNTS) as session:
        scope = towards(scope_of(session, actor=actor), target)
    with act(scope) as session:
        return grants.revoke(session, actor=actor, tenant_id=target, grant_id=grant_id, reason=reason)


def _history(world: World, actor: Actor, person_id: int) -> tuple[Grant, ...]:
    with world.acting(actor) as session:
        return grants.history(session, tenant_id=actor.tenant_id, person_id=person_id)
