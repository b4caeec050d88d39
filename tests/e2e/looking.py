"""What is wrong with a page as it is shown: on a desk, on a tablet, on a phone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, TABLET, PHONE = 1440, 1024, 390
SAME_AT_EVERY_WIDTH = ("color-contrast",)
"""Rules of axe that are asked on a desk alone: colours do not depend on the width, and asking takes long."""
HEIGHT = 900


def flaws(page: Page) -> list[str]:
    """Accessibility violations on a desk and, but for colours, on a phone; sideways scroll at any width.

    The page is left on a desk. One that may not run script is asked about the scroll alone: axe is script.
    """
    found, axe = [], runs_script(page)
    for width in (PHONE, TABLET, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wrong = []
        if axe and width != TABLET:
            wrong = violations(page, but=SAME_AT_EVERY_WIDTH if width == PHONE else ())
        if scrolls_sideways(page):
            wrong.append("scrolls sideways")
        found += [f"{width} px: {each}" for each in wrong]
    return found


def violations(page: Page, but: Sequence[str] = ()) -> list[str]:
    """What axe finds at the present width, one line per place; the rules ``but`` are left out."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "([tags, rules]) => axe.run(document, {runOnly: tags, rules, resultTypes: ['violations']})",
        [TAGS, {each: {"enabled": False} for each in but}],
    )
    return [
        f"{each['id']}: {' '.join(map(str, node['target']))}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def runs_script(page: Page) -> bool:
    return not page.evaluate("matchMedia('(scripting: none)').matches")
