"""Guidance by pages: the log of an enterprise, what is missing to a body, reference files."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from core.domain.roles import Actor, Role
from core.persistence.db import db
from tests import pilots
from tests.counting import MOST, counted
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import faults_of, read_page

ENTRY = {"kind": "process_guidance", "given_on": "2023-11-06", "summary": "到厂辅导编制评分标准。"}
PAGE = 20


@pytest.fixture
def officer(world: World) -> Actor:
    return world.actor(world.tenants.province_centre, Role.PROVINCE_CENTRE, "温叙言")


@pytest.fixture
def cycle_id(world: World, officer: Actor) -> int:
    """A cycle with an enterprise of each city in it."""
    tenants, opened = world.tenants, pilots.cycle(world.connection, officer.person_id)
    for where, nominator in (
        (tenants.enterprise, tenants.city_centre),
        (tenants.other_enterprise, tenants.other_city_centre),
    ):
        pilots.place(world.connection, opened, where, nominator=nominator, by=officer.person_id)
    return opened


@pytest.fixture
def log(world: World) -> str:
    return f"/units/{world.tenants.enterprise.id}/guidance"


@pytest.fixture
def city(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.city_centre, Role.CITY_CENTRE))


def words(visitor: Visitor, address: str) -> str:
    return read_page(visitor.page(address)).text["main"][0]


def links(visitor: Visitor, address: str) -> list[str]:
    return read_page(visitor.page(address)).values("href")


# the log


def test_body_writes_down_what_it_did_and_the_enterprise_reads_it(
    visit: Visit, world: World, city: Visitor, cycle_id: int, log: str
) -> None:
    assert f"{log}/new" in links(city, log)
    answer = city.post(f"{log}/new", **ENTRY)
    assert (answer.status_code, path_of(answer)) == (303, log)
    enterprise = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    for reader in (city, enterprise):
        for said in ("到厂辅导编制评分标准。", "过程指导", "2023-11-06", world.tenants.city_centre.name):
            assert said in words(reader, log)
    assert f"{log}/new" not in links(enterprise, log)
    assert log in links(enterprise, f"/units/{world.tenants.enterprise.id}")


def test_writing_down_asks_for_no_further_proof(city: Visitor, cycle_id: int, log: str) -> None:
    city.stale()
    assert city.post(f"{log}/new", **ENTRY).status_code == 303


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": ""}, "没有选择服务类别"),
        ({"kind": "visit"}, "没有选择服务类别"),
        ({"given_on": ""}, "没有填写服务日期"),
        ({"given_on": "2023-02-30"}, "日期不存在"),
        ({"given_on": "前天"}, "日期不存在"),
        ({"given_on": "2022-12-31"}, "早于2023年1月1日"),
        ({"given_on": "2100-01-01"}, "晚于今天"),
        ({"summary": " "}, "没有填写服务内容"),
        ({"summary": "辅" * 501}, "共 501 个字，最多 500 个"),
    ],
)
def test_entry_that_cannot_be_comes_back_with_what_was_typed(
    city: Visitor, world: World, cycle_id: int, log: str, *, changes: dict[str, str], said: str
) -> None:
    answer = city.post(f"{log}/new", **{**ENTRY, **changes})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert said in answer.text
    if "summary" not in changes:
        assert ENTRY["summary"] in answer.text
    assert world.one("select count(*) from guidance_entry") == 0
    assert city.post(f"{log}/new", **ENTRY).status_code == 303


def test_same_entry_twice_is_a_conflict(city: Visitor, world: World, cycle_id: int, log: str) -> None:
    assert city.post(f"{log}/new", **ENTRY).status_code == 303
    answer = city.post(f"{log}/new", **ENTRY)
    assert answer.status_code == 409
    assert "已经登记过" in answer.text
    assert world.one("select count(*) from guidance_entry") == 1


def test_what_was_typed_is_shown_as_text(city: Visitor, cycle_id: int, log: str) -> None:
    city.post(f"{log}/new", **{**ENTRY, "summary": "<b>甲</b>\n第二行"})
    page = city.page(log)
    assert "&lt;b&gt;甲&lt;/b&gt;\n第二行" in page
    assert "<b>甲</b>" not in page


def test_enterprise_in_no_cycle_says_so_and_has_no_form(city: Visitor, log: str) -> None:
    assert "还没有参加年度" in words(city, log)
    assert f"{log}/new" not in links(city, log)
    assert city.get(f"{log}/new").status_code == 404
    assert city.post(f"{log}/new", **ENTRY).status_code == 404


def test_log_of_a_cycle_is_chosen_among_those_of_the_enterprise(
    city: Visitor, world: World, officer: Actor, cycle_id: int, log: str
) -> None:
    city.post(f"{log}/new", **ENTRY)
    later = pilots.cycle(world.connection, officer.person_id, year=2024)
    unit = world.tenants.enterprise
    pilots.place(world.connection, later, unit, nominator=world.tenants.city_centre, by=officer.person_id)
    assert "还没有服务记录" in words(city, log)
    assert ENTRY["summary"] in words(city, f"{log}?cycle={cycle_id}")
    assert "还没有服务记录" in words(city, f"{log}?cycle=999")


def test_body_has_no_log(city: Visitor, world: World, cycle_id: int) -> None:
    for unit in (world.tenants.city_hr, world.tenants.city_centre):
        assert city.get(f"/units/{unit.id}/guidance").status_code == 404
        assert f"/units/{unit.id}/guidance" not in links(city, f"/units/{unit.id}")


# what is missing


def test_what_is_missing_is_shown_to_bodies_and_never_to_the_enterprise(
    visit: Visit, world: World, city: Visitor, cycle_id: int, log: str
) -> None:
    missing = "该企业本年度没有指导服务记录。"
    principal = visit((world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL))
    assert missing in words(city, log)
    assert missing in words(city, "/guidance")
    assert missing not in words(principal, log)
    assert principal.get("/guidance").status_code == 404
    assert "没有指导服务记录" not in words(principal, "/tasks")
    city.post(f"{log}/new", **ENTRY)
    assert missing not in words(city, log)
    assert "没有缺少" in words(city, "/guidance")


def test_late_beginning_is_shown_with_its_day(city: Visitor, cycle_id: int, log: str) -> None:
    city.post(f"{log}/new", **{**ENTRY, "given_on": "2023-11-20"})
    for address in (log, "/guidance"):
        assert "该企业的指导服务自2023年11月20日开始，时序安排为2023年11月10日前" in words(city, address)


def test_city_lists_its_enterprises_and_the_province_all(
    visit: Visit, world: World, city: Visitor, cycle_id: int
) -> None:
    tenants = world.tenants
    province = visit((tenants.province_hr, Role.PROVINCE_HR))
    assert tenants.enterprise.name in words(city, "/guidance")
    assert tenants.other_enterprise.name not in words(city, "/guidance")
    for each in (tenants.enterprise, tenants.other_enterprise):
        assert each.name in words(province, "/guidance")
    assert tenants.enterprise.name not in words(province, "/guidance?city=320500")
    assert tenants.other_enterprise.name not in words(province, "/guidance?q=宏能")
    assert "没有符合筛选的试点企业" in words(province, "/guidance?q=没有这家")
    # somebody of a city chooses among no cities
    assert tenants.enterprise.name in words(city, "/guidance?city=320500")


def test_only_those_without_an_entry(
    visit: Visit, world: World, city: Visitor, cycle_id: int, log: str
) -> None:
    province = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    city.post(f"{log}/new", **ENTRY)
    page = read_page(province.page("/guidance?only=unguided")).text["tbody"][0]
    assert world.tenants.other_enterprise.name in page
    assert world.tenants.enterprise.name not in page


def test_before_the_first_cycle_the_page_says_when_it_comes(city: Visitor) -> None:
    for address in ("/guidance", "/guidance/files"):
        assert "还没有启动年度" in words(city, address)


def test_cycle_without_enterprises_says_so(city: Visitor, world: World, officer: Actor) -> None:
    pilots.cycle(world.connection, officer.person_id)
    assert "还没有试点企业" in words(city, "/guidance")


@pytest.mark.parametrize(
    ("unit", "role", "told"),
    [
        ("city_hr", Role.CITY_HR, True),
        ("city_centre", Role.CITY_CENTRE, True),
        ("city_industry", Role.CITY_INDUSTRY, False),
        ("province_hr", Role.PROVINCE_HR, False),
        ("enterprise", Role.ENTERPRISE_HR, False),
    ],
)
def test_city_is_reminded_until_each_has_an_entry(
    visit: Visit, world: World, cycle_id: int, log: str, *, unit: str, role: Role, told: bool
) -> None:
    visitor, reminder = visit((getattr(world.tenants, unit), role)), "1 家试点企业没有指导服务记录"
    assert (reminder in words(visitor, "/tasks")) is told
    if told:
        assert "/guidance" in links(visitor, "/tasks")
        visitor.post(f"{log}/new", **ENTRY)
        assert reminder not in words(visitor, "/tasks")


# reference files


@pytest.fixture
def file_id(world: World, officer: Actor, cycle_id: int) -> int:
    """A file of the city's centre; there is one of the province and of the other city besides."""
    tenants, by = world.tenants, officer.person_id
    pilots.file(world.connection, cycle_id, tenants.province_hr, "全省编制要点", by=by)
    pilots.file(world.connection, cycle_id, tenants.other_city_hr, "苏州市办理指南", by=by)
    return pilots.file(world.connection, cycle_id, tenants.city_centre, "南京市申报材料清单", by=by)


def test_files_of_the_province_and_of_the_own_city_are_read(
    visit: Visit, world: World, city: Visitor, file_id: int
) -> None:
    tenants = world.tenants
    enterprise = visit((tenants.enterprise, Role.ENTERPRISE_HR))
    province = visit((tenants.province_centre, Role.PROVINCE_CENTRE))
    branch = visit((tenants.central_branch, Role.CENTRAL_BRANCH))
    for reader, seen in (
        (city, {"全省编制要点", "南京市申报材料清单"}),
        (enterprise, {"全省编制要点", "南京市申报材料清单"}),
        (province, {"全省编制要点", "南京市申报材料清单", "苏州市办理指南"}),
        (branch, {"全省编制要点"}),
    ):
        page = words(reader, "/guidance/files")
        assert {
            title for title in ("全省编制要点", "南京市申报材料清单", "苏州市办理指南") if title in page
        } == seen


def test_own_file_is_withdrawn_with_proof_and_a_reason(
    visit: Visit, world: World, city: Visitor, file_id: int
) -> None:
    address = f"/guidance/files/{file_id}/withdraw"
    assert address in links(city, "/guidance/files")
    city.page(address)
    assert city.post(address, reason="").status_code == 422
    city.stale()
    assert city.post(address, reason="内容有误").status_code == 422
    assert "南京市申报材料清单" in words(city, "/guidance/files")
    answer = city.post(address, reason="内容有误", given=city.proof())
    assert (answer.status_code, path_of(answer)) == (303, "/guidance/files")
    assert "南京市申报材料清单" not in words(city, "/guidance/files")
    assert city.get(address).status_code == 404
    assert "撤下参考资料" in words(city, f"/units/{world.tenants.city_centre.id}/record")


def test_file_of_another_body_is_not_withdrawn(
    visit: Visit, world: World, city: Visitor, file_id: int
) -> None:
    address = f"/guidance/files/{file_id}/withdraw"
    colleague = visit((world.tenants.city_hr, Role.CITY_HR))
    assert address not in links(colleague, "/guidance/files")
    assert colleague.get(address).status_code == 404
    assert colleague.post(address, reason="内容有误").status_code == 404
    assert city.get(address).status_code == 200


def test_body_without_a_file_is_reminded_by_the_clause(
    visit: Visit, world: World, city: Visitor, cycle_id: int, officer: Actor
) -> None:
    said = "南京市本年度没有发布参考资料。"
    assert said in words(city, "/guidance")
    pilots.file(world.connection, cycle_id, world.tenants.city_hr, "办理指南", by=officer.person_id)
    assert said not in words(city, "/guidance")


# what it costs


@pytest.fixture
def engine(visit: Visit) -> Engine:
    with visit().site.app_context():
        return db.engine


def grow(world: World, cycle_id: int, officer: Actor, many: int) -> None:
    """``many`` more enterprises in the cycle, each with three services; files and entries of the first."""
    send, unit = world.connection.execute, world.tenants.enterprise
    send(
        "with made as (insert into tenant (kind, name, short_name, city_code, uscc)"
        " select 'enterprise', '企业' || n, '企业', '320100', 'X' || %(many)s || '-' || n"
        " from generate_series(1, %(many)s) n returning id),"
        " placed as (insert into cycle_place (tenant_id, cycle_id, nomination_tenant_id, nomination_id,"
        " channel, quota_class, admitted_by) select id, %(cycle)s, %(nominator)s, 1000000 + id, 'city',"
        " 'ordinary', %(by)s from made returning tenant_id)"
        " insert into guidance_entry (tenant_id, cycle_id, kind, summary, given_by, given_by_unit, given_on)"
        " select tenant_id, %(cycle)s, kind, '辅导', %(by)s, '鉴定中心', '2023-11-06'"
        " from placed, unnest(array['policy_advice', 'process_guidance', 'data_service']) kind",
        {
            "many": many,
            "cycle": cycle_id,
            "nominator": world.tenants.city_centre.id,
            "by": officer.person_id,
        },
    )
    send(
        "insert into guidance_entry (tenant_id, cycle_id, kind, summary, given_by, given_by_unit, given_on)"
        " select %s, %s, 'policy_advice', '咨询 ' || n, %s, '鉴定中心', '2023-11-06'"
        " from generate_series(1, %s) n",
        [unit.id, cycle_id, officer.person_id, many],
    )
    send(
        "insert into guidance_file (tenant_id, cycle_id, title, published_by_unit, published_by)"
        " select %s, %s, '资料 ' || n, '省厅', %s from generate_series(1, %s) n",
        [world.tenants.province_hr.id, cycle_id, officer.person_id, many],
    )


@pytest.mark.parametrize(
    "address",
    [
        "/guidance",
        "/guidance?q=企业&only=unguided",
        "/guidance/files",
        "/units/{unit}/guidance",
        "/units/{unit}/guidance/new",
        "/units/{unit}",
        "/tasks",
    ],
)
def test_page_costs_the_same_at_every_size(
    visit: Visit, world: World, engine: Engine, cycle_id: int, *, officer: Actor, address: str
) -> None:
    visitor = visit((world.tenants.city_hr, Role.CITY_HR))
    place, costs = address.format(unit=world.tenants.enterprise.id), []
    for many in (10, 1_000, 10_000):
        grow(world, cycle_id, officer, many)
        world.connection.execute("analyze")
        visitor.page(place)  # templates are compiled, rules cached
        with counted(engine) as work:
            assert visitor.get(place).status_code == 200
        costs.append((work.statements, work.rows))
    assert {statements for statements, _ in costs} == {costs[0][0]}
    assert costs[0][0] <= MOST, costs
    # a city's tenants come as one row
    assert costs[-1][1] <= 2 * PAGE, costs


def test_lists_go_on_from_page_to_page(visit: Visit, world: World, cycle_id: int, officer: Actor) -> None:
    grow(world, cycle_id, officer, PAGE * 3 // 2)
    province = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    unit = world.tenants.enterprise
    for first, sign in (
        ("/guidance", "after="),
        ("/guidance/files", "before="),
        (f"/units/{unit.id}/guidance", "before="),
    ):
        (onward,) = [each for each in links(province, first) if sign in each]
        rows = [len(read_page(province.page(each)).text["tbody"][0].split("\n")) for each in (first, onward)]
        assert rows[0] > rows[1] > 0
        assert not [each for each in links(province, onward) if sign in each]
