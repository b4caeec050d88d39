"""工作日历: the years with their notices, one year month by month, and a new version by the province."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from core.domain.calendar import CalendarVersion, WorkCalendar, calendar_of
from core.domain.calendar_versions import CalendarEntry, CalendarRefused, changed_days
from core.domain.cycle_opening import YEARS
from core.domain.day_lines import LineFault, TypedDays, read_days, span_words, spans, write_days
from core.domain.errors import DomainError, ShapeFault
from core.domain.records import steps_of
from core.services import calendars
from core.services.calendars import ENTERS
from core.web import session, workdays
from core.web.access import Audience, formal_act, open_to, own
from core.web.forms import UNPROCESSABLE, FormalForm, Line, again, transaction
from core.web.refusals import status_for
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

calendar = Blueprint("calendar", __name__, url_prefix="/calendar")

LISTS = ("holidays", "workdays")
MONDAYS = gregorian.Calendar(firstweekday=gregorian.MONDAY)
MARKS = {"off": lazy_gettext("休"), "worked": lazy_gettext("班")}


class Arrangement(FormalForm):
    holidays = TextAreaField()
    workdays = TextAreaField()
    source = Line()
    reason = Line()


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month: ``kind`` is off or worked by notice, weekend, or "" for an ordinary working day."""

    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday, None where the week has days of its neighbours; and its working days."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]
    workdays: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year in the list; ``version`` is the newest table, None where none is published."""

    year: int
    version: CalendarVersion | None
    workdays: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version with what it says otherwise than the one before it, in words."""

    version: CalendarVersion
    changed: Mapping[str, str]


@calendar.get("")
@open_to(Audience.SIGNED_IN)
def index() -> str:
    counting, this_year = workdays.calendar(), workdays.this_day().year
    years = sorted({*counting.years, this_year, this_year + 1}, reverse=True)
    return render_template(
        "calendar/index.html",
        years=[Year(each, counting.years.get(each), _workdays(counting, each)) for each in years],
        today=workdays.this_day(),
    )


@calendar.get("/<int:year>")
@open_to(Audience.SIGNED_IN)
def show(year: int) -> str:
    _or_404(year)
    versions = calendars.of_year(transaction(), year)
    counting = calendar_of(versions)
    return render_template(
        "calendar/show.html",
        year=year,
        current=counting.years.get(year),
        versions=told(versions),
        months=[month(counting, year, number) for number in range(1, 13)],
        workdays=_workdays(counting, year),
        marks=MARKS,
        today=workdays.this_day(),
        day_list=day_list,
        around=around(year),
    )


@calendar.get("/<int:year>/edit")
@open_to(*own(*ENTERS))
def edit_form(year: int) -> str:
    _or_404(year)
    last = _last(year)
    form = Arrangement(
        formdata=None,
        holidays=write_days(last.holidays) if last else "",
        workdays=write_days(last.workdays) if last else "",
        source=last.source if last else "",
    )
    return render_template("calendar/edit.html", year=year, last=last, form=form)


@calendar.post("/<int:year>/edit")
@open_to(*own(*ENTERS))
@formal_act
def enter(year: int) -> ResponseReturnValue:
    _or_404(year)
    form = Arrangement()
    typed = {name: read_days(str(form[name].data or ""), year) for name in LISTS}
    entry = CalendarEntry(
        year=year,
        holidays=typed["holidays"].days,
        workdays=typed["workdays"].days,
        source=str(form.source.data),
        as_of=workdays.this_day(),
        reason=str(form.reason.data),
    )
    try:
        calendars.examine(transaction(), entry)
        refused: tuple[ShapeFault, ...] = ()
    except CalendarRefused as error:
        refused = error.faults
    if refused or any(found.faults for found in typed.values()):
        tell(form, refused, typed)
        return _again(year, form)
    try:
        if form.validate():
            calendars.enter(transaction(), actor=session.actor(), entry=entry)
            return redirect(url_for("calendar.show", year=year), 303)
    except DomainError as error:  # somebody was faster
        form.refuse(error)
        return _again(year, form, status_for(error))
    return _again(year, form)


def around(year: int) -> list[dict[str, object]]:
    """The way to the year before and after."""
    return [
        {
            "label": _("%(n)s 年", n=each),
            "url": url_for("calendar.show", year=each),
            "current": each == year,
        }
        for each in (year - 1, year, year + 1)
        if each in YEARS
    ]


def tell(form: Arrangement, faults: Iterable[ShapeFault], typed: Mapping[str, TypedDays]) -> None:
    """Show what is wrong beside its field, line by line; of several faults of a line the first."""
    lines = {name: {fault.line: str(fault) for fault in found.faults} for name, found in typed.items()}
    for fault in faults:
        name, *place = steps_of(fault.path)
        if place:
            line = typed[name].lines[int(place[0])]
            lines[name].setdefault(line, str(LineFault(line, fault.message)))
        elif name in form:
            form[name].errors = [*form[name].errors, fault.message]
        else:
            form.refusal += fault.message
    for name, found in lines.items():
        form[name].errors = [*(found[line] for line in sorted(found)), *form[name].errors]


def told(versions: Sequence[CalendarVersion]) -> list[Version]:
    """The versions of one year, the latest first, each with its changes."""
    found: list[Version] = []
    before: CalendarVersion | None = None
    for each in versions:
        changed = changed_days(before, each) if before else {}
        found.insert(0, Version(each, {words: day_list(days) for words, days in changed.items()}))
        before = each
    return found


def day_list(days: Iterable[date]) -> str:
    """10月1日至10月7日、10月10日."""
    return "、".join(span_words(first, last) for first, last in spans(days))


def month(counting: WorkCalendar, year: int, number: int) -> Month:
    """A month week by week."""

    def day(number_of_day: int) -> Day | None:
        if not number_of_day:
            return None
        that = date(year, number, number_of_day)
        return Day(that, _kind(counting, that))

    weeks = tuple(tuple(map(day, week)) for week in MONDAYS.monthdayscalendar(year, number))
    days = [each.day for week in weeks for each in week if each]
    return Month(number, weeks, sum(map(counting.is_workday, days)))


def _kind(counting: WorkCalendar, day: date) -> str:
    table = counting.years.get(day.year)
    if table and day in table.holidays:
        return "off"
    if table and day in table.workdays:
        return "worked"
    return "" if counting.is_workday(day) else "weekend"


def _workdays(counting: WorkCalendar, year: int) -> int:
    return counting.count(date(year - 1, 12, 31), date(year, 12, 31))


def _last(year: int) -> CalendarVersion | None:
    """The version that holds now."""
    return calendar_of(calendars.of_year(transaction(), year)).years.get(year)


def _again(year: int, form: Arrangement, status: int = UNPROCESSABLE) -> Response:
    return again("calendar/edit.html", status, year=year, last=_last(year), form=form)


def _or_404(year: int) -> None:
    if year not in YEARS:
        abort(404)
