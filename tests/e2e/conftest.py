"""A real Chromium, the installed one, and the demo it visits.

The demo is set up once for the run; each worker has a copy of its database.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from fasteners import InterProcessLock
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from psycopg import sql

from core.demo import seed
from core.persistence.db import db
from core.persistence.migrate import NO_TEMPORARY_TABLES
from core.persistence.server import EmbeddedServer
from core.web.site import make_site
from tests.browser import chromium
from tests.e2e.season import DemoSeason, arrange
from tests.e2e.serving import served, sign_in
from tests.integration.conftest import migrated, shared_server, var_of
from tests.integration.demo.conftest import demo_in, shiftable

__all__ = ["shared_server"]

WIDE, PHONE = 1440, 390
HEIGHT = 900
DEMO = "demo_for_browsers"

Enter: TypeAlias = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium()}


@pytest.fixture(scope="session")
def demo_database(shared_server: EmbeddedServer, worker_id: str, testrun_uid: str) -> str:
    """The name of this worker's copy of the demo."""
    name, folder = f"browsers_{worker_id}", var_of(testrun_uid) / "demo"
    folder.mkdir(exist_ok=True)
    with InterProcessLock(folder / "browsers.lock"), shared_server.connect() as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", [DEMO]).fetchone()
        seed(
            demo_in(folder),
            shiftable(shared_server, DEMO if there else migrated(shared_server, testrun_uid, DEMO)),
        )
        copy = sql.SQL("create database {} template {} owner app_owner")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(DEMO)))
    with shared_server.connect(name) as connection:
        connection.execute(NO_TEMPORARY_TABLES.encode())
    return name


@pytest.fixture(scope="session")
def demo_site(shared_server: EmbeddedServer, demo_database: str, testrun_uid: str) -> Iterator[Flask]:
    settings = demo_in(var_of(testrun_uid) / "demo")
    app = make_site(settings, shared_server.databases(demo_database).user_url)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def nominated(shared_server: EmbeddedServer, demo_database: str, demo_site: Flask) -> dict[str, int]:
    """Nominations in every state, there before anybody visits."""
    with shared_server.connect(demo_database) as connection, demo_site.app_context():
        return arrange(connection, DemoSeason(connection))


@pytest.fixture(scope="session")
def base_url(demo_site: Flask, nominated: dict[str, int]) -> Iterator[str]:
    """Addresses in tests are relative to it."""
    with served(demo_site) as address:
        yield address


@pytest.fixture(scope="session")
def units(
    shared_server: EmbeddedServer, demo_database: str, nominated: dict[str, int]
) -> dict[str, int]:
    """The number of each unit in addresses, by its short name; the nominations of ``season``, by state."""
    with shared_server.connect(demo_database) as connection:
        found = connection.execute("select short_name, id from tenant").fetchall()
    return dict(found) | nominated


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, Any]:
    return {"base_url": base_url, "viewport": {"width": WIDE, "height": HEIGHT}, "locale": "zh-CN"}


@pytest.fixture(scope="session")
def cookies(browser: Browser, browser_context_args: dict[str, Any]) -> Callable[[str], Any]:
    """What the browser of somebody signed in keeps; each signs in once."""
    kept: dict[str, Any] = {}

    def of(login_name: str) -> Any:
        if login_name not in kept:
            context = browser.new_context(**browser_context_args)
            sign_in(context, login_name)
            kept[login_name] = context.storage_state()
            context.close()
        return kept[login_name]

    return of


@pytest.fixture
def enter(
    browser: Browser, browser_context_args: dict[str, Any], cookies: Callable[[str], Any]
) -> Iterator[Enter]:
    """``enter(login_name)`` is a page of somebody signed in, ``enter("")`` of a stranger.

    Further arguments are those of ``Browser.new_context``.
    """
    opened: list[BrowserContext] = []

    def somebody(login_name: str, **options: Any) -> Page:
        state = {"storage_state": cookies(login_name)} if login_name else {}
        opened.append(browser.new_context(**browser_context_args, **state, **options))
        return opened[-1].new_page()

    yield somebody
    for context in opened:
        context.close()
