"""How far each role reads, and that it writes its own tenant."""

from __future__ import annotations

import pytest

from core.domain.roles import ROLES, Reach, Role
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.services.accounts.scopes import ACCOUNTS, scope_of, towards
from tests.factories import MadeTenant
from tests.integration.accounts.world import HERE, World

IN_NANJING = {"enterprise", "city_hr", "city_centre", "city_industry"}


@pytest.mark.parametrize("role", Role)
def test_scope_of_a_role(world: World, role: Role) -> None:
    where: MadeTenant = getattr(world.tenants, role.kind.value)
    scope = _scope(world, where, role)
    match ROLES[role].reach:
        case Reach.ALL:
            assert scope.reads == "*"
        case Reach.CITY:
            assert scope.tenants() == {getattr(world.tenants, name).id for name in IN_NANJING}
        case Reach.OWN:
            assert scope.tenants() == {where.id}
            assert scope.reads != "*"
    assert scope.writes == where.id


@pytest.mark.parametrize("role", [Role.CITY_HR, Role.PROVINCE_HR, Role.ENTERPRISE_HR, Role.CENTRAL_BRANCH])
def test_session_finds_the_same_scope(world: World, role: Role) -> None:
    where: MadeTenant = getattr(world.tenants, role.kind.value)
    account = world.account("景行之", (where, role), codes=True)
    current = world.request(account)
    assert current.hat is not None
    with reading(ACCOUNTS) as session:
        actor = current.actor(HERE)
        assert actor is not None
        assert scope_of(session, actor=actor) == current.scope


def test_scope_turns_to_a_tenant_in_sight_and_to_no_other(world: World) -> None:
    scope = _scope(world, world.tenants.city_hr, Role.CITY_HR)
    turned = towards(scope, world.tenants.enterprise.id)
    assert (turned.reads, turned.writes) == (scope.reads, world.tenants.enterprise.id)
    with pytest.raises(LookupError):
        towards(scope, world.tenants.other_enterprise.id)


def _scope(world: World, where: MadeTenant, role: Role) -> Scope:
    actor = world.actor(where, role)
    with reading(ACCOUNTS) as session:
        return scope_of(session, actor=actor)
