"""The way in and out: an invitation, both factors, two hats, every browser signed out, a grant that ends.

Each with JavaScript and without; the way in by keyboard alone.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

import pytest
from playwright.sync_api import Locator, Page, expect

from core.domain.values import BEIJING
from tests.e2e.conftest import Enter, Later
from tests.e2e.people import NEXT_CODE, Newcomer, arrived, looks_right
from tests.e2e.serving import sign_in

UNIT, CENTRE = "姑胥微电子", "省鉴定中心"
HR, PRINCIPAL, OF_THE_CENTRE = "mi.caiwei", "dong.yining", "wen.xuyan"
TWO_HATS = "zong.baishi"
HR_ROLE, EXPERT_ROLE = "企业人力资源管理部门", "方案评估专家"
LONG_SINCE_PROOF = timedelta(minutes=11)
A_WEEK = timedelta(days=7)
MOST_TABS = 60

Desk: TypeAlias = Callable[[str], Page]


@pytest.fixture
def newcomer(enter: Enter, later: Later, script: bool) -> Newcomer:
    return Newcomer(lambda: enter(java_script_enabled=script), later)


@pytest.fixture
def desk(enter: Enter, later: Later, script: bool) -> Desk:
    """``desk(login_name)`` is a page of an office where this person of the demo has just signed in."""
    page = enter(java_script_enabled=script)

    def taken(login_name: str) -> Page:
        later(NEXT_CODE)
        page.context.clear_cookies()
        sign_in(page, login_name)
        page.goto("/tasks")
        return page

    return taken


def filled_in(page: Page, login_name: str) -> tuple[str, str]:
    """Password and 动态口令 of somebody of the demo, read in another tab."""
    tab = page.context.new_page()
    tab.goto(f"/demo/sign-in/{login_name}")
    found = tab.get_by_label("密码").input_value(), tab.get_by_label("动态口令").input_value()
    tab.close()
    return found


def fill_in_invitation(page: Page, name: str, role: str, until: str = "") -> None:
    """Have the form of an invitation to the own unit before one, filled in."""
    page.get_by_role("link", name="人员与授权").first.click()
    page.get_by_role("link", name="邀请人员").click()
    arrived(page, "邀请人员")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("角色", exact=True).select_option(label=role)
    page.get_by_label("角色有效期至（含当日）").fill(until)


def invite(page: Page, name: str, role: str, *, until: str = "", code: str = "") -> str:
    """Invite to the own unit; the link that is shown once. ``code`` is the proof, if it is asked for."""
    fill_in_invitation(page, name, role, until)
    if code:
        page.get_by_label("再次验证：动态口令").fill(code)
    page.get_by_role("button", name="发出邀请").click()
    arrived(page, "邀请链接")
    return page.get_by_text(re.compile(r"^http.*/invitations/")).inner_text()


def give_again(page: Page, name: str, role: str) -> None:
    """Give a role to somebody who had it in the own unit."""
    page.get_by_role("link", name="人员与授权").first.click()
    page.get_by_label("状态").select_option(label="含已结束的")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name=name).click()
    arrived(page, name)
    page.get_by_role("link", name="授予角色").click()
    arrived(page, "授予角色")
    page.get_by_label("角色", exact=True).select_option(label=role)
    page.get_by_role("button", name="授予角色").click()
    arrived(page, name)


def tab_to(page: Page, place: Locator) -> None:
    """Press Tab until ``place`` has the focus, which shows wherever it is on the way."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        if place.evaluate("place => place === document.activeElement"):
            return
    raise AssertionError(f"{MOST_TABS} tabs do not lead to {place}")


def worn(page: Page, role: str) -> Locator:
    """The place in the rail that says under which hat one works, and leads to the others."""
    return page.get_by_role("link", name=re.compile(f"{role}.*切换身份"))


def test_from_an_invitation_to_signing_out_everywhere(newcomer: Newcomer, desk: Desk, later: Later) -> None:
    end = (later(NEXT_CODE) + A_WEEK).astimezone(BEIJING).date()
    last_day = f"{end.month}月{end.day}日"
    office = desk(HR)
    link = invite(office, newcomer.name, HR_ROLE, until=end.isoformat())
    looks_right(office, "邀请链接")
    page = newcomer.accept(link, looks_right)
    arrived(page, "我的待办")
    expect(worn(page, HR_ROLE)).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    newcomer.sign_in(page, "12345")
    expect(page.get_by_text("动态口令不正确。")).to_be_visible()
    looks_right(page, "输入动态口令")
    newcomer.give_code(page, newcomer.code())
    arrived(page, "我的待办")

    page.goto(invite(desk(OF_THE_CENTRE), newcomer.name, EXPERT_ROLE))
    arrived(page, "接受邀请")
    expect(page.get_by_text(f"当前登录的是{newcomer.name}（{newcomer.login_name}）。")).to_be_visible()
    page.get_by_role("button", name="接受邀请").click()
    arrived(page, "切换身份")
    hats = page.get_by_role("main").get_by_role("listitem")
    expect(hats).to_have_count(2)
    expect(hats.filter(has_text=HR_ROLE)).to_contain_text("当前身份")
    page.get_by_role("button", name=f"到 {CENTRE} {EXPERT_ROLE}").click()
    arrived(page, "我的待办")
    expect(page.get_by_text("江苏省职业技能鉴定中心")).to_be_visible()
    worn(page, EXPERT_ROLE).click()
    expect(hats.filter(has_text=EXPERT_ROLE)).to_contain_text("当前身份")
    page.get_by_role("button", name=f"到 {UNIT} {HR_ROLE}").click()
    arrived(page, "我的待办")
    expect(worn(page, HR_ROLE)).to_be_visible()
    waiting = page.get_by_role("region", name="等别人处理").get_by_role("listitem")
    expect(waiting.filter(has_text=f"“{HR_ROLE}”身份即将到期")).to_contain_text(last_day)

    other = newcomer.browser()
    newcomer.sign_in(other, newcomer.recovery_codes[0])
    arrived(other, "切换身份")
    page.get_by_role("link", name="我的账号").click()
    arrived(page, "我的账号")
    places = page.get_by_role("table", name="正在登录的地方").get_by_role("row")
    expect(places).to_have_count(1 + 2)
    expect(places.filter(has_text="本次登录")).to_have_count(1)
    expect(page.get_by_role("table", name="登录记录")).to_contain_text("使用恢复码")
    page.get_by_role("button", name="全部退出").click()
    arrived(page, "登录")
    expect(page.locator("main")).to_contain_text("已在所有设备上退出登录。")
    other.get_by_role("link", name="我的待办").click()
    arrived(other, "登录")
    newcomer.sign_in(other, newcomer.code())
    arrived(other, "切换身份")


@pytest.mark.parametrize("script", [False], ids=["without-script"])
def test_revoked_grant_stops_the_very_next_request(
    newcomer: Newcomer, desk: Desk, later: Later, units: dict[str, int]
) -> None:
    page = newcomer.accept(invite(desk(HR), newcomer.name, HR_ROLE), arrived)
    invite(page, "季望舒", "职工")
    fill_in_invitation(page, "桑晚晴", "职工")

    principal = desk(PRINCIPAL)
    later(LONG_SINCE_PROOF)
    principal.get_by_role("link", name="人员与授权").click()
    principal.get_by_role("link", name=re.compile(f"撤销.*{newcomer.name} {HR_ROLE}")).click()
    arrived(principal, "撤销角色")
    principal.get_by_label("撤销原因").fill("调离人力资源岗位")
    principal.get_by_role("button", name="撤销角色").click()
    expect(principal.get_by_text("未填写动态口令。")).to_be_visible()
    looks_right(principal, "撤销角色")
    _, code = filled_in(principal, PRINCIPAL)
    principal.get_by_label("再次验证：动态口令").fill(code)
    principal.get_by_role("button", name="撤销角色").click()
    arrived(principal, "人员与授权")

    page.get_by_role("button", name="发出邀请").click()
    arrived(page, "没有这个页面")
    page.goto(f"/units/{units[UNIT]}/people")
    arrived(page, "切换身份")
    expect(page.get_by_text("没有有效的身份")).to_be_visible()
    principal.get_by_role("link", name="邀请", exact=True).click()
    sent = principal.get_by_role("table", name="邀请").get_by_role("row").filter(has_text=newcomer.name)
    expect(sent.filter(has_text="季望舒")).to_have_count(1)
    expect(sent.filter(has_text="桑晚晴")).to_have_count(0)

    give_again(principal, newcomer.name, HR_ROLE)
    page.reload()
    page.get_by_role("button", name=f"到 {UNIT} {HR_ROLE}").click()
    arrived(page, "我的待办")
    invite(page, "桑晚晴", "职工", code=newcomer.code())


def test_keyboard_alone_signs_in_chooses_a_hat_and_signs_out(
    enter: Enter, later: Later, script: bool
) -> None:
    page = enter(java_script_enabled=script)
    later(NEXT_CODE)
    password, _ = filled_in(page, TWO_HATS)
    page.goto("/sign-in")
    tab_to(page, page.get_by_label("登录名"))
    page.keyboard.type(TWO_HATS)
    tab_to(page, page.get_by_label("密码"))
    page.keyboard.type("no-such-password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("登录名或密码不正确。")
    expect(page.get_by_label("登录名")).to_have_value(TWO_HATS)
    expect(page.get_by_label("密码")).to_be_focused()
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    arrived(page, "输入动态口令")
    expect(page.get_by_label("动态口令")).to_be_focused()
    _, code = filled_in(page, TWO_HATS)
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    arrived(page, "切换身份")
    other_hat = page.get_by_role("main").get_by_role("button", name=re.compile("^切换"))
    role = other_hat.inner_text().split()[-1]
    tab_to(page, other_hat)
    page.keyboard.press("Enter")
    arrived(page, "我的待办")
    expect(worn(page, role)).to_be_visible()
    tab_to(page, page.get_by_role("button", name="退出登录"))
    page.keyboard.press("Enter")
    arrived(page, "登录")
