"""A real Chromium, the installed one, and the site it visits."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import chromium
from tests.e2e.serving import served

WIDE, PHONE = 1440, 390
HEIGHT = 900


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium()}


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """Addresses in tests are relative to it."""
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, Any]:
    return {"base_url": base_url, "viewport": {"width": WIDE, "height": HEIGHT}, "locale": "zh-CN"}
