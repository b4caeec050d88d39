"""What an enterprise's code can do wrong costs the part it was asked for, and nobody else anything."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import paths
from core.domain.faults import FaultKind
from core.domain.values import ABSENT
from core.plugin_host import HOOK_FAULT, CompiledPlan, PluginHost
from core.rulebook.engine import check
from core.rulebook.terms import Effect, Force
from core.sandbox import Sandbox
from core.services.editions import CURRENT
from core.services.tenants import check_tenant, compile_tenant
from tests.contract.folders import BRIEF, FAULTY, faulty_code, write_tenant

NEIGHBOUR = "suzhou_guxu"
TYPED = "conditions: {value: {paths: {special_technician: {years_min: 3}}}}\n"

# faulty plugin: the parts it breaks, how, and words that its author needs to see
FAULTS: dict[str, dict[str | None, tuple[FaultKind, str]]] = {
    "raises": {"rubric": (FaultKind.RAISED, "plan.py 第 8 行 ValueError: 没有评分标准")},
    "exits": {"rubric": (FaultKind.EXITED, "SystemExit 3")},
    "leaves": {"rubric": (FaultKind.EXITED, "状态 0")},
    "crashes": {"rubric": (FaultKind.EXITED, "状态 -9")},
    "loops": {"rubric": (FaultKind.TIMEOUT, "上限 2 秒")},
    "allocates": {"rubric": (FaultKind.MEMORY, "上限 256 MB")},
    "floods": {"rubric": (FaultKind.FLOOD, "上限 1048576 字节")},
    "wrong_type": {
        "rubric": (FaultKind.SHAPE, "返回的是 dict，应为 Answer 或 None"),
        "conditions": (FaultKind.SHAPE, "/value/aggregation 没有"),
    },
    "nests": {
        "rubric": (FaultKind.SHAPE, "嵌套过深"),
        "schedule": (FaultKind.SHAPE, "嵌套超过 32 层"),
    },
    "mutates": {
        "rubric": (FaultKind.MUTATED, "改动了传入的参数"),
        "methods": (FaultKind.MUTATED, "改动了传入的参数"),
        "schedule": (FaultKind.MUTATED, "改动了传入的参数"),
    },
    "wraps": {
        "rubric": (FaultKind.WRAPPER, "plan_rubric 声明为包裹钩子"),
        "schedule": (FaultKind.WRAPPER, "plan_schedule 声明为包裹钩子"),
    },
    "misspells": {
        "rubric": (FaultKind.HOOK, "没有名为 plan_rubrik 的钩子，是否应为 plan_rubric？"),
        None: (FaultKind.HOOK, "没有名为 wholly_different 的钩子"),
        "methods": (FaultKind.HOOK, "参数 tenant 不会提供"),
        "incentives": (FaultKind.HOOK, "没有标 @hookimpl"),
    },
}
NOT_LOADED = {
    "cannot_import": (FaultKind.IMPORT, "ModuleNotFoundError"),
    "loops_on_import": (FaultKind.TIMEOUT, "上限 2 秒"),
    "exits_on_import": (FaultKind.EXITED, "SystemExit 0"),
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PluginHost]:
    """Every faulty tenant, and a neighbour with code of its own."""
    folder = tmp_path_factory.mktemp("tenants")
    for name in (*FAULTS, *NOT_LOADED):
        write_tenant(folder, name, code=faulty_code(name), answers=TYPED if name == "mutates" else "")
    shutil.copytree(paths.TENANTS / NEIGHBOUR, folder / NEIGHBOUR)
    host = PluginHost(CURRENT, tenants=folder, sandbox=Sandbox(BRIEF))
    yield host
    host.close()


@pytest.fixture(scope="module")
def neighbour(host: PluginHost) -> CompiledPlan:
    """The neighbour's plan before anything went wrong."""
    compiled = compile_tenant(NEIGHBOUR, host=host)
    assert compiled.faults == ()
    return compiled


def test_every_faulty_plugin_has_its_expectation() -> None:
    written = {each.stem for each in FAULTY.glob("*.py")} - {"__init__"}
    assert written == FAULTS.keys() | NOT_LOADED.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_fault_costs_its_part_and_the_neighbour_nothing(
    host: PluginHost, neighbour: CompiledPlan, name: str
) -> None:
    compiled = compile_tenant(name, host=host)
    assert {fault.part: fault.kind for fault in compiled.faults} == {
        part: kind for part, (kind, _) in FAULTS[name].items()
    }
    for fault in compiled.faults:
        assert FAULTS[name][fault.part][1] in fault.message
        if fault.part is not None:
            assert getattr(compiled.draft, fault.part) is ABSENT
            assert fault.part not in compiled.answered
    assert compiled.answered["complaints"].plugin == f"tenant:{name}"
    assert compile_tenant(NEIGHBOUR, host=host) == neighbour


@pytest.mark.parametrize("name", NOT_LOADED)
def test_code_that_cannot_be_loaded_costs_every_part_it_might_have_answered(
    host: PluginHost, neighbour: CompiledPlan, name: str
) -> None:
    kind, words = NOT_LOADED[name]
    compiled = compile_tenant(name, host=host)
    assert [(fault.part, fault.kind) for fault in compiled.faults] == [(None, kind)]
    assert words in compiled.faults[0].message
    assert compiled.answered == {}
    assert compile_tenant(NEIGHBOUR, host=host) == neighbour


def test_nobody_answers_in_the_place_of_a_hook_that_failed(host: PluginHost) -> None:
    compiled = compile_tenant("raises", host=host)
    assert "rubric" in host.shelf.plugins["js_reference"].parts
    assert "rubric" not in compiled.answered


def test_fault_is_a_finding_that_blocks_on_its_part(host: PluginHost) -> None:
    finding = compile_tenant("raises", host=host).findings()[0]
    assert (finding.rule, finding.force, finding.effect) == (HOOK_FAULT, Force.PLATFORM, Effect.BLOCK)
    assert (finding.path, finding.clause) == ("/rubric", "平台规则")
    assert finding.stops


def test_fault_without_a_part_is_a_finding_on_the_plan(host: PluginHost) -> None:
    assert [each.path for each in compile_tenant("cannot_import", host=host).findings()] == [""]


def test_report_has_the_faults_among_the_findings_in_document_order(host: PluginHost) -> None:
    checked = check_tenant("misspells", host=host)
    rules = [each.rule for each in checked.report.findings]
    expected = check(checked.compiled.draft, edition=CURRENT, cycle=checked.compiled.cycle)
    assert [each for each in rules if each != HOOK_FAULT] == [each.rule for each in expected]
    assert rules[0] == HOOK_FAULT
    assert rules.count(HOOK_FAULT) == len(FAULTS["misspells"])
    assert not checked.report.ok


def test_fault_of_a_part_that_the_enterprise_typed_is_not_reached(host: PluginHost, tmp_path: Path) -> None:
    typed = "rubric: {value: {score_step: 1}}\n"
    write_tenant(tmp_path, "typed", code=faulty_code("raises"), answers=typed)
    other = PluginHost(CURRENT, tenants=tmp_path, sandbox=host.sandbox)
    compiled = compile_tenant("typed", host=other)
    assert compiled.faults == ()
    assert compiled.answered["rubric"].plugin == "studio"


def test_typed_parts_stand_when_code_cannot_be_loaded(host: PluginHost, tmp_path: Path) -> None:
    write_tenant(tmp_path, "typed", code=faulty_code("cannot_import"), answers=TYPED)
    other = PluginHost(CURRENT, tenants=tmp_path, sandbox=host.sandbox)
    compiled = compile_tenant("typed", host=other)
    assert [fault.kind for fault in compiled.faults] == [FaultKind.IMPORT]
    assert compiled.answered.keys() == {"conditions"}
