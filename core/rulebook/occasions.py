"""Judging what is not a plan: the opening of a cycle, a city's requirements, a nomination, a guidance log.

All are pure. The findings of a step stand in the way of it when ``engine.may_submit`` says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.domain.calendar import WorkCalendar
from core.domain.city_requirements import CityRequirements
from core.domain.cycle_opening import CycleOpening
from core.domain.guidance import GuidanceLog
from core.domain.nomination import PilotNomination, Slot
from core.domain.pilot_cycle import PilotCycle
from core.domain.sanction import BanRegister
from core.domain.stages import NominationAct
from core.rulebook.engine import Edition, Finding, judge
from core.rulebook.given import CityGiven, GuidanceGiven, NominationGiven, OpeningGiven
from core.rulebook.waivers import Waiver, with_waivers


def check_opening(
    opening: CycleOpening, *, edition: Edition, cycles: Iterable[PilotCycle] = ()
) -> tuple[Finding, ...]:
    """Where the opening of a cycle breaks a rule; ``cycles`` are those there are, of whatever year."""
    given = OpeningGiven(cycles=tuple(cycles), edition=edition.id, template=edition.template)
    return judge(opening, given, edition.opening_checks, edition.catalogue.rules)


def check_city_requirements(requirements: CityRequirements, *, edition: Edition) -> tuple[Finding, ...]:
    """Where a city asks less than the province (blocks), or nothing at all (warns)."""
    given = CityGiven(template=edition.template)
    return judge(requirements, given, edition.city_checks, edition.catalogue.rules)


def admissible(
    nomination: PilotNomination,
    *,
    edition: Edition,
    cycle: PilotCycle,
    others: Iterable[Slot],
    register: BanRegister,
    calendar: WorkCalendar,
    now: datetime,
    act: NominationAct,
    waivers: Iterable[Waiver] = (),
) -> tuple[Finding, ...]:
    """What the rules say of a nomination when ``act`` is done at ``now``: SUBMIT, COUNTERSIGN or ADMIT.

    ``nomination`` is as it will stand after the act: with the new signature, and with ``reported_at`` only
    when it had been reported before. ``others`` are nominations of the same cycle, at the least those of its
    city and those of its enterprise (its own slot may be among them); ``register`` has at the least the
    entries of its enterprise. Nothing else is looked up, so that the caller decides what it locks.
    """
    given = NominationGiven(
        nomination=nomination,
        cycle=cycle,
        others=tuple(others),
        register=register,
        calendar=calendar,
        now=now,
        act=act,
        template=edition.template,
    )
    found = judge(nomination.dossier, given, edition.nomination_checks, edition.catalogue.rules)
    return with_waivers(found, waivers)


def check_guidance(log: GuidanceLog, *, edition: Edition, cycle: PilotCycle) -> tuple[Finding, ...]:
    """What the city owes an enterprise; shown to the city and the province, never to the enterprise."""
    return judge(log, GuidanceGiven(cycle=cycle), edition.guidance_checks, edition.catalogue.rules)
