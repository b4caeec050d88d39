"""Writes the pictures of the README, the tour and the handbooks anew: `python -m tests.e2e.screenshots`."""

import atexit
import io
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from core import paths
from core.app import create_app
from core.config import load
from tests.browser import NAMES, chromium
from tests.e2e.serving import served, sign_in

FOLDER = paths.ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 800
COLOURS = 128
TO_TOP = "place => scrollBy(0, place.getBoundingClientRect().top - 72)"
READER, CENTRE, HR_OF_WUXI, CENTRE_OF_CHANGZHOU = "ji.chunfen", "wen.xuyan", "rong.tingyu", "shi.linchuan"
"""Of 姑胥微电子; of the province; of two cities."""
WRITER, PUBLISHER, REVIEWER = "wenren.jing", "mi.caiwei", "jiang.yunqiao"
"""Of 澄屿医疗, which drafts its plan; of 姑胥微电子, whose notice stands; of the city of 彭岳重工."""
HR_OF_SUZHOU, HR_OF_PROVINCE = "fan.ruoshui", "ji.huaiyu"
WAITING, RESUBMITTED, TO_COUNTERSIGN = "沧澜海洋工程装备", "沐风新能源装备", "漪澜精密传感"


class Picture(NamedTuple):
    """A picture by its name: who looks, and how they come there from where they were before."""

    name: str
    who: str
    come: Callable[[Page], object]


def at(address: str) -> Callable[[Page], object]:
    return lambda page: page.goto(address)


def link(name: str) -> Callable[[Page], None]:
    """By a link of the page."""

    def come(page: Page) -> None:
        page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
        page.wait_for_load_state()

    return come


def nomination(name: str) -> Callable[[Page], None]:
    """By the list of nominations."""

    def come(page: Page) -> None:
        page.goto("/nominations")
        page.get_by_role("link", name=re.compile(name)).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)

    return come


def plan(page: Page) -> None:
    page.get_by_role("link", name="本单位").click()
    page.get_by_role("link", name="工作方案", exact=True).click()
    page.locator('[id="/rubric"]').evaluate("part => scrollTo(0, part.offsetTop - 72)")


def report(page: Page) -> None:
    page.get_by_role("link", name="检查报告", exact=True).click()


def checker(page: Page) -> None:
    page.goto("/check?example=broken")
    page.get_by_role("button", name="查看依据：附件2", exact=True).first.click()


def menu(name: str) -> Callable[[Page], None]:
    """By the menu."""

    def come(page: Page) -> None:
        page.get_by_role("navigation", name="功能").get_by_role("link", name=name, exact=True).click()
        page.wait_for_load_state()

    return come


def part(name: str, shown: str) -> Callable[[Page], None]:
    """A part of the plan in the studio, from ``shown`` on down."""

    def come(page: Page) -> None:
        page.get_by_role("navigation", name="方案章节").get_by_role("link", name=re.compile(name)).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        page.locator(shown).evaluate(TO_TOP)

    return come


def notice(page: Page) -> None:
    menu("工作方案")(page)
    link("方案公示")(page)


def review(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name=re.compile("彭岳重工")).click()
    page.wait_for_load_state()


def verify(page: Page) -> None:
    """Everything is found to be met."""
    link("核实")(page)
    for answer in page.get_by_role("group", name=re.compile("^核实结果：")).all():
        answer.get_by_label("符合", exact=True).check()
    page.evaluate("scrollTo(0, 0)")


def verified(page: Page) -> None:
    page.get_by_role("button", name="保存核实结果").click()
    page.wait_for_load_state()


def record(page: Page) -> None:
    menu("操作记录")(page)
    link("验证链条")(page)


def fill_in(page: Page) -> None:
    """The draft of Changzhou, from its requirements on down."""
    link("填写")(page)
    page.locator("#requirements").evaluate(TO_TOP)


def begin_notice(page: Page) -> None:
    menu("工作方案")(page)
    page.goto(f"{page.url}/notice/begin")  # the plan is not ready: there is no link yet


def decided(page: Page) -> None:
    """The approved plan, at what experts said of it."""
    page.goto("/reviews?state=approved")
    page.get_by_role("main").get_by_role("link", name=re.compile("泓能石化")).click()
    page.get_by_role("heading", name="省级评估").evaluate(TO_TOP)


def admit(page: Page) -> None:
    link("确定为试点企业")(page)
    page.get_by_label("企业主要负责人姓名").fill("闻海若")


def admitted(page: Page) -> None:
    page.get_by_role("button", name="确定为试点企业").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已确定为试点企业")


PICTURES = (
    Picture("sign-in", "", at("/sign-in")),
    Picture("home", READER, at("/")),
    Picture("plan", READER, plan),
    Picture("report", READER, report),
    Picture("checker", READER, checker),
    Picture("tour-cycle", CENTRE, at("/cycles/1")),
    Picture("handbook-overview", CENTRE, at("/overview")),
    Picture("tour-nominations", CENTRE, at("/nominations")),
    Picture("tour-changed", CENTRE, nomination(RESUBMITTED)),
    Picture("tour-nomination", CENTRE, nomination(WAITING)),
    Picture("tour-verify", CENTRE, verify),
    Picture("tour-verified", CENTRE, verified),
    Picture("tour-admit", CENTRE, admit),
    Picture("tour-admitted", CENTRE, admitted),
    Picture("tour-guidance", CENTRE, at("/guidance")),
    Picture("tour-barred", CENTRE, at("/sanctions/check?uscc=91321100MA0DEM136M")),
    Picture("tour-countersign", HR_OF_WUXI, nomination(TO_COUNTERSIGN)),
    Picture("tour-draft", CENTRE_OF_CHANGZHOU, nomination("启曜新能源")),
    Picture("handbook-fill-in", CENTRE_OF_CHANGZHOU, fill_in),
    Picture("handbook-requirements", HR_OF_SUZHOU, at("/city-requirements")),
    Picture("handbook-tasks", WRITER, at("/tasks")),
    Picture("handbook-publicise", WRITER, begin_notice),
    Picture("tour-plan", WRITER, menu("工作方案")),
    Picture("tour-rubric", WRITER, part("评分标准", "ol.sx-records li:has(.is-bad) >> nth=0")),
    Picture("tour-schedule", WRITER, part("时间安排", "#verdict")),
    Picture("handbook-record", PUBLISHER, record),
    Picture("tour-notice", PUBLISHER, notice),
    Picture("tour-reviews", REVIEWER, menu("方案审核")),
    Picture("tour-review", REVIEWER, review),
    Picture("handbook-open-cycle", HR_OF_PROVINCE, at("/cycles/new?year=2027")),
    Picture("handbook-approved", HR_OF_PROVINCE, decided),
)
"""In the order they are taken."""


def demo_for_pictures() -> Flask:
    """A demo as it is at first, which ends with this process."""
    folder = tempfile.mkdtemp(prefix="shouxi-pictures-")
    atexit.register(
        shutil.rmtree, folder, ignore_errors=True
    )  # before the server's own, so that it runs last
    return create_app(load({"SHOUXI_ENV": "demo", "SHOUXI_VAR": folder}))


def small(taken: bytes) -> Image.Image:
    """A picture with as few colours as a page needs: a third of the bytes."""
    return Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)


def take(folder: Path = FOLDER) -> None:
    """Take every picture into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(demo_for_pictures()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        context = browser.new_context(
            base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN"
        )
        page, here = context.new_page(), ""
        for name, who, come in PICTURES:
            if who != here:
                context.clear_cookies()
                sign_in(page, who)
                here = who
            come(page)
            small(page.screenshot()).save(folder / f"{name}.png", optimize=True)
        browser.close()


def main() -> None:
    if not chromium():
        sys.exit(f"No browser: install one of {', '.join(NAMES)}, then run the same command again.")
    take()
    print(f"{len(PICTURES)} pictures in {FOLDER.relative_to(paths.ROOT)}")


if __name__ == "__main__":
    main()
