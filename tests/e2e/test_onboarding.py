"""From the opening of a year to the first task of an enterprise, in the browser by the clock of a demo.

Each test has a demo of its own, on the second day of 推荐申报 in November 2026.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from playwright.sync_api import Page, expect

from core.domain.values import BEIJING
from tests.e2e.conftest import Enter, Later
from tests.e2e.looking import flaws
from tests.e2e.nominating import (
    BRANCH,
    CENTRE,
    HR_OF_PROVINCE,
    Desk,
    admit,
    begin,
    fill_in,
    find,
    main,
    open_task,
    reopen,
    save_file,
    send,
    take,
    titled,
    verify,
)
from tests.e2e.own_demo import browser_context_args, demo_of_test, desk, idle, later, script
from tests.e2e.people import Newcomer, arrived
from tests.e2e.season import DemoSeason
from tests.integration.onboarding.season import uscc

__all__ = ["browser_context_args", "demo_of_test", "desk", "idle", "later", "script"]

STARTS = datetime(2026, 11, 4, 9, tzinfo=BEIJING)
"""A Wednesday, when everybody of the demo is there; nominations are due on Tuesday, the 10th."""
A_WEEK = timedelta(days=7)

CITY, HR_OF_CITY, CENTRE_OF_CITY = "321100", "leng.qiutan", "du.beigu"
"""镇江."""
NAME, SHORT = "镇江北固铝业有限公司（虚构）", "北固铝业"
NUMBER = uscc(1, CITY)
BASE, OF_BRANCH = "镇江焦山示范基地有限公司（虚构）", "央企镇江江畔分公司（虚构）"
OTHER_CITY, HR_OF_OTHER, CENTRE_OF_OTHER = "321000", "ruan.zhuxi", "wang.mingyue"
"""扬州."""
ROSTER = "高级技师名册"
STOCK, UNMET = "高级技师存量", "名册 35 人，申报 37 人。核对后按名册填写。"
SECOND = "增补一批试点企业。"
MORE = "本市另有一家集群链主企业。"
LATE = "材料在途，已报备。"


@pytest.fixture
def starts() -> datetime:
    return STARTS


@pytest.fixture
def season(demo_of_test: tuple[psycopg.Connection, str]) -> DemoSeason:
    return DemoSeason(demo_of_test[0])


@pytest.fixture
def year(season: DemoSeason) -> int:
    """A cycle of one's own: the year's second."""
    return season.open_cycle(id="2026-2", second_reason=SECOND)


@pytest.mark.parametrize("script", [False], ids=["without-script"])
def test_from_the_opening_of_a_year_to_the_first_task_of_the_principal(
    desk: Desk, enter: Enter, later: Later, script: bool
) -> None:
    """The whole way without script; the tests below go parts of it with script."""
    open_year(desk(HR_OF_PROVINCE))
    nominate(desk(CENTRE_OF_CITY))
    countersign(desk(HR_OF_CITY))
    send_back(desk(CENTRE))
    correct(desk(CENTRE_OF_CITY))
    countersign(desk(HR_OF_CITY))

    page = desk(CENTRE)
    see_what_changed(page)
    verify(page)
    expect(main(page)).to_contain_text("3 / 3 项符合")
    newcomer = Newcomer(lambda: enter(java_script_enabled=script), later)
    link = admit(page, newcomer.name)
    assert flaws(page) == []
    find(page, NAME)
    titled(page, "已确定为试点企业")

    own = newcomer.accept(link, arrived)
    arrived(own, "我的待办")
    own.get_by_role("button", name="退出登录").click()
    newcomer.sign_in(own, newcomer.code())
    arrived(own, "我的待办")
    first = own.get_by_role("region", name="等我处理").get_by_role("listitem").first
    expect(first).to_contain_text("邀请人力资源管理部门的经办人员")
    expect(first).to_contain_text("本企业已确定为 2026-2 年度试点企业。")
    assert flaws(own) == []
    first.get_by_role("link").click()
    arrived(own, "邀请人员")


def nominate(page: Page) -> None:
    page.goto("/tasks")
    expect(main(page)).to_contain_text("本市尚未推荐")
    begin(page, NAME, NUMBER)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(main(page)).to_contain_text("推荐前还有 16 处要补充，写在各项旁边。")
    assert flaws(page) == []
    fill_in(page, SHORT)
    expect(main(page)).to_contain_text("已保存，可以推荐。")
    send(page, "推荐")
    titled(page, "待会签")


def countersign(page: Page, name: str = NAME) -> None:
    open_task(page, name)
    take(page, "会签")
    titled(page, "已报省级")


def send_back(page: Page) -> None:
    """One requirement is found not to be met, and sent back with its reason."""
    open_task(page, NAME)
    save_file(page, ROSTER)
    verify(page, {STOCK: UNMET})
    expect(main(page)).to_contain_text("2 / 3 项符合")
    take(page, "退回补正")
    titled(page, "退回补正")
    assert flaws(page) == []


def correct(page: Page) -> None:
    open_task(page, NAME)
    expect(main(page)).to_contain_text(UNMET)
    main(page).get_by_role("link", name="补正", exact=True).click()
    expect(main(page)).to_contain_text(f"退回理由：{UNMET}")
    page.get_by_label("高级技师人数（含特级技师）").fill("35")
    send(page, "重新推荐")
    titled(page, "待会签")


def see_what_changed(page: Page) -> None:
    open_task(page, NAME)
    changed = page.locator("#changes")
    expect(changed).to_contain_text("上次补正的修改")
    expect(changed.locator("del")).to_have_text("37 人")
    expect(changed.locator("ins")).to_have_text("35 人")
    assert flaws(page) == []


def open_year(page: Page) -> None:
    """The province opens another cycle of the year, which asks for a reason."""
    page.goto("/cycles")
    main(page).get_by_role("link", name="启动年度").click()
    titled(page, "启动年度")
    page.get_by_role("button", name="启动年度").click()
    expect(page.get_by_role("alert")).to_contain_text("年度没有启动")
    expect(main(page)).to_contain_text("评聘工作原则上每年一次")
    assert flaws(page) == []
    page.get_by_label("再次启动的理由").fill(SECOND)
    page.get_by_role("button", name="启动年度").click()
    titled(page, "2026-2 年度")
    expect(main(page)).to_contain_text(SECOND)
    expect(main(page)).to_contain_text("还有 4 个工作日（11月10日 周二）")


def test_second_enterprise_of_a_city_needs_a_larger_quota_and_a_base_does_not(
    desk: Desk, season: DemoSeason, year: int
) -> None:
    season.of_city(4, "镇江金山机械有限公司", CITY, "admitted")
    season.of_city(1, "镇江北固铝业有限公司", CITY, "draft")
    page = desk(CENTRE_OF_CITY)
    find(page, NAME)
    refused(page, "推荐", "一（一）", "原则上每个设区市1家")
    assert flaws(page) == []

    begin(page, BASE, uscc(3, CITY))
    page.get_by_role("button", name="保存", exact=True).click()
    expect(main(page)).to_contain_text("处要补充，写在各项旁边。")
    assert flaws(page) == []
    fill_in(page, "焦山基地", "g42_plus_base")
    send(page, "推荐")
    titled(page, "待会签")
    countersign(desk(HR_OF_CITY), BASE)
    desk(CENTRE)
    open_task(page, BASE)
    verify(page)
    assert flaws(page) == []
    admit(page, "傅临川")
    assert flaws(page) == []

    page.goto(f"/cycles/{year}")
    page.get_by_role("link", name="增加名额").click()
    page.get_by_label("设区市").select_option(value=CITY)
    page.get_by_label("增加后的名额").fill("2")
    page.get_by_role("button", name="增加名额").click()
    expect(page.get_by_text("未填写理由")).to_be_visible()
    page.get_by_label("理由").fill(MORE)
    page.get_by_role("button", name="增加名额").click()
    expect(main(page)).to_contain_text(f"增加至 2 家：{MORE}")

    desk(CENTRE_OF_CITY)
    find(page, NAME)
    expect(main(page)).to_contain_text(f"理由：{MORE}")
    take(page, "推荐")
    countersign(desk(HR_OF_CITY))
    desk(CENTRE)
    open_task(page, NAME)
    verify(page)
    admit(page, "傅望江", SHORT)
    page.goto(f"/cycles/{year}")
    row = page.get_by_role("table", name="推荐名额").get_by_role("row").filter(has_text="镇江市")
    expect(row).to_contain_text("已推荐 3 家")
    expect(row).to_contain_text("占用名额 2 家，已确定 3 家")


def test_central_branch_comes_by_the_direct_channel(desk: Desk, season: DemoSeason) -> None:
    open_year(desk(HR_OF_PROVINCE))
    season.of_city(4, "镇江金山机械有限公司", CITY, "reported")
    page = desk(BRANCH)
    begin(page, OF_BRANCH, uscc(2, CITY), city="镇江市")
    fill_in(page, "江畔分公司", "central_branch")
    send(page, "申报")
    titled(page, "已报省级")
    expect(page.get_by_role("list", name="办理环节")).not_to_contain_text("会签")
    desk(CENTRE)
    open_task(page, OF_BRANCH)
    expect(main(page)).to_contain_text("不占名额")
    verify(page)
    admit(page, "丘临江")
    desk(HR_OF_CITY)
    page.goto("/nominations")
    expect(main(page)).to_contain_text("镇江金山机械有限公司")
    expect(main(page)).not_to_contain_text(OF_BRANCH)


def test_deadline_is_opened_again_for_one_enterprise_and_everybody_reads_why(
    desk: Desk, season: DemoSeason, later: Later, year: int
) -> None:
    season.of_city(1, "镇江北固铝业有限公司", CITY, "draft")
    season.of_city(2, "扬州广陵装备有限公司", OTHER_CITY, "draft")
    later(A_WEEK)
    page = desk(CENTRE_OF_CITY)
    find(page, NAME)
    expect(main(page)).to_contain_text("已逾期 1 天（11月10日 周二）")
    refused(page, "推荐", "二（一）", "11月10日前报推荐企业")

    desk(CENTRE)
    page.goto(f"/cycles/{year}")
    reopen(page, "nomination", uscc(1, CITY), "2026-11-13", LATE)
    expect(page.locator("#reopened")).to_contain_text("还有 2 个工作日（11月13日 周五）")

    for login_name in (HR_OF_OTHER, BRANCH, "mi.caiwei"):
        desk(login_name)
        page.goto(f"/cycles/{year}")
        expect(page.locator("#reopened")).to_contain_text(LATE)
    desk(CENTRE_OF_OTHER)
    find(page, "扬州广陵装备有限公司")
    refused(page, "推荐", "二（一）", "11月10日前报推荐企业")

    desk(CENTRE_OF_CITY)
    find(page, NAME)
    expect(main(page)).to_contain_text(f"理由：{LATE}")
    take(page, "推荐")
    for login_name in (HR_OF_CITY, CENTRE):
        desk(login_name)
        find(page, NAME)
        expect(main(page)).to_contain_text(f"理由：{LATE}")
        if login_name == HR_OF_CITY:
            take(page, "会签")
            titled(page, "已报省级")


def test_barred_enterprise_is_refused_and_another_is_not(desk: Desk, season: DemoSeason, year: int) -> None:
    page = desk(HR_OF_PROVINCE)
    page.goto("/sanctions")
    page.get_by_role("link", name="录入处理决定").click()
    page.get_by_label("处理对象").select_option(label="企业")
    page.get_by_label("统一社会信用代码").fill(NUMBER)
    page.get_by_label("决定日期").fill("2024-03-05")
    page.get_by_label("决定文号").fill("苏人社罚〔2024〕7 号")
    page.get_by_role("button", name="录入处理决定").click()
    expect(main(page)).to_contain_text("苏人社罚〔2024〕7 号")

    season.of_city(1, "镇江北固铝业有限公司", CITY, "draft")
    season.of_city(4, "镇江金山机械有限公司", CITY, "draft")
    desk(CENTRE_OF_CITY)
    find(page, NAME)
    refused(page, "推荐", "五（三）", "五年内不得申请或参与")
    assert flaws(page) == []
    find(page, "镇江金山机械有限公司")
    take(page, "推荐")
    titled(page, "待会签")


def refused(page: Page, words: str, clause: str, rule: str) -> None:
    """A step is not offered; the finding that stops it shows its clause in full."""
    found = main(page).locator(".sx-finding").filter(has_text=rule)
    found.get_by_role("button", name=f"查看依据：{clause}", exact=True).click()
    expect(page.locator(".sx-why:popover-open blockquote")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(main(page).get_by_role("button", name=words, exact=True)).to_have_count(0)
    expect(main(page).get_by_role("link", name=words, exact=True)).to_have_count(0)
