"""`shouxi plan check`: the contract of docs/cli.md, for good plans, broken ones and no plans."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.domain.records import plain
from core.plandoc.reading import LIMIT_BYTES
from tests.unit.cli.conftest import DEMO, Result, Shouxi
from tests.unit.rulebook.plans import DOCUMENT, NANJING, PLANS, SUZHOU, XUZHOU, expected, patched

PlanFile = Callable[..., str]
VARIANTS = DOCUMENT["invalid_variants"]
EFFECTS = {"block": "block", "needs_reason": "needs_reason", "warn": "warn"}
KEYS = ["plan_id", "edition", "hash", "ok", "findings"]
FINDING_KEYS = [
    *("rule", "force", "effect", "reason_given", "waived"),
    *("path", "message", "clause", "quote"),
]


def document(*plans: dict[str, Any]) -> dict[str, Any]:
    return {"cycle": plain(DOCUMENT["cycle"]), "plans": [plain(each) for each in plans]}


def sets(report: dict[str, Any]) -> dict[str, list[str]]:
    """The ids of the rules found by effect, as the demo file lists them."""
    found: dict[str, set[str]] = {
        effect: set()
        for effect in ("block", "needs_reason_with_reason", "needs_reason_without_reason", "warn")
    }
    for each in report["findings"]:
        effect = each["effect"]
        if effect == "needs_reason":
            effect += "_with_reason" if each["reason_given"] else "_without_reason"
        found[effect].add(each["rule"])
    return {effect: sorted(rules) for effect, rules in found.items()}


# ---- plans


def test_the_demo_file_gives_one_json_line_for_each_plan(shouxi: Shouxi) -> None:
    result = shouxi("plan", "check", DEMO, "--format", "json")
    assert result.code == 0
    assert [each["plan_id"] for each in result.lines] == list(PLANS)
    assert [sets(each) for each in result.lines] == [expected(each) for each in PLANS.values()]
    assert result.err == "检查方案 3 份：3 份可以提交，0 份不能提交。\n"


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant["variant_id"])
def test_broken_variants_give_exactly_the_expected_sets(
    shouxi: Shouxi, plan_file: PlanFile, variant: Any
) -> None:
    path = plan_file(document(patched(variant["base"], variant["patch"])))
    result = shouxi("plan", "check", path, "--format", "json")
    assert result.code == 1
    assert [sets(each) for each in result.lines] == [expected(variant)]
    assert [each["ok"] for each in result.lines] == [False]


def test_json_has_the_keys_of_the_contract_in_order(shouxi: Shouxi) -> None:
    result = shouxi("plan", "check", DEMO, "--plan-id", SUZHOU, "--format", "json")
    (report,) = result.lines
    assert list(report) == KEYS
    assert [list(each) for each in report["findings"]] == [FINDING_KEYS]
    assert result.out.count("\n") == 1


def test_findings_stand_in_the_order_of_the_document(shouxi: Shouxi, plan_file: PlanFile) -> None:
    patch: list[dict[str, Any]] = [
        {"op": "replace", "path": "/complaints/channels", "value": []},
        {"op": "replace", "path": "/sections/schedule", "value": ""},
        {"op": "replace", "path": "/organisation/panels/0/members", "value": []},
        {"op": "replace", "path": "/enterprise/leading_position_statement", "value": " "},
    ]
    result = shouxi("plan", "check", plan_file(document(patched(XUZHOU, patch))), "--format", "json")
    assert [(each["path"].split("/")[1], each["rule"]) for each in result.lines[0]["findings"]] == [
        ("enterprise", "JS-1.1-leading-position"),
        ("sections", "JS-2.2-plan-seven-sections"),
        ("sections", "JS-2.2-sec-schedule"),
        ("organisation", "JS-2.4-panel-industry-experts"),
        ("organisation", "JS-2.4-panel-joint-composition"),
        ("complaints", "JS-A2-complaint-mechanism"),
    ]


def test_text_groups_findings_and_says_what_to_do(shouxi: Shouxi, plan_file: PlanFile) -> None:
    variant = VARIANTS[0]
    result = shouxi("plan", "check", plan_file(document(patched(variant["base"], variant["patch"]))))
    assert result.code == 1
    assert result.err == ""
    lines = result.out.splitlines()
    assert lines[0] == f"{XUZHOU}  徐州彭岳重工机械股份有限公司（虚构）"
    assert lines[1] == "版本 js2023 · 年度 2026"
    assert [line for line in lines if line.startswith(("阻断", "须说明理由", "提醒"))] == [
        "阻断 4",
        "须说明理由 1",
    ]
    for said in (
        "位置  组织形式 · 评审委员会 · 主任委员汲庭轩",
        "路径  /organisation/committee/members/0/is_principal\n",
        "处理  修改后才能提交。",
        "处理  按条款修改，或写明理由供审核。",
        "条款  附件2",
        "规则  JS-A2-",
    ):
        assert said in result.out
    assert lines[-1] == "不能提交：4 处阻断，1 处缺少理由。"
    assert max(len(line) for line in lines) <= 100


def test_text_of_a_plan_with_its_reason_given(shouxi: Shouxi) -> None:
    result = shouxi("plan", "check", DEMO, "--plan-id", SUZHOU)
    assert result.code == 0
    assert "处理  已写明理由，由审核方判断。" in result.out
    assert result.out.splitlines()[-1] == "可以提交。"


def test_a_warning_does_not_stop_a_plan(shouxi: Shouxi, plan_file: PlanFile) -> None:
    patch = [{"op": "replace", "path": "/methods/tie_break", "value": []}]
    result = shouxi("plan", "check", plan_file(document(patched(XUZHOU, patch))))
    assert result.code == 0
    assert "提醒 1" in result.out
    assert "处理  不影响提交，审核方会看到。" in result.out


def test_a_rule_of_the_platform_is_not_shown_as_official_text(shouxi: Shouxi, plan_file: PlanFile) -> None:
    patch = [{"op": "replace", "path": "/methods/tie_break", "value": []}]
    out = shouxi("plan", "check", plan_file(document(patched(XUZHOU, patch)))).out
    assert "     条款  平台规则\n     规定  方案应当写明同分处理办法" in out
    assert "原文" not in out


def test_text_shows_no_more_findings_than_a_person_reads(shouxi: Shouxi, plan_file: PlanFile) -> None:
    path = plan_file({"deviations": [{"what": str(number)} for number in range(250)]})
    text, lines = shouxi("plan", "check", path), shouxi("plan", "check", path, "--format", "json")
    assert "须说明理由 250\n" in text.out
    assert "  ……另有 50 处，用 --format json 查看全部。\n" in text.out
    found = [each for each in lines.lines[0]["findings"] if each["effect"] == "needs_reason"]
    assert len(found) == 250


# ---- which plans, which year


def test_a_file_with_one_plan_says_which_year_it_was_checked_in(shouxi: Shouxi, plan_file: PlanFile) -> None:
    path = plan_file(plain(patched(XUZHOU)))
    text, lines = shouxi("plan", "check", path), shouxi("plan", "check", path, "--format", "json")
    assert (text.code, lines.code) == (0, 0)
    assert "年度 2026（文件未写明，为推定）" in text.out
    assert lines.err.splitlines()[0] == f"{XUZHOU}：文件未写明年度，按 2026 年检查。"


def test_a_year_without_a_published_calendar_is_an_estimate(shouxi: Shouxi, plan_file: PlanFile) -> None:
    path = plan_file({"cycle": {"year": 2031}, "plans": [{"plan_id": "a"}]})
    assert "年度 2031，工作日暂按周一至周五推算" in shouxi("plan", "check", path).out


def test_plan_id_chooses_one_plan(shouxi: Shouxi) -> None:
    result = shouxi("plan", "check", DEMO, "--plan-id", NANJING, "--format", "json")
    assert [each["plan_id"] for each in result.lines] == [NANJING]


def test_an_unknown_plan_id_names_those_there_are(shouxi: Shouxi) -> None:
    result = shouxi("plan", "check", DEMO, "--plan-id", "x")
    assert (result.code, result.out) == (2, "")
    assert result.err == f"shouxi：没有编号为“x”的方案，这里有 {'、'.join(PLANS)}。\n"


def test_of_several_plans_the_worst_counts(shouxi: Shouxi, plan_file: PlanFile) -> None:
    broken = patched(XUZHOU, [{"op": "replace", "path": "/rubric/modules/0/weight", "value": 49.99}])
    result = shouxi("plan", "check", plan_file(document(patched(NANJING), broken, patched(SUZHOU))))
    assert result.code == 1
    assert result.err == "检查方案 3 份：2 份可以提交，1 份不能提交。\n"
    assert [line for line in result.out.splitlines() if "提交" in line and "处理" not in line] == [
        "可以提交。",
        "不能提交：2 处阻断。",
        "可以提交。",
    ]


def test_a_folder_is_checked_file_by_file(shouxi: Shouxi, plan_file: PlanFile, tmp_path: Path) -> None:
    plan_file(plain(patched(NANJING)), "b.json")
    plan_file(plain(patched(XUZHOU)), "a.yaml")
    plan_file("no plan", "notes.txt")
    result = shouxi("plan", "check", str(tmp_path), "--format", "json")
    assert result.code == 0
    assert [each["plan_id"] for each in result.lines] == [XUZHOU, NANJING]


def test_an_unreadable_file_in_a_folder_does_not_hide_the_others(
    shouxi: Shouxi, plan_file: PlanFile, tmp_path: Path
) -> None:
    plan_file("a: [", "a.yaml")
    plan_file(plain(patched(XUZHOU)), "b.yaml")
    plan_file({"plan_id": "c"}, "c.yaml")
    result = shouxi("plan", "check", str(tmp_path), "--format", "json")
    assert result.code == 2
    assert [(each["plan_id"], each["ok"]) for each in result.lines] == [(XUZHOU, True), ("c", False)]
    assert result.err.splitlines()[0].startswith(f"{tmp_path / 'a.yaml'}：第 1 行")
    assert result.err.splitlines()[-1] == ("检查方案 2 份：1 份可以提交，1 份不能提交，1 个文件不能读取。")


def test_a_plan_id_is_looked_for_in_every_file_of_a_folder(
    shouxi: Shouxi, plan_file: PlanFile, tmp_path: Path
) -> None:
    plan_file({"plan_id": "a"}, "a.yaml")
    plan_file({"plan_id": "b"}, "b.yaml")
    found = shouxi("plan", "check", str(tmp_path), "--plan-id", "b", "--format", "json")
    assert [each["plan_id"] for each in found.lines] == ["b"]
    assert shouxi("plan", "check", str(tmp_path), "--plan-id", "x").err.endswith("这里有 a、b。\n")


def test_standard_input(shouxi: Shouxi) -> None:
    result = shouxi(
        "plan", "check", "-", "--format", "json", stdin=json.dumps(plain(patched(XUZHOU))).encode()
    )
    assert (result.code, [each["plan_id"] for each in result.lines]) == (0, [XUZHOU])
    empty = shouxi("plan", "check", "-")
    assert (empty.code, empty.err.partition("：")[0]) == (2, "标准输入")


# ---- what is no plan

SCORE = "methods:\n  performance:\n    pass_score: "
UNREADABLE = {
    "empty": (b"", "文件里没有内容"),
    "only-comments": (b"# nothing\n\n", "文件里没有内容"),
    "binary": (bytes(range(256)) * 16, "含有 NUL 字节"),
    "word-file": (b"PK\x03\x04" + bytes(100), "这是 Word、Excel、PDF 或压缩文件"),
    "gbk": ("方案编号: 甲".encode("gbk"), "文件是 GBK（GB18030）编码"),
    "tag": (b"plan_id: !!python/object:os.system x\n", "使用了标签 !!python/object:os.system"),
    "alias": (b"plan_id: &a x\nnote: *a\n", "使用了锚点 &a"),
    "duplicate-key": (b"plan_id: a\nplan_id: b\n", "项目 plan_id 重复，第 1 行已经写过"),
    "50-MB": (b"a" * (50 * 1024 * 1024), "文件过大：有 50.0 MB，上限为 2 MB"),
    "just-too-large": (b"#" * (LIMIT_BYTES + 1), "文件过大"),
    "full-width-digits": ((SCORE + "８０").encode(), "应为数字，实际为“８０”"),
    "nan": ((SCORE + "NaN").encode(), "应为数字，实际为“NaN”"),
    "dot-nan": ((SCORE + ".nan").encode(), "应为数字，实际为“.nan”"),
    "1e308": ((SCORE + "1e308").encode(), "应为数字，实际为“1e308”"),
    "1e308-json": (b'{"methods": {"performance": {"pass_score": 1e308}}}', "应为数字，实际为“1e308”"),
    "huge-number": ((SCORE + "9" * 100_000).encode(), "过大，绝对值不得超过 1 万亿"),
    "unknown-key": (b"plan_id: a\nscore: 1\n", "没有“score”这个项目"),
    "unknown-key-inside": (b"methods: {route: [a]}\n", "是否应为 routes？"),
    "list-for-mapping": (b"methods:\n- performance\n", "应按“项目名: 内容”逐行填写"),
    "mapping-for-list": (b"methods: {routes: {a: 1}}\n", "应为列表"),
    "list-for-plan": (b"- plan_id: a\n", "应按“项目名: 内容”逐行填写"),
    "text-for-plan": ("一份方案".encode(), "这是普通文字，不是方案文件"),
    "no-plans": (b"plans: []\n", "没有方案"),
    "null-plan": (b"plans:\n-\n", "这一项没有内容"),
    "deep": (b"a: " + b"[" * 5000, "嵌套超过 32 层"),
    "open-bracket": (b"plan_id: [a\n", "方括号里的列表不完整"),
    "tab": (b"methods:\n\troutes: []\n", "缩进用了制表符"),
    "two-documents": (b"plan_id: a\n---\nplan_id: b\n", "从这里开始了第二份文档"),
    "control-character": (b"plan_id: a\x07b\n", "含有控制字符或无效字符 U+0007"),
    "impossible-year": (b"cycle: {year: 99999}\nplans: [{}]\n", "应为 1900 至 2100 之间的年份"),
    "impossible-day": (b"schedule: {interview: 2026-02-30}\n", "“2026-02-30”不是有效的日期"),
}


def assert_one_clear_message(result: Result, path: str, words: str) -> None:
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert line.startswith(f"{path}：")
    assert words in line
    assert line.endswith(("。", "？"))
    assert len(line) < len(path) + 200


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_no_plan_gives_one_clear_message(
    shouxi: Shouxi, plan_file: PlanFile, name: str, form: str
) -> None:
    content, words = UNREADABLE[name]
    path = plan_file(content)
    assert_one_clear_message(shouxi("plan", "check", path, "--format", form), path, words)


@pytest.mark.parametrize("command", ["show", "deviation", "freeze"])
def test_the_other_commands_refuse_it_alike(shouxi: Shouxi, plan_file: PlanFile, command: str) -> None:
    path = plan_file(b"plan_id: a\nplan_id: b\n")
    assert_one_clear_message(shouxi("plan", command, path), path, "项目 plan_id 重复")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no/such/plan.yaml", "没有这个文件"),
        ("a\0b", "文件无法打开或读取"),
        ("x" * 5000, "文件无法打开或读取"),
        ("", "shouxi：没有写出文件名。"),
    ],
)
def test_a_path_that_leads_nowhere(shouxi: Shouxi, path: str, words: str) -> None:
    result = shouxi("plan", "check", path)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_a_folder_without_plans(shouxi: Shouxi, tmp_path: Path) -> None:
    assert_one_clear_message(shouxi("plan", "check", str(tmp_path)), str(tmp_path), "文件夹里没有方案文件")


def test_many_faults_are_told_each_on_a_line_with_line_and_path(shouxi: Shouxi, plan_file: PlanFile) -> None:
    path = plan_file("plan_id: [a]\nmethods:\n  routes: x\nnonsense: 1\n")
    result = shouxi("plan", "check", path)
    assert result.code == 2
    assert result.err.splitlines() == [
        f"{path}：这不是一份工作方案：有 3 处格式不符。请逐处修改后重新检查。",
        "  第 1 行（/plan_id）：应为文字，实际为一个列表。",
        "  第 3 行（/methods/routes）：应为列表，每项前加“- ”，实际为“x”。",
        "  第 4 行（/nonsense）：没有“nonsense”这个项目。删去，或改用方案文件规定的项目名。",
    ]


def test_endless_faults_are_cut(shouxi: Shouxi, plan_file: PlanFile) -> None:
    result = shouxi("plan", "check", plan_file("".join(f"key{number}: 1\n" for number in range(200))))
    assert result.code == 2
    assert len(result.err.splitlines()) == 52
    assert result.err.splitlines()[-1] == "  ……另有 150 处，改正以上各处后再查。"


# ---- strange, but plans


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("{}", {"JS-2.2-plan-seven-sections"}),
        ("plan_id: a", {"JS-2.2-plan-seven-sections"}),
        ("rubric: {modules: [null]}", {"JS-2.2-sec-methods"}),
        ("organisation: {committee: {members: [null, null]}}", {"JS-2.2-sec-organisation"}),
        ("methods: {direct: {vote_fraction: [2, 0]}, routes: [direct]}", {"JS-A2-direct-two-thirds"}),
        ("occupations: [{}, null]", {"JS-2.2-sec-occupations", "JS-1.3-national-standard"}),
    ],
)
def test_a_plan_of_holes_is_judged(shouxi: Shouxi, plan_file: PlanFile, text: str, rules: set[str]) -> None:
    result = shouxi("plan", "check", plan_file(text), "--format", "json")
    assert result.code == 1
    assert {each["rule"] for each in result.lines[0]["findings"]} & rules


def test_negative_weights_are_findings(shouxi: Shouxi, plan_file: PlanFile) -> None:
    patch = [{"op": "replace", "path": "/rubric/modules/0/weight", "value": -50}]
    result = shouxi("plan", "check", plan_file(document(patched(XUZHOU, patch))), "--format", "json")
    assert result.code == 1
    found = {each["rule"] for each in result.lines[0]["findings"] if each["effect"] == "block"}
    assert found == {"JS-A3-three-modules", "JS-A3-total-100", "JS-A3-items-sum"}


def test_a_rubric_of_a_million_million_steps_is_judged_at_once(shouxi: Shouxi, plan_file: PlanFile) -> None:
    bands = [{"min": 0, "max": 10**12, "text": "甲"}]
    item = {"code": "a", "name": "甲", "max": 10**12, "bands": bands}
    modules = [{"code": "achievement", "weight": 10**12, "items": [item]}]
    plan = {"rubric": {"score_step": 0.01, "modules": modules}}
    assert shouxi("plan", "check", plan_file(plan)).code == 1


def test_a_schedule_of_two_centuries_is_judged_at_once(shouxi: Shouxi, plan_file: PlanFile) -> None:
    dates = {"enterprise_publicity_start": "1900-01-01", "enterprise_publicity_end": "2100-12-31"}
    plan = {"publicity": {"start": "1900-01-01", "end": "2100-12-31"}, "schedule": dates}
    assert shouxi("plan", "check", plan_file(plan)).code == 1


def test_text_from_a_plan_does_not_steer_the_terminal(shouxi: Shouxi, plan_file: PlanFile) -> None:
    result = shouxi(
        "plan", "check", plan_file({"plan_id": "a\u202eb\u200bc", "enterprise": {"name": "甲\n乙"}})
    )
    assert result.out.splitlines()[0] == "a�b�c  甲 乙"


def test_json_stays_one_line_whatever_the_plan_says(shouxi: Shouxi, plan_file: PlanFile) -> None:
    result = shouxi("plan", "check", plan_file({"plan_id": "甲\n乙"}), "--format", "json")
    assert [each["plan_id"] for each in result.lines] == ["甲\n乙"]
