"""Where a page breaks: rows stay whole, nobody signs an empty page, no number tears a line apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.documents.laid import laid
from core.documents.paper import Block, Cell, Paper, Signed, Table, Text
from core.documents.pdf import pdf
from core.documents.tabled import tabled
from core.documents.word import word
from tests.unit.documents.printed import opened, paper_with, read, squeezed

DAY = date(2026, 11, 4)


def of(*blocks: Block) -> Paper:
    return replace(paper_with(), blocks=blocks)


def pages(*blocks: Block) -> list[str]:
    return [squeezed(each.extract_text()) for each in read(pdf(of(*blocks))).pages]


@pytest.mark.parametrize("lines", range(14, 24))
def test_signature_stands_with_the_words_before_it(lines: int) -> None:
    *_, last = pages(*(Text("正文。") for _ in range(lines)), Text("末段。"), Signed(("某企业",), DAY))
    assert last.index("末段。") < last.index("某企业")


@pytest.mark.parametrize("lines", range(10, 24, 2))
def test_signature_stands_with_the_table_before_it(lines: int) -> None:
    end = Table("", (1,), ((Cell("末表"),),), heads=0)
    *_, last = pages(*(Text("正文。") for _ in range(lines)), end, Signed(("某企业",), DAY))
    assert last.index("末表") < last.index("某企业")


def test_word_keeps_the_words_before_a_signature_with_it() -> None:
    document = opened(word(of(Text("正文。"), Text("末段。"), Signed(("某企业",), DAY))))
    kept = {each.text: each.paragraph_format.keep_with_next for each in document.paragraphs}
    assert (kept["正文。"], kept["末段。"], kept["2026年11月4日"]) == (None, True, False)


def test_row_that_fits_on_a_page_is_not_broken() -> None:
    long = "".join(f"第{number}项。" for number in range(60))
    rows = tuple((Cell(f"甲{place}"), Cell(f"起{place}{long}止{place}")) for place in range(9))
    found = pages(Table("", (1, 2), rows, heads=0))
    assert len(found) > 1
    assert all(any(f"起{place}" in page and f"止{place}" in page for page in found) for place in range(9))


def test_rows_beside_one_cell_stay_on_its_page() -> None:
    groups = tuple(
        row
        for place in range(12)
        for row in (
            (Cell(f"项目{place}。", rows=4), Cell("一")),
            *((Cell(each),) for each in ("二", "三", f"末{place}。")),
        )
    )
    found = pages(Table("", (1, 2), groups, heads=0))
    assert len(found) > 1
    assert all(
        any(f"项目{place}。" in page and f"末{place}。" in page for page in found) for place in range(12)
    )


def test_rows_that_no_page_holds_may_break() -> None:
    tall = Table("", (1, 1), ((Cell("甲", rows=2), Cell("乙" * 500)), (Cell("丙" * 300),)), heads=0)
    first, second = tabled(tall)["rows"]
    assert [(each["whole"], each["together"], each["tied"]) for each in (first, second)] == [
        (True, False, False),
        (True, False, False),
    ]
    (row,) = tabled(Table("", (1, 1), ((Cell("甲"), Cell("乙" * 1000)),), heads=0))["rows"]
    assert not row["whole"]


@pytest.mark.parametrize(
    ("words", "justified"),
    [("联系方式：0512-00000201。", False), ("2026年11月4日报送，共11名。", True)],
)
def test_line_before_a_long_number_is_not_stretched(words: str, justified: bool) -> None:
    paper = of(Text(words))
    assert laid(paper)["blocks"][0]["justified"] is justified
    (made,) = (each for each in opened(word(paper)).paragraphs if each.text == words)
    assert bool(made._p.xpath("w:pPr/w:jc[@w:val='left']")) is not justified
