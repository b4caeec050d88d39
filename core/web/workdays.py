"""Working days as the province has entered them: what every page counts with."""

from __future__ import annotations

from datetime import date

from core.domain.calendar import WorkCalendar
from core.domain.due import closed_words, due_words
from core.domain.values import BEIJING
from core.rulebook.engine import Edition
from core.services import calendars
from core.web import session
from core.web.forms import transaction


def edition() -> Edition:
    """The edition in force with these working days."""
    return calendars.edition(transaction())


def calendar() -> WorkCalendar:
    return calendars.current(transaction())


def this_day() -> date:
    """The day in 北京时间, of somebody who has signed in."""
    return session.person().now.astimezone(BEIJING).date()


def due(last: date) -> str:
    """还有 3 个工作日（11月20日 周五）: how long it is to the deadline ``last``."""
    return due_words(last, this_day(), calendar())


def stands(last: date) -> str:
    """The same of a deadline for all: 已截止（11月20日 周五） once it is over."""
    return closed_words(last, this_day()) if last < this_day() else due(last)
