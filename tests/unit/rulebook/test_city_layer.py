"""Plans of a city are judged by the province and the city; the city only ever adds (AMB-53)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.plan import PlanDraft
from core.domain.records import build, frozen_open
from core.rulebook.city_layer import RULE, CityDocument, check_in_city
from core.rulebook.engine import Finding, check, may_submit
from core.rulebook.js2023 import EDITION
from core.rulebook.occasions import check_city_requirements
from core.rulebook.template import Leaf, Lock
from core.rulebook.terms import Effect
from tests.unit.rulebook.plans import DOCUMENT, NANJING, PLANS, SUZHOU, XUZHOU, cycle, patched

BOUNDED = [each for each in EDITION.template.leaves.values() if each.lock is Lock.BOUNDED]
VARIANTS = DOCUMENT["invalid_variants"]


def document(*settings: tuple[str, object]) -> CityDocument:
    own = tuple(CitySetting(path=path, value=frozen_open(value)) for path, value in settings)
    requirements = CityRequirements(
        city_code="320300", workflow="流程", review_standards="标准", supporting_measures="措施", settings=own
    )
    return CityDocument("徐州市首席技师评聘具体要求", "徐州市", date(2026, 10, 20), requirements)


def added(data: dict[str, Any], *settings: tuple[str, object]) -> list[Finding]:
    plan = build(PlanDraft, data)
    found = check_in_city(plan, edition=EDITION, cycle=cycle(), city=document(*settings))
    assert set(check(plan, edition=EDITION, cycle=cycle())) <= set(found)
    return [each for each in found if each.rule == RULE]


def test_a_city_without_requirements_changes_nothing() -> None:
    plan = build(PlanDraft, patched(XUZHOU))
    found = check(plan, edition=EDITION, cycle=cycle())
    assert check_in_city(plan, edition=EDITION, cycle=cycle(), city=None) == found
    assert check_in_city(plan, edition=EDITION, cycle=cycle(), city=document()) == found


def test_a_finding_names_the_document_of_the_city_its_day_and_both_values() -> None:
    (found,) = added(patched(XUZHOU), ("/conditions/paths/senior_technician/years_min", 10))
    assert found.path == "/conditions/paths/senior_technician/years_min"
    assert found.effect is Effect.BLOCK
    assert found.message == (
        "基本条件“高级技师”年限为 8 年，应不少于 10 年。改为 10 年或更长。"
        "《徐州市首席技师评聘具体要求》（2026年10月20日发布）规定“高级技师 · 年限”为 10 年，严于省级的8 年。"
    ).replace("（2026", "（徐州市，2026")
    assert found.clause == "五（二）"


YEARS = "/conditions/paths/senior_technician/years_min"


@pytest.mark.parametrize(("asked", "hit"), [(8, False), (9, True), ("9", False), (7, False)])
def test_a_plan_that_asks_eight_years(asked: object, hit: bool) -> None:
    assert bool(added(patched(XUZHOU), (YEARS, asked))) is hit


def test_a_plan_that_asks_as_much_as_its_city_passes() -> None:
    raised = patched(XUZHOU, [{"op": "replace", "path": YEARS, "value": 9}])
    assert not added(raised, (YEARS, 9))
    assert added(raised, (YEARS, 10))


def test_half_a_year_more_is_no_value_a_city_may_set() -> None:
    half = document((YEARS, Decimal("9.5")))
    assert not may_submit(check_city_requirements(half.requirements, edition=EDITION))
    assert not added(patched(XUZHOU), (YEARS, Decimal("9.5")))


def test_a_committee_of_externals_alone_is_a_share_of_one() -> None:
    (found,) = added(patched(XUZHOU), ("/organisation/committee/external_share", [1, 1]))
    assert "增补" not in found.message


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("/deadlines/list_formed", "12-01", "/schedule/list_formed"),
        ("/deadlines/provincial_publicity_start", "12-10", "/schedule/provincial_publicity_start"),
        ("/deadlines/plan_report", "11-01", "/submitted_at"),
        ("/deadlines/year_end", "12-25", "/schedule/certificate_issue_end"),
        ("/methods/routes", ["performance"], "/methods/routes"),
        ("/methods/direct/priority_conditions", ["labour_model"], "/methods/direct/priority_conditions"),
        ("/methods/direct/vote_base", "all_members", "/methods/direct/vote_base"),
        ("/methods/direct/vote_fraction", [9, 10], "/methods/direct/vote_fraction"),
        ("/organisation/committee/posts/member/count", 30, "/organisation/committee/members"),
        ("/organisation/committee/external_share", [9, 10], "/organisation/committee/members"),
        ("/organisation/panels/industry_experts", 30, "/organisation/panels/0/members"),
        ("/organisation/panels/enterprise_experts", 30, "/organisation/panels/0/members"),
    ],
)
def test_every_kind_of_value_of_a_plan_is_held_against_the_city(path: str, value: object, where: str) -> None:
    found = [each for name in PLANS for each in added(patched(name), (path, value))]
    assert any(each.path == where for each in found), [each.path for each in found]
    assert all("《徐州市首席技师评聘具体要求》" in each.message for each in found)


def test_levels_of_committee_members_may_be_raised() -> None:
    asked = (
        ("/organisation/committee/posts/member/title_level_min", "full_senior"),
        ("/organisation/committee/posts/member/skill_level_min", "chief_technician"),
    )
    assert any(
        each.path.startswith("/organisation/committee/members/") for each in added(patched(XUZHOU), asked[0])
    )
    assert any(
        "也没有首席技师及以上等级" in each.message
        for name in (XUZHOU, SUZHOU, NANJING)
        for each in added(patched(name), asked[1])
    )


def test_the_direct_route_is_not_judged_where_it_is_closed() -> None:
    closed = patched(
        SUZHOU,
        [
            {"op": "replace", "path": "/methods/routes", "value": ["performance"]},
        ],
    )
    assert not added(closed, ("/methods/direct/vote_base", "all_members"))


def test_what_was_judged_before_plans_is_not_judged_again() -> None:
    assert not added(patched(XUZHOU), ("/deadlines/nomination", "11-01"))


def test_a_month_day_that_is_none_is_refused_when_published_and_ignored_in_a_plan() -> None:
    wrong = document(("/deadlines/list_formed", "11-31")).requirements
    assert not may_submit(check_city_requirements(wrong, edition=EDITION))
    right = document(("/deadlines/list_formed", "11-30")).requirements
    assert may_submit(check_city_requirements(right, edition=EDITION))
    assert not added(patched(XUZHOU), ("/deadlines/list_formed", "11-31"))


def values(leaf: Leaf) -> st.SearchStrategy[object]:
    """Values that a city might state: stricter, looser, equal, or of another kind altogether."""
    words = st.sampled_from(
        ["all_members", "full_senior", "chief_technician", "12-01", "12-31", "10-15", "x"]
    )
    lists = st.lists(
        st.sampled_from([*leaf.value, "unknown"] if isinstance(leaf.value, tuple) else ["a"]), max_size=4
    )
    shares = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(list)
    return st.one_of(st.just(leaf.value), words, lists, shares, st.integers(-3, 60), st.booleans(), st.none())


@st.composite
def requirements(draw: st.DrawFn) -> CityDocument:
    leaves = draw(st.lists(st.sampled_from(BOUNDED), max_size=4, unique_by=lambda leaf: leaf.path))
    return document(*((leaf.path, draw(values(leaf))) for leaf in leaves))


@st.composite
def plans(draw: st.DrawFn) -> PlanDraft:
    """A demo plan, or one of its broken variants."""
    base = draw(st.sampled_from(sorted(PLANS)))
    patches = [each["patch"] for each in VARIANTS if each["base"] == base]
    return build(PlanDraft, patched(base, draw(st.sampled_from([[], *patches]))))


@given(plans(), requirements())
def test_requirements_never_loosen_the_check_of_a_plan(plan: PlanDraft, city: CityDocument) -> None:
    province = check(plan, edition=EDITION, cycle=cycle())
    both = check_in_city(plan, edition=EDITION, cycle=cycle(), city=city)
    assert [each for each in both if each.rule != RULE] == list(province)
    assert may_submit(province) or not may_submit(both)
    assert all(city.title in each.message for each in both if each.rule == RULE)


@given(plans(), requirements())
def test_only_what_a_city_may_publish_is_held_against_a_plan(plan: PlanDraft, city: CityDocument) -> None:
    both = check_in_city(plan, edition=EDITION, cycle=cycle(), city=city)
    if not any(each.rule == RULE for each in both):
        return
    settings = city.requirements.settings or ()
    alone = [document((str(each.path), each.value)).requirements for each in settings]
    assert any(may_submit(check_city_requirements(each, edition=EDITION)) for each in alone)
