"""The nine questions: one for each part, and the example that each of them gives is an answer."""

import inspect
import re
import textwrap
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType, ModuleType

import pytest

from core import sdk
from core.domain.cycle import Cycle
from core.domain.faults import FaultKind
from core.domain.plan import NINE_PARTS, PlanDraft
from core.hookspecs import (
    ARGUMENTS,
    HOOKS,
    HookArguments,
    PlanSpecs,
    Refusal,
    hookimpl,
    implementations,
    new_manager,
)
from core.rulebook.catalogue import Catalogue
from core.rulebook.engine import check
from core.sdk.testing import PlanPluginTests, answers_of
from core.services.editions import CURRENT

CATALOGUE: Catalogue = CURRENT.catalogue
ARGUMENTS_2026 = HookArguments(
    CURRENT.complete(Cycle(id="2026", year=2026)), CURRENT.template, MappingProxyType({})
)


def documentation(hook: str) -> str:
    return inspect.getdoc(getattr(PlanSpecs, hook)) or ""


def example(hook: str) -> ModuleType:
    """The worked example in a hook's documentation, as a plugin."""
    text = documentation(hook)
    source = textwrap.dedent(text[text.index("    @hookimpl") :])
    names = {name: getattr(sdk, name) for name in sdk.__all__}
    module = ModuleType(hook)
    vars(module).update(names, replace=replace, date=date, Decimal=Decimal)
    exec(compile(source, hook, "exec"), vars(module))  # noqa: S102 - our own documentation
    return module


def test_every_part_of_a_plan_has_one_hook() -> None:
    assert set(HOOKS.values()) == NINE_PARTS.keys()
    assert list(HOOKS) == [name for name in vars(PlanSpecs) if name.startswith("plan_")]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_given_the_same_arguments_and_asked_for_one_answer(hook: str) -> None:
    assert tuple(inspect.signature(getattr(PlanSpecs, hook)).parameters)[1:] == ARGUMENTS
    caller = getattr(new_manager().hook, hook)
    assert caller.spec.opts["firstresult"]


@pytest.mark.parametrize("hook", HOOKS)
def test_example_in_the_documentation_conforms(hook: str) -> None:
    plugin = example(hook)
    kit = PlanPluginTests()
    kit.test_every_hook_is_one_that_is_asked(plugin)
    kit.test_every_answer_has_the_type_of_its_part(plugin, ARGUMENTS_2026)
    kit.test_the_same_question_has_the_same_answer(plugin, ARGUMENTS_2026)
    kit.test_no_argument_is_changed(plugin, ARGUMENTS_2026)
    assert answers_of(plugin, ARGUMENTS_2026).keys() == {HOOKS[hook]}


def test_example_of_a_rubric_breaks_no_rule_of_the_rubric() -> None:
    answer = answers_of(example("plan_rubric"), ARGUMENTS_2026)["rubric"]
    draft = PlanDraft(rubric=answer.value)
    findings = check(draft, edition=CURRENT, cycle=ARGUMENTS_2026.cycle)
    assert [each.rule for each in findings if each.path.startswith("/rubric")] == []


@pytest.mark.parametrize("hook", HOOKS)
def test_documentation_names_rules_that_exist(hook: str) -> None:
    named = re.findall(r"\b(?:JS|PF)-[\w.-]*\w", documentation(hook))
    assert named
    assert [rule for rule in named if rule not in CATALOGUE.rules] == []


# ---- what cannot be a hook ----


def refusals(**functions: object) -> list[Refusal]:
    module = ModuleType("plugin")
    vars(module).update(functions)
    return [each for each in implementations(module) if isinstance(each, Refusal)]


def test_hook_by_another_name_is_found_by_its_specname() -> None:
    @hookimpl(specname="plan_rubric")
    def whatever() -> None:
        return None

    module = ModuleType("plugin")
    vars(module)["whatever"] = whatever
    assert list(implementations(module)) == [("plan_rubric", whatever)]


def test_argument_with_a_default_is_the_authors_own() -> None:
    @hookimpl
    def plan_rubric(cycle: Cycle, step: int = 1) -> None:
        return None

    assert refusals(plan_rubric=plan_rubric) == []


def test_misspelt_hook_belongs_to_the_part_it_was_meant_for() -> None:
    @hookimpl
    def plan_compaints() -> None:
        return None

    found = refusals(plan_compaints=plan_compaints)
    assert [(each.hook, each.part, each.kind) for each in found] == [
        ("plan_compaints", "complaints", FaultKind.HOOK)
    ]


def test_function_that_resembles_no_hook_belongs_to_no_part() -> None:
    @hookimpl
    def notify() -> None:
        return None

    assert [each.part for each in refusals(notify=notify)] == [None]
