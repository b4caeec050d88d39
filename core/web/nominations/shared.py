"""What the pages of 推荐申报 share: whom they are open to, the nomination in the address, working days."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, abort

from core.domain.calendar import WorkCalendar
from core.domain.due import due_words
from core.domain.roles import Role
from core.domain.values import BEIJING
from core.services import calendars
from core.services.nominations import reading
from core.services.nominations.kept import Kept
from core.web import session
from core.web.access import city, everywhere, own
from core.web.forms import transaction

nominations = Blueprint("nominations", __name__)

ONE: Final = "/units/<int:tenant_id>/nominations/<int:nomination_id>"

NOMINATORS: Final = own(Role.CITY_CENTRE, Role.CENTRAL_BRANCH)
PROVINCE: Final = everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE)
READERS: Final = (
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *own(Role.CENTRAL_BRANCH),
    *PROVINCE,
)


def nomination_or_404(tenant_id: int, nomination_id: int) -> Kept:
    """The nomination in the address, in scope."""
    found = reading.one(transaction(), tenant_id=tenant_id, nomination_id=nomination_id)
    if found is None:
        abort(404)
    return found


def today() -> date:
    """The day in 北京时间."""
    return session.person().now.astimezone(BEIJING).date()


class Due:
    """Deadlines in words, by the calendar in force, which is read when it is first asked for."""

    def __init__(self, calendar: WorkCalendar | None = None) -> None:
        self._calendar = calendar

    def __call__(self, last: date) -> str:
        """还有 3 个工作日（11月20日 周五）."""
        if self._calendar is None:
            self._calendar = calendars.current(transaction())
        return due_words(last, today(), self._calendar)
