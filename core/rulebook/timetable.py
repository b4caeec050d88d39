"""What the dates of a plan must fit into, by an edition: its deadlines, and how long its publicities last."""

from __future__ import annotations

from core.domain.calendar import WorkCalendar
from core.domain.cycle import Cycle, Deadlines
from core.domain.plan_schedule import Frame
from core.rulebook.engine import Edition


def frame(edition: Edition, cycle: Cycle, calendar: WorkCalendar | None = None) -> Frame:
    """The frame of a plan of ``cycle``, whose ``year`` must be set; without ``calendar`` by the edition's."""
    whole = edition.complete(cycle)
    return Frame(
        year=whole.year or 0,
        deadlines=whole.deadlines or Deadlines(),
        calendar=calendar or edition.calendar,
        staff=edition.template.integer("/publicity/enterprise/recommended_workdays"),
        province=edition.template.integer("/publicity/provincial/min_workdays"),
    )
