"""Two tabs, one session: a form opened under one hat does nothing under another, and nothing is lost."""

from __future__ import annotations

import importlib
import pkgutil
from itertools import takewhile

import pytest
from werkzeug.test import TestResponse
from wtforms import PasswordField
from wtforms.fields.core import UnboundField

import core.web
from core.domain.roles import Role
from core.web.forms import Form
from core.web.tabs import SECRETS
from tests import factories
from tests.access.asking import Body
from tests.factories import MadePerson
from tests.integration.accounts.world import OTHER_PASSWORD, PASSWORD, World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import faults_of, read_page

TYPED = {"name": "骆清和", "role": "employee", "valid_to": "2030-12-31"}


@pytest.fixture
def hr(visit: Visit, world: World) -> Visitor:
    """人力资源管理部门 of two enterprises, wearing the hat of the first."""
    tenants = world.tenants
    visitor = visit((tenants.enterprise, Role.ENTERPRISE_HR), (tenants.other_enterprise, Role.ENTERPRISE_HR))
    wear(visitor, 0)
    return visitor


@pytest.fixture
def invite(world: World) -> str:
    return f"/units/{world.tenants.enterprise.id}/invitations/new"


def wear(visitor: Visitor, number: int) -> None:
    """Put on a hat in another tab."""
    assert visitor.account is not None
    assert visitor.post("/hats", grant_id=visitor.account.grants[number]).status_code == 303


def send(visitor: Visitor, address: str, token: str, **entries: str) -> TestResponse:
    """Send a form that has been open for a while."""
    return visitor.client.post(address, data={"csrf_token": token, **entries})


def send_again(visitor: Visitor, answer: TestResponse) -> TestResponse:
    """Press the button of the page that tells of the change, as a browser does."""
    page = read_page(answer.text)
    (form,) = [each for each in page.all("form") if "to=" in each.attributes.get("action", "")]
    inside = takewhile(lambda each: each.tag != "button", page.elements[page.elements.index(form) + 1 :])
    entries = {each.attributes["name"]: each.attributes["value"] for each in inside}
    onward = visitor.client.post(form.attributes["action"], data=entries)
    assert onward.status_code == 307, onward.text  # the browser sends the same once more
    return visitor.client.post(onward.location, data=entries)


def test_form_sent_after_switching_does_nothing_and_says_what_changed(
    hr: Visitor, world: World, invite: str
) -> None:
    tenants, token = world.tenants, hr.form_token()
    wear(hr, 1)
    before = world.one("select count(*) from audit_event")
    answer = send(hr, invite, token, **TYPED, given="123456")
    assert (answer.status_code, faults_of(answer.text)) == (409, [])
    page = read_page(answer.text)
    assert page.text["h1"] == ["身份已经切换，没有办理"]
    for said in (tenants.enterprise.name, tenants.other_enterprise.name, "填写的内容已保留"):
        assert said in page.text["main"][0]
    assert world.one("select count(*) from invitation") == 0
    assert world.one("select count(*) from audit_event") == before
    assert set(TYPED.values()) <= set(page.values("value"))
    assert "123456" not in page.values("value")
    assert answer.headers["Cache-Control"] == "no-store"


def test_same_form_is_taken_when_nobody_switched(hr: Visitor, world: World, invite: str) -> None:
    assert send(hr, invite, hr.form_token(), **TYPED).status_code == 200
    assert world.column("select tenant_id from invitation") == [world.tenants.enterprise.id]


def test_what_was_typed_is_sent_once_more_under_the_former_hat(
    hr: Visitor, world: World, invite: str
) -> None:
    token = hr.form_token()
    wear(hr, 1)
    done = send_again(hr, send(hr, invite, token, **TYPED))
    assert (done.status_code, "链接只显示这一次。" in done.text) == (200, True)
    made = world.connection.execute("select tenant_id, name, role from invitation").fetchall()
    assert made == [(world.tenants.enterprise.id, "骆清和", "employee")]
    assert world.actions(world.tenants.enterprise)[-2:] == ["session:switch_hat", "invitation:create"]
    hat = world.one("select hat from audit_event where action = 'invitation:create'")
    assert hat == f"enterprise_hr@{world.tenants.enterprise.id}"


def test_form_that_asks_for_proof_comes_back_with_what_was_typed(
    hr: Visitor, world: World, invite: str
) -> None:
    token = hr.form_token()
    wear(hr, 1)
    hr.stale()
    asked = send_again(hr, send(hr, invite, token, **TYPED))
    assert (asked.status_code, "未填写动态口令。" in asked.text) == (422, True)
    assert "骆清和" in read_page(asked.text).values("value")
    assert hr.post(invite, **TYPED, given=hr.proof()).status_code == 200


def test_form_that_both_hats_may_send_is_not_taken_under_the_other(visit: Visit, world: World) -> None:
    unit = world.tenants.enterprise
    visitor = visit((unit, Role.ENTERPRISE_PRINCIPAL), (unit, Role.ENTERPRISE_HR))
    wear(visitor, 0)
    token, address = visitor.form_token(), f"/units/{unit.id}/invitations/new"
    wear(visitor, 1)
    assert send(visitor, address, token, **TYPED).status_code == 409
    assert world.one("select count(*) from invitation") == 0
    wear(visitor, 0)
    assert send(visitor, address, token, **TYPED).status_code == 200
    assert world.one("select hat from audit_event where action = 'invitation:create'").startswith(
        "enterprise_principal@"
    )


def test_own_password_is_not_changed_under_another_hat_nor_repeated(hr: Visitor, world: World) -> None:
    token = hr.form_token()
    wear(hr, 1)
    entries = {"old": PASSWORD, "new": OTHER_PASSWORD}
    answer = send(hr, "/account/password", token, **entries)
    assert answer.status_code == 409
    assert PASSWORD not in answer.text
    assert OTHER_PASSWORD not in answer.text
    assert "password:change" not in world.actions(world.tenants.other_enterprise)
    asked = send_again(hr, answer)
    assert (asked.status_code, "未填写新密码。" in asked.text) == (422, True)
    assert path_of(hr.post("/account/password", **entries)) == "/account"


def test_hat_that_reads_a_city_is_told_of_too(visit: Visit, world: World) -> None:
    tenants = world.tenants
    visitor = visit((tenants.city_hr, Role.CITY_HR), (tenants.other_enterprise, Role.EMPLOYEE))
    for name in ("彭远骋", "柏庭松"):
        who = factories.person(world.connection, name)
        grant_id = factories.grant(world.connection, tenants.enterprise, who, Role.ENTERPRISE_PRINCIPAL)
    wear(visitor, 0)
    token, address = visitor.form_token(), f"/units/{tenants.enterprise.id}/grants/{grant_id}/revoke"
    elsewhere = f"/units/{tenants.other_city_hr.id}/grants/{grant_id}/revoke"
    wear(visitor, 1)
    answer = send(visitor, address, token, reason="改任")
    assert answer.status_code == 409
    assert send(visitor, elsewhere, token, reason="改任").status_code == 404
    assert world.one("select revoked_at from role_grant where id = %s", grant_id) is None
    assert send_again(visitor, answer).status_code == 303
    assert world.one("select revoke_reason from role_grant where id = %s", grant_id) == "改任"


# what is about the session or the person is taken from every tab


def test_old_tab_signs_out(hr: Visitor) -> None:
    token = hr.form_token()
    wear(hr, 1)
    assert path_of(send(hr, "/sign-out", token)) == "/sign-in"
    assert hr.get("/tasks").status_code == 303


def test_old_tab_switches(hr: Visitor) -> None:
    assert hr.account is not None
    token = hr.form_token()
    wear(hr, 1)
    assert path_of(send(hr, "/hats", token, grant_id=str(hr.account.grants[0]))) == "/tasks"


def test_old_tab_ends_other_sessions(hr: Visitor) -> None:
    token = hr.form_token()
    wear(hr, 1)
    assert path_of(send(hr, "/account/sessions/end-all", token)) == "/sign-in"


def test_public_form_is_taken_from_an_old_tab(hr: Visitor) -> None:
    token = hr.form_token()
    wear(hr, 1)
    assert send(hr, "/sign-in", token).status_code == 422
    assert send(hr, "/sign-in", "made up").status_code == 403


# what is no form of another hat is answered as before


def test_form_of_another_session_or_of_nobody_is_refused_as_before(
    hr: Visitor, visit: Visit, world: World, invite: str
) -> None:
    theirs = visit((world.tenants.enterprise, Role.ENTERPRISE_HR)).form_token()
    for token in (theirs, visit().form_token(), "made up", ""):
        assert send(hr, invite, token, **TYPED).status_code == 403
    wear(hr, 1)
    for token in (theirs, "made up", ""):
        assert send(hr, invite, token, **TYPED).status_code == 404
    assert world.one("select count(*) from invitation") == 0


def test_form_of_a_hat_that_was_revoked_is_refused(hr: Visitor, world: World, invite: str) -> None:
    token = hr.form_token()
    assert hr.account is not None
    wear(hr, 1)
    world.connection.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离岗' "
        "where id = %s",
        [hr.account.grants[0]],
    )
    assert send(hr, invite, token, **TYPED).status_code == 404
    assert send(hr, "/account/password", token, old=PASSWORD, new=OTHER_PASSWORD).status_code == 403


@pytest.mark.parametrize(("role", "was_read"), [(Role.EMPLOYEE, False), (Role.ENTERPRISE_HR, True)])
def test_body_is_read_only_when_another_hat_is_let_in(
    visit: Visit, world: World, invite: str, role: Role, was_read: bool
) -> None:
    tenants = world.tenants
    visitor = visit((tenants.enterprise, role), (tenants.other_enterprise, Role.EMPLOYEE))
    wear(visitor, 1)
    body = Body(b"csrf_token=x" + b"y" * 5000)
    answer = visitor.client.post(
        invite, input_stream=body, content_length=5012, content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, body.was_read) == (404, was_read)


def test_hat_that_asks_for_a_code_is_not_offered_without_one(visit: Visit, world: World, invite: str) -> None:
    visitor = visit((world.tenants.other_enterprise, Role.EMPLOYEE))
    assert visitor.account is not None
    who = MadePerson(visitor.account.person_id, visitor.account.login_name, visitor.account.name)
    factories.grant(world.connection, world.tenants.enterprise, who, Role.ENTERPRISE_HR)
    assert send(visitor, invite, visitor.form_token(), **TYPED).status_code == 404


@pytest.mark.parametrize(
    "to", ["//example.org/", "https://example.org/", "/\\example.org", "/no-such-page", "/tasks"]
)
def test_switching_sends_a_form_to_our_own_forms_alone(hr: Visitor, to: str) -> None:
    assert hr.account is not None
    answer = hr.client.post(
        "/hats",
        query_string={"grant_id": hr.account.grants[1], "to": to},
        data={"csrf_token": hr.form_token()},
    )
    assert (answer.status_code, path_of(answer)) == (303, "/tasks")


def test_every_secret_of_a_form_is_known_as_one() -> None:
    for module in pkgutil.iter_modules(core.web.__path__):
        importlib.import_module(f"core.web.{module.name}")
    secrets = {
        name
        for form in subclasses(Form)
        for name, field in vars(form).items()
        if isinstance(field, UnboundField) and issubclass(field.field_class, PasswordField)
    }
    assert secrets <= SECRETS
    assert SECRETS - secrets == {"code"}


def subclasses(kind: type) -> set[type]:
    found: set[type] = set(kind.__subclasses__())
    return found.union(*map(subclasses, found))
