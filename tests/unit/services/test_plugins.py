"""Who is asked for an enterprise's plan, and what came of each hook: in order, with gaps, with faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.plugin_host import PluginHost
from core.sandbox import Sandbox
from core.services.editions import CURRENT
from core.services.plugins import HookState, Plugins, those_asked
from core.services.tenants import check_tenant
from tests.contract.folders import BRIEF, faulty_code, write_tenant

SLUG = "nantong_canglan"
NINE = 9
OWN = f"tenant:{SLUG}"
RUBRIC = """
from core.sdk import Answer, hookimpl, reference_rubric

@hookimpl
def plan_rubric(template):
    return Answer(reference_rubric(template))

@hookimpl
def plan_methods():
    return None
"""
INCENTIVES = "incentives:\n  section: 按集团规定执行\n  value: {monthly_allowance_yuan: 3000}\n"

Ask = Callable[..., Plugins]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(BRIEF) as sandbox:
        yield sandbox


@pytest.fixture
def ask(tmp_path: Path, sandbox: Sandbox) -> Ask:
    """``ask(code=…, answers=…, plugins=…)``: those asked for the plan of a folder with these."""

    def of(added: dict[str, datetime] | None = None, **folder: object) -> Plugins:
        write_tenant(tmp_path, SLUG, **folder)  # type: ignore[arg-type]
        host = PluginHost(CURRENT, tenants=tmp_path, installed=False, sandbox=sandbox)
        return those_asked(check_tenant(SLUG, host=host), added or {})

    return of


def states(found: Plugins, name: str) -> dict[str, HookState]:
    plugin = next(each for each in found.plugins if each.name == name)
    return {hook.part: hook.state for hook in plugin.hooks}


def test_all_are_listed_in_the_order_in_which_they_are_asked(ask: Ask) -> None:
    found = ask(code=RUBRIC, answers=INCENTIVES, plugins=("hongneng_group",))
    assert [each.name for each in found.plugins] == ["studio", OWN, "hongneng_group", "js_reference"]
    assert [each.is_shared for each in found.plugins] == [False, False, True, False]
    assert all(each.answerer.code_hash and each.answerer.version for each in found.plugins)


def test_each_hook_says_what_came_of_it(ask: Ask) -> None:
    found = ask(code=RUBRIC, answers=INCENTIVES, plugins=("hongneng_group",))
    assert states(found, OWN) == {"methods": HookState.SILENT, "rubric": HookState.ANSWERED}
    assert states(found, "hongneng_group") == {
        "incentives": HookState.NOT_ASKED,  # typed
        "rights_duties": HookState.ANSWERED,
    }
    reference = states(found, "js_reference")
    assert reference["methods"] is HookState.ANSWERED
    assert reference["rubric"] is HookState.NOT_ASKED
    typed = states(found, "studio")
    assert len(typed) == NINE
    assert [part for part, state in typed.items() if state is HookState.ANSWERED] == ["incentives"]
    assert {part: who.plugin for part, who in found.answered.items()} == {
        "conditions": "js_reference",
        "methods": "js_reference",
        "rubric": OWN,
        "schedule": "js_reference",
        "incentives": "studio",
        "rights_duties": "hongneng_group",
        "complaints": "js_reference",
    }


def test_sound_code_has_no_faults(ask: Ask) -> None:
    found = ask(code=RUBRIC)
    assert (found.faults, [each.faults for each in found.plugins]) == ((), [()] * 3)
    assert states(found, OWN)["rubric"] is HookState.ANSWERED


def test_hook_that_raises_fails_alone(ask: Ask) -> None:
    found = ask(code=faulty_code("raises"))
    own = next(each for each in found.plugins if each.name == OWN)
    failed = [hook.part for hook in own.hooks if hook.state is HookState.FAILED]
    assert failed == [fault.part for fault in own.faults] != []
    (part,) = failed
    assert part not in found.answered
    assert states(found, "js_reference").get(part, HookState.NOT_ASKED) is HookState.NOT_ASKED
    assert all(not each.faults for each in found.plugins if each is not own)


def test_code_that_cannot_be_loaded_ends_the_asking_for_all_that_was_not_typed(ask: Ask) -> None:
    found = ask(code=faulty_code("cannot_import"), answers=INCENTIVES)
    assert [fault.plugin for fault in found.faults] == [OWN]
    assert set(found.answered) == {"incentives"}
    assert states(found, OWN) == {}
    assert set(states(found, "js_reference").values()) == {HookState.NOT_ASKED}


def test_misspelt_hook_is_told_though_nobody_asks_it(ask: Ask) -> None:
    found = ask(code=faulty_code("misspells"))
    own = next(each for each in found.plugins if each.name == OWN)
    assert len(own.faults) > 1
    assert "schedule" in found.answered  # whoever comes after is asked all the same


def test_plugin_that_is_not_there_is_listed_with_its_fault(ask: Ask) -> None:
    found = ask(plugins=("no_such_plugin",))
    missing = next(each for each in found.plugins if each.name == "no_such_plugin")
    assert (missing.hooks, len(missing.faults)) == ((), 1)


def test_shared_plugin_says_when_it_was_put_on(ask: Ask) -> None:
    since = datetime(2026, 11, 20, tzinfo=UTC)
    found = ask({"hongneng_group": since, "gone": since}, plugins=("hongneng_group",))
    added = {each.name: each.added_at for each in found.plugins}
    assert added == {"studio": None, "hongneng_group": since, "js_reference": None}
    assert found.dropped == ("gone",)
