"""A real Chromium, the installed one, and the demo it visits.

The demo is set up once for the run; each worker has a copy of its database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pytest
from fasteners import InterProcessLock
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from psycopg import sql

from core.demo import seed
from core.persistence.db import db
from core.persistence.migrate import NO_TEMPORARY_TABLES
from core.persistence.server import EmbeddedServer
from core.services.accounts.rules import account_rules
from core.web.handbook import FOLDER as HANDBOOK
from core.web.site import make_site
from tests.browser import chromium
from tests.e2e.looking import AXE, DESK, HEIGHT
from tests.e2e.season import notice_token, standing
from tests.e2e.serving import served, sign_in
from tests.integration.conftest import migrated, shared_server, var_of
from tests.integration.demo.conftest import demo_in, shiftable
from tools.docs import build

__all__ = ["shared_server"]

DEMO = "demo_for_browsers"

PATIENCE = 30_000
"""Milliseconds until something that should appear is missing: long, since the machine may be busy."""

expect.set_options(timeout=PATIENCE)

Enter: TypeAlias = Callable[..., Page]
Look: TypeAlias = Callable[[str], Page]
Later: TypeAlias = Callable[[timedelta], datetime]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium()}


@pytest.fixture(scope="session")
def demo_database(shared_server: EmbeddedServer, worker_id: str, testrun_uid: str) -> str:
    """The name of this worker's copy of the demo."""
    return copy_of_demo(shared_server, testrun_uid, f"browsers_{worker_id}")


def copy_of_demo(server: EmbeddedServer, testrun_uid: str, name: str) -> str:
    """A new database called ``name``: a copy of the demo, which the first to need it sets up."""
    folder = var_of(testrun_uid) / "demo"
    folder.mkdir(exist_ok=True)
    with InterProcessLock(folder / "browsers.lock"), server.connect() as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", [DEMO]).fetchone()
        seed(demo_in(folder), shiftable(server, DEMO if there else migrated(server, testrun_uid, DEMO)))
        copy = sql.SQL("create database {} template {} owner app_owner")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(DEMO)))
    with server.connect(name) as connection:
        connection.execute(NO_TEMPORARY_TABLES.encode())
    return name


@pytest.fixture(scope="session")
def demo_site(shared_server: EmbeddedServer, demo_database: str, testrun_uid: str) -> Iterator[Flask]:
    with site_of(shared_server, demo_database, testrun_uid) as app:
        yield app


@contextmanager
def site_of(server: EmbeddedServer, name: str, testrun_uid: str) -> Iterator[Flask]:
    """The site of a copy of the demo."""
    app = make_site(demo_in(var_of(testrun_uid) / "demo"), server.databases(name).user_url)
    app.extensions[HANDBOOK] = handbook(testrun_uid)
    yield app
    with app.app_context():
        db.engine.dispose()


def handbook(testrun_uid: str) -> Path:
    """The handbooks, which the first to need them builds: a warning is an error."""
    folder = var_of(testrun_uid) / "handbook"
    with InterProcessLock(var_of(testrun_uid) / "handbook.lock"):
        assert folder.exists() or build(folder) == 0
    return folder


@pytest.fixture(scope="session")
def base_url(demo_site: Flask) -> Iterator[str]:
    """Addresses in tests are relative to it."""
    with served(demo_site) as address:
        yield address


@pytest.fixture(scope="session")
def units(
    shared_server: EmbeddedServer, demo_database: str, demo_site: Flask, testrun_uid: str
) -> dict[str, Any]:
    """What stands in addresses: units by short name; nominations and plans of the demo by what they show."""
    with shared_server.connect(demo_database) as connection:
        rows = connection.execute("select short_name, id from tenant").fetchall()
        found: dict[str, Any] = dict(rows) | standing(connection)
    keys = account_rules(demo_in(var_of(testrun_uid) / "demo")).keys
    with demo_site.app_context():
        return found | {"notice": notice_token(keys, found)}


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, Any]:
    return {"base_url": base_url, "viewport": {"width": DESK, "height": HEIGHT}, "locale": "zh-CN"}


@pytest.fixture(scope="session")
def look(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Look]:
    """``look(login_name)`` is the page that all share who only look, now of this person; "" is a stranger.

    A browser of one's own costs more than most tests. Whoever signs in does so once for the run.
    """
    context = browser.new_context(**browser_context_args)
    context.add_init_script(AXE)
    page = context.new_page()
    kept: dict[str, Any] = {"": []}

    def somebody(login_name: str) -> Page:
        context.clear_cookies()
        if login_name in kept:
            context.add_cookies(kept[login_name])
        else:
            sign_in(page, login_name)
            kept[login_name] = context.cookies()
        page.emulate_media(media="null")
        page.set_viewport_size({"width": DESK, "height": HEIGHT})
        return page

    yield somebody
    context.close()


@pytest.fixture(scope="session")
def idle() -> Iterator[dict[str, list[BrowserContext]]]:
    """Browsers that no test uses at present, by their options."""
    kept: dict[str, list[BrowserContext]] = {}
    yield kept
    for contexts in kept.values():
        for context in contexts:
            context.close()


@pytest.fixture
def enter(
    browser: Browser, browser_context_args: dict[str, Any], idle: dict[str, list[BrowserContext]]
) -> Iterator[Enter]:
    """``enter()`` is a page in a browser of its own, where nobody has signed in.

    Its arguments are those of ``Browser.new_context``.
    """
    taken: list[tuple[str, BrowserContext]] = []

    def stranger(**options: Any) -> Page:
        kind = repr(options)
        if idle.get(kind):
            context = idle[kind].pop()
        else:
            context = browser.new_context(**browser_context_args, **options)
            context.new_page()
        taken.append((kind, context))
        return context.pages[0]

    yield stranger
    for kind, context in taken:
        context.clear_cookies()
        context.pages[0].goto("about:blank")
        idle.setdefault(kind, []).append(context)


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def script(request: pytest.FixtureRequest) -> bool:
    """JavaScript, then none."""
    return bool(request.param)


@pytest.fixture
def later(shared_server: EmbeddedServer, demo_database: str) -> Iterator[Later]:
    """``later(by)`` moves the clock of this worker's demo on and is the time it then shows."""
    with shared_server.connect(demo_database) as connection:
        yield mover(connection)


def mover(connection: psycopg.Connection) -> Later:
    """What moves the clock of the demo that ``connection`` leads to."""

    def moved(by: timedelta) -> datetime:
        connection.execute("update clock_offset set shift = shift + %s", [by])
        (now,) = connection.execute("select app_now()").fetchone() or (None,)
        assert isinstance(now, datetime)
        return now

    return moved
