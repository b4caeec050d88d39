"""Working days (工作日) from dated tables; arithmetic by AMB-20.

A span of working days leaves the start day out and ends with the n-th working day. Years without an official
table are counted Monday to Friday except 1 January; who shows such a date says so (暂按周一至周五推算). No
legal clock (a publicity period) runs in such a year: ``clock`` and ``official_count`` refuse it.

A table is never changed: a correction is a new version of its year, and what counted on a day can be told
from the versions known by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.domain.errors import DomainError

ONE_DAY = timedelta(days=1)
SATURDAY = 5
MOST_NAMED: Final = 3
ESTIMATED: Final = "暂按周一至周五推算"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarVersion:
    """The published arrangement of one year: days off, and weekend days that are worked (调休).

    ``number`` counts the versions of the year from 1, which the edition brings; ``as_of`` is the day from
    which this one holds, ``source`` the notice it follows, ``reason`` why it replaced the one before.
    """

    year: int
    number: int
    as_of: date
    source: str
    holidays: frozenset[date]
    workdays: frozenset[date]
    reason: str = ""

    def is_workday(self, day: date) -> bool:
        """Whether ``day``, one of this year, is worked."""
        return day in self.workdays or (day.weekday() < SATURDAY and day not in self.holidays)


class CalendarNotPublished(DomainError):
    """A legal clock would touch ``years`` whose arrangement is not published."""

    def __init__(self, years: tuple[int, ...]) -> None:
        named = "、".join(f"{year}年" for year in years[:MOST_NAMED])
        named += f"等 {len(years)} 个年份" if len(years) > MOST_NAMED else ""
        super().__init__(
            f"{named}日历未公布，不能起算。省级录入{named}的放假安排后再起算；只作安排的，可以{ESTIMATED}。"
        )
        self.years = years


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock:
    """A period of ``workdays`` working days that has been started; only ``WorkCalendar.clock`` makes one.

    It runs out at 24:00 of ``last_day``. ``versions`` are the tables it was counted by, as (year, number).
    """

    started_on: date
    workdays: int
    last_day: date
    versions: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days by year; pure data, no clock."""

    years: Mapping[int, CalendarVersion]

    def is_official(self, year: int) -> bool:
        """Whether the arrangement of ``year`` has been published."""
        return year in self.years

    def versions(self) -> tuple[tuple[int, int], ...]:
        """Which tables it counts by: year and number, by year."""
        return tuple((year, self.years[year].number) for year in sorted(self.years))

    def unofficial(self, start: date, end: date) -> tuple[int, ...]:
        """The years from that of ``start`` to that of ``end`` without a published arrangement."""
        return tuple(year for year in range(start.year, end.year + 1) if not self.is_official(year))

    def is_workday(self, day: date) -> bool:
        table = self.years.get(day.year)
        if table is None:
            return day.weekday() < SATURDAY and (day.month, day.day) != (1, 1)
        return table.is_workday(day)

    def count(self, start: date, end: date) -> int:
        """How many working days d with start < d <= end (AMB-20)."""
        return sum(1 for day in _days(start + ONE_DAY, end) if self.is_workday(day))

    def after(self, start: date, workdays: int) -> date:
        """The day on which the ``workdays``-th working day after ``start`` ends; ``workdays`` >= 1."""
        day = start
        while workdays:
            day += ONE_DAY
            workdays -= self.is_workday(day)
        return day

    def official_count(self, start: date, end: date) -> int:
        """As ``count``, by published arrangements alone. Raises ``CalendarNotPublished``."""
        self._demand(*range(start.year, end.year + 1))
        return self.count(start, end)

    def clock(self, start: date, workdays: int) -> LegalClock:
        """Start a legal clock of ``workdays`` >= 1 on ``start``. Raises ``CalendarNotPublished``.

        Every year that the period touches must be published, that of the uncounted start day too.
        """
        day, left = start, workdays
        self._demand(day.year)
        while left:
            day += ONE_DAY
            self._demand(day.year)
            left -= self.is_workday(day)
        touched = range(start.year, day.year + 1)
        versions = tuple((year, self.years[year].number) for year in touched)
        return LegalClock(started_on=start, workdays=workdays, last_day=day, versions=versions)

    def _demand(self, *years: int) -> None:
        if lacking := tuple(year for year in years if not self.is_official(year)):
            raise CalendarNotPublished(lacking)

    def last_workday(self, year: int) -> date:
        """The last working day of ``year``."""
        day = date(year, 12, 31)
        while not self.is_workday(day):
            day -= ONE_DAY
        return day


def calendar_of(versions: Iterable[CalendarVersion], on: date | None = None) -> WorkCalendar:
    """The calendar by the newest version of each year; by those that held on the day ``on``, if given."""
    newest: dict[int, CalendarVersion] = {}
    for each in sorted(versions, key=lambda version: version.number):
        if on is None or each.as_of <= on:
            newest[each.year] = each
    return WorkCalendar(newest)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY
