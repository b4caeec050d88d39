"""Plan files: one plan, several with their cycle, a folder, and what is no plan file."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.domain.cycle import Cycle, Deadlines
from core.domain.errors import NotAPlan, UnreadableDocument
from core.domain.plan import PlanDraft
from core.domain.records import build, plain
from core.plandoc.files import ENDINGS, STDIN, PlanFile, parse_plan_file, paths_in, read_plan_file
from tests.unit.rulebook.plans import DOCUMENT, PLANS, patched

DEMO = Path(__file__).parents[2] / "data" / "demo_plans.yaml"


def parsed(text: str) -> PlanFile:
    return parse_plan_file(text.encode())


def faults(text: str) -> list[str]:
    with pytest.raises(NotAPlan) as caught:
        parsed(text)
    return [str(each) for each in caught.value.faults]


def test_the_demo_file_holds_three_plans_and_their_cycle() -> None:
    found = read_plan_file(str(DEMO))
    assert found.plans == tuple(build(PlanDraft, patched(each)) for each in PLANS)
    assert found.cycle == build(Cycle, DOCUMENT["cycle"])


def test_a_file_with_one_plan_states_no_cycle() -> None:
    assert parsed("plan_id: a\nnote: 说明\n") == PlanFile(plans=(PlanDraft(plan_id="a"),), cycle=None)


def test_an_empty_mapping_is_a_plan_that_says_nothing() -> None:
    assert parsed("{}") == PlanFile(plans=(PlanDraft(),))


def test_a_file_of_plans_may_have_all_its_top_level_keys() -> None:
    text = json.dumps(
        {
            "schema": "jsct.demo_plans",
            "schema_version": 1,
            "fictional": True,
            "cycle": {
                "id": "2026",
                "year": 2026,
                "created_by": "x",
                "deadlines": {"list_formed": "2026-12-15"},
            },
            "plans": [{"plan_id": "a", "expected": {}, "fictional": True, "note": ""}],
            "invalid_variants": [{"patch": [{"op": "remove"}]}, "anything"],
        }
    )
    assert parsed(text) == PlanFile(
        plans=(PlanDraft(plan_id="a"),),
        cycle=Cycle(
            id="2026", year=2026, created_by="x", deadlines=Deadlines(list_formed=date(2026, 12, 15))
        ),
    )


@pytest.mark.parametrize("value", ["0.333", "[{value: 99999999999999}]", "{1: x}", "", "many"])
def test_broken_variants_are_not_read(value: str) -> None:
    assert parsed(f"plans: [{{plan_id: a}}]\ninvalid_variants: {value}") == parsed("plans: [{plan_id: a}]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plans: []", "第 1 行（/plans）：没有方案。在 plans 下至少写一份方案。"),
        ("plans:", "第 1 行（/plans）：没有方案。在 plans 下至少写一份方案。"),
        ("plans: {a: 1}", "第 1 行（/plans）：应为列表，每项前加“- ”，实际为一组项目。"),
        ("plans:\n- a: 1\n", "第 2 行（/plans/0/a）：没有“a”这个项目。删去，或改用方案文件规定的项目名。"),
        ("plans:\n- {}\n-\n", "第 3 行（/plans/1）：这一项没有内容。写出方案，或删去这一项。"),
        ("plans:\n- - a\n", "第 2 行（/plans/0）：应按“项目名: 内容”逐行填写。"),
        ("plans: [{}]\nplan_id: a", "第 2 行（/plan_id）：没有“plan_id”这个项目，是否应为 plans？"),
        ("plans: [{}]\ncycle: 2026", "第 2 行（/cycle）：应按“项目名: 内容”逐行填写。"),
        ("plans: [{}]\ncycle: {yaer: 2026}", "第 2 行（/cycle/yaer）：没有“yaer”这个项目，是否应为 year？"),
        (
            "plans: [{}]\ncycle: {year: 0}",
            "第 2 行（/cycle/year）：应为 1900 至 2100 之间的年份，实际为“0”。",
        ),
        (
            "cycle: {year: 99999}\nplans: [{}]",
            "第 1 行（/cycle/year）：应为 1900 至 2100 之间的年份，实际为“99999”。",
        ),
        ("- plan_id: a", "第 1 行：应按“项目名: 内容”逐行填写。"),
        ("只有文字", "第 1 行：这是普通文字，不是方案文件。下载示例，按示例逐项填写。"),
        ('"a"', "第 1 行：这是普通文字，不是方案文件。下载示例，按示例逐项填写。"),
        ("cycle: {year: 2026}", "第 1 行（/cycle）：没有“cycle”这个项目。删去，或改用方案文件规定的项目名。"),
    ],
)
def test_no_plan_file(text: str, message: str) -> None:
    assert faults(text) == [message]


def test_faults_of_cycle_and_plans_are_told_together() -> None:
    assert [each.partition("：")[0] for each in faults("cycle: {year: 1}\nplans:\n- x: 1\n-\n")] == [
        "第 1 行（/cycle/year）",
        "第 3 行（/plans/0/x）",
        "第 4 行（/plans/1）",
    ]


@pytest.mark.parametrize("year", [1900, 2026, 2100, None])
def test_cycle_years_that_can_be_reckoned_with(year: int | None) -> None:
    found = parsed(json.dumps({"cycle": {"year": year}, "plans": [{}]}))
    assert found.cycle == Cycle(year=year)


@pytest.mark.parametrize("cycle", ["cycle: {}\n", "cycle:\n", ""])
def test_a_cycle_may_be_silent(cycle: str) -> None:
    found = parsed(f"{cycle}plans: [{{}}]")
    assert found.cycle in (None, Cycle())


def test_annotations_are_dropped_from_each_plan() -> None:
    data: dict[str, Any] = {"plans": [plain(each) for each in PLANS.values()]}
    assert {"expected", "fictional"} <= data["plans"][0].keys()
    assert parsed(json.dumps(data, default=str)).plans == read_plan_file(str(DEMO)).plans


# ---- paths


def test_a_file_is_its_own_path_whether_it_is_there_or_not(tmp_path: Path) -> None:
    there = tmp_path / "plan.txt"
    there.touch()
    for path in (str(there), str(tmp_path / "missing.yaml"), "a\0b", "x" * 5000):
        assert paths_in(path) == (path,)
    assert paths_in(STDIN) == ("-",)


def test_a_folder_gives_its_plan_files_by_name(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.YML", "c.json", "notes.md", "d.yaml.bak"):
        (tmp_path / name).touch()
    (tmp_path / "folder.yaml").mkdir()
    assert [Path(each).name for each in paths_in(str(tmp_path))] == ["a.YML", "b.yaml", "c.json"]
    assert {".yaml", ".yml", ".json"} == ENDINGS


def test_a_folder_without_plan_files(tmp_path: Path) -> None:
    (tmp_path / "notes.md").touch()
    with pytest.raises(UnreadableDocument, match="文件夹里没有方案文件"):
        paths_in(str(tmp_path))
