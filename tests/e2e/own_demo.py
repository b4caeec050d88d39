"""A demo that one test has to itself: its database, its site, its clock, and who sits at which desk in it.

A test module imports the fixtures it needs, and says with ``starts`` when its demo begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page

from core.persistence.server import EmbeddedServer
from tests.e2e.conftest import Enter, Later, copy_of_demo, mover, site_of
from tests.e2e.looking import DESK, HEIGHT
from tests.e2e.nominating import Desk
from tests.e2e.people import NEXT_CODE
from tests.e2e.season import set_clock
from tests.e2e.serving import served, sign_in

NUMBERS = count(1)


@pytest.fixture
def demo_of_test(
    shared_server: EmbeddedServer, demo_database: str, worker_id: str, testrun_uid: str, starts: datetime
) -> Iterator[tuple[psycopg.Connection, str]]:
    """A demo that nobody else visits: who arranges in its database, and the address of its site."""
    name = copy_of_demo(shared_server, testrun_uid, f"season_{worker_id}_{next(NUMBERS)}")
    with (
        shared_server.connect(name) as connection,
        site_of(shared_server, name, testrun_uid) as site,
        site.app_context(),
        served(site) as address,
    ):
        set_clock(connection, starts)
        yield connection, address


@pytest.fixture
def later(demo_of_test: tuple[psycopg.Connection, str]) -> Later:
    return mover(demo_of_test[0])


@pytest.fixture
def browser_context_args(demo_of_test: tuple[psycopg.Connection, str]) -> dict[str, Any]:
    return {
        "base_url": demo_of_test[1],
        "viewport": {"width": DESK, "height": HEIGHT},
        "locale": "zh-CN",
    }


@pytest.fixture
def idle() -> Iterator[dict[str, list[BrowserContext]]]:
    """Browsers of one test: another has another site."""
    kept: dict[str, list[BrowserContext]] = {}
    yield kept
    for contexts in kept.values():
        for context in contexts:
            context.close()


@pytest.fixture
def script() -> bool:
    return True


@pytest.fixture
def desk(enter: Enter, later: Later, script: bool) -> Desk:
    """``desk(login_name)`` is a page of an office where this person of the demo has just signed in."""
    page = enter(java_script_enabled=script)

    def taken(login_name: str) -> Page:
        later(NEXT_CODE)
        page.context.clear_cookies()
        sign_in(page, login_name)
        return page

    return taken
