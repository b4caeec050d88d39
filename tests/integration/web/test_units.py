"""Units: the list of a city or the province, one unit, and what happened to it."""

from __future__ import annotations

import pytest

from core.domain.roles import Role, TenantKind
from core.services.directory import PAGE
from tests import factories
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.unit.web.pages import read_page


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


def test_unit_shows_facts_and_who_answers_for_it(visit: Visit, world: World) -> None:
    unit = world.tenants.enterprise
    world.hr("顾云舟")
    page = read_page(visit((world.tenants.city_hr, Role.CITY_HR)).page(f"/units/{unit.id}"))
    for said in (unit.name, "试点企业", "南京市", "顾云舟", "企业人力资源管理部门"):
        assert said in page.text["main"][0]


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
