"""A paper in print: PDF/A and tags, reading order, the same bytes, what the font lacks, long cells, Word."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from core.documents.fonts import MissingGlyphs, drawn
from core.documents.paper import Annex, Cell, Heading, Item, Paper, Table, numeral
from core.documents.pdf import TEMPLATES, pdf
from core.documents.word import word
from core.documents.work_plan import work_plan
from core.domain.plan import SEVEN_SECTIONS, Sections
from core.domain.records import specs
from core.paths import ROOT
from tests.unit.documents.printed import (
    digests,
    of_plan,
    opened,
    outline,
    paper_with,
    plan_with,
    read,
    root,
    squeezed,
    tags,
    text,
    word_headings,
)

RARE = "𬭸龘㛃䶮𬬱喆㼆"
HOSTILE = '#read("/etc/passwd") #sys.inputs [x] $a$ *粗* \\u{41} <b>&amp; {{ 7*7 }} {% if x %} ]]>'


@pytest.fixture(scope="module")
def paper() -> Paper:
    return paper_with()


@pytest.fixture(scope="module")
def printed(paper: Paper) -> bytes:
    return pdf(paper)


def test_pdf_is_tagged_and_says_that_it_is_pdf_a_2a_and_pdf_ua_1(printed: bytes) -> None:
    catalogue = root(printed)
    metadata = catalogue["/Metadata"].get_data().decode()
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "zh-CN"
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    found = tags(printed)
    assert {"/Document", "/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure"} <= set(found)
    assert found.count("/THead") == found.count("/Table")


def test_pdf_brings_its_font_along(printed: bytes) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in root(printed)["/Pages"]["/Kids"]
        for font in page.get_object()["/Resources"]["/Font"].values()
    }
    assert fonts == {"NotoSerifSC-Regular"}


def test_text_is_chinese_in_reading_order(paper: Paper, printed: bytes) -> None:
    found = text(printed)
    titles = [
        f"{number}、{specs(Sections)[name].zh}"
        for number, name in zip("一二三四五六七", SEVEN_SECTIONS, strict=True)
    ]
    at = [found.index(each) for each in titles]
    assert at == sorted(at)
    members, sheets, departures = (
        found.index(f"附件{each}企业" if each < 3 else "附件3与") for each in (1, 2, 3)
    )
    assert at[-1] < members < sheets < departures
    rows = [
        found.index(each, members) for each in ("主任委员", "副主任委员", "工作人员", "共11名，其中外聘5名")
    ]
    assert rows == sorted(rows)
    bands = [
        found.index(each, sheets)
        for each in ("良率与工艺难题（10分）", "9~10分", "5~8.5分", "0~4.5分", "业绩评价得分", "面试答辩得分")
    ]
    assert bands == sorted(bands)
    for each in paper.numbered():
        if isinstance(each, Heading | Item):
            assert squeezed(each.words) in found
        if isinstance(each, Table):
            assert all(
                squeezed(line) in found
                for row in each.rows
                for cell in row
                for line in cell.words.split("\n")
            )


def test_plan_prints_its_digest_and_where_to_check_it(paper: Paper, printed: bytes) -> None:
    found = text(printed)
    assert of_plan(plan_with()).digest in found
    assert "https://site.test/units/1/plan" in found
    assert "/Figure" not in tags(pdf(work_plan(of_plan(plan_with(), address=""))))


def test_same_plan_gives_the_same_bytes_in_another_process(paper: Paper) -> None:
    told = "from tests.unit.documents.printed import *; print(*digests(paper_with()))"
    env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/New_York", "SOURCE_DATE_EPOCH": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert tuple(ran.stdout.split()) == digests(paper)
    assert set(digests(paper)).isdisjoint(digests(paper_with(schedule="另定。")))


def test_character_that_the_font_lacks_is_named_with_its_place() -> None:
    with pytest.raises(MissingGlyphs) as refused:
        pdf(paper_with(incentives="待遇🙂优厚，奖励🙂", schedule="时间\U000e0100安排"))
    assert refused.value.found == {"\U000e0100": "五、时间安排", "🙂": "六、激励待遇"}
    assert "“🙂”（U+1F642，六、激励待遇）" in refused.value.message
    word(paper_with(incentives="待遇🙂优厚"))


def test_rare_characters_of_names_are_printed() -> None:
    assert RARE in text(pdf(paper_with(incentives=f"由{RARE}负责。")))


def test_templates_print_nothing_that_the_font_lacks() -> None:
    words = (TEMPLATES / "paper.typ").read_text("utf-8")
    assert [each for each in words if each != "\n" and ord(each) not in drawn()] == []


def test_what_was_typed_is_never_markup() -> None:
    hostile = paper_with(incentives=HOSTILE)
    assert squeezed(HOSTILE) in text(pdf(hostile))
    assert HOSTILE in [each.text for each in opened(word(hostile)).paragraphs]


def test_control_characters_are_left_out_of_both() -> None:
    hidden = paper_with(incentives="待遇\x00\x08\x7f\x85优厚\r\n另定")
    found = [each.text for each in opened(word(hidden)).paragraphs]
    assert {"待遇", "优厚", "另定"} <= set(found)
    assert "六、激励待遇待遇优厚另定" in text(pdf(hidden))


def test_cell_longer_than_a_page_breaks() -> None:
    plan = plan_with()
    words = "".join(f"第{number}条业绩。" for number in range(1500))
    table = Table("", (1, 3), ((Cell("一"), Cell("二")), (Cell("业绩"), Cell(words))))
    paper = replace(work_plan(of_plan(plan)), blocks=(table,))
    made = pdf(paper)
    assert len(read(made).pages) > 5
    found = text(made)
    assert found.count("条业绩。") > 1500 - 2 * len(read(made).pages)  # a page may end within one
    assert "第1499条业绩。" in found


def test_draft_says_so_on_every_page_and_a_version_on_none(printed: bytes) -> None:
    draft = pdf(work_plan(of_plan(plan_with(), number=None, day=None)))
    pages = read(draft).pages
    assert all("草稿" in page.extract_text() for page in pages)
    assert "草稿" not in text(printed)
    headers = [word(work_plan(of_plan(plan_with(), number=each))) for each in (None, 1)]
    marked = [b"string=" in ZipFile(BytesIO(each)).read("word/header1.xml") for each in headers]
    assert marked == [True, False]


def test_word_has_the_headings_and_tables_of_the_pdf(paper: Paper, printed: bytes) -> None:
    document = opened(word(paper))
    assert word_headings(document) == outline(printed)
    tables = [each for each in paper.blocks if isinstance(each, Table)]
    assert len(document.tables) == tags(printed).count("/Table") == len(tables)
    for made, given in zip(document.tables, tables, strict=True):
        assert len(made.rows) == len(given.rows)
        assert [cell.text for cell in made.rows[0].cells] == [cell.words for cell in given.rows[0]]
    assert [each.mark for each in paper.blocks if isinstance(each, Annex)] == ["附件1", "附件2", "附件3"]


def test_word_names_chinese_fonts_where_word_looks_for_them(paper: Paper) -> None:
    document = opened(word(paper))
    names = {
        name: document.styles[name].element.xpath("w:rPr/w:rFonts/@w:eastAsia")
        for name in ("Heading 1", "Heading 2", "Title")
    }
    assert names == {"Heading 1": ["黑体"], "Heading 2": ["楷体"], "Title": ["宋体"]}
    assert document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:rFonts/@w:eastAsia") == ["仿宋"]


@pytest.mark.parametrize(
    ("count", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_numerals(count: int, words: str) -> None:
    assert numeral(count) == words
    assert unicodedata.name(words[0]).startswith("CJK")
