"""What time it is: one answer for every service, SQL ``app_now()``.

``clock_timestamp()`` plus the offset of 演示时钟, which may exist only in the demo and in tests: start-up
refuses it elsewhere (``refuse_shifted_clock``). Policies and guards in the database use the same function.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.domain.errors import DomainError
from core.domain.values import BEIJING
from core.persistence.models import ClockOffset

NOW: Final = select(func.app_now())


class ShiftedClock(DomainError):
    """A production database holds an offset of the demo clock."""


def now(session: Session) -> datetime:
    """The time of this platform, in UTC."""
    moment: datetime = session.execute(NOW).scalar_one()
    return moment


def today(session: Session) -> date:
    """The day in 北京时间."""
    return now(session).astimezone(BEIJING).date()


def real(session: Session) -> datetime:
    """The time outside, whatever 演示时钟 shows: that of the phones of those who try the demo."""
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def shift_to(session: Session, moment: datetime) -> timedelta:
    """Set 演示时钟 to show ``moment`` and run on from there; returns the offset.

    The application role may do so only where ``allow_shifting`` was called: in the demo and in tests.
    """
    shift = moment - real(session)
    session.execute(
        insert(ClockOffset)
        .values(only_row=True, shift=shift)
        .on_conflict_do_update(index_elements=[ClockOffset.only_row], set_={"shift": shift})
    )
    return shift


def unshift(session: Session) -> None:
    """Let the clock show the real time again."""
    session.execute(delete(ClockOffset))


def allow_shifting(owner: Connection) -> None:
    """Let the application role set the clock of this database; for the demo and tests, as the owner."""
    owner.execute(text("grant insert, update, delete on clock_offset to app_user"))


def forbid_shifting(owner: Connection) -> None:
    """Take back what ``allow_shifting`` gave; for production, as the owner."""
    owner.execute(text("revoke insert, update, delete on clock_offset from app_user"))


def refuse_shifted_clock(session: Session) -> None:
    """Raise ``ShiftedClock`` when the clock is shifted: for start-up outside the demo and tests."""
    if session.execute(select(ClockOffset.shift)).first():
        raise ShiftedClock(
            "数据库中设有演示时钟偏移，正式环境不能启动。删除 clock_offset 表中的记录后重新启动。"
        )
