"""工作日历 by pages: months, versions, entering a year with every fault told, and what then counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest

from core.domain.roles import Role
from core.domain.values import BEIJING
from tests.integration.accounts.world import World
from tests.integration.onboarding.season import OPENED, Season
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import faults_of, read_page

NOTICE: Final = "国务院办公厅关于2027年部分节假日安排的通知"
NEW: Final[dict[str, Any]] = {
    "holidays": "元旦：1月1日（周五）至3日（周日）\n春节：2月5日至2月11日",
    "workdays": "1月9日\n2月20日",
    "source": NOTICE,
}
CORRECTED: Final[dict[str, Any]] = {
    "holidays": (
        "1月1日至1月3日\n2月15日至2月23日\n4月4日至4月6日\n5月1日至5月5日\n6月19日至6月21日\n"
        "9月25日至9月27日\n10月1日至10月7日\n11月9日"
    ),
    "workdays": "1月4日\n2月14日\n2月28日\n5月9日\n9月20日\n10月10日",
    "source": "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
    "reason": "省政府通知11月9日全省放假一天。",
}


@pytest.fixture
def world(world: World) -> World:
    world.at(OPENED)
    return world


@pytest.fixture
def province(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.province_centre, Role.PROVINCE_CENTRE), name="温叙言")


@pytest.fixture
def employee(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.enterprise, Role.EMPLOYEE))


def main(words: str) -> str:
    return read_page(words).text["main"][0]


def test_years_are_listed_with_their_notices_and_the_next_is_an_estimate(employee: Visitor) -> None:
    page = main(employee.page("/calendar"))
    for said in ("国办发明电〔2025〕7号", "2023 年", "2027 年", "暂按周一至周五推算", "248 天"):
        assert said in page


def test_year_is_shown_month_by_month(employee: Visitor) -> None:
    page = read_page(employee.page("/calendar/2026"))
    assert len(page.all("table")) == 13  # the months and the versions
    cells = page.text["td"]
    assert sum(cell.strip().endswith("休") for cell in cells) == 33
    assert sum(cell.strip().endswith("班") for cell in cells) == 6
    assert [each.attributes for each in page.all("td") if "aria-current" in each.attributes] == [
        {"aria-current": "date"}
    ]
    assert "10月1日至10月7日" in page.text["main"][0]
    assert "/calendar/2027" in page.values("href")


def test_year_without_a_table_says_so_and_shows_weekends_alone(employee: Visitor) -> None:
    page = read_page(employee.page("/calendar/2027"))
    assert "2027 年放假安排未公布，暂按周一至周五推算。" in page.text["main"][0]
    assert not any(cell.strip().endswith(("休", "班")) for cell in page.text["td"])


@pytest.mark.parametrize("year", ["2022", "2101", "abc"])
def test_years_outside_the_pilot_are_not_there(employee: Visitor, year: str) -> None:
    assert employee.get(f"/calendar/{year}").status_code == 404
    assert employee.get("/calendar/2100").status_code == 200


def test_whoever_has_no_hat_reads_it(employee: Visitor, world: World) -> None:
    world.connection.execute("update role_grant set valid_to = app_now()")
    assert employee.get("/calendar/2026").status_code == 200
    assert employee.get("/calendar").status_code == 200


def test_province_enters_a_year(province: Visitor, employee: Visitor, world: World) -> None:
    assert "/calendar/2027/edit" in read_page(province.page("/calendar/2027")).values("href")
    assert "录入放假安排" in main(province.page("/calendar/2027/edit"))
    answer = province.post("/calendar/2027/edit", **NEW)
    assert (answer.status_code, path_of(answer)) == (303, "/calendar/2027")
    page = main(employee.page("/calendar/2027"))
    for said in (NOTICE, "第 1 版", "第一次录入", "2月5日至2月11日", "1月9日、2月20日"):
        assert said in page
    assert "暂按周一至周五推算" not in page
    assert world.actions(world.tenants.province_centre) == ["calendar:enter"]
    event = main(province.page(f"/units/{world.tenants.province_centre.id}/history/calendar/2027"))
    for said in ("录入放假安排", "2027 年第 1 版", "放假（天）"):
        assert said in event


def test_correction_is_filled_in_and_its_changes_are_told(province: Visitor, employee: Visitor) -> None:
    form = read_page(province.page("/calendar/2026/edit"))
    typed = [text.strip() for text in form.text["textarea"]]
    assert f"{typed[0]}\n11月9日" == CORRECTED["holidays"]
    assert typed[1] == CORRECTED["workdays"]
    assert province.post("/calendar/2026/edit", **CORRECTED).status_code == 303
    page = main(employee.page("/calendar/2026"))
    for said in (
        "第 2 版",
        "第 1 版",
        "省政府通知11月9日全省放假一天。",
        "增加放假：11月9日",
        "随规则版本提供",
    ):
        assert said in page


def test_everything_that_is_wrong_is_told_at_once_and_kept(province: Visitor, world: World) -> None:
    typed = {
        "holidays": "元旦\n1月1日至1月3日\n2026-12-31至2027-01-01\n5月5日至5月1日",
        "workdays": "1月2日\n1月11日\n2月30日",
        "source": "",
        "reason": "",
    }
    answer = province.post("/calendar/2027/edit", **typed)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    page = read_page(answer.text)
    for said in (
        "第 1 行：“元旦”不是日期。",
        "第 3 行：2026年12月31日不在 2027 年。删去这一天。",
        "第 4 行：结束日期2027年5月1日早于开始日期2027年5月5日。",
        "第 1 行：2027年1月2日既是放假日又是上班日。",
        "第 2 行：2027年1月11日不是周末，本来就是工作日。",
        "第 3 行：“2月30日”不是历法上的日期。",
        "没有写依据。",
    ):
        assert said in page.text["main"][0]
    assert [text.strip() for text in page.text["textarea"]] == [typed["holidays"], typed["workdays"]]
    assert world.one("select count(*) from calendar_year") == 0
    assert province.post("/calendar/2027/edit", **NEW).status_code == 303


def test_correction_needs_a_reason_and_a_change(province: Visitor, world: World) -> None:
    answer = province.post("/calendar/2026/edit", **{**CORRECTED, "reason": ""})
    assert (answer.status_code, "没有写更正的理由" in answer.text) == (422, True)
    same = {**CORRECTED, "holidays": CORRECTED["holidays"].removesuffix("\n11月9日")}
    answer = province.post("/calendar/2026/edit", **same)
    assert (answer.status_code, "与第 1 版完全相同" in answer.text) == (422, True)
    assert world.one("select count(*) from calendar_year") == 0
    assert province.post("/calendar/2026/edit", **CORRECTED).status_code == 303


def test_entering_is_the_provinces_and_asks_for_proof(visit: Visit, province: Visitor, world: World) -> None:
    for where, role in [
        (world.tenants.city_hr, Role.CITY_HR),
        (world.tenants.platform, Role.SECURITY_ADMIN),
        (world.tenants.enterprise, Role.ENTERPRISE_HR),
    ]:
        visitor = visit((where, role))
        assert visitor.get("/calendar/2027/edit").status_code == 404
        assert visitor.post("/calendar/2027/edit", **NEW).status_code == 404
        assert "/calendar/2027/edit" not in read_page(visitor.page("/calendar/2027")).values("href")
    province.stale()
    answer = province.post("/calendar/2027/edit", **NEW)
    assert (answer.status_code, "未填写动态口令。" in answer.text) == (422, True)
    assert world.one("select count(*) from calendar_year") == 0
    assert province.post("/calendar/2027/edit", **NEW, given=province.proof()).status_code == 303


def test_every_page_counts_with_what_was_entered(province: Visitor, visit: Visit, world: World) -> None:
    season = Season(world.connection, world.tenants)
    cycle = f"/cycles/{season.open_cycle()}"
    world.connection.execute(
        "update tenant set slug = 'suzhou_guxu' where id = %s", [world.tenants.other_enterprise.id]
    )
    plan = f"/units/{world.tenants.other_enterprise.id}/plan"
    hr = visit((world.tenants.other_enterprise, Role.ENTERPRISE_HR))
    assert "还有 6 个工作日（11月10日 周二）" in main(hr.page(cycle))
    before = main(hr.page(plan))
    role = "update role_grant set valid_to = app_now() + interval '9 days' where role = 'enterprise_hr'"
    world.connection.execute(role)
    assert "还有 7 个工作日" in main(hr.page("/tasks"))
    assert province.post("/calendar/2026/edit", **CORRECTED).status_code == 303
    assert "还有 5 个工作日（11月10日 周二）" in main(hr.page(cycle))
    assert "还有 6 个工作日" in main(hr.page("/tasks"))
    december = {**CORRECTED, "holidays": f"{CORRECTED['holidays']}\n12月1日至12月20日", "reason": "试。"}
    assert province.post("/calendar/2026/edit", **december).status_code == 303
    assert main(hr.page(plan)) != before


def test_missing_year_is_a_task_of_the_province(province: Visitor, visit: Visit, world: World) -> None:
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    assert "2027 年放假安排没有录入" in main(province.page("/tasks"))
    assert "/calendar/2027/edit" in read_page(province.page("/tasks")).values("href")
    assert "放假安排" not in main(city.page("/tasks"))
    province.post("/calendar/2027/edit", **NEW)
    assert "放假安排" not in main(province.page("/tasks"))
    world.at(datetime(2028, 3, 1, 9, 0, tzinfo=BEIJING))
    later = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    tasks = main(later.page("/tasks"))
    assert "2028 年放假安排没有录入" in tasks
    assert "2029 年放假安排" not in tasks


def test_year_that_is_not_open_is_a_task_of_the_authority(visit: Visit, world: World) -> None:
    province = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    centre = visit((world.tenants.province_centre, Role.PROVINCE_CENTRE))
    page = read_page(province.page("/tasks"))
    assert "2026 年度没有启动" in page.text["main"][0]
    assert "/cycles/new?year=2026" in page.values("href")
    assert "年度没有启动" not in main(centre.page("/tasks"))
    Season(world.connection, world.tenants).open_cycle()
    assert "年度没有启动" not in main(province.page("/tasks"))
    world.at(datetime(2027, 3, 1, 9, 0, tzinfo=BEIJING))
    early = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    assert "年度没有启动" not in main(early.page("/tasks"))
