"""`shouxi rules`: listing, filtering, showing, and the handbook's page."""

from pathlib import Path

import pytest

from core.rulebook.handbook import rules_page
from core.rulebook.js2023 import EDITION
from core.rulebook.terms import Effect, Force
from tests.unit.cli.conftest import Shouxi

RULES = EDITION.catalogue.rules
UNCHECKED = EDITION.unchecked()


def ids(shouxi: Shouxi, *filters: str) -> list[str]:
    result = shouxi("rules", "list", "--format", "json", *filters)
    assert (result.code, result.err) == (0, "")
    return [each["id"] for each in result.lines]


def test_list_has_every_rule_in_the_order_of_the_text(shouxi: Shouxi) -> None:
    assert ids(shouxi) == list(RULES)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (("--stage", "scoring"), lambda rule: "scoring" in rule.stages),
        (("--stage", "评分"), lambda rule: "scoring" in rule.stages),
        (("--section", "附件2"), lambda rule: rule.section == "附件2"),
        (("--force", "原则上"), lambda rule: rule.force is Force.IN_PRINCIPLE),
        (("--force", "in_principle"), lambda rule: rule.force is Force.IN_PRINCIPLE),
        (("--effect", "提醒"), lambda rule: rule.effect is Effect.WARN),
        (("--effect", "none"), lambda rule: rule.effect is Effect.NONE),
        (("--checked",), lambda rule: rule.id not in UNCHECKED),
        (("--unchecked",), lambda rule: rule.id in UNCHECKED),
        (
            ("--section", "附件3", "--checked", "--force", "应当"),
            lambda rule: (
                rule.section == "附件3" and rule.id not in UNCHECKED and rule.force is Force.MANDATORY
            ),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_filters(shouxi: Shouxi, filters: tuple[str, ...], wanted: object) -> None:
    assert callable(wanted)
    found = ids(shouxi, *filters)
    assert found == [name for name, rule in RULES.items() if wanted(rule)]
    assert found


def test_list_as_text_marks_what_a_check_of_a_plan_runs(shouxi: Shouxi) -> None:
    result = shouxi("rules", "list", "--section", "四")
    assert result.out.splitlines()[0] == (
        "✓  JS-4-work-platform           应当  阻断  四  设立工作室等工作平台"
    )
    marks = {line.split()[1]: line[0] for line in result.out.splitlines()}
    assert marks == {
        name: "-" if name in UNCHECKED else "✓" for name, rule in RULES.items() if rule.section == "四"
    }
    assert result.err.startswith(f"规则 {len(marks)} 条：✓ 自动检查 ")


def test_show_has_words_effect_stages_and_readings(shouxi: Shouxi) -> None:
    result = shouxi("rules", "show", "JS-A2-chair-principal")
    assert (result.code, result.err) == (0, "")
    for said in (
        "JS-A2-chair-principal  主任委员由主要负责人担任",
        "条款         附件2，原则上",
        "原文         “主任委员原则上应当由企业主要负责人担任”",
        "未满足时     须说明理由",
        "自动检查     方案检查",
        "口径 AMB-26  ",
    ):
        assert said in result.out


def test_show_of_a_platform_rule_has_its_statement_and_basis(shouxi: Shouxi) -> None:
    out = shouxi("rules", "show", "PF-uscc-check").out
    assert "规定      统一社会信用代码应当通过GB 32100校验。" in out
    assert "依据      方案以外的国家标准" in out
    assert "自动检查  推荐申报检查" in out


def test_show_of_a_rule_that_no_code_judges_says_so(shouxi: Shouxi) -> None:
    assert "自动检查  尚未自动检查" in shouxi("rules", "show", "PF-resident-id-check").out


def test_show_as_json(shouxi: Shouxi) -> None:
    (rule,) = shouxi("rules", "show", "JS-A2-complaint-file-city", "--format", "json").lines
    assert list(rule) == [
        *("id", "title", "clause", "section", "force", "effect", "plan_effect"),
        *("quote", "stages", "checked", "checked_at", "readings"),
    ]
    assert (rule["effect"], rule["plan_effect"], rule["checked"]) == ("block", "warn", True)
    assert rule["checked_at"] == ["plan"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("JS-A2-chair-principle", "没有规则“JS-A2-chair-principle”。是否应为 JS-A2-chair-principal、"),
        ("丙", "没有规则“丙”。用 shouxi rules list 查看全部规则。"),
    ],
)
def test_an_unknown_rule(shouxi: Shouxi, rule: str, message: str) -> None:
    result = shouxi("rules", "show", rule)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_table(shouxi: Shouxi, tmp_path: Path) -> None:
    assert shouxi("rules", "table").out == rules_page(EDITION)
    page = tmp_path / "rules.md"
    result = shouxi("rules", "table", "--write", str(page))
    assert (result.code, result.out, result.err) == (0, "", f"已写入 {page}。\n")
    assert page.read_text("utf-8") == rules_page(EDITION)


def test_table_that_cannot_be_written(shouxi: Shouxi, tmp_path: Path) -> None:
    result = shouxi("rules", "table", "--write", str(tmp_path / "no" / "rules.md"))
    assert result.code == 2
    assert "不能写入" in result.err
