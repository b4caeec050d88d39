"""Tighten only: a plan may ask for more than the province, never for less."""

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.plan import SCHEDULE_DATES
from core.rulebook.js2023 import EDITION
from tests.unit.rulebook.plans import PLANS, XUZHOU, findings, patched

Data = dict[str, Any]
Draw = st.DataObject

HALVES = st.integers(0, 40).map(lambda halves: Decimal(halves) / 2)
PATHS = [
    ("JS-1.2-path-special-2y", "special_technician"),
    ("JS-1.2-path-senior-8y", "senior_technician"),
    ("JS-1.2-path-professor-4y", "full_senior_title"),
]
EXTERNAL = {"post": "member", "external": True, "title_level": "associate_senior"}


# ---- tighten only: asking for more than the province never blocks a plan that passed ----


def raise_years(plan: Data, data: Draw) -> None:
    for path in plan["conditions"]["paths"].values():
        path["years_min"] += data.draw(HALVES)


def drop_paths(plan: Data, data: Draw) -> None:
    kept = data.draw(st.sets(st.sampled_from(sorted(plan["conditions"]["paths"])), min_size=1))
    plan["conditions"]["paths"] = {code: plan["conditions"]["paths"][code] for code in kept}


def add_conditions(plan: Data, data: Draw) -> None:
    plan["conditions"]["extra"] += [
        {"code": f"more_{n}", "text": "另需"} for n in range(data.draw(st.integers(1, 3)))
    ]


def narrow_honours(plan: Data, data: Draw) -> None:
    if direct := plan["methods"].get("direct"):
        direct["priority_conditions"] = data.draw(
            st.lists(st.sampled_from(direct["priority_conditions"]), unique=True)
        )


def close_direct_route(plan: Data, data: Draw) -> None:
    plan["methods"]["routes"] = ["performance"]


def raise_vote(plan: Data, data: Draw) -> None:
    if direct := plan["methods"].get("direct"):
        under = data.draw(st.integers(1, 60))
        direct["vote_fraction"] = [data.draw(st.integers(-(-2 * under // 3), under)), under]
        direct["vote_base"] = data.draw(st.sampled_from(["attending", "all_members"]))


def add_externals(plan: Data, data: Draw) -> None:
    members = plan["organisation"]["committee"]["members"]
    members += [EXTERNAL | {"name": f"增补{n}"} for n in range(data.draw(st.integers(1, 5)))]


def add_experts(plan: Data, data: Draw) -> None:
    for panel in plan["organisation"]["panels"]:
        kinds = data.draw(st.lists(st.sampled_from(["enterprise", "industry"]), max_size=4))
        panel["members"] += [{"name": f"增补{n}", "kind": kind} for n, kind in enumerate(kinds)]


def move_schedule_earlier(plan: Data, data: Draw) -> None:
    weeks = timedelta(
        weeks=data.draw(st.integers(1, 7))
    )  # not into the October holidays: they cut publicity short
    for name in SCHEDULE_DATES:
        plan["schedule"][name] = (date.fromisoformat(plan["schedule"][name]) - weeks).isoformat()


def count_years_earlier(plan: Data, data: Draw) -> None:
    day = date.fromisoformat(plan["conditions"]["as_of_date"])
    plan["conditions"]["as_of_date"] = (day - timedelta(days=data.draw(st.integers(1, 60)))).isoformat()


def publicise_longer(plan: Data, data: Draw) -> None:
    start = date.fromisoformat(plan["publicity"]["start"])
    plan["publicity"]["start"] = (start - timedelta(days=data.draw(st.integers(1, 60)))).isoformat()


def nominate_earlier(plan: Data, data: Draw) -> None:
    moment = datetime.fromisoformat(plan["nomination"]["submitted_at"])
    plan["nomination"]["submitted_at"] = (
        moment - timedelta(hours=data.draw(st.integers(1, 500)))
    ).isoformat()


def add_handlers(plan: Data, data: Draw) -> None:
    plan["complaints"]["handlers"].append({"name": "增补", "post": "工会委员", "contact": "0500-00000000"})


TIGHTENINGS: list[Callable[[Data, Draw], None]] = [
    raise_years,
    drop_paths,
    add_conditions,
    narrow_honours,
    close_direct_route,
    raise_vote,
    add_externals,
    add_experts,
    move_schedule_earlier,
    count_years_earlier,
    publicise_longer,
    nominate_earlier,
    add_handlers,
]


@given(st.sampled_from(sorted(PLANS)), st.sets(st.sampled_from(TIGHTENINGS), min_size=1), st.data())
def test_tightening_a_plan_that_passes_stops_nothing(
    plan_id: str, tightenings: set[Callable[[Data, Draw], None]], data: Draw
) -> None:
    plan = copy.deepcopy(patched(plan_id))
    for tighten in TIGHTENINGS:
        if tighten in tightenings:
            tighten(plan, data)
    assert [each for each in findings(plan) if each.stops] == []


# ---- loosening: a plan is found exactly where it asks for less ----


def broken_by(rule: str, plan: Data) -> bool:
    return rule in {each.rule for each in findings(plan)}


@pytest.mark.parametrize(("rule", "path"), PATHS)
@given(years=st.decimals(-1, 12, places=2))
def test_years_below_the_province_are_found_and_no_others(rule: str, path: str, years: Decimal) -> None:
    plan = patched(XUZHOU, [{"op": "replace", "path": f"/conditions/paths/{path}/years_min", "value": years}])
    assert broken_by(rule, plan) == (years < EDITION.template.integer(f"/conditions/paths/{path}/years_min"))


@given(st.integers(-5, 60), st.integers(-5, 60))
def test_a_vote_below_two_thirds_is_found_and_no_other(over: int, under: int) -> None:
    plan = patched(
        XUZHOU, [{"op": "replace", "path": "/methods/direct/vote_fraction", "value": [over, under]}]
    )
    assert broken_by("JS-A2-direct-two-thirds", plan) == (under <= 0 or 3 * over < 2 * under)


@given(st.lists(st.booleans(), min_size=5, max_size=20))
def test_fewer_externals_than_a_third_are_found_and_no_other_number(external: list[bool]) -> None:
    plan = patched(XUZHOU)
    two = plan["organisation"]["committee"]["members"][:2]
    others = [EXTERNAL | {"name": str(n), "external": each} for n, each in enumerate(external)]
    plan["organisation"]["committee"]["members"] = two + others
    total, outside = 2 + len(external), 1 + sum(external)
    assert broken_by("JS-A2-external-one-third", plan) == (3 * outside < total)


@given(st.lists(st.sampled_from(["enterprise", "industry", "guest"]), max_size=9))
def test_a_panel_is_found_exactly_when_an_expert_is_lacking(kinds: list[str]) -> None:
    plan = patched(XUZHOU)
    plan["organisation"]["panels"][0]["members"] = [{"name": str(n), "kind": k} for n, k in enumerate(kinds)]
    industry, enterprise = kinds.count("industry"), kinds.count("enterprise")
    assert broken_by("JS-2.4-panel-industry-experts", plan) == (industry < 3)
    assert broken_by("JS-2.4-panel-joint-composition", plan) == (industry < 1 or enterprise < 1)


@given(st.dates(date(2026, 11, 1), date(2027, 1, 31)))
def test_a_list_after_its_deadline_is_found_and_no_other(day: date) -> None:
    plan = patched(XUZHOU, [{"op": "replace", "path": "/schedule/list_formed", "value": day.isoformat()}])
    assert broken_by("JS-3-t3-december-15", plan) == (day > date(2026, 12, 15))


@given(
    st.datetimes(datetime(2026, 11, 8), datetime(2026, 11, 23)),  # noqa: DTZ001 - the zone comes next
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_is_late_by_its_day_in_beijing_whatever_its_zone(moment: datetime, offset: int) -> None:
    written = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    beijing = written.astimezone(UTC) + timedelta(hours=8)
    plan = patched(
        XUZHOU,
        [
            {"op": "replace", "path": "/nomination/submitted_at", "value": written.isoformat()},
            {"op": "replace", "path": "/submitted_at", "value": written.isoformat()},
        ],
    )
    assert broken_by("JS-2.1-nomination-deadline", plan) == (beijing.date() > date(2026, 11, 10))
    assert broken_by("JS-2.3-plan-report-deadline", plan) == (beijing.date() > date(2026, 11, 20))
    assert broken_by("JS-2.2-plan-publicised-staff", plan) == (beijing.date() <= date(2026, 11, 10))
