"""What the province gives for a part of a plan: where an enterprise's own answer starts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from core.domain.calendar import WorkCalendar
from core.domain.complaints import Complaints
from core.domain.cycle import Cycle, Deadlines
from core.domain.plan import (
    SCHEDULE_DATES,
    Conditions,
    Incentives,
    Methods,
    Schedule,
)
from core.domain.records import build
from core.rulebook import js2023
from core.rulebook.template import Template

APPLICATION_WORKDAYS = 5


def calendar() -> WorkCalendar:
    """The national working-day tables that the platform knows."""
    return js2023.EDITION.calendar


def reference_conditions(template: Template) -> Conditions:
    """The three basic conditions at the province's years (一（二）); the day on which they count is yours."""
    return build(Conditions, {"paths": template.tree("/conditions/paths")})


def reference_methods(template: Template) -> Methods:
    """Both routes with the province's votes (附件2); pass line and quota are yours."""
    return build(Methods, template.tree("/methods"))


def reference_incentives(template: Template) -> Incentives:
    """The treatment the province compares with and the work platform it asks for (四)."""
    given = template.tree("/incentives")
    return build(Incentives, {key: given[key] for key in ("treatment_level", "work_platform")})


def reference_complaints(template: Template) -> Complaints:
    """Who convenes and where results are filed (附件2); channels, procedure and people are yours."""
    given = template.tree("/complaints")
    return build(Complaints, {key: given[key] for key in ("convener", "report_to_city")})


def planned_schedule(cycle: Cycle, template: Template) -> Schedule | None:
    """The twelve dates planned back from the cycle's deadlines in working days; None where there is no room.

    The list is publicised for the recommended number of working days, then recommended; the provincial
    publicity starts in time for the list to be published before the year's last working day.
    """
    deadlines = cycle.deadlines or Deadlines()
    if not (cycle.year and deadlines.plan_report and deadlines.list_formed and deadlines.year_end):
        return None
    days = calendar()
    provincial = _provincial_start(cycle, template, days)
    recommended = _before(provincial, 1, days)
    public_until = _before(recommended, 1, days)
    publicity = template.integer("/publicity/enterprise/recommended_workdays")
    formed = min(_before(public_until, publicity, days), _on_or_before(deadlines.list_formed, days))
    start = days.after(deadlines.plan_report, 1)
    deadline = days.after(start, APPLICATION_WORKDAYS - 1)
    overall = _before(formed, 1, days)
    interview = _before(overall, 1, days)
    schedule = Schedule(
        application_start=start,
        application_deadline=deadline,
        qualification_check_end=days.after(deadline, 1),
        achievement_review=_before(interview, 1, days),
        interview=interview,
        overall_review=overall,
        list_formed=formed,
        enterprise_publicity_start=formed,
        enterprise_publicity_end=public_until,
        city_recommendation=recommended,
        provincial_publicity_start=provincial,
        certificate_issue_end=deadlines.year_end,
    )
    return schedule if _ascends(schedule) else None


def _provincial_start(cycle: Cycle, template: Template, days: WorkCalendar) -> date:
    """The last day for the provincial publicity to start (JS-3-t4-december-20, PF-schedule-feasible)."""
    deadlines = cycle.deadlines or Deadlines()
    year = cycle.year or 0
    length = template.integer("/publicity/provincial/min_workdays")
    start = _on_or_before(deadlines.provincial_publicity_start or date(year, 12, 31), days)
    while days.after(start, length) >= days.last_workday(year):
        start = _before(start, 1, days)
    return start


def _before(day: date, workdays: int, days: WorkCalendar) -> date:
    """The ``workdays``-th working day before ``day``."""
    while workdays:
        day -= timedelta(days=1)
        workdays -= days.is_workday(day)
    return day


def _on_or_before(day: date, days: WorkCalendar) -> date:
    return day if days.is_workday(day) else _before(day, 1, days)


def _ascends(schedule: Schedule) -> bool:
    dates = [getattr(schedule, name) for name in SCHEDULE_DATES]
    return all(earlier <= later for earlier, later in pairwise(dates))
