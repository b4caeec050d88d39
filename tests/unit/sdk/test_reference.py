"""What the province gives for a part, and a schedule that keeps every rule of the schedule in any year."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.domain.cycle import Cycle, Deadlines
from core.domain.plan import SCHEDULE_DATES, PlanDraft, Schedule
from core.rulebook.engine import check
from core.sdk import (
    calendar,
    planned_schedule,
    reference_complaints,
    reference_conditions,
    reference_incentives,
    reference_methods,
)
from core.services.editions import CURRENT

TEMPLATE = CURRENT.template
YEARS = range(2023, 2041)


def cycle_of(year: int, **deadlines: date) -> Cycle:
    return CURRENT.complete(Cycle(id=str(year), year=year, deadlines=Deadlines(**deadlines)))


@pytest.mark.parametrize("year", YEARS)
def test_planned_schedule_breaks_no_rule_of_the_schedule(year: int) -> None:
    cycle = cycle_of(year)
    schedule = planned_schedule(cycle, TEMPLATE)
    assert schedule is not None
    findings = check(PlanDraft(schedule=schedule), edition=CURRENT, cycle=cycle)
    assert [each.rule for each in findings if each.path.startswith("/schedule")] == []


@pytest.mark.parametrize("year", YEARS)
def test_every_planned_date_but_the_last_is_a_working_day(year: int) -> None:
    schedule = planned_schedule(cycle_of(year), TEMPLATE) or Schedule()
    planned = [getattr(schedule, name) for name in SCHEDULE_DATES[:-1]]
    assert all(calendar().is_workday(day) for day in planned)


def test_planned_schedule_of_2026_is_the_one_worked_out_by_hand() -> None:
    assert planned_schedule(cycle_of(2026), TEMPLATE) == Schedule(
        application_start=date(2026, 11, 23),
        application_deadline=date(2026, 11, 27),
        qualification_check_end=date(2026, 11, 30),
        achievement_review=date(2026, 12, 4),
        interview=date(2026, 12, 7),
        overall_review=date(2026, 12, 8),
        list_formed=date(2026, 12, 9),
        enterprise_publicity_start=date(2026, 12, 9),
        enterprise_publicity_end=date(2026, 12, 16),
        city_recommendation=date(2026, 12, 17),
        provincial_publicity_start=date(2026, 12, 18),
        certificate_issue_end=date(2026, 12, 31),
    )


def test_list_is_formed_by_a_deadline_that_comes_early() -> None:
    schedule = planned_schedule(cycle_of(2026, list_formed=date(2026, 12, 6)), TEMPLATE)
    assert schedule is not None
    assert schedule.list_formed == date(2026, 12, 4)


@pytest.mark.parametrize(
    "deadlines",
    [{"plan_report": date(2026, 12, 10)}, {"list_formed": date(2026, 11, 24)}],
    ids=["plans-reported-late", "list-formed-early"],
)
def test_cycle_without_room_has_no_planned_schedule(deadlines: dict[str, date]) -> None:
    assert planned_schedule(cycle_of(2026, **deadlines), TEMPLATE) is None


def test_cycle_that_is_not_complete_has_no_planned_schedule() -> None:
    assert planned_schedule(Cycle(id="2026", year=2026), TEMPLATE) is None


def test_provincial_publicity_leaves_a_working_day_to_publish_the_list() -> None:
    late = cycle_of(2026, provincial_publicity_start=date(2026, 12, 31))
    schedule = planned_schedule(late, TEMPLATE)
    assert schedule is not None
    assert schedule.provincial_publicity_start == date(2026, 12, 23)
    assert calendar().after(date(2026, 12, 23), 5) < calendar().last_workday(2026)
    assert calendar().after(date(2026, 12, 23) + timedelta(days=1), 5) == calendar().last_workday(2026)


def test_reference_conditions_ask_what_the_province_asks() -> None:
    conditions = replace(reference_conditions(TEMPLATE), as_of_date=date(2026, 11, 27))
    findings = check(PlanDraft(conditions=conditions), edition=CURRENT, cycle=cycle_of(2026))
    assert [each.rule for each in findings if each.path.startswith("/conditions")] == []


def test_reference_methods_lack_only_pass_line_and_quota() -> None:
    draft = PlanDraft(methods=reference_methods(TEMPLATE))
    findings = check(draft, edition=CURRENT, cycle=cycle_of(2026))
    assert [each.rule for each in findings if each.path.startswith("/methods")] == ["PF-pass-line-stated"]


def test_reference_incentives_have_treatment_and_work_platform() -> None:
    draft = PlanDraft(incentives=reference_incentives(TEMPLATE))
    findings = check(draft, edition=CURRENT, cycle=cycle_of(2026))
    assert [each.rule for each in findings if each.path.startswith("/incentives")] == []


def test_reference_complaints_lack_only_channels_and_people() -> None:
    draft = PlanDraft(complaints=reference_complaints(TEMPLATE))
    findings = check(draft, edition=CURRENT, cycle=cycle_of(2026))
    assert {each.rule for each in findings if each.path.startswith("/complaints")} == {
        "JS-A2-complaint-mechanism",
        "JS-A2-complaint-responsible-persons",
    }
