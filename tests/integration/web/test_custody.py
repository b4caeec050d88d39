"""Accounts in custody of the 安全管理员: closed, opened, and enrolled anew."""

from __future__ import annotations

import pytest

from core.domain.roles import Role
from tests.integration.accounts.world import PASSWORD, World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import read_page


@pytest.fixture
def admin(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.platform, Role.SECURITY_ADMIN), name="卫持衡")


@pytest.fixture
def held(visit: Visit, world: World) -> Visitor:
    """Somebody whose account it is about, signed in."""
    return visit((world.tenants.enterprise, Role.ENTERPRISE_HR), name="顾云舟")


def address_of(held: Visitor, world: World) -> str:
    assert held.account is not None
    return f"/units/{world.tenants.enterprise.id}/people/{held.account.person_id}"


def test_account_is_closed_and_opened(admin: Visitor, held: Visitor, visit: Visit, world: World) -> None:
    address = address_of(held, world)
    assert f"{address}/account/disable" in read_page(admin.page(address)).values("href")
    assert "不能登录" in admin.page(f"{address}/account/disable")
    assert admin.post(f"{address}/account/disable").status_code == 422
    assert path_of(admin.post(f"{address}/account/disable", reason="账号疑似被盗用")) == address
    assert held.get("/tasks").status_code == 303
    assert held.account is not None
    refused = visit().post("/sign-in", login_name=held.account.login_name, password=PASSWORD)
    assert refused.status_code == 422
    page = read_page(admin.page(address))
    assert "账号已停用" in page.text["main"][0]
    assert f"{address}/account/disable" not in page.values("href")
    twice = admin.post(f"{address}/account/disable", reason="再一次")
    assert (twice.status_code, "已经停用" in twice.text) == (409, True)
    assert path_of(admin.post(f"{address}/account/enable", reason="已核实")) == address
    held.sign_in(held.account)
    assert world.actions(world.tenants.platform)[-2:] == ["person:disable", "person:enable"]


def test_lost_authenticator_is_reset_and_enrolled_anew(admin: Visitor, held: Visitor, world: World) -> None:
    address = address_of(held, world)
    assert path_of(admin.post(f"{address}/account/reset-totp", reason="手机丢失")) == address
    assert held.get("/tasks").status_code == 303
    assert held.account is not None
    asked = held.post("/sign-in", login_name=held.account.login_name, password=PASSWORD)
    assert "启用动态口令" in asked.text


def test_it_asks_for_proof_again(admin: Visitor, held: Visitor, world: World) -> None:
    address = address_of(held, world)
    admin.stale()
    asked = admin.post(f"{address}/account/disable", reason="账号疑似被盗用")
    assert (asked.status_code, "未填写动态口令。" in asked.text) == (422, True)
    given = admin.proof()
    assert admin.post(f"{address}/account/disable", reason="盗用", given=given).status_code == 303


def test_own_account_is_for_another_admin(admin: Visitor, world: World) -> None:
    assert admin.account is not None
    own = f"/units/{world.tenants.platform.id}/people/{admin.account.person_id}"
    answer = admin.post(f"{own}/account/disable", reason="试")
    assert (answer.status_code, "不能停用自己的账号" in answer.text) == (403, True)


def test_nobody_else_has_these_pages(held: Visitor, visit: Visit, world: World) -> None:
    address = address_of(held, world)
    for visitor in (held, visit((world.tenants.province_hr, Role.PROVINCE_HR))):
        assert visitor.get(f"{address}/account/disable").status_code == 404
        assert visitor.post(f"{address}/account/disable", reason="试").status_code == 404
    assert held.get("/tasks").status_code == 200


def test_deed_that_there_is_not_has_no_page(admin: Visitor, held: Visitor, world: World) -> None:
    assert admin.get(f"{address_of(held, world)}/account/delete").status_code == 404


# accounts that no list of the 安全管理员 shows


def test_account_of_staff_is_found_by_its_whole_login_name_alone(admin: Visitor, world: World) -> None:
    employee = world.employee("骆清和")
    unit = world.tenants.enterprise
    assert "骆清和" not in admin.page(f"/units/{unit.id}/people")
    assert admin.get(f"/units/{unit.id}/people/{employee.person_id}").status_code == 404
    for asked in (employee.login_name[:-1], "%", "骆清和", " "):
        answered = read_page(admin.page(f"/accounts?login_name={asked}"))
        assert not any("/account/" in each for each in answered.values("href"))
    page = read_page(admin.page(f"/accounts?login_name={employee.login_name.upper()}"))
    for said in ("骆清和", unit.name, "职工", "由所在企业的主要负责人或人力资源管理部门签发"):
        assert said in page.text["main"][0]
    assert not any("password-link" in each for each in page.values("href"))


def test_account_of_staff_is_closed_and_its_authenticator_reset(
    admin: Visitor, visit: Visit, world: World
) -> None:
    employee = world.account("骆清和", (world.tenants.enterprise, Role.EMPLOYEE), codes=True)
    visitor = visit()
    visitor.sign_in(employee)
    found = f"/accounts?login_name={employee.login_name}"
    (disable,) = [each for each in read_page(admin.page(found)).values("href") if "disable" in each]
    assert "骆清和" in admin.page(disable)
    done = admin.post(disable, reason="本人告知手机被盗")
    assert (done.status_code, done.location) == (303, found)
    assert visitor.get("/tasks").status_code == 303
    assert "账号已停用" in admin.page(found)
    admin.post(disable.replace("disable", "enable"), reason="已核实")
    admin.post(disable.replace("disable", "reset-totp"), reason="验证器丢失")
    assert visitor.post("/sign-in", login_name=employee.login_name, password=PASSWORD).status_code == 303


def test_account_with_hats_in_two_units_gets_its_link_here(
    admin: Visitor, visit: Visit, world: World
) -> None:
    tenants = world.tenants
    expert = world.account(
        "周砚秋",
        (tenants.enterprise, Role.INDUSTRY_EXPERT),
        (tenants.other_enterprise, Role.COMMITTEE_MEMBER),
    )
    page = read_page(admin.page(f"/accounts?login_name={expert.login_name}"))
    for said in (tenants.enterprise.name, tenants.other_enterprise.name, "行业专家", "委员"):
        assert said in page.text["main"][0]
    (link,) = [each for each in page.values("href") if "password-link" in each]
    answer = admin.post(link, reason="本人忘记密码")
    assert (answer.status_code, "链接只显示这一次。" in answer.text) == (200, True)
    shown = visit().page(answer.text.partition("http://localhost")[2].partition("<")[0])
    assert "周砚秋" in shown


def test_account_whose_roles_are_over_is_found_too(admin: Visitor, world: World) -> None:
    employee = world.employee("骆清和")
    world.connection.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离岗' "
        "where person_id = %s",
        [employee.person_id],
    )
    found = admin.page(f"/accounts?login_name={employee.login_name}")
    assert "没有有效的身份" in found
    (link,) = [each for each in read_page(found).values("href") if "password-link" in each]
    assert admin.get(link).status_code == 200


@pytest.mark.parametrize(
    ("where", "role"),
    [("province_hr", Role.PROVINCE_HR), ("platform", Role.SYSTEM_ADMIN), ("enterprise", Role.ENTERPRISE_HR)],
)
def test_nobody_else_finds_accounts(
    admin: Visitor, visit: Visit, world: World, where: str, role: Role
) -> None:
    login_name = world.employee("骆清和").login_name
    other = visit((getattr(world.tenants, where), role))
    assert other.get(f"/accounts?login_name={login_name}").status_code == 404
    assert "骆清和" in admin.page(f"/accounts?login_name={login_name}")
