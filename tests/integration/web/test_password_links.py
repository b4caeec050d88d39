"""A forgotten password by pages: the link is issued on the person's page, shown once, and used once."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from core.domain.roles import Role
from tests.integration.accounts.world import OTHER_PASSWORD, PASSWORD, Account, World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of, pending
from tests.unit.web.pages import faults_of, read_page


@pytest.fixture
def hr(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.enterprise, Role.ENTERPRISE_HR), name="顾云舟")


@pytest.fixture
def admin(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.platform, Role.SECURITY_ADMIN), name="卫持衡")


def page_of(world: World, whom: Account) -> str:
    return f"/units/{world.tenants.enterprise.id}/people/{whom.person_id}"


def link_in(answer: TestResponse) -> str:
    """The link that the page shows, without the host."""
    assert answer.status_code == 200, answer.text
    assert faults_of(answer.text) == []
    found = re.search(r"http://localhost(/password-links/[\w-]+)", answer.text)
    assert found
    return found[1]


def test_sign_in_page_says_what_to_do(visit: Visit) -> None:
    said = read_page(visit().page("/sign-in")).text["main"][0]
    assert "忘记密码：" in said
    assert "领取重设密码链接" in said


def test_link_is_issued_shown_once_and_used(hr: Visitor, visit: Visit, world: World) -> None:
    employee = world.employee()
    signed_in = visit()
    signed_in.sign_in(employee)
    page = page_of(world, employee)
    assert f"{page}/password-link" in read_page(hr.page(page)).values("href")
    assert "72 小时" in hr.page(f"{page}/password-link")
    empty = hr.post(f"{page}/password-link")
    assert (empty.status_code, "未填写原因。" in empty.text) == (422, True)
    answer = hr.post(f"{page}/password-link", reason="本人到场，忘记密码")
    link = link_in(answer)
    assert employee.login_name in answer.text
    for seen in (page, f"{page}/password-link", f"/units/{world.tenants.enterprise.id}/record"):
        assert link.rpartition("/")[2] not in hr.page(seen)
    visitor = visit()
    shown = visitor.get(link)
    assert (shown.status_code, faults_of(shown.text)) == (200, [])
    for said in (employee.name, employee.login_name, "顾云舟", world.tenants.enterprise.name):
        assert said in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    done = visitor.post(link, password=OTHER_PASSWORD)
    assert (done.status_code, faults_of(done.text)) == (200, [])
    assert "密码已重新设置，已有的登录全部退出。" in done.text
    assert OTHER_PASSWORD not in done.text
    assert visitor.token is None
    assert signed_in.get("/tasks").status_code == 303
    old = visitor.post("/sign-in", login_name=employee.login_name, password=PASSWORD)
    assert (old.status_code, "登录名或密码不正确。" in old.text) == (422, True)
    new = visitor.post("/sign-in", login_name=employee.login_name, password=OTHER_PASSWORD)
    assert path_of(new) == "/tasks"
    assert "凭链接重设密码" in visitor.page("/account")
    record = hr.page(f"/units/{world.tenants.enterprise.id}/record")
    for said in ("签发重设密码链接", "本人到场，忘记密码", "凭重设密码链接"):
        assert said in record


def test_used_link_says_so_and_sets_nothing(hr: Visitor, visit: Visit, world: World) -> None:
    employee = world.employee()
    link = link_in(hr.post(f"{page_of(world, employee)}/password-link", reason="忘记密码"))
    assert visit().post(link, password=OTHER_PASSWORD).status_code == 200
    late = visit().get(link)
    assert (late.status_code, "这个链接已经使用过。" in late.text) == (410, True)
    assert faults_of(late.text) == []
    assert employee.login_name not in late.text
    again = visit().post(link, password=f"{OTHER_PASSWORD}-2")
    assert (again.status_code, "这个链接已经使用过。" in again.text) == (409, True)
    assert (
        visit().post("/sign-in", login_name=employee.login_name, password=OTHER_PASSWORD).status_code == 303
    )


def test_link_that_nobody_made_is_not_there(visit: Visit) -> None:
    for address in ("/password-links/made-up", "/password-links/" + "A" * 43):
        assert visit().get(address).status_code == 404
        assert visit().post(address, password=OTHER_PASSWORD).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"), [("", "未填写新密码。"), ("short", "至少需要 8 个"), (PASSWORD, "相同")]
)
def test_password_that_cannot_be_used_is_told_beside_its_field(
    hr: Visitor, visit: Visit, world: World, typed: str, said: str
) -> None:
    link = link_in(hr.post(f"{page_of(world, world.employee())}/password-link", reason="忘记密码"))
    answer = visit().post(link, password=typed)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert said in answer.text
    (field,) = [each for each in read_page(answer.text).all("input") if each.attributes["name"] == "password"]
    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["value"] == ""
    assert visit().post(link, password=OTHER_PASSWORD).status_code == 200


def test_who_opens_the_link_while_signed_in_is_signed_out(hr: Visitor, visit: Visit, world: World) -> None:
    employee = world.employee()
    visitor, other = visit(), visit((world.tenants.enterprise, Role.EMPLOYEE), name="何其正")
    visitor.sign_in(employee)
    link = link_in(hr.post(f"{page_of(world, employee)}/password-link", reason="忘记密码"))
    assert other.get(link).status_code == 200
    visitor.post(link, password=OTHER_PASSWORD)
    assert visitor.token is None
    assert other.get("/tasks").status_code == 200


def test_principal_is_helped_by_the_security_admin_and_still_asked_for_the_code(
    hr: Visitor, admin: Visitor, visit: Visit, world: World
) -> None:
    principal = world.account("彭远骋", (world.tenants.enterprise, Role.ENTERPRISE_PRINCIPAL), codes=True)
    page = page_of(world, principal)
    assert f"{page}/password-link" not in read_page(hr.page(page)).values("href")
    assert "由安全管理员签发重设密码链接" in hr.page(page)
    assert hr.get(f"{page}/password-link").status_code == 404
    assert hr.post(f"{page}/password-link", reason="忘记密码").status_code == 404
    assert f"{page}/password-link" in read_page(admin.page(page)).values("href")
    visitor = visit()
    visitor.post(link_in(admin.post(f"{page}/password-link", reason="忘记密码")), password=OTHER_PASSWORD)
    world.later(minutes=1)
    asked = visitor.post("/sign-in", login_name=principal.login_name, password=OTHER_PASSWORD)
    assert "动态口令" in asked.text
    assert visitor.token is None
    step = visitor.post("/sign-in/code", pending=pending(asked.text), code=world.code(principal.secret))
    assert path_of(step) == "/tasks"
    assert world.actions(world.tenants.platform) == ["password_link:issue", "password:reset"]


def test_account_with_a_hat_elsewhere_is_not_taken_over(hr: Visitor, visit: Visit, world: World) -> None:
    tenants = world.tenants
    expert = world.account(
        "周砚秋", (tenants.enterprise, Role.INDUSTRY_EXPERT), (tenants.other_enterprise, Role.ENTERPRISE_HR)
    )
    principal = visit((tenants.enterprise, Role.ENTERPRISE_PRINCIPAL), name="彭远骋")
    page = page_of(world, expert)
    for visitor in (hr, principal):
        answers = (visitor.get(f"{page}/password-link"), visitor.post(f"{page}/password-link", reason="忘记"))
        for answer in answers:
            assert (answer.status_code, "由安全管理员签发" in answer.text) == (403, True)
            assert tenants.other_enterprise.name not in answer.text
    assert world.one("select count(*) from password_link") == 0
    world.connection.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离岗' "
        "where tenant_id = %s",
        [tenants.other_enterprise.id],
    )
    for visitor in (hr, principal):
        link_in(visitor.post(f"{page}/password-link", reason="忘记密码"))


def test_person_of_another_unit_is_not_there(hr: Visitor, world: World) -> None:
    stranger = world.account("白露", (world.tenants.other_enterprise, Role.EMPLOYEE))
    there = f"/units/{world.tenants.other_enterprise.id}/people/{stranger.person_id}/password-link"
    for address in (there, f"{page_of(world, stranger)}/password-link"):
        assert hr.get(address).status_code == 404
        assert hr.post(address, reason="忘记密码").status_code == 404
    assert hr.get(f"{page_of(world, world.employee())}/password-link").status_code == 200


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.COMMITTEE_STAFF])
def test_nobody_else_has_the_page(visit: Visit, world: World, role: Role) -> None:
    visitor = visit((world.tenants.enterprise, role))
    address = f"{page_of(world, world.employee('何其正'))}/password-link"
    assert visitor.get(address).status_code == 404
    assert visitor.post(address, reason="忘记密码").status_code == 404


def test_it_asks_for_proof_again(hr: Visitor, world: World) -> None:
    address = f"{page_of(world, world.employee())}/password-link"
    hr.stale()
    asked = hr.post(address, reason="忘记密码")
    assert (asked.status_code, "未填写动态口令。" in asked.text) == (422, True)
    assert world.one("select count(*) from password_link") == 0
    link_in(hr.post(address, reason="忘记密码", given=hr.proof()))


def test_account_that_is_closed_gets_no_link(hr: Visitor, world: World) -> None:
    employee = world.employee()
    page = page_of(world, employee)
    world.connection.execute("update person set disabled_at = app_now() where id = %s", [employee.person_id])
    assert f"{page}/password-link" not in read_page(hr.page(page)).values("href")
    refused = hr.post(f"{page}/password-link", reason="忘记密码")
    assert (refused.status_code, "已停用" in refused.text) == (409, True)
    world.connection.execute("update person set disabled_at = null where id = %s", [employee.person_id])
    link_in(hr.post(f"{page}/password-link", reason="忘记密码"))
