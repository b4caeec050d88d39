"""Where a visitor is: what the operator's own proxies say, and never what a visitor writes."""

from __future__ import annotations

import base64
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

import psycopg
import pytest
from flask import Flask, request

from core.config import load
from core.paths import ROOT
from core.persistence.db import db
from core.persistence.server import Databases
from core.web.session import RULES as RULES_OF
from core.web.site import make_site
from tests.integration.accounts.world import OTHER_PASSWORD, PASSWORD, RULES, World
from tests.integration.web.visitor import TOKEN, Visitor

PROXY, VISITOR = "192.0.2.1", "203.0.113.9"
Behind = Callable[[int], Visitor]


@pytest.fixture
def behind(database: Databases, world: World) -> Iterator[Behind]:
    """Somebody whose requests come from PROXY, at a site that trusts so many proxies."""
    made: list[Flask] = []

    def visitor(proxies: int) -> Visitor:
        settings = load({"SHOUXI_ENV": "test", "SHOUXI_TRUSTED_PROXIES": str(proxies)})
        app = make_site(settings, database.user_url)
        app.extensions[RULES_OF] = RULES
        made.append(app)
        found = Visitor(app, world)
        found.client.environ_base["REMOTE_ADDR"] = PROXY
        return found

    yield visitor
    for app in made:
        with app.app_context():
            db.engine.dispose()


def attempt(visitor: Visitor, login_name: str, forwarded: str, password: str = OTHER_PASSWORD) -> int:
    entries = {"csrf_token": visitor.form_token(), "login_name": login_name, "password": password}
    headers = {"X-Forwarded-For": forwarded, "X-Real-IP": forwarded, "Forwarded": f"for={forwarded}"}
    return visitor.client.post("/sign-in", data=entries, headers=headers).status_code


def addresses(world: World) -> list[str]:
    return world.column("select distinct address from sign_in order by 1")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, VISITOR, PROXY),
        (0, f"{VISITOR}, 198.51.100.1", PROXY),
        (1, VISITOR, VISITOR),
        (1, f"10.9.9.9, {VISITOR}", VISITOR),
        (2, f"10.9.9.9, {VISITOR}, 198.51.100.1", VISITOR),
        (2, VISITOR, PROXY),  # one is missing: nobody is believed
    ],
)
def test_address_is_what_the_trusted_proxies_say(
    behind: Behind, world: World, proxies: int, forwarded: str, address: str
) -> None:
    assert attempt(behind(proxies), world.employee().login_name, forwarded) == 422
    assert addresses(world) == [address]


def test_made_up_addresses_do_not_make_room_for_guesses(behind: Behind, world: World) -> None:
    visitor, employee = behind(0), world.employee()
    answers = [attempt(visitor, employee.login_name, f"198.18.0.{number}") for number in range(6)]
    assert answers == [422] * 5 + [429]
    assert attempt(visitor, employee.login_name, VISITOR, PASSWORD) == 429


def test_visitors_behind_a_trusted_proxy_do_not_slow_each_other_down(behind: Behind, world: World) -> None:
    visitor, employee = behind(1), world.employee()
    answers = [attempt(visitor, employee.login_name, f"198.18.0.{number}") for number in range(6)]
    assert answers == [422] * 6
    assert attempt(visitor, employee.login_name, VISITOR, PASSWORD) == 303
    assert len(addresses(world)) == 7


@pytest.mark.parametrize(("proxies", "scheme"), [(0, "http"), (1, "https")])
def test_scheme_of_links_is_what_the_trusted_proxy_says(behind: Behind, proxies: int, scheme: str) -> None:
    site = behind(proxies).site
    seen: list[str] = []
    site.before_request(lambda: seen.append(f"{request.scheme}://{request.host}"))
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    site.test_client().get("/rules", headers=headers)
    assert seen == [f"{scheme}://localhost"]


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, VISITOR)])
def test_command_serves_so_too(
    database: Databases, superuser: psycopg.Connection, proxies: int, address: str
) -> None:
    with served(database, proxies) as port, closing(HTTPConnection("127.0.0.1", port)) as browser:
        browser.request("GET", "/sign-in")
        form = browser.getresponse()
        token = TOKEN.search(form.read().decode())
        assert token
        entries = {"csrf_token": token[1], "login_name": "nobody-at-all", "password": OTHER_PASSWORD}
        headers = {
            "Cookie": str(form.headers["Set-Cookie"]).partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.9.9.9, {VISITOR}",
        }
        browser.request("POST", "/sign-in", urlencode(entries), headers)
        assert browser.getresponse().status == 422
    assert superuser.execute("select address from sign_in").fetchall() == [(address,)]


@contextmanager
def served(database: Databases, proxies: int) -> Iterator[int]:
    """``shouxi serve`` as in production, on this worker's database; its port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    key = base64.b64encode(bytes(32)).decode()
    settings = {
        "SHOUXI_TRUSTED_PROXIES": str(proxies),
        "SECRET_KEY": "k" * 32,
        "SHOUXI_SIGNING_KEY": key,
        "SHOUXI_FIELD_KEYS": f"index:{key},1:{key}",
        "DATABASE_URL": plain(database.user_url),
        "DATABASE_OWNER_URL": plain(database.owner_url),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOUXI_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "core.app", "serve", "--port", str(port)],
        cwd=ROOT,
        env=kept | settings,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith(f"http://127.0.0.1:{port}/")
        yield port
    finally:
        process.kill()
        process.communicate()


def plain(url: str) -> str:
    return re.sub(r"^postgresql\+psycopg://", "postgresql://", url)
