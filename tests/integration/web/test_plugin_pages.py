"""插件 of an enterprise by its page: with a folder, without one, with one that is not there."""

from __future__ import annotations

import psycopg
import pytest

from core.domain.roles import Role, TenantKind
from core.services.checked import checked_plans
from core.services.tenants import list_plugins
from tests import factories
from tests.factories import NANJING, MadeTenant
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor
from tests.unit.web.pages import read_page

NANJINGS, SUZHOU = "nanjing_hongneng", "suzhou_guxu"


@pytest.fixture
def unit(world: World, superuser: psycopg.Connection) -> MadeTenant:
    """An enterprise with typed parts, own code and a shared plugin."""
    made = factories.tenant(superuser, TenantKind.ENTERPRISE, "中国泓能石化南京江畔分公司", NANJING)
    superuser.execute("update tenant set slug = %s where id = %s", [NANJINGS, made.id])
    return made


@pytest.fixture
def city(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.city_hr, Role.CITY_HR))


def words(visitor: Visitor, where: MadeTenant) -> str:
    page = read_page(visitor.page(f"/units/{where.id}/plugins"))
    return " ".join(page.text["main"][0].split())


def test_plugins_stand_in_the_order_they_are_asked(city: Visitor, unit: MadeTenant) -> None:
    page = words(city, unit)
    order = ["1. 企业填报", "2. 企业自有代码", "3. 共用插件：泓能集团统一政策（虚构）", "4. 省级参考"]
    places = [page.index(each) for each in order]
    assert places == sorted(places)


def test_each_shows_version_hash_hooks_and_health(city: Visitor, unit: MadeTenant) -> None:
    page = words(city, unit)
    compiled = checked_plans().of(NANJINGS).compiled
    for each in compiled.asked:
        assert f"{each.answerer.plugin} {each.answerer.version}" in page
        assert each.answerer.code_hash in page
    for part in compiled.answered:
        assert f"plan_{part}" in page
    for said in ("正常", "没有用到", "没有出错", "answers.yaml", "plan.py", "没有启用记录"):
        assert said in page
    assert "没有问到，已由企业自有代码提供" in page


def test_every_part_says_who_provides_it(city: Visitor, unit: MadeTenant) -> None:
    page = read_page(city.page(f"/units/{unit.id}/plugins"))
    parts = {" ".join(each.split()) for each in page.text["li"]}
    assert "评审职业（工种）企业填报" in parts
    assert "评分标准企业自有代码" in parts
    assert "激励待遇共用插件：泓能集团统一政策（虚构）" in parts


def test_boundaries_and_limits_are_stated(city: Visitor, unit: MadeTenant) -> None:
    page = words(city, unit)
    for said in (
        "插件永远不能",
        "放宽省级条款",
        "插件得不到",
        "数据库连接",
        "限 5 秒、内存 512 MB、内容 1 MB",
    ):
        assert said in page


def test_when_a_shared_plugin_was_put_on(
    city: Visitor, unit: MadeTenant, world: World, superuser: psycopg.Connection
) -> None:
    officer = world.actor(world.tenants.province_centre, Role.PROVINCE_CENTRE)
    put_on = (
        "insert into tenant_plugin (tenant_id, name, position, added_by, added_at)"
        " values (%s, %s, 1, %s, '2026-11-03 06:00+00')"
    )
    superuser.execute(put_on, [unit.id, "hongneng_group", officer.person_id])
    assert "启用 2026-11-03 14:00" in words(city, unit)
    assert "又从企业文件夹去掉的插件" not in words(city, unit)
    superuser.execute(put_on, [unit.id, "gone_plugin", officer.person_id])
    assert "启用后又从企业文件夹去掉的插件：gone_plugin。" in words(city, unit)


def test_enterprise_without_a_folder_has_the_reference_alone(city: Visitor, world: World) -> None:
    page = words(city, world.tenants.enterprise)
    reference = next(each for each in list_plugins() if each.name == "js_reference")
    assert "该企业没有自己的文件夹。" in page
    assert "1. 省级参考" in page
    assert "2. " not in page
    assert reference.code_hash in page
    assert "组织形式 由企业编制" in page.replace("组织形式由企业编制", "组织形式 由企业编制")
    assert "查看检查报告" not in page


def test_folder_that_is_not_there_is_told(city: Visitor, world: World, superuser: psycopg.Connection) -> None:
    unit = world.tenants.enterprise
    superuser.execute("update tenant set slug = 'no_such_folder' where id = %s", [unit.id])
    page = words(city, unit)
    assert "企业文件夹没有载入。没有找到企业文件夹 no_such_folder。" in page.replace("。 ", "。")


def test_page_is_for_the_enterprise_and_its_reviewing_bodies(
    visit: Visit, world: World, unit: MadeTenant
) -> None:
    tenants = world.tenants
    for hat, status in (
        ((unit, Role.ENTERPRISE_PRINCIPAL), 200),
        ((unit, Role.ENTERPRISE_HR), 200),
        ((unit, Role.EMPLOYEE), 404),
        ((tenants.enterprise, Role.ENTERPRISE_HR), 404),
        ((tenants.city_industry, Role.CITY_INDUSTRY), 200),
        ((tenants.other_city_hr, Role.CITY_HR), 404),
        ((tenants.province_centre, Role.PROVINCE_CENTRE), 200),
        ((tenants.platform, Role.SECURITY_ADMIN), 404),
    ):
        assert visit(hat).get(f"/units/{unit.id}/plugins").status_code == status, hat


def test_body_has_no_plugins(city: Visitor, world: World) -> None:
    unit = world.tenants.city_centre
    assert city.get(f"/units/{unit.id}/plugins").status_code == 404
    assert "插件" not in city.page(f"/units/{unit.id}")
