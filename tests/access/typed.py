"""Plans to type in, for the matrix: of each enterprise one that was begun and of which nothing was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.domain.roles import Role, TenantKind
from tests import pilots
from tests.factories import MadeTenant
from tests.integration.onboarding.season import uscc

if TYPE_CHECKING:
    from tests.access.nominated import Nominated
    from tests.access.world import Unit, World

BEGIN: Final = """
insert into plan (tenant_id, cycle_id, city_code, channel, nominator_id, uscc, enterprise, facts, opened_by,
    opened_name)
select tenant_id, cycle_id, %(city)s, channel, nomination_tenant_id, %(uscc)s, %(name)s,
    jsonb_build_object('enterprise', '{}'::jsonb, 'nomination', '{}'::jsonb), %(by)s, %(name)s
from cycle_place where tenant_id = %(tenant)s order by cycle_id desc limit 1
returning id
"""
ADMITTED: Final = (
    "update cycle_place set nomination_id = 2000000000000 + tenant_id where nomination_id = %(nomination)s",
    "update cycle_place set nomination_id = %(nomination)s where tenant_id = %(tenant)s",
)
FORGET: Final = (
    "delete from plan_edit where tenant_id = %(tenant)s and plan_id in (select id from plan where cycle_id = %(cycle)s)",
    "delete from plan_part where tenant_id = %(tenant)s and plan_id in (select id from plan where cycle_id = %(cycle)s)",
    "delete from plan where tenant_id = %(tenant)s and cycle_id = %(cycle)s",
)


def admitted_to_a_cycle(world: World) -> int:
    """A further cycle of this year with every enterprise in it; an enterprise has one plan in a cycle."""
    by = world.units[0].people[world.units[0].head]
    cycle_id = pilots.cycle(world.connection, by, year=2026)
    for unit in world.units:
        if unit.kind is TenantKind.ENTERPRISE:
            where = MadeTenant(unit.id, unit.kind, "", unit.city_code)
            pilots.place(world.connection, cycle_id, where, nominator=where, by=by)
    return cycle_id


class Typed:
    """The plans of enterprises; what is done to one is forgotten before the next is asked for."""

    def __init__(self, world: World, nominated: Nominated) -> None:
        self._world = world
        self._nominated = nominated

    def of(self, unit: Unit) -> int:
        """A new plan of an enterprise; of what has none a number that is nobody's."""
        if Role.ENTERPRISE_HR not in unit.people:
            return 0
        self.none(unit)
        name = self._world.canary("typed_plan", unit)
        by, number = unit.people[Role.ENTERPRISE_HR], uscc(unit.id)
        values = {"tenant": unit.id, "by": by, "name": name, "city": unit.city_code, "uscc": number}
        row = self._world.connection.execute(BEGIN, values).fetchone()
        assert row
        found: int = row[0]
        return found

    def none(self, unit: Unit) -> None:
        """Forget the plan of an enterprise."""
        for statement in FORGET:
            values = {"tenant": unit.id, "cycle": self._nominated.cycle_id}
            self._world.connection.execute(statement.encode(), values)

    def unbegun(self, unit: Unit) -> None:
        """Let an enterprise begin its plan: it was admitted by a nomination of its city's centre."""
        self.none(unit)
        if Role.ENTERPRISE_HR in unit.people:
            values = {"nomination": self._nomination_for(unit), "tenant": unit.id}
            for statement in ADMITTED:
                self._world.connection.execute(statement.encode(), values)

    def _nomination_for(self, unit: Unit) -> int:
        centre = next(
            each
            for each in self._world.units
            if (each.kind, each.city_code) == (TenantKind.CITY_CENTRE, unit.city_code)
        )
        return self._nominated.of(centre, "reported").nomination_id
