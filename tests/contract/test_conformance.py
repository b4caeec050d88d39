"""Every shared plugin and every tenant's code passes the kit that their authors are given."""

import ast
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType, ModuleType

import pytest

import plugins
from core import paths
from core.domain.answers import Answer, Answers
from core.domain.cycle import Cycle
from core.hookspecs import HookArguments, hookimpl
from core.plugin_host.tenants import Tenant, read_tenant, tenant_folders
from core.rulebook.template import Template
from core.sandbox import Sandbox, pack_given
from core.sdk import reference_rubric
from core.sdk.testing import PlanPluginTests, within
from core.services.editions import CURRENT
from core.services.tenants import latest_cycle
from tests.contract.folders import FAULTY

PLUGINS = sorted(each.name for each in pkgutil.iter_modules(plugins.__path__))
TENANTS = [read_tenant(slug, folder) for slug, folder in tenant_folders(paths.TENANTS)]
PROGRAMMED = [tenant for tenant in TENANTS if tenant.code]
TYPED = next(tenant for tenant in TENANTS if tenant.declarative)


class TestSharedPlugins(PlanPluginTests):
    @pytest.fixture(params=PLUGINS)
    def plugin(self, request: pytest.FixtureRequest) -> ModuleType:
        return importlib.import_module(f"plugins.{request.param}")

    @pytest.fixture
    def answers(self) -> Answers:
        return TYPED.answers


class TestTenantCode(PlanPluginTests):
    @pytest.fixture(params=PROGRAMMED, ids=lambda tenant: tenant.slug)
    def tenant(self, request: pytest.FixtureRequest) -> Tenant:
        tenant: Tenant = request.param
        return tenant

    @pytest.fixture
    def plugin(self, tenant: Tenant) -> ModuleType:
        return importlib.import_module(f"tenants.{tenant.slug}.plan")

    @pytest.fixture
    def answers(self, tenant: Tenant) -> Answers:
        return tenant.answers


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("tenant", PROGRAMMED, ids=lambda tenant: tenant.slug)
def test_code_behind_the_fence_answers_as_it_does_in_this_process(sandbox: Sandbox, tenant: Tenant) -> None:
    module = importlib.import_module(f"tenants.{tenant.slug}.plan")
    given = HookArguments(latest_cycle(), CURRENT.template, tenant.answers)
    assert tenant.code is not None
    for part in sandbox.describe(tenant.code).parts:
        function = getattr(module, f"plan_{part}")
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        plainly = function(**{name: getattr(given, name) for name in names})
        packed = pack_given(given.cycle, given.answers)
        assert sandbox.ask(tenant.code, part, packed, CURRENT.id) == plainly


@pytest.mark.parametrize(
    "file",
    [each for folder in (paths.PLUGINS, paths.TENANTS) for each in sorted(folder.rglob("*.py"))],
    ids=lambda file: file.relative_to(paths.ROOT).as_posix(),
)
def test_authors_import_nothing_of_core_but_the_kit(file: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            imported.add(node.module)
        elif isinstance(node, ast.Import):
            imported |= {each.name for each in node.names}
    assert {name for name in imported if name and name.split(".")[0] == "core"} <= {"core.sdk"}


# ---- the kit itself: what is wrong must fail ----


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FAULTY / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def module_with(**functions: object) -> ModuleType:
    module = ModuleType("made_here")
    for name, function in functions.items():
        setattr(module, name, function)
    return module


@pytest.fixture
def given() -> HookArguments:
    cycle = CURRENT.complete(Cycle(id="2026", year=2026))
    return HookArguments(cycle, CURRENT.template, MappingProxyType({}))


@pytest.mark.parametrize("name", ["misspells", "wraps"])
def test_kit_refuses_what_is_no_hook(name: str) -> None:
    with pytest.raises(AssertionError):
        PlanPluginTests().test_every_hook_is_one_that_is_asked(loaded(name))


def test_kit_refuses_a_module_without_hooks() -> None:
    with pytest.raises(AssertionError):
        PlanPluginTests().test_every_hook_is_one_that_is_asked(ModuleType("empty"))


def test_kit_refuses_what_is_no_answer(given: HookArguments) -> None:
    @hookimpl
    def plan_rubric(template: Template) -> object:
        return reference_rubric(template)

    with pytest.raises(AssertionError):
        PlanPluginTests().test_every_answer_has_the_type_of_its_part(
            module_with(plan_rubric=plan_rubric), given
        )


def test_kit_refuses_the_record_of_another_part(given: HookArguments) -> None:
    with pytest.raises(pytest.fail.Exception, match="routes"):
        PlanPluginTests().test_every_answer_has_the_type_of_its_part(loaded("wrong_type"), given)


def test_kit_refuses_a_list_where_a_tuple_belongs(given: HookArguments) -> None:
    @hookimpl
    def plan_occupations() -> object:
        return Answer([])

    with pytest.raises(AssertionError):
        PlanPluginTests().test_every_answer_has_the_type_of_its_part(
            module_with(plan_occupations=plan_occupations), given
        )


def test_kit_refuses_another_answer_the_second_time(given: HookArguments) -> None:
    asked: list[int] = []

    @hookimpl
    def plan_rubric(template: Template) -> object:
        asked.append(1)
        return Answer(reference_rubric(template), section=str(len(asked)))

    with pytest.raises(AssertionError):
        PlanPluginTests().test_the_same_question_has_the_same_answer(
            module_with(plan_rubric=plan_rubric), given
        )


def test_kit_refuses_changed_arguments(given: HookArguments) -> None:
    @hookimpl
    def plan_methods(cycle: Cycle) -> None:
        object.__setattr__(cycle, "year", 1999)

    with pytest.raises(AssertionError):
        PlanPluginTests().test_no_argument_is_changed(module_with(plan_methods=plan_methods), given)


def test_kit_stops_waiting_for_an_answer() -> None:
    never = importlib.import_module("threading").Event()
    with pytest.raises(pytest.fail.Exception, match="no answer within"):
        within(0.05, never.wait)
    never.set()


def test_kit_raises_what_the_hook_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
