"""Nominations for the matrix: of each unit that nominates one in each state, with a canary in every text.

What was done to one is not undone; ``forget`` lets others take their place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from psycopg.types.json import Jsonb

from core.domain.nomination import DossierPart
from core.domain.roles import TenantKind
from core.services.nominations.kept import PURPOSES, columns
from core.uploads import Store
from tests.access.world import HOME, Unit, World
from tests.integration.onboarding.season import CLUSTER, dossier, uscc

NOMINATORS: Final = (TenantKind.CITY_CENTRE, TenantKind.CENTRAL_BRANCH)
CYCLE: Final = """
insert into pilot_cycle (code, year, round, edition, mode, nomination, plan_report, list_formed,
    provincial_publicity_start, year_end, usual_quota, quotas, clusters, second_reason, opened_by,
    opened_role)
select '2026-9', 2026, 9, 'js2023', 'pilot', last, last, last, last, last, 1000000, '[]',
    jsonb_build_array(jsonb_build_object('level', %s::text, 'name', %s::text)), '补充试点', %s, 'province_hr'
from (select app_now()::date + 30 as last) days
returning id
"""
NOMINATE: Final = """
insert into nomination (tenant_id, cycle_id, city_code, channel, quota_class, class_proved, uscc, enterprise,
    state, dossier, verifications, created_by, nominated_by, nominated_name, nominated_role, nominated_at,
    countersigned_by, countersigned_name, countersigned_at, reported_at)
select %(tenant)s, %(cycle)s, %(city)s, %(channel)s, %(quota_class)s, true, %(uscc)s, %(enterprise)s,
    %(state)s, %(dossier)s, %(verifications)s, %(who)s, sent.by, sent.name, sent.role, sent.at,
    seen.by, seen.name, seen.at, case when %(reported)s then app_now() end
from (select 1) one
left join (select %(who)s::bigint as by, %(sent)s::text as name, %(role)s as role, app_now() as at) sent
    on sent.name is not null
left join (select %(second)s::bigint as by, %(seen)s::text as name, app_now() as at) seen
    on seen.name is not null
returning id
"""
CONTENT: Final = b"x"
ATTACH: Final = """
insert into attachment (tenant_id, subject_type, subject_id, purpose, digest, name, media_type, size,
    uploaded_by)
values (%s, 'nomination', %s, %s, decode(%s, 'hex'), %s, 'application/pdf', 1, %s) returning id
"""


@dataclass(frozen=True, slots=True)
class Nomination:
    """A nomination and one of its files, by their numbers in addresses."""

    nomination_id: int
    attachment_id: int


class Nominated:
    """The nominations of ``world``, in a cycle that is open for another month, with room for all of them."""

    def __init__(self, world: World, store: Store) -> None:
        self._world = world
        self._store = store
        self._made: dict[tuple[int, str], Nomination] = {}
        self._numbers = count(1)
        opener = world.units[0]
        self.cycle_id = self._one(CYCLE, [CLUSTER.level, CLUSTER.name, opener.people[opener.head]])

    def of(self, unit: Unit, state: str) -> Nomination:
        """A nomination in ``state`` of a unit that nominates; for another unit, one that is not its own."""
        if unit.kind not in NOMINATORS:
            unit = next(each for each in self._world.units if each.kind in NOMINATORS)
        if (unit.id, state) not in self._made:
            self._made[unit.id, state] = self._nominate(unit, state)
        return self._made[unit.id, state]

    def forget(self) -> None:
        """Make others when they are asked for again."""
        self._made.clear()

    def _nominate(self, unit: Unit, state: str) -> Nomination:
        """A complete nomination, signed and verified as far as its state asks."""
        direct, place = unit.kind is TenantKind.CENTRAL_BRANCH, unit.city_code or HOME
        typed = dossier(self._canary(unit), uscc(next(self._numbers), place), place)
        if direct:
            typed = replace(typed, channel="province_direct", quota_class="central_branch")
        who, second = unit.people[unit.head], self._world.units[0].people[self._world.units[0].head]
        kept = columns(typed)
        nomination_id = self._one(
            NOMINATE,
            {
                **kept,
                "dossier": Jsonb(kept["dossier"]),
                "tenant": unit.id,
                "cycle": self.cycle_id,
                "city": place,
                "state": state,
                "who": who,
                "role": unit.head.value,
                "second": second,
                "sent": self._canary(unit) if state != "draft" else None,
                "seen": self._canary(unit) if state == "reported" and not direct else None,
                "reported": state == "reported",
                "verifications": Jsonb([_met(part, self._canary(unit)) for part in DossierPart]),
            },
        )
        digest = self._store.put(unit.id, CONTENT)
        files = [
            self._one(ATTACH, [unit.id, nomination_id, purpose, digest, self._canary(unit), who])
            for purpose in PURPOSES
        ]
        return Nomination(nomination_id, files[-1])

    def _canary(self, unit: Unit) -> str:
        return self._world.canary("nomination", unit)

    def _one(self, query: str, values: Any) -> int:
        row = self._world.connection.execute(query.encode(), values).fetchone()
        assert row
        return int(row[0])


def _met(part: DossierPart, name: str) -> dict[str, Any]:
    """That the province found a part to be met."""
    by = {"person_id": 1, "name": name, "role": "province_centre", "city_code": None}
    return {"part": part.value, "met": True, "reason": "", **by, "at": "2026-11-05T10:00:00+08:00"}
