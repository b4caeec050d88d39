"""推荐申报 in the browser: the list, filling in, and every step on the way to an admitted enterprise."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final

import pytest
from sqlalchemy import Engine

from core.domain.enterprise import Enterprise
from core.domain.nomination import DossierPart
from core.domain.roles import Role
from core.domain.stages import NominationState
from core.domain.values import BEIJING
from core.persistence.db import db
from core.services.nominations import steps
from core.services.nominations.kept import QUOTA_CLASS
from tests import factories
from tests.counting import MOST, Work, counted
from tests.integration.accounts.world import World
from tests.integration.onboarding.conftest import set_clock
from tests.integration.onboarding.season import OPENED, Season, dossier, uscc
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, hidden, path_of
from tests.load.nominations import make_nominations
from tests.unit.web.pages import read_page

__all__ = ["set_clock"]

NAME: Final = "南京彭岳重工有限公司（虚构）"
NUMBER: Final = uscc(1)
TYPED: Final = {
    "name": NAME,
    "uscc": f" {NUMBER[:9]} {NUMBER[9:].lower()}",
    "short_name": "彭岳重工",
    "cluster": "provincial:工程机械和农业机械",
    "head_enterprise_statement": "全省工程机械产业链链主企业。",
    "is_above_scale": "y",
    "industry_code": "C3514",
    "main_business_revenue_wan": "１８６,400 万元",
    "statistics_year": "2025",
    "leading_position_statement": "履带式起重机国内市场占有率前三。\r\n单项冠军。",
    "history-0-kind": "senior_technician_evaluation",
    "history-0-year": "2021",
    "training_mechanism": "建有企业培训中心。",
    "evaluation_mechanism": "经备案自主开展职业技能等级认定。",
    "working_body": "技能人才评价办公室，专职 6 人。",
    "senior_technician_count": "37 人",
    "quota_class": "ordinary",
    "selection_reason": "存量高级技师规模居全市首位，经比选择优推荐。",
}
"""What a city types of an ordinary enterprise, as people type it."""


@pytest.fixture
def season(world: World, set_clock: Any) -> Season:
    """A cycle that is open, on its first day."""
    set_clock(OPENED)
    found = Season(world.connection, world.tenants)
    found.open_cycle()
    return found


@pytest.fixture
def city(visit: Visit, world: World, season: Season) -> Visitor:
    return visit((world.tenants.city_centre, Role.CITY_CENTRE), name="鲁知远")


@pytest.fixture
def city_hr(visit: Visit, world: World, season: Season) -> Visitor:
    return visit((world.tenants.city_hr, Role.CITY_HR), name="裴知秋")


@pytest.fixture
def centre(visit: Visit, world: World, season: Season) -> Visitor:
    return visit((world.tenants.province_centre, Role.PROVINCE_CENTRE), name="温叙言")


def place(season: Season, nomination_id: int, end: str = "") -> str:
    return f"/units/{season.tenants.city_centre.id}/nominations/{nomination_id}{end}"


def main(page: str) -> str:
    return read_page(page).text["main"][0]


# --- the list


def test_list_shows_a_city_its_own_and_the_province_all(visit: Visit, season: Season) -> None:
    tenants = season.tenants
    season.draft(dossier(NAME, NUMBER), files=False)
    other = season._actor("other_city_centre", Role.CITY_CENTRE, "文知远")
    season.draft(dossier("苏州澄湖电子有限公司（虚构）", uscc(2, factories.SUZHOU), factories.SUZHOU), other)
    season.draft(
        dossier("央企苏州分公司（虚构）", uscc(3, factories.SUZHOU), factories.SUZHOU), season.branch
    )
    seen = {
        "city_centre": (tenants.city_centre, Role.CITY_CENTRE, {"南京彭岳"}),
        "city_hr": (tenants.city_hr, Role.CITY_HR, {"南京彭岳"}),
        "other": (tenants.other_city_industry, Role.CITY_INDUSTRY, {"苏州澄湖"}),
        "branch": (tenants.central_branch, Role.CENTRAL_BRANCH, {"央企苏州"}),
        "province": (tenants.province_hr, Role.PROVINCE_HR, {"南京彭岳", "苏州澄湖", "央企苏州"}),
    }
    for unit, role, names in seen.values():
        listed = main(visit((unit, role)).page("/nominations"))
        assert {name for name in ("南京彭岳", "苏州澄湖", "央企苏州") if name in listed} == names, role


def test_list_is_sifted_by_words_state_city_and_class(centre: Visitor, season: Season) -> None:
    season.send(dossier(NAME, NUMBER))
    season.draft(dossier("南京示范基地有限公司（虚构）", uscc(2), quota_class="g42_plus_base"), files=False)
    other = season._actor("other_city_centre", Role.CITY_CENTRE, "文知远")
    season.draft(dossier("苏州澄湖电子有限公司（虚构）", uscc(3, factories.SUZHOU), factories.SUZHOU), other)

    def listed(query: str) -> set[str]:
        page = main(centre.page(f"/nominations{query}"))
        return {name for name in ("南京彭岳", "南京示范", "苏州澄湖") if name in page}

    assert listed("") == {"南京彭岳", "南京示范", "苏州澄湖"}
    assert listed("?q=彭岳") == {"南京彭岳"}
    assert listed(f"?q={uscc(2)}") == {"南京示范"}
    assert listed("?q=%25") == set()
    assert listed("?state=submitted") == {"南京彭岳"}
    assert listed("?city=320500") == {"苏州澄湖"}
    assert listed("?class=g42_plus_base") == {"南京示范"}
    assert listed("?state=nonsense&city=110000&class=x&cycle=99") == {"南京彭岳", "南京示范", "苏州澄湖"}
    assert "没有符合筛选的推荐申报" in centre.page("/nominations?q=没有这家")


def test_list_tells_deadline_and_quota(city: Visitor, season: Season) -> None:
    page = main(city.page("/nominations"))
    assert "推荐申报截止：还有 6 个工作日（11月10日 周二）" in page
    assert "南京市推荐名额 1 家，已用 0 家" in page
    assert "还没有推荐申报" in page
    season.report(dossier(NAME, NUMBER))
    page = main(city.page("/nominations"))
    assert "南京市推荐名额 1 家，已用 1 家" in page
    assert "报省级" in page


def test_list_of_an_earlier_cycle_is_chosen(city: Visitor, season: Season) -> None:
    season.draft(dossier(NAME, NUMBER), files=False)
    season.open_cycle(id="2026-2", second_reason="增补一批试点。")
    assert "南京彭岳" not in main(city.page("/nominations"))
    earlier = city.page("/nominations?cycle=1")
    assert "南京彭岳" in main(earlier)
    assert "/nominations/new" not in read_page(earlier).values("href")
    assert "/nominations/new" in read_page(city.page("/nominations")).values("href")


def test_before_the_first_cycle_everything_says_so(visit: Visit, world: World) -> None:
    city = visit((world.tenants.city_centre, Role.CITY_CENTRE))
    assert "省级还没有启动年度" in main(city.page("/nominations"))
    assert "省级还没有启动年度" in main(city.page("/nominations/new"))
    answer = city.post("/nominations/new", name=NAME)
    assert answer.status_code == 409
    assert "省级还没有启动年度" in main(answer.text)


@pytest.mark.parametrize("role", [Role.CITY_CENTRE, Role.PROVINCE_CENTRE])
def test_list_costs_the_same_at_every_size(visit: Visit, season: Season, role: Role) -> None:
    tenants = season.tenants
    reader = visit((tenants.city_centre if role is Role.CITY_CENTRE else tenants.province_centre, role))
    units, costs = [tenants.city_centre.id, tenants.other_city_centre.id], []
    made = 0
    for size in (10, 1_000, 10_000):
        make_nominations(
            season.superuser, cycle_id=1, units=units, by=season.city.person_id, count=size - made
        )
        made = size
        reader.page("/nominations")
        with reader.site.app_context(), counted(db.engine) as work:
            assert reader.get("/nominations?state=reported&q=企业").status_code == 200
        costs.append(work)
    assert all(each.statements == costs[0].statements <= MOST for each in costs), costs
    assert all(each.rows <= 21 + 30 for each in costs), [each.rows for each in costs]
    seen: list[str] = []
    address = "/nominations?state=reported"
    for _ in range(3):
        page = read_page(reader.page(address))
        seen += [each for each in page.values("href") if re.fullmatch(r"/units/\d+/nominations/\d+", each)]
        address = [each for each in page.values("href") if "before=" in each][-1]
    assert len(set(seen)) == len(seen) == 60


# --- filling in


def test_draft_begins_with_a_name(city: Visitor, season: Season) -> None:
    assert "未填写企业名称" in city.post("/nominations/new", name=" ").text
    answer = city.post("/nominations/new", name=NAME, uscc=TYPED["uscc"])
    assert (answer.status_code, path_of(answer)) == (303, place(season, 1, "/edit"))
    row = season.superuser.execute("select enterprise, uscc, city_code, state from nomination").fetchone()
    assert row == (NAME, NUMBER, factories.NANJING, "draft")


def test_branch_says_where_it_is(visit: Visit, season: Season) -> None:
    branch = visit((season.tenants.central_branch, Role.CENTRAL_BRANCH))
    answer = branch.post("/nominations/new", name="央企苏州分公司（虚构）")
    assert answer.status_code == 422
    assert "没有选择企业所在设区市" in answer.text
    answer = branch.post("/nominations/new", name="央企苏州分公司（虚构）", city_code=factories.SUZHOU)
    page = branch.page(path_of(answer))
    assert "中央企业驻苏分支机构（不占名额）" in main(page)
    assert "择优推荐理由" not in main(page)


def test_what_is_typed_is_kept_and_read_as_people_type_it(city: Visitor, season: Season) -> None:
    found = season.draft(dossier("旧名称", uscc(9)), files=False)
    answer = city.post(place(season, found, "/edit"), version=version(season, found), **TYPED)
    assert (answer.status_code, path_of(answer)) == (303, place(season, found, "/edit"))
    kept = season.look(found).nomination.dossier
    expected = dossier(NAME, NUMBER).enterprise
    for name in ("uscc", "main_business_revenue_wan", "senior_technician_count", "evaluation_history"):
        assert getattr(kept.enterprise, name) == getattr(expected, name), name
    assert isinstance(kept.enterprise, Enterprise)
    assert (kept.enterprise.city, kept.enterprise.city_code) == ("南京市", factories.NANJING)
    assert kept.enterprise.leading_position_statement == "履带式起重机国内市场占有率前三。\n单项冠军。"
    page = main(city.page(f"{place(season, found, '/edit')}?saved=1"))
    assert "推荐前还有 4 处要补充" in page  # the files
    assert "没有规模以上证明" in page


def test_half_a_form_is_kept_too(city: Visitor, season: Season) -> None:
    found = season.draft(dossier(NAME, NUMBER), files=False)
    answer = city.post(place(season, found, "/edit"), version=version(season, found), name="半个名字")
    assert answer.status_code == 303
    assert season.look(found).label == "半个名字"


def test_findings_stand_beside_their_fields_once_something_was_saved(city: Visitor, season: Season) -> None:
    address = path_of(city.post("/nominations/new", name=NAME))
    assert "没有填写统一社会信用代码" not in city.page(address)
    city.post(address, version="1", name=NAME, uscc="91320100MA0000001X")
    page = read_page(city.page(address))
    number = next(each for each in page.all("input") if each.attributes.get("name") == "uscc")
    assert "uscc-found" in number.attributes["aria-describedby"]
    assert "第 18 位校验码不符" in page.text["main"][0]
    assert "#files-roster" in page.values("href")


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("main_business_revenue_wan", "十八亿", "“十八亿”不是最多两位小数的数字"),
        ("main_business_revenue_wan", "1.234", "“1.234”不是最多两位小数的数字"),
        ("staff_count", "12.5", "“12.5”不是整数"),
        ("statistics_year", "-1", "“-1”不是整数"),
        ("history-0-year", "去年", "“去年”不是整数"),
        ("selection_reason", "理" * 2001, "共 2001 个字，最多 2000 个"),
        ("name", "名" * 101, "共 101 个字，最多 100 个"),
    ],
)
def test_entry_that_cannot_be_read_loses_nothing(
    city: Visitor, season: Season, name: str, typed: str, said: str
) -> None:
    found = season.draft(dossier(NAME, NUMBER), files=False)
    before = season.look(found)
    entries = {**TYPED, "working_body": "新写的机构。", name: typed}
    answer = city.post(place(season, found, "/edit"), version=before.version, **entries)
    assert answer.status_code == 422
    assert said in answer.text
    assert typed in answer.text
    assert "新写的机构。" in answer.text
    assert season.look(found) == before
    good = {**entries, name: TYPED.get(name, "3")}
    assert city.post(place(season, found, "/edit"), version=before.version, **good).status_code == 303


def test_control_characters_are_no_text(city: Visitor, season: Season) -> None:
    found = season.draft(dossier(NAME, NUMBER), files=False)
    typed = {**TYPED, "name": "南京\x00彭岳\ue000", "working_body": "a\x00b\x1b[0m"}
    assert (
        city.post(place(season, found, "/edit"), version=version(season, found), **typed).status_code == 303
    )
    kept = season.look(found).nomination.dossier.enterprise
    assert isinstance(kept, Enterprise)
    assert (kept.name, kept.working_body) == ("南京彭岳", "ab[0m")


def test_stale_form_is_shown_beside_what_was_saved_meanwhile(city: Visitor, season: Season) -> None:
    found = season.draft(dossier(NAME, NUMBER), files=False)
    seen = version(season, found)
    season.save(found, dossier(NAME, NUMBER, selection_reason="别人写的理由。"))
    typed = {**TYPED, "selection_reason": "自己写的理由。"}
    answer = city.post(place(season, found, "/edit"), version=seen, **typed)
    assert answer.status_code == 409
    said = main(answer.text)
    assert "打开以后鲁知远于2026年11月2日" in said
    assert "别人写的理由。" in said
    assert "自己写的理由。" in said
    assert season.look(found).nomination.dossier.selection_reason == "别人写的理由。"
    again = city.post(place(season, found, "/edit"), version=hidden(answer.text, "version"), **typed)
    assert again.status_code == 303
    assert season.look(found).nomination.dossier.selection_reason == "自己写的理由。"


def test_what_was_sent_in_is_not_filled_in_any_more(city: Visitor, season: Season) -> None:
    found = season.send(dossier(NAME, NUMBER))
    assert path_of(city.get(place(season, found, "/edit"))) == place(season, found)
    answer = city.post(place(season, found, "/edit"), version=version(season, found), **TYPED)
    assert answer.status_code == 409
    assert "推荐申报待会签，不能修改" in answer.text
    assert TYPED["selection_reason"] in answer.text


def test_buttons_save_and_lead_on(city: Visitor, season: Season) -> None:
    found = season.draft(dossier(NAME, NUMBER))
    for then, end in (("scale", "/files/scale"), ("submit", "/submit"), ("nonsense", "/edit")):
        answer = city.post(place(season, found, "/edit"), version=version(season, found), then=then, **TYPED)
        assert path_of(answer) == place(season, found, end)


def test_files_are_listed_and_removed(city: Visitor, season: Season) -> None:
    found = season.draft(dossier(NAME, NUMBER))
    page = city.page(place(season, found, "/files/scale"))
    assert "scale.pdf" in main(page)
    (action,) = [each.attributes["action"] for each in read_page(page).all("form") if "remove" in str(each)]
    assert path_of(city.post(action)) == place(season, found, "/files/scale")
    assert "没有上传材料" in main(city.page(place(season, found, "/files/scale")))
    assert city.post(action).status_code == 404
    assert city.get(place(season, found, "/files/nonsense")).status_code == 404


# --- steps


def test_from_the_draft_to_the_principal_who_signs_in(
    city: Visitor, city_hr: Visitor, centre: Visitor, visit: Visit, season: Season
) -> None:
    address = path_of(city.post("/nominations/new", name=NAME)).removesuffix("/edit")
    found = int(address.rpartition("/")[2])
    for purpose in ("scale", "position", "evaluation", "roster"):
        season.attach(season.city, found, purpose)
    assert city.post(f"{address}/edit", version=version(season, found), **TYPED).status_code == 303
    take(city, f"{address}/submit")
    take(city_hr, f"{address}/countersign")
    unmet = {"found_senior_technicians": "unmet", "senior_technicians": "名册 35 人，申报 37 人。"}
    met = {f"found_{part}": "met" for part in ("industry_position", "evaluation_work")}
    take(centre, f"{address}/verify", **met, **unmet)
    returning = centre.page(f"{address}/return")
    assert "名册 35 人，申报 37 人。" in main(returning)  # as it was found
    take(centre, f"{address}/return", senior_technicians="名册 35 人，申报 37 人。")
    assert "名册 35 人，申报 37 人。" in main(city.page(address))
    corrected = {**TYPED, "senior_technician_count": "35"}
    assert city.post(f"{address}/edit", version=version(season, found), **corrected).status_code == 303
    take(city, f"{address}/submit")
    take(city_hr, f"{address}/countersign")
    said = main(centre.page(address))
    assert "上次补正的修改" in said
    assert "2 / 3 项符合" in said
    assert "由本单位核实、确定，还有 1 项要求没有核实。" in said
    assert "等待省职业技能鉴定中心核实、确定。" in main(city_hr.page(address))
    take(centre, f"{address}/verify", found_senior_technicians="met")
    saved = main(centre.page(f"{address}?verified=1"))
    assert "核实结果已保存。" in saved
    assert saved.count("由本单位办理。申报要求都已核实，可以确定，也可以退回补正。") == 2
    form = {"version": version(season, found), "short_name": "彭岳重工", "name": "傅临川"}
    answer = centre.post(f"{address}/admit", **form, given=centre.proof())
    assert answer.status_code == 200, answer.text
    (link,) = re.findall(r"/invitations/[\w-]+", answer.text)[:1]
    assert link not in centre.page(address)
    row = season.superuser.execute("select id from tenant where uscc = %s", [NUMBER]).fetchone()
    assert row
    unit = factories.MadeTenant(row[0], season.tenants.enterprise.kind, NAME, factories.NANJING)
    assert visit().get(link).status_code == 200
    principal = visit((unit, Role.ENTERPRISE_PRINCIPAL), name="傅临川")
    said = main(principal.page("/tasks"))
    assert "邀请人力资源管理部门的经办人员" in said
    assert "编制工作方案" in said


def test_step_that_the_rules_stop_lists_what_is_wrong(city: Visitor, season: Season) -> None:
    found = season.draft(dossier(NAME, NUMBER), files=False)
    page = city.page(place(season, found, "/submit"))
    assert "没有规模以上证明" in main(page)
    assert f"{place(season, found, '/edit')}#files-scale" in read_page(page).values("href")
    assert "btn-seal" not in page
    answer = city.post(place(season, found, "/submit"), version=version(season, found))
    assert answer.status_code == 422
    assert "有 4 处不符合要求" in answer.text
    assert season.look(found).nomination.state is NominationState.DRAFT


def test_second_officer_is_told_what_the_first_did_and_keeps_what_was_typed(
    centre: Visitor, season: Season
) -> None:
    found = season.report(dossier(NAME, NUMBER))
    seen = version(season, found)
    season.step(steps.verify, season.province, found, found={DossierPart.QUOTA: ""})
    typed = {"quota": "没有写比选结果。", "version": seen}
    answer = centre.post(place(season, found, "/return"), **typed)
    assert answer.status_code == 409
    assert "打开以后季怀瑜于2026年11月2日" in answer.text
    assert "“核实推荐申报”，没有办理" in answer.text
    assert "没有写比选结果。" in answer.text
    assert season.look(found).nomination.state is NominationState.REPORTED
    typed["version"] = hidden(answer.text, "version")
    assert centre.post(place(season, found, "/return"), **typed).status_code == 303


def test_step_that_is_not_possible_says_so(centre: Visitor, season: Season) -> None:
    found = season.send(dossier(NAME, NUMBER))
    for end, word in (("reject", "决定不予确定"), ("return", "退回"), ("verify", "核实"), ("admit", "确定")):
        page = centre.page(place(season, found, f"/{end}"))
        assert f"现在不能{word}：推荐申报待会签。" in main(page)
        assert "btn-seal" not in page
    answer = centre.post(place(season, found, "/reject"), version=version(season, found), reason="不符合。")
    assert answer.status_code == 409
    assert "推荐申报待会签，不能不予确定" in answer.text


@pytest.mark.parametrize(
    ("end", "entries", "said"),
    [
        ("reject", {}, "未填写理由"),
        ("return", {}, "没有填写退回的理由"),
        ("verify", {}, "没有选择核实结果"),
        ("verify", {"found_quota": "unmet"}, "未填写不符合的理由"),
        ("admit", {"name": "傅临川"}, "未填写企业简称"),
        ("admit", {"short_name": "彭岳"}, "未填写姓名"),
    ],
)
def test_step_that_lacks_something_is_not_taken(
    centre: Visitor, season: Season, end: str, entries: dict[str, str], said: str
) -> None:
    found = season.report(dossier(NAME, NUMBER))
    season.verify(found)
    before = season.look(found)
    answer = centre.post(place(season, found, f"/{end}"), version=before.version, **entries)
    assert answer.status_code == 422
    assert said in answer.text
    assert season.look(found) == before
    whole = {
        "reason": "不符合。",
        "quota": "没有写比选结果。",
        "found_quota": "unmet",
        "short_name": "彭岳",
        "name": "傅临川",
    }
    answer = centre.post(place(season, found, f"/{end}"), version=before.version, **whole)
    assert answer.status_code in (200, 303)


def test_form_without_its_version_is_not_taken(centre: Visitor, season: Season) -> None:
    found = season.report(dossier(NAME, NUMBER))
    for seen in ({}, {"version": ""}):
        answer = centre.post(place(season, found, "/reject"), reason="不符合。", **seen)
        assert answer.status_code == 422
        assert "页面送回的内容不完整" in answer.text
    for nonsense in ("x", "99999999999", "²"):
        answer = centre.post(place(season, found, "/reject"), reason="不符合。", version=nonsense)
        assert answer.status_code == 409
    assert season.look(found).nomination.state is NominationState.REPORTED


def test_formal_act_asks_again_who_acts(centre: Visitor, season: Season) -> None:
    found = season.report(dossier(NAME, NUMBER))
    centre.stale()
    typed = {"version": version(season, found), "reason": "不符合。"}
    assert "再次验证：动态口令" in centre.page(place(season, found, "/reject"))
    for given in ({}, {"given": "000000"}):
        answer = centre.post(place(season, found, "/reject"), **typed, **given)
        assert answer.status_code == 422
        assert "不符合。" in answer.text
        assert season.look(found).nomination.state is NominationState.REPORTED
    assert centre.post(place(season, found, "/reject"), **typed, given=centre.proof()).status_code == 303


def test_reason_of_the_end_is_shown_to_who_nominated(city: Visitor, season: Season) -> None:
    found = season.report(dossier(NAME, NUMBER))
    season.step(steps.reject, season.centre, found, reason="领先地位依据不足。")
    assert "理由：领先地位依据不足。" in main(city.page(place(season, found)))


def test_decisions_of_the_province_are_shown_with_their_reasons(
    visit: Visit, season: Season, set_clock: Any
) -> None:
    found, unit = season.send(dossier(NAME, NUMBER)), season.tenants.city_hr
    assert "省级决定" not in main(visit((unit, Role.CITY_HR)).page(place(season, found)))
    season.raise_quota(2)
    set_clock(datetime(2026, 11, 11, 9, tzinfo=BEIJING))
    season.reopen(NUMBER, date(2026, 11, 13))
    said = main(visit((unit, Role.CITY_HR)).page(place(season, found)))
    assert "为该企业重新开放申报，至 2026 年 11 月 13 日（周五）（含当日）。" in said
    assert "理由：材料在途，已报备。" in said
    assert "南京市推荐名额增加到 2 家。" in said
    assert "理由：本市另有一家集群链主企业。" in said


def test_one_thing_to_do_first_for_everybody(
    city: Visitor, city_hr: Visitor, centre: Visitor, season: Season
) -> None:
    def first(who: Visitor, found: int) -> list[str]:
        links = re.findall(r'<a class="btn btn-primary" href="([^"]+)"', who.page(place(season, found)))
        return [each.rpartition("/")[2] for each in links]

    found = season.draft(dossier(NAME, NUMBER), files=False)
    assert first(city, found) == ["edit"]
    for purpose in ("scale", "position", "evaluation", "roster"):
        season.attach(season.city, found, purpose)
    assert first(city, found) == ["submit"]
    assert first(city_hr, found) == first(centre, found) == []
    season.step(steps.submit, season.city, found)
    assert (first(city, found), first(city_hr, found)) == ([], ["countersign"])
    season.step(steps.countersign, season.city_hr, found)
    assert (first(city_hr, found), first(centre, found)) == ([], ["verify"])
    season.verify(found)
    assert first(centre, found) == ["admit"]
    season.step(steps.verify, season.centre, found, found={DossierPart.EVALUATION_WORK: "没有机构文件。"})
    assert first(centre, found) == ["return"]
    season.step(steps.send_back, season.centre, found, unmet={DossierPart.EVALUATION_WORK: "没有机构文件。"})
    assert first(city, found) == ["edit"]


def test_pages_of_one_nomination_cost_little(
    city: Visitor, city_hr: Visitor, centre: Visitor, season: Season
) -> None:
    draft = season.draft(dossier("南京示范基地有限公司（虚构）", uscc(2), quota_class="g42_plus_base"))
    season.attach(season.city, draft, QUOTA_CLASS)
    found = season.report(dossier(NAME, NUMBER))
    asked = [
        *((city, place(season, draft, end)) for end in ("", "/edit", "/submit", "/withdraw", "/files/scale")),
        *((centre, place(season, found, end)) for end in ("", "/verify", "/return", "/reject", "/admit")),
        *((city_hr, place(season, found, end)) for end in ("", "/countersign")),
    ]
    engine: Engine
    with city.site.app_context():
        engine = db.engine
    costs: dict[str, Work] = {}
    for who, address in asked:
        who.page(address)
        with counted(engine) as work:
            assert who.get(address).status_code == 200
        costs[address] = work
    assert {address: work.statements for address, work in costs.items() if work.statements > MOST} == {}


# --- tasks


def test_nomination_is_a_task_of_whose_turn_it_is(
    city: Visitor, city_hr: Visitor, centre: Visitor, season: Season
) -> None:
    def mine(who: Visitor) -> str:
        return read_page(who.page("/tasks")).text["section"][0]

    def others(who: Visitor) -> str:
        return read_page(who.page("/tasks")).text["section"][1]

    found = season.draft(dossier(NAME, NUMBER))
    assert f"{NAME}的推荐申报尚未报送" in mine(city)
    assert NAME not in mine(city_hr)
    season.step(steps.submit, season.city, found)
    assert "等待会签" in others(city)
    assert f"会签{NAME}的推荐申报" in mine(city_hr)
    assert NAME not in mine(centre)
    season.step(steps.countersign, season.city_hr, found)
    assert f"核实{NAME}的推荐申报" in mine(centre)
    assert NAME not in mine(city_hr)
    season.step(steps.send_back, season.centre, found, unmet={DossierPart.QUOTA: "没有写比选结果。"})
    assert f"{NAME}的推荐申报被退回" in mine(city)
    assert NAME not in mine(centre)


def test_city_without_a_nomination_is_reminded_until_the_last_day(
    city: Visitor, season: Season, set_clock: Any
) -> None:
    reminder = "本市尚未推荐 2026 年度试点企业"
    assert reminder in main(city.page("/tasks"))
    draft = season.draft(dossier(NAME, NUMBER))
    assert reminder in main(city.page("/tasks"))
    season.step(steps.submit, season.city, draft)
    assert reminder not in main(city.page("/tasks"))
    season.step(steps.withdraw, season.city, draft, reason="改推其他企业。")
    assert reminder in main(city.page("/tasks"))


def test_reminder_ends_with_the_deadline(visit: Visit, season: Season, set_clock: Any) -> None:
    for moment, reminded in (
        (datetime(2026, 11, 10, 23, tzinfo=BEIJING), True),
        (datetime(2026, 11, 11, 0, 1, tzinfo=BEIJING), False),
    ):
        set_clock(moment)
        city = visit((season.tenants.city_centre, Role.CITY_CENTRE))
        assert ("本市尚未推荐" in main(city.page("/tasks"))) is reminded


def test_city_without_a_quota_is_not_reminded(visit: Visit, season: Season) -> None:
    season.superuser.execute(
        "update pilot_cycle set quotas = jsonb_build_array(jsonb_build_object("
        "'city_code', '320100', 'quota', 0, 'reason', '本年度不推荐'))"
    )
    city = visit((season.tenants.city_centre, Role.CITY_CENTRE))
    other = visit((season.tenants.other_city_centre, Role.CITY_CENTRE))
    assert "本市尚未推荐" not in main(city.page("/tasks"))
    assert "本市尚未推荐" in main(other.page("/tasks"))


def test_first_task_goes_when_somebody_was_invited(visit: Visit, season: Season) -> None:
    found = season.report(dossier(NAME, NUMBER))
    season.verify(found)
    unit = season.admit(found, NUMBER).tenant_id
    made = factories.MadeTenant(unit, season.tenants.enterprise.kind, NAME, factories.NANJING)
    principal = visit((made, Role.ENTERPRISE_PRINCIPAL))
    page = principal.page("/tasks")
    assert f"/units/{unit}/invitations/new" in read_page(page).values("href")
    principal.post(f"/units/{unit}/invitations/new", name="蒲听竹", role="enterprise_hr")
    assert "邀请人力资源管理部门的经办人员" not in main(principal.page("/tasks"))
    older = visit((season.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL))
    assert "编制工作方案" not in main(older.page("/tasks"))


def version(season: Season, nomination_id: int) -> int:
    return season.look(nomination_id).version


def take(who: Visitor, address: str, **entries: str) -> None:
    """Open the page of a step, then take the step as the page asks."""
    page = who.page(address)
    assert "btn-seal" in page
    given = {"given": who.proof()} if 'name="given"' in page else {}
    answer = who.post(address, version=hidden(page, "version"), **entries, **given)
    assert answer.status_code == 303, main(answer.text)
