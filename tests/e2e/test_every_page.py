"""Every page at every width: no accessibility violation, no sideways scroll, no error in the console."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import ConsoleMessage, Page, expect
from werkzeug.exceptions import NotFound

from tests.e2e.addresses import PAGES, REFUSED
from tests.e2e.conftest import Enter, Look
from tests.e2e.looking import DESK, HEIGHT, PHONE, TABLET, flaws, scrolls_sideways, violations

SYNTAX = 'plan_id: x\nsections:\n  methods: "abc\n'
SHAPE = "plan_id: x\nsections:\n  foo: bar\nrubric:\n  modules: 3\n"
FILES = {
    "frame.static",
    "official.verbatim",
    "units.workbook",
    "guidance.file",
    "reviews.requirement_file",
} | {
    "checker.example_file",
    "plan.check_file",
    "studio.as_yaml_file",
    "studio.draft_document",
    "plan.version_document",
    "reviews.document",
    "nominations.document",
    "cockpit.workbook",
    "cockpit.list_workbook",
    "studio.as_json_file",
}
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
LARGE = {
    "mi.caiwei": (
        "/",
        "/check?example=broken",
        "/rules",
        "/tasks",
        "/hats",
        "/account",
        "/units/{姑胥微电子}/plan",
        "/units/{姑胥微电子}/people",
        "/units/{姑胥微电子}/invitations/new",
        "/units/{姑胥微电子}/plans/{publicised_plan}/parts/rubric",
        "/units/{姑胥微电子}/plans/{publicised_plan}/notice/poster",
    ),
    "jiang.yunqiao": ("/overview", "/overview/enterprises", "/rulebook", "/reviews"),
}
"""Pages of every kind, for large type."""
FORMS = (
    ("", "/sign-in"),
    ("", "/demo/sign-in/ji.chunfen"),
    ("mi.caiwei", "/account"),
    ("mi.caiwei", "/account/password"),
    ("mi.caiwei", "/account/second-factor"),
    ("mi.caiwei", "/units/{姑胥微电子}/people"),
    ("mi.caiwei", "/units/{姑胥微电子}/invitations"),
    ("mi.caiwei", "/units/{姑胥微电子}/invitations/new"),
)
SEVERAL = "plans:\n- plan_id: one\n- plan_id: two\n"


def paste(page: Page, text: str) -> None:
    page.goto("/check")
    page.get_by_label("方案全文").fill(text)
    page.get_by_role("button", name="检查这份方案").click()


@contextmanager
def errors_told(page: Page) -> Iterator[list[str]]:
    """What the console of the page says is wrong."""
    told: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            told.append(message.text)

    page.on("console", listen)
    yield told
    page.remove_listener("console", listen)


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


def test_flaws_are_seen_at_every_width(enter: Enter, script: bool) -> None:
    page = enter(java_script_enabled=script)
    page.goto("/")
    assert flaws(page) == []
    page.evaluate("document.body.append(document.createElement('img')); document.body.style.width = '2000px'")
    found = flaws(page)
    for width in (PHONE, TABLET, DESK):
        assert f"{width} px: scrolls sideways" in found
        assert (f"{width} px: image-alt: img" in found) is (script and width != TABLET)
    assert (f"{DESK} px: image-alt: img" in flaws(page, known=True)) is script


@pytest.fixture(scope="session")
def first_seen(demo_site: Flask, units: dict[str, int]) -> frozenset[tuple[str, str]]:
    """Of PAGES the first of each kind: what answers, and whether it refuses."""
    first: dict[tuple[str, bool], tuple[str, str]] = {}
    for who, address in PAGES:
        answering = next(iter(endpoints(demo_site, [address.format(**units)])), "")
        first.setdefault((answering, address in REFUSED), (who, address))
    return frozenset(first.values())


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_page_has_no_flaw(
    look: Look, units: dict[str, int], first_seen: frozenset[tuple[str, str]], *, who: str, address: str
) -> None:
    page = look(who)
    with errors_told(page) as told:
        answer = page.goto(address.format(**units))
        assert flaws(page, known=(who, address) not in first_seen) == []
    assert answer
    refused = answer.status >= 400
    assert refused is (address in REFUSED)
    assert [words for words in told if not (refused and "Failed to load resource" in words)] == []


@pytest.mark.parametrize(
    ("who", "whom", "linked"),
    [("mi.caiwei", ("姑胥微电子", "纪春分"), LINKED), ("wei.chiheng", ("省人社厅", "季怀瑜"), CUSTODY)],
)
def test_page_of_a_person_and_its_forms_have_no_flaw(
    look: Look,
    demo_site: Flask,
    units: dict[str, int],
    *,
    who: str,
    whom: tuple[str, str],
    linked: set[str],
) -> None:
    page = look(who)
    page.goto(f"/units/{units[whom[0]]}/people")
    page.get_by_role("main").get_by_role("link", name=whom[1], exact=True).click()
    page.wait_for_url(re.compile(r"/people/\d+$"))
    links = [str(each.get_attribute("href")) for each in page.locator("main a").all()]
    opened = endpoints(demo_site, [page.url, *links])
    assert opened.keys() >= linked
    for endpoint in sorted(linked):
        page.goto(opened[endpoint])
        assert flaws(page) == []


@pytest.mark.parametrize("text", ["", SYNTAX, SHAPE, SEVERAL], ids=["empty", "syntax", "shape", "several"])
def test_answer_to_a_paste_has_no_flaw(look: Look, text: str) -> None:
    page = look("")
    paste(page, text)
    assert flaws(page) == []


def test_open_popover_has_no_flaw(look: Look) -> None:
    page = look("")
    page.goto("/check?example=broken")
    page.get_by_role("button", name="查看依据：附件2", exact=True).first.click()
    expect(page.locator(".sx-why:popover-open")).to_be_in_viewport(ratio=1)
    assert flaws(page) == []
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    expect(page.locator(".sx-why:popover-open")).to_be_in_viewport(ratio=1)


def test_open_menu_has_no_flaw(look: Look) -> None:
    page = look("")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto("/")
    page.get_by_role("button", name="打开导航菜单").click()
    expect(page.get_by_role("link", name="规则目录").first).to_be_visible()
    assert violations(page) == []


def test_controls_are_large_enough_for_a_thumb(look: Look, units: dict[str, int]) -> None:
    for who, address in FORMS:
        page = look(who)
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        page.goto(address.format(**units))
        controls = page.locator("main :is(.form-control, .form-select, .btn):visible")
        assert controls.count() > 0, address
        small = (
            "all => all.filter(each => each.getBoundingClientRect().height < 44).map(each => each.outerHTML)"
        )
        assert controls.evaluate_all(small) == []


@pytest.mark.parametrize("who", LARGE)
def test_large_type_fits_a_phone(look: Look, units: dict[str, int], who: str) -> None:
    page = look(who)
    page.goto("/")
    page.get_by_role("button", name="大字模式").click()
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    for address in LARGE[who]:
        page.goto(address.format(**units))
        expect(page.locator("html.sx-large")).to_be_visible()
        assert not scrolls_sideways(page), address
