"""The main walk, with and without JavaScript; the keyboard; paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.web.examples import example
from tests.e2e.conftest import Enter, Look
from tests.e2e.looking import HEIGHT, PHONE
from tests.e2e.serving import sign_in

EMPLOYEE = "ji.chunfen"
"""Of 姑胥微电子."""
PLAN = "/units/{姑胥微电子}/plan"


@pytest.fixture
def reader(enter: Enter, script: bool) -> Page:
    """A page of somebody who has not signed in."""
    return enter(java_script_enabled=script)


def test_from_the_first_page_to_the_findings_of_a_plan(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("link", name="登录后查看").click()
    reader.locator("summary", has_text="姑胥微电子").click()
    reader.get_by_role("link", name="纪春分").click()
    reader.get_by_role("button", name="登录", exact=True).click()
    reader.get_by_role("link", name="本单位").click()
    reader.get_by_role("link", name="工作方案", exact=True).click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("首席技师评聘试点工作方案")

    reader.get_by_role("link", name="查看检查报告").click()
    chip = reader.locator("#needs_reason").get_by_role("button", name="查看依据：附件2")
    chip.click()
    why = reader.locator(".sx-why:popover-open")
    expect(why).to_contain_text("主任委员原则上应当由企业主要负责人担任")

    why.get_by_role("link", name="查看规则").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("主任委员由主要负责人担任")
    reader.get_by_role("link", name="在官方文本中查看").click()
    place = reader.locator(":target")
    expect(place.locator("mark")).to_have_text("主任委员原则上应当由企业主要负责人担任")
    expect(place).to_be_in_viewport()

    reader.get_by_role("navigation", name="功能").get_by_role("link", name="检查我的方案").click()
    reader.get_by_label("方案全文").fill(example("broken"))
    reader.get_by_role("button", name="检查这份方案").click()
    expect(reader.get_by_role("alert")).to_contain_text("不能提交：阻断 3 项，未说明理由 2 项。")
    expect(reader.get_by_label("方案全文")).to_have_value(example("broken"))

    reader.get_by_role("link", name="跳到“组织形式 · 评审委员会 · 委员”").click()
    expect(reader.locator(":target")).to_be_in_viewport()
    expect(reader.locator(":target")).to_contain_text("彭远骋")

    reader.goto("/tasks")
    reader.get_by_role("button", name="退出登录").click()
    reader.goto("/tasks")
    expect(reader).to_have_url(re.compile("/sign-in"))


def test_jump_link_moves_the_focus(look: Look) -> None:
    page = look("")
    page.goto("/check?example=broken")
    page.get_by_role("link", name="跳到“组织形式 · 评审委员会 · 委员”").click()
    expect(page.locator(":target")).to_be_focused()


def test_jump_from_the_report_of_an_enterprise_leads_into_its_plan(
    enter: Enter, units: dict[str, int], script: bool
) -> None:
    reader = enter(java_script_enabled=script)
    sign_in(reader, EMPLOYEE)
    reader.goto(f"{PLAN}/check".format(**units))
    reader.get_by_role("link", name="跳到“组织形式").click()
    expect(reader.locator(":target")).to_be_in_viewport()
    expect(reader.locator(":target")).to_contain_text("陆知衡")


def test_uploaded_file_is_checked_and_comes_into_the_box(reader: Page) -> None:
    reader.goto("/check")
    reader.get_by_label("或者选择文件").set_input_files(
        {"name": "方案.yaml", "mimeType": "text/yaml", "buffer": example("plan").encode()}
    )
    reader.get_by_role("button", name="检查这个文件").click()
    expect(reader.get_by_text("可以提交。")).to_be_visible()
    expect(reader.get_by_text("检查的文件：方案.yaml")).to_be_visible()
    expect(reader.get_by_label("方案全文")).to_have_value(example("plan"))


def test_filter_needs_no_script(reader: Page) -> None:
    reader.goto("/rules")
    reader.get_by_label("标题、原文、条款、章节、环节、口径或编号").fill("外聘 三分之一")
    reader.get_by_role("button", name="筛选").click()
    expect(reader.locator("[data-item]:visible")).to_have_count(1)
    reader.get_by_role("link", name="去掉筛选：外聘 三分之一").click()
    expect(reader.locator("[data-item]:visible")).to_have_count(173)


def test_typing_filters_and_emptying_the_box_brings_everything_back(look: Look) -> None:
    page = look("")
    page.goto("/rules?q=外聘 三分之一")
    expect(page.locator("[data-item]:visible")).to_have_count(1)
    page.get_by_label("标题、原文、条款、章节、环节、口径或编号").press_sequentially("没有")
    expect(page.get_by_text("没有符合条件的规则")).to_be_visible()
    page.get_by_label("标题、原文、条款、章节、环节、口径或编号").fill("")
    expect(page.locator("[data-item]:visible")).to_have_count(173)
    expect(page.get_by_text("共 173 条")).to_be_visible()


# keyboard


def test_skip_link_comes_first_and_leads_to_the_content(look: Look) -> None:
    page = look("")
    page.goto("/rules")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到主要内容")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_popover_opens_and_closes_with_keys_and_gives_the_focus_back(look: Look, key: str) -> None:
    page = look("")
    page.goto("/check?example=broken")
    chip = page.get_by_role("button", name="查看依据：附件2（二）").first
    chip.focus()
    page.keyboard.press(key)
    why = page.locator(".sx-why:popover-open")
    expect(why).to_be_visible()
    page.keyboard.press("Tab")
    expect(why.get_by_role("link", name="查看规则")).to_be_focused()
    page.keyboard.press("Escape")
    expect(why).to_have_count(0)
    expect(chip).to_be_focused()


def test_menu_closes_with_escape_and_gives_the_focus_back(look: Look) -> None:
    page = look("")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto("/")
    button = page.get_by_role("button", name="打开导航菜单")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sx-rail")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sx-rail")).to_be_hidden()
    expect(button).to_be_focused()


def test_digest_can_be_copied(enter: Enter, units: dict[str, int]) -> None:
    page = enter(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, EMPLOYEE)
    page.goto(PLAN.format(**units))
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert len(copied) == 64


# paper


@pytest.mark.parametrize("address", [PLAN, "/text", "/check?example=broken"])
def test_paper_has_no_rail_and_no_buttons(look: Look, units: dict[str, int], address: str) -> None:
    page = look(EMPLOYEE)
    page.goto(address.format(**units))
    page.emulate_media(media="print")
    for gone in (".sx-rail", ".sx-top", ".btn"):
        assert [each for each in page.locator(gone).all() if each.is_visible()] == []
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_passed_checks_are_printed_unfolded(look: Look, units: dict[str, int]) -> None:
    page = look(EMPLOYEE)
    page.goto(f"{PLAN}/check".format(**units))
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="外聘委员不少于三分之一")).to_be_visible()
