"""`shouxi tenant`: listing, checking, starting and printing."""

import json
from pathlib import Path

import pytest

from core import paths
from core.domain.plan import NINE_PARTS
from core.plugin_host import PluginHost
from core.services import tenants as service
from core.services.editions import CURRENT
from tests.unit.cli.conftest import DEMO, Shouxi
from tests.unit.rulebook.plans import PLANS, SUZHOU

SLUGS = ["nanjing_hongneng", "suzhou_guxu", "xuzhou_pengyue"]


def test_list_names_the_tenants(shouxi: Shouxi) -> None:
    result = shouxi("tenant", "list")
    assert result.code == 0
    assert [line.split()[0] for line in result.out.splitlines()] == SLUGS
    assert "suzhou_guxu       有自己的代码  —" in result.out
    assert "xuzhou_pengyue    仅数据        —" in result.out
    assert result.err == "租户 3 个。\n"


def test_list_as_json(shouxi: Shouxi) -> None:
    lines = shouxi("tenant", "list", "--format", "json").lines
    assert [each["slug"] for each in lines] == SLUGS
    assert list(lines[0]) == ["slug", "name", "uscc", "version", "own_code", "plugins"]
    assert [each["own_code"] for each in lines] == [True, True, False]


def test_check_gives_the_report_and_who_answered(shouxi: Shouxi) -> None:
    result = shouxi("tenant", "check", "suzhou_guxu")
    assert (result.code, result.err) == (0, "")
    assert "可以提交。\n\n各部分由谁提供\n" in result.out
    answered = result.out.splitlines()[-len(NINE_PARTS) :]
    assert [line.split()[0] for line in answered] == list(NINE_PARTS.values())
    assert any("评分标准" in line and "tenant:suzhou_guxu" in line for line in answered)


def test_check_of_all_tenants_as_json_is_that_of_their_plan_files(shouxi: Shouxi) -> None:
    result = shouxi("tenant", "check", "--format", "json")
    by_id = {each["plan_id"]: each for each in shouxi("plan", "check", DEMO, "--format", "json").lines}
    assert result.code == 0
    assert sorted(each["plan_id"] for each in result.lines) == sorted(PLANS)
    assert [by_id[each["plan_id"]] for each in result.lines] == result.lines


def test_plan_can_be_handed_to_check(shouxi: Shouxi) -> None:
    plan = shouxi("tenant", "plan", "suzhou_guxu")
    assert plan.code == 0
    checked = shouxi("plan", "check", "-", "--format", "json", stdin=plan.out.encode())
    assert (checked.code, [each["plan_id"] for each in checked.lines]) == (0, [SUZHOU])
    assert shouxi("plan", "diff", f"{DEMO}#{SUZHOU}", "-", stdin=plan.out.encode()).out == "没有差异。\n"


@pytest.mark.parametrize("command", ["check", "plan"])
def test_an_unknown_tenant_names_those_there_are(shouxi: Shouxi, command: str) -> None:
    result = shouxi("tenant", command, "nobody")
    assert (result.code, result.out) == (2, "")
    assert result.err == f"shouxi：没有代号为“nobody”的企业，现有 {'、'.join(SLUGS)}。\n"


@pytest.mark.parametrize("slug", ["../x", "Nantong", "class", "x" * 50])
def test_new_refuses_what_cannot_be_a_name(shouxi: Shouxi, slug: str) -> None:
    result = shouxi("tenant", "new", slug)
    assert result.code == 2
    assert f"“{slug}”不能用作企业代号。" in result.err


def test_new_refuses_a_tenant_that_is_there(shouxi: Shouxi) -> None:
    result = shouxi("tenant", "new", "suzhou_guxu")
    assert result.code == 2
    assert "已经存在，没有改动。" in result.err


@pytest.fixture
def fresh_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tenants folder of the test's own, which the command takes for that of the installation."""
    host = PluginHost(CURRENT, tenants=tmp_path, installed=False)
    monkeypatch.setattr(service, "installation", lambda: host)
    monkeypatch.setattr(paths, "TENANTS", tmp_path)
    return tmp_path


def test_new_writes_a_tenant_that_can_be_checked(shouxi: Shouxi, fresh_folder: Path) -> None:
    made = shouxi("tenant", "new", "nantong_canglan")
    assert (made.code, made.err) == (0, "")
    assert made.out.splitlines()[0] == f"已建立 {fresh_folder / 'nantong_canglan'}。"
    assert "  tenant.toml" in made.out.splitlines()
    assert made.out.endswith("然后运行 shouxi tenant check nantong_canglan。\n")
    checked = shouxi("tenant", "check", "nantong_canglan", "--format", "json")
    assert checked.code == 1
    assert {each["rule"] for each in checked.lines[0]["findings"]} >= {"JS-2.2-sec-occupations"}


def test_a_broken_tenant_is_told_and_takes_no_other_down(shouxi: Shouxi, fresh_folder: Path) -> None:
    shouxi("tenant", "new", "whole")
    shouxi("tenant", "new", "broken")
    (fresh_folder / "broken" / "tenant.toml").write_text("name = ", "utf-8")
    listed, checked = shouxi("tenant", "list"), shouxi("tenant", "check", "--format", "json")
    assert (listed.code, checked.code) == (2, 2)
    assert [line.split()[0] for line in listed.out.splitlines()] == ["whole"]
    assert listed.err.startswith("broken：")
    assert len(checked.lines) == 1


def test_a_fault_of_a_plugin_blocks(shouxi: Shouxi, fresh_folder: Path) -> None:
    shouxi("tenant", "new", "faulty")
    code = "from core.sdk import hookimpl\n\n\n@hookimpl\ndef plan_rubric():\n    raise ValueError\n"
    (fresh_folder / "faulty" / "plan.py").write_text(code, "utf-8")
    result = shouxi("tenant", "check", "faulty", "--format", "json")
    assert result.code == 1
    (fault,) = [each for each in result.lines[0]["findings"] if each["rule"] == "HOST-hook-fault"]
    assert (fault["path"], fault["effect"]) == ("/rubric", "block")
    text = shouxi("tenant", "check", "faulty")
    assert "评分标准          无" in text.out
    assert json.dumps(fault["message"], ensure_ascii=False)[1:12] in text.out
