"""Days as people type them: what is read, what each line that is not read says, and back again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day_lines import LONGEST, MOST_LINES, read_days, spans, write_days
from tests.scale import examples

NATIONAL = tuple(date(2026, 10, day) for day in range(1, 8))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "line",
    [
        "10月1日至10月7日",
        "10月1日至7日",
        "国庆节：10月1日（周四）至7日（周三）",
        "2026-10-01 至 2026-10-07",
        "10-01~10-07",
        "10.1—10.7",
        "2026年10月1日到10月7日",
        "１０月１日～７日",
        "10月1日、2日至6日；10月7日".replace("、2日", "、10月2日"),
    ],
)
def test_line_is_read_however_it_is_written(line: str) -> None:
    found = read_days(line, 2026)
    assert found.faults == ()
    assert found.days == NATIONAL
    assert set(found.lines) == {1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("国庆放假", "第 1 行：“国庆放假”不是日期。写成 10月1日至10月7日，或 10月10日。"),
        ("7日", "第 1 行：“7日”没有写月份。写成 10月1日。"),
        ("2月30日", "第 1 行：“2月30日”不是历法上的日期。核对月、日。"),
        (
            "10月7日至10月1日",
            "第 1 行：结束日期2026年10月1日早于开始日期2026年10月7日。先写开始日期。",
        ),
        (
            "2026-01-01至9999-12-31",
            f"第 1 行：有 2912443 天，一次放假不超过 {LONGEST} 天。核对起止日期。",
        ),
    ],
)
def test_line_that_is_no_day_says_why(line: str, said: str) -> None:
    found = read_days(line, 2026)
    assert [str(fault) for fault in found.faults] == [said]
    assert found.days == ()


def test_every_line_is_told_and_the_others_are_read() -> None:
    found = read_days("10月1日\n\nabc\n10月10日\n32日", 2026)
    assert [(fault.line, fault.message[:5]) for fault in found.faults] == [(3, "“abc”"), (5, "“32日”")]
    assert list(zip(found.days, found.lines, strict=True)) == [
        (date(2026, 10, 1), 1),
        (date(2026, 10, 10), 4),
    ]


def test_longest_span_is_read_and_one_more_day_is_not() -> None:
    first = date(2026, 1, 1)
    last = first + timedelta(days=LONGEST - 1)
    assert len(read_days(f"{first}至{last}", 2026).days) == LONGEST
    assert read_days(f"{first}至{last + timedelta(days=1)}", 2026).days == ()


def test_too_many_lines_are_not_read() -> None:
    assert len(read_days("10月1日\n" * MOST_LINES, 2026).days) == MOST_LINES
    (fault,) = read_days("10月1日\n" * (MOST_LINES + 1), 2026).faults
    assert fault.line == MOST_LINES + 1


@given(st.sets(DAYS, max_size=40))
@settings(max_examples=examples(200))
def test_what_is_written_reads_back(days: set[date]) -> None:
    runs = list(spans(days))
    if all((last - first).days < LONGEST for first, last in runs) and len(runs) <= MOST_LINES:
        found = read_days(write_days(days), 2026)
        assert (set(found.days), found.faults) == (days, ())


@given(st.text(max_size=60))
@settings(max_examples=examples(500))
def test_any_text_gives_days_or_faults(text: str) -> None:
    found = read_days(text, 2026)
    assert len(found.days) == len(found.lines)
