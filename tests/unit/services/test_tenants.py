"""Listing, compiling, checking and starting tenants."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from core import paths
from core.domain.enterprise import Enterprise, Nomination, PlanPublicity
from core.domain.errors import DomainError
from core.domain.records import specs
from core.plugin_host import PluginHost
from core.rulebook.terms import Effect
from core.sandbox import Sandbox
from core.services.editions import CURRENT
from core.services.tenants import (
    check_tenant,
    compile_tenant,
    freeze_tenant,
    latest_cycle,
    list_plugins,
    list_tenants,
    scaffold,
)

SLUG = "nantong_canglan"

# What only the enterprise can say: what it reviews, who sits where, what it grants, where it stands.
FOR_A_HUMAN = {
    Effect.BLOCK: {
        "JS-2.2-plan-publicised-staff",
        "JS-2.2-plan-seven-sections",
        "JS-2.2-sec-occupations",
        "JS-2.2-sec-organisation",
        "JS-2.2-sec-rights",
        "JS-A2-complaint-mechanism",
        "JS-A2-complaint-responsible-persons",
    },
    Effect.NEEDS_REASON: set(),
    Effect.WARN: {"PF-pass-line-stated"},
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def host(tmp_path: Path, sandbox: Sandbox) -> PluginHost:
    return PluginHost(CURRENT, tenants=tmp_path, installed=False, sandbox=sandbox)


def test_new_tenant_lacks_only_what_a_human_must_supply(host: PluginHost, tmp_path: Path) -> None:
    scaffold(SLUG, tmp_path)
    checked = check_tenant(SLUG, host=host)
    assert checked.compiled.faults == ()
    found = {
        effect: {each.rule for each in findings} for effect, findings in checked.report.by_effect().items()
    }
    assert found == FOR_A_HUMAN


def test_new_tenant_answers_with_its_own_code_and_the_reference(host: PluginHost, tmp_path: Path) -> None:
    scaffold(SLUG, tmp_path)
    answered = compile_tenant(SLUG, host=host).answered
    own = {part for part, who in answered.items() if who.plugin == f"tenant:{SLUG}"}
    assert own == {"rubric"}
    assert {who.plugin for part, who in answered.items() if part not in own} == {"js_reference"}


def test_new_tenant_has_every_key_to_fill_in(tmp_path: Path) -> None:
    written = yaml.safe_load((scaffold(SLUG, tmp_path) / "enrolment.yaml").read_text("utf-8"))
    assert written.pop("plan_id") == SLUG
    assert written.pop("submitted_at") is None
    assert written == {
        "enterprise": dict.fromkeys(specs(Enterprise)),
        "nomination": dict.fromkeys(specs(Nomination)),
        "publicity": dict.fromkeys(specs(PlanPublicity)),
    }


def test_code_of_a_new_tenant_passes_the_projects_own_linter(tmp_path: Path) -> None:
    folder = scaffold(SLUG, tmp_path)
    config = paths.ROOT / "pyproject.toml"
    for command in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", str(config), str(folder)]
        assert subprocess.run(ruff, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    "slug", ["", "a", "Nantong", "1st", "nan-tong", "南通", "../x", "class", "x" * 41, "a\n"]
)
def test_name_that_cannot_be_used_is_refused_and_nothing_is_written(tmp_path: Path, slug: str) -> None:
    with pytest.raises(DomainError, match="不能用作企业代号"):
        scaffold(slug, tmp_path / "tenants")
    assert not (tmp_path / "tenants").exists()


def test_name_that_is_taken_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    folder = scaffold(SLUG, tmp_path)
    (folder / "plan.py").write_text("mine", "utf-8")
    with pytest.raises(DomainError, match="已经存在，没有改动"):
        scaffold(SLUG, tmp_path)
    assert (folder / "plan.py").read_text("utf-8") == "mine"


def test_folder_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(DomainError, match="不能写入"):
        scaffold(SLUG, tmp_path / "file")


def test_tenants_and_what_is_left_out_are_listed(host: PluginHost, tmp_path: Path) -> None:
    scaffold(SLUG, tmp_path)
    scaffold("broken", tmp_path)
    (tmp_path / "broken" / "tenant.toml").write_text("=", "utf-8")
    listed = list_tenants(host)
    assert [tenant.slug for tenant in listed.tenants] == [SLUG]
    assert [(each.kind, each.name) for each in listed.failures] == [("tenant", "broken")]


def test_plugins_are_listed_by_name_with_title_and_version(host: PluginHost) -> None:
    listed = list_plugins(host)
    assert [each.name for each in listed] == sorted(each.name for each in listed)
    assert {"js_reference", "studio"} <= {each.name for each in listed}
    titles = {each.name: (each.title, each.version) for each in listed}
    assert titles["studio"] == ("企业填报", "1.0")


def test_plan_with_a_fault_cannot_be_frozen(host: PluginHost, tmp_path: Path) -> None:
    folder = scaffold(SLUG, tmp_path)
    (folder / "plan.py").write_text("1 / 0", "utf-8")
    with pytest.raises(DomainError, match="方案有 1 处插件错误，不能定稿"):
        freeze_tenant(compile_tenant(SLUG, host=host))


def test_latest_cycle_is_that_of_the_last_published_calendar() -> None:
    cycle = latest_cycle()
    assert cycle.year == max(CURRENT.calendar.years)
    assert cycle == CURRENT.complete(cycle)


@pytest.mark.parametrize(
    ("enrolled", "name"), [("", SLUG), ("enterprise: {name: 南通沧澜造船}\n", "南通沧澜造船")]
)
def test_new_tenant_is_called_by_its_enrolment_or_its_slug(
    host: PluginHost, tmp_path: Path, enrolled: str, name: str
) -> None:
    folder = scaffold(SLUG, tmp_path)
    if enrolled:
        (folder / "enrolment.yaml").write_text(enrolled, "utf-8")
    assert [each.name for each in list_tenants(host).tenants] == [name]


def test_every_fault_of_enrolment_has_a_line_of_its_own(host: PluginHost, tmp_path: Path) -> None:
    folder = scaffold(SLUG, tmp_path)
    (folder / "enrolment.yaml").write_text("".join(f"key{number}: 1\n" for number in range(7)), "utf-8")
    (failure,) = list_tenants(host).failures
    first, *faults = failure.message.splitlines()
    assert first == "enrolment.yaml 有 7 处格式不符："
    assert [each.split("（")[0].strip() for each in faults] == [f"第 {number} 行" for number in range(1, 8)]
