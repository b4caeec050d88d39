"""Loading one by one, the order of asking, who answered, and the cache of callers."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType, ModuleType

import pytest

from core.domain.answers import Answer
from core.domain.cycle import Cycle
from core.domain.errors import DomainError
from core.domain.faults import FaultKind, HookFault
from core.domain.plan import Methods
from core.domain.values import ABSENT
from core.hookspecs import HookArguments
from core.plugin_host import CompiledPlan, PluginHost, Shelf
from core.plugin_host.sources import digest, files
from core.plugin_host.tenants import read_tenant
from core.sandbox import Sandbox
from core.services.editions import CURRENT
from tests.contract.folders import write_tenant

CYCLE = Cycle(id="2026", year=2026)
ARGUMENTS = HookArguments(CURRENT.complete(CYCLE), CURRENT.template, MappingProxyType({}))
METHODS = """
from core.sdk import Answer, Methods, hookimpl
__version__ = "7"
@hookimpl
def plan_methods():
    return Answer(Methods(), section="{name}")
"""
TYPED = "methods: {section: typed, value: {routes: [performance]}}\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def host(tmp_path: Path, sandbox: Sandbox) -> PluginHost:
    """The real shared plugins, and the tenants that a test writes into ``tmp_path``."""
    return PluginHost(CURRENT, tenants=tmp_path, installed=False, sandbox=sandbox)


def module(folder: Path, name: str, source: str) -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(source, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def answering(folder: Path, name: str) -> ModuleType:
    """A shared plugin that answers 评审方式 with its own name."""
    return module(folder, name, METHODS.format(name=name))


def compiled(host: PluginHost, slug: str = "enterprise") -> CompiledPlan:
    return host.compile_plan(host.tenant(slug), CYCLE)


def answerer(host: PluginHost, part: str = "methods") -> str:
    return compiled(host).answered[part].plugin


# ---- the order of asking ----


def test_reference_answers_where_nobody_else_does(host: PluginHost, tmp_path: Path) -> None:
    write_tenant(tmp_path, "enterprise")
    assert answerer(host) == "js_reference"


def test_listed_plugin_goes_before_the_reference(host: PluginHost, tmp_path: Path) -> None:
    host.shelf.register("one", answering(tmp_path, "one"))
    write_tenant(tmp_path, "enterprise", plugins=("one",))
    assert answerer(host) == "one"


@pytest.mark.parametrize("listed", [("one", "two"), ("two", "one")])
def test_listed_plugins_are_asked_in_the_order_of_the_list(
    host: PluginHost, tmp_path: Path, listed: tuple[str, ...]
) -> None:
    for name in ("one", "two"):
        host.shelf.register(name, answering(tmp_path, name))
    write_tenant(tmp_path, "enterprise", plugins=listed)
    assert answerer(host) == listed[0]


def test_own_code_goes_before_listed_plugins(host: PluginHost, tmp_path: Path) -> None:
    host.shelf.register("one", answering(tmp_path, "one"))
    write_tenant(tmp_path, "enterprise", plugins=("one",), code=METHODS.format(name="own"))
    assert answerer(host) == "tenant:enterprise"


def test_what_was_typed_goes_before_own_code(host: PluginHost, tmp_path: Path) -> None:
    write_tenant(tmp_path, "enterprise", code=METHODS.format(name="own"), answers=TYPED)
    assert answerer(host) == "studio"
    assert compiled(host).draft.methods == Methods(routes=("performance",))


def test_plugin_that_is_not_listed_is_not_asked(host: PluginHost, tmp_path: Path) -> None:
    host.shelf.register("one", answering(tmp_path, "one"))
    write_tenant(tmp_path, "enterprise")
    assert answerer(host) == "js_reference"


def test_none_passes_the_question_on(host: PluginHost, tmp_path: Path) -> None:
    code = "from core.sdk import hookimpl\n@hookimpl\ndef plan_methods():\n    return None\n"
    write_tenant(tmp_path, "enterprise", code=code)
    assert answerer(host) == "js_reference"


def test_deviations_come_in_the_order_of_the_hooks(host: PluginHost, tmp_path: Path) -> None:
    answers = """
rubric: {value: {}, deviations: [{annex: 3, what: third}]}
methods: {value: {}, deviations: [{annex: 2, what: first}, {annex: 2, what: second}]}
"""
    write_tenant(tmp_path, "enterprise", answers=answers)
    deviations = compiled(host).draft.deviations
    assert [each.what for each in deviations or ()] == ["first", "second", "third"]


def test_hooks_are_asked_with_every_deadline_of_the_cycle(host: PluginHost, tmp_path: Path) -> None:
    write_tenant(tmp_path, "enterprise")
    assert compiled(host).cycle == CURRENT.complete(CYCLE)


# ---- shared plugins ----


def test_listed_plugin_that_is_not_there_costs_what_it_might_have_answered(
    host: PluginHost, tmp_path: Path
) -> None:
    write_tenant(tmp_path, "enterprise", plugins=("missing",), answers=TYPED)
    plan = compiled(host)
    assert [(each.part, each.plugin, each.kind) for each in plan.faults] == [
        (None, "missing", FaultKind.IMPORT)
    ]
    assert "没有名为 missing 的共用插件" in plan.faults[0].message
    assert plan.answered.keys() == {"methods"}


def test_listed_plugin_that_was_left_out_is_named_with_the_reason(host: PluginHost, tmp_path: Path) -> None:
    host.shelf.register("bad", module(tmp_path, "bad", METHODS.replace("plan_methods", "plan_method")))
    write_tenant(tmp_path, "enterprise", plugins=("bad",))
    plan = compiled(host)
    assert [each.plugin for each in plan.faults] == ["bad"]
    assert "是否应为 plan_methods？" in plan.faults[0].message


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("    raise ValueError('坏了')", FaultKind.RAISED, "bad.py 第 6 行 ValueError: 坏了"),
        ("    raise SystemExit(1)", FaultKind.RAISED, "SystemExit"),
        ("    return {}", FaultKind.SHAPE, "应为 Answer 或 None"),
        ("    return Answer(Methods(routes=1))", FaultKind.SHAPE, "/value/routes"),
        ("    object.__setattr__(cycle, 'year', 1999)", FaultKind.MUTATED, "参数只读"),
    ],
)
def test_fault_of_a_shared_plugin_costs_its_part(
    host: PluginHost, tmp_path: Path, source: str, kind: FaultKind, words: str
) -> None:
    head = "from core.sdk import *\n__version__ = '1'\n\n@hookimpl\ndef plan_methods(cycle):\n"
    host.shelf.register("bad", module(tmp_path, "bad", head + source + "\n"))
    write_tenant(tmp_path, "enterprise", plugins=("bad",))
    write_tenant(tmp_path, "neighbour")
    plan = compiled(host)
    assert [(each.part, each.kind) for each in plan.faults] == [("methods", kind)]
    assert words in plan.faults[0].message
    assert plan.draft.methods is ABSENT
    assert plan.answered.keys() == {"conditions", "schedule", "incentives", "rubric", "complaints"}
    assert compiled(host, "neighbour").faults == ()


def test_misspelt_hook_leaves_that_plugin_out_and_no_other(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.register("good", answering(tmp_path, "good"))
    shelf.register("bad", module(tmp_path, "bad", METHODS.replace("plan_methods", "plan_method")))
    assert list(shelf.plugins) == ["good"]
    assert [(each.kind, each.name) for each in shelf.failures] == [("plugin", "bad")]
    assert "是否应为 plan_methods？" in shelf.failures[0].message
    assert isinstance(shelf.ask("good", "methods", ARGUMENTS), Answer)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (METHODS.replace("@hookimpl", "@hookimpl(wrapper=True)"), "包裹钩子"),
        (METHODS.replace("plan_methods()", "plan_methods(tenant)"), "参数 tenant"),
        (METHODS.replace("__version__", "version"), "没有写明版本"),
    ],
)
def test_plugin_that_cannot_be_registered_is_reported(tmp_path: Path, source: str, words: str) -> None:
    shelf = Shelf()
    shelf.register("bad", module(tmp_path, "bad", source))
    assert shelf.plugins == {}
    assert words in shelf.failures[0].message


def test_second_plugin_of_a_name_is_left_out(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.register("one", answering(tmp_path, "first"))
    shelf.register("one", answering(tmp_path, "second"))
    answer = shelf.ask("one", "methods", ARGUMENTS)
    assert isinstance(answer, Answer)
    assert answer.section == "first"
    assert "同名" in shelf.failures[0].message


def test_plugin_registered_later_is_not_heard_by_callers_made_before(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.register("one", answering(tmp_path, "one"))
    before = shelf.ask("one", "methods", ARGUMENTS)
    shelf.register("two", answering(tmp_path, "two"))
    assert shelf.ask("one", "methods", ARGUMENTS) == before


def test_one_plugin_that_cannot_be_imported_takes_no_other_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "shelf_of_test"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    (package / "a_broken.py").write_text("import no_such_module_anywhere\n", "utf-8")
    (package / "b_exits.py").write_text("raise SystemExit\n", "utf-8")
    (package / "c_good.py").write_text(METHODS.format(name="c_good"), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    shelf = Shelf()
    shelf.load("shelf_of_test", installed=False)
    assert list(shelf.plugins) == ["c_good"]
    assert [each.name for each in shelf.failures] == ["a_broken", "b_exits"]
    assert "ModuleNotFoundError" in shelf.failures[0].message


def test_installed_packages_announce_plugins_and_tenants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    site = tmp_path / "site"
    info = site / "acme-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(
        "[shouxi.plugins]\nacme_broken = acme_missing\nacme_methods = acme_methods\n\n"
        "[shouxi.tenants]\nacme_works = acme_works\nacme_gone = acme_gone\n",
        "utf-8",
    )
    (site / "acme_methods.py").write_text(METHODS.format(name="acme"), "utf-8")
    folder = write_tenant(site, "acme_works", plugins=("acme_methods",))
    (folder / "__init__.py").write_text("raise RuntimeError('a tenant is never imported')\n", "utf-8")
    monkeypatch.syspath_prepend(str(site))
    host = PluginHost(CURRENT, tenants=tmp_path / "none", sandbox=sandbox)
    tenants, failures = host.tenants()
    assert [tenant.slug for tenant in tenants] == ["acme_works"]
    assert [each.name for each in host.shelf.failures] == ["acme_broken"]
    assert [each.name for each in failures] == ["acme_gone"]
    assert host.compile_plan(tenants[0], CYCLE).answered["methods"].plugin == "acme_methods"
    assert "acme_works" not in sys.modules


# ---- tenants as folders ----


BROKEN = {
    "no_syntax": ("tenant.toml", "name = ", "tenant.toml 不符合 TOML 语法"),
    "no_version": ("tenant.toml", 'name = ""\nuscc = ""\n', "没有写 version"),
    "more_keys": (
        "tenant.toml",
        'name = ""\nuscc = ""\nversion = ""\nplugin = []\n',
        "有未知的项目 plugin",
    ),
    "wrong_type": ("tenant.toml", 'name = 1\nuscc = ""\nversion = ""\n', "name 应为文字"),
    "unknown_part": ("answers.yaml", "rubrics: {value: {}}\n", "是否应为 rubric？"),
    "not_a_mapping": ("answers.yaml", "- rubric\n", "answers.yaml 应按“项目名: 内容”逐行填写"),
    "not_the_shape": (
        "answers.yaml",
        "rubric:\n  value: {score_step: x}\n",
        "第 2 行（/rubric/value/score_step）",
    ),
    "not_yaml": ("answers.yaml", "rubric: [\n", "answers.yaml：第"),
    "not_enrolment": ("enrolment.yaml", "rubric: {}\n", "删去 rubric"),
    "not_a_plan": ("enrolment.yaml", "plan_ids: 1\n", "enrolment.yaml 有 1 处格式不符"),
}


def test_broken_tenants_are_reported_and_take_no_other_down(host: PluginHost, tmp_path: Path) -> None:
    write_tenant(tmp_path, "enterprise")
    for slug, (name, text, _) in BROKEN.items():
        (write_tenant(tmp_path, slug) / name).write_text(text, "utf-8")
    write_tenant(tmp_path, "Not-A-Slug")
    tenants, failures = host.tenants()
    assert [tenant.slug for tenant in tenants] == ["enterprise"]
    messages = {each.name: each.message for each in failures}
    assert messages.keys() == BROKEN.keys() | {"Not-A-Slug"}
    for slug, (_, _, words) in BROKEN.items():
        assert words in messages[slug]


@pytest.mark.parametrize("slug", BROKEN)
def test_broken_tenant_asked_for_by_name_says_what_is_wrong(
    host: PluginHost, tmp_path: Path, slug: str
) -> None:
    name, text, words = BROKEN[slug]
    (write_tenant(tmp_path, slug) / name).write_text(text, "utf-8")
    with pytest.raises(DomainError) as error:
        host.tenant(slug)
    assert words in error.value.message


def test_tenant_whose_files_cannot_be_read_takes_no_other_down(
    host: PluginHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tenant(tmp_path, "enterprise")
    write_tenant(tmp_path, "locked")
    read = Path.read_bytes

    def read_unless_locked(path: Path) -> bytes:
        if path.parent.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_unless_locked)
    tenants, failures = host.tenants()
    assert [tenant.slug for tenant in tenants] == ["enterprise"]
    assert "企业 locked 的文件不能读取" in failures[0].message


def test_unknown_tenant_is_an_error_that_names_those_there_are(host: PluginHost, tmp_path: Path) -> None:
    write_tenant(tmp_path, "enterprise")
    with pytest.raises(DomainError, match="没有代号为“nobody”的企业，现有 enterprise。"):
        host.tenant("nobody")


def test_tenant_is_read_again_when_a_file_changed(host: PluginHost, tmp_path: Path) -> None:
    folder = write_tenant(tmp_path, "enterprise", answers=TYPED)
    before = host.tenant("enterprise")
    assert host.tenant("enterprise") is before
    (folder / "answers.yaml").write_text(TYPED.replace("typed", "typed again"), "utf-8")
    assert host.tenant("enterprise").answers["methods"].section == "typed again"


def test_changed_code_is_asked_anew(host: PluginHost, tmp_path: Path) -> None:
    folder = write_tenant(tmp_path, "enterprise", code=METHODS.format(name="before"))
    first = compiled(host)
    (folder / "plan.py").write_text(METHODS.format(name="after"), "utf-8")
    second = compiled(host)
    assert [each.draft.sections and each.draft.sections.methods for each in (first, second)] == [
        "before",
        "after",
    ]
    assert first.answered["methods"].code_hash != second.answered["methods"].code_hash


def test_tenant_without_code_is_declarative(tmp_path: Path) -> None:
    assert read_tenant("enterprise", write_tenant(tmp_path, "enterprise")).declarative
    assert not read_tenant("other", write_tenant(tmp_path, "other", code=METHODS)).declarative


def test_one_question_goes_to_own_code_alone(host: PluginHost, tmp_path: Path) -> None:
    write_tenant(tmp_path, "enterprise", code=METHODS.format(name="own"), answers=TYPED)
    write_tenant(tmp_path, "declarative", answers=TYPED)
    answer = host.ask_own_code(host.tenant("enterprise"), "methods", CYCLE)
    assert not isinstance(answer, HookFault)
    assert answer is not None
    assert answer.section == "own"
    assert host.ask_own_code(host.tenant("declarative"), "methods", CYCLE) is None


# ---- hashes ----


def test_hash_depends_on_names_and_contents_and_not_on_order(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("2", "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.py").write_text("1", "utf-8")
    (tmp_path / "notes.md").write_text("3", "utf-8")
    found = files(tmp_path, ".py")
    assert found == {"b.py": b"2", "sub/a.py": b"1"}
    assert digest(found) == digest({"sub/a.py": b"1"}, {"b.py": b"2"})
    assert digest(found) != digest({"b.py": b"1", "sub/a.py": b"2"})
    assert digest({"a": b"bc"}) != digest({"ab": b"c"})
