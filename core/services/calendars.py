"""工作日历: the edition's tables, and the later versions that the province entered (AMB-20)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.calendar import CalendarVersion, WorkCalendar, calendar_of
from core.domain.calendar_versions import CalendarEntry, next_version
from core.domain.roles import Actor, Role
from core.persistence.queries import cycle as queries
from core.persistence.queries import locks
from core.plugin_host.remembered import Remembered
from core.rulebook.engine import Edition
from core.services.accounts.answers import NotAllowed
from core.services.editions import CURRENT

KEPT: Final = "calendar"
"""Where a session keeps what ``current`` has read."""
STAMP: Final = "calendar_stamp"
"""Where a session keeps what the first statement of a request said of the entered years."""
KNOWN: Final = Remembered[tuple[CalendarVersion, ...]](64)
"""The entered years by their stamp: years are only added, so what a stamp stood for stays."""
ENTERS: Final = frozenset({Role.PROVINCE_HR, Role.PROVINCE_CENTRE})


def current(session: Session, of: Edition = CURRENT) -> WorkCalendar:
    """The calendar by the newest version of each year, read once a transaction for whatever editions."""
    transaction, entered, made = session.info.get(KEPT, (None, (), {}))
    if transaction is None or transaction is not session.get_transaction():
        entered, made = _entered(session), {}
        session.info[KEPT] = (session.get_transaction(), entered, made)
    if of.id not in made:
        made[of.id] = calendar_of((*of.calendar.years.values(), *entered)) if entered else of.calendar
    found: WorkCalendar = made[of.id]
    return found


def announce(session: Session, stamp: str | None) -> None:
    """What is known of the entered years with this stamp need not be read again in this session."""
    session.info[STAMP] = stamp


def _entered(session: Session) -> tuple[CalendarVersion, ...]:
    stamp = session.info.get(STAMP, "")
    if stamp is None:
        return ()
    return KNOWN.get(stamp, partial(_read, session)) if stamp else _read(session)


def _read(session: Session) -> tuple[CalendarVersion, ...]:
    return tuple(map(_version, queries.calendar_years(session)))


def edition(session: Session, of: Edition = CURRENT) -> Edition:
    """An edition that counts with the working days as the province has entered them."""
    return replace(of, calendar=current(session, of))


def versions(session: Session, edition: Edition = CURRENT) -> tuple[CalendarVersion, ...]:
    """Every version of every year, those of the edition first."""
    return (*edition.calendar.years.values(), *_read(session))


def of_year(session: Session, year: int, of: Edition = CURRENT) -> tuple[CalendarVersion, ...]:
    """The versions of one year, the first first."""
    return tuple(sorted((each for each in versions(session, of) if each.year == year), key=_number))


def examine(session: Session, entry: CalendarEntry) -> CalendarVersion:
    """The version that ``entry`` would make. Raises CalendarRefused; nothing is entered."""
    return next_version(entry, versions(session))


def enter(session: Session, *, actor: Actor, entry: CalendarEntry) -> CalendarVersion:
    """录入 a year's arrangement, or a correction of it. Raises NotAllowed or CalendarRefused."""
    if actor.role not in ENTERS:
        raise NotAllowed(f"放假安排由省级录入，{actor.role.zh}不能录入。")
    locks.hold(session, "calendar", entry.year)
    session.info.pop(KEPT, None)
    session.info.pop(STAMP, None)
    version = examine(session, entry)
    queries.add_calendar_year(
        session,
        year=version.year,
        number=version.number,
        as_of=version.as_of,
        holidays=sorted(version.holidays),
        workdays=sorted(version.workdays),
        source=version.source,
        reason=version.reason,
        entered_by=actor.person_id,
    )
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.CALENDAR_ENTER,
        subject=Subject("calendar", version.year, f"{version.year} 年第 {version.number} 版"),
        changes={
            "source": (None, version.source),
            "holidays": (None, len(version.holidays)),
            "workdays": (None, len(version.workdays)),
            "as_of": (None, version.as_of),
        },
        reason=version.reason,
    )
    return version


def _number(version: CalendarVersion) -> int:
    return version.number


def _version(row: Row[Any]) -> CalendarVersion:
    return CalendarVersion(
        year=row.year,
        number=row.number,
        as_of=row.as_of,
        source=row.source,
        holidays=frozenset(row.holidays),
        workdays=frozenset(row.workdays),
        reason=row.reason,
    )
