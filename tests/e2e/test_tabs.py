"""Two tabs in a browser: the form of the former hat does nothing, and one button sends it under that hat."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Enter
from tests.e2e.looking import flaws
from tests.e2e.serving import sign_in


def form_opened_before_switching(enter: Enter, page: Page, unit: int) -> None:
    """Open the form of an invitation as the principal, then put on another hat in a second window.

    The window is a browser with the same cookies: a tab in the background of this one may stand still.
    """
    sign_in(page, "peng.yuancheng")
    page.goto(f"/units/{unit}/invitations/new")
    second = enter()
    second.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # what it gives it takes
    second.goto("/hats")
    second.get_by_role("button", name="主任委员").click()
    second.wait_for_url(lambda address: "hats" not in address)
    page.context.add_cookies(second.context.cookies())  # type: ignore[arg-type]  # as above


def test_form_opened_before_switching_is_kept_and_sent_once_more(enter: Enter, units: dict[str, int]) -> None:
    page = enter(java_script_enabled=False)
    form_opened_before_switching(enter, page, units["彭岳重工"])
    page.get_by_label("姓名").fill("骆清和")
    page.get_by_label("角色", exact=True).select_option("职工")
    page.get_by_role("button", name="发出邀请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("身份已经切换，没有办理")
    page.get_by_role("button", name="切换为“企业主要负责人”并重新提交").click()
    expect(page.get_by_role("main")).to_contain_text("链接只显示这一次。")
    expect(page.get_by_role("main")).to_contain_text("骆清和")


def test_page_of_the_change_has_no_flaw(enter: Enter, units: dict[str, int]) -> None:
    page = enter()
    form_opened_before_switching(enter, page, units["彭岳重工"])
    page.get_by_role("button", name="发出邀请").click()
    assert flaws(page) == []
    page.get_by_role("button", name="切换为“企业主要负责人”并重新提交").click()
    expect(page.get_by_text("未填写姓名。")).to_be_visible()
