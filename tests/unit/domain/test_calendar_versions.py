"""A year's table and the versions after it: what the province may enter, and what then counts."""

from dataclasses import replace
from datetime import date

import pytest

from core.domain.calendar import CalendarNotPublished, CalendarVersion, calendar_of
from core.domain.calendar_versions import NEW, CalendarEntry, CalendarRefused, changed_days, next_version
from core.domain.errors import ShapeFault
from core.rulebook.js2023 import EDITION

FILE = tuple(EDITION.calendar.years.values())
NEW_YEAR = CalendarEntry(
    year=2027,
    holidays=(date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)),
    workdays=(date(2027, 1, 9),),
    source=" 国务院办公厅关于2027年部分节假日安排的通知 ",
    as_of=date(2026, 11, 20),
)
CORRECTED = CalendarEntry(
    year=2026,
    holidays=(*sorted(FILE[-1].holidays), date(2026, 12, 30)),
    workdays=sorted(FILE[-1].workdays),
    source=FILE[-1].source,
    as_of=date(2026, 12, 1),
    reason="省政府通知12月30日全省放假一天",
)


def faults(entry: CalendarEntry, *history: CalendarVersion) -> list[tuple[str, str]]:
    with pytest.raises(CalendarRefused) as refused:
        next_version(entry, history or FILE)
    assert refused.value.message == (
        f"{entry.year}年的日历没有保存：有 {len(refused.value.faults)} 处不符。逐处修改后再保存。"
    )
    return [(each.path, each.message) for each in refused.value.faults]


def test_the_tables_of_the_edition_are_version_1_of_their_years() -> None:
    assert [(each.year, each.number) for each in FILE] == [(2023, 1), (2024, 1), (2025, 1), (2026, 1)]
    assert [each.as_of.year for each in FILE] == [2022, 2023, 2024, 2025]  # each notice came the year before


def test_a_year_published_later_is_entered_and_clocks_start_in_it() -> None:
    entered = next_version(NEW_YEAR, FILE)
    assert (entered.number, entered.reason, entered.source) == (1, NEW, NEW_YEAR.source.strip())
    with pytest.raises(CalendarNotPublished):
        calendar_of(FILE).clock(date(2026, 12, 30), 3)
    clock = calendar_of((*FILE, entered)).clock(date(2026, 12, 30), 3)
    assert (clock.last_day, clock.versions) == (date(2027, 1, 5), ((2026, 1), (2027, 1)))


def test_a_correction_is_the_next_version_and_the_earlier_one_stays() -> None:
    second = next_version(CORRECTED, FILE)
    third = next_version(
        replace(CORRECTED, holidays=sorted(FILE[-1].holidays), as_of=date(2026, 12, 20)), (*FILE, second)
    )
    assert [second.number, third.number] == [2, 3]
    versions = (third, *FILE, second)  # in whatever order they come
    start = date(2026, 12, 24)
    assert calendar_of(versions).clock(start, 4).last_day == date(2026, 12, 30)
    assert calendar_of(versions, on=date(2026, 12, 19)).clock(start, 4).last_day == date(2026, 12, 31)
    assert calendar_of(versions, on=date(2026, 12, 19)).clock(start, 4).versions == ((2026, 2),)
    assert calendar_of(versions, on=date(2026, 11, 30)).clock(start, 4).last_day == date(2026, 12, 30)


def test_before_its_notice_a_year_is_not_published() -> None:
    assert calendar_of(FILE, on=date(2025, 11, 3)).years.keys() == {2023, 2024, 2025}
    assert calendar_of(FILE, on=date(2025, 11, 4)).years.keys() == {2023, 2024, 2025, 2026}


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"source": " "}, "/source", "没有写依据。写明放假通知的名称和文号。"),
        ({"reason": ""}, "/reason", "第 1 版已在使用，没有写更正的理由。写明理由。"),
        (
            {"as_of": date(2025, 11, 3)},
            "/as_of",
            "日期早于第 1 版的2025年11月4日。改为当日或以后的日期。",
        ),
        (
            {"holidays": (date(2027, 1, 1),)},
            "/holidays/0",
            "2027年1月1日不在 2026 年。删去这一天。",
        ),
        (
            {"workdays": (date(2025, 12, 28),)},
            "/workdays/0",
            "2025年12月28日不在 2026 年。删去这一天。",
        ),
        (
            {"workdays": (date(2026, 1, 4), date(2026, 12, 30))},
            "/workdays/1",
            "2026年12月30日既是放假日又是上班日。按通知保留一处。",
        ),
        (
            {"workdays": (date(2026, 12, 29),)},
            "/workdays/0",
            "2026年12月29日不是周末，本来就是工作日。删去这一天。",
        ),
        (
            {"holidays": tuple(FILE[-1].holidays)},
            "/holidays",
            "与第 1 版完全相同，无须保存。",
        ),
    ],
)
def test_a_table_that_cannot_stand_is_refused(change: dict[str, object], path: str, message: str) -> None:
    assert faults(replace(CORRECTED, **change)) == [(path, message)]  # type: ignore[arg-type] # by field name
    assert next_version(CORRECTED, FILE).number == 2


def test_all_faults_are_told_at_once() -> None:
    empty = replace(NEW_YEAR, holidays=(), workdays=(date(2027, 1, 8),), source="")
    assert [path for path, _ in faults(empty)] == ["/workdays/0", "/holidays", "/source"]
    assert ShapeFault("/source", "没有写依据。写明放假通知的名称和文号。").path == "/source"


def test_a_new_year_needs_no_reason_and_may_be_known_any_day() -> None:
    assert next_version(replace(NEW_YEAR, as_of=date(2020, 1, 1)), FILE).number == 1
    assert faults(replace(NEW_YEAR, holidays=())) == [("/holidays", "没有节假日。按通知录入全年放假日期。")]


def test_what_a_version_changes_is_told_by_kind() -> None:
    first = FILE[-1]
    off, worked = date(2026, 12, 30), date(2026, 12, 27)
    second = replace(
        first,
        number=2,
        holidays=(first.holidays | {off}) - {date(2026, 10, 7)},
        workdays=(first.workdays | {worked}) - {date(2026, 10, 10)},
    )
    assert changed_days(first, second) == {
        "增加放假": {off},
        "取消放假": {date(2026, 10, 7)},
        "增加上班": {worked},
        "取消上班": {date(2026, 10, 10)},
    }
    assert changed_days(second, replace(second, number=3)) == {}
