"""Every page at both widths: no accessibility violation, no sideways scroll, no error in the console."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.exceptions import NotFound

from tests.e2e.addresses import PAGES
from tests.e2e.conftest import HEIGHT, PHONE, WIDE, Enter

AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SYNTAX = 'plan_id: x\nsections:\n  methods: "abc\n'
SHAPE = "plan_id: x\nsections:\n  foo: bar\nrubric:\n  modules: 3\n"
FILES = {"frame.static", "checker.example_file", "official.verbatim", "plan.check_file", "units.workbook"}
LINKED = {
    "people.show",
    "people.give_form",
    "people.revoke_form",
    "units.subject_history",
    "password_links.form",
}
"""Pages that the page of a person links to, or is."""
CUSTODY = {"people.show", "custody.form", "password_links.form"}
"""The same for the 安全管理员."""
SEVERAL = "plans:\n- plan_id: one\n- plan_id: two\n"


def violations(page: Page) -> list[str]:
    """What axe finds, one line per place."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{each['id']}: {' '.join(map(str, node['target']))}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def paste(page: Page, text: str) -> None:
    page.goto("/check")
    page.get_by_label("方案全文").fill(text)
    page.get_by_role("button", name="检查这份方案").click()


def endpoints(site: Flask, addresses: Iterable[str]) -> dict[str, str]:
    """What answers these addresses, each with one of them."""
    adapter, found = site.url_map.bind(""), {}
    for address in addresses:
        with suppress(NotFound):
            found[str(adapter.match(urlsplit(address).path)[0])] = address
    return found


def test_every_page_is_opened(demo_site: Flask, units: dict[str, int]) -> None:
    opened = endpoints(demo_site, [address.format(**units) for _, address in PAGES])
    there = {rule.endpoint for rule in demo_site.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert there - opened.keys() == FILES | LINKED | CUSTODY


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize(("who", "address"), PAGES)
def test_page_has_no_violation_and_fits(
    enter: Enter, units: dict[str, int], who: str, address: str, width: int
) -> None:
    page = enter(who)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    answer = page.goto(address.format(**units))
    assert violations(page) == []
    assert not scrolls_sideways(page)
    refused = answer is not None and answer.status >= 400
    assert [words for words in told if not (refused and "Failed to load resource" in words)] == []


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize(
    ("who", "whom", "linked"),
    [("mi.caiwei", ("姑胥微电子", "纪春分"), LINKED), ("wei.chiheng", ("省人社厅", "季怀瑜"), CUSTODY)],
)
def test_page_of_a_person_and_its_forms_have_no_violation_and_fit(
    enter: Enter,
    demo_site: Flask,
    units: dict[str, int],
    *,
    who: str,
    whom: tuple[str, str],
    linked: set[str],
    width: int,
) -> None:
    page = enter(who)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(f"/units/{units[whom[0]]}/people")
    page.get_by_role("main").get_by_role("link", name=whom[1], exact=True).click()
    page.wait_for_url(re.compile(r"/people/\d+$"))
    links = [str(each.get_attribute("href")) for each in page.locator("main a").all()]
    opened = endpoints(demo_site, [page.url, *links])
    assert opened.keys() >= linked
    for endpoint in sorted(linked):
        page.goto(opened[endpoint])
        assert violations(page) == []
        assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("text", ["", SYNTAX, SHAPE, SEVERAL], ids=["empty", "syntax", "shape", "several"])
def test_answer_to_a_paste_has_no_violation_and_fits(page: Page, text: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    paste(page, text)
    assert violations(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_open_popover_has_no_violation_and_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto("/check?example=broken")
    page.get_by_role("button", name="查看依据：附件2", exact=True).first.click()
    expect(page.locator(".sx-why:popover-open")).to_be_in_viewport(ratio=1)
    assert violations(page) == []
    assert not scrolls_sideways(page)


def test_open_menu_has_no_violation_and_fits(page: Page) -> None:
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto("/")
    page.get_by_role("button", name="打开导航菜单").click()
    assert page.get_by_role("link", name="规则目录").first.is_visible()
    assert violations(page) == []


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/check?example=broken",
        "/rules",
        "/tasks",
        "/units/{姑胥微电子}/plan",
        "/units/{姑胥微电子}/people",
    ],
)
def test_large_type_fits_a_phone(enter: Enter, units: dict[str, int], address: str) -> None:
    page = enter("mi.caiwei")
    page.goto("/")
    page.get_by_role("button", name="大字模式").click()
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto(address.format(**units))
    assert not scrolls_sideways(page)
