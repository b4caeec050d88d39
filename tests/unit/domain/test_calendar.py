"""Working days of every day of 2023 to 2026 against a table of its own (tests/data/workdays.txt)."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

import pytest

from core.domain.calendar import CalendarNotPublished, LegalClock, WorkCalendar
from core.rulebook.js2023 import EDITION

CALENDAR = EDITION.calendar
DAY = timedelta(days=1)
FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)


def drawn() -> Mapping[date, bool]:
    """Each day of the table, and whether it is worked."""
    table: dict[date, bool] = {}
    for line in (Path(__file__).parents[2] / "data" / "workdays.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("# "):
            continue
        month, marks, worked = line.split()
        assert marks.count("#") == int(worked), month
        table |= {
            date.fromisoformat(f"{month}-{day:02d}"): mark == "#" for day, mark in enumerate(marks, start=1)
        }
    return table


WORKED = drawn()
DAYS = list(WORKED)
SO_FAR = list(accumulate(int(worked) for worked in WORKED.values()))
"""How many days are worked up to each day of the table, that day included."""


def test_the_table_has_every_day_once() -> None:
    assert [FIRST + DAY * n for n in range((LAST - FIRST).days + 1)] == DAYS
    assert len(DAYS) == 1461


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_day_is_worked_or_not_as_in_the_table(year: int) -> None:
    found = {day: CALENDAR.is_workday(day) for day in DAYS if day.year == year}
    assert found == {day: worked for day, worked in WORKED.items() if day.year == year}


@pytest.mark.parametrize("workdays", [1, 2, 3, 5, 7, 10, 15, 20, 60])
def test_from_every_day_n_working_days_end_where_the_table_says(workdays: int) -> None:
    """The start day is left out; the n-th day that is worked after it is the end (AMB-20)."""
    total = SO_FAR[-1]
    for place, start in enumerate(DAYS):
        if SO_FAR[place] + workdays > total:
            with pytest.raises(CalendarNotPublished) as refused:
                CALENDAR.clock(start, workdays)
            assert refused.value.years == (2027,)
        else:
            end = DAYS[SO_FAR.index(SO_FAR[place] + workdays)]
            assert CALENDAR.clock(start, workdays).last_day == CALENDAR.after(start, workdays) == end


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 7, 9, 14, 30, 366])
def test_from_every_day_as_many_working_days_are_counted_as_in_the_table(length: int) -> None:
    for place, start in enumerate(DAYS):
        if place + length < len(DAYS):
            counted = SO_FAR[place + length] - SO_FAR[place]
            assert CALENDAR.official_count(start, DAYS[place + length]) == counted
        else:
            with pytest.raises(CalendarNotPublished):
                CALENDAR.official_count(start, start + DAY * length)


def test_a_clock_tells_the_versions_it_was_counted_by() -> None:
    assert CALENDAR.clock(date(2025, 12, 30), 3) == LegalClock(
        started_on=date(2025, 12, 30), workdays=3, last_day=date(2026, 1, 5), versions=((2025, 1), (2026, 1))
    )


@pytest.mark.parametrize(
    ("start", "workdays", "years"),
    [
        pytest.param("2026-12-24", 6, (2027,), id="第6个工作日落到没有公布的年份"),
        pytest.param("2026-12-31", 1, (2027,), id="年末最后一天开始"),
        pytest.param("2022-12-31", 1, (2022,), id="开始当日不计，但所在年份没有公布"),
        pytest.param("2027-06-01", 3, (2027,), id="整段在没有公布的年份"),
    ],
)
def test_no_legal_clock_starts_in_a_year_that_is_not_published(
    start: str, workdays: int, years: tuple[int, ...]
) -> None:
    with pytest.raises(CalendarNotPublished) as refused:
        CALENDAR.clock(date.fromisoformat(start), workdays)
    assert refused.value.years == years
    assert refused.value.message == (
        f"{years[0]}年日历未公布，不能起算。"
        f"省级录入{years[0]}年的放假安排后再起算；只作安排的，可以暂按周一至周五推算。"
    )
    assert CALENDAR.after(date.fromisoformat(start), workdays)  # planning goes on, as an estimate


def test_the_last_clock_of_a_published_year_starts() -> None:
    assert CALENDAR.clock(date(2026, 12, 24), 5).last_day == date(2026, 12, 31)


def test_a_count_names_every_year_that_is_not_published() -> None:
    with pytest.raises(CalendarNotPublished, match="2021年、2022年日历未公布") as refused:
        CALENDAR.official_count(date(2021, 5, 1), date(2023, 5, 1))
    assert refused.value.years == (2021, 2022)
    assert CALENDAR.unofficial(date(2025, 1, 1), date(2028, 1, 1)) == (2027, 2028)
    assert CALENDAR.unofficial(FIRST, LAST) == ()


def test_of_many_years_that_are_not_published_three_are_named() -> None:
    with pytest.raises(CalendarNotPublished, match=r"^2027年、2028年、2029年等 73 个年份日历未公布"):
        CALENDAR.official_count(LAST, date(2099, 1, 1))


def test_a_calendar_without_any_table_starts_nothing() -> None:
    with pytest.raises(CalendarNotPublished):
        WorkCalendar({}).clock(date(2026, 11, 2), 1)
