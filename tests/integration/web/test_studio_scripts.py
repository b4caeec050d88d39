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
from tests.integration.web.test_studio import Studio, season, set_clock, studio
from tests.integration.web.visitor import SESSION

__all__ = ["season", "set_clock", "studio"]

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
    studio: Studio, site: Flask, browser: Browser
) -> None:
    studio.maker.complete()
    with opened(browser, site, studio, "rubric") as page:
        first, second = (field(page, f"/value/modules/{place}/weight") for place in (0, 1))
        first.fill("62")
        expect(page.locator("#stamp")).to_have_text(SAVED)
        expect(second).to_have_value("15")
        expect(page.locator("#standing")).to_contain_text("1 项说明")
        expect(first).to_be_focused()
        first.fill("六十")
        expect(field(page, "/value/modules/0/weight-said")).to_contain_text("应为数字")
        expect(first).to_have_value("六十")
    assert [each["weight"] for each in studio.maker.value("rubric")["modules"]] == [62, 15, 23]


def test_second_editor_keeps_what_was_typed_and_chooses(
    studio: Studio, site: Flask, browser: Browser
) -> None:
    studio.maker.complete()
    with opened(browser, site, studio, "rights_duties") as page:
        studio.maker.save("rights_duties", {APPRAISAL: "每年考核一次。"}, who=studio.maker.principal)
        field(page, APPRAISAL).fill("每半年考核一次。")
        expect(page.locator("#conflict")).to_contain_text("每年考核一次。")
        expect(field(page, APPRAISAL)).to_have_value("每半年考核一次。")
        page.get_by_label("我填的").check()
        page.get_by_role("button", name="按选择保存").click()
        expect(page.locator("#conflict")).to_be_empty()
    assert studio.maker.value("rights_duties")["appraisal"] == "每半年考核一次。"


def test_items_move_by_key_and_by_hand(studio: Studio, site: Flask, browser: Browser) -> None:
    studio.maker.complete()
    first, second, third, last = studio.maker.value("methods")["tie_break"]
    with opened(browser, site, studio, "methods") as page:
        field(page, "/value/tie_break/0").press("Alt+ArrowDown")
        expect(field(page, "/value/tie_break/0")).to_have_value(second)
        grips = page.locator('[id="/value/tie_break"] .sx-grip')
        expect(grips.first).to_have_attribute("draggable", "true")
        ties = page.locator('[id="/value/tie_break"]')
        # to the middle: at the edge the bar of the page is in the way
        ties.scroll_into_view_if_needed()
        ties.evaluate("list => list.scrollIntoView({block: 'center'})")
        page.wait_for_load_state("networkidle")
        grips.first.drag_to(field(page, "/value/tie_break/2-row"))
        expect(field(page, "/value/tie_break/2")).to_have_value(second)
    assert studio.maker.value("methods")["tie_break"] == [first, third, second, last]
