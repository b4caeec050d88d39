"""The official text: verbatim, one cell joined, and cut into anchors without losing a word."""

import re
from pathlib import Path

import pytest
import yaml

from core.paths import ROOT
from core.rulebook.catalogue import RuleText, load_catalogue
from core.rulebook.sourcetext import Kind, Paragraph, load_source, squeeze

EDITION = ROOT / "core" / "rulebook" / "js2023"
TEXT = (EDITION / "source.txt").read_text("utf-8")
SOURCE = load_source(EDITION / "source.txt", EDITION / "source.tables.yaml")
OFFICIAL = [rule for rule in load_catalogue(EDITION / "catalogue.yaml").rules.values() if rule.quote]
PARAGRAPHS = {each.anchor: each for section in SOURCE.sections for each in section.paragraphs}


def written(paragraph: Paragraph) -> str:
    return paragraph.text + "".join(cell for row in paragraph.rows for cell in row.cells)


def at(anchor: str | None) -> str:
    """The words at an anchor: a paragraph's or a row's."""
    assert anchor is not None
    place, _, row = anchor.partition("-r")
    rows = {each.anchor: each for each in PARAGRAPHS[place].rows}
    return "".join(rows[anchor].cells) if row else PARAGRAPHS[place].text


def test_the_split_cell_is_joined() -> None:
    joined = "技能水平在本职业领域处于先进水平，有一定的影响力，在创造创造优化工艺流程或创新"
    assert squeeze(TEXT).count(joined) == 1
    assert "本职业 5~8分" not in TEXT


def test_no_word_is_added_lost_or_moved() -> None:
    assert squeeze("".join(map(written, PARAGRAPHS.values()))) == squeeze(TEXT)


def test_sections_are_those_of_the_text() -> None:
    assert [(each.anchor, each.number) for each in SOURCE.sections] == [
        ("s-0", "前言"),
        ("s-1", "一"),
        ("s-1-1", "一（一）"),
        ("s-1-2", "一（二）"),
        ("s-1-3", "一（三）"),
        ("s-2", "二"),
        ("s-2-1", "二（一）"),
        ("s-2-2", "二（二）"),
        ("s-2-3", "二（三）"),
        ("s-2-4", "二（四）"),
        ("s-2-5", "二（五）"),
        ("s-2-6", "二（六）"),
        ("s-3", "三"),
        ("s-4", "四"),
        ("s-5", "五"),
        ("s-5-1", "五（一）"),
        ("s-5-2", "五（二）"),
        ("s-5-3", "五（三）"),
        ("a-1", "附件1"),
        ("a-2", "附件2"),
        ("a-3", "附件3"),
        ("a-3-1", "附件3（一）"),
        ("a-3-2", "附件3（二）"),
        ("a-3-3", "附件3（三）"),
        ("a-3-4", "附件3（四）"),
    ]
    titles = {each.number: each.title for each in SOURCE.sections}
    assert titles["一（三）"] == "参评职业（工种）"
    assert titles["二（三）"] == "方案报审"
    assert titles["附件2"] == "企业首席技师评审参照流程（试行）"
    assert {each.level for each in SOURCE.sections if "（" in each.number} == {2}


def test_lines_of_a_paragraph_are_joined_across_pages() -> None:
    assert PARAGRAPHS["s-1-1-p5"].text == "3. 企业有相当规模的高级技师存量。"
    assert PARAGRAPHS["s-1-1-p5"].kind is Kind.ITEM
    assert "集群相关企业为主，试点企业由各设区市" in PARAGRAPHS["s-1-1-p2"].text
    assert PARAGRAPHS["s-1-2-p7"].text == "具备基本条件并符合以下条件之一者优先评聘："


def test_paragraphs_end_with_their_sentence() -> None:
    for paragraph in PARAGRAPHS.values():
        if paragraph.kind in {Kind.TEXT, Kind.ITEM} and not re.match(r"附件：|\d\. 企业首席", paragraph.text):
            assert paragraph.text.endswith(("。", "；", "：")), paragraph.anchor


def test_tables_are_rectangular_under_their_header() -> None:
    tables = [each for each in PARAGRAPHS.values() if each.kind is Kind.TABLE]
    assert len(tables) == 7
    for table in tables:
        if table.rows[0].header:
            assert {len(row.cells) for row in table.rows} == {len(table.rows[0].cells)}, table.anchor
    repeated = [row.anchor for table in tables for row in table.rows[1:] if row.header]
    assert repeated == ["a-3-4-p2-r3"]


@pytest.mark.parametrize("rule", OFFICIAL, ids=lambda rule: rule.id)
def test_quote_is_found_in_the_section_its_clause_names(rule: RuleText) -> None:
    anchor = SOURCE.find(rule.quote, rule.clause)
    assert anchor is not None
    opening = squeeze(rule.quote)[:4]
    assert opening in squeeze(at(anchor))
    numbers = {each.anchor: each.number for each in SOURCE.sections}
    assert rule.clause.startswith(numbers[anchor.partition("-p")[0]])


def test_find_ignores_white_space_and_knows_what_is_absent() -> None:
    assert SOURCE.find("每个设区市 1 家") == "s-1-1-p2"
    assert SOURCE.find("企业首席技师评审申报表") == "s-5-3-p2"
    assert SOURCE.find("企业首席技师评审申报表", "附件1") == "a-1-p2"
    assert SOURCE.find("副主任委员行业内权威专家", "附件2·成员表") == "a-2-p11-r3"
    assert SOURCE.find("职工持股") is None
    assert SOURCE.find(" ") is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["时间段", "工作安排"], ["2023年11月中旬"]], "2023年11月中旬"),
        ([["时间段", "工作安排"], ["2023年…结束"]], "2023年…结束"),
        ([["时间段", "工作安排"], ["2023年11月上旬", "确定"]], "ends within a line"),
        ([["没有这张表"]], "没有这张表: not found"),
    ],
)
def test_a_table_that_does_not_follow_the_text_is_refused(
    tmp_path: Path, rows: list[list[str]], message: str
) -> None:
    tables = tmp_path / "tables.yaml"
    document = {"tables": [{"header": rows[0], "rows": rows[1:]}]}
    tables.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    with pytest.raises(ValueError, match=message):
        load_source(EDITION / "source.txt", tables)
