"""Enterprises admitted to a cycle and guided in it, for the matrix, with canaries in what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.domain.roles import Actor, Role, TenantKind
from core.uploads import Store
from tests import pilots
from tests.factories import MadeTenant

if TYPE_CHECKING:
    from tests.access.world import Principal, Unit, World

PUBLISHERS: Final = (
    TenantKind.CITY_HR,
    TenantKind.CITY_CENTRE,
    TenantKind.PROVINCE_HR,
    TenantKind.PROVINCE_CENTRE,
)


class Guided:
    """A cycle with every enterprise in it, each admitted by the province and guided by its city."""

    def __init__(self, world: World, cycle_id: int, store: Store) -> None:
        self._world = world
        self._store = store
        self._by = self._of(TenantKind.PROVINCE_CENTRE).people[Role.PROVINCE_CENTRE]
        self.cycle_id = cycle_id
        for unit in world.units:
            if unit.kind is TenantKind.ENTERPRISE:
                self._admit(unit)

    def _admit(self, unit: Unit) -> None:
        world, centre = self._world, self._of(TenantKind.PROVINCE_CENTRE)
        nominator = next(
            each
            for each in world.units
            if (each.kind, each.city_code) == (TenantKind.CITY_CENTRE, unit.city_code)
        )
        where = self._made(unit, world.canary("record", unit))
        nomination_id = pilots.place(
            world.connection, self.cycle_id, where, nominator=self._made(nominator), by=self._by
        )
        officer = Actor(
            person_id=self._by,
            name=world.canary("record", unit),
            tenant_id=centre.id,
            tenant_kind=centre.kind,
            role=Role.PROVINCE_CENTRE,
            grant_id=centre.grants[Role.PROVINCE_CENTRE],
        )
        pilots.admission(where, nomination_id, officer)
        pilots.entry(
            world.connection,
            self.cycle_id,
            where,
            by=self._by,
            summary=world.canary("guidance", unit),
            unit=world.canary("guidance", unit),
        )

    def file_of(self, principal: Principal, named: str) -> int:
        """A new reference file: of the ``own`` unit of who asks, ``of_another_unit``, of the province or of
        another city.
        """
        home = principal.home
        publishers = [unit for unit in self._world.units if unit.kind in PUBLISHERS]
        if named == "of_the_province":
            publishers = [unit for unit in publishers if unit.city_code is None]
        if named == "of_another_city":
            elsewhere = home.city_code if home else None
            publishers = [unit for unit in publishers if unit.city_code not in {None, elsewhere}]
        if named == "own" and home in publishers:
            unit = home
        else:
            unit = next(each for each in publishers if each is not home)
        assert unit
        title = self._world.canary("reference", unit)
        where = self._made(unit, self._world.canary("reference", unit))
        return pilots.file(
            self._world.connection, self.cycle_id, where, title, by=self._by, store=self._store
        )

    def _of(self, kind: TenantKind) -> Unit:
        return next(unit for unit in self._world.units if unit.kind is kind)

    @staticmethod
    def _made(unit: Unit, name: str = "") -> MadeTenant:
        return MadeTenant(unit.id, unit.kind, name, unit.city_code)
