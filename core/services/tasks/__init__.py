"""待办: what waits for a person, and what they wait for, with the day it is due and the rule behind it.

Each module has the sources of one kind of thing; each later one adds its own to ``SOURCES``. A source costs
at most one statement; that of an enterprise's plan one more while a version of it stands.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.services.accounts.sessions import Current
from core.services.tasks.accounts import of_accounts, own_roles, second_factor
from core.services.tasks.base import MOST, Task, TaskSource, Waits
from core.services.tasks.nominations import deciding, nominating
from core.services.tasks.plans import blocked_plan, calendar_to_enter, cycle_to_open, of_findings
from core.services.tasks.reviews import assessing, reviewing

__all__ = ["MOST", "SOURCES", "Task", "TaskSource", "Waits", "of_findings", "tasks_of"]


def tasks_of(session: Session, current: Current) -> tuple[Task, ...]:
    """The tasks of the person under the worn hat, in its scope, by the day they are due.

    What has no day comes after what is overdue: it waits all the same, and not behind what is due in a month.
    """
    found = [task for source in SOURCES for task in source(session, current)]
    return tuple(sorted(found, key=lambda task: task.due or current.now))


SOURCES: Final[tuple[TaskSource, ...]] = (
    blocked_plan,
    nominating,
    deciding,
    reviewing,
    assessing,
    cycle_to_open,
    calendar_to_enter,
    second_factor,
    own_roles,
    of_accounts,
)
