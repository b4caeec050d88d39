"""The joint review: both bodies, either order, and every door that is closed to one of them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from core.domain.errors import DomainError
from core.domain.plan_review import Verdict, View
from core.domain.roles import Actor
from core.domain.stages import IllegalMove, PlanState
from core.domain.values import BEIJING
from core.persistence.session import act
from core.services import cycles
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.reviews import assessing, deciding, marking
from core.services.reviews.deciding import CannotDecide
from tests.integration.onboarding.conftest import SetClock
from tests.integration.reviews.world import Reviews, Sent

LAST_MINUTE = datetime(2026, 11, 20, 23, 59, tzinfo=BEIJING)
TOO_LATE = datetime(2026, 11, 21, 0, 1, tzinfo=BEIJING)
FEWER = [{"op": "remove", "path": f"/organisation/committee/members/{place}"} for place in (8, 7, 6, 5, 4)]
FIVE = "JS-A2-members-min-5"


def organisation_returned(reviews: Reviews, of: Sent, who: Actor) -> None:
    reviews.tick(who, of, "organisation", Verdict.RETURN, "没有说明为何不能担任。")


@pytest.mark.parametrize("first", ["suzhou_hr", "suzhou_industry"])
def test_both_bodies_agree_in_either_order(reviews: Reviews, first: str) -> None:
    of = reviews.sent()
    second = "suzhou_industry" if first == "suzhou_hr" else "suzhou_hr"
    assert reviews.agree(getattr(reviews, first), of) is PlanState.SUBMITTED
    assert reviews.agree(getattr(reviews, second), of) is PlanState.REVIEWED
    assert reviews.state(of) is PlanState.REVIEWED
    kept, _ = reviews.see(of)
    assert {each.outcome for each in kept.reviews} == {"agreed"}
    assert reviews.events(of.tenant_id).count("plan_review:agree") == 2


@pytest.mark.parametrize("first", ["centre", "branch"])
def test_in_the_direct_channel_the_centre_and_the_branch_take_their_places(
    reviews: Reviews, first: str
) -> None:
    of = reviews.sent(direct=True)
    second = "branch" if first == "centre" else "centre"
    assert reviews.agree(getattr(reviews, first), of) is PlanState.SUBMITTED
    assert reviews.agree(getattr(reviews, second), of) is PlanState.REVIEWED


@pytest.mark.parametrize("who", ["suzhou_hr", "branch", "province"])
def test_who_is_no_body_of_the_channel_reviews_nothing(reviews: Reviews, who: str) -> None:
    direct = who == "suzhou_hr"
    of = reviews.sent(direct=direct, unit=reviews.tenants.other_enterprise)
    outsider, body = getattr(reviews, who), reviews.centre if direct else reviews.suzhou_hr
    if who == "branch":
        with pytest.raises(LookupError):
            reviews.do(deciding.agree, outsider, of)
    else:
        with pytest.raises(NotAllowed, match="审核"):
            reviews.do(deciding.agree, outsider, of)
    assert reviews.agree(body, of) is PlanState.SUBMITTED


def test_a_body_of_another_city_sees_nothing_of_it(reviews: Reviews) -> None:
    of = reviews.sent()
    with pytest.raises(LookupError):
        reviews.do(deciding.agree, reviews.city_hr, of)
    assert reviews.agree(reviews.suzhou_hr, of) is PlanState.SUBMITTED


def test_nobody_agrees_before_everything_was_looked_at(reviews: Reviews) -> None:
    of = reviews.sent()
    with pytest.raises(CannotDecide, match=r"还有 \d+ 节待定，还有 1 条理由待定"):
        reviews.do(deciding.agree, reviews.suzhou_hr, of)
    assert reviews.agree(reviews.suzhou_hr, of) is PlanState.SUBMITTED


def test_a_section_flagged_or_a_reason_refused_is_in_the_way(reviews: Reviews) -> None:
    of = reviews.sent()
    reviews.tick_all(reviews.suzhou_hr, of)
    organisation_returned(reviews, of, reviews.suzhou_hr)
    with pytest.raises(CannotDecide, match="1 节拟退回"):
        reviews.do(deciding.agree, reviews.suzhou_hr, of)
    reviews.tick(reviews.suzhou_hr, of, "organisation")
    (reasoned,) = [each for each in reviews.see(of)[1].to_view if each.reasoned]
    said = {"rule": reasoned.rule, "path": reasoned.path, "finding_hash": reasoned.hash}
    reviews.do(marking.view, reviews.suzhou_hr, of, **said, verdict=View.REFUSED, reason="理由不充分。")
    with pytest.raises(CannotDecide, match="1 条理由不予采纳"):
        reviews.do(deciding.agree, reviews.suzhou_hr, of)
    reviews.do(marking.view, reviews.suzhou_hr, of, **said, verdict=View.ACCEPTED)
    assert reviews.do(deciding.agree, reviews.suzhou_hr, of) is PlanState.SUBMITTED


def test_a_body_decides_once(reviews: Reviews) -> None:
    of = reviews.sent()
    reviews.agree(reviews.suzhou_hr, of)
    for deed in (deciding.agree, deciding.return_):
        with pytest.raises(Conflict, match="邵知微于2026年11月16日"):
            reviews.do(deed, reviews.suzhou_hr, of)
    with pytest.raises(Conflict, match="本单位已经审核通过这一版"):
        reviews.tick(reviews.suzhou_hr, of, "rubric")
    assert reviews.agree(reviews.suzhou_industry, of) is PlanState.REVIEWED


def test_a_decision_names_the_version_that_was_seen(reviews: Reviews) -> None:
    of = reviews.sent()
    reviews.tick_all(reviews.suzhou_hr, of)
    seen = reviews.see(of)[0].version
    reviews.agree(reviews.suzhou_industry, of)
    with pytest.raises(Conflict, match=r"打开以后庄景行于2026年11月16日.*“审核通过方案”，没有办理"):
        reviews.do(deciding.agree, reviews.suzhou_hr, of, seen=seen)
    assert reviews.do(deciding.agree, reviews.suzhou_hr, of, seen=seen + 1) is PlanState.REVIEWED


# --- returning


def test_a_return_unlocks_what_either_body_flagged_and_nothing_else(reviews: Reviews) -> None:
    of = reviews.sent()
    organisation_returned(reviews, of, reviews.suzhou_hr)
    for section in ("rubric", "schedule"):
        reviews.tick(reviews.suzhou_industry, of, section, Verdict.RETURN, "权重没有说明。")
    reviews.tick(reviews.suzhou_industry, of, "schedule")
    parts = ("organisation", "rubric")
    assert reviews.do(deciding.return_, reviews.suzhou_hr, of, opinion="请尽快。") == parts
    kept, _ = reviews.see(of)
    assert (kept.state, kept.decided_reason) == (
        PlanState.RETURNED,
        "组织形式：没有说明为何不能担任。\n评分标准：权重没有说明。（行业主管部门）\n总体意见：请尽快。",
    )
    row = reviews.superuser.execute("select unlocked from plan where id = %s", [of.plan_id]).fetchone()
    assert row == (list(parts),)


def test_a_body_that_flagged_nothing_does_not_return_what_the_other_flagged(reviews: Reviews) -> None:
    of = reviews.sent()
    organisation_returned(reviews, of, reviews.suzhou_industry)
    with pytest.raises(CannotDecide, match="没有拟退回的节"):
        reviews.do(deciding.return_, reviews.suzhou_hr, of)
    assert reviews.do(deciding.return_, reviews.suzhou_industry, of) == ("organisation",)


def test_a_return_without_a_flagged_section_is_refused(reviews: Reviews) -> None:
    of = reviews.sent()
    with pytest.raises(CannotDecide, match="没有拟退回的节"):
        reviews.do(deciding.return_, reviews.suzhou_hr, of, opinion="请修改。")
    organisation_returned(reviews, of, reviews.suzhou_hr)
    assert reviews.do(deciding.return_, reviews.suzhou_hr, of)


def test_a_section_is_flagged_with_a_reason(reviews: Reviews) -> None:
    of = reviews.sent()
    with pytest.raises(Invalid, match="没有写退回的理由"):
        reviews.tick(reviews.suzhou_hr, of, "rubric", Verdict.RETURN, " ")
    reviews.tick(reviews.suzhou_hr, of, "rubric", Verdict.RETURN, "权重没有说明。")
    assert reviews.do(deciding.return_, reviews.suzhou_hr, of) == ("rubric",)


def test_after_a_return_neither_body_goes_on(reviews: Reviews) -> None:
    of = reviews.sent()
    organisation_returned(reviews, of, reviews.suzhou_hr)
    reviews.do(deciding.return_, reviews.suzhou_hr, of)
    with pytest.raises(IllegalMove, match="退回修改，不能"):
        reviews.do(deciding.agree, reviews.suzhou_industry, of)
    with pytest.raises(Conflict, match="不在审核中"):
        reviews.tick(reviews.suzhou_industry, of, "rubric")


def test_ticks_outlast_a_resubmission_where_nothing_changed(reviews: Reviews) -> None:
    of = reviews.sent()
    reviews.tick_all(reviews.suzhou_industry, of)
    organisation_returned(reviews, of, reviews.suzhou_hr)
    reviews.do(deciding.return_, reviews.suzhou_hr, of)
    changed = [{"op": "replace", "path": "/sections/organisation", "value": "补充说明。"}]
    again = reviews.sent(changed, number=2)
    kept, found = reviews.see(again)
    left = found.progress(kept, reviews.suzhou_industry.role)
    assert left.open == ("organisation",)
    assert kept.looks[reviews.suzhou_industry.role, reviews.suzhou_industry.person_id] == of.id
    assert reviews.agree(reviews.suzhou_industry, again) is PlanState.SUBMITTED


def test_a_tick_on_what_was_not_seen_is_refused(reviews: Reviews) -> None:
    of = reviews.sent()
    with pytest.raises(Conflict, match="“评分标准”在打开以后有变动"):
        reviews.do(
            marking.tick,
            reviews.suzhou_hr,
            of,
            section="rubric",
            section_hash="f" * 64,
            verdict=Verdict.AGREE,
        )
    with pytest.raises(DomainError, match="方案没有这一节"):
        reviews.do(
            marking.tick,
            reviews.suzhou_hr,
            of,
            section="budget",
            section_hash="f" * 64,
            verdict=Verdict.AGREE,
        )
    reviews.tick(reviews.suzhou_hr, of, "rubric")


def test_a_reason_is_accepted_or_refused_and_never_merely_confirmed(reviews: Reviews) -> None:
    of = reviews.sent()
    (reasoned,) = [each for each in reviews.see(of)[1].to_view if each.reasoned]
    said = {"rule": reasoned.rule, "path": reasoned.path, "finding_hash": reasoned.hash}
    with pytest.raises(Invalid, match="选择采纳或者不予采纳"):
        reviews.do(marking.view, reviews.suzhou_hr, of, **said, verdict=View.CONFIRMED)
    with pytest.raises(Conflict, match="有变动"):
        reviews.do(
            marking.view, reviews.suzhou_hr, of, **said | {"finding_hash": "0" * 64}, verdict=View.ACCEPTED
        )
    reviews.do(marking.view, reviews.suzhou_hr, of, **said, verdict=View.ACCEPTED)


# --- in time


def test_the_last_minute_of_20_november_is_in_time_and_the_next_day_is_not(
    reviews: Reviews, set_clock: SetClock
) -> None:
    of = reviews.sent()
    reviews.tick_all(reviews.suzhou_hr, of)
    set_clock(TOO_LATE)
    with pytest.raises(CannotDecide, match=r"截止为2026年11月20日（含当日），已经逾期.*（二（三））"):
        reviews.do(deciding.agree, reviews.suzhou_hr, of)
    set_clock(LAST_MINUTE)
    assert reviews.do(deciding.agree, reviews.suzhou_hr, of) is PlanState.SUBMITTED


def test_a_plan_sent_to_the_province_in_time_is_reported_in_time(
    reviews: Reviews, set_clock: SetClock
) -> None:
    of = reviews.sent(direct=True)
    reviews.tick_all(reviews.centre, of)
    set_clock(TOO_LATE)
    assert reviews.do(deciding.agree, reviews.centre, of) is PlanState.SUBMITTED


def test_a_late_report_goes_through_when_the_province_reopens_or_waives(
    reviews: Reviews, set_clock: SetClock
) -> None:
    of = reviews.sent()
    set_clock(TOO_LATE)
    for who in (reviews.suzhou_hr, reviews.suzhou_industry):
        reviews.tick_all(who, of)
    with act(reviews.scope(reviews.centre)) as session:
        cycles.reopen(
            session,
            actor=reviews.centre,
            cycle_id=reviews.cycle_id,
            deadline="plan_report",
            uscc=reviews.see(of)[0].uscc,
            until=date(2026, 11, 25),
            reason="审核材料补正。",
        )
    assert reviews.do(deciding.agree, reviews.suzhou_hr, of) is PlanState.SUBMITTED
    set_clock(datetime(2026, 11, 26, 9, 0, tzinfo=BEIJING))
    with pytest.raises(CannotDecide, match="已经逾期"):
        reviews.do(deciding.agree, reviews.suzhou_industry, of)
    reviews.do(deciding.waive, reviews.centre, of, rule=deciding.REPORT, reason="系统故障，同意顺延。")
    assert reviews.do(deciding.agree, reviews.suzhou_industry, of) is PlanState.REVIEWED


# --- waivers


def test_what_only_the_province_may_waive_is_not_approved_before_it_does(reviews: Reviews) -> None:
    of = reviews.passed(patch=FEWER)
    with pytest.raises(CannotDecide, match=r"不能批准.*“委员不少于5名”.*由有权单位豁免") as raised:
        reviews.do(assessing.approve, reviews.province, of)
    assert FIVE in {each.rule for each in raised.value.findings}
    with pytest.raises(DomainError, match="由有权单位决定"):
        reviews.do(deciding.waive, reviews.suzhou_hr, of, rule=FIVE, reason="同意")
    with pytest.raises(DomainError, match="没有写理由"):
        reviews.do(deciding.waive, reviews.province, of, rule=FIVE, reason=" ")
    for rule in {each.rule for each in raised.value.findings}:
        reviews.do(deciding.waive, reviews.province, of, rule=rule, reason="企业规模较小，同意。")
    found = reviews.see(of)[1]
    assert {each.rule for each in found.findings if each.waived} >= {FIVE}
    assert not found.stops
    reviews.do(assessing.approve, reviews.province, of)
    assert reviews.state(of) is PlanState.APPROVED


def test_joint_review_itself_is_waived_by_nobody(reviews: Reviews) -> None:
    of = reviews.sent()
    with pytest.raises(CannotDecide, match="没有违反这条规则"):
        reviews.do(deciding.waive, reviews.province, of, rule="JS-2.3-joint-review", reason="时间紧。")
    reviews.agree(reviews.suzhou_hr, of)
    assert reviews.state(of) is PlanState.SUBMITTED


def test_a_rule_is_waived_once_and_only_where_it_is_broken(reviews: Reviews) -> None:
    whole = reviews.sent()
    with pytest.raises(CannotDecide, match="没有违反这条规则"):
        reviews.do(deciding.waive, reviews.province, whole, rule=FIVE, reason="同意")
    reviews.superuser.execute(
        "update plan_version set state = 'returned', decided_by = publicised_by,"
        " decided_name = 'x', decided_role = 'city_hr', decided_reason = 'x', decided_at = now()"
    )
    broken = reviews.sent(FEWER, number=2)
    reviews.do(deciding.waive, reviews.province, broken, rule=FIVE, reason="同意")
    with pytest.raises(Conflict, match="已经豁免"):
        reviews.do(deciding.waive, reviews.province, broken, rule=FIVE, reason="同意")


def test_what_stops_a_plan_cannot_be_confirmed_away(reviews: Reviews) -> None:
    of = reviews.sent(FEWER)
    stop = next(each for each in reviews.see(of)[1].to_view if each.stops)
    with pytest.raises(NotAllowed, match="阻断的检查结果不能由审核单位确认"):
        reviews.do(
            marking.view,
            reviews.suzhou_hr,
            of,
            rule=stop.rule,
            path=stop.path,
            finding_hash=stop.hash,
            verdict=View.CONFIRMED,
        )
