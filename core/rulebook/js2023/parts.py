"""How the rules read a plan whose parts may be missing, and the phrases that several messages share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

from core.domain.calendar import WorkCalendar
from core.domain.values import Many, One

T = TypeVar("T")


def or_empty(part: One[T], kind: type[T]) -> T:
    """``part``, or a record of its ``kind`` with nothing in it where the plan has none."""
    return part or kind()


def entries(many: Many[T], kind: type[T]) -> Iterator[tuple[int, T]]:
    """The entries of a list with their places; a null entry reads as one with nothing in it."""
    for place, entry in enumerate(many or ()):
        yield place, entry or kind()


def workdays_up_to(enough: int, calendar: WorkCalendar, start: date, end: date) -> int:
    """How many working days d with start < d <= end (AMB-20), counted no further than ``enough``."""
    days = (start + timedelta(days=passed) for passed in range(1, (end - start).days + 1))
    return sum(1 for _ in islice(filter(calendar.is_workday, days), enough))


def estimated(calendar: WorkCalendar, *days: date) -> str:
    """The caution that a count of working days needs where a year's arrangement is not published yet."""
    years = sorted({day.year for day in days if not calendar.is_official(day.year)})
    return f"{listed(f'{year}年' for year in years)}的工作日暂按周一至周五推算。" if years else ""


def long_date(day: date) -> str:
    """2026年11月10日"""
    return f"{day.year}年{day.month}月{day.day}日"


def listed(words: Iterable[str]) -> str:
    """评审条件、评审方式"""
    return "、".join(words)
