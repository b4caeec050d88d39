"""Reads the working-day tables of an edition (``calendar.yaml``; its format is told at its head)."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from core.domain.calendar import ONE_DAY, CalendarVersion, WorkCalendar, calendar_of
from core.rulebook.datafile import read_data

KEYS = ("official", "source", "as_of", "holidays", "workdays")
FIRST = 1
"""The tables of an edition are version 1 of their years; the province adds to them, nobody edits them."""


def load_calendar(path: Path) -> WorkCalendar:
    """The calendar of the published years in the file at ``path``.

    Raises ``ValueError`` naming the year whose table is malformed. A year that is not ``official`` is left
    out, so that it is counted Monday to Friday and said to be an estimate.
    """
    years = read_data(path).get("years")
    if not isinstance(years, Mapping):
        raise ValueError(f"{path.name}: years is not a mapping")
    tables = (_table(year, content) for year, content in years.items())
    return calendar_of(table for table in tables if table is not None)


def _table(year: object, content: object) -> CalendarVersion | None:
    if not isinstance(content, Mapping) or content.keys() != set(KEYS):
        raise ValueError(f"{year}: {', '.join(KEYS)} are what a year has")
    if content["official"] is not True:
        return None
    table = CalendarVersion(
        year=int(str(year)),
        number=FIRST,
        as_of=date.fromisoformat(content["as_of"]),
        source=str(content["source"]),
        holidays=frozenset(_days(content["holidays"])),
        workdays=frozenset(_days(content["workdays"])),
    )
    if strangers := sorted(day for day in table.holidays | table.workdays if day.year != year):
        raise ValueError(f"{year}: {strangers[0]} is a day of another year")
    if twice := sorted(table.holidays & table.workdays):
        raise ValueError(f"{year}: {twice[0]} is both a holiday and a working day")
    return table


def _days(entries: object) -> Iterator[date]:
    """Single days, and the days of [first, last]."""
    if not isinstance(entries, list):
        raise ValueError("holidays and workdays are lists")
    for entry in entries:
        first, last = entry if isinstance(entry, list) else (entry, entry)
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            yield day
            day += ONE_DAY
