"""Deadlines (期限): whether something came in time, and how much time is left, in words.

A deadline is a day and includes it, until 24:00 in Beijing; one on a day off does not move (AMB-18).
"""

from __future__ import annotations

from datetime import date, datetime, time

from core.domain.calendar import ESTIMATED, ONE_DAY, WorkCalendar
from core.domain.values import BEIJING, beijing_day

WEEKDAYS = "一二三四五六日"


def in_time(at: datetime, last: date) -> bool:
    """Whether ``at`` is no later than 24:00 of the day ``last`` in Beijing."""
    day = beijing_day(at)
    return day is not None and day <= last


def end_of(last: date) -> datetime:
    """24:00 of the day ``last`` in Beijing: the first moment that is too late."""
    return datetime.combine(last + ONE_DAY, time(), BEIJING)


def due_words(last: date, today: date, calendar: WorkCalendar) -> str:
    """How long it is to the deadline ``last``, seen on ``today``; both are days in Beijing.

    还有 3 个工作日（11月20日 周五）；今天 24 时截止（11月20日 周五）；已逾期 2 天（11月20日 周五）.
    A count that rests on a year without an official table says so.
    """
    return f"{left_words(last, today, calendar)}（{shown_day(last, today, calendar)}）"


def closed_words(last: date, today: date) -> str:
    """已截止（11月20日 周五）: of a deadline that is over for all, which nobody missed."""
    return f"已截止（{weekday_words(last, today.year)}）"


def left_words(last: date, today: date, calendar: WorkCalendar) -> str:
    """The first part of ``due_words``: 还有 3 个工作日."""
    if last == today:
        return "今天 24 时截止"
    if last < today:
        return f"已逾期 {(today - last).days} 天"
    if left := calendar.count(today, last):
        return f"还有 {left} 个工作日"
    return f"还有 {(last - today).days} 天，均为休息日"


def shown_day(last: date, today: date, calendar: WorkCalendar) -> str:
    """The part of ``due_words`` in brackets: 11月20日 周五."""
    day = weekday_words(last, today.year)
    return f"{day}，{ESTIMATED}" if last > today and calendar.unofficial(today, last) else day


def weekday_words(day: date, this_year: int) -> str:
    """11月20日 周五; with its year when that is not ``this_year``."""
    year = "" if day.year == this_year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"
