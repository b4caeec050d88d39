"""The browser that tests/e2e drives: an installed Chromium or Chrome, never one that a test run downloads."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Path of the first of NAMES that is installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
