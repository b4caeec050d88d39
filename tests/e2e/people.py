"""People who come in during a test, with a browser and an authenticator of their own."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pyotp
from playwright.sync_api import Page, expect

from core.services.accounts.totp import RECOVERY_CODES, STEP
from tests.e2e.conftest import Later
from tests.e2e.looking import flaws

PASSWORD = "Xunhui-Duliang-7391"  # noqa: S105 - of people who are there for one test
NEXT_CODE = timedelta(seconds=STEP)
SECRET = re.compile(r"^([A-Z2-7]{4} ?){8}$")
NUMBERS = count(1)


class Newcomer:
    """Somebody who is not there yet, with browsers of their own and, later, an authenticator."""

    def __init__(self, browser: Callable[[], Page], later: Later) -> None:
        number = next(NUMBERS)
        self.name, self.login_name = f"凌疏雨{number}", f"ling.shuyu{number}"
        self.browser, self.later = browser, later
        self.secret = ""
        self.recovery_codes: list[str] = []

    def code(self) -> str:
        """What the authenticator shows next: no code serves twice."""
        return pyotp.TOTP(self.secret).at(self.later(NEXT_CODE))

    def accept(self, link: str, see: Callable[[Page, str], None]) -> Page:
        """Open the link in a new browser, make an account, enrol; the page after the recovery codes."""
        page = self.browser()
        page.goto(link)
        arrived(page, "接受邀请")
        expect(page.get_by_label("姓名")).to_have_value(self.name)
        self.secret = page.get_by_text(SECRET).inner_text().replace(" ", "")
        self.fill_in(page, code="12345")
        expect(page.get_by_text("动态口令不正确。")).to_be_visible()
        see(page, "接受邀请")
        self.fill_in(page, code=self.code())
        see(page, "恢复码")
        self.recovery_codes = page.get_by_role("main").get_by_role("listitem").all_inner_texts()
        assert len(self.recovery_codes) == RECOVERY_CODES
        page.get_by_role("link", name="已保存，继续").click()
        return page

    def fill_in(self, page: Page, code: str) -> None:
        page.get_by_label("登录名").fill(self.login_name)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_label("动态口令", exact=True).fill(code)
        page.get_by_role("button", name="接受邀请").click()

    def sign_in(self, page: Page, code: str) -> None:
        page.goto("/sign-in")
        arrived(page, "登录")
        page.get_by_label("登录名").fill(self.login_name)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        arrived(page, "输入动态口令")
        self.give_code(page, code)

    def give_code(self, page: Page, code: str) -> None:
        page.get_by_label("动态口令").fill(code)
        page.get_by_role("button", name="继续").click()


def arrived(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def looks_right(page: Page, title: str) -> None:
    """The page of ``title`` is there, and nothing is wrong with it: for pages that no address leads to."""
    arrived(page, title)
    assert flaws(page) == []
