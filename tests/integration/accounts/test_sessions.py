"""A session is what its token says while it lasts, and every request asks what its person may do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event

from core.domain.roles import Role, TenantKind
from core.persistence.db import db
from core.persistence.session import act, reading
from core.services.accounts import credentials, grants, sessions
from core.services.accounts.answers import NotAllowed
from core.services.accounts.rules import WALKING
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Client, Current
from tests import factories
from tests.integration.accounts.world import HERE, PASSWORD, Account, World


def test_token_before_signing_in_is_not_the_one_after(world: World) -> None:
    employee = world.employee()
    planted = "planted-by-a-stranger"
    client = replace(HERE, session=planted)
    token = world.signed_in(employee, client).token
    assert token != planted
    assert world.resume(planted) is None
    assert world.resume(token) is not None


def test_signing_in_again_ends_the_session_of_this_browser_and_no_other(world: World) -> None:
    employee, other = world.employee(), world.employee("何其正")
    first, elsewhere = world.signed_in(employee).token, world.signed_in(employee).token
    second = world.signed_in(other, replace(HERE, session=first)).token
    assert world.resume(first) is None
    assert world.current(elsewhere).person_id == employee.person_id
    assert world.current(second).person_id == other.person_id
    assert _ends(world) == ["replaced"]


def test_database_has_no_token_that_opens_anything(world: World) -> None:
    done = world.signed_in(world.employee())
    for (row,) in world.connection.execute(
        "select user_session::text || known_device::text from user_session, known_device"
    ):
        assert done.token not in row
        assert str(done.device) not in row
    kept = world.one("select encode(token_hash, 'hex') from user_session")
    assert world.resume(kept) is None
    assert len(done.token) == 43


@pytest.mark.parametrize("token", ["", "x", "会话", "\x00", "\udcff", "a" * 10_000], ids=range(6))
def test_token_of_nobody(world: World, token: str) -> None:
    world.signed_in(world.employee())
    assert world.resume(token) is None


def test_session_ends_when_nothing_was_asked_for_half_an_hour(world: World) -> None:
    token = world.signed_in(world.employee()).token
    for _ in range(5):
        world.later(minutes=29)
        assert world.resume(token) is not None
    world.later(minutes=30)
    assert world.resume(token) is None
    assert _ends(world) == ["idle"]


def test_session_ends_after_twelve_hours_however_busy(world: World) -> None:
    token = world.signed_in(world.employee()).token
    for _ in range(47):
        world.later(minutes=15)
        assert world.resume(token) is not None
    world.later(minutes=15)
    assert world.resume(token) is None
    assert _ends(world) == ["expired"]


def test_demo_outlasts_its_clock(world: World) -> None:
    world.rules = replace(world.rules, lifetimes=WALKING)
    token = world.signed_in(world.employee()).token
    world.later(days=365)
    assert world.resume(token) is not None


def test_disabled_person_is_out_at_the_next_request(world: World) -> None:
    employee = world.employee()
    token = world.signed_in(employee).token
    world.connection.execute("update person set disabled_at = app_now()")
    assert world.resume(token) is None
    assert _ends(world) == ["disabled"]


def test_revoked_grant_stops_the_next_request(world: World) -> None:
    hr_actor = world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR)
    expert = world.account(
        "周砚秋",
        (world.tenants.enterprise, Role.INDUSTRY_EXPERT),
        (world.tenants.other_enterprise, Role.INDUSTRY_EXPERT),
    )
    token = world.signed_in(expert).token
    before = world.current(token)
    assert before.hat is not None
    assert before.scope.may_read(world.tenants.enterprise.id)
    with world.acting(hr_actor) as session:
        grants.revoke(
            session,
            actor=hr_actor,
            tenant_id=world.tenants.enterprise.id,
            grant_id=expert.grants[0],
            reason="调离",
        )
    after = world.current(token)
    assert after.hat is None
    assert after.actor(HERE) is None
    assert [hat.grant_id for hat in after.hats] == [expert.grants[1]]
    assert not after.scope.may_read(world.tenants.enterprise.id)


@pytest.mark.parametrize("ends_in", [-1, 0, 3600])
def test_grant_stops_when_it_runs_out(world: World, ends_in: int) -> None:
    employee = world.employee()
    token = world.signed_in(employee).token
    world.connection.execute(
        "update role_grant set valid_from = app_now() - interval '1 day', "
        "valid_to = app_now() + make_interval(secs => %s)",
        [ends_in],
    )
    assert (world.current(token).hat is not None) is (ends_in > 0)


def test_grant_that_has_not_begun_is_no_hat(world: World) -> None:
    employee = world.employee()
    world.connection.execute("update role_grant set valid_from = app_now() + interval '1 hour'")
    token = world.signed_in(employee).token
    assert world.current(token).hats == ()
    world.later(minutes=29)
    assert world.current(token).hats == ()
    world.later(minutes=29)
    world.current(token)
    world.later(minutes=3)
    assert len(world.current(token).hats) == 1


def test_hat_names_where_it_is_worn(world: World) -> None:
    hat = world.request(world.employee()).hat
    assert hat is not None
    assert (hat.tenant_kind, hat.tenant_name) == (TenantKind.ENTERPRISE, world.tenants.enterprise.name)
    assert hat.city_code == factories.NANJING


def test_actor_carries_the_request(world: World) -> None:
    employee = world.employee()
    actor = world.request(employee).actor(HERE)
    assert actor is not None
    assert (actor.person_id, actor.grant_id) == (employee.person_id, employee.grants[0])
    assert (actor.request_id, actor.address) == ("request-9", HERE.address)


# --- hats


def test_hat_is_switched_and_the_scope_with_it(world: World) -> None:
    expert = _with_two_hats(world)
    token = world.signed_in(expert).token
    current = world.current(token)
    assert current.scope.writes == world.tenants.enterprise.id
    _wear(world, current, expert.grants[1])
    switched = world.current(token)
    assert switched.hat is not None
    assert switched.hat.grant_id == expert.grants[1]
    assert switched.scope.writes == world.tenants.other_enterprise.id
    assert not switched.scope.may_read(world.tenants.enterprise.id)
    assert world.actions(world.tenants.other_enterprise) == ["session:switch_hat"]
    assert world.actions(world.tenants.enterprise) == []


def test_hat_of_another_person_is_not_found(world: World) -> None:
    expert, employee = _with_two_hats(world), world.employee()
    assert world.request(employee).own_hat(expert.grants[1]) is None


def test_hat_that_needs_a_code_is_not_worn_without_one(world: World) -> None:
    both = world.account(
        "顾云舟",
        (world.tenants.enterprise, Role.EMPLOYEE),
    )
    token = world.signed_in(both).token
    who = factories.MadePerson(both.person_id, both.login_name, both.name)
    made = factories.grant(world.connection, world.tenants.other_enterprise, who, Role.ENTERPRISE_HR)
    current = world.current(token)
    assert len(current.hats) == 2
    with pytest.raises(NotAllowed, match="动态口令"):
        _wear(world, current, made)
    world.connection.execute(
        "update user_session set hat_tenant_id = %s, hat_grant_id = %s",
        [world.tenants.other_enterprise.id, made],
    )
    assert world.current(token).hat is None


def test_session_cannot_wear_the_grant_of_another_even_in_the_database(world: World) -> None:
    expert, employee = _with_two_hats(world), world.employee()
    world.signed_in(employee)
    with pytest.raises(Exception, match="fk_user_session_hat"):
        world.connection.execute(
            "update user_session set hat_tenant_id = %s, hat_grant_id = %s",
            [world.tenants.other_enterprise.id, expert.grants[1]],
        )


# --- ending


def test_open_sessions_are_those_a_person_can_be_found_in(world: World) -> None:
    employee, other = world.employee(), world.employee("何其正")
    gone = world.signed_in(employee, replace(HERE, agent="gone"))
    world.later(minutes=40)
    phone = Client(address="203.0.113.5", agent="Mobile\n" + "x" * 1000)
    world.signed_in(employee, phone)
    world.signed_in(other)
    token = world.signed_in(employee).token
    current = world.current(token)
    with reading(current.scope) as session:
        found = sessions.open_sessions(session, current=current, rules=world.rules)
    assert world.resume(gone.token) is None
    assert [(each.address, each.agent[:6]) for each in found] == [
        (HERE.address, "Chromi"),
        (phone.address, "Mobile"),
    ]
    assert len(found[1].agent) == sessions.AGENT_LENGTH


def test_signing_out_ends_this_session_alone(world: World) -> None:
    employee = world.employee()
    here, there = world.signed_in(employee).token, world.signed_in(employee).token
    current = world.current(here)
    with act(current.scope) as session:
        sessions.sign_out(session, current=current, client=HERE)
    assert world.resume(here) is None
    assert world.resume(there) is not None
    assert world.actions(world.tenants.enterprise) == ["session:end"]


def test_signing_out_everywhere_ends_all_of_the_person_and_none_of_others(world: World) -> None:
    employee, other = world.employee(), world.employee("何其正")
    tokens = [world.signed_in(employee).token for _ in range(3)]
    others = world.signed_in(other).token
    current = world.current(tokens[0])
    with act(current.scope) as session:
        assert sessions.end_all(session, current=current, client=HERE) == 3
    assert [world.resume(token) for token in tokens] == [None] * 3
    assert world.resume(others) is not None
    assert world.one("select count(*) from known_device where person_id = %s", employee.person_id) == 0
    assert world.actions(world.tenants.enterprise) == ["session:end_all"]


def test_stolen_session_is_ended_by_its_owner_alone(world: World) -> None:
    employee, stranger = world.employee(), world.employee("何其正")
    stolen, own = world.signed_in(employee).token, world.signed_in(employee).token
    target = world.current(stolen).session_id
    foreign = world.request(stranger)
    with act(foreign.scope) as session:
        assert not sessions.end_other(session, current=foreign, session_id=target, client=HERE)
    assert world.resume(stolen) is not None
    current = world.current(own)
    with act(current.scope) as session:
        assert sessions.end_other(session, current=current, session_id=target, client=HERE)
    assert world.resume(stolen) is None
    assert world.resume(own) is not None


# --- the cost of a request


def test_request_costs_as_many_statements_however_many_hats_and_tenants(world: World) -> None:
    officer = world.account("景行之", (world.tenants.city_hr, Role.CITY_HR), codes=True)
    token = world.signed_in(officer).token
    costs = [_statements(world, token)]
    for number in range(30):
        where = factories.tenant(world.connection, TenantKind.ENTERPRISE, f"企业{number}", factories.NANJING)
        who = factories.MadePerson(officer.person_id, officer.login_name, officer.name)
        factories.grant(world.connection, where, who, Role.EMPLOYEE)
    costs.append(_statements(world, token))
    assert costs == [2, 2]  # the scope, and the question
    assert len(world.current(token).hats) == 31
    assert len(world.current(token).scope.tenants()) == 34


def test_city_is_asked_about_for_its_officers_alone(world: World) -> None:
    assert _statements(world, world.signed_in(world.employee()).token) == 2


def test_being_seen_is_written_once_a_minute(world: World) -> None:
    token = world.signed_in(world.employee()).token
    assert _statements(world, token) == 2
    world.later(minutes=1)
    assert _statements(world, token) == 3
    assert _statements(world, token) == 2


# --- proof before a formal act


def test_proof_is_fresh_for_ten_minutes_after_signing_in(world: World) -> None:
    token = world.signed_in(world.employee()).token
    assert world.current(token).fresh
    world.later(minutes=9, seconds=55)
    assert world.current(token).fresh
    world.later(seconds=5)
    assert not world.current(token).fresh


@pytest.mark.parametrize("codes", [False, True])
def test_stepping_up_gives_a_new_token_and_voids_the_old(world: World, codes: bool) -> None:
    person = world.account("沈知行", (world.tenants.enterprise, Role.EMPLOYEE), codes=codes)
    token = world.signed_in(person).token
    world.later(minutes=20)
    current = world.current(token)
    with act(current.scope) as session:
        assert credentials.asks_for_code(session, current=current, client=HERE) is codes
        given = world.code(person.secret) if codes else PASSWORD
        renewed = credentials.step_up(session, current=current, given=given, client=HERE, rules=world.rules)
    assert isinstance(renewed, credentials.Renewed)
    assert world.resume(token) is None
    again = world.current(renewed.token)
    assert (again.session_id, again.fresh) == (current.session_id, True)


def _with_two_hats(world: World) -> Account:
    return world.account(
        "周砚秋",
        (world.tenants.enterprise, Role.INDUSTRY_EXPERT),
        (world.tenants.other_enterprise, Role.INDUSTRY_EXPERT),
    )


def _wear(world: World, current: Current, grant_id: int) -> None:
    hat = current.own_hat(grant_id)
    assert hat is not None
    with act(sessions.scope_to_wear(current, hat)) as session:
        sessions.wear(session, current=current, hat=hat, client=HERE)


def _ends(world: World) -> list[str]:
    return world.column("select end_reason from user_session where end_reason is not null order by id")


def _statements(world: World, token: str) -> int:
    counted: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        with act(ACCOUNTS) as session:
            assert sessions.resume(session, token=token, rules=world.rules) is not None
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)
