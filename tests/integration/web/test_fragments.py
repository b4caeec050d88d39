"""A part of a page that is remembered is known by all that it shows: who sees other numbers sees another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from core.domain.roles import Role
from core.services import cockpit
from core.web import fragments
from tests import factories, pilots
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor

INSERT: Final = """
insert into nomination (tenant_id, cycle_id, city_code, channel, quota_class, class_proved, uscc, enterprise,
    state, dossier, created_by, nominated_by, nominated_name, nominated_role, nominated_at)
values (%s, %s, %s, 'city', 'ordinary', false, %s, '恒远', 'submitted', '{"channel": "city"}', %s, %s,
    '经办人', 'city_centre', app_now())
"""


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    fragments.KNOWN.clear()
    cockpit.KNOWN.clear()
    yield
    fragments.KNOWN.clear()
    cockpit.KNOWN.clear()


@pytest.fixture
def nominated(world: World) -> list[str]:
    """One enterprise of Nanjing and two of Suzhou; the cycle, and who entered them."""
    by = factories.person(world.connection, "经办人").id
    cycle_id = pilots.cycle(world.connection, by, year=2026)
    units = world.tenants.city_centre, world.tenants.other_city_centre, world.tenants.other_city_centre
    for number, unit in enumerate(units):
        uscc = f"91{number:016}"
        world.connection.execute(INSERT, [unit.id, cycle_id, unit.city_code, uscc, by, by])
    return [str(cycle_id), str(by)]


def places(visitor: Visitor) -> str:
    """The numbers and tables of the overview, without the frame and the list."""
    page = visitor.page("/overview")
    return page[page.index('<dl class="sx-stats">') : page.index("</table>", page.index('id="places"'))]


def submitted(part: str) -> list[int]:
    """The numbers that lead to all 待会签."""
    return [int(each) for each in re.findall(r'&amp;stage=submitted">(\d+)</a>', part)]


@pytest.mark.usefixtures("nominated")
def test_readers_of_other_reach_never_see_the_same(visit: Visit, world: World) -> None:
    tenants = world.tenants
    readers = {
        "province": visit((tenants.province_hr, Role.PROVINCE_HR)),
        "南京市": visit((tenants.city_hr, Role.CITY_HR)),
        "苏州市": visit((tenants.other_city_industry, Role.CITY_INDUSTRY)),
    }
    first = {name: places(visitor) for name, visitor in readers.items()}
    assert len(set(first.values())) == len(readers)
    assert "苏州市" not in first["南京市"]
    assert "南京市" not in first["苏州市"]
    assert {name: places(visitor) for name, visitor in reversed(readers.items())} == first


@pytest.mark.usefixtures("nominated")
def test_readers_of_the_same_numbers_see_what_was_rendered_once(visit: Visit, world: World) -> None:
    """The twin: what is equal in everything that is shown is rendered once."""
    readers = [
        visit((world.tenants.city_hr, Role.CITY_HR)),
        visit((world.tenants.city_centre, Role.CITY_CENTRE)),
    ]
    assert places(readers[0]) == places(readers[1])
    assert len(cockpit.KNOWN) == 1
    assert len(fragments.KNOWN) == 4  # the numbers, the table of places, and the sections of either reader


def test_count_that_changed_is_shown_at_the_next_look(
    visit: Visit, world: World, nominated: list[str]
) -> None:
    visitor = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    before = places(visitor)
    assert places(visitor) == before
    cycle_id, by = nominated
    unit = world.tenants.city_centre
    world.connection.execute(INSERT, [unit.id, cycle_id, unit.city_code, "91" + "9" * 16, by, by])
    after = places(visitor)
    assert submitted(before)
    assert max(submitted(after)) == max(submitted(before)) + 1


@pytest.mark.usefixtures("nominated")
def test_icons_of_what_was_rendered_before_are_brought_again(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    pages = [visitor.page("/overview") for _ in range(2)]
    for page in pages:
        used = set(re.findall(r'href="#(i-[a-z0-9-]+)"', page))
        assert "i-calendar-off" in used
        assert used <= set(re.findall(r'<symbol id="(i-[a-z0-9-]+)"', page))
