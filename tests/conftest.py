"""What holds for every test: number of examples, and whether browser tests can run here."""

import os

import pytest
from hypothesis import settings

from tests.browser import NAMES, chromium
from tests.scale import examples

settings.register_profile("shouxi", max_examples=examples(100), deadline=None, print_blob=True)
settings.load_profile("shouxi")

NO_BROWSER = f"Browser tests (tests/e2e) were LEFT OUT: none of {', '.join(NAMES)} is installed here."

LONG = (
    "tests/faults/",
    "tests/e2e/test_plans.py",
    "tests/e2e/test_onboarding.py",
    "tests/e2e/test_sign_in.py",
)
"""Tests that take ten seconds and more each."""

collect_ignore = [] if chromium() else ["e2e"]


def pytest_configure(config: pytest.Config) -> None:
    if not chromium() and os.environ.get("CI") == "true":
        raise pytest.UsageError(f"{NO_BROWSER} With CI=true that is a failure.")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not chromium():
        terminalreporter.section("browser tests", sep="!", red=True, bold=True)
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest goes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONG))
