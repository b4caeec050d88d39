"""What rules may look at besides the document they judge: one record for each occasion, none with a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core.domain.calendar import WorkCalendar
from core.domain.cycle import Cycle
from core.domain.nomination import DossierPart, PilotNomination, Slot, Verification
from core.domain.pilot_cycle import PilotCycle
from core.domain.sanction import BanRegister
from core.domain.stages import NominationAct
from core.domain.values import beijing_day
from core.rulebook.template import Template


@dataclass(frozen=True, slots=True)
class Given:
    """What a rule may look at besides a plan."""

    cycle: Cycle
    calendar: WorkCalendar
    template: Template

    def deadline(self, name: str) -> date:
        """A deadline of the cycle; ``Edition.complete`` has filled in those that the cycle lacks."""
        day: date = getattr(self.cycle.deadlines, name)
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningGiven:
    """Besides the opening of a cycle: the cycles there are already, and the edition it names."""

    cycles: tuple[PilotCycle, ...]
    edition: str
    template: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class CityGiven:
    """Besides the requirements of a city: the province's own."""

    template: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationGiven:
    """Besides the dossier of a nomination: everything that stands around it when ``act`` is to be done.

    ``others`` are nominations of the same cycle: all, or those of its city and those of its enterprise.
    """

    nomination: PilotNomination
    cycle: PilotCycle
    others: tuple[Slot, ...]
    register: BanRegister
    calendar: WorkCalendar
    now: datetime
    act: NominationAct
    template: Template
    verified: Mapping[DossierPart, Verification] = field(init=False)

    def __post_init__(self) -> None:
        found = {each.part: each for each in self.nomination.verifications}
        object.__setattr__(self, "verified", found)

    @property
    def today(self) -> date:
        """The day of ``now`` in Beijing."""
        return beijing_day(self.now) or self.now.date()

    @property
    def decides(self) -> bool:
        """Whether the province is about to admit the enterprise."""
        return self.act is NominationAct.ADMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceGiven:
    """Besides the guidance log of an enterprise: the cycle."""

    cycle: PilotCycle
