"""Writes the pictures of the README anew: `python -m tests.e2e.screenshots`."""

import atexit
import shutil
import sys
import tempfile
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, sync_playwright

from core import paths
from core.app import create_app
from core.config import load
from tests.browser import NAMES, chromium
from tests.e2e.serving import served, sign_in

FOLDER = paths.ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 800
READER = "ji.chunfen"
"""Of 姑胥微电子."""
PICTURES = {
    "sign-in": "/sign-in",
    "home": "/",
    "plan": "",
    "report": "",
    "checker": "/check?example=broken",
}
"""Names and addresses, in the order they are taken; an empty one is reached from the page before."""


def prepare(name: str, page: Page) -> None:
    """Bring the page into the state that its picture shows."""
    if name == "plan":
        page.get_by_role("link", name="本单位").click()
        page.get_by_role("link", name="工作方案", exact=True).click()
        page.locator('[id="/rubric"]').evaluate("part => scrollTo(0, part.offsetTop - 72)")
    elif name == "report":
        page.get_by_role("link", name="检查报告", exact=True).click()
    elif name == "checker":
        page.get_by_role("button", name="查看依据：附件2", exact=True).first.click()


def demo_for_pictures() -> Flask:
    """A demo as it is at first, which ends with this process."""
    folder = tempfile.mkdtemp(prefix="shouxi-pictures-")
    atexit.register(
        shutil.rmtree, folder, ignore_errors=True
    )  # before the server's own, so that it runs last
    return create_app(load({"SHOUXI_ENV": "demo", "SHOUXI_VAR": folder}))


def take(folder: Path = FOLDER) -> None:
    """Take every picture into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(demo_for_pictures()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        context = browser.new_context(
            base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN"
        )
        page = context.new_page()
        for name, path in PICTURES.items():
            if path:
                page.goto(path)
            prepare(name, page)
            page.screenshot(path=folder / f"{name}.png")
            if name == "sign-in":
                sign_in(page, READER)
        browser.close()


def main() -> None:
    if not chromium():
        sys.exit(f"No browser: install one of {', '.join(NAMES)}, then run the same command again.")
    take()
    print(f"{len(PICTURES)} pictures in {FOLDER.relative_to(paths.ROOT)}")


if __name__ == "__main__":
    main()
