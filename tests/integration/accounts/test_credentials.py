"""What people change of their own account, and the proof it takes."""

from __future__ import annotations

import pytest

from core.persistence.session import act
from core.services.accounts import credentials, proving, totp
from core.services.accounts.answers import WRONG_CODE, WRONG_PASSWORD, NotAllowed, Refusal, Refused
from core.services.accounts.credentials import Renewed
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Current
from core.services.accounts.signin import Due, Next, SignedIn
from tests.integration.accounts.world import HERE, OTHER_PASSWORD, PASSWORD, World


def test_new_password_ends_the_other_sessions_and_renews_this_one(world: World) -> None:
    employee = world.employee()
    here, there = world.signed_in(employee).token, world.signed_in(employee).token
    renewed = _change(world, world.current(here), PASSWORD, OTHER_PASSWORD)
    assert isinstance(renewed, Renewed)
    assert [world.resume(here), world.resume(there)] == [None, None]
    assert world.current(renewed.token).person_id == employee.person_id
    assert isinstance(world.begin(employee.login_name, OTHER_PASSWORD), SignedIn)
    assert world.actions(world.tenants.enterprise) == ["password:change"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("wrong", OTHER_PASSWORD, Refusal.WRONG),
        (PASSWORD, PASSWORD, Refusal.WEAK_PASSWORD),
        (PASSWORD, "Short-1", Refusal.WEAK_PASSWORD),
        (PASSWORD, "Password-1", Refusal.WEAK_PASSWORD),
    ],
)
def test_new_password_is_refused(world: World, old: str, new: str, why: Refusal) -> None:
    employee = world.employee()
    here, there = world.signed_in(employee).token, world.signed_in(employee).token
    refused = _change(world, world.current(here), old, new)
    assert isinstance(refused, Refused)
    assert refused.why is why
    assert None not in (world.resume(here), world.resume(there))
    assert isinstance(world.begin(employee.login_name), SignedIn)
    assert world.actions(world.tenants.enterprise) == []


def test_old_password_is_not_guessed_from_a_session_left_open(world: World) -> None:
    current = world.request(world.employee())
    answers = [_change(world, current, "wrong", OTHER_PASSWORD) for _ in range(8)]
    assert answers[:5] == [WRONG_PASSWORD] * 5
    assert all(isinstance(each, Refused) and each.why is Refusal.THROTTLED for each in answers[5:])


def test_stepping_up_with_the_wrong_thing_changes_nothing(world: World) -> None:
    employee, hr = world.employee(), world.hr()
    for person, given, answer in ((employee, "wrong", WRONG_PASSWORD), (hr, PASSWORD, WRONG_CODE)):
        token = world.signed_in(person).token
        world.later(minutes=15)
        current = world.current(token)
        assert _step_up(world, current, given) == answer
        assert not world.current(token).fresh


def test_code_of_signing_in_does_not_step_up(world: World) -> None:
    hr = world.hr()
    current = world.request(hr)
    refused = _step_up(world, current, world.code(hr.secret))
    assert isinstance(refused, Refused)
    assert refused.why is Refusal.REPLAYED_CODE


def test_enrolling_makes_the_next_sign_in_ask_for_a_code(world: World) -> None:
    employee = world.employee()
    current = world.request(employee)
    offer = credentials.offer(current=current, sealed=None, rules=world.rules)
    assert _enrol(world, current, offer.sealed, "not a code") == WRONG_CODE
    enrolled = _enrol(world, current, offer.sealed, world.code(offer.secret))
    assert isinstance(enrolled, Renewed)
    assert len(enrolled.recovery_codes) == 10
    assert world.current(enrolled.token).second_factor
    step = world.begin(employee.login_name)
    assert isinstance(step, Next)
    assert step.due is Due.CODE
    assert world.actions(world.tenants.enterprise) == ["totp:enrol"]


def test_enrolling_takes_fresh_proof(world: World) -> None:
    token = world.signed_in(world.employee()).token
    world.later(minutes=10)
    current = world.current(token)
    offer = credentials.offer(current=current, sealed=None, rules=world.rules)
    with pytest.raises(NotAllowed, match="再次验证身份"):
        _enrol(world, current, offer.sealed, world.code(offer.secret))


def test_session_without_a_code_does_not_replace_an_authenticator(world: World) -> None:
    employee = world.employee()
    stolen = world.request(employee)
    owner = world.request(employee)
    offer = credentials.offer(current=owner, sealed=None, rules=world.rules)
    assert isinstance(_enrol(world, owner, offer.sealed, world.code(offer.secret)), Renewed)
    theirs = credentials.offer(current=stolen, sealed=None, rules=world.rules)
    with pytest.raises(NotAllowed, match="用动态口令"):
        _enrol(world, stolen, theirs.sealed, world.code(theirs.secret))


def test_new_authenticator_takes_the_place_of_the_old(world: World) -> None:
    hr = world.hr()
    current = world.request(hr)
    offer = credentials.offer(current=current, sealed=None, rules=world.rules)
    assert isinstance(_enrol(world, current, offer.sealed, world.code(offer.secret)), Renewed)
    world.later(minutes=1)
    assert world.give_code(world.begin(hr.login_name), world.code(hr.secret)) == WRONG_CODE
    assert isinstance(world.give_code(world.begin(hr.login_name), world.code(offer.secret)), SignedIn)


def test_new_recovery_codes_void_the_old(world: World) -> None:
    hr = world.hr()
    first = _codes(world, world.request(hr))
    second = _codes(world, world.request(hr))
    assert not set(first) & set(second)
    assert world.give_code(world.begin(hr.login_name), first[0]) == WRONG_CODE
    assert isinstance(world.give_code(world.begin(hr.login_name), second[0]), SignedIn)
    assert world.actions(world.tenants.enterprise) == ["recovery_codes:renew"] * 2


def test_recovery_codes_are_for_who_has_an_authenticator(world: World) -> None:
    with pytest.raises(NotAllowed, match="尚未启用"):
        _codes(world, world.request(world.employee()))


def test_secrets_and_codes_are_not_readable_in_the_database(world: World) -> None:
    hr = world.hr()
    code = _codes(world, world.request(hr))[0]
    kept = world.one("select credential::text from credential")
    hashes = world.column("select code_hash from recovery_code")
    assert hr.secret is not None
    assert hr.secret.encode().hex() not in kept
    assert all(code.encode() not in each for each in hashes)


def test_without_a_hat_the_account_stays_as_it_is(world: World) -> None:
    nobody = world.account("钟离")
    current = world.request(nobody)
    with pytest.raises(NotAllowed, match="没有有效的身份"):
        _change(world, current, PASSWORD, OTHER_PASSWORD)
    assert isinstance(world.begin(nobody.login_name), SignedIn)


def test_current_code_for_the_demo_is_one_that_works(world: World) -> None:
    hr = world.hr()
    for _ in range(2):
        step = world.begin(hr.login_name)
        with act(ACCOUNTS) as session:
            proof = proving.account_of(session, person_id=hr.person_id, client=HERE)
            assert proof is not None
            shown = totp.current_code(proof=proof, keys=world.rules.keys)
        assert shown is not None
        assert isinstance(world.give_code(step, shown), SignedIn)


def _change(world: World, current: Current, old: str, new: str) -> Renewed | Refused:
    with act(current.scope) as session:
        return credentials.change_password(
            session, current=current, old=old, new=new, client=HERE, rules=world.rules
        )


def _step_up(world: World, current: Current, given: str) -> Renewed | Refused:
    with act(current.scope) as session:
        return credentials.step_up(session, current=current, given=given, client=HERE, rules=world.rules)


def _enrol(world: World, current: Current, sealed: str, code: str) -> Renewed | Refused:
    with act(current.scope) as session:
        return credentials.enrol(
            session, current=current, sealed=sealed, code=code, client=HERE, rules=world.rules
        )


def _codes(world: World, current: Current) -> tuple[str, ...]:
    with act(current.scope) as session:
        return credentials.renew_recovery_codes(session, current=current, client=HERE)
