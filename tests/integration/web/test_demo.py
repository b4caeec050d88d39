"""The demo: signing in with what is filled in, its clock, and that none of it is there elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from core.config import Environment, Settings, load
from core.demo import NotADemo, people
from core.domain.roles import Role
from core.domain.values import BEIJING
from core.persistence.db import db
from core.persistence.server import EmbeddedServer
from core.persistence.session import act
from core.services.accounts import people as accounts
from core.services.accounts import totp
from core.services.accounts.rules import account_rules
from core.services.accounts.scopes import ACCOUNTS
from core.web import demo
from core.web.site import make_site
from tests import factories
from tests.integration.accounts.world import OTHER_PASSWORD, World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import faults_of, read_page

LOGIN_NAME = "pei.zhiqiu"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load({"SHOUXI_ENV": "demo", "SHOUXI_VAR": str(tmp_path_factory.mktemp("demo"))})


@pytest.fixture(scope="module")
def demo_site(shared_server: EmbeddedServer, worker_database: str, settings: Settings) -> Iterator[Flask]:
    app = make_site(settings, shared_server.databases(worker_database).user_url)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visitor(demo_site: Flask, world: World, settings: Settings) -> Visitor:
    """A stranger at the demo, where 裴知秋 has an account and 南京's hat."""
    (person,) = [each for each in people(settings) if each.login_name == LOGIN_NAME]
    rules = account_rules(settings)
    with act(ACCOUNTS) as session:
        person_id = accounts.open_account(
            session, login_name=LOGIN_NAME, name=person.name, password=person.password, rules=rules
        )
        where = totp.for_person(person_id)
        offer = totp.offer(account=LOGIN_NAME, where=where, keys=rules.keys)
        code = world.code(offer.secret, steps=-1)
        assert totp.confirm(
            session,
            person_id=person_id,
            sealed=offer.sealed,
            where=where,
            code=code,
            now=world.now(),
            rules=rules,
        )
    who = factories.MadePerson(person_id, LOGIN_NAME, person.name)
    factories.grant(world.connection, world.tenants.city_hr, who, Role.CITY_HR)
    return Visitor(demo_site, world)


@pytest.fixture
def clock(superuser: psycopg.Connection) -> Iterator[None]:
    """The application may set the clock, as start-up allows it in the demo."""
    superuser.execute("grant insert, update, delete on clock_offset to app_user")
    yield
    superuser.execute("revoke insert, update, delete on clock_offset from app_user")


def enter(visitor: Visitor) -> None:
    """One click fills everything in; the form is then sent as it stands."""
    page = read_page(visitor.page(f"/demo/sign-in/{LOGIN_NAME}"))
    filled = {
        each.attributes["name"]: each.attributes["value"]
        for each in page.all("input")
        if each.attributes.get("name") in {"login_name", "password", "code"}
    }
    assert set(filled) == {"login_name", "password", "code"}
    answer = visitor.post("/demo/sign-in", **filled)
    assert path_of(answer) == "/tasks"


def test_cast_is_listed_by_hat(visitor: Visitor, settings: Settings) -> None:
    page = read_page(visitor.page("/sign-in"))
    links = [each for each in page.values("href") if each.startswith("/demo/sign-in/")]
    hats = [hat for person in people(settings) for hat in person.hats]
    assert len(links) == len(hats)
    listed = page.text["section"][0]
    for role in Role:
        assert role.zh in listed, role


def test_one_click_fills_in_everything(visitor: Visitor) -> None:
    enter(visitor)
    assert "裴知秋" in visitor.page("/tasks")
    assert visitor.get("/demo/sign-in/nobody").status_code == 404


def test_what_is_filled_in_is_checked_like_anything_else(visitor: Visitor) -> None:
    answer = visitor.post("/demo/sign-in", login_name=LOGIN_NAME, password=OTHER_PASSWORD, code="1")
    assert answer.status_code == 422
    assert "登录名或密码不正确。" in answer.text
    assert visitor.post("/demo/sign-in").status_code == 422


def test_formal_act_shows_the_code_that_no_authenticator_shows(visitor: Visitor, world: World) -> None:
    enter(visitor)
    invite = f"/units/{world.tenants.city_hr.id}/invitations/new"
    assert "演示：当前动态口令" not in visitor.page(invite)  # proved minutes ago
    world.connection.execute("update user_session set stepped_up_at = app_now() - interval '1 day'")
    shown = re.search(r"演示：当前动态口令 (\d{6})。", visitor.page(invite))
    assert shown
    answer = visitor.post(invite, role="city_hr", name="季望舒", given=shown[1])
    assert (answer.status_code, "/invitations/" in answer.text) == (200, True)


@pytest.mark.usefixtures("clock")
def test_clock_goes_to_the_next_workday_and_says_so(visitor: Visitor, world: World) -> None:
    enter(visitor)
    friday = datetime(2026, 12, 4, 15, tzinfo=BEIJING)
    world.later(seconds=(friday - world.now()).total_seconds())
    enter(visitor)
    answer = visitor.post("/demo/clock", workday="1", next="/account")
    assert answer.location == "/account"
    page = visitor.page("/tasks")
    assert "演示时钟" in page
    assert "2026-12-07 09:00" in page
    assert world.actions(world.tenants.city_hr)[-1] == "clock:shift"


@pytest.mark.usefixtures("clock")
def test_clock_jumps_forward_only(visitor: Visitor, world: World) -> None:
    enter(visitor)
    today = world.now().astimezone(BEIJING).date()
    answer = visitor.post(
        "/demo/clock", day=(today + timedelta(days=30)).isoformat(), next="https://evil.example"
    )
    assert (answer.status_code, answer.location) == (303, "/")
    assert world.now().astimezone(BEIJING).date() == today + timedelta(days=30)
    for day in (today.isoformat(), "2200-01-01", "nonsense", ""):
        refused = visitor.post("/demo/clock", day=day)
        assert refused.status_code == 422
        assert faults_of(refused.text) == []
    assert world.now().astimezone(BEIJING).date() == today + timedelta(days=30)
    assert visitor.get("/tasks").status_code == 200


def test_stranger_does_not_move_the_clock(visitor: Visitor, world: World) -> None:
    before = world.now()
    assert path_of(visitor.post("/demo/clock", workday="1")) == "/sign-in"
    assert world.now() - before < timedelta(minutes=5)


@pytest.mark.parametrize("address", ["/demo/sign-in/pei.zhiqiu", "/demo/clock", "/demo/sign-in"])
def test_elsewhere_there_is_nothing_of_it(visit: Visit, site: Flask, address: str) -> None:
    assert not [rule for rule in site.url_map.iter_rules() if rule.rule.startswith("/demo")]
    assert visit().get(address).status_code == 404
    assert "演示：选一个身份" not in visit().page("/sign-in")


@pytest.mark.parametrize("environment", [Environment.TEST, Environment.PRODUCTION])
def test_installing_it_elsewhere_is_refused(
    tmp_path: Path, settings: Settings, environment: Environment
) -> None:
    with pytest.raises(NotADemo):
        demo.install(Flask("elsewhere"), replace(settings, environment=environment, var=tmp_path))
    assert list(tmp_path.iterdir()) == []
