"""Workbooks read back as Excel would: text stays text whatever it begins with, days are days."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from core.web import sheets
from core.web.sheets import Value

NOW = datetime(2026, 11, 15, 16, 30, tzinfo=UTC)
"""0:30 on the 16th in 北京时间."""

HOSTILE = (
    "=1+1",
    '=HYPERLINK("https://example.invalid/?"&A1,"查看")',
    "=cmd|' /C calc'!A0",
    "+86 25 8363 0000",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\r\n=1+1",
    "＝1+1",
    "#N/A",
    "#REF!",
    "TRUE",
    "2026-11-16",
    "1e9",
    "91320300MA0DEM013J",
    "320300199001010017",
    "_x003D_1+1",
    "<c><f>1+1</f></c>",
    "'=1+1",
    " =1+1",
    "共\n两行",
)


@pytest.fixture
def request_of(site: Flask) -> Iterator[None]:
    with site.test_request_context("/"):
        yield


def read_back(rows: Sequence[Sequence[Value]], headings: Sequence[str] = ("内容",)) -> Any:
    file = io.BytesIO()
    sheets.write(file, "名录", headings, rows, now=NOW)
    return load_workbook(io.BytesIO(file.getvalue()))


def cell(value: Value) -> Any:
    return read_back([[value]]).active["A2"]


@pytest.mark.usefixtures("request_of")
@pytest.mark.parametrize("words", HOSTILE)
def test_text_stays_the_text_it_is(words: str) -> None:
    found = cell(words)
    assert (found.data_type, found.number_format) == ("s", "@")
    assert found.value == words.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.usefixtures("request_of")
def test_headings_are_text_as_well() -> None:
    heading = read_back([], ["=1+1"]).active["A1"]
    assert (heading.data_type, heading.value) == ("s", "=1+1")


def test_same_text_would_be_a_formula_without_care() -> None:
    sheet: Any = Workbook().active
    sheet["A1"] = "=1+1"
    assert sheet["A1"].data_type == "f"


@pytest.mark.usefixtures("request_of")
def test_no_formula_is_anywhere_in_the_file() -> None:
    book = read_back([[words] for words in HOSTILE])
    assert {each.data_type for row in book.active.iter_rows() for each in row} == {"s"}


@pytest.mark.usefixtures("request_of")
def test_numbers_days_and_moments_are_what_they_are() -> None:
    row: list[Value] = [3, date(2026, 11, 16), NOW, None, ""]
    book = read_back([row], ["数", "日", "时", "无", "空"])
    values = [each.value for each in book.active[2]]
    assert values == [3, datetime(2026, 11, 16), datetime(2026, 11, 16, 0, 30), None, None]  # noqa: DTZ001
    assert [each.data_type for each in book.active[2][:3]] == ["n", "d", "d"]


@pytest.mark.usefixtures("request_of")
def test_what_no_file_can_hold_is_left_out() -> None:
    assert cell("前\x00\x0b\x1f\ufffe\uffff后𠮷").value == "前后𠮷"


@pytest.mark.usefixtures("request_of")
def test_first_row_is_fixed_and_filters_reach_to_the_last() -> None:
    sheet = read_back([["甲", 1], ["乙", 2]], ["名", "数"]).active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("名录", "A2", "A1:B3")
    assert sheet.column_dimensions["A"].width >= sheets.NARROWEST


@pytest.mark.usefixtures("request_of")
def test_answer_is_saved_under_a_chinese_name_with_the_day_in_beijing() -> None:
    response = sheets.answer("单位名录", ["单位"], [["甲"]], now=NOW)
    assert response.mimetype == sheets.XLSX
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="list.xlsx"; '
        "filename*=UTF-8''%E5%8D%95%E4%BD%8D%E5%90%8D%E5%BD%9520261116.xlsx"
    )
    response.direct_passthrough = False
    sheet: Any = load_workbook(io.BytesIO(response.get_data())).active
    assert sheet["A2"].value == "甲"
    response.close()


@pytest.mark.usefixtures("request_of")
def test_rows_are_not_kept() -> None:
    def peak(many: int) -> int:
        tracemalloc.start()
        sheets.answer("名录", ["名称", "数"], ((f"企业{n:08}", n) for n in range(many)), now=NOW).close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)  # what is imported and cached
    few, lots = peak(1_000), peak(10_000)
    assert lots < 2 * few, (few, lots)
