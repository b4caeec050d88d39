"""Accounts are closed, opened again and freed of a lost authenticator by the 安全管理员 alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.domain.roles import Actor, Role
from core.services.accounts import people
from core.services.accounts.answers import WRONG, Conflict, Invalid, NotAllowed
from core.services.accounts.signin import Due, Next
from tests.integration.accounts.world import World

Act = Callable[..., None]
ACTS: tuple[Act, ...] = (people.disable, people.enable, people.reset_totp)


def test_closed_account_is_out_until_it_is_opened_again(world: World) -> None:
    security, hr = _security(world), world.hr()
    token = world.signed_in(hr).token
    _do(world, people.disable, security, hr.person_id)
    assert world.resume(token) is None
    assert world.begin(hr.login_name) == WRONG
    with pytest.raises(Conflict):
        _do(world, people.disable, security, hr.person_id)
    _do(world, people.enable, security, hr.person_id)
    assert isinstance(world.begin(hr.login_name), Next)
    assert world.resume(token) is None
    with pytest.raises(Conflict):
        _do(world, people.enable, security, hr.person_id)
    assert world.actions(world.tenants.platform) == ["person:disable", "person:enable"]


def test_lost_authenticator_is_replaced_at_the_next_sign_in(world: World) -> None:
    security, hr = _security(world), world.hr()
    token = world.signed_in(hr).token
    _do(world, people.reset_totp, security, hr.person_id)
    assert world.resume(token) is None
    step = world.begin(hr.login_name)
    assert isinstance(step, Next)
    assert step.due is Due.ENROL
    assert world.one("select count(*) from recovery_code") == 0
    assert world.actions(world.tenants.platform) == ["totp:reset"]


@pytest.mark.parametrize("do", ACTS)
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.PROVINCE_HR, Role.ENTERPRISE_HR])
def test_no_other_role_does_it(world: World, do: Act, role: Role) -> None:
    where = getattr(world.tenants, role.kind.value)
    with pytest.raises(NotAllowed):
        _do(world, do, world.actor(where, role), world.employee().person_id)


@pytest.mark.parametrize("do", [people.disable, people.reset_totp])
def test_nobody_does_it_to_themselves(world: World, do: Act) -> None:
    security = _security(world)
    with pytest.raises(NotAllowed, match="自己"):
        _do(world, do, security, security.person_id)


@pytest.mark.parametrize("do", ACTS)
def test_it_takes_a_reason_and_a_person(world: World, do: Act) -> None:
    security = _security(world)
    with pytest.raises(Invalid):
        _do(world, do, security, world.employee().person_id, reason=" ")
    with pytest.raises(LookupError):
        _do(world, do, security, 10**6)


def _security(world: World) -> Actor:
    return world.actor(world.tenants.platform, Role.SECURITY_ADMIN, "卫明")


def _do(world: World, do: Act, actor: Actor, person_id: int, reason: str = "离职") -> None:
    with world.acting(actor) as session:
        do(session, actor=actor, person_id=person_id, reason=reason)
