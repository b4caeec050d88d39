"""My account: where I am signed in and was, password, authenticator, recovery codes."""

from __future__ import annotations

import re

from core.domain.roles import Role
from tests.integration.accounts.world import OTHER_PASSWORD, PASSWORD, World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, hidden, path_of, secret_of
from tests.unit.web.pages import faults_of, read_page


def twice(visit: Visit, world: World) -> tuple[Visitor, Visitor]:
    """One person in two browsers."""
    one = visit((world.tenants.enterprise, Role.EMPLOYEE))
    other = Visitor(one.site, world)
    assert one.account is not None
    other.sign_in(one.account)
    return one, other


def test_page_shows_open_sessions_and_tries(visit: Visit, world: World) -> None:
    one, _ = twice(visit, world)
    assert one.account is not None
    visit().post("/sign-in", login_name=one.account.login_name, password=OTHER_PASSWORD)
    page = read_page(one.page("/account"))
    assert len([each for each in page.values("action") if each.endswith("/end")]) == 2
    assert page.text["main"][0].count("本次登录") == 1
    for said in ("登录成功", "密码不正确", "127.0.0.1"):
        assert said in page.text["main"][0]


def test_tries_go_on_from_page_to_page(visit: Visit, world: World) -> None:
    one = visit((world.tenants.enterprise, Role.EMPLOYEE))
    assert one.account is not None
    world.connection.execute(
        "insert into sign_in (person_id, address, agent, outcome) "
        "select %s, '192.0.2.' || n, 'x', 'wrong_password' from generate_series(1, 30) n",
        [one.account.person_id],
    )
    first = read_page(one.page("/account"))
    (onward,) = [each for each in first.values("href") if "before=" in each]
    rest = one.page(onward)
    assert "登录成功" not in first.text["main"][0]
    assert "登录成功" in rest


def test_one_session_is_ended_from_another(visit: Visit, world: World) -> None:
    one, other = twice(visit, world)
    sessions = world.column("select id from user_session where ended_at is null order by id")
    assert path_of(one.post(f"/account/sessions/{sessions[1]}/end")) == "/account"
    assert other.get("/tasks").status_code == 303
    assert one.get("/tasks").status_code == 200
    assert one.post(f"/account/sessions/{sessions[1]}/end").status_code == 404
    assert path_of(one.post(f"/account/sessions/{sessions[0]}/end")) == "/sign-in"
    assert one.get("/tasks").status_code == 303


def test_session_of_somebody_else_cannot_be_ended(visit: Visit, world: World) -> None:
    mine = visit((world.tenants.enterprise, Role.EMPLOYEE))
    theirs = visit((world.tenants.enterprise, Role.EMPLOYEE))
    (_, other) = world.column("select id from user_session order by id")
    assert mine.post(f"/account/sessions/{other}/end").status_code == 404
    assert theirs.get("/tasks").status_code == 200


def test_everywhere_means_every_browser(visit: Visit, world: World) -> None:
    one, other = twice(visit, world)
    assert path_of(one.post("/account/sessions/end-all")) == "/sign-in"
    assert "已在所有设备上退出登录。" in one.page("/sign-in?left=everywhere")
    assert "退出登录。" not in one.page("/sign-in?left=nowhere")
    assert (one.get("/tasks").status_code, other.get("/tasks").status_code) == (303, 303)
    assert world.actions(world.tenants.enterprise)[-1] == "session:end_all"


def test_password_is_changed_and_other_browsers_are_signed_out(visit: Visit, world: World) -> None:
    one, other = twice(visit, world)
    one.page("/account/password")
    entries = {"old": PASSWORD, "new": OTHER_PASSWORD}
    empty, wrong = one.post("/account/password"), one.post("/account/password", **entries | {"old": "x"})
    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "密码不正确。" in wrong.text
    weak = one.post("/account/password", **entries | {"new": "short"})
    assert (weak.status_code, "至少需要 8 个" in weak.text) == (422, True)
    assert path_of(one.post("/account/password", **entries)) == "/account"
    assert (one.get("/tasks").status_code, other.get("/tasks").status_code) == (200, 303)


def test_authenticator_is_changed_after_proof(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    visitor.stale()
    page = visitor.page("/account/second-factor")
    assert "再次验证：动态口令" in page
    secret = secret_of(page)
    entries = {"sealed": hidden(page, "sealed"), "code": world.code(secret)}
    assert visitor.post("/account/second-factor", **entries).status_code == 422
    given = visitor.proof()
    entries["code"] = world.code(secret)
    wrong = visitor.post("/account/second-factor", **entries | {"code": "000000"}, given=given)
    assert wrong.status_code == 422
    done = visitor.post("/account/second-factor", **entries, given=given)
    assert (done.status_code, "恢复码只显示这一次。" in done.text) == (200, True)
    assert faults_of(done.text) == []
    assert "以前的恢复码已经作废。" in done.text
    assert visitor.get("/tasks").status_code == 200


def test_recovery_codes_are_renewed_after_proof_and_work_once(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    visitor.stale()
    visitor.page("/account/recovery-codes")
    assert visitor.post("/account/recovery-codes").status_code == 422
    shown = visitor.post("/account/recovery-codes", given=visitor.proof())
    codes = re.findall(r">((?:[a-z2-7]{4}-){3}[a-z2-7]{4})<", shown.text)
    assert (shown.status_code, len(codes)) == (200, 10)
    account = visitor.account
    assert account is not None
    for expected in (303, 422):
        elsewhere = visit()
        asked = elsewhere.post("/sign-in", login_name=account.login_name, password=PASSWORD)
        answer = elsewhere.post("/sign-in/code", pending=hidden(asked.text, "pending"), code=codes[0])
        assert answer.status_code == expected
