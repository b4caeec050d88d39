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
