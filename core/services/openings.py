"""Before and after a cycle is opened: what the form begins with, and how the cities stand in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.domain.cycle import Deadlines
from core.domain.cycle_opening import CycleOpening
from core.domain.nomination import Slot, silent_cities
from core.domain.pilot_cycle import CityQuota, CycleMode, QuotaRaise
from core.domain.places import CITIES
from core.domain.records import specs
from core.domain.roles import Role
from core.domain.stages import Channel, NominationState
from core.persistence.queries import position as positions
from core.rulebook.quota import takes_quota
from core.services.cycles import Ground, Opened
from core.services.editions import CURRENT


@dataclass(frozen=True, slots=True, kw_only=True)
class CityInCycle:
    """A city with its quota and why it has it; ``nominated`` counts what it sent in that stands, ``used``
    those that take a place of the quota, ``admitted`` those that became pilot enterprises.
    """

    code: str
    name: str
    quota: int
    opening: CityQuota | None
    raises: tuple[QuotaRaise, ...]
    nominated: int = 0
    used: int = 0
    admitted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CitiesInCycle:
    """The thirteen cities; ``silent`` are those that nominate nobody so far.

    ``standing`` counts the nominations that hold their place, ``direct`` those of them that came by the
    direct channel, ``admitted`` the pilot enterprises.
    """

    cities: tuple[CityInCycle, ...]
    silent: tuple[str, ...]
    standing: int
    direct: int
    admitted: int


def prefilled(ground: Ground, year: int) -> CycleOpening:
    """What opening a cycle of ``year`` begins with: the edition's days, the usual quota, and of the last
    cycle the clusters and those experts who still are.
    """
    last = ground.there[0].cycle if ground.there else None
    known = {each.person for each in last.plan_experts} if last else set()
    opening = CycleOpening(
        id=_free_id(year, {each.cycle.id for each in ground.there}),
        year=year,
        edition=CURRENT.id,
        mode=(last.mode if last else CycleMode.PILOT).value,
        opened_by=Role.PROVINCE_HR.value,
        clusters=last.clusters if last else (),
        senior_technicians_advised=last.senior_technicians_advised if last else None,
        plan_experts=tuple(each for each in ground.experts if each.person in known),
    )
    return CURRENT.complete_opening(opening)


def cities(session: Session, opened: Opened) -> CitiesInCycle:
    """How the cities stand in a cycle, by the nominations in scope."""
    rows = positions.states(session, opened.id)
    slots = [(counted(row), row[-1]) for row in rows]
    return CitiesInCycle(
        cities=tuple(_city(code, opened, slots) for code in CITIES),
        silent=silent_cities(slot for slot, _ in slots),
        standing=sum(count for slot, count in slots if slot.state.stands),
        direct=sum(
            count for slot, count in slots if slot.state.stands and slot.channel == Channel.PROVINCE_DIRECT
        ),
        admitted=sum(count for slot, count in slots if slot.state is NominationState.ADMITTED),
    )


def passed(opened: Opened, today: date) -> tuple[str, ...]:
    """The deadlines of a cycle that are over and may be opened again for one enterprise."""
    last = opened.cycle.last_day("year_end")
    names = [name for name in specs(Deadlines) if name != "year_end"]
    return tuple(name for name in names if opened.cycle.last_day(name) < today <= last)


def _city(code: str, opened: Opened, slots: Iterable[tuple[Slot, int]]) -> CityInCycle:
    cycle, template = opened.cycle, opened.edition.template
    own = [(slot, count) for slot, count in slots if slot.city_code == code and slot.channel == Channel.CITY]
    return CityInCycle(
        code=code,
        name=CITIES[code],
        quota=cycle.quota(code),
        opening=next((each for each in cycle.quotas if each.city_code == code), None),
        raises=tuple(each for each in cycle.raises if each.city_code == code),
        nominated=sum(count for slot, count in own if slot.state.stands),
        used=sum(count for slot, count in own if takes_quota(template, slot)),
        admitted=sum(count for slot, count in own if slot.state is NominationState.ADMITTED),
    )


def counted(row: Row[Any]) -> Slot:
    """What the counted nominations have in common."""
    return Slot(
        nomination="",
        enterprise="",
        uscc="",
        city_code=row.city_code,
        channel=row.channel,
        quota_class=row.quota_class,
        class_proved=row.class_proved,
        state=NominationState(row.state),
    )


def _free_id(year: int, taken: set[str]) -> str:
    """2026, or the next of 2026-2, 2026-3 that no cycle has."""
    number, free = 1, str(year)
    while free in taken:
        number += 1
        free = f"{year}-{number}"
    return free
