"""时间安排 planned back from 31 December, as the page draws it: steps on a line of days, ways, a month."""

from __future__ import annotations

import calendar as months_of
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from core.domain.calendar import ONE_DAY, WorkCalendar
from core.domain.plan import Schedule
from core.domain.plan_schedule import (
    ISSUED,
    LIST,
    PROVINCE,
    STAFF_START,
    BackPlan,
    Frame,
    Planned,
    Way,
    back_plan,
    ways,
    with_moves,
)
from core.domain.values import or_empty
from core.rulebook.timetable import frame
from core.services.accounts.answers import Invalid
from core.web.plandocument import weekday_words
from core.web.texts import gettext as _

BEFORE: Final = timedelta(days=6)
AFTER: Final = timedelta(days=4)
LONGEST: Final = 200
"""Days that the line shows at most; earlier ones are cut off."""
ROOM: Final = 25
"""From this day of a month on the line has no room for its name before the next."""
CLAUSES: Final = {
    LIST: "JS-3-t3-december-15",
    STAFF_START: "JS-2.5-enterprise-publicity-all-staff",
    PROVINCE: "JS-3-t4-december-20",
    ISSUED: "JS-2.6-certificate-deadline",
}


@dataclass(frozen=True, slots=True)
class Run:
    """Days on the line: ``x`` from its left end, ``width`` days, and how they look."""

    x: int
    width: int
    look: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its field; ``bar`` is where it lies, ``latest`` the x of its latest day."""

    planned: Planned
    path: str
    day: str
    latest_words: str
    tone: str
    words: str
    bar: Run | None
    latest: int


@dataclass(frozen=True, slots=True)
class Day:
    """A cell of a month; ``mark`` is 企 or 省 on a day of a publicity, ``look`` off, make or unknown."""

    number: str
    mark: str
    look: str


@dataclass(frozen=True)
class Timeline:
    """The schedule of a plan in the frame of its cycle; ``preview`` is a way that is only looked at."""

    schedule: Schedule
    frame: Frame
    today: date
    preview: int | None = None

    @classmethod
    def of(cls, page: Any, today: date | None = None, preview: int | None = None) -> Timeline:
        """That of a page of the studio."""
        checked = page.draft.checked
        edges = frame(checked.edition, checked.report.cycle)
        today = today or date(edges.year, 1, 1)
        return cls(or_empty(checked.plan.schedule, Schedule), edges, today, preview)

    @cached_property
    def plan(self) -> BackPlan:
        return back_plan(self.looked_at, self.frame)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        return ways(self.schedule, self.frame, self.today)

    @property
    def way(self) -> Way | None:
        """The way that is looked at."""
        found = self.preview
        return self.ways[found] if found is not None and 0 <= found < len(self.ways) else None

    @property
    def looked_at(self) -> Schedule:
        return with_moves(self.schedule, self.way.moves) if self.way else self.schedule

    def stepped(self, name: str, steps: int) -> dict[str, str]:
        """The field of a date moved by working days. Raises ``Invalid`` for one that has no day."""
        days = {each.name: each.day for each in back_plan(self.schedule, self.frame).steps}
        day = days.get(name)
        if day is None or steps not in (1, -1):
            raise Invalid("op", _("这个日期还没有填写，不能前后移动。填写日期后再移动。"))
        day += steps * ONE_DAY
        while not self.calendar.is_workday(day):
            day += steps * ONE_DAY
        return {f"/value/{name}": day.isoformat()}

    def taken(self, number: int) -> dict[str, str]:
        """The fields that a way moves. Raises ``Invalid`` for one that is not offered."""
        if not 0 <= number < len(self.ways):
            raise Invalid("op", _("这个办法已经不适用，没有采用。按现在的安排重新选择。"))
        return {f"/value/{name}": day.isoformat() for name, day in self.ways[number].moves.items()}

    def moves(self, way: Way) -> str:
        """建议名单 11月20日→11月18日"""
        return "，".join(
            f"{each.zh} {_short(getattr(self.schedule, each.name, None))}→{_short(way.moves[each.name])}"
            for each in self.plan.steps
            if each.name in way.moves
        )

    # the line of days

    @property
    def calendar(self) -> WorkCalendar:
        return self.frame.calendar

    @cached_property
    def last(self) -> date:
        return date(self.frame.year, 12, 31) + AFTER

    @cached_property
    def first(self) -> date:
        days = [each.day for each in self.plan.steps if each.day]
        begin = min([*days, date(self.frame.year, 11, 16)]) - BEFORE
        return max(begin, self.last - timedelta(days=LONGEST))

    @property
    def width(self) -> int:
        return (self.last - self.first).days + 1

    @cached_property
    def ground(self) -> tuple[Run, ...]:
        """Days off, days made up for, and the days that the text names."""
        return (*self._off(), *(Run(self._x(day), 1, "due") for day in self._dues() if self._x(day) >= 0))

    @property
    def months(self) -> list[tuple[int, str]]:
        """The first days of months on the line, and its own, with their words."""
        days = [self.first + timedelta(days=n) for n in range(self.width - 6)]
        begins = [day for day in days if day.day == 1]
        if self.first.day < ROOM:
            begins.insert(0, self.first)
        return [(self._x(day), f"{day.month}月") for day in dict.fromkeys(begins)]

    @property
    def dues(self) -> list[tuple[int, str]]:
        """The days that the text names, with their words: 12-15."""
        return [(self._x(day), f"{day:%m-%d}") for day in self._dues() if self._x(day) >= 0]

    @property
    def steps(self) -> Iterator[Step]:
        for each in self.plan.steps:
            tone, words = _state(each)
            yield Step(
                planned=each,
                path=f"/value/{each.name}",
                day=weekday_words(each.day) if each.day else "",
                latest_words=_short(each.latest),
                tone=tone,
                words=words,
                bar=self._bar(each, tone),
                latest=self._x(each.latest),
            )

    @property
    def month(self) -> list[list[Day]]:
        """December in weeks from Monday."""
        weeks = months_of.Calendar().monthdatescalendar(self.frame.year, 12)
        return [[self._cell(day) for day in week] for week in weeks]

    def _cell(self, day: date) -> Day:
        look = "off" if not self.calendar.is_workday(day) else ""
        if not self.calendar.is_official(day.year):
            look = "unknown"
        elif not look and day.weekday() > 4:
            look = "make"
        return Day(str(day.day), "" if look == "off" else self._mark(day), look)

    def _mark(self, day: date) -> str:
        schedule = self.looked_at
        start, end = schedule.enterprise_publicity_start, schedule.enterprise_publicity_end
        if start and end and start < day <= end:
            return "企"
        begin = schedule.provincial_publicity_start
        if begin and begin < day <= self.calendar.after(begin, self.frame.province):
            return "省"
        return ""

    def _bar(self, step: Planned, tone: str) -> Run | None:
        if not step.day or not self.first <= step.day <= self.last:
            return None
        end = step.day
        if step.name == STAFF_START:
            end = max(self.looked_at.enterprise_publicity_end or end, end)
        elif step.name == PROVINCE:
            end = self.calendar.after(step.day, self.frame.province)
        return Run(self._x(step.day), min((end - step.day).days + 1, self.width - self._x(step.day)), tone)

    def _off(self) -> Iterator[Run]:
        for place in range(self.width):
            day = self.first + timedelta(days=place)
            off = not self.calendar.is_workday(day)
            if off or day.weekday() > 4:
                yield Run(place, 1, "off" if off else "make")

    def _dues(self) -> Iterator[date]:
        yield from (each.due for each in self.plan.steps if each.due)

    def _x(self, day: date) -> int:
        return (day - self.first).days


def _state(step: Planned) -> tuple[str, str]:
    """How the day of a step stands to its own latest day; the plan as a whole is judged once, at the top."""
    if step.margin is None:
        return "mute", "未填"
    if step.margin < 0:
        return "bad", f"晚于最迟日期 {-step.margin} 个工作日"
    if step.moved and step.earliest:
        return "warn", f"受前面环节影响，最早 {_short(step.earliest)}"
    return "ok", f"早于最迟日期 {step.margin} 个工作日" if step.margin else "没有余量"


def _short(day: Any) -> str:
    return f"{day.month}月{day.day}日" if isinstance(day, date) else "未填"
