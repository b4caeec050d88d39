"""Looking at nominations: one of them, the list of a cycle, what a step would meet, the quota of a city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.domain.nomination import Slot
from core.domain.roles import Actor
from core.domain.stages import NominationAct
from core.persistence.queries import nomination as queries
from core.persistence.queries import position as positions
from core.persistence.queries.nomination import NominationsWanted
from core.rulebook.engine import Finding
from core.rulebook.quota import takes_quota
from core.services import cycles
from core.services.cycles import Opened
from core.services.nominations.judging import after_act, around, judged
from core.services.nominations.kept import Kept, kept_of
from core.services.openings import counted

PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """推荐名额 of a city in a cycle: how many it has, how many are used, how many stand beside them."""

    quota: int
    used: int
    exempt: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What a step would meet: the findings, and the quota of the city."""

    findings: tuple[Finding, ...]
    quota: QuotaUse


def one(session: Session, *, tenant_id: int, nomination_id: int) -> Kept | None:
    """A nomination in scope, with its cycle and its files."""
    row = queries.one(session, tenant_id=tenant_id, nomination_id=nomination_id)
    if row is None:
        return None
    return kept_of(row, cycles.opened_of(queries.cycle_of(row)))


def page(
    session: Session,
    cycle_id: int,
    wanted: NominationsWanted,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of the nominations of a cycle in scope, the latest first, and where the next one begins."""
    rows = queries.page(session, cycle_id, wanted, before=before, limit=limit + 1)
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def look(session: Session, kept: Kept, act: NominationAct, actor: Actor, now: datetime) -> Looked:
    """What the rules say of ``act`` by ``actor`` at ``now``, without doing it. Raises IllegalMove."""
    after = after_act(kept.nomination, act, actor, now)
    beside = around(session, kept, after)
    own = ((each, 1) for each in beside.others if each.city_code == after.city_code)
    return Looked(
        judged(kept, after, act, now, beside),
        _use(kept.opened, after.city_code, own),
    )


def quota_use(session: Session, opened: Opened, city_code: str) -> QuotaUse:
    """How much of a city's quota its nominations use, and how many need none."""
    rows = positions.states(session, opened.id, city_code=city_code)
    return _use(opened, city_code, ((counted(row), row.number) for row in rows))


def _use(opened: Opened, city_code: str, slots: Iterable[tuple[Slot, int]]) -> QuotaUse:
    template = opened.edition.template
    standing = [(takes_quota(template, slot), number) for slot, number in slots if slot.state.stands]
    used = sum(number for takes, number in standing if takes)
    return QuotaUse(opened.cycle.quota(city_code), used, sum(number for _, number in standing) - used)
