"""The conformance kit: what any plugin and any enterprise's own code must pass.

In a test module of yours::

    from core.sdk.testing import PlanPluginTests
    from tenants.nantong_canglan import plan

    class TestPlan(PlanPluginTests):
        @pytest.fixture
        def plugin(self):
            return plan

``answers`` and ``cycle`` are fixtures too: give your own where your hooks read what the enterprise typed.
"""

# ruff: noqa: S101 - a kit of tests asserts

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

import pytest

from core.domain.answers import Answer, Answers, answer_data
from core.domain.cycle import Cycle
from core.domain.errors import NotAPlan
from core.hookspecs import HOOKS, HookArguments, Refusal, implementations, new_manager
from core.plandoc.schemas import load_answer
from core.rulebook import js2023
from core.rulebook.template import Template

T = TypeVar("T")

TIME_LIMIT = 5.0
"""Seconds in which a hook answers; what a tenant's code is given before it is stopped."""


class PlanPluginTests:
    """Types, purity, time, and no attack on what a hook is given. Subclass it and define ``plugin``."""

    @pytest.fixture
    def plugin(self) -> ModuleType:
        """The module with the hooks."""
        raise NotImplementedError("define the fixture 'plugin'")

    @pytest.fixture
    def cycle(self) -> Cycle:
        """The year that the hooks are asked for, with its deadlines."""
        return js2023.EDITION.complete(Cycle(id="2026", year=2026, created_by="province_hr"))

    @pytest.fixture
    def template(self) -> Template:
        """The province's reference."""
        return js2023.EDITION.template

    @pytest.fixture
    def answers(self) -> Answers:
        """What the enterprise typed: nothing."""
        return MappingProxyType({})

    @pytest.fixture
    def given(self, cycle: Cycle, template: Template, answers: Answers) -> HookArguments:
        return HookArguments(cycle, template, answers)

    def test_every_hook_is_one_that_is_asked(self, plugin: ModuleType) -> None:
        found = list(implementations(plugin))
        assert [each.detail for each in found if isinstance(each, Refusal)] == []
        assert found, "the plugin answers nothing"

    def test_every_answer_has_the_type_of_its_part(self, plugin: ModuleType, given: HookArguments) -> None:
        for part, answer in answers_of(plugin, given).items():
            assert isinstance(answer, Answer)
            assert read_again(part, answer) == answer

    def test_the_same_question_has_the_same_answer(self, plugin: ModuleType, given: HookArguments) -> None:
        assert answers_of(plugin, given) == answers_of(plugin, given)

    def test_no_argument_is_changed(self, plugin: ModuleType, given: HookArguments) -> None:
        before = given.state()
        answers_of(plugin, given)
        assert given.state() == before


def read_again(part: str, answer: Answer[Any]) -> Answer[Any]:
    """``answer`` after it went out as data and came in through the schema of its part."""
    try:
        return load_answer(part, answer_data(answer))
    except NotAPlan as error:
        return pytest.fail("; ".join(map(str, error.faults)))


def answers_of(plugin: ModuleType, given: HookArguments) -> Mapping[str, Any]:
    """What ``plugin`` answers, by part; a hook that takes longer than ``TIME_LIMIT`` fails the test."""
    manager = new_manager()
    manager.register(plugin)
    manager.check_pending()
    asked = {
        part: within(TIME_LIMIT, partial(getattr(manager.hook, hook), **given.by_name()))
        for hook, part in HOOKS.items()
    }
    return {part: answer for part, answer in asked.items() if answer is not None}


def within(seconds: float, ask: Callable[[], T]) -> T:
    """What ``ask`` returns or raises; fails when it is not done in time."""
    outcome: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(ask())
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread of the test
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        pytest.fail(f"no answer within {seconds:g} seconds")
    if raised:
        raise raised[0]
    return outcome[0]
