"""总览: how far the enterprises of a cycle have come, place by place, and which they are.

The numbers are the kept counts, the lists the positions that they count (ADR 0023); both in the reader's
scope. No name of a person, no score and no number of an identity card is in them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.domain.cycle import Deadlines
from core.domain.cycle_stages import REACHED, STANDING, CycleStage
from core.domain.nomination import Slot
from core.domain.records import specs
from core.domain.stages import NominationState
from core.persistence.queries import position as queries
from core.persistence.queries.position import SUMS, Only, PositionsWanted
from core.plugin_host.remembered import Remembered
from core.rulebook.engine import Edition
from core.rulebook.quota import CLASSES, is_exempt, takes_quota
from core.rulebook.template import Template
from core.services.cycles import Opened

MEASURES: Final = SUMS[1:]
PAGE: Final = 20
BATCH: Final = 1000
"""Positions fetched at a time when a whole list is read."""
OF: Final[Mapping[Only, str]] = {
    Only.RETURNED: "returned_of",
    Only.ACCEPTED: "accepted_of",
    Only.REFUSED: "refused_of",
    Only.WAIVED: "waived_of",
}


@dataclass(slots=True)
class Line:
    """A place: enterprises by stage, those that are late by stage, and what ``SUMS`` come to.

    ``used`` take a place of the quota, ``exempt`` stand without one.
    """

    stages: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    used: int = 0
    exempt: int = 0

    def at(self, *stages: str) -> int:
        """How many enterprises stand at one of ``stages``."""
        return sum(self.stages[each] for each in stages)

    def only(self, only: Only) -> int:
        """How many enterprises ``only`` lists."""
        match only:
            case Only.LATE:
                return self.late.total()
            case Only.QUOTA:
                return self.used
            case Only.EXEMPT:
                return self.exempt
            case _:
                return self.sums[OF[only]]

    def reached(self) -> dict[str, int]:
        """How many enterprises have come at least so far."""
        return {name: self.at(*stages) for name, stages in REACHED.items()}


@dataclass(frozen=True, slots=True)
class Cockpit:
    """A cycle by place, a city or ``position.DIRECT``, and all of it.

    Equal where the same was ``counted`` by the same edition, of which the numbers are made.
    """

    edition: str
    counted: str
    places: Mapping[str, Line] = field(compare=False, repr=False)
    total: Line = field(compare=False, repr=False)

    def of(self, place: str) -> Line:
        return self.places.get(place) or Line()


KNOWN: Final = Remembered[Cockpit](256)
"""The numbers by what was counted: the counting itself is done at each look."""


def wanted_in(opened: Opened, today: date, **narrowed: Any) -> PositionsWanted:
    """``PositionsWanted`` with the deadlines of the cycle that are over, and its classes without quota."""
    template = opened.edition.template
    return PositionsWanted(
        passed=tuple(name for name in specs(Deadlines) if opened.cycle.last_day(name) < today),
        exempt=tuple(each for each in template.codes(CLASSES) if is_exempt(template, each)),
        today=today,
        **narrowed,
    )


def cockpit(session: Session, opened: Opened, wanted: PositionsWanted) -> Cockpit:
    """The numbers of a cycle in scope, of the place and the nominator that are ``wanted``."""
    counted = queries.counts(session, opened.id, wanted)
    return KNOWN.get((opened.cycle.edition, counted), partial(_cockpit, opened.edition, counted))


def _cockpit(edition: Edition, counted: str) -> Cockpit:
    """What was ``counted`` (``position.counts``), added up by place."""
    places: dict[str, Line] = {}
    takes = cache(partial(_takes_quota, edition.template))
    for place, stage, channel, quota_class, class_proved, late, number, *sums in json.loads(counted):
        line = places.setdefault(place, Line())
        line.stages[stage] += number
        if late:
            line.late[stage] += late
        for name, value in zip(MEASURES, sums, strict=True):
            if value:
                line.sums[name] += value
        if stage in STANDING:
            takes_one = takes(channel, quota_class, class_proved)
            line.used += number if takes_one else 0
            line.exempt += 0 if takes_one else number
    return Cockpit(edition.id, counted, places, _together(places.values()))


def positions(
    session: Session, opened: Opened, wanted: PositionsWanted, *, before: int | None = None, limit: int = PAGE
) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of the enterprises that are ``wanted``, and below which nomination the next one begins."""
    rows = queries.page(session, opened.id, wanted, before=before, limit=limit + 1)
    return rows[:limit], rows[limit - 1].nomination_id if len(rows) > limit else None


def every_position(session: Session, opened: Opened, wanted: PositionsWanted) -> Iterator[Row[Any]]:
    """All enterprises that are ``wanted``, fetched by the batch."""
    before = None
    while True:
        found, before = positions(session, opened, wanted, before=before, limit=BATCH)
        yield from found
        if before is None:
            return


def listed(of: Line, wanted: PositionsWanted) -> int:
    """How many enterprises of a line the list of ``wanted`` has: at its stages, ``only`` some of them.

    Of the stages only those that are late are counted apart.
    """
    stages = wanted.stages or tuple(CycleStage)
    if wanted.only is Only.LATE:
        return sum(of.late[each] for each in stages)
    return of.at(*stages) if wanted.only is None else of.only(wanted.only)


def _together(lines: Iterable[Line]) -> Line:
    total = Line()
    for each in lines:
        total.stages.update(each.stages)
        total.late.update(each.late)
        total.sums.update(each.sums)
        total.used += each.used
        total.exempt += each.exempt
    return total


def _takes_quota(template: Template, channel: str, quota_class: str, class_proved: bool) -> bool:
    """Whether a standing nomination takes a place of the quota."""
    alike = Slot(
        nomination="",
        enterprise="",
        uscc="",
        city_code="",
        channel=channel,
        quota_class=quota_class,
        class_proved=class_proved,
        state=NominationState.ADMITTED,
    )
    return takes_quota(template, alike)
