"""Two tabs in a browser: the form of the former hat does nothing, and one button sends it under that hat."""

from playwright.sync_api import expect

from tests.e2e.conftest import Enter
from tests.e2e.looking import flaws


def test_form_opened_before_switching_is_kept_and_sent_once_more(enter: Enter, units: dict[str, int]) -> None:
    first = enter("peng.yuancheng", java_script_enabled=False)
    first.goto(f"/units/{units['彭岳重工']}/invitations/new")
    second = first.context.new_page()
    second.goto("/hats")
    second.get_by_role("button", name="主任委员").click()
    first.get_by_label("姓名").fill("骆清和")
    first.get_by_label("角色", exact=True).select_option("职工")
    first.get_by_role("button", name="发出邀请").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("身份已经切换，没有办理")
    first.get_by_role("button", name="切换为“企业主要负责人”并重新提交").click()
    expect(first.get_by_role("main")).to_contain_text("链接只显示这一次。")
    expect(first.get_by_role("main")).to_contain_text("骆清和")


def test_page_of_the_change_has_no_violation_and_fits(enter: Enter, units: dict[str, int]) -> None:
    first = enter("peng.yuancheng")
    first.goto(f"/units/{units['彭岳重工']}/invitations/new")
    second = first.context.new_page()
    second.goto("/hats")
    second.get_by_role("button", name="主任委员").click()
    first.get_by_role("button", name="发出邀请").click()
    assert flaws(first) == []
    first.get_by_role("button", name="切换为“企业主要负责人”并重新提交").click()
    expect(first.get_by_text("未填写姓名。")).to_be_visible()
