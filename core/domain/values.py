"""The kinds of value a plan document holds, and what it means for one to be missing.

A document may leave a key out (``ABSENT``) or give it without a value (``None``). The two are told apart
because some rules ask whether a key was stated at all (PF-pass-line-stated) and because a plan is read
and written back without loss. Both are false in a condition, so a rule that only wants a value need not
tell them apart.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal, TypeAlias, TypeVar

T = TypeVar("T")


class Absent(enum.Enum):
    """The one value of a key that the document does not have."""

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent.ABSENT

Text: TypeAlias = str | None | Absent
Count: TypeAlias = int | None | Absent
Number: TypeAlias = Decimal | None | Absent
Flag: TypeAlias = bool | None | Absent
Day: TypeAlias = date | None | Absent
Moment: TypeAlias = datetime | date | None | Absent
Many: TypeAlias = tuple[T, ...] | None | Absent
Keyed: TypeAlias = Mapping[str, T] | None | Absent
One: TypeAlias = T | None | Absent
Open: TypeAlias = object

# 中国标准时间; a fixed offset is exact for every date since 1991 and needs no time-zone database.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def blank(value: object) -> bool:
    """Whether ``value`` says nothing: absent, null, white space, empty, or a container of nothing but blanks.

    Source: plan_check "Blank". A flag or a number is never blank, whatever its value.
    """
    if value is ABSENT or value is None:
        return True
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, (int, Decimal, date)):
        return False
    if isinstance(value, (tuple, list)):
        return all(map(blank, value))
    if names := getattr(value, "__slots__", ()):  # a record: its fields, without its class variables
        return all(blank(getattr(value, name)) for name in names)
    return isinstance(value, Mapping) and all(map(blank, value.values()))


def stated(value: object) -> bool:
    """Whether the key stands in the document, with a value or without one."""
    return value is not ABSENT


def or_empty(part: One[T], kind: type[T]) -> T:
    """``part``, or a record of its ``kind`` with nothing in it where the plan has none."""
    return part or kind()


def entries(many: Many[T], kind: type[T]) -> Iterator[tuple[int, T]]:
    """The entries of a list with their places; a null entry reads as one with nothing in it."""
    for place, entry in enumerate(many or ()):
        yield place, entry or kind()


def beijing_day(moment: Moment) -> date | None:
    """The calendar day of ``moment`` in Asia/Shanghai; a timestamp without a zone is Shanghai's (AMB-18)."""
    if isinstance(moment, datetime):
        return (moment.astimezone(BEIJING) if moment.tzinfo else moment).date()
    return moment or None


def years_after(day: date, years: int) -> date:
    """The anniversary ``years`` later; 29 February falls on 28 February in a common year (AMB-07)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


__all__ = [
    "ABSENT",
    "BEIJING",
    "Absent",
    "Count",
    "Day",
    "Flag",
    "Keyed",
    "Many",
    "Moment",
    "Number",
    "One",
    "Open",
    "Text",
    "beijing_day",
    "blank",
    "entries",
    "or_empty",
    "stated",
    "years_after",
]
