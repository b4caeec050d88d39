"""What the rules say of a step, with everything in the cycle that stands around the nomination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.domain.calendar import WorkCalendar
from core.domain.errors import DomainError
from core.domain.nomination import PilotNomination, Signature, Slot
from core.domain.roles import Actor
from core.domain.sanction import Ban, BanRegister, subject_of_enterprise
from core.domain.stages import Channel, NominationAct, move
from core.persistence.queries import nomination as queries
from core.rulebook.engine import Finding, may_submit
from core.rulebook.occasions import admissible
from core.services import calendars
from core.services.nominations.kept import Kept, slot_of


class CannotGoOn(DomainError):
    """What the rules say keeps a step from being taken: ``findings`` with those that stop it among them."""

    def __init__(self, act: NominationAct, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        stops = sum(each.stops for each in self.findings)
        super().__init__(f"不能{act.zh}：有 {stops} 处不符合要求。逐处处理后再办理。")


def after_act(
    nomination: PilotNomination, act: NominationAct, actor: Actor, now: datetime
) -> PilotNomination:
    """The nomination as it will stand after ``act``, but for when it was reported. Raises IllegalMove."""
    channel = Channel(str(nomination.dossier.channel))
    state = move(nomination.state, act, channel=channel, role=actor.role)
    after = replace(nomination, state=state)
    signed = Signature(
        person_id=actor.person_id,
        name=actor.name,
        role=actor.role,
        city_code=nomination.city_code,
        at=now,
    )
    if act is NominationAct.SUBMIT:
        return replace(after, nominated=signed, countersigned=None)
    if act is NominationAct.COUNTERSIGN:
        return replace(after, countersigned=signed)
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a nomination: others of its city and of its enterprise, bans, working days."""

    others: tuple[Slot, ...]
    register: BanRegister
    calendar: WorkCalendar


def around(session: Session, kept: Kept, after: PilotNomination) -> Around:
    """What stands around a nomination that is about to stand as ``after``."""
    rows = queries.slots(session, kept.opened.id, city_code=after.city_code, uscc=after.uscc)
    bans = [Ban(**each._asdict()) for each in queries.bans(session, [subject_of_enterprise(after.uscc)])]
    return Around(
        others=tuple(map(slot_of, rows)),
        register=BanRegister.of(bans),
        calendar=calendars.current(session, kept.opened.edition),
    )


def judged(
    kept: Kept, after: PilotNomination, act: NominationAct, now: datetime, beside: Around
) -> tuple[Finding, ...]:
    """What the rules say when the nomination stands as ``after`` by ``act`` at ``now``."""
    return admissible(
        after,
        edition=kept.opened.edition,
        cycle=kept.opened.cycle,
        others=beside.others,
        register=beside.register,
        calendar=beside.calendar,
        now=now,
        act=act,
    )


def require(
    session: Session, kept: Kept, after: PilotNomination, act: NominationAct, now: datetime
) -> tuple[Finding, ...]:
    """As ``judged``. Raises CannotGoOn when something stops the act."""
    found = judged(kept, after, act, now, around(session, kept, after))
    if not may_submit(found):
        raise CannotGoOn(act, found)
    return found
