"""People and grants by pages: the list, one person, inviting, giving and revoking, the phone."""

from __future__ import annotations

import re

import pytest

from core.crypto import Keyring, context
from core.domain.roles import Role
from core.services.directory import PAGE
from tests import factories
from tests.integration.accounts.world import KEYS, World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import TOKEN, Visitor, path_of
from tests.unit.web.pages import faults_of, read_page

PHONE = "13912340217"


@pytest.fixture
def hr(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.enterprise, Role.ENTERPRISE_HR), name="顾云舟")


@pytest.fixture
def base(world: World) -> str:
    return f"/units/{world.tenants.enterprise.id}"


def member(world: World, role: Role = Role.COMMITTEE_MEMBER, name: str = "韩叙白") -> tuple[int, int]:
    """Somebody in the enterprise: person and grant."""
    who = factories.person(world.connection, name)
    return who.id, factories.grant(world.connection, world.tenants.enterprise, who, role)


# the list


def test_list_shows_who_holds_what_and_what_the_reader_may_do(hr: Visitor, world: World, base: str) -> None:
    person_id, grant_id = member(world)
    page = read_page(hr.page(f"{base}/people"))
    assert "韩叙白" in page.text["main"][0]
    assert f"{base}/people/{person_id}" in page.values("href")
    assert f"{base}/grants/{grant_id}/revoke" in page.values("href")
    assert f"{base}/invitations/new" in page.values("href")


def test_list_is_sifted_by_name_role_and_state(hr: Visitor, world: World, base: str) -> None:
    member(world)
    member(world, Role.APPLICANT, "骆清和")
    _, ended = member(world, Role.EMPLOYEE, "白露")
    world.connection.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离岗' "
        "where id = %s",
        [ended],
    )

    def names(query: str) -> set[str]:
        found = read_page(hr.page(f"{base}/people{query}")).text["main"][0]
        return {name for name in ("韩叙白", "骆清和", "白露") if name in found}

    assert names("") == {"韩叙白", "骆清和"}
    assert names("?ended=yes") == {"韩叙白", "骆清和", "白露"}
    assert names("?q=清和") == {"骆清和"}
    assert names("?role=applicant") == {"骆清和"}
    assert names("?role=city_hr") == {"韩叙白", "骆清和"}
    assert names("?q=%25") == set()
    assert "离岗" in hr.page(f"{base}/people?ended=yes&q=白露")


def test_list_goes_on_from_page_to_page(hr: Visitor, world: World, base: str) -> None:
    for number in range(PAGE + 10):
        member(world, Role.EMPLOYEE, f"职工{number:03}")
    first = read_page(hr.page(f"{base}/people"))
    (onward,) = [each for each in first.values("href") if "before=" in each]
    second = read_page(hr.page(onward))
    shown = [re.findall(r"职工\d{3}", page.text["main"][0]) for page in (first, second)]
    assert len(set(shown[0])) == PAGE
    assert len(set(shown[0]) | set(shown[1])) == PAGE + 10
    assert [each for each in second.values("href") if "before=" in each] == []


def test_city_sees_only_those_who_answer_for_the_enterprise(visit: Visit, world: World, base: str) -> None:
    person_id, _ = member(world)
    world.hr("顾云舟")
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    main = read_page(city.page(f"{base}/people")).text["main"][0]
    assert "顾云舟" in main
    assert "韩叙白" not in main
    assert city.get(f"{base}/people/{person_id}").status_code == 404


@pytest.mark.parametrize("end", ["people", "invitations", "invitations/new"])
def test_pages_of_another_unit_are_not_there(hr: Visitor, world: World, base: str, end: str) -> None:
    other, none = f"/units/{world.tenants.other_enterprise.id}/", "/units/999999/"
    assert hr.get(f"{base}/{end}").status_code == 200
    foreign, absent = hr.get(other + end), hr.get(none + end)
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert TOKEN.sub("", foreign.text).replace(other, none) == TOKEN.sub("", absent.text)


# one person


def test_person_is_shown_with_what_the_reader_may_see(hr: Visitor, world: World, base: str) -> None:
    person_id, _ = member(world)
    login_name = world.one("select login_name from person where id = %s", person_id)
    page = hr.page(f"{base}/people/{person_id}")
    assert login_name in page
    assert "委员" in page
    assert f"{base}/history/person/{person_id}" in read_page(page).values("href")


def test_person_of_another_unit_is_not_there(hr: Visitor, world: World, base: str) -> None:
    stranger = world.account("白露", (world.tenants.other_enterprise, Role.EMPLOYEE))
    mine, _ = member(world)
    assert hr.get(f"{base}/people/{stranger.person_id}").status_code == 404
    assert hr.get(f"{base}/people/{mine}").status_code == 200


def phone_of(world: World, person_id: int) -> None:
    keys = Keyring(KEYS)
    sealed = keys.seal(PHONE, context("person", "phone_sealed", person_id))
    world.connection.execute(
        "update person set phone_sealed = %s, phone_index = 'x' where id = %s", [sealed, person_id]
    )


def test_phone_is_masked_until_a_reason_is_given(hr: Visitor, world: World, base: str) -> None:
    person_id, _ = member(world)
    phone_of(world, person_id)
    address = f"{base}/people/{person_id}"
    assert "139****0217" in hr.page(address)
    refused = hr.post(f"{address}/phone", reason=" ")
    assert (refused.status_code, PHONE in refused.text) == (422, False)
    assert "field:read" not in world.actions(world.tenants.enterprise)
    shown = hr.post(f"{address}/phone", reason="通知到会")
    assert (shown.status_code, PHONE in shown.text) == (200, True)
    assert faults_of(shown.text) == []
    assert shown.headers["Refresh"] == f"60; url={address}"
    assert shown.headers["Cache-Control"] == "no-store"
    event = world.connection.execute(
        "select action, subject_id, reason from audit_event order by seq desc limit 1"
    ).fetchone()
    assert event == ("field:read", str(person_id), "通知到会")


def test_phone_of_somebody_who_left_is_withheld(hr: Visitor, world: World, base: str) -> None:
    person_id, grant_id = member(world)
    phone_of(world, person_id)
    world.connection.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离岗' "
        "where id = %s",
        [grant_id],
    )
    assert "0217" not in hr.page(f"{base}/people/{person_id}")
    assert hr.post(f"{base}/people/{person_id}/phone", reason="通知").status_code == 403


# inviting


def test_invitation_is_shown_once(hr: Visitor, world: World, base: str) -> None:
    answer = hr.post(f"{base}/invitations/new", name="骆清和", role="committee_member", valid_to="2030-12-31")
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    link = re.search(r"http://localhost(/invitations/[\w-]+)", answer.text)
    assert link
    assert "骆清和" in visit_of(hr).page(link[1])
    token = link[1].rpartition("/")[2]
    for page in (f"{base}/invitations", f"{base}/people", f"{base}/record"):
        assert token not in hr.page(page)
    assert "骆清和" in hr.page(f"{base}/invitations")
    ends = world.one("select valid_to at time zone 'Asia/Shanghai' from invitation")
    assert f"{ends:%Y-%m-%d %H:%M}" == "2031-01-01 00:00"


def visit_of(visitor: Visitor) -> Visitor:
    """A stranger at the same site."""
    return Visitor(visitor.site, visitor.world)


def test_invitation_form_tells_what_is_missing_and_keeps_what_was_typed(hr: Visitor, base: str) -> None:
    empty = hr.post(f"{base}/invitations/new")
    assert empty.status_code == 422
    assert {"未填写姓名。填写被邀请人的姓名。", "未选择角色。"} <= {
        words.strip() for words in read_page(empty.text).text["span"]
    }
    past = hr.post(f"{base}/invitations/new", name="骆清和", role="employee", valid_to="2020-01-01")
    assert past.status_code == 422
    assert "角色的截止时间已过。" in past.text
    page = read_page(past.text)
    assert "骆清和" in page.values("value")
    assert any(
        each.attributes.get("value") == "employee" and "selected" in each.attributes
        for each in page.all("option")
    )


def test_role_that_the_reader_cannot_give_is_not_offered(hr: Visitor, world: World, base: str) -> None:
    offered = read_page(hr.page(f"{base}/invitations/new")).values("value")
    assert "enterprise_hr" in offered
    assert "enterprise_principal" not in offered
    answer = hr.post(f"{base}/invitations/new", name="骆清和", role="enterprise_principal")
    assert answer.status_code == 404
    assert world.one("select count(*) from invitation") == 0


def test_inviting_asks_for_proof_when_it_grew_old(hr: Visitor, world: World, base: str) -> None:
    entries = {"name": "骆清和", "role": "employee"}
    hr.stale()
    assert "再次验证：动态口令" in hr.page(f"{base}/invitations/new")
    asked = hr.post(f"{base}/invitations/new", **entries)
    assert (asked.status_code, "未填写动态口令。" in asked.text) == (422, True)
    assert "骆清和" in read_page(asked.text).values("value")
    wrong = hr.post(f"{base}/invitations/new", given="000000", **entries)
    assert (wrong.status_code, "动态口令不正确。" in wrong.text) == (422, True)
    assert hr.account is not None
    assert world.outcomes(hr.account)[-1] == "wrong_code"
    assert world.one("select count(*) from invitation") == 0
    before = hr.token
    done = hr.post(f"{base}/invitations/new", given=hr.proof(), **entries)
    assert done.status_code == 200
    assert hr.token != before
    assert hr.get("/tasks").status_code == 200
    assert "再次验证" not in hr.page(f"{base}/invitations/new")


def test_too_many_wrong_proofs_say_when_to_try_again(hr: Visitor, base: str) -> None:
    hr.stale()
    entries = {"name": "骆清和", "role": "employee", "given": "000000"}
    answers = [hr.post(f"{base}/invitations/new", **entries) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert faults_of(answers[-1].text) == []


def test_proof_is_not_spent_on_a_form_with_mistakes(hr: Visitor, world: World, base: str) -> None:
    hr.stale()
    code = hr.proof()
    assert hr.post(f"{base}/invitations/new", given=code, name="", role="employee").status_code == 422
    assert hr.post(f"{base}/invitations/new", given=code, name="骆清和", role="employee").status_code == 200


def test_invitation_is_taken_back(hr: Visitor, world: World, base: str) -> None:
    hr.post(f"{base}/invitations/new", name="骆清和", role="employee")
    invitation_id = world.one("select id from invitation")
    address = f"{base}/invitations/{invitation_id}/revoke"
    assert path_of(hr.post(address)) == f"{base}/invitations"
    assert "已撤回" in hr.page(f"{base}/invitations")
    again = hr.post(address)
    assert (again.status_code, "这个邀请已经使用或撤回" in again.text) == (409, True)
    assert hr.post(f"{base}/invitations/999/revoke").status_code == 404


# giving and revoking


def test_further_role_is_given_to_somebody_who_is_there(hr: Visitor, world: World, base: str) -> None:
    person_id, _ = member(world, Role.EMPLOYEE)
    form = hr.page(f"{base}/people/{person_id}/give")
    assert "applicant" in read_page(form).values("value")
    answer = hr.post(f"{base}/people/{person_id}/give", role="applicant")
    assert path_of(answer) == f"{base}/people/{person_id}"
    assert "申报人" in hr.page(f"{base}/people/{person_id}")
    twice = hr.post(f"{base}/people/{person_id}/give", role="applicant")
    assert (twice.status_code, "没有重复授予" in twice.text) == (409, True)
    assert hr.post(f"{base}/people/{person_id}/give").status_code == 422


def test_role_that_does_not_go_with_another_is_refused(hr: Visitor, world: World, base: str) -> None:
    person_id, _ = member(world, Role.COMMITTEE_STAFF)
    answer = hr.post(f"{base}/people/{person_id}/give", role="committee_member")
    assert (answer.status_code, "不能同时是" in answer.text) == (409, True)


def test_revoking_needs_a_reason_and_is_recorded(hr: Visitor, world: World, base: str) -> None:
    person_id, grant_id = member(world)
    address = f"{base}/grants/{grant_id}/revoke"
    assert "从下一次打开页面起不能再以这个身份办理" in hr.page(address)
    assert hr.post(address).status_code == 422
    answer = hr.post(address, reason="调离本单位")
    assert path_of(answer) == f"{base}/people"
    history = read_page(hr.page(f"{base}/history/grant/{grant_id}")).text["main"][0]
    assert "撤销角色" in history
    assert "调离本单位" in history
    again = hr.post(address, reason="再一次")
    assert (again.status_code, "已经撤销" in again.text) == (409, True)
    assert "调离本单位" in hr.page(f"{base}/people/{person_id}")


def test_grant_that_is_not_the_readers_to_end_is_not_there(
    hr: Visitor, visit: Visit, world: World, base: str
) -> None:
    _, principal = member(world, Role.ENTERPRISE_PRINCIPAL, "彭远骋")
    member(world, Role.ENTERPRISE_PRINCIPAL, "柏庭松")
    assert hr.get(f"{base}/grants/{principal}/revoke").status_code == 404
    assert hr.post(f"{base}/grants/{principal}/revoke", reason="试").status_code == 404
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    assert city.post(f"{base}/grants/{principal}/revoke", reason="改任").status_code == 303
    assert world.actions(world.tenants.enterprise)[-1] == "grant:revoke"


def test_last_principal_stays(visit: Visit, world: World, base: str) -> None:
    _, principal = member(world, Role.ENTERPRISE_PRINCIPAL, "彭远骋")
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    answer = city.post(f"{base}/grants/{principal}/revoke", reason="改任")
    assert (answer.status_code, "最后一名" in answer.text) == (409, True)
