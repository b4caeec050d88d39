"""Signing in by pages: the steps, equal answers, cookies, form tokens, the way back, signing out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core.config import load
from core.domain.roles import Role
from core.persistence.db import db
from core.persistence.server import Databases
from core.web.site import make_site
from tests.integration.accounts.world import OTHER_PASSWORD, PASSWORD, World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import SESSION, TOKEN, Visitor, hidden, path_of, pending, secret_of
from tests.unit.web.pages import faults_of, read_page


def test_page_asks_for_name_and_password(visit: Visit) -> None:
    page = read_page(visit().page("/sign-in"))
    assert {"login_name", "password", "csrf_token"} <= set(page.values("name"))
    assert page.text["h1"] == ["登录"]


def test_fields_say_what_they_take_to_the_browser_that_fills_them_in(visit: Visit, world: World) -> None:
    visitor, account = visit(), world.hr()
    page = read_page(visitor.page("/sign-in"))
    assert set(page.values("autocomplete")) == {"username", "current-password"}
    asked = read_page(visitor.post("/sign-in", login_name=account.login_name, password=PASSWORD).text)
    assert asked.values("autocomplete") == ["one-time-code"]
    assert asked.values("inputmode") == []  # a recovery code has letters
    assert asked.focused() == ["code"]


@pytest.mark.parametrize(
    ("typed", "focused"),
    [
        ({"login_name": "", "password": PASSWORD}, "login_name"),
        ({"login_name": "nobody.here", "password": ""}, "password"),
        ({"login_name": "nobody.here", "password": PASSWORD}, "password"),
    ],
    ids=["no name", "no password", "wrong"],
)
def test_focus_is_where_filling_in_goes_on(visit: Visit, typed: dict[str, str], focused: str) -> None:
    answer = visit().post("/sign-in", **typed)
    assert read_page(answer.text).focused() == [focused]


def test_empty_form_is_told_what_is_missing(visit: Visit) -> None:
    answer = visit().post("/sign-in")
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    for said in ("未填写登录名。", "未填写密码。"):
        assert said in answer.text


def test_password_alone_signs_in_whose_role_needs_no_code(visit: Visit, world: World) -> None:
    visitor = visit()
    answer = visitor.post("/sign-in", login_name=world.employee().login_name, password=PASSWORD)
    assert (answer.status_code, path_of(answer)) == (303, "/tasks")
    assert "我的待办" in visitor.page("/tasks")


def test_password_is_followed_by_the_code(visit: Visit, world: World) -> None:
    visitor, account = visit(), world.hr()
    world.later(seconds=60)
    asked = visitor.post("/sign-in", login_name=account.login_name, password=PASSWORD)
    assert asked.status_code == 200
    assert faults_of(asked.text) == []
    assert visitor.token is None
    answer = visitor.post("/sign-in/code", pending=pending(asked.text), code=world.code(account.secret))
    assert (answer.status_code, path_of(answer)) == (303, "/tasks")


def test_wrong_password_unknown_name_and_disabled_account_are_answered_alike(
    visit: Visit, world: World
) -> None:
    known, disabled = world.employee(), world.employee("白露")
    world.connection.execute("update person set disabled_at = now() where id = %s", [disabled.person_id])

    def answer(login_name: str, password: str) -> tuple[int, str, int]:
        given = visit().post("/sign-in", login_name=login_name, password=password)
        return given.status_code, TOKEN.sub("", given.text).replace(login_name, "…"), len(given.headers)

    wrong = answer(known.login_name, OTHER_PASSWORD)
    assert wrong[0] == 422
    assert "登录名或密码不正确。" in wrong[1]
    assert answer("nobody-at-all", PASSWORD) == wrong
    assert answer(disabled.login_name, PASSWORD) == wrong


def test_wrong_code_is_refused_and_counted(visit: Visit, world: World) -> None:
    visitor, account = visit(), world.hr()
    asked = visitor.post("/sign-in", login_name=account.login_name, password=PASSWORD)
    answer = visitor.post("/sign-in/code", pending=pending(asked.text), code="000000")
    assert answer.status_code == 422
    assert "动态口令不正确。" in answer.text
    assert pending(answer.text) == pending(asked.text)
    assert world.outcomes(account) == ["wrong_code"]


def test_too_many_tries_say_when_to_try_again(visit: Visit, world: World) -> None:
    account = world.employee()
    answers = [
        visit().post("/sign-in", login_name=account.login_name, password=OTHER_PASSWORD) for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert "分钟后再试" in answers[-1].text
    assert visit().post("/sign-in", login_name=account.login_name, password=PASSWORD).status_code == 429


def test_step_that_took_too_long_begins_again(visit: Visit, world: World) -> None:
    visitor, account = visit(), world.hr()
    asked = visitor.post("/sign-in", login_name=account.login_name, password=PASSWORD)
    world.later(minutes=11)
    answer = visitor.post("/sign-in/code", pending=pending(asked.text), code=world.code(account.secret))
    assert answer.status_code == 422
    assert "登录步骤已经超时。" in answer.text
    assert "password" in read_page(answer.text).values("name")


@pytest.mark.parametrize("address", ["/sign-in/code", "/sign-in/new-password", "/sign-in/enrol"])
def test_step_without_the_password_leads_to_the_beginning(visit: Visit, address: str) -> None:
    answer = visit().post(address, pending="made up", code="123456", password=OTHER_PASSWORD)
    assert answer.status_code == 422
    assert "登录步骤已经超时。" in answer.text


def test_old_password_is_replaced_before_going_on(visit: Visit, world: World) -> None:
    visitor, account = visit(), world.employee()
    world.later(days=91)
    asked = visitor.post("/sign-in", login_name=account.login_name, password=PASSWORD)
    assert "密码已超过使用期限。" in asked.text
    same = visitor.post("/sign-in/new-password", pending=pending(asked.text), password=PASSWORD)
    assert (same.status_code, "相同" in same.text) == (422, True)
    answer = visitor.post("/sign-in/new-password", pending=pending(asked.text), password=OTHER_PASSWORD)
    assert path_of(answer) == "/tasks"
    assert visitor.get("/tasks").status_code == 200


def test_role_that_needs_a_code_enrols_while_signing_in(visit: Visit, world: World) -> None:
    visitor = visit()
    account = world.account("顾云舟", (world.tenants.enterprise, Role.ENTERPRISE_HR))
    asked = visitor.post("/sign-in", login_name=account.login_name, password=PASSWORD)
    assert faults_of(asked.text) == []
    assert "<svg" in asked.text
    wrong = visitor.post(
        "/sign-in/enrol", pending=pending(asked.text), sealed=hidden(asked.text, "sealed"), code="000000"
    )
    assert wrong.status_code == 422
    answer = visitor.post(
        "/sign-in/enrol",
        pending=pending(wrong.text),
        sealed=hidden(wrong.text, "sealed"),
        code=world.code(secret_of(wrong.text)),
    )
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    assert "恢复码只显示这一次。" in answer.text
    assert len(read_page(answer.text).text["li"]) >= 10
    assert visitor.get("/tasks").status_code == 200


def test_several_hats_are_chosen_from(visit: Visit, world: World) -> None:
    tenants = world.tenants
    account = world.account(
        "宗白石", (tenants.enterprise, Role.EMPLOYEE), (tenants.other_enterprise, Role.COMMITTEE_MEMBER)
    )
    assert path_of(visit().sign_in(account)) == "/hats"


def test_signed_in_visitor_does_not_sign_in_again(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    assert path_of(visitor.get("/sign-in")) == "/tasks"


# the way back


def test_private_page_leads_to_sign_in_and_back(visit: Visit, world: World) -> None:
    visitor = visit()
    sent = visitor.get("/account?before=7")
    assert sent.status_code == 303
    assert sent.location == "/sign-in?next=/account?before%3D7"
    asked = visitor.page(sent.location)
    assert hidden(asked, "next") == "/account?before=7"
    answer = visitor.post(
        "/sign-in", login_name=world.employee().login_name, password=PASSWORD, next="/account?before=7"
    )
    assert answer.location == "/account?before=7"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil"],
)
def test_way_back_leads_to_no_other_site(visit: Visit, world: World, target: str) -> None:
    answer = visit().post("/sign-in", login_name=world.employee().login_name, password=PASSWORD, next=target)
    assert (answer.status_code, answer.location) == (303, "/")


def test_form_of_somebody_signed_out_is_led_to_sign_in_unread(visit: Visit) -> None:
    answer = visit().post("/hats", grant_id=1)
    assert (answer.status_code, answer.location) == (303, "/sign-in")


# cookies


def set_cookies(answer: TestResponse) -> dict[str, set[str]]:
    """The cookies an answer sets, each with its attributes."""
    found = {}
    for header in answer.headers.getlist("Set-Cookie"):
        first, *attributes = header.split("; ")
        found[first.partition("=")[0]] = {
            each.partition("=")[0] if "Max" in each or "Exp" in each else each for each in attributes
        }
    return found


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(visit: Visit, world: World) -> None:
    answer = visit().post("/sign-in", login_name=world.employee().login_name, password=PASSWORD)
    cookies = set_cookies(answer)
    assert cookies["shouxi_session"] == {"HttpOnly", "SameSite=Lax", "Path=/"}
    assert cookies["shouxi_device"] >= {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age"}


def test_cookies_in_production_are_of_this_host_over_https_alone(
    database: Databases, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, field_key = "k" * 32, "index:" + "A" * 43 + "=,1:" + "A" * 43 + "="
    site = make_site(
        load(
            {
                "SHOUXI_ENV": "production",
                "SECRET_KEY": key,
                "SHOUXI_SIGNING_KEY": "A" * 43 + "=",
                "SHOUXI_FIELD_KEYS": field_key,
            }
        ),
        database.user_url,
    )
    client = site.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    assert set_cookies(page)["__Host-shouxi_visit"] == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
    token = TOKEN.search(page.text)
    assert token
    answer = client.post(
        "/sign-in",
        base_url="https://localhost",
        data={"csrf_token": token[1], "login_name": world.employee().login_name, "password": PASSWORD},
    )
    cookies = set_cookies(answer)
    assert cookies["__Host-shouxi_session"] == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
    with site.app_context():
        db.engine.dispose()
    assert cookies["__Host-shouxi_device"] >= {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


def test_token_from_before_signing_in_is_not_taken_over(visit: Visit, world: World) -> None:
    visitor = visit()
    visitor.client.set_cookie(SESSION, "planted-by-somebody")
    visitor.post("/sign-in", login_name=world.employee().login_name, password=PASSWORD)
    assert visitor.token not in (None, "planted-by-somebody")
    stranger = visit()
    stranger.client.set_cookie(SESSION, "planted-by-somebody")
    assert stranger.get("/tasks").status_code == 303


def test_public_page_sets_no_cookie_for_a_reader(visit: Visit) -> None:
    assert "Set-Cookie" not in visit().get("/rules").headers


# form tokens


def test_form_without_its_token_is_not_taken(visit: Visit, world: World) -> None:
    visitor, entries = visit(), {"login_name": world.employee().login_name, "password": PASSWORD}
    refused = visitor.client.post("/sign-in", data=entries)
    assert refused.status_code == 403
    assert faults_of(refused.text) == []
    assert "校验码" in refused.text
    assert visitor.post("/sign-in", **entries).status_code == 303


def test_token_of_another_session_is_not_taken(visit: Visit, world: World) -> None:
    mine, theirs = (visit((world.tenants.enterprise, Role.EMPLOYEE)) for _ in range(2))
    stolen = theirs.form_token()
    assert mine.client.post("/account/sessions/end-all", data={"csrf_token": stolen}).status_code == 403
    assert mine.get("/tasks").status_code == 200
    assert mine.post("/account/sessions/end-all").status_code == 303


def test_token_from_before_signing_in_is_void_afterwards(visit: Visit, world: World) -> None:
    visitor = visit()
    before = visitor.form_token()
    visitor.sign_in(world.employee())
    assert visitor.client.post("/sign-out", data={"csrf_token": before}).status_code == 403
    assert visitor.post("/sign-out").status_code == 303


def test_token_may_come_in_a_header(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    answer = visitor.client.post("/hats", headers={"X-CSRF-Token": visitor.form_token()})
    assert answer.status_code == 422


def test_form_from_another_site_is_not_taken_even_with_its_token(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    token = {"csrf_token": visitor.form_token()}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert visitor.client.post("/sign-out", data=token, headers=headers).status_code == 403
    assert visitor.client.post("/sign-out", data=token).status_code == 303


# leaving


def test_signing_out_ends_the_session_on_the_server(visit: Visit, world: World, site: Flask) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    token = visitor.token
    assert token is not None
    answer = visitor.post("/sign-out")
    assert (path_of(answer), visitor.token) == ("/sign-in", None)
    thief = Visitor(site, world)
    thief.client.set_cookie(SESSION, token)
    assert thief.get("/tasks").status_code == 303
    assert world.actions(world.tenants.enterprise)[-1] == "session:end"


def test_session_ends_by_itself_when_nobody_uses_it(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    world.later(minutes=29)
    assert visitor.get("/tasks").status_code == 200
    world.later(seconds=timedelta(minutes=31).total_seconds())
    assert visitor.get("/tasks").status_code == 303
