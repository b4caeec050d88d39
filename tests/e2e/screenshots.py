"""Writes the pictures of the README anew: `python -m tests.e2e.screenshots`."""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core import paths
from tests.browser import NAMES, chromium
from tests.e2e.serving import served

FOLDER = paths.ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 800
PICTURES = {
    "home": "/",
    "plan": "/tenants/suzhou_guxu",
    "report": "/tenants/suzhou_guxu/check",
    "checker": "/check?example=broken",
}


def prepare(name: str, page: Page) -> None:
    """Bring the page into the state that its picture shows."""
    if name == "plan":
        page.locator('[id="/rubric"]').evaluate("part => scrollTo(0, part.offsetTop - 72)")
    elif name == "checker":
        page.get_by_role("button", name="查看依据：附件2", exact=True).first.click()


def take(folder: Path = FOLDER) -> None:
    """Take every picture into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        context = browser.new_context(
            base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN"
        )
        page = context.new_page()
        for name, path in PICTURES.items():
            page.goto(path)
            prepare(name, page)
            page.screenshot(path=folder / f"{name}.png")
        browser.close()


def main() -> None:
    if not chromium():
        sys.exit(f"No browser: install one of {', '.join(NAMES)}, then run the same command again.")
    take()
    print(f"{len(PICTURES)} pictures in {FOLDER.relative_to(paths.ROOT)}")


if __name__ == "__main__":
    main()
