"""What the pages of the cycle, the calendar and the register cost: with ten rows as with thousands."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import Engine

from core.domain.roles import Role
from core.persistence.db import db
from tests.counting import MOST, Work, counted
from tests.integration.accounts.world import World
from tests.integration.onboarding.season import OPENED, Season
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor
from tests.scale import examples

PAGE: Final = 50
SIZES: Final = (10, examples(1_000), examples(10_000))
PAGES: Final = {
    "/cycles": Role.EMPLOYEE,
    "/cycles/1": Role.PROVINCE_HR,
    "/cycles/1?": Role.CITY_HR,
    "/cycles/new": Role.PROVINCE_HR,
    "/cycles/1/quota": Role.PROVINCE_HR,
    "/cycles/1/reopen": Role.PROVINCE_HR,
    "/calendar": Role.EMPLOYEE,
    "/calendar/2026": Role.EMPLOYEE,
    "/calendar/2026/edit": Role.PROVINCE_HR,
    "/sanctions": Role.PROVINCE_HR,
    "/sanctions?kind=enterprise&state=standing&q=号": Role.PROVINCE_HR,
    "/sanctions/check?uscc=91320100MA0DEM03XT": Role.CITY_HR,
    "/tasks": Role.PROVINCE_HR,
}


@pytest.fixture
def engine(visit: Visit) -> Engine:
    site = visit().site
    with site.app_context():
        return db.engine


def reader(visit: Visit, world: World, role: Role) -> Visitor:
    wheres = {Role.CITY_HR: world.tenants.city_hr, Role.PROVINCE_HR: world.tenants.province_hr}
    return visit((wheres.get(role, world.tenants.enterprise), role))


def grow(world: World, many: int) -> None:
    """``many`` more nominations of the cycle and entries of the register, by one body and one person."""
    send = world.connection.execute
    send(
        "insert into nomination (tenant_id, cycle_id, city_code, channel, quota_class, class_proved,"
        " uscc, enterprise, dossier, created_by) select %s, 1, '320100', 'city', 'ordinary', false,"
        " n::text, '企业', '{}', (select max(id) from person) from generate_series(1, %s) n",
        [world.tenants.city_centre.id, many],
    )
    send(
        "insert into sanction (kind, subject, decided_on, document, entered_by) select 'enterprise',"
        " encode(sha256((n || '-' || %s)::bytea), 'hex'), date '2026-10-01' - n %% 900, '苏人社处号',"
        " (select max(id) from person) from generate_series(1, %s) n",
        [many, many],
    )


@pytest.mark.parametrize("address", PAGES)
def test_page_costs_the_same_at_every_size(visit: Visit, world: World, engine: Engine, address: str) -> None:
    world.at(OPENED)
    Season(world.connection, world.tenants).open_cycle()
    visitor = reader(visit, world, PAGES[address])
    costs: list[Work] = []
    for many in SIZES:
        grow(world, many)
        visitor.page(address)  # templates are compiled, rules cached
        with counted(engine) as work:
            assert visitor.get(address).status_code == 200
        costs.append(work)
    assert len({each.statements for each in costs}) == 1, costs
    assert costs[-1].statements <= MOST, costs[-1]
    assert costs[-1].rows <= 2 * PAGE + 50, costs[-1]
