"""Units: the list of a city or the province, one unit, and what happened to it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from core.domain.roles import Role, TenantKind
from core.services.directory import PAGE
from tests import factories, pilots
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor
from tests.unit.web.pages import read_page

NAMES = ("徐州彭岳", "南京宏能", "常州启曜", "苏州姑胥", "无锡太湖", "Yangzhou 1")
BY_NAME = ["Yangzhou 1", "常州启曜", "南京宏能", "苏州姑胥", "无锡太湖", "徐州彭岳"]
"""As 拼音 has them, letters first."""


def test_city_lists_its_own_and_the_province_all(visit: Visit, world: World) -> None:
    tenants = world.tenants
    city = read_page(visit((tenants.city_hr, Role.CITY_HR)).page("/units")).text["tbody"][0]
    province = read_page(visit((tenants.province_hr, Role.PROVINCE_HR)).page("/units")).text["tbody"][0]
    assert tenants.enterprise.name in city
    assert tenants.other_enterprise.name not in city
    assert tenants.province_hr.name not in city
    for each in (tenants.enterprise, tenants.other_enterprise, tenants.platform, tenants.central_branch):
        assert each.name in province


def test_enterprise_has_no_list(visit: Visit, world: World) -> None:
    assert visit((world.tenants.enterprise, Role.ENTERPRISE_HR)).get("/units").status_code == 404


def test_list_is_sifted_by_words_kind_and_city(visit: Visit, world: World) -> None:
    tenants = world.tenants
    province = visit((tenants.province_hr, Role.PROVINCE_HR))

    def listed(query: str) -> set[str]:
        links = read_page(province.page(f"/units{query}")).values("href")
        known = {f"/units/{each.id}": each.name for each in vars_of(world)}
        return {known[link] for link in links if link in known} - {tenants.province_hr.name}

    assert listed("?kind=enterprise") == {tenants.enterprise.name, tenants.other_enterprise.name}
    assert listed("?kind=enterprise&city=320500") == {tenants.other_enterprise.name}
    assert listed("?q=姑胥") == {tenants.other_enterprise.name}
    uscc = world.one("select uscc from tenant where id = %s", tenants.enterprise.id)
    assert listed(f"?q={uscc}") == {tenants.enterprise.name}
    assert listed("?q=%25") == set()
    assert "没有符合筛选的单位" in province.page("/units?q=没有这家")
    assert listed("?kind=nonsense&city=110000") >= {tenants.enterprise.name, tenants.city_hr.name}


def vars_of(world: World) -> list[factories.MadeTenant]:
    return [getattr(world.tenants, name) for name in world.tenants.__slots__]


def test_list_goes_on_from_page_to_page(visit: Visit, world: World) -> None:
    for number in range(2 * PAGE):
        factories.tenant(world.connection, TenantKind.ENTERPRISE, f"企业{number:03}", factories.NANJING)
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    seen: list[str] = []
    address = "/units"
    for _ in range(3):
        page = read_page(city.page(address))
        seen += [each for each in page.values("href") if each.startswith("/units/") and each[7:].isdigit()]
        following = [each for each in page.values("href") if "after=" in each]
        if not following:
            break
        address = following[-1]
    assert len(set(seen)) == 2 * PAGE + 4  # and the four of the city, of which one stands in the rail too


@pytest.fixture
def province(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.province_hr, Role.PROVINCE_HR))


def enterprises(world: World, names: tuple[str, ...] = NAMES) -> None:
    """New enterprises in this order, in as many cities, backwards."""
    for number, name in enumerate(names):
        factories.tenant(world.connection, TenantKind.ENTERPRISE, name, f"32{13 - number:02}00")


def listed(visitor: Visitor, address: str) -> list[str]:
    """The new enterprises as the list has them."""
    rows = re.findall(r'<a href="/units/\d+">([^<]+)</a>', visitor.page(address).partition("<tbody>")[2])
    return [name for name in rows if name in NAMES]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", list(NAMES)),
        ("opened", list(NAMES)),
        ("-opened", list(reversed(NAMES))),
        ("name", BY_NAME),
        ("-name", list(reversed(BY_NAME))),
        ("city", list(reversed(NAMES))),
        ("-city", list(NAMES)),
        ("nonsense", list(NAMES)),
        ("--name", list(NAMES)),
    ],
)
def test_list_is_sorted(province: Visitor, world: World, sort: str, order: list[str]) -> None:
    enterprises(world)
    assert listed(province, f"/units?kind=enterprise&sort={sort}") == order


@pytest.mark.parametrize("sort", ["opened", "-opened", "name", "-name", "city", "-city"])
def test_sorted_list_goes_on_from_page_to_page(province: Visitor, world: World, sort: str) -> None:
    for number in range(60):  # many of one name and one city
        name = f"企业{number % 7}"
        factories.tenant(world.connection, TenantKind.ENTERPRISE, name, f"32{1 + number % 3:02}00")
    seen: list[str] = []
    address = f"/units?kind=enterprise&sort={sort}"
    while address:
        page = province.page(address)
        seen += re.findall(r'<th scope="row"[^>]*><a href="(/units/\d+)">', page)
        onward = [each for each in read_page(page).values("href") if "after=" in each]
        address = onward[-1] if onward else ""
    assert len(seen) == len(set(seen)) == 62


def test_heads_sort_and_turn_round(province: Visitor, world: World) -> None:
    page = read_page(province.page("/units?kind=enterprise&sort=name"))
    heads = [each.attributes for each in page.all("th") if each.attributes.get("scope") == "col"]
    assert [each.get("aria-sort") for each in heads] == ["ascending", None, None, None, None, None]
    for turned in ("sort=-name", "sort=city", "sort=opened"):
        assert any(f"/units?kind=enterprise&{turned}" == link for link in page.values("href"))
    assert 'aria-sort="descending"' in province.page("/units?sort=-city")


def test_page_from_behind_a_unit_out_of_sight_is_empty(visit: Visit, world: World) -> None:
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    for after in (world.tenants.other_enterprise.id, 999_999):
        assert "没有单位" in city.page(f"/units?after={after}")


def test_somebody_of_one_city_chooses_among_no_cities(visit: Visit, world: World) -> None:
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    assert world.tenants.enterprise.name in city.page("/units?city=320500")


# the workbook


def sheet_of(visitor: Visitor, query: str = "") -> Any:
    with visitor.get(f"/units/list.xlsx{query}") as answer:
        assert answer.status_code == 200
        return load_workbook(io.BytesIO(answer.data)).active


def workbook(visitor: Visitor, query: str = "") -> list[tuple[Any, ...]]:
    return list(sheet_of(visitor, query).iter_rows(values_only=True))


def test_list_is_saved_as_a_workbook_in_chinese(province: Visitor, world: World) -> None:
    with province.get("/units/list.xlsx") as answer:
        told = answer.headers
    assert told["Cache-Control"] == "no-store"
    assert "filename*=UTF-8''%E5%8D%95%E4%BD%8D%E5%90%8D%E5%BD%95" in told["Content-Disposition"]
    heads, *rows = workbook(province)
    assert heads == ("单位", "类别", "设区市", "统一社会信用代码", "负责办理的人员（人）", "开设时间")
    unit = world.tenants.enterprise
    found = next(row for row in rows if row[0] == unit.name)
    uscc = world.one("select uscc from tenant where id = %s", unit.id)
    assert found[1:5] == ("试点企业", "南京市", uscc, 0)
    assert len(rows) == len(vars_of(world))


def test_workbook_has_what_the_reader_reads(visit: Visit, world: World, province: Visitor) -> None:
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    names = {row[0] for row in workbook(city)}
    assert world.tenants.enterprise.name in names
    assert world.tenants.other_enterprise.name not in names
    assert world.tenants.other_enterprise.name in {row[0] for row in workbook(province)}
    employee = visit((world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL))
    assert employee.get("/units/list.xlsx").status_code == 404


def test_workbook_is_sifted_and_sorted_as_the_list(province: Visitor, world: World) -> None:
    enterprises(world)
    names = [row[0] for row in workbook(province, "?kind=enterprise&sort=-name")[1:]]
    assert [name for name in names if name in NAMES] == list(reversed(BY_NAME))
    assert [row[0] for row in workbook(province, "?q=太湖&kind=enterprise")[1:]] == ["无锡太湖"]
    assert workbook(province, "?q=没有这家")[1:] == []
    assert "/units/list.xlsx?q=%E5%A4%AA%E6%B9%96&kind=enterprise&sort=name" in province.page(
        "/units?q=太湖&kind=enterprise&sort=name"
    ).replace("&amp;", "&")


@pytest.mark.parametrize(
    "name", ["=1+1", "+86", "-2+3", "@SUM(1)", "\t=1+1", '=HYPERLINK("https://e.invalid")']
)
def test_name_of_a_unit_is_no_formula(province: Visitor, world: World, name: str) -> None:
    factories.tenant(world.connection, TenantKind.ENTERPRISE, name, factories.NANJING)
    sheet = sheet_of(province, "?kind=enterprise&sort=-opened")
    assert (sheet["A2"].value, sheet["A2"].data_type) == (name, "s")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_workbook_has_more_than_a_page(province: Visitor, world: World) -> None:
    world.connection.execute(
        "insert into tenant (kind, name, short_name, city_code, uscc)"
        " select 'enterprise', '企业' || n, '企业', '320100', 'X' || n from generate_series(1, 2500) n"
    )
    rows = workbook(province, "?q=企业&kind=enterprise&sort=name")[1:]
    assert len(rows) == len(set(rows)) == 2500


# the unit


def test_unit_shows_facts_and_who_answers_for_it(visit: Visit, world: World) -> None:
    unit = world.tenants.enterprise
    world.hr("顾云舟")
    page = read_page(visit((world.tenants.city_hr, Role.CITY_HR)).page(f"/units/{unit.id}"))
    for said in (unit.name, "试点企业", "南京市", "顾云舟", "企业人力资源管理部门"):
        assert said in page.text["main"][0]


def test_enterprise_shows_the_cycles_it_was_admitted_to(visit: Visit, world: World) -> None:
    tenants = world.tenants
    officer = world.actor(tenants.province_centre, Role.PROVINCE_CENTRE, "温叙言")
    cycle_id = pilots.cycle(world.connection, officer.person_id)
    nomination_id = pilots.place(
        world.connection, cycle_id, tenants.enterprise, nominator=tenants.city_centre, by=officer.person_id
    )
    pilots.admission(tenants.enterprise, nomination_id, officer)
    for hat, named in (
        ((tenants.city_hr, Role.CITY_HR), True),  # reads the record
        ((tenants.enterprise, Role.ENTERPRISE_HR), True),
        ((tenants.city_industry, Role.CITY_INDUSTRY), False),
        ((tenants.enterprise, Role.EMPLOYEE), False),
    ):
        page = read_page(visit(hat).page(f"/units/{tenants.enterprise.id}")).text["main"][0]
        for said in ("2023 年度", "向当地人力资源社会保障部门申报", "设区市推荐名额", "省职业技能鉴定中心"):
            assert said in page
        assert ("温叙言" in page) is named, hat


def test_enterprise_in_no_cycle_says_when_it_will_be(visit: Visit, world: World) -> None:
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    assert "还没有参加年度" in city.page(f"/units/{world.tenants.enterprise.id}")
    assert "参加年度" not in city.page(f"/units/{world.tenants.city_centre.id}")


def test_unit_without_anybody_says_so(visit: Visit, world: World) -> None:
    unit = world.tenants.enterprise
    page = visit((world.tenants.city_hr, Role.CITY_HR)).page(f"/units/{unit.id}")
    assert "还没有负责办理的人员" in page


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.APPLICANT, Role.COMMITTEE_MEMBER])
def test_everybody_sees_their_own_unit_and_no_more_of_it(visit: Visit, world: World, role: Role) -> None:
    visitor, unit = visit((world.tenants.enterprise, role)), world.tenants.enterprise.id
    page = read_page(visitor.page(f"/units/{unit}"))
    assert f"/units/{unit}/people" not in page.values("href")
    for end in ("people", "record", "history", "invitations"):
        assert visitor.get(f"/units/{unit}/{end}").status_code == 404


def test_navigation_shows_what_the_hat_opens(visit: Visit, world: World) -> None:
    tenants = world.tenants
    employee = visit((tenants.enterprise, Role.EMPLOYEE))
    auditor = visit((tenants.platform, Role.AUDIT_ADMIN))

    def rail(words: str) -> str:
        return read_page(words).text["aside"][0]

    assert "操作记录" not in rail(employee.page("/tasks"))
    assert "单位名录" not in rail(employee.page("/tasks"))
    for said in ("操作记录", "单位名录", "本单位"):
        assert said in rail(auditor.page("/tasks"))
    assert "人员与授权" not in rail(auditor.page("/tasks"))
    stranger = rail(visit().page("/rules"))
    assert "登录" in stranger
    assert "我的待办" not in stranger


def test_current_section_is_marked_once(visit: Visit, world: World) -> None:
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    own, other = f"/units/{world.tenants.city_hr.id}", f"/units/{world.tenants.enterprise.id}"

    def marked(address: str) -> dict[str, str]:
        links = read_page(city.page(address)).all("a")
        in_rail = [each.attributes for each in links if "aria-current" in each.attributes]
        return {each["href"]: each["aria-current"] for each in in_rail}

    assert marked("/units") == {"/units": "page"}
    assert marked(own) == {own: "page"}
    assert marked(f"{own}/people") == {f"{own}/people": "page"}
    assert marked(other) == {"/units": "true", other: "page"}  # the second is the view of the unit
    assert marked("/tasks") == {"/tasks": "page"}


def test_history_of_a_unit_and_of_what_is_in_it(visit: Visit, world: World) -> None:
    unit = world.tenants.enterprise.id
    hr = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    hr.post(f"/units/{unit}/invitations/new", name="骆清和", role="employee")
    invitation_id = world.one("select id from invitation")
    page = hr.page(f"/units/{unit}/history/invitation/{invitation_id}")
    assert "发出邀请" in page
    assert "骆清和：职工" in page
    for absent in ("invitation/999", "nonsense/1", "person/999"):
        assert hr.get(f"/units/{unit}/history/{absent}").status_code == 404
