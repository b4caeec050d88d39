"""What waits for me and what I wait for."""

from __future__ import annotations

from core.domain.plan_review import Verdict
from core.domain.roles import Role
from core.plandoc.files import parse_plan_file
from core.services.editions import CURRENT
from core.services.plans import check_plan, select
from core.services.reviews import deciding
from core.services.tasks import of_findings
from core.services.tenants import latest_cycle
from core.web.examples import example
from tests import factories
from tests.integration.accounts.world import World
from tests.integration.reviews.world import Reviews
from tests.integration.web.conftest import Visit
from tests.integration.web.test_reviews import place, reviews, set_clock
from tests.unit.web.pages import read_page

__all__ = ["reviews", "set_clock"]


def test_nothing_to_do_says_why(visit: Visit, world: World) -> None:
    page = visit((world.tenants.enterprise, Role.EMPLOYEE)).page("/tasks")
    assert "没有等待处理的事项" in page
    assert "没有在等别人的事项" in page


def test_invitation_waits_for_the_invited_and_then_for_me(visit: Visit, world: World) -> None:
    hr = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    hr.post(f"/units/{world.tenants.enterprise.id}/invitations/new", name="骆清和", role="employee")
    page = read_page(hr.page("/tasks"))
    assert "尚未接受邀请" in page.text["section"][1]
    world.connection.execute(
        "update invitation set expires_at = app_now() - interval '1 second', "
        "created_at = app_now() - interval '1 day'"
    )
    page = read_page(hr.page("/tasks"))
    assert "骆清和（南京宏能电力，职工）的邀请已过期" in page.text["section"][0]
    assert f"/units/{world.tenants.enterprise.id}/invitations" in page.values("href")


def test_roles_that_end_soon_are_named_to_holder_and_granter(visit: Visit, world: World) -> None:
    hr = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    who = factories.person(world.connection, "韩叙白")
    member = factories.grant(world.connection, world.tenants.enterprise, who, Role.COMMITTEE_MEMBER)
    principal = factories.grant(world.connection, world.tenants.enterprise, who, Role.ENTERPRISE_PRINCIPAL)
    soon = "update role_grant set valid_to = app_now() + interval '5 days' where id = any(%s)"
    assert hr.account is not None
    world.connection.execute(soon, [[member, principal, *hr.account.grants]])
    mine, others = read_page(hr.page("/tasks")).text["section"]
    assert "韩叙白的“委员”身份即将到期" in mine
    assert "企业主要负责人" not in mine
    assert "“企业人力资源管理部门”身份即将到期" in others
    assert "还有 " in others


def test_recovery_codes_that_run_out_are_a_task(visit: Visit, world: World) -> None:
    hr = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    hr.post("/account/recovery-codes")
    assert "恢复码还剩" not in hr.page("/tasks")
    world.connection.execute(
        "update recovery_code set used_at = app_now() where code_hash in "
        "(select code_hash from recovery_code limit 7)"
    )
    page = read_page(hr.page("/tasks"))
    assert "恢复码还剩 3 个" in page.text["section"][0]
    assert "/account/recovery-codes" in page.values("href")


def test_missing_second_factor_is_a_task_with_its_ground(visit: Visit, world: World) -> None:
    visitor = visit((world.tenants.enterprise, Role.EMPLOYEE))
    assert visitor.account is not None
    who = factories.MadePerson(visitor.account.person_id, visitor.account.login_name, "沈知行")
    factories.grant(world.connection, world.tenants.other_enterprise, who, Role.ENTERPRISE_HR)
    mine = read_page(visitor.page("/tasks")).text["section"][0]
    assert "启用动态口令" in mine
    assert "GB/T 22239-2019" in mine


def test_findings_that_stop_a_plan_are_tasks_with_rule_and_deadline() -> None:
    cycle = latest_cycle()
    (draft,) = select(parse_plan_file(example("broken").encode()))
    report = check_plan(draft, cycle, CURRENT)
    stopping = [finding for finding in report.findings if finding.stops]
    found = list(of_findings(report.findings, cycle, 7))
    assert [task.rule for task in found] == [finding.rule for finding in stopping]
    assert found
    for task, finding in zip(found, stopping, strict=True):
        assert task.text == finding.message
        assert task.ids == {"tenant_id": 7}
        assert task.due is not None
        assert f"{task.due:%m-%d %H}" == "11-21 00"


def test_branch_is_told_of_the_plan_that_it_reviews_and_of_no_other(
    reviews: Reviews, visit: Visit, world: World
) -> None:
    of, other = reviews.sent(direct=True), reviews.sent()
    branch = visit((world.tenants.central_branch, Role.CENTRAL_BRANCH))
    links = read_page(branch.page("/tasks")).values("href")
    assert place(of) in links
    assert place(other) not in links


def test_a_body_sees_whose_turn_it_is_after_its_own(reviews: Reviews, visit: Visit, world: World) -> None:
    of = reviews.sent()
    city = visit((world.tenants.other_city_hr, Role.CITY_HR))
    industry = visit((world.tenants.other_city_industry, Role.CITY_INDUSTRY))
    reviews.agree(reviews.suzhou_hr, of)
    mine, others = read_page(city.page("/tasks")).text["section"]
    assert "工作方案" not in mine
    assert f"工作方案本单位已审核通过 由{Role.CITY_INDUSTRY.zh}审核。" in " ".join(others.split())
    assert "审核苏州姑胥精密机械有限公司的工作方案" in read_page(industry.page("/tasks")).text["section"][0]
    reviews.tick(reviews.suzhou_industry, of, "rubric", Verdict.RETURN, "权重没有说明。")
    reviews.do(deciding.return_, reviews.suzhou_industry, of)
    for visitor in (city, industry):
        mine, others = read_page(visitor.page("/tasks")).text["section"]
        assert "工作方案" not in mine
        assert f"工作方案已退回企业修改 由{Role.CITY_INDUSTRY.zh}退回。" in " ".join(others.split())
    enterprise = visit((world.tenants.other_enterprise, Role.ENTERPRISE_HR))
    returned = f"工作方案被退回修改 由{Role.CITY_INDUSTRY.zh}退回，可以修改的有评分标准。"
    assert returned in " ".join(read_page(enterprise.page("/tasks")).text["section"][0].split())
    again = reviews.sent(number=2)
    for visitor in (city, industry):
        mine, others = read_page(visitor.page("/tasks")).text["section"]
        assert "审核苏州姑胥精密机械有限公司的工作方案" in mine
        assert "工作方案" not in others
    reviews.agree(reviews.suzhou_hr, again)
    reviews.tick(reviews.suzhou_industry, again, "rubric")
    reviews.agree(reviews.suzhou_industry, again)
    assert "待省级评估" in read_page(city.page("/tasks")).text["section"][1]
