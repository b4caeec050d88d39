"""方案公示 and 报送: what is frozen, by whom, what staff may say of it, and each door with what closes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from core.domain.enterprise import PlanPublicity
from core.domain.errors import DomainError
from core.domain.frozen import content_hash
from core.domain.roles import Role
from core.domain.stages import IllegalMove, PlanState
from core.domain.values import BEIJING
from core.persistence.session import act, reading
from core.services import plan_comments, publicity
from core.services.accounts.answers import Conflict, Invalid, NotAllowed, Refused
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.tokens import token_hash
from core.services.drafts import opening
from core.services.plan_doors import Closed
from core.services.reviews import deciding
from tests import factories
from tests.factories import MadeTenant
from tests.integration.onboarding.chains import at_once
from tests.integration.onboarding.conftest import SetClock
from tests.integration.plans.maker import RING, Maker
from tests.scale import examples

AFTER = datetime(2026, 11, 7, 9, 0, tzinfo=BEIJING)
LATE = datetime(2026, 11, 21, 9, 0, tzinfo=BEIJING)


def rules_of(refused: pytest.ExceptionInfo[Closed]) -> set[str]:
    return {each.rule for each in refused.value.stops}


def states(maker: Maker) -> list[str]:
    return [each.state.value for each in maker.kept().versions]


def employee(maker: Maker) -> Any:
    unit = MadeTenant(maker.tenant_id, maker.hr.tenant_kind, "", factories.NANJING)
    return factories.actor(maker.season.superuser, unit, Role.EMPLOYEE, "骆无咎")


# ---- publicising


def test_a_notice_freezes_what_the_plan_says(ready: Maker) -> None:
    before = ready.draft().checked
    made = ready.publicise(content_hash=before.report.content_hash)
    plan = ready.kept()
    assert plan.last
    assert (made.number, plan.last.state) == (1, PlanState.PUBLICISED)
    assert plan.last.content_hash == before.report.content_hash
    with reading(ready.scope) as session:
        notice = ready.notice(made.version_id, session)
    assert content_hash(notice.plan(), notice.edition) == plan.last.content_hash
    assert notice.plan().publicity == notice.publicity
    assert isinstance(notice.publicity, PlanPublicity)
    assert (notice.starts_on, notice.ends_on) == (date(2026, 11, 2), date(2026, 11, 6))
    ((_, name, changes, _),) = ready.events("plan:publicise")
    assert name == "沈知行"
    assert changes["content_hash"] == [None, plan.last.content_hash]
    topics = ready.season.superuser.execute("select topic from outbox where topic like 'plan:%'").fetchall()
    assert topics == [("plan:publicise",)]


def test_a_notice_is_found_by_its_token_alone_of_which_the_digest_is_kept(ready: Maker) -> None:
    made = ready.publicise()
    ((kept,),) = ready.season.superuser.execute("select token_hash from plan_notice").fetchall()
    assert kept == token_hash(made.token)
    with reading(ACCOUNTS) as session:
        found = publicity.find(session, token=made.token)
        assert found
        assert publicity.token_of(found, RING) == made.token
        assert publicity.find(session, token=made.token[:-1] + "x") is None


def test_a_plan_with_an_open_finding_is_not_publicised(maker: Maker) -> None:
    with pytest.raises(Closed, match="不能公示：有") as refused:
        maker.publicise()
    assert "JS-2.2-sec-occupations" in rules_of(refused)
    assert "JS-2.2-plan-publicised-staff" not in rules_of(refused)
    maker.complete()
    assert maker.publicise().number == 1


def test_a_needed_reason_that_is_missing_keeps_the_plan_from_publicity(ready: Maker) -> None:
    ready.save("rubric", {"/value/modules/0/weight": "35", "/value/modules/1/weight": "35"})
    with pytest.raises(Closed) as refused:
        ready.publicise()
    assert "JS-A3-weights-reference" in rules_of(refused)


def test_a_plan_that_changed_since_it_was_seen_is_not_publicised(ready: Maker) -> None:
    seen = ready.draft().checked.report.content_hash
    ready.save("incentives", {"/value/monthly_allowance_yuan": "9001"}, who=ready.principal)
    with pytest.raises(Conflict, match="打开页面以后方案有改动"):
        ready.publicise(content_hash=seen)
    assert ready.publicise(content_hash=ready.draft().checked.report.content_hash).number == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("ends_on", None, "没有填写公示结束日期"),
        ("ends_on", date(2026, 11, 1), "公示结束日期应在2026年11月2日至"),
        ("ends_on", date(2027, 1, 2), "公示结束日期应在"),
        ("channels", (" ",), "公示渠道应为 1 至 20 个"),
        ("channels", ("栏" * 101,), "每个公示渠道应为 1 至 100 字"),
        ("coverage_statement", " ", "覆盖全体职工的说明应为 1 至 500 字"),
        ("coverage_statement", "零\x00", "含有控制字符"),
    ],
)
def test_what_is_typed_of_a_notice_is_bounded(ready: Maker, field: str, value: object, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        ready.publicise(**dict[str, Any]({field: value}))
    assert refused.value.field == field
    assert ready.publicise(ends_on=date(2026, 11, 2)).number == 1


def test_a_short_notice_is_warned_of(ready: Maker) -> None:
    made = ready.publicise(ends_on=date(2026, 11, 4))
    assert "PF-plan-publicity-days" in {each.rule for each in made.findings}
    ready.withdraw()
    again = ready.publicise(ends_on=date(2026, 11, 5))
    assert "PF-plan-publicity-days" not in {each.rule for each in again.findings}


def test_only_the_enterprise_publicises_withdraws_and_sends_in(ready: Maker, set_clock: SetClock) -> None:
    other = employee(ready)
    with pytest.raises(NotAllowed, match="职工不能公示"):
        ready.publicise(who=other)
    ready.publicise(who=ready.principal)
    with pytest.raises(NotAllowed, match="职工不能撤下"):
        ready.withdraw(who=other)
    set_clock(AFTER)
    with pytest.raises(NotAllowed, match="职工不能报送"):
        ready.submit(who=other)
    ready.submit(who=ready.principal)
    assert states(ready) == ["submitted"]


def test_while_a_version_is_publicised_nothing_is_edited_and_no_other_begins(ready: Maker) -> None:
    ready.publicise()
    for attempt in (
        partial(ready.save, "incentives", {"/value/monthly_allowance_yuan": "9001"}),
        partial(ready.reset, "incentives"),
        ready.publicise,
    ):
        with pytest.raises(Conflict, match="第 1 版正在公示"):
            attempt()
    ready.withdraw()
    assert ready.save("incentives", {"/value/monthly_allowance_yuan": "9001"}).changed


def test_a_notice_is_taken_down_with_a_reason_and_another_version_begins(ready: Maker) -> None:
    with pytest.raises(Conflict, match="没有在公示"):
        ready.withdraw()
    first = ready.publicise()
    with pytest.raises(Invalid, match="撤下的理由应为"):
        ready.withdraw(" ")
    ready.withdraw()
    with pytest.raises(IllegalMove, match="工作方案已撤下，不能撤下公示"):
        ready.withdraw()
    second = ready.publicise()
    assert (first.number, second.number) == (1, 2)
    assert first.token != second.token
    assert states(ready) == ["withdrawn", "publicised"]
    (event,) = ready.events("plan:withdraw")
    assert event[3] == "评分标准有误，改正后重新公示。"


# ---- what staff say


def test_staff_comment_and_hr_confirms_and_answers(ready: Maker) -> None:
    made = ready.publicise()
    assert ready.comment(made.token) is None
    (said,) = ready.comments(made.version_id)
    assert (said.name, said.staff_number, said.employed, said.answer) == ("骆无咎", "A0127", None, None)
    where: dict[str, Any] = {"actor": ready.hr, "tenant_id": ready.tenant_id, "comment_id": said.id}
    with act(ready.scope) as session, pytest.raises(Conflict, match="先核实身份"):
        plan_comments.answer(session, **where, text="按月发放。")
    with act(ready.scope) as session:
        plan_comments.confirm_employment(session, **where, employed=True)
    with act(ready.scope) as session:
        plan_comments.answer(session, **where, text="按月发放。")
    with reading(ready.scope) as session:
        notice = ready.notice(made.version_id, session)
        counts = plan_comments.counts(session, notice)
        (shown,) = plan_comments.answered(session, notice)
    assert (counts.made, counts.unconfirmed, counts.unanswered) == (1, 0, 0)
    assert (shown.text, shown.answer) == ("带徒津贴怎样发放？", "按月发放。")
    events = [(row[0], row[1], list(row[2])) for row in ready.events() if "comment" in str(row[2]) or row[1]]
    assert ("plan:comment", "职工", ["comment_digest", "version_number"]) in events
    assert "骆无咎" not in str(events)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " ", "姓名应为 1 至 40 字"),
        ("staff_number", "9" * 41, "工号应为 1 至 40 字，实际为 41 字"),
        ("text", "", "意见应为 1 至 2000 字"),
        ("text", "长" * 2001, "意见应为 1 至 2000 字，实际为 2001 字"),
        ("text", "零\x00", "意见含有控制字符"),
    ],
)
def test_a_comment_is_bounded(ready: Maker, field: str, value: str, says: str) -> None:
    token = ready.publicise().token
    with pytest.raises(Invalid, match=says) as refused:
        ready.comment(token, **{field: value})
    assert refused.value.field == field
    assert ready.comment(token, text="长" * 2000) is None


def test_nobody_comments_without_the_address_after_the_last_day_or_on_what_was_taken_down(
    ready: Maker, set_clock: SetClock
) -> None:
    made = ready.publicise()
    with pytest.raises(LookupError):
        ready.comment("x" * 43)
    set_clock(datetime(2026, 11, 6, 23, 59, 50, tzinfo=BEIJING))
    assert ready.comment(made.token) is None
    set_clock(AFTER)
    with pytest.raises(Conflict, match="公示已经结束或者撤下"):
        ready.comment(made.token)
    ready.withdraw()
    with pytest.raises(Conflict, match="公示已经结束或者撤下"):
        ready.comment(made.token)


def test_a_stranger_who_floods_the_notice_waits_and_others_do_not(ready: Maker) -> None:
    made = ready.publicise()
    found = [ready.comment(made.token, text=f"意见 {number}") for number in range(21)]
    assert found[:20] == [None] * 20
    assert isinstance(found[20], Refused)
    assert found[20].message.startswith("短时间内提交的意见过多")
    assert len(ready.comments(made.version_id)) == 20
    assert ready.comment(made.token, address="192.0.2.8") is None


def test_what_hr_says_of_a_comment_is_settled_when_the_plan_is_sent_in(
    ready: Maker, set_clock: SetClock
) -> None:
    made = ready.publicise()
    ready.comment(made.token)
    (said,) = ready.comments(made.version_id)
    where: dict[str, Any] = {"actor": ready.hr, "tenant_id": ready.tenant_id, "comment_id": said.id}
    with act(ready.scope) as session, pytest.raises(NotAllowed):
        plan_comments.confirm_employment(session, **(where | {"actor": employee(ready)}), employed=True)
    with act(ready.scope) as session, pytest.raises(LookupError):
        plan_comments.confirm_employment(session, **(where | {"comment_id": 99}), employed=True)
    set_clock(AFTER)
    with act(ready.scope) as session:
        plan_comments.confirm_employment(session, **where, employed=False)
    ready.submit()
    with act(ready.scope) as session, pytest.raises(Conflict, match="意见记录不再改动"):
        plan_comments.confirm_employment(session, **where, employed=True)
    ((_, _, changes, _),) = ready.events("plan:submit")
    assert changes["comments"] == [None, 1]


# ---- sending in


def test_a_plan_is_sent_in_after_its_notice_with_the_same_hash(ready: Maker, set_clock: SetClock) -> None:
    made = ready.publicise()
    before = ready.kept().last
    set_clock(AFTER)
    ready.submit(seen=before.content_hash if before else "")
    last = ready.kept().last
    assert last
    assert before
    assert (last.state, last.submitted_name, last.id) == (PlanState.SUBMITTED, "沈知行", made.version_id)
    assert last.content_hash == before.content_hash
    with pytest.raises(IllegalMove, match="工作方案审核中，不能报送"):
        ready.submit()


def test_a_plan_that_was_not_publicised_is_not_sent_in(ready: Maker, set_clock: SetClock) -> None:
    set_clock(AFTER)
    with pytest.raises(Conflict, match="还没有公示"):
        ready.submit()


def test_before_the_notice_is_over_nothing_is_sent_in(ready: Maker, set_clock: SetClock) -> None:
    ready.publicise()
    set_clock(datetime(2026, 11, 6, 23, 59, 50, tzinfo=BEIJING))
    with pytest.raises(Closed) as refused:
        ready.submit()
    assert rules_of(refused) == {"JS-2.2-plan-publicised-staff"}
    set_clock(datetime(2026, 11, 7, 0, 0, 1, tzinfo=BEIJING))
    ready.submit()


def test_a_late_plan_is_sent_in_where_the_province_waived_the_last_day(
    ready: Maker, set_clock: SetClock
) -> None:
    made = ready.publicise()
    set_clock(LATE)
    with pytest.raises(Closed) as refused:
        ready.submit()
    assert rules_of(refused) == {"JS-2.3-plan-report-deadline"}
    centre = ready.season.centre
    with act(ready.season.scope(centre, ready.tenant_id)) as session:
        deciding.waive(
            session,
            actor=centre,
            tenant_id=ready.tenant_id,
            version_id=made.version_id,
            rule="JS-2.3-plan-report-deadline",
            reason="公示期间遇停工，已报备。",
        )
    (waived,) = [each for each in ready.submit() if each.waived]
    assert (waived.rule, waived.reason) == ("JS-2.3-plan-report-deadline", "公示期间遇停工，已报备。")
    assert states(ready) == ["submitted"]


def test_a_late_plan_is_sent_in_only_where_the_province_reopened(ready: Maker, set_clock: SetClock) -> None:
    for part in ("conditions", "schedule"):
        ready.reset(part)  # the reference answers them, by the days of the cycle
    ready.publicise()
    set_clock(LATE)
    with pytest.raises(Closed) as refused:
        ready.submit()
    assert rules_of(refused) == {"JS-2.3-plan-report-deadline"}
    reopen(ready)
    ready.submit()


def reopen(maker: Maker) -> None:
    maker.season.superuser.execute(
        "insert into reopening (cycle_id, uscc, deadline, until, reason, decided_by, decided_name,"
        " decided_role) values (1, %s, 'plan_report', '2026-11-24', '已报备。', %s, '温叙言',"
        " 'province_centre')",
        [maker.uscc, maker.season.centre.person_id],
    )


ANOTHER_ALLOWANCE = """
update plan_part set answer = jsonb_set(answer, '{value,monthly_allowance_yuan}', '9001')
where part = 'incentives'
"""
ANOTHER_HASH = "update plan_version set content_hash = repeat('0', 64)"
ANOTHER_DOCUMENT = """
update plan_version
set document = convert_to(replace(convert_from(document, 'UTF8'), '焊工', '电工'), 'UTF8')
"""
A_PART_FEWER = "update plan_part set answer = null where part = 'complaints'"


@pytest.mark.parametrize("spoil", [ANOTHER_ALLOWANCE, ANOTHER_HASH, ANOTHER_DOCUMENT, A_PART_FEWER])
def test_a_plan_that_is_another_than_staff_saw_is_not_sent_in(
    ready: Maker, set_clock: SetClock, spoil: str
) -> None:
    ready.publicise()
    set_clock(AFTER)
    ready.season.superuser.execute(spoil.encode())
    with pytest.raises(Closed) as refused:
        ready.submit()
    assert rules_of(refused) >= {"PF-plan-hash"}


def test_another_version_than_the_page_showed_is_not_sent_in(ready: Maker, set_clock: SetClock) -> None:
    ready.publicise()
    set_clock(AFTER)
    with pytest.raises(Conflict, match="公示的版本已经更换"):
        ready.submit(seen="0" * 64)
    ready.submit()


def test_an_approved_plan_is_edited_only_as_an_amendment(ready: Maker, set_clock: SetClock) -> None:
    def amend(reason: str = "增加评审职业。") -> None:
        with act(ready.scope) as session:
            opening.begin_amendment(session, actor=ready.hr, **ready.where(), reason=reason)

    with pytest.raises(Conflict, match="还没有批准"):
        amend()
    ready.publicise()
    set_clock(AFTER)
    ready.submit()
    ready.season.superuser.execute(
        "update plan_version set state = 'approved', decided_by = %s, decided_name = '季怀瑜',"
        " decided_role = 'province_hr', decided_at = app_now()",
        [ready.season.province.person_id],
    )
    with pytest.raises(Conflict, match="第 1 版已批准"):
        ready.save("incentives", {"/value/monthly_allowance_yuan": "9001"})
    set_clock(LATE)
    with pytest.raises(Conflict, match=r"截止为2026年11月20日（含当日），已经逾期.*重新开放期限后"):
        amend(" ")
    reopen(ready)
    with pytest.raises(Invalid, match="修订的理由"):
        amend(" ")
    set_clock(AFTER)
    amend()
    with pytest.raises(Conflict, match="正在修订"):
        amend()
    ready.save("incentives", {"/value/monthly_allowance_yuan": "9001"})
    ready.publicise(ends_on=date(2026, 11, 12))
    assert states(ready) == ["approved", "publicised"]
    assert not ready.kept().amending


def test_what_was_frozen_cannot_be_changed_by_the_application(ready: Maker) -> None:
    ready.publicise()
    for spoil in (ANOTHER_DOCUMENT, ANOTHER_HASH, "update plan_version set number = 2"):
        with act(ready.scope) as session, pytest.raises(ProgrammingError, match="permission denied"):
            session.connection().exec_driver_sql(spoil)
    with act(ready.scope) as session:
        session.connection().exec_driver_sql("update plan_version set version = version + 1")


# ---- at once


@pytest.mark.parametrize("_", range(examples(20)))
def test_of_several_who_publicise_at_once_one_does(ready: Maker, bound: Flask, _: int) -> None:
    found = at_once(bound, *[partial(ready.publicise, who=who) for who in (ready.hr, ready.principal)] * 2)
    refused = [each for each in found if isinstance(each, DomainError)]
    assert len(refused) == 3
    assert {type(each) for each in refused} == {Conflict}
    assert states(ready) == ["publicised"]


@pytest.mark.parametrize("_", range(examples(20)))
def test_sending_in_and_taking_down_at_once_have_one_outcome(
    ready: Maker, bound: Flask, set_clock: SetClock, _: int
) -> None:
    ready.publicise()
    set_clock(AFTER)
    attempts: list[Callable[[], object]] = [ready.submit, ready.submit, ready.withdraw]
    found = at_once(bound, *attempts)
    assert sum(isinstance(each, DomainError) for each in found) == 2
    done = [row[0] for row in ready.events() if row[0] in ("plan:submit", "plan:withdraw")]
    assert len(done) == 1
    assert states(ready) == [{"plan:submit": "submitted", "plan:withdraw": "withdrawn"}[done[0]]]


def test_the_days_of_a_notice_are_those_of_beijing(ready: Maker, set_clock: SetClock) -> None:
    set_clock(datetime(2026, 11, 2, 23, 59, tzinfo=BEIJING) + timedelta(minutes=2))
    ready.publicise()
    last = ready.kept().last
    assert last
    assert last.starts_on == date(2026, 11, 3)
