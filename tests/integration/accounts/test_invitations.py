"""A link lets one person in, once, for 72 hours, to the role and tenant it was made for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from threading import Barrier

import pytest
from flask import Flask

from core.domain.roles import ADMINS, Actor, Role
from core.persistence.session import act, reading
from core.services.accounts import grants, invitations
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.accounts.credentials import Renewed
from core.services.accounts.invitations import Invitation, Invited, State
from core.services.accounts.scopes import ACCOUNTS, scope_of, towards
from core.services.accounts.sessions import Current
from core.services.accounts.signin import SignedIn
from tests.factories import MadeTenant
from tests.integration.accounts.world import HERE, PASSWORD, World


def test_new_person_comes_in_with_a_password(world: World) -> None:
    made = _invite(world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR), Role.EMPLOYEE)
    done = _accept(world, made.token, login_name="Shen.Zhixing")
    assert done.hat is not None
    assert (done.hat.role, done.hat.tenant_id) == (Role.EMPLOYEE, world.tenants.enterprise.id)
    assert world.current(done.token).hat == done.hat
    assert isinstance(world.begin("shen.zhixing"), SignedIn)
    assert world.actions(world.tenants.enterprise) == [
        "invitation:create",
        "person:create",
        "invitation:accept",
        "grant:create",
    ]


def test_new_hr_comes_in_with_an_authenticator(world: World) -> None:
    made = _invite(
        world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL), Role.ENTERPRISE_HR
    )
    offer = invitations.offer(token=made.token, login_name="", sealed=None, rules=world.rules)
    done = _accept(world, made.token, sealed=offer.sealed, code=world.code(offer.secret))
    assert len(done.recovery_codes) == 10
    assert world.current(done.token).second_factor
    world.later(minutes=1)
    step = world.give_code(world.begin("newcomer"), world.code(offer.secret))
    assert isinstance(step, SignedIn)
    assert "totp:enrol" in world.actions(world.tenants.enterprise)


def test_new_hr_does_not_come_in_without_one(world: World) -> None:
    made = _invite(
        world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL), Role.ENTERPRISE_HR
    )
    other = _invite(
        world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL), Role.ENTERPRISE_HR
    )
    offer = invitations.offer(token=made.token, login_name="", sealed=None, rules=world.rules)
    foreign = invitations.offer(token=other.token, login_name="", sealed=None, rules=world.rules)
    people = world.one("select count(*) from person")
    for sealed, code in (
        ("", ""),
        (offer.sealed, "not a code"),
        (foreign.sealed, world.code(foreign.secret)),
    ):
        with pytest.raises(Invalid) as refused:
            _accept(world, made.token, sealed=sealed, code=code)
        assert refused.value.field == "code"
    assert world.one("select count(*) from person") == people
    _accept(world, made.token, sealed=offer.sealed, code=world.code(offer.secret))


def test_token_is_not_kept(world: World) -> None:
    made = _invite(world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR), Role.EMPLOYEE)
    assert made.token not in world.one("select invitation::text from invitation")
    assert made.token not in str(world.column("select audit_event::text from audit_event"))


def test_holder_of_a_link_sees_who_invites_to_what(world: World) -> None:
    made = _invite(world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR, "顾云舟"), Role.EMPLOYEE)
    found = _find(world, made.token)
    assert found is not None
    assert (found.name, found.inviter, found.role) == ("沈知行", "顾云舟", Role.EMPLOYEE)
    assert (found.tenant_name, found.state) == (world.tenants.enterprise.name, State.OPEN)
    assert found.expires_at - world.now() > timedelta(hours=71)


@pytest.mark.parametrize("token", ["", "x", "会话", "a" * 43])
def test_link_of_nobody(world: World, token: str) -> None:
    _invite(world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR), Role.EMPLOYEE)
    assert _find(world, token) is None
    with act(ACCOUNTS) as session, pytest.raises(LookupError):
        invitations.accept_as_new(
            session,
            token=token,
            login_name="newcomer",
            name="沈知行",
            password=PASSWORD,
            sealed="",
            code="",
            client=HERE,
            rules=world.rules,
        )


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ("update invitation set used_at = app_now(), used_by = invited_by", State.USED),
        ("update invitation set revoked_at = app_now()", State.REVOKED),
        ("insert into clock_offset (shift) values (interval '72 hours')", State.EXPIRED),
        (
            "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = 'x'",
            State.VOID,
        ),
        ("update role_grant set valid_from = app_now() - interval '2 h', valid_to = app_now()", State.VOID),
        ("update person set disabled_at = app_now()", State.VOID),
    ],
)
def test_closed_link_lets_nobody_in(world: World, end: str, state: State) -> None:
    hr = world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR)
    made = _invite(world, hr, Role.EMPLOYEE)
    world.connection.execute(end.encode())
    found = _find(world, made.token)
    assert found is not None
    assert found.state is state
    with pytest.raises(Conflict) as refused:
        _accept(world, made.token)
    assert refused.value.message == invitations.CLOSED_BECAUSE[state]
    assert world.column("select login_name from person where login_name = 'newcomer'") == []


def test_link_lasts_to_the_end_of_its_72_hours(world: World) -> None:
    made = _invite(world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR), Role.EMPLOYEE)
    world.later(hours=71, minutes=59)
    _accept(world, made.token)


def test_link_is_void_when_its_inviter_is_hr_only_elsewhere(world: World) -> None:
    hr = world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR)
    made = _invite(world, hr, Role.EMPLOYEE)
    world.connection.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '调离'"
    )
    world.connection.execute(
        "insert into role_grant (tenant_id, tenant_kind, person_id, role) "
        "values (%s, 'enterprise', %s, 'enterprise_hr')",
        [world.tenants.other_enterprise.id, hr.person_id],
    )
    found = _find(world, made.token)
    assert found is not None
    assert found.state is State.VOID


def test_link_works_once_even_at_the_same_moment(world: World, bound: Flask) -> None:
    made = _invite(world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR), Role.EMPLOYEE)
    together = Barrier(4)

    def accept(number: int) -> bool:
        together.wait()
        with bound.app_context():
            try:
                _accept(world, made.token, login_name=f"newcomer-{number}")
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, range(4))) == [False, False, False, True]
    assert world.one("select count(*) from person where login_name like 'newcomer%%'") == 1


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        ("login_name", "ab"),
        ("login_name", "沈知行"),
        ("login_name", "a b c"),
        ("login_name", "taken"),
        ("login_name", "TAKEN"),
        ("name", " "),
        ("name", "x" * 51),
        ("name", "沈\x00知行"),
        ("password", "short"),
        ("password", "Password-1"),
        ("password", "Newcomer-2026-x"),
    ],
)
def test_entry_that_cannot_be_used_is_named_and_the_link_stays_open(
    world: World, field: str, entry: str
) -> None:
    world.connection.execute("insert into person (login_name, name) values ('taken', '何其正')")
    made = _invite(world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR), Role.EMPLOYEE)
    with pytest.raises(Invalid) as refused:
        _accept(world, made.token, **{field: entry})
    assert refused.value.field == field
    _accept(world, made.token)


def test_person_with_an_account_takes_another_hat(world: World) -> None:
    expert = world.account("周砚秋", (world.tenants.enterprise, Role.INDUSTRY_EXPERT))
    token = world.signed_in(expert).token
    made = _invite(
        world, world.actor(world.tenants.other_enterprise, Role.ENTERPRISE_HR), Role.INDUSTRY_EXPERT
    )
    renewed = _accept_as(world, world.current(token), made.token)
    assert world.resume(token) is None
    current = world.current(renewed.token)
    assert {hat.tenant_id for hat in current.hats} == {
        world.tenants.enterprise.id,
        world.tenants.other_enterprise.id,
    }
    assert current.hat is not None
    assert current.hat.tenant_id == world.tenants.enterprise.id
    assert world.actions(world.tenants.other_enterprise) == [
        "invitation:create",
        "invitation:accept",
        "grant:create",
    ]
    with pytest.raises(Conflict):
        _accept_as(world, current, made.token)


def test_person_with_an_account_enrols_for_a_role_that_needs_it(world: World) -> None:
    current = world.request(world.employee())
    made = _invite(
        world, world.actor(world.tenants.other_enterprise, Role.ENTERPRISE_PRINCIPAL), Role.ENTERPRISE_HR
    )
    offer = invitations.offer(token=made.token, login_name="x", sealed=None, rules=world.rules)
    with pytest.raises(Invalid):
        _accept_as(world, current, made.token)
    renewed = _accept_as(world, current, made.token, sealed=offer.sealed, code=world.code(offer.secret))
    assert len(renewed.recovery_codes) == 10
    assert world.current(renewed.token).second_factor


def test_person_who_has_an_authenticator_keeps_it(world: World) -> None:
    hr = world.hr()
    made = _invite(
        world, world.actor(world.tenants.other_enterprise, Role.ENTERPRISE_PRINCIPAL), Role.ENTERPRISE_HR
    )
    before = world.one("select totp_sealed from credential where person_id = %s", hr.person_id)
    renewed = _accept_as(world, world.request(hr), made.token)
    assert renewed.recovery_codes == ()
    assert world.one("select totp_sealed from credential where person_id = %s", hr.person_id) == before


def test_nobody_accepts_their_own_invitation(world: World) -> None:
    hr = world.hr()
    current = world.request(hr)
    actor = current.actor(HERE)
    assert actor is not None
    made = _invite(world, actor, Role.EMPLOYEE)
    with pytest.raises(Conflict, match="自己"):
        _accept_as(world, current, made.token)


def test_role_that_cannot_stand_beside_another_is_refused(world: World) -> None:
    hr = world.hr()
    made = _invite(
        world, world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL), Role.COMMITTEE_MEMBER
    )
    with pytest.raises(Conflict, match="不能同时是"):
        _accept_as(world, world.request(hr), made.token)
    elsewhere = _invite(
        world, world.actor(world.tenants.other_enterprise, Role.ENTERPRISE_HR), Role.COMMITTEE_MEMBER
    )
    _accept_as(world, world.request(hr), elsewhere.token)


@pytest.mark.parametrize(("held", "asked"), list(permutations(sorted(ADMINS), 2)))
def test_administrators_are_kept_apart_when_invited_too(world: World, held: Role, asked: Role) -> None:
    admin = world.account("卫明", (world.tenants.platform, held), codes=True)
    made = _invite(world, _actor(world, Role.SECURITY_ADMIN), asked)
    with pytest.raises(Conflict, match="不能同时是"):
        _accept_as(world, world.request(admin), made.token)


def test_invited_role_ends_when_the_invitation_says(world: World) -> None:
    hr = world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR)
    ends = world.now() + timedelta(days=30)
    made = _invite(world, hr, Role.INDUSTRY_EXPERT, valid_to=ends)
    done = _accept(world, made.token)
    assert done.hat is not None
    assert done.hat.valid_to == ends
    with pytest.raises(Invalid) as refused:
        _invite(world, hr, Role.INDUSTRY_EXPERT, valid_to=world.now())
    assert refused.value.field == "valid_to"


# --- who invites


@pytest.mark.parametrize(
    ("inviter", "role", "where"),
    [
        (Role.SECURITY_ADMIN, Role.CITY_HR, "city_hr"),
        (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, "platform"),
        (Role.PROVINCE_CENTRE, Role.CITY_CENTRE, "other_city_centre"),
        (Role.PROVINCE_CENTRE, Role.PLAN_EXPERT, "province_centre"),
        (Role.PROVINCE_HR, Role.PROVINCE_CENTRE, "province_centre"),
        (Role.CITY_HR, Role.CITY_INDUSTRY, "city_industry"),
        (Role.CITY_HR, Role.ENTERPRISE_PRINCIPAL, "enterprise"),
        (Role.CITY_CENTRE, Role.ENTERPRISE_PRINCIPAL, "enterprise"),
        (Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR, "enterprise"),
        (Role.ENTERPRISE_HR, Role.COMMITTEE_CHAIR, "enterprise"),
    ],
)
def test_may_invite(world: World, inviter: Role, role: Role, where: str) -> None:
    made = _invite(world, _actor(world, inviter), role, where=getattr(world.tenants, where))
    found = _find(world, made.token)
    assert found is not None
    assert (found.state, found.role) == (State.OPEN, role)


@pytest.mark.parametrize(
    ("inviter", "role", "where"),
    [
        (Role.SECURITY_ADMIN, Role.ENTERPRISE_HR, "enterprise"),
        (Role.SYSTEM_ADMIN, Role.SYSTEM_ADMIN, "platform"),
        (Role.AUDIT_ADMIN, Role.AUDIT_ADMIN, "platform"),
        (Role.PROVINCE_CENTRE, Role.ENTERPRISE_HR, "enterprise"),
        (Role.PROVINCE_CENTRE, Role.SECURITY_ADMIN, "platform"),
        (Role.CITY_HR, Role.ENTERPRISE_HR, "enterprise"),
        (Role.CITY_HR, Role.CITY_HR, "city_centre"),
        (Role.ENTERPRISE_HR, Role.ENTERPRISE_PRINCIPAL, "enterprise"),
        (Role.COMMITTEE_CHAIR, Role.COMMITTEE_MEMBER, "enterprise"),
        (Role.EMPLOYEE, Role.EMPLOYEE, "enterprise"),
    ],
)
def test_may_not_invite(world: World, inviter: Role, role: Role, where: str) -> None:
    with pytest.raises(NotAllowed):
        _invite(world, _actor(world, inviter), role, where=getattr(world.tenants, where))
    assert world.one("select count(*) from invitation") == 0


@pytest.mark.parametrize(
    ("inviter", "role", "where"),
    [
        (Role.CITY_HR, Role.CITY_CENTRE, "other_city_centre"),
        (Role.CITY_HR, Role.ENTERPRISE_PRINCIPAL, "other_enterprise"),
        (Role.ENTERPRISE_HR, Role.EMPLOYEE, "other_enterprise"),
    ],
)
def test_what_is_out_of_sight_is_not_found(world: World, inviter: Role, role: Role, where: str) -> None:
    actor, target = _actor(world, inviter), getattr(world.tenants, where)
    with pytest.raises(LookupError):
        _invite(world, actor, role, where=target)
    forged = replace(ACCOUNTS, writes=target.id)
    with act(forged) as session, pytest.raises(NotAllowed):
        invitations.invite(session, actor=actor, tenant_id=target.id, role=role, name="沈知行")


# --- taking back


def test_invitation_is_taken_back_by_who_could_have_made_it(world: World) -> None:
    hr, principal = _actor(world, Role.ENTERPRISE_HR), _actor(world, Role.ENTERPRISE_PRINCIPAL)
    made = _invite(world, hr, Role.EMPLOYEE)
    staff = _actor(world, Role.COMMITTEE_STAFF)
    with pytest.raises(NotAllowed):
        _revoke(world, staff, made)
    _revoke(world, principal, made)
    found = _find(world, made.token)
    assert found is not None
    assert found.state is State.REVOKED
    with pytest.raises(Conflict):
        _revoke(world, hr, made)


def test_invitation_of_another_tenant_is_not_found(world: World) -> None:
    made = _invite(world, _actor(world, Role.ENTERPRISE_HR), Role.EMPLOYEE)
    other = world.actor(world.tenants.other_enterprise, Role.ENTERPRISE_HR)
    with pytest.raises(LookupError):
        _revoke(world, other, made)
    with world.acting(other) as session, pytest.raises(LookupError):
        invitations.revoke(session, actor=other, tenant_id=world.tenants.enterprise.id, invitation_id=made.id)


def test_grant_names_the_inviter_as_its_giver(world: World) -> None:
    hr = world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR, "顾云舟")
    done = _accept(world, _invite(world, hr, Role.EMPLOYEE).token)
    with world.acting(hr) as session:
        found = grants.history(session, tenant_id=hr.tenant_id, person_id=done.person_id)
    assert [(each.role, each.granted_by) for each in found] == [(Role.EMPLOYEE, "顾云舟")]


def _actor(world: World, role: Role) -> Actor:
    """Somebody in the tenant of 南京, or the one there is, that has the role."""
    where = "platform" if role.kind == "platform" else role.kind.value
    return world.actor(getattr(world.tenants, where), role)


def _invite(
    world: World, actor: Actor, role: Role, where: MadeTenant | None = None, **more: datetime
) -> Invited:
    target = where.id if where else actor.tenant_id
    with reading(ACCOUNTS) as session:
        scope = towards(scope_of(session, actor=actor), target)
    with act(scope) as session:
        return invitations.invite(session, actor=actor, tenant_id=target, role=role, name="沈知行", **more)


def _find(world: World, token: str) -> Invitation | None:
    with reading(ACCOUNTS) as session:
        return invitations.find(session, token=token)


def _accept(world: World, token: str, **entries: str) -> SignedIn:
    found = _find(world, token)
    assert found is not None
    given = {"login_name": "newcomer", "name": "沈知行", "password": PASSWORD, "sealed": "", "code": ""}
    with act(found.scope) as session:
        return invitations.accept_as_new(
            session, token=token, client=HERE, rules=world.rules, **(given | entries)
        )


def _accept_as(world: World, current: Current, token: str, *, sealed: str = "", code: str = "") -> Renewed:
    found = _find(world, token)
    assert found is not None
    with act(found.scope) as session:
        return invitations.accept_as(
            session, token=token, current=current, sealed=sealed, code=code, client=HERE, rules=world.rules
        )


def _revoke(world: World, actor: Actor, made: Invited) -> None:
    with world.acting(actor) as session:
        invitations.revoke(session, actor=actor, tenant_id=actor.tenant_id, invitation_id=made.id)
