"""The handbooks as they are read: from a page to its paragraph, and by what somebody types."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Look


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("退回补正", "设区市手册"),
        ("怎么重新开放期限", "省级手册"),
        ("G42", "规则目录（js2023）"),
        ("JS-A2-chair-principal", "规则目录（js2023）"),
    ],
)
def test_words_that_are_typed_are_found(look: Look, query: str, page: str) -> None:
    reader = look("")
    reader.goto("/handbook/")
    reader.get_by_role("textbox", name="搜索").fill(query)
    reader.keyboard.press("Enter")
    found = reader.locator("#search-results")
    expect(found.get_by_role("link", name=page, exact=True).first).to_be_visible()


def test_nothing_is_found_of_words_that_are_nowhere(look: Look) -> None:
    reader = look("")
    reader.goto("/handbook/search.html?q=天气预报")
    expect(reader.locator("#search-results")).to_contain_text("没有匹配到文档")


def test_help_opens_the_paragraph_about_the_page(look: Look) -> None:
    reader = look("wen.xuyan")
    reader.goto("/reviews")
    with reader.context.expect_page() as opened:
        reader.get_by_role("link", name="帮助").click()
    handbook = opened.value
    expect(handbook.get_by_role("heading", name="九、看报来的方案")).to_be_in_viewport()
    assert handbook.url.endswith("/handbook/province.html#plans")
    handbook.close()
