"""Hats: chosen and switched in sight, and gone at the very next request when the grant is revoked."""

from __future__ import annotations

from core.domain.roles import Role
from tests import factories
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import path_of
from tests.unit.web.pages import faults_of, read_page


def test_hats_are_listed_with_unit_and_the_worn_one(visit: Visit, world: World) -> None:
    tenants = world.tenants
    visitor = visit((tenants.enterprise, Role.EMPLOYEE), (tenants.other_enterprise, Role.APPLICANT))
    page = read_page(visitor.page("/hats"))
    main = page.text["main"][0]
    assert "当前没有有效的身份。" not in visitor.get("/no-such-page").text
    for said in ("职工", "申报人", tenants.enterprise.name, tenants.other_enterprise.name, "当前身份"):
        assert said in main


def test_switching_changes_what_is_open_and_is_recorded(visit: Visit, world: World) -> None:
    tenants = world.tenants
    visitor = visit((tenants.enterprise, Role.ENTERPRISE_HR), (tenants.other_enterprise, Role.ENTERPRISE_HR))
    account = visitor.account
    assert account is not None
    here, there = (f"/units/{each.id}/people" for each in (tenants.enterprise, tenants.other_enterprise))
    assert (visitor.get(here).status_code, visitor.get(there).status_code) == (200, 404)
    answer = visitor.post("/hats", grant_id=account.grants[1])
    assert path_of(answer) == "/tasks"
    assert (visitor.get(here).status_code, visitor.get(there).status_code) == (404, 200)
    assert world.actions(tenants.other_enterprise)[-1] == "session:switch_hat"
    assert tenants.other_enterprise.name[:6] in read_page(visitor.page("/tasks")).text["aside"][0]


def test_hat_of_somebody_else_cannot_be_worn(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    theirs = world.hr().grants[0]
    assert visitor.post("/hats", grant_id=theirs).status_code == 404
    assert visitor.post("/hats", grant_id="x").status_code == 404
    assert visitor.post("/hats").status_code == 422


def test_hat_that_needs_a_code_waits_for_one(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    account = visitor.account
    assert account is not None
    who = factories.MadePerson(account.person_id, account.login_name, account.name)
    grant_id = factories.grant(world.connection, world.tenants.other_enterprise, who, Role.ENTERPRISE_HR)
    assert "先启用动态口令" in visitor.page("/hats")
    answer = visitor.post("/hats", grant_id=grant_id)
    assert answer.status_code == 403
    assert "需要动态口令" in answer.text


def test_revoked_grant_stops_the_very_next_request(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    people = f"/units/{world.tenants.enterprise.id}/people"
    assert visitor.get(people).status_code == 200
    world.connection.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离岗' "
        "where person_id = %s",
        [visitor.account.person_id if visitor.account else None],
    )
    answer = visitor.get(people)
    assert (answer.status_code, path_of(answer)) == (303, "/hats")
    refused = visitor.post(f"/units/{world.tenants.enterprise.id}/invitations/new")
    assert (refused.status_code, "当前没有有效的身份。" in refused.text) == (404, True)
    assert faults_of(refused.text) == []
    assert "没有有效的身份" in visitor.page("/hats")


def test_grant_that_ran_out_leaves_the_others(visit: Visit, world: World) -> None:
    tenants = world.tenants
    visitor = visit((tenants.enterprise, Role.EMPLOYEE), (tenants.other_enterprise, Role.EMPLOYEE))
    account = visitor.account
    assert account is not None
    visitor.post("/hats", grant_id=account.grants[0])
    unit = f"/units/{tenants.enterprise.id}"
    assert visitor.get(unit).status_code == 200
    world.connection.execute(
        "update role_grant set valid_to = app_now() + interval '1 minute' where id = %s", [account.grants[0]]
    )
    world.later(minutes=2)
    assert path_of(visitor.get(unit)) == "/hats"
    assert "原来的身份已到期或已撤销。" in visitor.page("/hats")
    assert visitor.post("/hats", grant_id=account.grants[1]).status_code == 303
