"""工作日历: who enters a year or a correction, what counts afterwards, what the record tells, two at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pytest
from flask import Flask

from core.domain.calendar import CalendarNotPublished, CalendarVersion
from core.domain.calendar_versions import CalendarEntry, CalendarRefused
from core.domain.roles import Actor, Role
from core.domain.values import BEIJING
from core.persistence.session import act, reading
from core.services import calendars
from core.services.accounts.answers import NotAllowed
from core.services.editions import CURRENT
from tests import factories
from tests.integration.onboarding.chains import at_once, told
from tests.integration.onboarding.season import Season

NEW: Final = CalendarEntry(
    year=2027,
    holidays=tuple(date(2027, 1, day) for day in (1, 2, 3)),
    workdays=(date(2027, 1, 9),),
    source="国务院办公厅关于2027年部分节假日安排的通知",
    as_of=date(2026, 11, 2),
)
TABLE: Final = CURRENT.calendar.years[2026]
CORRECTED: Final = CalendarEntry(
    year=2026,
    holidays=(*sorted(TABLE.holidays), date(2026, 11, 20)),
    workdays=sorted(TABLE.workdays),
    source=TABLE.source,
    as_of=date(2026, 11, 2),
    reason="省政府通知11月20日全省放假一天。",
)


def enter(season: Season, entry: CalendarEntry, who: Actor | None = None) -> CalendarVersion:
    who = who or season.province
    with act(season.scope(who)) as session:
        return calendars.enter(session, actor=who, entry=entry)


def count(season: Season, who: Actor, start: date, end: date) -> int:
    with reading(season.scope(who)) as session:
        return calendars.current(session).count(start, end)


def test_year_that_the_province_enters_counts_for_everybody(season: Season) -> None:
    start, end = date(2026, 12, 31), date(2027, 1, 11)
    assert count(season, season.city, start, end) == 6  # Monday to Friday, without 1 January
    with pytest.raises(CalendarNotPublished), reading(season.scope(season.city)) as session:
        calendars.current(session).clock(start, 3)
    entered = enter(season, NEW)
    assert (entered.number, entered.reason) == (1, "第一次录入")
    assert count(season, season.city, start, end) == 7  # and the 9th, which is worked
    with reading(season.scope(season.branch)) as session:
        assert calendars.current(session).clock(start, 3).last_day == date(2027, 1, 6)


def test_correction_is_a_new_version_and_plans_are_counted_by_it(season: Season) -> None:
    deadline = date(2026, 11, 20)
    before = count(season, season.city, date(2026, 11, 2), deadline)
    assert enter(season, CORRECTED, season.centre).number == 2
    assert count(season, season.city, date(2026, 11, 2), deadline) == before - 1
    with reading(season.scope(season.city)) as session:
        assert [each.number for each in calendars.of_year(session, 2026)] == [1, 2]
        edition = calendars.edition(session)
    assert edition.calendar.versions() == ((2023, 1), (2024, 1), (2025, 1), (2026, 2))
    assert CURRENT.calendar.versions() == ((2023, 1), (2024, 1), (2025, 1), (2026, 1))


def test_entry_is_told_in_the_chain_of_who_entered_it(season: Season) -> None:
    enter(season, CORRECTED, season.centre)
    (event,) = told(season, season.centre)
    assert (event.action, event.label, event.reason) == (
        "calendar:enter",
        "2026 年第 2 版",
        CORRECTED.reason,
    )
    assert event.changes == {
        "source": [None, CORRECTED.source],
        "holidays": [None, 34],
        "workdays": [None, 6],
        "as_of": [None, "2026-11-02"],
    }
    assert told(season, season.province) == []


@pytest.mark.parametrize("who", ["city", "city_hr", "branch"])
def test_nobody_below_the_province_enters_one(season: Season, who: str) -> None:
    actor: Actor = getattr(season, who)
    with pytest.raises(NotAllowed):
        enter(season, NEW, actor)
    assert told(season, actor) == []
    enter(season, NEW)


def test_everything_that_is_wrong_is_told_at_once(season: Season) -> None:
    wrong = CalendarEntry(
        year=2026,
        holidays=(date(2027, 1, 1), date(2026, 10, 10)),
        workdays=(date(2026, 10, 10), date(2026, 11, 2)),
        source=" ",
        as_of=date(2025, 1, 1),
    )
    with pytest.raises(CalendarRefused) as refused:
        enter(season, wrong)
    assert [each.path for each in refused.value.faults] == [
        "/holidays/0",
        "/workdays/0",
        "/workdays/1",
        "/source",
        "/reason",
        "/as_of",
    ]
    with pytest.raises(CalendarRefused) as looked, reading(season.scope(season.province)) as session:
        calendars.examine(session, wrong)
    assert looked.value.faults == refused.value.faults
    assert enter(season, CORRECTED).number == 2


def test_of_two_officers_who_enter_the_same_at_once_one_does(season: Season, bound: Flask) -> None:
    second = factories.actor(season.superuser, season.tenants.province_hr, Role.PROVINCE_HR, "商陆离")
    officers = (season.province, second)
    scopes = {who: season.scope(who) for who in officers}

    def entering(who: Actor, entry: CalendarEntry) -> Callable[[], CalendarVersion]:
        def attempt() -> CalendarVersion:
            with act(scopes[who]) as session:
                return calendars.enter(session, actor=who, entry=entry)

        return attempt

    off = [date(2026, 11, 2) + timedelta(days=each) for each in range(10)]
    for number, last in enumerate(off, 2):
        entry = replace(CORRECTED, holidays=(*TABLE.holidays, last))
        won = at_once(bound, *(entering(who, entry) for who in officers))
        (lost,) = [each for each in won if isinstance(each, CalendarRefused)]
        assert [each.message for each in lost.faults] == [f"与第 {number} 版完全相同，无须保存。"]
    with reading(season.scope(season.province)) as session:
        assert len(calendars.of_year(session, 2026)) == 1 + len(off)
    assert len(told(season, season.province)) == len(off)


def test_days_are_counted_from_the_day_in_beijing(
    season: Season, set_clock: Callable[[datetime], None]
) -> None:
    set_clock(datetime(2026, 11, 2, 0, 30, tzinfo=BEIJING))
    assert enter(season, NEW).as_of == date(2026, 11, 2)
