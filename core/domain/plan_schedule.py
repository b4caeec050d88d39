"""Back-planning (倒排): from 31 December back through the twelve dates, and what to do when they do not fit.

Each step has a latest date from which everything after it still fits. Between two steps lie working days
(AMB-20): the publicity to staff takes its own, the provincial publicity as many as the province demands and a
working day to publish the list; a publicity ends at 24:00, so what follows it falls on a later working day;
every other step takes one, unless the plan puts it on the day of the next (equal dates are in order).
JS-3-t3 limits the day on which the list is formed; JS-3-t4 only reminds, so it is shown and limits nothing.
The rules judge the dates (PF-schedule-feasible, PF-enterprise-publicity-days); this says where they could be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, Final

from core.domain.calendar import ESTIMATED, ONE_DAY, WorkCalendar
from core.domain.cycle import Deadlines
from core.domain.plan import SCHEDULE_DATES, Schedule
from core.domain.records import specs
from core.domain.values import blank
from core.domain.wording import day_words

LIST, STAFF_START, STAFF_END = "list_formed", "enterprise_publicity_start", "enterprise_publicity_end"
PROVINCE, ISSUED = "provincial_publicity_start", "certificate_issue_end"
NEXT: Final = dict(pairwise(SCHEDULE_DATES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the dates of a plan must fit into; its ``deadlines`` are complete.

    ``staff`` are the working days that the platform recommends for the publicity to staff, ``province`` those
    that the text demands of the provincial publicity.
    """

    year: int
    deadlines: Deadlines
    calendar: WorkCalendar
    staff: int
    province: int

    @property
    def limits(self) -> Mapping[str, date]:
        """The steps that may not come after a day, whatever follows them."""
        last = date(self.year, 12, 31)
        return {
            LIST: self.deadlines.list_formed or last,
            ISSUED: min(last, self.deadlines.year_end or last),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One step: the day that the plan names, the first day on which the steps before it allow it, the last
    day on which the steps after it still fit.

    ``late`` is by how many working days ``earliest`` is after ``latest`` (0: it fits), ``spare`` how many are
    left. ``takes`` are the working days that this step needs before the next may come. ``due`` is the day
    that the text names for it, where it names one. ``day`` is None where the plan has no date yet; then
    ``earliest`` follows from what is before it, or is None too. ``moved``: what comes before leaves no room
    for it on its own day. ``margin`` are the working days from its own day to its latest, below 0 when its
    own day is the later one; None without a day.
    """

    name: str
    zh: str
    day: date | None
    earliest: date | None
    latest: date
    takes: int
    late: int
    spare: int
    due: date | None
    moved: bool
    margin: int | None

    @property
    def overdue(self) -> bool:
        """Whether it would come after the day that the text names for it."""
        return self.due is not None and self.earliest is not None and self.earliest > self.due


@dataclass(frozen=True, slots=True)
class BackPlan:
    """The twelve steps in the order of the procedure, planned back from the end of the year."""

    steps: tuple[Planned, ...]
    unofficial: tuple[int, ...]

    @property
    def late(self) -> int:
        """How many working days are lacking; 0 when everything fits."""
        return max(each.late for each in self.steps)

    @property
    def spare(self) -> int:
        """How many working days every step before the certificates could still slip."""
        return min(each.spare for each in self.steps if each.name != ISSUED)

    @property
    def complete(self) -> bool:
        """Whether the plan names all twelve dates."""
        return all(each.day for each in self.steps)

    @property
    def verdict(self) -> str:
        """排不下，差 1 个工作日。 / 排得下，余 3 个工作日。"""
        if self.late:
            return f"排不下，差 {self.late} 个工作日。"
        if all(each.earliest is None for each in self.steps):
            return "还没有填写日期。"
        return f"排得下，余 {self.spare} 个工作日。" if self.spare else "刚好排得下，没有余量。"

    @property
    def caution(self) -> str:
        """2027年日历未公布，暂按周一至周五推算。 "" when every year that counts is published."""
        years = "、".join(f"{year}年" for year in self.unofficial)
        return f"{years}日历未公布，{ESTIMATED}。" if years else ""

    @property
    def cause(self) -> Planned | None:
        """The step whose own day makes the plan late, and all that follows with it; None when it fits."""
        found = None
        for each in self.steps:
            if each.day and not each.moved:
                found = each
            if self.late and each.late == self.late:
                return found
        return None

    @property
    def why_late(self) -> str:
        """“省级公示开始”定在2026年12月24日，按倒排最迟为2026年12月23日。由此“证书核发结束”最早到2027年1月4日。"""
        cause, end = self.cause, self.steps[-1]
        if cause is None or cause.day is None:
            return ""
        words = f"“{cause.zh}”定在{day_words(cause.day)}，按倒排最迟为{day_words(cause.latest)}。"
        if cause is not end and end.late and end.earliest:
            words += f"由此“{end.zh}”最早到{day_words(end.earliest)}。"
        return words

    def step(self, name: str) -> Planned:
        """The step of that date."""
        return next(each for each in self.steps if each.name == name)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make the plan fit: which dates move to which day, and what comes of it.

    ``needs_reason``: the publicity to staff becomes shorter than is recommended.
    """

    title: str
    moves: Mapping[str, date]
    plan: BackPlan
    needs_reason: bool


def back_plan(schedule: Schedule, frame: Frame) -> BackPlan:
    """``schedule`` planned back from the end of the year of ``frame``."""
    return _planned(schedule, frame, _staff_days(schedule, frame))


def ways(schedule: Schedule, frame: Frame, today: date | None = None) -> tuple[Way, ...]:
    """How dates that do not fit could be made to; () when they fit in time, or when nothing would help.

    With ``today`` no way moves a date to a day before it.
    """
    plan = back_plan(schedule, frame)
    due = frame.deadlines.provincial_publicity_start or None
    found: list[Way | None] = []
    if plan.late:
        found += [_pulled("各环节按最迟日期安排", schedule, frame), _shortened(schedule, frame)]
    if due and (plan.late or plan.step(PROVINCE).overdue):
        found.append(_pulled(f"各环节调整，省级公示不晚于{day_words(due)}开始", schedule, frame, due))
    offered: list[Way] = []
    for way in found:
        if way is None or way.plan.late or (today and min(way.moves.values(), default=today) < today):
            continue
        if all(way.moves != each.moves for each in offered):
            offered.append(way)
    return tuple(offered)


def with_moves(schedule: Schedule, moves: Mapping[str, date]) -> Schedule:
    """``schedule`` with some of its dates on other days."""
    changed: dict[str, Any] = dict(moves)
    return replace(schedule, **changed)


def _pulled(title: str, schedule: Schedule, frame: Frame, province_by: date | None = None) -> Way | None:
    """Every date that is too late moved to its latest, and one that what is before it leaves no room for to
    the first day that it has; None when no date moves."""
    plan = _planned(schedule, frame, _staff_days(schedule, frame), province_by)
    moves = {
        each.name: day
        for each in plan.steps
        if each.day and each.earliest and (day := min(each.earliest, each.latest)) != each.day
    }
    return _way(title, schedule, moves, frame) if moves else None


def _shortened(schedule: Schedule, frame: Frame) -> Way | None:
    """The longest publicity to staff, shorter than now, with which all that follows at once still fits."""
    planned = {name: getattr(schedule, name) or None for name in SCHEDULE_DATES}
    if not planned[STAFF_START] or not planned[STAFF_END]:
        return None
    later = SCHEDULE_DATES[SCHEDULE_DATES.index(STAFF_END) :]
    open_end: Schedule = replace(schedule, **dict.fromkeys(later))
    for staff in range(_staff_days(schedule, frame) - 1, 0, -1):
        plan = _planned(open_end, frame, staff)
        if not plan.late:
            days = {each.name: each.earliest for each in plan.steps if each.earliest}
            issued = planned[ISSUED]
            if issued and days[ISSUED] <= issued <= plan.step(ISSUED).latest:
                days[ISSUED] = issued
            moves = {name: day for name, day in days.items() if planned[name] not in (None, day)}
            return _way(f"企业内公示改为 {staff} 个工作日", schedule, moves, frame, staff)
    return None


def _way(
    title: str, schedule: Schedule, moves: Mapping[str, date], frame: Frame, staff: int | None = None
) -> Way:
    length = staff or _staff_days(schedule, frame)
    plan = _planned(with_moves(schedule, moves), frame, length)
    lacks = length < frame.staff and blank(schedule.enterprise_publicity_reason)
    return Way(title, moves, plan, needs_reason=lacks)


def _planned(schedule: Schedule, frame: Frame, staff: int, province_by: date | None = None) -> BackPlan:
    """The plan back from the year's end, with ``staff`` working days of publicity to staff."""
    days = {name: getattr(schedule, name) or None for name in SCHEDULE_DATES}
    near = {name: day and _within(day, frame.year) for name, day in days.items()}
    takes = {name: _takes(name, near, frame, staff) for name in SCHEDULE_DATES}
    earliest, latest = _earliest(near, takes, frame), _latest(takes, frame, province_by)
    steps = []
    for name in SCHEDULE_DATES:
        first, last, own = earliest[name], latest[name], near[name]
        late = _late(first, last, frame.limits.get(name), frame.calendar) if first else 0
        steps.append(
            Planned(
                name=name,
                zh=specs(Schedule)[name].zh,
                day=days[name],
                earliest=first,
                latest=last,
                takes=takes[name],
                late=late,
                spare=frame.calendar.count(first, last) if first and not late else 0,
                due=_due(name, frame.deadlines),
                moved=bool(own and first and first > own),
                margin=_margin(own, last, frame.limits.get(name), frame.calendar) if own else None,
            )
        )
    counted = [each for each in (*latest.values(), *earliest.values()) if each]
    return BackPlan(tuple(steps), frame.calendar.unofficial(min(counted), max(counted)))


def _late(first: date, last: date, limit: date | None, calendar: WorkCalendar) -> int:
    """By how many working days ``first`` is after ``last``; days off behind ``last`` are as good as it."""
    late = calendar.count(last, first)
    return max(late, 1) if limit and first > limit else late


def _margin(day: date, last: date, limit: date | None, calendar: WorkCalendar) -> int:
    """How many working days ``day`` is before ``last``, below 0 when it is after it."""
    return calendar.count(day, last) if day <= last else -_late(day, last, limit, calendar)


def _takes(name: str, days: Mapping[str, date | None], frame: Frame, staff: int) -> int:
    """How many working days after the step ``name`` the next one may come."""
    if name == STAFF_START:
        return staff
    if name == PROVINCE:
        return frame.province + 1
    if name in (LIST, ISSUED):
        return 0
    same_day = days[name] is not None and days[name] == days[NEXT[name]]
    return 0 if same_day and name != STAFF_END else 1


def _earliest(
    days: Mapping[str, date | None], takes: Mapping[str, int], frame: Frame
) -> Mapping[str, date | None]:
    """The first day on which each step can come, given the days before it."""
    found: dict[str, date | None] = {}
    reached: date | None = None
    for name in SCHEDULE_DATES:
        day = days[name]
        reached = max(reached, day) if reached and day else reached or day
        found[name] = reached
        if reached and takes[name]:
            reached = frame.calendar.after(reached, takes[name])
    return found


def _latest(takes: Mapping[str, int], frame: Frame, province_by: date | None) -> Mapping[str, date]:
    """The last day of each step: a working day, found from the end backwards."""
    limits = {**frame.limits, **({PROVINCE: province_by} if province_by else {})}
    found: dict[str, date] = {}
    last = limits[ISSUED]
    for name in reversed(SCHEDULE_DATES):
        last = min(_back(frame.calendar, last, takes[name]), limits.get(name) or last)
        found[name] = last = _back(frame.calendar, last, 0)
    return found


def _back(calendar: WorkCalendar, day: date, workdays: int) -> date:
    """The working day that lies ``workdays`` before the last working day up to ``day``."""
    while workdays or not calendar.is_workday(day):
        workdays -= calendar.is_workday(day)
        day -= ONE_DAY
    return day


def _staff_days(schedule: Schedule, frame: Frame) -> int:
    """The length of the publicity to staff: as recommended, or as planned where a reason is given."""
    start, end = getattr(schedule, STAFF_START) or None, getattr(schedule, STAFF_END) or None
    if blank(schedule.enterprise_publicity_reason) or not start or not end:
        return frame.staff
    planned = frame.calendar.count(_within(start, frame.year), _within(end, frame.year))
    return min(frame.staff, max(planned, 1))


def _due(name: str, deadlines: Deadlines) -> date | None:
    """The day that the text names for a step."""
    due = {
        LIST: deadlines.list_formed,
        PROVINCE: deadlines.provincial_publicity_start,
        ISSUED: deadlines.year_end,
    }
    return due.get(name) or None


def _within(day: date, year: int) -> date:
    """``day``, or the end of the year beside ``year`` if it is farther away: what is typed may be any day."""
    return min(max(day, date(year - 1, 1, 1)), date(year + 1, 12, 31))
