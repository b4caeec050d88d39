"""Who forgot their password is let in again by a link: once, for 72 hours, by who may help them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask

from core.domain.roles import Actor, Role
from core.persistence.session import act, reading
from core.services.accounts import password_links, people
from core.services.accounts.answers import Conflict, Invalid, NotAllowed, Refusal, Refused
from core.services.accounts.password_links import CLOSED_BECAUSE, Issued, PasswordLink, State
from core.services.accounts.scopes import ACCOUNTS, scope_of
from core.services.accounts.sessions import Client
from core.services.accounts.signin import Due, Next, SignedIn
from tests.integration.accounts.world import HERE, OTHER_PASSWORD, PASSWORD, Account, World


@pytest.fixture
def hr(world: World) -> Actor:
    return world.actor(world.tenants.enterprise, Role.ENTERPRISE_HR, "顾云舟")


@pytest.fixture
def security(world: World) -> Actor:
    return world.actor(world.tenants.platform, Role.SECURITY_ADMIN, "卫明")


def test_new_password_opens_the_account_and_the_old_one_does_not(world: World, hr: Actor) -> None:
    employee = world.employee()
    made = issue(world, hr, employee)
    assert (made.name, made.login_name) == (employee.name, employee.login_name)
    assert use(world, made) is None
    assert refusal(world.begin(employee.login_name)) is Refusal.WRONG
    assert isinstance(world.begin(employee.login_name, OTHER_PASSWORD), SignedIn)
    events = world.connection.execute(
        "select action, actor_name, hat, subject_id, reason from audit_event order by seq"
    ).fetchall()
    tenant_id, subject = world.tenants.enterprise.id, str(employee.person_id)
    assert events == [
        ("password_link:issue", "顾云舟", f"enterprise_hr@{tenant_id}", subject, "本人忘记密码"),
        ("password:reset", employee.name, f"password_link@{tenant_id}", subject, None),
    ]


def test_every_session_ends_and_the_person_can_see_what_happened(world: World, hr: Actor) -> None:
    employee, other = world.employee(), world.employee("何其正")
    tokens = [world.signed_in(employee).token for _ in range(2)]
    theirs = world.signed_in(other).token
    use(world, issue(world, hr, employee))
    assert [world.resume(token) for token in tokens] == [None, None]
    assert world.resume(theirs) is not None
    ended = world.column("select end_reason from user_session where person_id = %s", employee.person_id)
    assert ended == ["password_changed"] * 2
    assert world.outcomes(employee)[-1] == "password_reset"


def test_authenticator_is_asked_for_as_before(world: World, security: Actor) -> None:
    account = world.hr()
    use(world, issue(world, security, account))
    world.later(minutes=1)
    step = world.begin(account.login_name, OTHER_PASSWORD)
    assert isinstance(step, Next)
    assert step.due is Due.CODE
    assert refusal(world.give_code(step, "000000")) is Refusal.WRONG_CODE
    assert isinstance(world.give_code(step, world.code(account.secret)), SignedIn)


def test_step_of_signing_in_with_the_old_password_is_void(world: World, security: Actor) -> None:
    account = world.hr()
    made = issue(world, security, account)
    world.later(minutes=1)
    step = world.begin(account.login_name)
    use(world, made)
    assert refusal(world.give_code(step, world.code(account.secret))) is Refusal.STALE


def test_token_is_not_kept(world: World, hr: Actor) -> None:
    made = issue(world, hr, world.employee())
    assert made.token not in world.one("select password_link::text from password_link")
    assert made.token not in str(world.column("select audit_event::text from audit_event"))


def test_holder_of_a_link_sees_whose_it_is_and_who_issued_it(world: World, hr: Actor) -> None:
    employee = world.employee()
    found = find(world, issue(world, hr, employee))
    assert (found.name, found.login_name, found.issuer) == (employee.name, employee.login_name, "顾云舟")
    assert (found.tenant_name, found.state) == (world.tenants.enterprise.name, State.OPEN)
    assert found.expires_at - world.now() > timedelta(hours=71)


@pytest.mark.parametrize("token", ["", "x", "会话", "a" * 43])
def test_link_of_nobody(world: World, hr: Actor, token: str) -> None:
    issue(world, hr, world.employee())
    with reading(ACCOUNTS) as session:
        assert password_links.find(session, token=token) is None
    with act(ACCOUNTS) as session, pytest.raises(LookupError):
        password_links.use(session, token=token, password=OTHER_PASSWORD, client=HERE, rules=world.rules)


REVOKED = "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = 'x'"


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ("update password_link set used_at = app_now()", State.USED),
        ("insert into clock_offset (shift) values (interval '72 hours')", State.EXPIRED),
        ("update credential set password_set_at = app_now()", State.CHANGED),
        ("update person set disabled_at = app_now() where login_name like 'user-%'", State.VOID),
        ("update person set disabled_at = app_now() where name = '顾云舟'", State.VOID),
        (f"{REVOKED} where role = 'enterprise_hr'", State.VOID),
        ("update role_grant set role = 'employee' where role = 'enterprise_hr'", State.VOID),
        ("update role_grant set role = 'enterprise_hr' where role = 'employee'", State.VOID),
    ],
)  # fmt: skip
def test_closed_link_sets_nothing(world: World, hr: Actor, end: str, state: State) -> None:
    employee = world.employee()
    made = issue(world, hr, employee)
    assert find(world, made).state is State.OPEN
    before = password_of(world, employee)
    world.connection.execute(end.encode())
    assert find(world, made).state is state
    with pytest.raises(Conflict) as refused:
        use(world, made)
    assert refused.value.message == CLOSED_BECAUSE[state]
    assert password_of(world, employee) == before


def test_link_lasts_to_the_end_of_its_72_hours(world: World, hr: Actor) -> None:
    made = issue(world, hr, world.employee())
    world.later(hours=71, minutes=59)
    assert use(world, made) is None


def test_later_link_takes_the_place_of_the_one_before_whoever_issued_it(
    world: World, hr: Actor, security: Actor
) -> None:
    employee = world.employee()
    first, second = issue(world, hr, employee), issue(world, hr, employee)
    assert find(world, first).state is State.FOLLOWED
    grant_elsewhere(world, employee)
    third = issue(world, security, employee)
    assert find(world, second).state is State.FOLLOWED
    for earlier in (first, second):
        with pytest.raises(Conflict, match="之后签发了新的链接"):
            use(world, earlier)
    assert use(world, third) is None


def test_link_is_void_when_its_person_comes_to_count_elsewhere(world: World, hr: Actor) -> None:
    employee = world.employee()
    made = issue(world, hr, employee)
    grant_id = grant_elsewhere(world, employee)
    assert find(world, made).state is State.VOID
    with pytest.raises(Conflict):
        use(world, made)
    world.connection.execute(f"{REVOKED} where id = %s".encode(), [grant_id])
    assert use(world, made) is None


def test_link_works_once_even_at_the_same_moment(world: World, hr: Actor, bound: Flask) -> None:
    made = issue(world, hr, world.employee())
    together = Barrier(4)

    def attempt(number: int) -> bool:
        together.wait()
        with bound.app_context():
            try:
                return use(world, made, f"{OTHER_PASSWORD}-{number}") is None
            except Conflict:
                return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]
    assert world.actions(world.tenants.enterprise).count("password:reset") == 1


@pytest.mark.parametrize("password", ["short", "Password-1", PASSWORD])
def test_weak_password_and_the_forgotten_one_are_refused_and_the_link_stays_open(
    world: World, hr: Actor, password: str
) -> None:
    made = issue(world, hr, world.employee())
    found = find(world, made)
    with act(found.scope) as session:
        answer = password_links.use(
            session, token=made.token, password=password, client=HERE, rules=world.rules
        )
        session.rollback()
    assert isinstance(answer, Refused)
    assert answer.why is Refusal.WEAK_PASSWORD
    assert use(world, made) is None


def test_who_tried_too_often_signs_in_at_once_with_the_new_password(world: World, hr: Actor) -> None:
    employee = world.employee()
    for number in range(6):
        step = world.begin(employee.login_name, f"Guess-{number}")
    assert refusal(step) is Refusal.THROTTLED
    made = issue(world, hr, employee)
    assert refusal(world.begin(employee.login_name)) is Refusal.THROTTLED
    use(world, made)
    assert isinstance(world.begin(employee.login_name, OTHER_PASSWORD), SignedIn)


def test_guesses_of_an_address_at_others_still_count_after_a_link_was_used(world: World, hr: Actor) -> None:
    employee = world.employee()
    for number in range(200):
        world.begin(f"guessed-{number}", "Password-1")
    assert refusal(world.begin(employee.login_name)) is Refusal.THROTTLED
    use(world, issue(world, hr, employee))
    assert refusal(world.begin(employee.login_name, OTHER_PASSWORD)) is Refusal.THROTTLED
    elsewhere = Client(address="203.0.113.80", agent="x")
    assert isinstance(world.begin(employee.login_name, OTHER_PASSWORD, elsewhere), SignedIn)


# --- who may issue it


@pytest.mark.parametrize("role", [Role.ENTERPRISE_HR, Role.ENTERPRISE_PRINCIPAL])
def test_unit_helps_its_own_staff_and_the_security_admin_does_not(
    world: World, security: Actor, role: Role
) -> None:
    employee = world.employee()
    with pytest.raises(NotAllowed):
        issue(world, security, employee)
    assert use(world, issue(world, world.actor(world.tenants.enterprise, role), employee)) is None


@pytest.mark.parametrize(
    ("where", "role"),
    [
        ("enterprise", Role.ENTERPRISE_HR),
        ("enterprise", Role.ENTERPRISE_PRINCIPAL),
        ("city_hr", Role.CITY_HR),
        ("platform", Role.SYSTEM_ADMIN),
    ],
)
def test_security_admin_helps_whose_roles_need_a_code_and_their_unit_does_not(
    world: World, security: Actor, where: str, role: Role
) -> None:
    unit = getattr(world.tenants, where)
    account = world.account("彭远骋", (unit, role), codes=True)
    for granter in (Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR, Role.PROVINCE_CENTRE, Role.CITY_HR):
        home = unit if granter.kind == unit.kind else getattr(world.tenants, granter.kind.value)
        with pytest.raises(NotAllowed):
            issue(world, world.actor(home, granter), account)
    assert use(world, issue(world, security, account)) is None


@pytest.mark.parametrize("elsewhere", [Role.EMPLOYEE, Role.ENTERPRISE_HR])
def test_account_with_a_hat_elsewhere_is_not_for_either_unit(
    world: World, hr: Actor, security: Actor, elsewhere: Role
) -> None:
    expert = world.account(
        "周砚秋",
        (world.tenants.enterprise, Role.INDUSTRY_EXPERT),
        (world.tenants.other_enterprise, elsewhere),
    )
    principal = world.actor(world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL)
    theirs = world.actor(world.tenants.other_enterprise, Role.ENTERPRISE_PRINCIPAL)
    before = password_of(world, expert)
    for actor in (hr, principal, theirs):
        with pytest.raises(NotAllowed):
            issue(world, actor, expert)
    assert world.one("select count(*) from password_link") == 0
    assert password_of(world, expert) == before
    assert use(world, issue(world, security, expert)) is None


def test_hat_elsewhere_that_has_not_begun_counts_and_one_that_is_over_does_not(
    world: World, hr: Actor
) -> None:
    employee = world.employee()
    grant_id = grant_elsewhere(world, employee)
    world.connection.execute(
        "update role_grant set valid_from = app_now() + interval '1 day', "
        "valid_to = app_now() + interval '2 days' where id = %s",
        [grant_id],
    )
    for _ in range(2):
        with pytest.raises(NotAllowed):
            issue(world, hr, employee)
        world.later(days=1)
    issue(world, hr, employee)


@pytest.mark.parametrize(
    "role", [Role.EMPLOYEE, Role.COMMITTEE_CHAIR, Role.COMMITTEE_STAFF, Role.APPLICANT, Role.AUDIT_ADMIN]
)
def test_no_other_role_issues_one(world: World, hr: Actor, role: Role) -> None:
    employee = world.employee()
    where = world.tenants.platform if role is Role.AUDIT_ADMIN else world.tenants.enterprise
    with pytest.raises(NotAllowed):
        issue(world, world.actor(where, role), employee)
    issue(world, hr, employee)


def test_nobody_issues_one_to_themselves(world: World, security: Actor) -> None:
    own = world.account("卫持衡", (world.tenants.platform, Role.SECURITY_ADMIN), codes=True)
    current = world.request(own).actor(HERE)
    assert current is not None
    with pytest.raises(NotAllowed, match="自己"):
        issue(world, current, own)
    issue(world, security, own)


def test_it_takes_a_reason_a_person_and_an_open_account(world: World, hr: Actor, security: Actor) -> None:
    employee = world.employee()
    with pytest.raises(Invalid) as refused:
        issue(world, hr, employee, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(LookupError):
        issue(world, hr, Account(10**6, "nobody", "无", ()))
    with world.acting(security) as session:
        people.disable(session, actor=security, person_id=employee.person_id, reason="疑似被盗用")
    with pytest.raises(Conflict, match="已停用"):
        issue(world, hr, employee)
    assert world.one("select count(*) from password_link") == 0
    with world.acting(security) as session:
        people.enable(session, actor=security, person_id=employee.person_id, reason="已核实")
    issue(world, hr, employee)


def grant_elsewhere(world: World, who: Account) -> int:
    """A hat in the other enterprise from now on."""
    made: int = world.one(
        "insert into role_grant (tenant_id, tenant_kind, person_id, role) "
        "values (%s, 'enterprise', %s, 'employee') returning id",
        world.tenants.other_enterprise.id,
        who.person_id,
    )
    return made


def password_of(world: World, who: Account) -> str:
    found: str = world.one("select password_hash from credential where person_id = %s", who.person_id)
    return found


def refusal(step: object) -> Refusal:
    assert isinstance(step, Refused)
    return step.why


def issue(world: World, actor: Actor, whom: Account, reason: str = "本人忘记密码") -> Issued:
    with reading(ACCOUNTS) as session:
        scope = scope_of(session, actor=actor)
    with act(password_links.scope_to_issue(scope)) as session:
        return password_links.issue(session, actor=actor, person_id=whom.person_id, reason=reason)


def find(world: World, made: Issued) -> PasswordLink:
    with reading(ACCOUNTS) as session:
        found = password_links.find(session, token=made.token)
    assert found is not None
    return found


def use(world: World, made: Issued, password: str = OTHER_PASSWORD) -> Refused | None:
    found = find(world, made)
    with act(found.scope) as session:
        return password_links.use(
            session, token=made.token, password=password, client=HERE, rules=world.rules
        )
