"""演示时钟: walking through a season in minutes. Forward only, and each step is recorded.

Backwards would be a time at which later things have happened already: codes used, sessions seen, acts done.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.calendar import WorkCalendar
from core.domain.roles import Actor
from core.domain.values import BEIJING
from core.persistence import clock
from core.services.accounts.answers import Invalid

MORNING: Final = time(9)
FURTHEST: Final = timedelta(days=800)
CLOCK: Final = Subject("clock", "demo", "演示时钟")


def next_workday(session: Session, *, actor: Actor, calendar: WorkCalendar) -> datetime:
    """Go to the next working day, 9 o'clock in 北京时间; returns the new time."""
    return _to(session, actor, calendar.after(clock.today(session), 1))


def jump(session: Session, *, actor: Actor, day: date) -> datetime:
    """Go to a later day, 9 o'clock. Raises Invalid for one that is not later, or too far off."""
    today = clock.today(session)
    if not today < day <= today + FURTHEST:
        raise Invalid(
            "day",
            f"演示时钟只能向前，最多 {FURTHEST.days} 天。今天是 {today:%Y-%m-%d}，选择以后的日期。",
        )
    return _to(session, actor, day)


def _to(session: Session, actor: Actor, day: date) -> datetime:
    before, after = clock.now(session), datetime.combine(day, MORNING, BEIJING)
    clock.shift_to(session, after)
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.CLOCK_SHIFT,
        subject=CLOCK,
        changes={"now": (before, after)},
    )
    return after
