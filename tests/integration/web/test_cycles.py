"""年度 by pages: who reads what, opening one with every fault at its field, deciding on one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest

from core.domain.roles import Role
from core.domain.values import BEIJING
from tests import factories
from tests.integration.accounts.world import World
from tests.integration.onboarding.season import CLUSTERS, OPENED, Season, dossier, uscc
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import Page, faults_of, read_page

LATE: Final = datetime(2026, 11, 12, 9, 0, tzinfo=BEIJING)
NAMES: Final = "\n".join(str(each.name) for each in CLUSTERS)
TYPED: Final[dict[str, Any]] = {
    "code": "2026",
    "year": "2026",
    "edition": "js2023",
    "mode": "pilot",
    "nomination": "2026-11-10",
    "plan_report": "2026-11-20",
    "list_formed": "2026-12-15",
    "provincial_publicity_start": "2026-12-20",
    "year_end": "2026-12-31",
    "national": "徐州市工程机械集群\n\n",
    "provincial": NAMES,
}


@pytest.fixture
def world(world: World) -> World:
    world.at(OPENED)
    return world


@pytest.fixture
def season(world: World) -> Season:
    return Season(world.connection, world.tenants)


@pytest.fixture
def province(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.province_hr, Role.PROVINCE_HR), name="季怀瑜")


def main(words: str) -> str:
    return read_page(words).text["main"][0]


def control(page: Page, name: str) -> dict[str, str]:
    """The attributes of the control of a form that is so called."""
    found = [each.attributes for each in page.elements if each.attributes.get("name") == name]
    assert len(found) == 1, name
    return found[0]


def told_at(words: str, name: str) -> str:
    """What is said to be wrong at a control."""
    about = control(read_page(words), name).get("aria-describedby", "").split()
    ids = [each for each in about if each.endswith("-error")]
    if not ids:
        return ""
    return words.split(f'id="{ids[0]}">', 1)[1].split("</span>", 1)[0].split("</svg>", 1)[-1].strip()


# reading


def test_list_is_empty_and_says_who_opens_one(province: Visitor, visit: Visit, world: World) -> None:
    assert "没有已启动的年度" in main(province.page("/cycles"))
    assert "/cycles/new" in read_page(province.page("/cycles")).values("href")
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    assert "/cycles/new" not in read_page(city.page("/cycles")).values("href")


def test_list_and_page_are_read_by_everybody_with_a_hat(season: Season, visit: Visit, world: World) -> None:
    cycle_id = season.open_cycle()
    tenants = world.tenants
    for where, role in [
        (tenants.enterprise, Role.EMPLOYEE),
        (tenants.central_branch, Role.CENTRAL_BRANCH),
        (tenants.city_industry, Role.CITY_INDUSTRY),
        (tenants.platform, Role.SYSTEM_ADMIN),
    ]:
        reader = visit((where, role))
        assert f"/cycles/{cycle_id}" in read_page(reader.page("/cycles")).values("href")
        page = main(reader.page(f"/cycles/{cycle_id}"))
        for said in ("2026 年度", "还有 6 个工作日（11月10日 周二）", "工程机械和农业机械", "省级 16 个"):
            assert said in page
        assert reader.get(f"/cycles/{cycle_id + 1}").status_code == 404


def test_whoever_has_no_hat_is_led_to_choose_one(season: Season, visit: Visit, world: World) -> None:
    cycle_id = season.open_cycle()
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    assert visitor.get(f"/cycles/{cycle_id}").status_code == 200
    world.connection.execute("update role_grant set valid_to = app_now() where role = 'employee'")
    answer = visitor.get(f"/cycles/{cycle_id}")
    assert (answer.status_code, path_of(answer)) == (303, "/hats")


def test_nominations_are_counted_as_far_as_the_reader_sees(
    season: Season, province: Visitor, visit: Visit, world: World
) -> None:
    cycle_id = season.open_cycle()
    season.report(dossier("南京彭岳重工有限公司（虚构）", uscc(1)))
    address = f"/cycles/{cycle_id}"
    whole = main(province.page(address))
    assert "没有推荐的设区市 12 个。" in whole
    assert "已推荐 1 家" in whole
    city = main(visit((world.tenants.city_hr, Role.CITY_HR)).page(address))
    assert "已推荐 1 家" in city
    other = main(visit((world.tenants.other_city_hr, Role.CITY_HR)).page(address))
    assert "没有推荐" in other
    assert "没有推荐的设区市" not in other
    for where, role in [
        (world.tenants.enterprise, Role.ENTERPRISE_HR),
        (world.tenants.central_branch, Role.CENTRAL_BRANCH),
    ]:
        nobodys = main(visit((where, role)).page(address))
        assert "推荐 1 家" not in nobodys
        assert "没有推荐" not in nobodys
        assert "彭岳重工" not in nobodys
    assert "彭岳重工" not in whole


def test_cycle_that_is_over_says_so_and_lets_nobody_decide(
    season: Season, world: World, visit: Visit
) -> None:
    cycle_id = season.open_cycle()
    address = f"/cycles/{cycle_id}"
    running = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    assert f"{address}/quota" in read_page(running.page(address)).values("href")
    world.at(datetime(2027, 1, 4, 9, 0, tzinfo=BEIJING))
    page = read_page(visit((world.tenants.province_hr, Role.PROVINCE_HR)).page(address))
    assert "已结束" in page.text["main"][0]
    assert [each for each in page.values("href") if each.startswith(f"{address}/")] == []


def test_year_without_a_table_is_an_estimate(season: Season, visit: Visit, world: World) -> None:
    cycle_id = season.open_cycle(id="2027", year=2027)
    reader = visit((world.tenants.enterprise, Role.EMPLOYEE))
    assert "暂按周一至周五推算" in main(reader.page(f"/cycles/{cycle_id}"))
    this_year = season.open_cycle()
    assert "暂按周一至周五推算" not in main(reader.page(f"/cycles/{this_year}"))


# opening


def opened(visitor: Visitor, **changes: Any) -> str:
    answer = visitor.post("/cycles/new", **{**TYPED, **changes})
    assert answer.status_code == 303, main(answer.text)
    return path_of(answer)


def refused(visitor: Visitor, **changes: Any) -> str:
    answer = visitor.post("/cycles/new", **{**TYPED, **changes})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    return answer.text


def test_form_is_filled_in_and_opens_the_cycle(province: Visitor, world: World) -> None:
    expert = factories.actor(world.connection, world.tenants.province_centre, Role.PLAN_EXPERT, "褚知行")
    page = read_page(province.page("/cycles/new"))
    for name in ("code", "year", "nomination", "plan_report", "list_formed", "year_end"):
        assert control(page, name)["value"] == TYPED[name]
    assert "褚知行" in page.text["main"][0]
    employer = {f"employer-{expert.person_id}": "省机械研究院"}
    address = opened(province, experts=[str(expert.person_id)], **employer)
    shown = main(province.page(address))
    for said in ("2026 年度", "进行中", "褚知行", "省机械研究院", "徐州市工程机械集群", "国家级 1 个"):
        assert said in shown
    assert world.actions(world.tenants.province_hr) == ["cycle:open"]


def test_next_form_carries_over_clusters_and_experts(province: Visitor, world: World) -> None:
    expert = factories.actor(world.connection, world.tenants.province_centre, Role.PLAN_EXPERT, "褚知行")
    opened(province, experts=[str(expert.person_id)], **{f"employer-{expert.person_id}": "省机械研究院"})
    page = read_page(province.page("/cycles/new?year=2027"))
    assert control(page, "code")["value"] == "2027"
    assert control(page, "nomination")["value"] == "2027-11-10"
    assert "工程机械和农业机械" in page.text["textarea"][1]
    assert "checked" in control(page, "experts")
    assert control(page, f"employer-{expert.person_id}")["value"] == "省机械研究院"
    same_year = read_page(province.page("/cycles/new?year=3000"))
    assert control(same_year, "code")["value"] == "2026-2"
    assert "2026 年已启动 1 次" in same_year.text["main"][0]


def test_second_cycle_needs_its_reason(province: Visitor, world: World) -> None:
    opened(province)
    answer = refused(province, code="2026-2")
    assert "2026 年已启动 1 次（2026），原则上每年 1 次。" in told_at(answer, "second_reason")
    assert "评聘工作原则上每年一次" in "".join(read_page(answer).text["h3"])
    assert "首席技师评聘工作原则上每年一次" in answer  # the official sentence, in the popover of its clause
    assert control(read_page(answer), "code")["value"] == "2026-2"
    opened(province, code="2026-2", second_reason="第一批名额未用完，补充一批。")
    assert "第一批名额未用完" in main(province.page("/cycles/2"))


def test_every_fault_is_told_at_its_field_and_what_was_typed_is_kept(province: Visitor, world: World) -> None:
    answer = refused(
        province,
        code="",
        year="20x6",
        mode="",
        quota_320100="二",
        quota_320500="3",
        senior_technicians_advised="许多",
        provincial="高端装备\n高端装备",
        experts=["999999"],
    )
    for name, said in {
        "code": "没有填写年度编号。",
        "year": "年度应为 2023 至 2100 之间的年份。",
        "mode": "没有选择开展方式。",
        "quota_320100": "名额应为 0 及以上的整数。",
        "quota_reason_320500": "苏州市推荐名额 3 家",
        "senior_technicians_advised": "高级技师参考人数应为 1 及以上",
        "provincial": "“高端装备”写了两处。",
        "clusters_reason": "省级先进制造业集群 2 个，方案为 16 个。",
    }.items():
        assert said in told_at(answer, name), name
    assert "所选人员现在不是方案评估专家" in answer
    page = read_page(answer)
    assert control(page, "year")["value"] == "20x6"
    assert control(page, "quota_320100")["value"] == "二"
    assert "open" in page.all("details")[-1].attributes
    links = [link for link in page.values("href") if link.startswith("#") and link != "#main"]
    assert {link[1:] for link in links} <= set(page.values("id"))
    assert len(links) >= 10
    assert world.one("select count(*) from pilot_cycle") == 0
    opened(province)


def test_deadlines_out_of_order_are_told_at_the_later_one(province: Visitor) -> None:
    answer = refused(province, plan_report="2026-11-09")
    said = "方案报送截止2026年11月9日早于推荐申报截止2026年11月10日。"
    assert said in told_at(answer, "plan_report")
    opened(province)


def test_date_that_is_none_is_told_with_the_other_faults(province: Visitor) -> None:
    answer = refused(province, nomination="第一天", code="")
    assert told_at(answer, "code") == "没有填写年度编号。填写编号，如 2026。"
    assert told_at(answer, "nomination")
    assert control(read_page(answer), "nomination")["value"] == "第一天"
    assert told_at(refused(province, nomination="第一天"), "nomination")
    opened(province)


def test_nothing_filled_in_is_refused(province: Visitor, world: World) -> None:
    assert province.post("/cycles/new").status_code == 422
    assert world.one("select count(*) from pilot_cycle") == 0


def test_only_the_authority_opens_one(visit: Visit, world: World, province: Visitor) -> None:
    for where, role in [
        (world.tenants.province_centre, Role.PROVINCE_CENTRE),
        (world.tenants.city_hr, Role.CITY_HR),
        (world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL),
    ]:
        visitor = visit((where, role))
        assert visitor.get("/cycles/new").status_code == 404
        assert visitor.post("/cycles/new", **TYPED).status_code == 404
    assert world.one("select count(*) from pilot_cycle") == 0
    opened(province)


def test_opening_asks_for_proof_again(province: Visitor, world: World) -> None:
    province.stale()
    assert "未填写动态口令。" in refused(province)
    assert world.one("select count(*) from pilot_cycle") == 0
    opened(province, given=province.proof())


def test_faults_are_told_before_a_code_is_used_up(province: Visitor) -> None:
    province.stale()
    code = province.proof()
    answer = refused(province, code="", given=code)
    assert "未填写动态口令。" not in answer
    opened(province, given=code)


# deciding


@pytest.fixture
def address(season: Season) -> str:
    return f"/cycles/{season.open_cycle()}"


def test_quota_is_raised_and_everybody_reads_why(
    province: Visitor, visit: Visit, world: World, address: str
) -> None:
    form = read_page(province.page(f"{address}/quota?city=320100"))
    assert "南京市（现有 1 家）" in form.text["main"][0]
    answer = province.post(f"{address}/quota", city="320100", quota="2", reason="两家均符合要求。")
    assert (answer.status_code, path_of(answer)) == (303, address)
    for reader in (province, visit((world.tenants.other_enterprise, Role.EMPLOYEE))):
        page = main(reader.page(address))
        assert "增加至 2 家：两家均符合要求。" in page
        assert "季怀瑜（省人力资源社会保障厅）" in page
    record = main(province.page(f"/units/{world.tenants.province_hr.id}/history/cycle/1"))
    for said in ("增加推荐名额", "南京市推荐名额（家）", "两家均符合要求。"):
        assert said in record


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({}, "未选择设区市。"),
        ({"city": "320100", "quota": "两", "reason": "有"}, "名额不是整数。"),
        ({"city": "320100", "quota": "1", "reason": "有"}, "南京市现有名额 1 家，改为 1 家不是增加。"),
        ({"city": "320100", "quota": "2"}, "未填写理由。"),
        ({"city": "329900", "quota": "2", "reason": "有"}, "没有代码为“329900”的设区市。"),
    ],
)
def test_quota_that_is_not_raised(
    province: Visitor, world: World, address: str, entries: dict[str, str], said: str
) -> None:
    answer = province.post(f"{address}/quota", **entries)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert said in answer.text
    assert world.one("select count(*) from quota_raise") == 0
    good = {"city": "320100", "quota": "2", "reason": "两家均符合要求。"}
    assert province.post(f"{address}/quota", **good).status_code == 303


def test_deadline_is_opened_again_when_it_has_passed(
    province: Visitor, visit: Visit, world: World, address: str
) -> None:
    entries = {
        "deadline": "nomination",
        "uscc": uscc(7).lower(),
        "until": "2026-11-16",
        "reason": "系统故障，材料未能按时上报。",
    }
    early = province.page(f"{address}/reopen")
    assert "没有逾期的期限" in main(early)
    assert "推荐申报截止还有 6 个工作日（11月10日 周二）" in main(early)
    answer = province.post(f"{address}/reopen", **entries)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert "尚未逾期，无须重新开放" in answer.text
    assert world.one("select count(*) from reopening") == 0

    world.at(LATE)
    later = visit((world.tenants.province_centre, Role.PROVINCE_CENTRE), name="温叙言")
    assert "推荐申报截止：已逾期 2 天（11月10日 周二）" in main(later.page(f"{address}/reopen"))
    assert path_of(later.post(f"{address}/reopen", **entries)) == address
    for reader in (later, visit((world.tenants.enterprise, Role.ENTERPRISE_HR))):
        page = main(reader.page(address))
        for said in (uscc(7), "系统故障，材料未能按时上报。", "还有 2 个工作日（11月16日 周一）", "温叙言"):
            assert said in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"uscc": "123"}, "统一社会信用代码有 3 位，应为 18 位。"),
        ({"until": "2027-01-01"}, "应在2026年11月12日至2026年12月31日之间"),
        ({"until": ""}, "未填写日期。"),
        ({"reason": ""}, "未填写理由。"),
        ({"deadline": ""}, "未选择期限。"),
    ],
)
def test_reopening_that_cannot_be(
    season: Season, visit: Visit, world: World, changes: dict[str, str], said: str
) -> None:
    address = f"/cycles/{season.open_cycle()}/reopen"
    world.at(LATE)
    centre = visit((world.tenants.province_centre, Role.PROVINCE_CENTRE))
    good = {"deadline": "nomination", "uscc": uscc(7), "until": "2026-11-16", "reason": "系统故障。"}
    answer = centre.post(address, **{**good, **changes})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert world.one("select count(*) from reopening") == 0
    assert centre.post(address, **{**good, "deadline": "nonsense"}).status_code == 404
    assert centre.post(address, **good).status_code == 303


def test_year_that_is_over_opens_nothing_again(season: Season, visit: Visit, world: World) -> None:
    address = f"/cycles/{season.open_cycle()}/reopen"
    world.at(datetime(2027, 1, 4, 9, 0, tzinfo=BEIJING))
    assert "年度已经结束" in main(visit((world.tenants.province_hr, Role.PROVINCE_HR)).page(address))


def test_one_pair_of_hands_is_allowed_with_a_reason(
    province: Visitor, visit: Visit, world: World, address: str
) -> None:
    assert province.post(f"{address}/both-hands", city="320100").status_code == 422
    answer = province.post(f"{address}/both-hands", city="320100", reason="中心只有一名工作人员。")
    assert path_of(answer) == address
    page = main(visit((world.tenants.city_hr, Role.CITY_HR)).page(address))
    assert "中心只有一名工作人员。" in page
    options = read_page(province.page(f"{address}/both-hands")).values("value")
    assert "320100" not in options
    assert "320200" in options


@pytest.mark.parametrize("act", ["quota", "reopen", "both-hands"])
def test_deciding_is_the_provinces_and_asks_for_proof(
    visit: Visit, province: Visitor, world: World, address: str, act: str
) -> None:
    entries = {
        "quota": {"city": "320100", "quota": "2", "reason": "有"},
        "reopen": {"deadline": "nomination", "uscc": uscc(7), "until": "2026-11-16", "reason": "有"},
        "both-hands": {"city": "320100", "reason": "有"},
    }[act]
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    assert city.get(f"{address}/{act}").status_code == 404
    assert city.post(f"{address}/{act}", **entries).status_code == 404
    assert province.get(f"/cycles/999/{act}").status_code == 404
    assert province.post(f"/cycles/999/{act}", **entries).status_code == 404
    world.at(LATE)
    late = visit((world.tenants.province_hr, Role.PROVINCE_HR))
    late.stale()
    answer = late.post(f"{address}/{act}", **entries)
    assert (answer.status_code, "未填写动态口令。" in answer.text) == (422, True)
    assert world.actions(world.tenants.province_hr) == ["cycle:open"]
    assert late.post(f"{address}/{act}", **entries, given=late.proof()).status_code == 303
    assert len(world.actions(world.tenants.province_hr)) == 2
