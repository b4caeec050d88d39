"""The official text on its page: no word lost, slips kept, rules beside the words they quote."""

import pytest
from flask.testing import FlaskClient

from core.rulebook.sourcetext import Row, squeeze
from core.services.editions import CURRENT
from core.web.official import Cell, anchor_of, artefacts, citing_rules, laid_out, marked, source, stretch
from tests.unit.web.pages import faults_of, read_page


def test_text_is_well_formed(client: FlaskClient) -> None:
    answer = client.get("/text")
    assert answer.status_code == 200
    assert faults_of(answer.text) == []


def test_every_paragraph_and_cell_stands_on_the_page(client: FlaskClient) -> None:
    shown = squeeze("".join(read_page(client.get("/text").text).text["article"]))
    for section in source().sections:
        for paragraph in section.paragraphs:
            cells = [cell for row in paragraph.rows for cell in row.cells]
            for words in (paragraph.text, *cells):
                assert squeeze(words) in shown


def test_every_quoting_rule_is_named_beside_its_words(client: FlaskClient) -> None:
    page = read_page(client.get("/text").text)
    ids = page.values("id")
    quoting = [rule for rule in CURRENT.catalogue.rules.values() if rule.quote]
    assert {anchor_of(rule) for rule in quoting} <= set(ids)
    assert sum(len(rules) for rules in citing_rules().values()) == len(quoting)
    assert {f"/rules/{rule.id}" for rule in quoting} <= set(page.values("href"))


def test_page_of_a_rule_leads_to_its_place_in_the_text(client: FlaskClient) -> None:
    ids = set(read_page(client.get("/text").text).values("id"))
    for rule_id in ("JS-1.2-path-senior-8y", "JS-A3-item-1a", "JS-3-t3-december-15"):
        links = read_page(client.get(f"/rules/{rule_id}").text).values("href")
        (place,) = (link for link in links if link.startswith(f"/text?rule={rule_id}#"))
        assert place.partition("#")[2] in ids


def test_words_of_every_rule_are_found_where_they_begin() -> None:
    paragraphs = [paragraph for section in source().sections for paragraph in section.paragraphs]
    told = {paragraph.anchor: [paragraph.text] for paragraph in paragraphs}
    told |= {row.anchor: list(row.cells) for paragraph in paragraphs for row in paragraph.rows}
    for rule in CURRENT.catalogue.rules.values():
        if rule.quote:
            assert any(stretch(words, rule.quote) != (0, 0) for words in told[anchor_of(rule)]), rule.id


@pytest.mark.parametrize("rule_id", ["JS-A2-chair-principal", "JS-A3-item-1a", "JS-A1-form-fields"])
def test_words_of_a_rule_are_marked_in_the_text(client: FlaskClient, rule_id: str) -> None:
    answer = client.get(f"/text?rule={rule_id}")
    assert faults_of(answer.text) == []
    told = "".join(map(squeeze, read_page(answer.text).text["mark"]))
    assert told in squeeze(CURRENT.catalogue.rules[rule_id].quote)


def test_text_without_a_rule_or_with_an_unknown_one_marks_nothing(client: FlaskClient) -> None:
    for query in ("", "?rule=no", "?rule=PF-quorum"):
        assert "mark" not in read_page(client.get(f"/text{query}").text).text


@pytest.mark.parametrize(
    ("words", "quote", "found"),
    [
        ("应当 写明，不得更改", "应当写明", "应当 写明"),
        ("前文。应当写明", "应当写明理由", "应当写明"),
        ("单元格", "本单元格及下一格", "单元格"),
        ("别的话", "应当写明", ""),
        ("", "应当写明", ""),
        ("应当写明", "", ""),
    ],
)
def test_stretch_of_a_quote_is_found_whatever_the_spaces(words: str, quote: str, found: str) -> None:
    start, end = stretch(words, quote)
    assert words[start:end] == found


def test_platform_rule_has_no_place_in_the_text() -> None:
    assert anchor_of(CURRENT.catalogue.rules["PF-quorum"]) == ""


def test_slip_is_kept_and_the_suggested_reading_stands_beside_it(client: FlaskClient) -> None:
    assert [piece.words for piece in marked("强烈的平安意识和判断")] == ["强烈的", "平安意识", "和判断"]
    page = read_page(client.get("/text").text)
    assert "原文“平安意识”，疑为“安全意识”。" in page.text["span"]
    template, codes = CURRENT.template, CURRENT.template.codes("/document/text_artefacts")
    slips = [words for words in page.text["span"] if words in artefacts(CURRENT)]
    assert len(slips) == sum(template.integer(f"/document/text_artefacts/{code}/count") for code in codes)


def test_empty_cells_belong_to_the_one_above_or_before() -> None:
    rows = (
        row("模块", "评价项目", "参考配分", "合计", header=True),
        row("业绩评价", "解决生产难题", "20", "50"),
        row("", "创新创造", "10", ""),
        row("总计", "", "", "100"),
    )
    assert laid_out(rows) == [
        [Cell("模块", 1, 1), Cell("评价项目", 1, 1), Cell("参考配分", 1, 1), Cell("合计", 1, 1)],
        [Cell("业绩评价", 2, 1), Cell("解决生产难题", 1, 1), Cell("20", 1, 1), Cell("50", 2, 1)],
        [Cell("创新创造", 1, 1), Cell("10", 1, 1)],
        [Cell("总计", 1, 3), Cell("100", 1, 1)],
    ]


def test_cell_to_be_filled_in_stays_a_cell() -> None:
    rows = (
        row("评分细项", "评判方式", "得分", header=True),
        row("现场表现", "语言规范", ""),
        row("面试答辩得分", "", ""),
    )
    assert [[cell.words for cell in cells] for cells in laid_out(rows)[1:]] == [
        ["现场表现", "语言规范", ""],
        ["面试答辩得分", ""],
    ]


def test_text_as_issued_can_be_read(client: FlaskClient) -> None:
    answer = client.get("/text/source.txt")
    assert answer.mimetype == "text/plain"
    assert squeeze(answer.text).startswith("江苏省企业首席技师评聘试点工作方案")


def test_page_that_does_not_change_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/text")
    again = client.get("/text", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    client.post("/display", data={"type": "large"})
    assert client.get("/text", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def row(*cells: str, header: bool = False) -> Row:
    return Row("", cells, header)
