"""Working days against dates worked out by hand (AMB-20): the start day is not counted, the n-th is."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calendar import WorkCalendar
from core.rulebook.js2023 import EDITION
from core.rulebook.js2023.parts import estimated, workdays_up_to
from core.rulebook.yeartables import load_calendar

CALENDAR = EDITION.calendar
DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param("2023-12-20", "2023-12-27", id="2023年12月20日开始，27日期满"),
        pytest.param("2023-12-21", "2023-12-28", id="2023年12月21日开始，28日期满"),
        pytest.param("2023-12-22", "2023-12-29", id="2023年12月22日开始，29日期满"),
        pytest.param("2026-12-23", "2026-12-30", id="2026年12月23日开始，30日期满"),
        pytest.param("2026-12-24", "2026-12-31", id="2026年12月24日开始，31日期满"),
        pytest.param("2026-12-04", "2026-12-11", id="周五开始，跨一个周末，下周五期满"),
        pytest.param("2026-12-05", "2026-12-11", id="周六开始，下周五期满"),
        pytest.param("2026-09-30", "2026-10-13", id="跨国庆长假，10月10日周六调休上班也算"),
        pytest.param("2026-02-13", "2026-02-27", id="跨春节，2月14日周六上班，2月15日至23日放假"),
        pytest.param("2024-02-28", "2024-03-06", id="跨闰年2月29日"),
        pytest.param("2026-12-30", "2027-01-07", id="跨到2027年，元旦不算，其余按周一至周五"),
        pytest.param("2028-02-25", "2028-03-03", id="没有官方安排的年份里的2月29日"),
    ],
)
def test_five_working_days_end_on_the_day_worked_out_by_hand(start: str, end: str) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert CALENDAR.after(first, 5) == last
    assert CALENDAR.count(first, last) == 5
    assert CALENDAR.count(first, last - timedelta(days=1)) == 4


def test_three_full_working_days_lie_between_the_list_and_the_publicity_of_2023() -> None:
    assert CALENDAR.count(date(2023, 12, 15), date(2023, 12, 20)) == 3


@pytest.mark.parametrize(
    ("year", "last"),
    [(2023, "12-29"), (2024, "12-31"), (2025, "12-31"), (2026, "12-31"), (2027, "12-31"), (2028, "12-29")],
)
def test_last_working_day_of_a_year(year: int, last: str) -> None:
    assert CALENDAR.last_workday(year) == date.fromisoformat(f"{year}-{last}")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param("2026-10-10", True, id="周六调休上班"),
        pytest.param("2026-10-07", False, id="周三放假"),
        pytest.param("2026-12-12", False, id="周六"),
        pytest.param("2024-02-29", True, id="闰年2月29日是周四"),
        pytest.param("2027-01-01", False, id="没有官方安排的年份，元旦"),
        pytest.param("2027-02-08", True, id="没有官方安排的年份，春节后周一按上班推算"),
        pytest.param("2027-01-02", False, id="没有官方安排的年份，周六"),
    ],
)
def test_is_workday(day: str, works: bool) -> None:
    assert CALENDAR.is_workday(date.fromisoformat(day)) is works


def test_official_years_are_those_published() -> None:
    years = [year for year in range(2015, 2035) if CALENDAR.is_official(year)]
    assert years == [2023, 2024, 2025, 2026]


def test_adjusted_working_days_are_weekend_days_and_holidays_are_not_worked() -> None:
    for table in CALENDAR.years.values():
        assert {day.weekday() for day in table.workdays} <= {5, 6}
        assert not any(CALENDAR.is_workday(day) for day in table.holidays)


def test_an_estimate_names_the_years_that_are_not_published() -> None:
    assert estimated(CALENDAR, date(2026, 12, 31)) == ""
    assert estimated(CALENDAR, date(2028, 1, 3), date(2026, 12, 31), date(2027, 1, 5)) == (
        "2027年、2028年的工作日暂按周一至周五推算。"
    )


@given(DAYS, st.integers(1, 30))
def test_the_day_after_n_working_days_is_the_first_that_counts_n(start: date, n: int) -> None:
    end = CALENDAR.after(start, n)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.count(start, end) == n
    assert CALENDAR.count(start, end - timedelta(days=1)) == n - 1


@given(DAYS, DAYS, st.integers(0, 8))
def test_counting_up_to_enough_is_counting_that_stops(start: date, end: date, enough: int) -> None:
    assert workdays_up_to(enough, CALENDAR, start, end) == min(enough, CALENDAR.count(start, end))


GOOD = (
    "{official: true, source: 通知, as_of: '2029-11-01', "
    "holidays: [['2030-01-01', '2030-01-02']], workdays: ['2030-01-05']}"
)


def read(directory: Path, text: str) -> WorkCalendar:
    path = directory / "calendar.yaml"
    path.write_text(text, "utf-8")
    return load_calendar(path)


def test_a_table_may_name_single_days_and_ranges(tmp_path: Path) -> None:
    table = read(tmp_path, f"years: {{2030: {GOOD}}}").years[2030]
    assert table.holidays == {date(2030, 1, 1), date(2030, 1, 2)}
    assert table.workdays == {date(2030, 1, 5)}
    assert table.source == "通知"


def test_a_year_that_is_not_official_is_left_to_the_estimate(tmp_path: Path) -> None:
    assert not read(tmp_path, f"years: {{2030: {GOOD.replace('true', 'false')}}}").is_official(2030)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("years: [2030]", "years is not a mapping"),
        ("years: {2030: {official: true}}", "2030: official, source, as_of, holidays, workdays are"),
        (
            f"years: {{2030: {GOOD.replace('01-05', '01-02')}}}",
            "2030-01-02 is both a holiday and a working day",
        ),
        (f"years: {{2031: {GOOD}}}", "2031: 2030-01-01 is a day of another year"),
        (f"years: {{2030: {GOOD.replace('[[', '{a: [').replace(']]', ']}')}}}", "are lists"),
    ],
)
def test_a_malformed_table_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read(tmp_path, text)
