"""Password, code, what is due, session: in this order, and nothing told to who cannot prove who they are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from flask import Flask

from core.domain.roles import Role
from core.persistence.session import act, reading
from core.services.accounts import credentials, proving, signin, totp
from core.services.accounts.answers import REPLAYED_CODE, STALE, WRONG, WRONG_CODE, Refusal, Refused
from core.services.accounts.rules import NIST, Cost
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.signin import Due, Next, SignedIn, Step
from tests.integration.accounts.world import HERE, OTHER_PASSWORD, PASSWORD, Account, World


def test_password_opens_a_session_for_who_needs_no_code(world: World) -> None:
    employee = world.employee()
    step = world.begin(employee.login_name)
    assert isinstance(step, SignedIn)
    current = world.current(step.token)
    assert (current.person_id, current.name) == (employee.person_id, "沈知行")
    assert current.hat is not None
    assert (current.hat.role, current.second_factor) == (Role.EMPLOYEE, False)
    assert world.outcomes(employee) == ["signed_in"]


def test_login_name_is_taken_in_any_case_and_with_blanks_around(world: World) -> None:
    employee = world.employee()
    assert isinstance(world.begin(f"  {employee.login_name.upper()} "), SignedIn)


def test_code_comes_before_the_session_for_who_has_enrolled(world: World) -> None:
    hr = world.hr()
    step = world.begin(hr.login_name)
    assert isinstance(step, Next)
    assert step.due is Due.CODE
    assert world.one("select count(*) from user_session") == 0
    done = world.give_code(step, world.code(hr.secret))
    assert isinstance(done, SignedIn)
    assert world.current(done.token).second_factor


def test_wrong_code_opens_nothing(world: World) -> None:
    hr = world.hr()
    wrong = "000000" if world.code(hr.secret) != "000000" else "111111"
    assert world.give_code(world.begin(hr.login_name), wrong) == WRONG_CODE
    assert world.one("select count(*) from user_session") == 0
    assert world.outcomes(hr) == ["wrong_code"]


def test_phone_knows_no_shifted_clock_and_counts_in_the_demo_alone(world: World) -> None:
    hr = world.hr()
    outside = world.code(hr.secret)
    world.later(days=30)
    assert world.give_code(world.begin(hr.login_name), outside) == WRONG_CODE
    world.rules = replace(world.rules, phones_on_real_time=True)
    assert isinstance(world.give_code(world.begin(hr.login_name), outside), SignedIn)
    assert world.give_code(world.begin(hr.login_name), outside) == REPLAYED_CODE
    assert isinstance(world.give_code(world.begin(hr.login_name), world.code(hr.secret)), SignedIn)


TYPED: dict[str, Callable[[str], str]] = {
    "plain": str,
    "blank inside": lambda code: f"{code[:3]} {code[3:]}",
    "blanks around": lambda code: f" {code}\t",
    "wide blank": lambda code: f"\u3000{code}",
    "hyphen": lambda code: f"{code[:3]}-{code[3:]}",
    "full width": lambda code: "".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in code),
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_code_is_right_however_it_is_typed_and_works_once(world: World, typed: Callable[[str], str]) -> None:
    hr = world.hr()
    code = world.code(hr.secret)
    assert isinstance(world.give_code(world.begin(hr.login_name), typed(code)), SignedIn)
    assert world.give_code(world.begin(hr.login_name), typed(code)) == REPLAYED_CODE
    assert world.give_code(world.begin(hr.login_name), code) == REPLAYED_CODE
    assert world.outcomes(hr) == ["signed_in", "replayed_code", "replayed_code"]


def test_code_works_once_even_at_the_same_moment(world: World, bound: Flask) -> None:
    hr = world.hr()
    world.later(minutes=1)
    step, code, together = world.begin(hr.login_name), world.code(hr.secret), Barrier(4)

    def give(_: int) -> Step:
        together.wait()
        with bound.app_context():
            return world.give_code(step, code)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(give, range(4)))
    assert sum(isinstance(each, SignedIn) for each in answers) == 1
    assert answers.count(REPLAYED_CODE) == 3


def test_an_earlier_code_is_void_after_a_later_one(world: World) -> None:
    hr = world.hr()
    world.later(seconds=60)
    earlier, later = world.code(hr.secret), world.code(hr.secret, steps=1)
    assert isinstance(world.give_code(world.begin(hr.login_name), later), SignedIn)
    assert world.give_code(world.begin(hr.login_name), earlier) == REPLAYED_CODE


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_codes_of_the_steps_beside_the_current_one_are_taken(world: World, steps: int, right: bool) -> None:
    hr = world.hr()
    world.later(seconds=300)
    world.later(seconds=15 - world.now().timestamp() % 30)  # the middle of a step
    step = world.give_code(world.begin(hr.login_name), world.code(hr.secret, steps=steps))
    assert isinstance(step, SignedIn) is right


def test_recovery_code_takes_the_place_of_a_code_once(world: World) -> None:
    hr = world.hr()
    with act(ACCOUNTS) as session:
        codes = totp.new_recovery_codes(session, person_id=hr.person_id)
    assert len(set(codes)) == 10
    typed = codes[0].upper().replace("-", " ")
    assert isinstance(world.give_code(world.begin(hr.login_name), typed), SignedIn)
    assert world.give_code(world.begin(hr.login_name), codes[0]) == WRONG_CODE
    assert isinstance(world.give_code(world.begin(hr.login_name), codes[1]), SignedIn)
    assert world.outcomes(hr) == [
        "recovery_code",
        "signed_in",
        "wrong_code",
        "recovery_code",
        "signed_in",
    ]


def test_recovery_code_of_another_person_is_wrong(world: World) -> None:
    hr, other = world.hr(), world.hr("陶然")
    with act(ACCOUNTS) as session:
        codes = totp.new_recovery_codes(session, person_id=other.person_id)
    assert world.give_code(world.begin(hr.login_name), codes[0]) == WRONG_CODE


def test_role_that_needs_a_code_enrols_before_the_session(world: World) -> None:
    bare = world.account("顾云舟", (world.tenants.enterprise, Role.ENTERPRISE_HR))
    step = world.begin(bare.login_name)
    assert isinstance(step, Next)
    assert step.due is Due.ENROL
    assert world.give_code(step, "000000") == WRONG_CODE
    done = _enrolled(world, bare, step)
    assert isinstance(done, SignedIn)
    assert len(done.recovery_codes) == 10
    assert world.current(done.token).second_factor
    assert world.actions(world.tenants.enterprise) == ["totp:enrol"]


def test_enrolment_takes_only_a_code_of_the_secret_offered_to_this_person(world: World) -> None:
    hats = ((world.tenants.enterprise, Role.ENTERPRISE_HR),)
    one, other = world.account("顾云舟", *hats), world.account("陶然", *hats)
    step = world.begin(one.login_name)
    assert isinstance(step, Next)
    with reading(ACCOUNTS) as session:
        mine = signin.offer_of(session, pending=step.pending, sealed=None, client=HERE, rules=world.rules)
    theirs = totp.offer(account="x", where=totp.for_person(other.person_id), keys=world.rules.keys)
    assert mine is not None
    for sealed, secret in ((mine.sealed, theirs.secret), (theirs.sealed, theirs.secret), ("", mine.secret)):
        assert _enrol(world, step, sealed, world.code(secret)) == WRONG_CODE
    assert isinstance(_enrol(world, step, mine.sealed, world.code(mine.secret)), SignedIn)


def test_offer_is_shown_again_with_the_same_secret(world: World) -> None:
    bare = world.account("顾云舟", (world.tenants.enterprise, Role.ENTERPRISE_HR))
    step = world.begin(bare.login_name)
    assert isinstance(step, Next)
    with reading(ACCOUNTS) as session:
        first = signin.offer_of(session, pending=step.pending, sealed=None, client=HERE, rules=world.rules)
        assert first is not None
        again = signin.offer_of(
            session, pending=step.pending, sealed=first.sealed, client=HERE, rules=world.rules
        )
    assert again is not None
    assert (again.secret, again.uri) == (first.secret, first.uri)
    assert first.svg.startswith("<svg")
    assert bare.login_name in first.uri


def test_enrolled_person_cannot_skip_the_code_by_enrolling_again(world: World) -> None:
    hr = world.hr()
    step = world.begin(hr.login_name)
    assert isinstance(step, Next)
    offer = totp.offer(account="x", where=totp.for_person(hr.person_id), keys=world.rules.keys)
    assert _enrol(world, step, offer.sealed, world.code(offer.secret)) == STALE
    assert _renew(world, step, OTHER_PASSWORD) == STALE


def test_old_password_is_renewed_before_the_session(world: World) -> None:
    employee = world.employee()
    world.later(days=89, hours=23)
    assert isinstance(world.begin(employee.login_name), SignedIn)
    world.later(hours=1)
    step = world.begin(employee.login_name)
    assert isinstance(step, Next)
    assert step.due is Due.NEW_PASSWORD
    refused = _renew(world, step, PASSWORD)
    assert isinstance(refused, Refused)
    assert refused.why is Refusal.WEAK_PASSWORD
    assert isinstance(_renew(world, step, OTHER_PASSWORD), SignedIn)
    assert world.begin(employee.login_name) == WRONG
    assert isinstance(world.begin(employee.login_name, OTHER_PASSWORD), SignedIn)
    assert world.actions(world.tenants.enterprise) == ["password:change"]


def test_old_password_is_renewed_after_the_code(world: World) -> None:
    hr = world.hr()
    world.later(days=90)
    step = world.begin(hr.login_name)
    assert isinstance(step, Next)
    assert step.due is Due.CODE
    step = world.give_code(step, world.code(hr.secret))
    assert isinstance(step, Next)
    assert step.due is Due.NEW_PASSWORD
    done = _renew(world, step, OTHER_PASSWORD)
    assert isinstance(done, SignedIn)
    assert world.current(done.token).second_factor


def test_password_does_not_age_under_the_other_profile(world: World) -> None:
    employee = world.employee()
    world.rules = replace(world.rules, passwords=NIST)
    world.later(days=900)
    assert isinstance(world.begin(employee.login_name), SignedIn)


def test_the_last_five_passwords_cannot_come_back(world: World) -> None:
    employee = world.employee()
    chosen = [PASSWORD, *(f"Walnut+{number}-harbour" for number in range(30, 35))]
    for each in chosen[1:]:
        assert not isinstance(_set(world, employee, each), Refused)
    for each in chosen[1:]:
        refused = _set(world, employee, each)
        assert isinstance(refused, Refused), each
    assert not isinstance(_set(world, employee, PASSWORD), Refused)


def test_steps_are_over_after_ten_minutes(world: World) -> None:
    hr = world.hr()
    step = world.begin(hr.login_name)
    world.later(minutes=9, seconds=50)
    assert isinstance(world.give_code(step, world.code(hr.secret)), SignedIn)
    world.later(seconds=60)
    step = world.begin(hr.login_name)
    world.later(minutes=10)
    assert world.give_code(step, world.code(hr.secret)) == STALE


def test_steps_are_over_when_the_password_has_changed(world: World) -> None:
    hr = world.hr()
    step = world.begin(hr.login_name)
    _set(world, hr, OTHER_PASSWORD)
    assert world.give_code(step, world.code(hr.secret)) == STALE


@pytest.mark.parametrize("pending", ["", "x", "会话", "AAAA", "=" * 80])
def test_what_is_no_note_of_ours_is_refused(world: World, pending: str) -> None:
    assert world.give_code(Next(due=Due.CODE, pending=pending), "123456") == STALE
    assert signin.scope_of(pending=pending, rules=world.rules) == ACCOUNTS


def test_nobody_learns_which_login_names_exist(world: World, verified: list[int]) -> None:
    employee, disabled = world.employee(), world.employee("何其正")
    world.connection.execute("update person set disabled_at = app_now() where id = %s", [disabled.person_id])
    answers, costs = [], []
    for login_name, password in (
        (employee.login_name, "wrong"),
        ("nobody-here", "wrong"),
        ("不可能的名字\x00", "wrong"),
        (disabled.login_name, "wrong"),
        (disabled.login_name, PASSWORD),
    ):
        verified.clear()
        answers.append(world.begin(login_name, password))
        costs.append(len(verified))
    assert answers == [WRONG] * 5
    assert costs == [1] * 5
    assert world.outcomes(disabled) == ["wrong_password", "disabled"]


def test_nobody_learns_it_from_being_turned_away(world: World, verified: list[int]) -> None:
    employee = world.employee()
    answers = []
    for login_name in (employee.login_name, "nobody-here"):
        for _ in range(5):
            world.begin(login_name, "wrong")
        verified.clear()
        answer = world.begin(login_name, PASSWORD)
        assert isinstance(answer, Refused)
        answers.append((answer.why, answer.message))
        assert not verified
    assert answers[0] == answers[1]
    assert answers[0][0] is Refusal.THROTTLED


def test_hash_is_made_anew_when_its_cost_is_raised(world: World) -> None:
    employee = world.employee()
    before = _hash(world, employee)
    world.begin(employee.login_name)
    assert _hash(world, employee) == before
    world.rules = replace(world.rules, cost=Cost(memory=16, passes=2, lanes=1))
    world.begin(employee.login_name, "wrong")
    assert _hash(world, employee) == before
    world.begin(employee.login_name)
    assert "$m=16,t=2,p=1$" in _hash(world, employee)
    assert isinstance(world.begin(employee.login_name), SignedIn)


def test_last_worn_hat_is_put_on_again_while_it_stands(world: World) -> None:
    expert = world.account(
        "周砚秋",
        (world.tenants.enterprise, Role.INDUSTRY_EXPERT),
        (world.tenants.other_enterprise, Role.INDUSTRY_EXPERT),
    )
    first = world.signed_in(expert)
    assert first.hat is not None
    assert first.hat.grant_id == expert.grants[0]
    world.connection.execute(
        "update user_session set hat_tenant_id = %s, hat_grant_id = %s",
        [world.tenants.other_enterprise.id, expert.grants[1]],
    )
    again = world.signed_in(expert)
    assert again.hat is not None
    assert again.hat.grant_id == expert.grants[1]
    assert len(again.hats) == 2


def test_who_holds_no_role_signs_in_without_a_hat(world: World) -> None:
    nobody = world.account("钟离")
    done = world.signed_in(nobody)
    current = world.current(done.token)
    assert (current.hat, current.hats) == (None, ())
    assert current.actor(HERE) is None
    assert (current.scope.reads, current.scope.writes) == (frozenset(), None)


def _enrol(world: World, step: Next, sealed: str, code: str) -> Step:
    with act(signin.scope_of(pending=step.pending, rules=world.rules)) as session:
        return signin.enrol(
            session, pending=step.pending, sealed=sealed, code=code, client=HERE, rules=world.rules
        )


def _enrolled(world: World, account: Account, step: Next) -> Step:
    offer = totp.offer(account="x", where=totp.for_person(account.person_id), keys=world.rules.keys)
    return _enrol(world, step, offer.sealed, world.code(offer.secret))


def _renew(world: World, step: Next, password: str) -> Step:
    with act(signin.scope_of(pending=step.pending, rules=world.rules)) as session:
        return signin.give_new_password(
            session, pending=step.pending, password=password, client=HERE, rules=world.rules
        )


def _set(world: World, account: Account, password: str) -> object:
    with act(ACCOUNTS) as session:
        proof = proving.account_of(session, person_id=account.person_id, client=HERE)
        assert proof is not None
        return credentials.set_password(session, proof=proof, password=password, rules=world.rules)


def _hash(world: World, account: Account) -> str:
    return str(world.one("select password_hash from credential where person_id = %s", account.person_id))
