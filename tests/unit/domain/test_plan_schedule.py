"""Back-planning: the latest day of each step, what is lacking, and what would help."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.domain.calendar import WorkCalendar
from core.domain.cycle import Cycle
from core.domain.plan import SCHEDULE_DATES, PlanDraft, Schedule
from core.domain.plan_schedule import (
    ISSUED,
    LIST,
    PROVINCE,
    STAFF_END,
    STAFF_START,
    back_plan,
    ways,
    with_moves,
)
from core.rulebook.engine import check
from core.rulebook.js2023 import EDITION
from core.rulebook.timetable import frame

CYCLE = Cycle(id="2026", year=2026)
FRAME = frame(EDITION, CYCLE)
DAYS = (
    "2026-11-23 2026-11-27 2026-12-03 2026-12-08 2026-12-11 2026-12-11 "
    "2026-12-14 2026-12-14 2026-12-21 2026-12-22 2026-12-23 2026-12-31"
)
"""The last dates that fit: the provincial publicity starts on 12-23 and ends on 12-30."""


def schedule(**changed: Any) -> Schedule:
    days: dict[str, Any] = {
        name: date.fromisoformat(day) for name, day in zip(SCHEDULE_DATES, DAYS.split(), strict=True)
    }
    return Schedule(**(days | changed))


def rules_broken(of: Schedule) -> set[str]:
    return {each.rule for each in check(PlanDraft(schedule=of), edition=EDITION, cycle=CYCLE)}


def test_the_last_dates_that_fit_have_no_day_to_spare() -> None:
    plan = back_plan(schedule(), FRAME)
    assert (plan.late, plan.spare, plan.complete) == (0, 0, True)
    assert plan.verdict == "刚好排得下，没有余量。"
    assert (plan.caution, plan.cause, plan.why_late) == ("", None, "")


def test_a_provincial_publicity_one_working_day_later_lacks_one_working_day() -> None:
    late = schedule(provincial_publicity_start=date(2026, 12, 24))
    plan = back_plan(late, FRAME)
    assert plan.verdict == "排不下，差 1 个工作日。"
    assert plan.step(PROVINCE).latest == date(2026, 12, 23)
    assert plan.step(ISSUED).earliest == date(2027, 1, 4)
    assert plan.cause == plan.step(PROVINCE)
    assert plan.why_late == (
        "“省级公示开始”定在2026年12月24日，按倒排最迟为2026年12月23日。由此“证书核发结束”最早到2027年1月4日。"
    )
    assert plan.caution == "2027年日历未公布，暂按周一至周五推算。"
    assert "PF-schedule-feasible" in rules_broken(late)
    assert "PF-schedule-feasible" not in rules_broken(schedule())


def test_recommended_on_the_day_of_the_provincial_publicity_leaves_one_to_spare() -> None:
    plan = back_plan(schedule(provincial_publicity_start=date(2026, 12, 22)), FRAME)
    assert plan.step(PROVINCE).spare == plan.step(STAFF_END).spare == 1
    assert plan.verdict == "排得下，余 1 个工作日。"


def test_a_publicity_ends_at_midnight_so_what_follows_is_on_a_later_working_day() -> None:
    plan = back_plan(schedule(city_recommendation=date(2026, 12, 21)), FRAME)
    assert plan.step("city_recommendation").earliest == date(2026, 12, 22)
    assert plan.step("city_recommendation").moved
    assert not plan.late


def test_steps_on_one_day_stay_on_one_day() -> None:
    plan = back_plan(schedule(), FRAME)
    assert plan.step("interview").takes == 0
    assert plan.step("interview").latest == plan.step("overall_review").latest == date(2026, 12, 11)


def test_a_list_is_formed_by_15_december_at_the_latest_whatever_comes_after() -> None:
    short = Schedule(enterprise_publicity_reason="船舶交付", list_formed=date(2026, 12, 16))
    plan = back_plan(short, replace(FRAME, staff=1))
    assert (plan.step(LIST).latest, plan.step(LIST).late) == (date(2026, 12, 15), 1)
    assert plan.step(LIST).due == date(2026, 12, 15)
    assert plan.step(LIST).overdue
    fits = back_plan(replace(short, list_formed=date(2026, 12, 15)), replace(FRAME, staff=1))
    assert (fits.step(LIST).late, fits.step(LIST).overdue) == (0, False)


def test_a_publicity_to_staff_counts_as_planned_only_with_a_reason() -> None:
    short = schedule(
        enterprise_publicity_start=date(2026, 12, 16), enterprise_publicity_end=date(2026, 12, 21)
    )
    assert back_plan(short, FRAME).late == 2
    assert back_plan(replace(short, enterprise_publicity_reason="船舶交付"), FRAME).late == 0


def test_a_plan_without_dates_says_the_latest_days_and_no_more() -> None:
    plan = back_plan(Schedule(), FRAME)
    assert plan.verdict == "还没有填写日期。"
    assert not plan.complete
    assert plan.step(STAFF_START).latest == date(2026, 12, 14)
    assert ways(Schedule(), FRAME) == ()


def test_a_year_that_is_not_published_is_said_to_be_an_estimate() -> None:
    plan = back_plan(Schedule(), frame(EDITION, Cycle(id="2028", year=2028)))
    assert plan.unofficial == (2028,)
    assert "暂按周一至周五推算" in plan.caution


def test_a_made_up_adjusted_year_counts_a_worked_saturday() -> None:
    table = EDITION.calendar.years[2026]
    worked = replace(table, workdays=table.workdays | {date(2026, 12, 26)})
    plan = back_plan(Schedule(), replace(FRAME, calendar=WorkCalendar({2026: worked})))
    assert plan.step(PROVINCE).latest == date(2026, 12, 24)


def test_what_fits_in_time_needs_no_remedy_and_what_is_merely_late_for_the_text_has_one() -> None:
    only = ways(schedule(), FRAME)
    assert [each.title for each in only] == ["各环节调整，省级公示不晚于2026年12月20日开始"]
    assert ways(with_moves(schedule(), only[0].moves), FRAME) == ()


def test_three_ways_to_make_a_late_plan_fit() -> None:
    late = schedule(provincial_publicity_start=date(2026, 12, 24))
    pulled, shortened, in_time = ways(late, FRAME)
    assert pulled.moves == {PROVINCE: date(2026, 12, 23)}
    assert not pulled.needs_reason
    assert pulled.plan.step(PROVINCE).overdue
    assert shortened.title == "企业内公示改为 4 个工作日"
    assert shortened.needs_reason
    assert shortened.moves[STAFF_END] == date(2026, 12, 18)
    assert in_time.moves[PROVINCE] == date(2026, 12, 18)
    assert (in_time.plan.spare, in_time.needs_reason, in_time.plan.step(PROVINCE).overdue) == (
        3,
        False,
        False,
    )


def test_no_way_moves_a_date_into_the_past() -> None:
    late = schedule(provincial_publicity_start=date(2026, 12, 24))
    assert len(ways(late, FRAME, date(2026, 12, 7))) == 3
    assert len(ways(late, FRAME, date(2026, 12, 8))) == 2
    assert ways(late, FRAME, date(2026, 12, 24)) == ()


def test_dates_of_other_ages_are_answered_at_once() -> None:
    wild = schedule(application_start=date(1, 1, 1), certificate_issue_end=date(9999, 12, 31))
    plan = back_plan(wild, FRAME)
    assert plan.late
    assert plan.step(ISSUED).day == date(9999, 12, 31)
    assert not plan.step("application_start").moved


SOME_DAYS = st.lists(
    st.integers(0, 90).map(lambda days: date(2026, 10, 15) + timedelta(days)) | st.none(),
    min_size=12,
    max_size=12,
)


@given(SOME_DAYS, st.booleans())
def test_a_way_always_leads_to_dates_that_fit(days: list[date | None], reason: bool) -> None:
    stated: dict[str, Any] = dict(zip(SCHEDULE_DATES, days, strict=True))
    drawn = Schedule(**stated, enterprise_publicity_reason="船舶交付" if reason else None)
    for way in ways(drawn, FRAME):
        moved = with_moves(drawn, way.moves)
        if way.needs_reason:
            moved = replace(moved, enterprise_publicity_reason="船舶交付")
        assert not back_plan(moved, FRAME).late
        assert "PF-schedule-feasible" not in rules_broken(moved)
        assert "JS-3-t3-december-15" not in rules_broken(moved)


@given(SOME_DAYS)
def test_what_makes_a_plan_late_is_a_day_of_its_own_after_its_latest(days: list[date | None]) -> None:
    stated: dict[str, Any] = dict(zip(SCHEDULE_DATES, days, strict=True))
    plan = back_plan(Schedule(**stated), FRAME)
    cause = plan.cause
    assert (cause is not None) == bool(plan.late)
    if cause:
        assert cause.day
        assert cause.day > cause.latest


@given(SOME_DAYS)
def test_what_breaks_the_dates_of_the_rules_never_fits(days: list[date | None]) -> None:
    stated: dict[str, Any] = dict(zip(SCHEDULE_DATES, days, strict=True))
    drawn = Schedule(**stated)
    if rules_broken(drawn) & {"PF-schedule-feasible", "JS-3-t3-december-15"}:
        assert back_plan(drawn, FRAME).late
