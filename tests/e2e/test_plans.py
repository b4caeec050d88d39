"""From a plan to an approved one, in the browser by the clock of a demo: each story by all whose turn it is.

The demo opens on Monday, 16 November 2026; plans are to be reported by Friday, the 20th.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Final

import psycopg
import pytest
import yaml
from playwright.sync_api import Page, expect

from core.demo import SCENE, plans, year
from core.domain.values import BEIJING
from core.paths import TENANTS
from tests.e2e.conftest import Enter
from tests.e2e.nominating import BRANCH, CENTRE, HR_OF_PROVINCE, main, reopen, titled
from tests.e2e.own_demo import browser_context_args, demo_of_test, idle, script
from tests.e2e.planning import (
    Offices,
    answer,
    card,
    comment,
    find_review,
    flag,
    go_through,
    hash_kept,
    open_part,
    open_plan,
    press,
    publicise,
    review,
    save,
    spot,
    submit,
    unfold,
)
from tests.integration.plans.maker import XUZHOU

__all__ = ["browser_context_args", "demo_of_test", "idle", "script"]

CHENGYU, HR = "澄屿医疗", "wenren.jing"
GUXU, HR_OF_GUXU = "姑胥微电子", "mi.caiwei"
HONGNENG, HR_OF_HONGNENG = "江畔分公司", "pu.tingzhu"
CITY_HR, INDUSTRY, EXPERT = "fan.ruoshui", "zhang.yannong", "chu.zhixing"
"""苏州."""
OWN_CODE: Final = "企业自有代码"
EXPERT_NAME: Final = "褚知行"
WRITTEN: Final = ("organisation", "rights_duties", "complaints")
"""What the enterprise wrote in a file at its own desk."""
SAID: Final = "夜班人员怎样参加现场答辩？"
REPLIED: Final = "现场答辩分上午、晚间两场，由车间安排调班。"
EARLY: Final = "11月23日至11月27日个人申报；11月30日"
LATER: Final = "11月27日至12月1日个人申报；12月2日"
TOO_EARLY: Final = "方案批准后才能组织申报。个人申报开始顺延至11月27日。"


@pytest.fixture
def starts() -> datetime:
    return SCENE


@pytest.fixture
def offices(demo_of_test: tuple[psycopg.Connection, str], enter: Enter, script: bool) -> Offices:
    return Offices(demo_of_test[0], partial(enter, java_script_enabled=script))


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=BEIJING)


def test_enterprise_of_the_studio_alone_from_its_draft_to_approval(offices: Offices) -> None:
    page = offices.of(HR)
    open_plan(page)
    take_in(page)
    ask_all_members(page)
    reweigh_and_mend_the_rubric(page)
    mend_the_schedule(page)
    address = publicise(offices, page, "厂区公告栏\n企业内网", "已覆盖全部 2050 名在册职工。")
    comment(offices.browser(), address, "舒星阑", "CY-0312", SAID)
    answer(page, SAID, REPLIED)

    offices.on(at(20))
    submit(offices, offices.of(HR))
    send_back(offices)
    page = offices.of(HR)
    mend_what_was_returned(page)
    address = publicise(offices, page, "厂区公告栏\n企业内网", "已覆盖全部 2050 名在册职工。")
    noticed = comment(offices.browser(), address, "舒星阑", "CY-0312", "时间顺延后可以报名。")
    answer(page, "时间顺延后可以报名。", "按顺延后的时间组织申报。")

    offices.on(at(26))
    reopen_deadline(offices.of(CENTRE))
    assert submit(offices, offices.of(HR)) == noticed
    agree(offices, INDUSTRY, CHENGYU)
    page = offices.of(CITY_HR)
    reviewed = review(page, CHENGYU)
    assert go_through(page) == ["时间安排"]
    offices.formally(page, "审核通过", "审核通过")
    approving = assess_and_approve(offices, CHENGYU)
    assert {noticed, reviewed, approving} == {hash_kept(plans.CHENGYU)}


@pytest.mark.parametrize("script", [False], ids=["without-script"])
def test_enterprise_whose_own_code_answers_by_forms_alone(offices: Offices) -> None:
    page = offices.of(HR_OF_GUXU)
    open_plan(page)
    see_who_answers(page)
    page.goto("/tasks")
    main(page).get_by_role("link", name="办理意见").click()
    answer(page, "夜班人员线上申报", "夜班人员在11月27日24时前提交均可。")
    address = main(page).get_by_role("link", name="打开职工看到的页面").get_attribute("href")
    noticed = comment(offices.browser(), address or "", "纪春分", "GX-2217", "修改后没有意见。")
    answer(page, "修改后没有意见。", "收悉。")

    offices.on(at(18))
    assert submit(offices, offices.of(HR_OF_GUXU)) == noticed
    reviewed = agree(offices, CITY_HR, GUXU)
    assert agree(offices, INDUSTRY, GUXU) == reviewed
    approving = assess_and_approve(offices, GUXU)
    assert {noticed, reviewed, approving} == {hash_kept(year.GUXU)}


def test_central_branch_amends_its_approved_plan_through_the_same_door(offices: Offices) -> None:
    in_force = hash_kept(year.HONGNENG)
    page = offices.of(HR_OF_HONGNENG)
    open_plan(page)
    amend(page, "投诉办结时限缩短，改为5个工作日。")
    open_part(page, "投诉与争议处理")
    page.get_by_label("办结时限").fill("5")
    save(page)
    address = publicise(offices, page, "生产经营信息平台", "覆盖四班两倒全部班组。")
    noticed = comment(offices.browser(), address, "鄢小雪", "HN-0931", "时限缩短，赞成。")
    answer(page, "时限缩短，赞成。", "收悉。")
    assert hash_kept(year.HONGNENG) == in_force

    offices.on(at(20))
    assert submit(offices, offices.of(HR_OF_HONGNENG)) == noticed
    reviewed = agree(offices, CENTRE, HONGNENG)
    assert agree(offices, BRANCH, HONGNENG) == reviewed
    approving = assess_and_approve(offices, HONGNENG)
    assert {noticed, reviewed, approving} == {hash_kept(year.HONGNENG)}
    assert noticed != in_force


def see_who_answers(page: Page) -> None:
    """The studio says what the enterprise's own code answers; the score sheet shows what it says."""
    parts = main(page).get_by_role("table", name="各部分")
    for part, who in (("评分标准", OWN_CODE), ("投诉与争议处理", OWN_CODE), ("激励待遇", "企业填报")):
        expect(parts.get_by_role("row").filter(has_text=part)).to_contain_text(who)
    open_part(page, "投诉与争议处理")
    expect(main(page)).to_contain_text(f"由谁提供：{OWN_CODE}")
    expect(spot(page, "/value/handlers/0/name")).to_have_value("慕容砚")
    open_part(page, "评分标准")
    main(page).get_by_role("link", name="预览评分表").click()
    expect(main(page).get_by_role("table", name="评分汇总表")).to_contain_text("智能制造与自动化改善")
    expect(main(page).get_by_role("table", name="面试答辩评分表")).to_contain_text("失效案例情景分析")


def amend(page: Page, reason: str) -> None:
    """发起方案修订 of the plan in force."""
    expect(main(page)).to_contain_text("第 1 版已批准，按批准的方案执行。")
    main(page).get_by_role("link", name="发起方案修订").click()
    page.get_by_label("修订的理由").fill(reason)
    main(page).get_by_role("button", name="发起方案修订").click()
    titled(page, "年度工作方案")


def take_in(page: Page) -> None:
    """Three parts come from a file, after a look at what it changes."""
    main(page).get_by_role("link", name="导入方案文件").click()
    page.get_by_label("或者粘贴全文").fill(written())
    page.get_by_role("button", name="查看不同之处").click()
    page.get_by_role("button", name="导入这 3 个部分").click()
    expect(main(page)).to_contain_text("已导入。")


def written() -> str:
    """What the enterprise wrote of its committee, of rights and duties and of complaints."""
    typed = yaml.safe_load((TENANTS / XUZHOU / "answers.yaml").read_text("utf-8"))
    parts = {part: typed[part] for part in WRITTEN}
    sections = {part: each["section"] for part, each in parts.items() if "section" in each}
    document = {"sections": sections} | {part: each["value"] for part, each in parts.items()}
    return json.dumps(document, ensure_ascii=False).replace("彭远骋", "戴望潮")


def ask_all_members(page: Page) -> None:
    """What the city asks beyond the province: a direct assessment counts all members."""
    open_part(page, "评审方式")
    spot(page, "/value/direct/vote_base").select_option(label="全体委员")
    save(page)


def reweigh_and_mend_the_rubric(page: Page) -> None:
    """业绩评价 gives up five points, an item comes in; a band that left a hole is edited, a reason given."""
    open_part(page, "评分标准")
    page.get_by_role("slider", name="业绩评价权重").fill("45")
    expect(spot(page, "/value/modules/2/weight")).to_have_value("33")
    expect(spot(page, "/value/modules/1/weight")).to_have_value("22")
    mended = "技能攻关、技术改造"
    page.get_by_label(f"{mended}配分", exact=True).fill("5")
    for place, edges in enumerate((("4", "5"), ("2", "3"), ("0", "1")), 1):
        for words, edge in zip(("最低分", "最高分"), edges, strict=True):
            page.get_by_label(f"{mended}第 {place} 档{words}").fill(edge)
    page.get_by_label("现场表现配分", exact=True).fill("7")
    page.get_by_text("编辑档位：现场表现").click()
    page.get_by_label("现场表现第 1 档最高分").fill("7")
    spot(page, "/deviations/0/reason").fill("装配质量是本企业的关键，按工艺和一次合格率评价。")
    press(card(page, "综合评价 · 评分项").get_by_role("button", name="增加评分项"))
    add_item(page, "现场改善", (("2", "3", "改善成果在全公司推广。"), ("0", "1", "提出改善建议并被采纳。")))
    save(page)
    for module, points in (("业绩评价", 45), ("面试答辩", 22), ("综合评价", 33)):
        expect(card(page, f"{module} · 评分项")).to_contain_text(f"各项合计 {points} / {points}")


def add_item(page: Page, name: str, bands: tuple[tuple[str, str, str], ...]) -> None:
    """Name the new item and say for what it gives how much."""
    item = main(page).get_by_role("listitem").filter(has=page.get_by_text("编辑档位：新评分项"))
    item.get_by_label("新评分项配分").fill(bands[0][1])
    for _each in bands:
        unfold(item)
        press(item.get_by_role("button", name="增加一档"))
    unfold(item)
    for place, (least, most, words) in enumerate(bands, 1):
        for label, text in (("最低分", least), ("最高分", most), ("评判方式", words)):
            item.get_by_label(f"新评分项第 {place} 档{label}").fill(text)
    item.get_by_label("名称", exact=True).fill(name)


def mend_the_schedule(page: Page) -> None:
    """The list is formed too late: of the ways that fit one is looked at, then taken."""
    open_part(page, "时间安排")
    expect(main(page)).to_contain_text("排不下，差 2 个工作日。")
    way = main(page).get_by_role("listitem").filter(has_text="省级公示不晚于2026年12月20日开始")
    way.get_by_role("link", name="预览").click()
    expect(main(page)).to_contain_text("这是预览，还没有采用。")
    main(page).locator("#verdict").get_by_role("button", name="采用").click()
    expect(main(page)).to_contain_text("没有待处理的内容，可以向全体职工公示。")


def send_back(offices: Offices) -> None:
    """The city agrees to all but one section, which it returns with a reason."""
    page = offices.of(CITY_HR)
    review(page, CHENGYU)
    go_through(page, but=["时间安排"])
    flag(page, "时间安排", TOO_EARLY)
    offices.formally(page, "退回修改（1 节）", "退回修改")
    expect(main(page)).to_contain_text(f"时间安排：{TOO_EARLY}")


def mend_what_was_returned(page: Page) -> None:
    """Only what was returned is open; another part is shown and locked, and refused when it is sent."""
    open_plan(page)
    expect(main(page)).to_contain_text(TOO_EARLY)
    open_part(page, "激励待遇")
    expect(main(page)).to_contain_text("这一部分没有退回，不能修改。")
    expect(main(page).get_by_role("button", name="保存", exact=True)).to_have_count(0)
    expect(spot(page, "/section")).to_be_disabled()
    entries = {
        name: page.locator(f'#editor [name="{name}"]').input_value() for name in ("csrf_token", "revision")
    }
    answered = page.request.post(page.url, form={**entries, "/section": "另有安排。"})
    assert answered.status == 409
    assert "“激励待遇”没有退回，不能修改。可以修改的有时间安排。" in answered.text()

    open_part(page, "时间安排")
    days = {"个人申报开始": "2026-11-27", "个人申报截止": "2026-12-01", "资格审查结束": "2026-12-02"}
    for label, day in days.items():
        page.get_by_label(label, exact=True).fill(day)
    words = spot(page, "/section")
    words.fill(
        words.input_value().replace(
            "11月23日至11月27日个人申报；11月30日", "11月27日至12月1日个人申报；12月2日"
        )
    )
    save(page)


def reopen_deadline(page: Page) -> None:
    """Another notice took until after the day for reporting plans."""
    page.goto("/cycles")
    main(page).get_by_role("link", name="2026 年度").first.click()
    reopen(page, "plan_report", plans.CHENGYU, "2026-11-30", "设区市退回修改，须重新公示。")
    expect(main(page)).to_contain_text("11月30日")


def agree(offices: Offices, login_name: str, enterprise: str) -> str:
    """One of the two bodies goes through the plan and agrees; returns the content hash that it saw."""
    page = offices.of(login_name)
    seen = review(page, enterprise)
    go_through(page)
    offices.formally(page, "审核通过", "审核通过")
    return seen


def assess_and_approve(offices: Offices, enterprise: str) -> str:
    """The province asks an expert, who assesses, and approves; returns the content hash on that page."""
    page = offices.of(CENTRE)
    review(page, enterprise)
    offices.formally(page, "指派专家", "指派专家", person=EXPERT_NAME)
    page = offices.of(EXPERT)
    review(page, "工作方案")
    offices.formally(
        page, "提出评估意见", "提交评估意见", {"评估意见": "评分标准清楚、可操作。"}, outcome="建议通过"
    )
    page = offices.of(HR_OF_PROVINCE)
    find_review(page, enterprise)
    approving = offices.formally(page, "批准方案", "批准方案")
    titled(page, "已批准")
    return approving
