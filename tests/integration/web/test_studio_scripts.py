"""The studio in a browser with scripts: fields save themselves, items move by hand and key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import chromium
from tests.e2e.serving import served
from tests.integration.web.test_studio import Studio, season, set_clock, studio, written
from tests.integration.web.visitor import SESSION

__all__ = ["season", "set_clock", "studio", "written"]

SAVED: Final = re.compile("已保存")
APPRAISAL: Final = "/value/appraisal"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium()}


@contextmanager
def opened(browser: Browser, site: Flask, studio: Studio, part: str) -> Iterator[Page]:
    """The editor of a part, opened by the HR officer."""
    with served(site) as address:
        context = browser.new_context(
            base_url=address, viewport={"width": 1440, "height": 900}, locale="zh-CN"
        )
        context.add_cookies([{"name": SESSION, "value": str(studio.hr.token), "url": address}])
        page = context.new_page()
        page.goto(studio.address(f"/parts/{part}" if part else ""))
        yield page
        context.close()


def field(page: Page, path: str) -> Locator:
    return page.locator(f'[id="{path}"]')


def test_field_saves_itself_and_what_follows_from_it_is_shown(
    written: Studio, site: Flask, browser: Browser
) -> None:
    with opened(browser, site, written, "rubric") as page:
        first, second = (field(page, f"/value/modules/{place}/weight") for place in (0, 1))
        first.fill("62")
        expect(page.locator("#stamp")).to_have_text(SAVED)
        expect(second).to_have_value("15")
        expect(page.locator("#standing")).to_contain_text("1 项说明")
        expect(first).to_be_focused()
        first.fill("六十")
        expect(field(page, "/value/modules/0/weight-said")).to_contain_text("应为数字")
        expect(first).to_have_value("六十")
    assert [each["weight"] for each in written.maker.value("rubric")["modules"]] == [62, 15, 23]


def test_second_editor_keeps_what_was_typed_and_chooses(
    written: Studio, site: Flask, browser: Browser
) -> None:
    with opened(browser, site, written, "rights_duties") as page:
        written.maker.save("rights_duties", {APPRAISAL: "每年考核一次。"}, who=written.maker.principal)
        field(page, APPRAISAL).fill("每半年考核一次。")
        expect(page.locator("#conflict")).to_contain_text("每年考核一次。")
        expect(field(page, APPRAISAL)).to_have_value("每半年考核一次。")
        page.get_by_label("我填的").check()
        page.get_by_role("button", name="按选择保存").click()
        expect(page.locator("#conflict")).to_be_empty()
    assert written.maker.value("rights_duties")["appraisal"] == "每半年考核一次。"


def test_items_move_by_key_and_by_hand(written: Studio, site: Flask, browser: Browser) -> None:
    first, second, third, last = written.maker.value("methods")["tie_break"]
    with opened(browser, site, written, "methods") as page:
        field(page, "/value/tie_break/0").press("Alt+ArrowDown")
        expect(field(page, "/value/tie_break/0")).to_have_value(second)
        grips = page.locator('[id="/value/tie_break"] .sx-grip')
        expect(grips.first).to_have_attribute("draggable", "true")
        ties = page.locator('[id="/value/tie_break"]')
        # to the middle: at the edge the bar of the page is in the way
        ties.scroll_into_view_if_needed()
        ties.evaluate("list => list.scrollIntoView({block: 'center'})")
        page.wait_for_load_state("networkidle")
        target = field(page, "/value/tie_break/2-row")
        grips.first.hover()
        page.mouse.down()
        target.hover()
        target.hover()  # browsers tell of what is dragged over from the second movement on
        page.mouse.up()
        expect(field(page, "/value/tie_break/2")).to_have_value(second)
    assert written.maker.value("methods")["tie_break"] == [first, third, second, last]
