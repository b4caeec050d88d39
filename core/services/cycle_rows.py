"""Rows of cycles as the domain's records, and back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from core.domain.cycle import Deadlines
from core.domain.cycle_opening import CycleOpening
from core.domain.enterprise import Cluster
from core.domain.pilot_cycle import (
    BothHands,
    CityQuota,
    CycleMode,
    Decision,
    PilotCycle,
    PlanExpert,
    QuotaRaise,
    Reopening,
)
from core.domain.records import build, plain, specs
from core.domain.roles import Role
from core.domain.values import blank


def columns(cycle: PilotCycle, opening: CycleOpening) -> dict[str, Any]:
    """The columns of a cycle that is to be kept."""
    return {
        "code": cycle.id,
        "year": cycle.year,
        "edition": cycle.edition,
        "mode": cycle.mode.value,
        **{name: getattr(cycle.deadlines, name) for name in specs(Deadlines)},
        "usual_quota": cycle.usual_quota,
        "quotas": [plain(each) for each in cycle.quotas],
        "clusters": [plain(each) for each in cycle.clusters],
        "clusters_reason": None if blank(opening.clusters_reason) else str(opening.clusters_reason).strip(),
        "senior_technicians_advised": cycle.senior_technicians_advised,
        "second_reason": cycle.second_reason or None,
    }


def pilot_cycle(row: Row[Any]) -> PilotCycle:
    """The cycle of a row with its parts (``queries.cycle``)."""
    return PilotCycle(
        id=row.code,
        year=row.year,
        edition=row.edition,
        mode=CycleMode(row.mode),
        opened_by=Role(row.opened_role),
        deadlines=Deadlines(**{name: getattr(row, name) for name in specs(Deadlines)}),
        usual_quota=row.usual_quota,
        quotas=tuple(build(CityQuota, each) for each in row.quotas),
        clusters=tuple(build(Cluster, each) for each in row.clusters),
        senior_technicians_advised=row.senior_technicians_advised,
        plan_experts=tuple(
            PlanExpert(person=each["person_id"], name=each["name"], employer=each["employer"] or None)
            for each in row.experts
        ),
        second_reason=row.second_reason or "",
        raises=tuple(
            QuotaRaise(city_code=each["city_code"], quota=each["quota"], decision=_decision(each))
            for each in row.raises
        ),
        reopenings=tuple(
            Reopening(
                uscc=each["uscc"],
                deadline=each["deadline"],
                until=date.fromisoformat(each["until"]),
                decision=_decision(each),
            )
            for each in row.reopenings
        ),
        both_hands=tuple(
            BothHands(city_code=each["city_code"], decision=_decision(each)) for each in row.both_hands
        ),
    )


def _decision(row: dict[str, Any]) -> Decision:
    return Decision(
        person_id=row["decided_by"],
        name=row["decided_name"],
        role=Role(row["decided_role"]),
        at=datetime.fromisoformat(row["decided_at"]),
        reason=row["reason"],
    )
