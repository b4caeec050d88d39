"""What is wrong with a page as it is shown: on a desk, on a tablet, on a phone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, TABLET, PHONE = 1440, 1024, 390
OF_THE_LAYOUT = ("target-size", "scrollable-region-focusable", "aria-hidden-focus", "region", "image-alt")
"""Rules of axe that are asked on a phone besides: what the others ask does not depend on the width."""
OF_THE_LOOKS = ("color-contrast", "target-size")
"""Rules of axe that cost as much as all others together, and ask what stands in the style sheets."""
HEIGHT = 900
TARGET = 44
"""Pixels that a finger needs; half a pixel less is the rounding of the browser."""
OF_THE_WIDTH = """least => {
  const words = each => each.innerText.replace(/\\s/g, "");
  const alone = each => words(each) === words(each.parentElement);
  const inSentence = each => getComputedStyle(each).display === "inline" && !alone(each);
  const ofLabel = each => each.matches("[type=checkbox], [type=radio]") && each.closest("label");
  const shown = each => each.checkVisibility({visibilityProperty: true}) && !each.matches(":disabled")
    && !each.closest(".visually-hidden, .visually-hidden-focusable");
  const box = each => each.getBoundingClientRect();
  const kinds = "a[href], button, summary, select, textarea, input, label:has([type=checkbox], [type=radio])";
  const root = document.documentElement;
  return (root.scrollWidth > root.clientWidth ? ["scrolls sideways"] : []).concat(
    [...document.querySelectorAll(kinds)]
      .filter(each => shown(each) && !ofLabel(each) && !inSentence(each))
      .filter(each => Math.min(box(each).width, box(each).height) < least - 0.5)
      .map(each => `small target: ${each.localName} ${words(each) || each.id}`));
}"""
"""What is wrong at the present width without axe: sideways scroll, and what is smaller than ``least``."""


def flaws(page: Page, *, known: bool = False) -> list[str]:
    """Accessibility violations on a desk, those of the layout on a phone too; sideways scroll at any width.

    On tablet and phone also what is too small for a finger; a link in a sentence may be. Of a ``known`` page,
    which is looked at as another reader sees it, neither its looks nor what axe says of a phone.
    The page is left on a desk. One that may not run script is not asked by axe, which is script.
    """
    page.wait_for_load_state()
    found, axe = [], runs_script(page)
    for width in (PHONE, TABLET, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wrong = page.evaluate(OF_THE_WIDTH, 0 if width == DESK else TARGET)
        if axe and width == DESK:
            wrong += violations(page, but=OF_THE_LOOKS if known else ())
        elif axe and width == PHONE and not known:
            wrong += violations(page, OF_THE_LAYOUT)
        found += [f"{width} px: {each}" for each in wrong]
    return found


def violations(page: Page, rules: Sequence[str] = (), but: Sequence[str] = ()) -> list[str]:
    """What axe finds at the present width, by some of its ``rules`` or all ``but`` some; a line per place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "asked => axe.run(document, {...asked, resultTypes: ['violations']})",
        {
            "runOnly": {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS},
            "rules": {each: {"enabled": False} for each in but},
        },
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
