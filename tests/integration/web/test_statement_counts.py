"""What a page costs: at most eight statements, and as many with ten things as with hundreds."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from core.domain.roles import Role, TenantKind
from core.persistence.db import db
from core.services.directory import PAGE
from tests import factories
from tests.counting import MOST, Work, counted
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor

PAGES = {
    "/tasks": Role.ENTERPRISE_HR,
    "/hats": Role.ENTERPRISE_HR,
    "/account": Role.ENTERPRISE_HR,
    "/units": Role.CITY_HR,
    "/units?q=企业&kind=enterprise": Role.PROVINCE_HR,
    "/units?sort=-name&kind=enterprise": Role.CITY_HR,
    "/units?sort=city": Role.PROVINCE_HR,
    "/units/{unit}": Role.CITY_HR,
    "/units/{unit}/plugins": Role.CITY_HR,
    "/units/{unit}/people": Role.ENTERPRISE_HR,
    "/units/{unit}/people?ended=yes&q=职工": Role.ENTERPRISE_HR,
    "/units/{unit}/invitations": Role.ENTERPRISE_HR,
    "/units/{unit}/record": Role.PROVINCE_HR,
    "/units/{unit}/record?subject=invitation": Role.CITY_HR,
    "/units/{unit}/history": Role.CITY_HR,
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
    """``many`` more enterprises of the city, people, grants, invitations, tries and records of everything."""
    unit, send = world.tenants.enterprise, world.connection.execute
    for number in range(many):
        factories.tenant(world.connection, TenantKind.ENTERPRISE, f"企业{number:04}", factories.NANJING)
    send(
        "with p as (insert into person (login_name, name) "
        "select 'bulk-' || n || '-' || %s, '职工' || n from generate_series(1, %s) n returning id) "
        "insert into role_grant (tenant_id, tenant_kind, person_id, role, valid_to) "
        "select %s, 'enterprise', id, 'employee', app_now() + interval '3 days' from p",
        [many, many, unit.id],
    )
    send(
        "insert into invitation (tenant_id, tenant_kind, token_hash, role, name, invited_by, expires_at) "
        "select %s, 'enterprise', ('x' || n || '-' || %s)::bytea, 'employee', '职工', "
        "(select max(person_id) from user_session), app_now() + interval '1 day' "
        "from generate_series(1, %s) n",
        [unit.id, many, many],
    )
    send(
        "insert into sign_in (person_id, address, agent, outcome) "
        "select (select max(person_id) from user_session), '192.0.2.1', 'x', 'signed_in' "
        "from generate_series(1, %s)",
        [many],
    )
    send(
        "insert into audit_event (tenant_id, seq, at, actor_name, hat, action, subject_type, subject_id, "
        "subject_label, changes, prev_hash, hash) select %s, n + %s, app_now(), '平台', 'platform', "
        "'invitation:create', (array['invitation', 'tenant'])[1 + n %% 2], %s::text, '职工', '{}', "
        "sha256('a'), sha256('b') from generate_series(1, %s) n",
        [unit.id, 10_000 * many, unit.id, many],
    )


@pytest.mark.parametrize("address", PAGES)
def test_page_costs_the_same_at_every_size(visit: Visit, world: World, engine: Engine, address: str) -> None:
    visitor = reader(visit, world, PAGES[address])
    place = address.format(unit=world.tenants.enterprise.id)
    costs: list[Work] = []
    for many in (10, 300):
        grow(world, many)
        visitor.page(place)  # templates are compiled, rules cached
        with counted(engine) as work:
            assert visitor.get(place).status_code == 200
        costs.append(work)
    few, lots = costs
    assert lots.statements <= MOST, lots
    assert few.statements == lots.statements, (few, lots)
    # the tenants of a city come as one row, the counts of a page as another page of rows
    assert lots.rows <= 4 * PAGE + 50, lots


def test_public_page_costs_nothing_for_a_stranger(visit: Visit, engine: Engine) -> None:
    for address in ("/", "/rules", "/sign-in", "/official"):
        with counted(engine) as work:
            visit().get(address)
        assert work.statements == 0, work
