"""Guesses are few, whoever makes them from wherever, and nobody is locked out by what a stranger does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask

from core.domain.roles import Role
from core.services.accounts.answers import WRONG, WRONG_CODE, Refusal, Refused
from core.services.accounts.sessions import Client
from core.services.accounts.signin import SignedIn, Step
from core.services.accounts.throttling import (
    ACCOUNT,
    ACCOUNT_FROM_ADDRESS,
    ADDRESS,
    CODE,
    DAY,
    DEVICE,
    HOUR,
)
from tests.integration.accounts.world import HERE, PASSWORD, Account, World
from tests.scale import examples

pytestmark = pytest.mark.release

GUESSES = examples(10_000)


def stranger(number: int) -> Client:
    """A browser at an address of its own."""
    return Client(address=f"198.18.{number // 256 % 256}.{number % 256}", agent="curl/8")


def test_a_day_of_guesses_from_everywhere_neither_succeeds_nor_keeps_the_owner_out(
    world: World, verified: list[int]
) -> None:
    hr = world.hr()
    at_home = world.known(hr)
    world.later(minutes=1)
    pause, signed_in = DAY / GUESSES, 0
    verified.clear()
    for number in range(GUESSES):
        world.begin(hr.login_name, f"Guess-{number}", stranger(number))
        world.later(seconds=pause.total_seconds())
        if number % (GUESSES // 10) == 0:
            step = world.give_code(world.begin(hr.login_name, client=at_home), world.code(hr.secret), at_home)
            signed_in += isinstance(step, SignedIn)
    assert signed_in == 10
    assert len(verified) - signed_in <= ACCOUNT.most(DAY) == 58


def test_a_day_of_guesses_from_one_address(world: World, verified: list[int]) -> None:
    employee = world.employee()
    guesses = examples(2_000)
    for number in range(guesses):
        world.begin(employee.login_name, f"Guess-{number}", stranger(1))
        world.later(seconds=(DAY / guesses).total_seconds())
    assert len(verified) <= ACCOUNT_FROM_ADDRESS.most(DAY) == 15
    elsewhere = replace(HERE, address="203.0.113.80")
    assert isinstance(world.begin(employee.login_name, client=elsewhere), SignedIn)  # two such leave room


def test_a_day_of_one_guess_each_at_many_accounts(world: World, verified: list[int]) -> None:
    guesses = examples(2_000)
    for number in range(guesses):
        world.begin(f"guessed-{number}", "Password-1", stranger(1))
        world.later(seconds=(DAY / guesses).total_seconds())
    assert len(verified) <= ADDRESS.most(DAY) == 299
    employee = world.employee()
    assert isinstance(world.begin(employee.login_name), SignedIn)


@pytest.mark.parametrize(
    ("address_of", "most"), [(lambda number: number, ACCOUNT.free), (lambda _: 1, ACCOUNT_FROM_ADDRESS.free)]
)
def test_guesses_made_at_once_are_counted_before_they_are_verified(
    world: World, verified: list[int], bound: Flask, address_of: Callable[[int], int], most: int
) -> None:
    employee = world.employee()
    together = Barrier(10)

    def guess(number: int) -> list[Step]:
        together.wait()
        with bound.app_context():
            return [
                world.begin(employee.login_name, "wrong", stranger(address_of(10 * number + each)))
                for each in range(5)
            ]

    with ThreadPoolExecutor(10) as pool:
        answers = [answer for some in pool.map(guess, range(10)) for answer in some]
    assert len(verified) == most
    assert answers.count(WRONG) == most


def test_owner_on_a_known_device_is_not_kept_out_from_the_same_address_either(world: World) -> None:
    employee = world.employee()
    at_home = world.known(employee)
    for number in range(ADDRESS.free):
        world.begin(f"guessed-{number}", "wrong", replace(HERE, agent="curl/8"))
    for _ in range(ACCOUNT_FROM_ADDRESS.free):
        world.begin(employee.login_name, "wrong", replace(HERE, agent="curl/8"))
    assert _why(world.begin(employee.login_name)) is Refusal.THROTTLED
    assert isinstance(world.begin(employee.login_name, client=at_home), SignedIn)


def test_owner_on_a_new_device_waits_at_most_an_hour_after_the_last_guess(world: World) -> None:
    employee = world.employee()
    for number in range(ACCOUNT.free + 8):
        world.begin(employee.login_name, "wrong", stranger(number))
        world.later(minutes=61)
    for number in range(100):
        world.begin(employee.login_name, "wrong", stranger(number))
    refused = world.begin(employee.login_name)
    assert isinstance(refused, Refused)
    assert timedelta(minutes=59) < refused.wait <= HOUR
    assert refused.message == "尝试次数过多。60 分钟后再试；在以前登录过的设备上不受影响。"
    world.later(minutes=60)
    assert isinstance(world.begin(employee.login_name), SignedIn)


def test_attempts_that_are_turned_away_do_not_lengthen_the_wait(world: World) -> None:
    employee = world.employee()
    for _ in range(ACCOUNT_FROM_ADDRESS.free):
        world.begin(employee.login_name, "wrong")
    for _ in range(20):
        assert _why(world.begin(employee.login_name)) is Refusal.THROTTLED
    world.later(minutes=1)
    assert isinstance(world.begin(employee.login_name), SignedIn)
    assert world.outcomes(employee) == ["wrong_password"] * 5 + ["throttled", "signed_in"]


def test_owner_who_mistypes_is_forgiven_by_the_right_password(world: World) -> None:
    employee = world.employee()
    for _ in range(3):
        for _ in range(ACCOUNT_FROM_ADDRESS.free - 1):
            assert world.begin(employee.login_name, "wrong") == WRONG
        assert isinstance(world.begin(employee.login_name), SignedIn)


def test_owner_who_signs_in_does_not_give_strangers_new_guesses(world: World, verified: list[int]) -> None:
    employee = world.employee()
    for number in range(ACCOUNT.free - 1):
        world.begin(employee.login_name, "wrong", stranger(number))
    assert isinstance(world.begin(employee.login_name), SignedIn)
    verified.clear()
    for number in range(10):
        world.begin(employee.login_name, "wrong", stranger(number))
    assert len(verified) == 1


def test_guesses_on_a_known_device_are_counted_for_it(world: World, verified: list[int]) -> None:
    employee = world.employee()
    at_home = world.known(employee)
    verified.clear()
    for _ in range(DEVICE.free + 5):
        last = world.begin(employee.login_name, "wrong", at_home)
    assert _why(last) is Refusal.THROTTLED
    assert len(verified) == DEVICE.free
    assert DEVICE.most(DAY) == 38
    assert isinstance(world.begin(employee.login_name), SignedIn)  # on another device


def test_a_device_is_known_for_its_own_person_and_for_180_days(world: World) -> None:
    employee, other = world.employee(), world.employee("何其正")
    at_home = world.known(employee)
    for person in (employee, other):
        for number in range(ACCOUNT.free):
            world.begin(person.login_name, "wrong", stranger(number))
    assert _why(world.begin(other.login_name, client=at_home)) is Refusal.THROTTLED
    assert isinstance(world.begin(employee.login_name, client=at_home), SignedIn)
    world.rules = replace(world.rules, passwords=replace(world.rules.passwords, max_age=None))
    world.later(days=180)
    for number in range(ACCOUNT.free):
        world.begin(employee.login_name, "wrong", stranger(number))
    assert _why(world.begin(employee.login_name, client=at_home)) is Refusal.THROTTLED


def test_ten_devices_are_kept(world: World) -> None:
    employee = world.employee()
    devices = [world.known(employee) for _ in range(12)]
    assert world.one("select count(*) from known_device") == 10
    for number in range(ACCOUNT.free):
        world.begin(employee.login_name, "wrong", stranger(number))
    assert _why(world.begin(employee.login_name, client=devices[0])) is Refusal.THROTTLED
    assert isinstance(world.begin(employee.login_name, client=devices[-1]), SignedIn)


def test_codes_are_guessed_no_more_often_and_the_owner_goes_on(world: World) -> None:
    hr = world.hr()
    at_home = world.known(hr)
    tried = 0
    for number in range(200):
        answer = world.give_code(
            world.begin(hr.login_name, client=stranger(number)), _wrong(world, hr), stranger(number)
        )
        tried += answer == WRONG_CODE
        world.later(minutes=7)
    assert tried <= CODE.most(DAY) == 33
    answer = world.give_code(world.begin(hr.login_name, client=at_home), world.code(hr.secret), at_home)
    assert isinstance(answer, SignedIn)


def test_recovery_codes_are_guessed_under_the_same_limit(world: World) -> None:
    hr = world.hr()
    step = world.begin(hr.login_name)
    answers = [world.give_code(step, "aaaa-bbbb-cccc-dddd") for _ in range(CODE.free + 3)]
    assert answers.count(WRONG_CODE) == CODE.free
    assert _why(world.give_code(step, world.code(hr.secret))) is Refusal.THROTTLED


def test_right_password_from_a_stranger_does_not_clear_the_count_of_codes(world: World) -> None:
    expert = world.account("周砚秋", (world.tenants.enterprise, Role.INDUSTRY_EXPERT), codes=True)
    for _ in range(CODE.free):
        world.give_code(world.begin(expert.login_name), _wrong(world, expert))
    assert _why(world.give_code(world.begin(expert.login_name), _wrong(world, expert))) is Refusal.THROTTLED


def test_counts_that_are_over_go(world: World) -> None:
    employee = world.employee()
    for number in range(20):
        world.begin(f"guessed-{number}", PASSWORD, stranger(number))
    before = world.one("select count(*) from throttle")
    world.later(days=3)
    world.begin(employee.login_name)
    assert before == 60
    assert world.one("select count(*) from throttle") == 3


def _why(step: Step) -> Refusal | None:
    return step.why if isinstance(step, Refused) else None


def _wrong(world: World, account: Account) -> str:
    right = {world.code(account.secret, steps=step) for step in (-1, 0, 1, 2)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444") if code not in right)
