"""Moments as people read them: 北京时间, with the weekday where something is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Flask

from core.domain.calendar import WorkCalendar
from core.domain.due import WEEKDAYS, left_words, shown_day
from core.domain.values import BEIJING
from core.web.texts import gettext as _

NEAR = 3
"""From this many working days on, a due day is no matter of concern."""


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due: how much time is left in words, the day, and how near it is (a tone)."""

    left: str
    day: str
    tone: str


def install(app: Flask) -> None:
    """Give the templates of ``app`` the filters ``moment``, ``day``, ``clock`` and ``until``."""
    app.jinja_env.filters.update(moment=moment, day=day, clock=clock, until=until)


def moment(at: datetime) -> str:
    """2026-11-23 14:05, in 北京时间."""
    return at.astimezone(BEIJING).isoformat(" ", "minutes")[: len("2026-11-23 14:05")]


def clock(at: datetime) -> str:
    """2026-11-23 14:05:09, in 北京时间."""
    return at.astimezone(BEIJING).isoformat(" ", "seconds")[: len("2026-11-23 14:05:09")]


def until(end: datetime) -> str:
    """The end of what is over from ``end`` on: the last day of it, 2026-11-23, when ``end`` is midnight."""
    return _last_day(end).isoformat() if _is_midnight(end) else moment(end)


def day(at: datetime | date) -> str:
    """2026 年 11 月 23 日（周一）."""
    on = at.astimezone(BEIJING).date() if isinstance(at, datetime) else at
    return _("%(year)s 年 %(month)s 月 %(day)s 日（周%(weekday)s）", **_parts(on))


def due(at: datetime, now: datetime, calendar: WorkCalendar) -> Due:
    """How far off ``at`` is, in the words of ``core.domain.due``; red on its day or past it.

    Midnight ends a day.
    """
    on, today = _last_day(at), now.astimezone(BEIJING).date()
    shown = shown_day(on, today, calendar)
    if on > today:
        near = on < calendar.after(today, NEAR)
        return Due(left_words(on, today, calendar), shown, "warn" if near else "mute")
    if on < today or _is_midnight(at):
        return Due(left_words(on, today, calendar), shown, "bad")
    if at <= now:
        return Due(_("已到期"), shown, "bad")
    return Due(_("今天 %(time)s 截止", time=f"{at.astimezone(BEIJING):%H:%M}"), shown, "bad")


def _is_midnight(at: datetime) -> bool:
    return at.astimezone(BEIJING).time() == time()


def _last_day(end: datetime) -> date:
    """The day that ``end`` belongs to as an end: midnight is 24:00 of the day before."""
    return (end - timedelta.resolution).astimezone(BEIJING).date()


def _parts(on: date) -> dict[str, int | str]:
    return {"year": on.year, "month": on.month, "day": on.day, "weekday": WEEKDAYS[on.weekday()]}
