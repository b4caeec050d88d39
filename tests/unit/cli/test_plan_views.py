"""`shouxi plan` show, diff, deviation, print and freeze."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cli.terminal import width_of
from core.domain.frozen import canonical, content_hash
from core.domain.plan import PlanDraft
from core.domain.records import build, plain, specs
from core.plandoc.schemas import load_plan
from core.services.plans import freeze_plan
from tests.unit.cli.conftest import DEMO, Shouxi
from tests.unit.documents.printed import opened, outline, text, word_headings
from tests.unit.rulebook.plans import NANJING, PLANS, SUZHOU, XUZHOU, patched

PlanFile = Callable[..., str]
HEAVIER: list[dict[str, Any]] = [{"op": "replace", "path": "/rubric/modules/1/weight", "value": 25}]


# ---- show


@pytest.mark.parametrize("plan_id", PLANS)
def test_show_has_every_part_in_official_words(shouxi: Shouxi, plan_id: str) -> None:
    result = shouxi("plan", "show", DEMO, "--plan-id", plan_id)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    stated = [spec.zh for name, spec in specs(PlanDraft).items() if patched(plan_id).get(name)]
    assert [each for each in stated if not any(line.startswith(each) for line in lines)] == []
    assert max(width_of(line) for line in lines) <= 100


def test_show_says_every_text_of_the_plan(shouxi: Shouxi) -> None:
    def texts(node: Any) -> list[str]:
        if isinstance(node, dict):
            return [each for value in node.values() for each in texts(value)]
        if isinstance(node, list):
            return [each for value in node for each in texts(value)]
        return [node] if isinstance(node, str) and not node.isascii() else []

    shown = "".join(shouxi("plan", "show", DEMO, "--plan-id", SUZHOU).out.split())
    assert [each for each in texts(patched(SUZHOU)) if "".join(each.split()) not in shown] == []


def test_show_indents_what_belongs_to_a_name(shouxi: Shouxi, plan_file: PlanFile) -> None:
    item = {"code": "a", "name": "创新创造", "max": 10, "bands": [{"min": 0, "max": 10, "text": "甲"}]}
    path = plan_file({"rubric": {"score_step": 0.5, "modules": [{"code": "overall", "items": [item]}]}})
    assert shouxi("plan", "show", path).out == (
        "评分标准\n"
        "  评分最小单位  0.5 分\n"
        "  模块\n"
        "    综合评价\n"
        "      代码  综合评价\n"
        "      评分细项\n"
        "        创新创造\n"
        "          代码  a\n"
        "          名称  创新创造\n"
        "          配分  10\n"
        "          档位\n"
        "            档位 0~10分\n"
        "              最低分    0\n"
        "              最高分    10\n"
        "              评判方式  甲\n"
    )


def test_show_as_json_is_the_plan_itself(shouxi: Shouxi) -> None:
    result = shouxi("plan", "show", DEMO, "--format", "json")
    assert [load_plan(each) for each in result.lines] == [build(PlanDraft, patched(each)) for each in PLANS]


def test_show_of_holes(shouxi: Shouxi, plan_file: PlanFile) -> None:
    path = plan_file(
        "organisation: {committee: {members: [null]}, panels: [{}]}\nextra_sections: [null, {a: 1}]\n"
    )
    assert shouxi("plan", "show", path).code == 0


# ---- diff


def test_diff_in_a_reviewers_words(shouxi: Shouxi, plan_file: PlanFile) -> None:
    later = plan_file(plain(patched(XUZHOU, HEAVIER)))
    result = shouxi("plan", "diff", f"{DEMO}#{XUZHOU}", later)
    assert result.code == 0
    assert result.out == "评分标准 1\n  ~ 面试答辩配分 20 → 25\n"
    assert result.err == "差异 1 处。\n"


def test_diff_of_the_same_plan(shouxi: Shouxi) -> None:
    result = shouxi("plan", "diff", f"{DEMO}#{XUZHOU}", f"{DEMO}#{XUZHOU}")
    assert (result.code, result.out) == (0, "没有差异。\n")


def test_diff_shows_long_texts_below_one_another(shouxi: Shouxi, plan_file: PlanFile) -> None:
    patch = [{"op": "replace", "path": "/sections/schedule", "value": "新的时间安排"}]
    result = shouxi("plan", "diff", f"{DEMO}#{XUZHOU}", plan_file(plain(patched(XUZHOU, patch))))
    lines = result.out.splitlines()
    assert lines[:2] == ["方案正文 1", "  ~ 时间安排"]
    assert lines[2].startswith("    由    11月4日至10日方案公示；")
    assert lines[-1] == "    改为  新的时间安排"


def test_diff_with_the_template(shouxi: Shouxi) -> None:
    result = shouxi("plan", "diff", f"{DEMO}#{SUZHOU}", "template", "--format", "json")
    (found,) = result.lines
    assert {each["section"] for each in found["changes"]} == {"methods", "rubric"}
    assert "面试答辩配分 20 → 25" in [each["sentence"] for each in found["changes"]]


def test_diff_as_json(shouxi: Shouxi, plan_file: PlanFile) -> None:
    later = plan_file(plain(patched(XUZHOU, HEAVIER)))
    result = shouxi("plan", "diff", f"{DEMO}#{XUZHOU}", later, "--format", "json")
    assert result.lines == [
        {
            "changes": [
                {
                    "section": "rubric",
                    "path": "/rubric/modules/1/weight",
                    "words": "面试答辩配分",
                    "kind": "changed",
                    "before": "20",
                    "after": "25",
                    "sentence": "面试答辩配分 20 → 25",
                }
            ]
        }
    ]
    assert list(result.lines[0]["changes"][0]) == [
        *("section", "path", "words", "kind"),
        *("before", "after", "sentence"),
    ]


def test_diff_reads_standard_input(shouxi: Shouxi) -> None:
    data = json.dumps(plain(patched(XUZHOU))).encode()
    assert shouxi("plan", "diff", f"{DEMO}#{XUZHOU}", "-", stdin=data).out == "没有差异。\n"


def test_a_file_whose_name_has_a_hash(shouxi: Shouxi, plan_file: PlanFile) -> None:
    path = plan_file(plain(patched(XUZHOU)), "plan#1.yaml")
    assert shouxi("plan", "diff", path, f"{path}#{XUZHOU}").out == "没有差异。\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (DEMO, f"{DEMO}：有 3 份方案（{'、'.join(PLANS)}）。用 {DEMO}#编号 指定一份。"),
        (f"{DEMO}#x", f"{DEMO}：没有编号为“x”的方案，这里有 {'、'.join(PLANS)}。"),
        ("nowhere", "nowhere：没有这个文件。请检查文件名和所在文件夹。"),
    ],
)
def test_diff_needs_one_plan_on_each_side(shouxi: Shouxi, source: str, message: str) -> None:
    result = shouxi("plan", "diff", source, f"{DEMO}#{XUZHOU}")
    assert (result.code, result.out, result.err) == (2, "", f"shouxi：{message}\n")


def test_diff_tells_the_first_fault_of_what_is_no_plan(shouxi: Shouxi, plan_file: PlanFile) -> None:
    path = plan_file("methods: []\nrubric: x\n")
    result = shouxi("plan", "diff", path, path)
    assert result.code == 2
    fault = "第 1 行（/methods）：应按“项目名: 内容”逐行填写。"
    assert result.err == f"shouxi：{path}：{fault}共 2 处，用 shouxi plan check 查看全部。\n"


# ---- deviation


def test_deviation_says_both_values_and_by_how_much(shouxi: Shouxi, plan_file: PlanFile) -> None:
    patch: list[dict[str, Any]] = [
        *HEAVIER,
        {"op": "add", "path": "/rubric/deviation_reason", "value": "一线岗位为主"},
    ]
    result = shouxi("plan", "deviation", plan_file(plain(patched(XUZHOU, patch))))
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[0] == f"{XUZHOU}  偏离省级参考 19 处"
    assert (
        "  不同  面试答辩 · 配分\n"
        "    省级参考  20\n"
        "    本方案    25\n"
        "    相差      +5 分\n"
        "    条款      附件3（一）（参考值）\n"
        "    理由      一线岗位为主\n"
    ) in result.out


def test_deviation_as_json(shouxi: Shouxi) -> None:
    result = shouxi("plan", "deviation", DEMO, "--format", "json")
    assert [each["plan_id"] for each in result.lines] == list(PLANS)
    assert list(result.lines[2]["departures"][0]) == [
        *("section", "path", "place", "reference", "plan", "difference"),
        *("direction", "lock", "clause", "rules", "reason"),
    ]
    (routes,) = [each for each in result.lines[2]["departures"] if each["path"] == "/methods/routes"]
    assert (routes["direction"], routes["lock"], routes["rules"]) == (
        "stricter",
        "bounded",
        ["JS-A2-two-modes"],
    )


def test_deviation_of_a_plan_without_any(shouxi: Shouxi, plan_file: PlanFile) -> None:
    result = shouxi("plan", "deviation", plan_file("plan_id: a"))
    assert result.out == "a  偏离省级参考 0 处\n与省级参考没有差异。\n"


# ---- freeze


def test_freeze_is_canonical_and_carries_the_hashes(shouxi: Shouxi) -> None:
    result = shouxi("plan", "freeze", DEMO)
    assert (result.code, result.err) == (0, "")
    for line, plan_id in zip(result.out.splitlines(), PLANS, strict=True):
        plan = build(PlanDraft, patched(plan_id))
        data = json.loads(line)
        assert line.encode() == canonical(data)
        assert data["document"] == plain(plan)
        assert (data["plan_id"], data["edition"], data["rulebook"]) == (plan_id, "js2023", "js2023.1")
        assert data["hash"] == content_hash(plan, "js2023")
        assert data["snapshot_hash"] == freeze_plan(plan).snapshot_hash


def test_freeze_notes_that_a_plan_may_not_be_submitted_yet(shouxi: Shouxi, plan_file: PlanFile) -> None:
    broken = [{"op": "replace", "path": "/rubric/modules/0/weight", "value": 49}]
    result = shouxi("plan", "freeze", plan_file(plain(patched(NANJING, broken))))
    assert result.code == 0
    assert result.err == f"{NANJING}：不能提交：2 处阻断。\n"


def test_what_was_frozen_can_be_checked_again(shouxi: Shouxi) -> None:
    frozen = shouxi("plan", "freeze", DEMO, "--plan-id", XUZHOU)
    document = json.dumps(frozen.lines[0]["document"]).encode()
    again = shouxi("plan", "check", "-", "--format", "json", stdin=document)
    assert again.lines[0]["hash"] == frozen.lines[0]["hash"]


# ---- print


def test_print_writes_the_plan_as_pdf_and_as_word(shouxi: Shouxi, tmp_path: Path) -> None:
    pdf, word = tmp_path / "方案.PDF", tmp_path / "方案.docx"
    for each in (pdf, word):
        result = shouxi("plan", "print", f"{DEMO}#{SUZHOU}", str(each))
        assert (result.code, result.out) == (0, "")
        assert result.err.rstrip().endswith("2026年度首席技师评聘试点工作方案（草稿）")
    assert "草稿" in text(pdf.read_bytes())
    assert outline(pdf.read_bytes()) == word_headings(opened(word.read_bytes()))


def test_print_writes_the_deviation_report(shouxi: Shouxi, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    asked = ("plan", "print", f"{DEMO}#{SUZHOU}", str(file), "--document", "deviation-report")
    assert shouxi(*asked).code == 0
    assert "偏离情况报告" in text(file.read_bytes())


@pytest.mark.parametrize(
    ("name", "said"),
    [("方案.odt", "文件名以 .pdf 或 .docx 结尾"), ("没有这个文件夹/方案.pdf", "不能写入")],
)
def test_print_refuses_what_it_cannot_write(shouxi: Shouxi, tmp_path: Path, name: str, said: str) -> None:
    result = shouxi("plan", "print", f"{DEMO}#{SUZHOU}", str(tmp_path / name))
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert list(tmp_path.iterdir()) == []
