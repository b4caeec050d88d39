"""Accepting an invitation by pages: with a new account, with one's own, and when it is too late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.domain.roles import Role
from core.domain.values import BEIJING
from core.persistence.scope import Scope
from core.persistence.session import act
from core.services.accounts import invitations
from core.services.accounts.scopes import towards
from tests.factories import MadeTenant
from tests.integration.accounts.world import OTHER_PASSWORD, PASSWORD, World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import hidden, path_of, secret_of
from tests.unit.web.pages import faults_of, read_page

NAME = "骆清和"


def invited(
    world: World,
    role: Role = Role.EMPLOYEE,
    where: MadeTenant | None = None,
    valid_to: datetime | None = None,
) -> str:
    """The link of a new invitation, without the host."""
    where = where or world.tenants.enterprise
    actor = world.actor(world.tenants.province_centre, Role.PROVINCE_CENTRE, "温叙言")
    if role is not Role.ENTERPRISE_PRINCIPAL:
        actor = world.actor(where, Role.ENTERPRISE_PRINCIPAL, "彭远骋")
    with act(towards(Scope(reads="*"), where.id)) as session:
        token = invitations.invite(
            session, actor=actor, tenant_id=where.id, role=role, name=NAME, valid_to=valid_to
        ).token
    return f"/invitations/{token}"


NEW = {"login_name": "luo.qinghe", "name": NAME, "password": PASSWORD}


def test_page_says_what_to_by_whom_and_until_when(visit: Visit, world: World) -> None:
    answer = visit().get(invited(world))
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    for said in (NAME, "职工", world.tenants.enterprise.name, "彭远骋", "链接有效期至"):
        assert said in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "动态口令" not in read_page(answer.text).text["main"][0]


def test_page_says_how_long_the_role_lasts(visit: Visit, world: World) -> None:
    end = datetime(2030, 1, 1, tzinfo=BEIJING)
    for valid_to, said in ((None, "长期"), (end, "2029-12-31")):
        pairs = read_page(visit().page(invited(world, valid_to=valid_to))).text["dl"][0]
        assert f"角色有效期至 {said}" in " ".join(pairs.split())


def test_new_account_is_made_and_signed_in(visit: Visit, world: World) -> None:
    visitor, link = visit(), invited(world)
    answer = visitor.post(f"{link}/new-account", **NEW)
    assert path_of(answer) == "/tasks"
    assert NAME in visitor.page("/tasks")
    assert world.actions(world.tenants.enterprise)[-3:] == [
        "person:create",
        "invitation:accept",
        "grant:create",
    ]
    late = visit().get(link)
    assert (late.status_code, "这个邀请已经使用过。" in late.text) == (410, True)
    assert faults_of(late.text) == []
    again = visit().post(f"{link}/new-account", **NEW | {"login_name": "somebody.else"})
    assert (again.status_code, "这个邀请已经使用过。" in again.text) == (409, True)


def test_role_of_responsibility_enrols_at_once(visit: Visit, world: World) -> None:
    visitor, link = visit(), invited(world, Role.ENTERPRISE_HR)
    page = visitor.page(link)
    code = world.code(secret_of(page))
    entries = NEW | {"sealed": hidden(page, "sealed")}
    wrong = visitor.post(f"{link}/new-account", **entries, code="000000")
    assert (wrong.status_code, "动态口令不正确。" in wrong.text) == (422, True)
    assert secret_of(wrong.text) == secret_of(page)
    assert "密码没有保留，重新输入。" in wrong.text
    assert read_page(wrong.text).focused() == ["password"]
    assert "密码没有保留" not in page
    assert world.one("select count(*) from person where login_name = 'luo.qinghe'") == 0
    done = visitor.post(f"{link}/new-account", **entries, code=code)
    assert (done.status_code, "恢复码只显示这一次。" in done.text) == (200, True)
    assert "以前的恢复码" not in done.text
    assert visitor.get(f"/units/{world.tenants.enterprise.id}/people").status_code == 200


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("login_name", "", "未填写登录名。"),
        ("login_name", "骆 清", "登录名用 3 至 64 个小写字母"),
        ("name", "", "未填写姓名。"),
        ("password", "short", "至少需要 8 个"),
    ],
)
def test_entry_that_cannot_be_used_is_told_beside_its_field(
    visit: Visit, world: World, field: str, typed: str, said: str
) -> None:
    visitor, link = visit(), invited(world)
    answer = visitor.post(f"{link}/new-account", **NEW | {field: typed})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    page = read_page(answer.text)
    (marked,) = [each for each in page.all("input") if each.attributes.get("aria-invalid") == "true"]
    assert marked.attributes["name"] == field
    assert page.focused() == [field]
    assert said in answer.text
    assert visitor.post(f"{link}/new-account", **NEW).status_code == 303


def test_login_name_that_is_taken_is_told(visit: Visit, world: World) -> None:
    taken = world.employee().login_name
    answer = visit().post(f"{invited(world)}/new-account", **NEW | {"login_name": taken})
    assert (answer.status_code, "已被使用" in answer.text) == (422, True)


def test_link_that_nobody_made_is_not_there(visit: Visit) -> None:
    for address in ("/invitations/made-up", "/invitations/" + "A" * 43):
        assert visit().get(address).status_code == 404
        assert visit().post(f"{address}/new-account", **NEW).status_code == 404


def test_expired_and_revoked_invitations_say_so(visit: Visit, world: World) -> None:
    link, other = invited(world), invited(world)
    world.connection.execute(
        "update invitation set revoked_at = app_now() where id = (select max(id) from invitation)"
    )
    assert "这个邀请已被撤回。" in visit().get(other).text
    world.later(seconds=timedelta(hours=72).total_seconds())
    assert "这个邀请已过期。" in visit().get(link).text
    assert visit().post(f"{link}/new-account", **NEW).status_code == 409


def test_own_account_takes_one_more_hat(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    link = invited(world, Role.COMMITTEE_MEMBER, world.tenants.other_enterprise)
    page = visitor.page(link)
    assert "当前登录的是沈知行" in page
    assert 'action="/sign-out"' in page
    answer = visitor.post(f"{link}/own-account")
    assert path_of(answer) == "/hats"
    assert "委员" in visitor.page("/hats")


def test_own_account_enrols_when_the_role_needs_it(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    link = invited(world, Role.ENTERPRISE_HR, world.tenants.other_enterprise)
    visitor.stale()
    page = visitor.page(link)
    assert "再次验证：密码" in page
    entries = {"sealed": hidden(page, "sealed"), "code": world.code(secret_of(page))}
    wrong = visitor.post(f"{link}/own-account", **entries, given=OTHER_PASSWORD)
    assert (wrong.status_code, "密码不正确。" in wrong.text) == (422, True)
    done = visitor.post(f"{link}/own-account", **entries, given=PASSWORD)
    assert (done.status_code, "恢复码只显示这一次。" in done.text) == (200, True)
    assert "企业人力资源管理部门" in visitor.page("/hats")


def test_link_leads_somebody_with_an_account_through_sign_in_and_back(visit: Visit, world: World) -> None:
    visitor, account, link = visit(), world.employee("白露"), invited(world)
    assert f"/sign-in?next={link}" in read_page(visitor.page(link)).values("href")
    assert visitor.sign_in(account, to=link).location == link
    assert "当前登录的是白露" in visitor.page(link)
