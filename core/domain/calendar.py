"""Working days (工作日) from dated tables; arithmetic by AMB-20.

A span of working days leaves the start day out and ends with the n-th working day. Years without an official
table are counted Monday to Friday except 1 January; who shows such a date says so (暂按周一至周五推算).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class YearTable:
    """The published arrangement of one year: days off, and weekend days that are worked (调休)."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    source: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days by year; pure data, no clock."""

    years: Mapping[int, YearTable]

    def is_official(self, year: int) -> bool:
        """Whether the arrangement of ``year`` has been published."""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        table = self.years.get(day.year)
        if table is None:
            return day.weekday() < SATURDAY and (day.month, day.day) != (1, 1)
        if day in table.workdays:
            return True
        return day.weekday() < SATURDAY and day not in table.holidays

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

    def last_workday(self, year: int) -> date:
        """The last working day of ``year``."""
        day = date(year, 12, 31)
        while not self.is_workday(day):
            day -= ONE_DAY
        return day


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY
