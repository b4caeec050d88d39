"""The overview: each number leads to a list of as many, readers see the own, workbooks are the tables."""

from __future__ import annotations

import io
import re
from html import unescape
from random import Random, SystemRandom
from typing import Any, Final

import pytest
from openpyxl import load_workbook

from core.domain.roles import Role
from tests import factories, pilots
from tests.integration.accounts.world import World
from tests.integration.onboarding.generated import GeneratedCycle
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor
from tests.unit.web.pages import read_page

MANY: Final = 60
NUMBER: Final = re.compile(r'<td class="n"><a href="([^"]+)">(\d+)</a></td>')
ROW: Final = re.compile(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', re.DOTALL)
CELL: Final = re.compile(r'<td class="n">(?:<a[^>]*>)?([\d—]+)(?:</a>)?</td>')
SUMS: Final = {"returned": 6, "accepted": 7, "refused": 8, "waived": 9}
"""What some lists come to: the column of their workbook."""


@pytest.fixture
def generated(world: World) -> GeneratedCycle:
    seed = SystemRandom().randrange(2**32)
    print(f"seed {seed}, {MANY} enterprises")
    tenants, by = world.tenants, factories.person(world.connection, "季怀瑜").id
    units = [tenants.city_centre, tenants.other_city_centre, tenants.central_branch]
    cycle_id = pilots.cycle(world.connection, by, year=2026)
    made = GeneratedCycle(world.connection, Random(seed), cycle_id, by, units)  # noqa: S311
    made.fill(MANY)
    return made


@pytest.fixture
def province(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.province_hr, Role.PROVINCE_HR))


def sheet(visitor: Visitor, address: str) -> list[tuple[Any, ...]]:
    with visitor.get(address) as answer:
        assert answer.status_code == 200
        return list(load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))


def table_of(page: str) -> dict[str, list[str]]:
    """The rows of the table of places, by its heading."""
    places = page[page.index('id="places"') :]
    return {name: CELL.findall(cells) for name, cells in ROW.findall(places)}


@pytest.mark.usefixtures("generated")
@pytest.mark.parametrize("table", ["", "?table=matters"])
def test_each_number_leads_to_a_list_of_as_many(province: Visitor, table: str) -> None:
    found = NUMBER.findall(province.page(f"/overview{table}"))
    assert found
    for link, number in {(unescape(link), int(number)) for link, number in found}:
        rows = sheet(province, link.replace("/enterprises?", "/enterprises.xlsx?"))[1:]
        only = re.search(r"only=(\w+)", link)
        sums = {len(rows)}
        if only and only[1] in SUMS:
            sums.add(sum(int(row[SUMS[only[1]]]) for row in rows))
        assert number in sums, link
        if table == "":
            assert f"共 {number} 家" in province.page(link)


@pytest.mark.usefixtures("generated")
def test_workbook_is_the_table_that_is_shown(province: Visitor) -> None:
    for table in ("", "?table=matters"):
        shown = table_of(province.page(f"/overview{table}"))
        _heads, *rows = sheet(province, f"/overview/cities.xlsx{table}")
        assert {row[0]: ["—" if each is None else str(each) for each in row[1:]] for row in rows} == shown
        assert len(rows) == 13 + 2  # the direct channel, and all of them


@pytest.mark.usefixtures("generated")
def test_city_and_branch_see_the_own(visit: Visit, world: World, province: Visitor) -> None:
    tenants = world.tenants
    whole = table_of(province.page("/overview"))
    for where, role, place in (
        (tenants.city_hr, Role.CITY_HR, "南京市"),
        (tenants.other_city_industry, Role.CITY_INDUSTRY, "苏州市"),
        (tenants.central_branch, Role.CENTRAL_BRANCH, "直接申报"),
    ):
        visitor = visit((where, role))
        page = visitor.page("/overview?city=320900")
        own = table_of(page[: page.index("</table>", page.index('id="places"'))])
        assert own == {place: whole[place]}
        rows = sheet(visitor, "/overview/enterprises.xlsx?city=320900")[1:]
        assert {row[3] if place == "直接申报" else row[2] for row in rows} == {place}
    assert visit((tenants.enterprise, Role.ENTERPRISE_HR)).get("/overview").status_code == 404


@pytest.mark.usefixtures("generated")
def test_no_person_is_named(province: Visitor) -> None:
    for address in ("/overview", "/overview?table=matters", "/overview/enterprises"):
        page = province.page(address)
        assert not [name for name in ("经办人", "会签人", "某人", "季怀瑜") if name in page]


@pytest.mark.parametrize("name", ["=1+1", "+86", "-2+3", "@SUM(1)"])
def test_name_of_an_enterprise_is_no_formula(generated: GeneratedCycle, province: Visitor, name: str) -> None:
    generated.superuser.execute("update nomination set enterprise = %s where state <> 'admitted'", [name])
    with province.get("/overview/enterprises.xlsx?stage=draft") as answer:
        cells = [row[0] for row in load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(min_row=2)]
    assert {(cell.value, cell.data_type) for cell in cells} <= {(name, "s")}
    assert name in read_page(province.page("/overview/enterprises?stage=draft")).text["tbody"][0] or not cells


def test_without_a_cycle_there_is_nothing_to_count(province: Visitor) -> None:
    assert "还没有年度" in province.page("/overview")
    assert "还没有年度" in province.page("/overview/enterprises")
    assert province.get("/overview/cities.xlsx").status_code == 404
    assert province.get("/overview?cycle=999999").status_code == 404
