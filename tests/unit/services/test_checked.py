"""Checked plans are kept while nothing they were made of changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.errors import DomainError
from core.plugin_host import PluginHost
from core.sandbox import Sandbox
from core.services import checked
from core.services.checked import CheckedPlans
from core.services.editions import CURRENT
from core.services.tenants import scaffold

SLUG = "nantong_canglan"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def plans(tmp_path: Path, sandbox: Sandbox) -> CheckedPlans:
    scaffold(SLUG, tmp_path)
    return CheckedPlans(PluginHost(CURRENT, tenants=tmp_path, installed=False, sandbox=sandbox))


def test_plan_is_compiled_once(plans: CheckedPlans) -> None:
    assert plans.of(SLUG) is plans.of(SLUG)


def test_plan_is_compiled_anew_when_a_file_of_the_tenant_changes(plans: CheckedPlans, tmp_path: Path) -> None:
    before = plans.of(SLUG)
    code = tmp_path / SLUG / "plan.py"
    code.write_text(
        code.read_text("utf-8").replace("reference_rubric(template)", "reference_rubric(template)  #"),
        "utf-8",
    )
    after = plans.of(SLUG)
    assert after is not before
    assert after.compiled.answered["rubric"].code_hash != before.compiled.answered["rubric"].code_hash


def test_plan_with_a_fault_is_asked_for_again(plans: CheckedPlans, tmp_path: Path) -> None:
    (tmp_path / SLUG / "plan.py").write_text("raise RuntimeError('x')\n", "utf-8")
    first = plans.of(SLUG)
    assert first.compiled.faults
    assert plans.of(SLUG) is not first


def test_oldest_plan_gives_way_when_there_are_too_many(
    plans: CheckedPlans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked, "MOST", 1)
    scaffold("second_one", tmp_path)
    first = plans.of(SLUG)
    second = plans.of("second_one")
    assert plans.of("second_one") is second
    assert plans.of(SLUG) is not first


def test_unknown_tenant_is_an_error(plans: CheckedPlans) -> None:
    with pytest.raises(DomainError, match="没有代号为“nobody”的企业"):
        plans.of("nobody")
