"""What a body has still to look at, what outlasts a change, what a return unlocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import DomainError
from core.domain.plan import NINE_PARTS, PlanDraft
from core.domain.plan_review import (
    DEVIATIONS,
    EXTRA,
    REVIEWERS,
    SECTIONS,
    FindingView,
    Tick,
    ToView,
    Verdict,
    View,
    agreed_by_all,
    in_order,
    need_reason,
    progress,
    section_hashes,
    section_of,
    sent_again,
    unlocked_parts,
)
from core.domain.records import build
from core.domain.roles import Role
from core.domain.stages import Channel
from core.rulebook.js2023 import EDITION
from tests.unit.rulebook.plans import PLANS, SUZHOU, XUZHOU, patched

NOW = datetime(2026, 11, 16, tzinfo=UTC)
CITY = Role.CITY_HR


def plan(*patch: Mapping[str, Any], base: str = XUZHOU) -> PlanDraft:
    return build(PlanDraft, patched(base, patch))


def put(path: str, value: object) -> Mapping[str, Any]:
    return {"op": "replace", "path": path, "value": value}


HASHES = section_hashes(plan())


def tick(section: str, verdict: Verdict = Verdict.AGREE, role: Role = CITY, reason: str = "") -> Tick:
    return Tick(
        role=role,
        section=section,
        section_hash=HASHES[section],
        verdict=verdict,
        reason=reason,
        by="邵知微",
        at=NOW,
    )


ALL = [tick(each) for each in HASHES]
REASONED = ToView(
    rule="JS-A2-chair-principal",
    path="/organisation/committee/members/0/is_principal",
    hash="a",
    reasoned=True,
    waived=False,
    stops=False,
    message="",
)
WARNED = replace(REASONED, rule="JS-A2-overall-factors", path="/rubric/modules/2/factors", reasoned=False)
STOPS = replace(WARNED, rule="JS-A3-total-100", path="/rubric/modules", stops=True)
WAIVED = replace(WARNED, rule="JS-A2-members-min-5", path="/organisation/committee/members", waived=True)


def view(finding: ToView, verdict: View, *, role: Role = CITY, reason: str = "") -> FindingView:
    return FindingView(
        role=role,
        rule=finding.rule,
        path=finding.path,
        finding_hash=finding.hash,
        verdict=verdict,
        reason=reason,
        by="邵知微",
        at=NOW,
    )


def test_a_plan_has_its_nine_parts_and_what_else_it_says() -> None:
    assert set(HASHES) >= set(NINE_PARTS)
    assert EXTRA not in section_hashes(plan(base=SUZHOU)) or plan(base=SUZHOU).extra_sections
    with_more = replace(plan(), extra_sections=({"title": "附则"},))
    assert set(section_hashes(with_more)) == {*HASHES, EXTRA}


@pytest.mark.parametrize(
    ("path", "value", "section"),
    [
        ("/sections/methods", "另行说明", "methods"),
        ("/methods/secret_ballot", False, "methods"),
        ("/rubric/score_step", 0.5, "rubric"),
        ("/complaints/report_to_city", False, "complaints"),
        ("/deviations/0/reason", "另有原因", DEVIATIONS),
    ],
)
def test_a_change_changes_the_hash_of_its_own_section_alone(path: str, value: object, section: str) -> None:
    base = next(each for each in PLANS if section in section_hashes(plan(base=each)))
    before, after = section_hashes(plan(base=base)), section_hashes(plan(put(path, value), base=base))
    assert {name for name in after if before.get(name) != after[name]} == {section}


def test_who_makes_the_plan_and_when_is_in_no_section() -> None:
    other = replace(plan(), plan_id="other", submitted_at=None, enterprise=None, publicity=None)
    assert section_hashes(other) == HASHES


@given(st.sampled_from(sorted(NINE_PARTS)), st.sampled_from(sorted(PLANS)))
def test_a_part_left_out_changes_its_section_alone(part: str, base: str) -> None:
    whole = plan(base=base)
    changed: Any = {part: None}
    before, after = section_hashes(whole), section_hashes(replace(whole, **changed))
    assert {name for name in before if before[name] != after[name]} == {part}


def test_both_bodies_of_the_channel_are_needed_whoever_comes_first() -> None:
    assert REVIEWERS[Channel.CITY] == (Role.CITY_HR, Role.CITY_INDUSTRY)
    assert REVIEWERS[Channel.PROVINCE_DIRECT] == (Role.PROVINCE_CENTRE, Role.CENTRAL_BRANCH)
    assert agreed_by_all(Channel.CITY, [Role.CITY_INDUSTRY, Role.CITY_HR])
    assert not agreed_by_all(Channel.CITY, [Role.CITY_HR])
    assert not agreed_by_all(Channel.CITY, [Role.PROVINCE_CENTRE, Role.CENTRAL_BRANCH])


def test_a_body_that_ticked_everything_may_agree() -> None:
    done = progress(CITY, HASHES, [], ALL, [])
    assert (done.may_agree, done.may_return, done.lacking) == (True, False, ())
    assert done.total == len(HASHES)


def test_one_section_open_is_one_too_many() -> None:
    nearly = progress(CITY, HASHES, [], ALL[1:], [])
    assert nearly.open == (ALL[0].section,)
    assert nearly.lacking == ("还有 1 节待定",)


def test_the_ticks_of_another_body_are_not_ones_own() -> None:
    others = [replace(each, role=Role.CITY_INDUSTRY) for each in ALL]
    assert progress(CITY, HASHES, [], others, []).open == tuple(HASHES)


def test_a_tick_holds_while_its_section_says_the_same() -> None:
    changed = section_hashes(plan(put("/rubric/score_step", 0.5)))
    assert progress(CITY, changed, [], ALL, []).open == ("rubric",)
    assert progress(CITY, HASHES, [], ALL, []).open == ()


def test_a_section_that_returns_to_what_was_ticked_is_ticked_again() -> None:
    assert progress(CITY, section_hashes(plan()), [], ALL, []).may_agree


def test_the_last_tick_of_a_section_counts() -> None:
    returned = tick("rubric", Verdict.RETURN, reason="权重没有说明")
    after = progress(CITY, HASHES, [], [*ALL, returned], [])
    assert after.to_unlock == {"rubric": "权重没有说明"}
    assert after.lacking == ("1 节拟退回",)
    assert progress(CITY, HASHES, [], [*ALL, returned, tick("rubric")], []).may_agree


def test_a_reason_is_accepted_or_refused_and_a_warning_confirmed() -> None:
    found = [REASONED, WARNED]
    assert progress(CITY, HASHES, found, ALL, []).lacking == (
        "还有 1 条理由待定",
        "还有 1 项检查结果待核对",
    )
    seen = [view(REASONED, View.ACCEPTED), view(WARNED, View.CONFIRMED)]
    assert progress(CITY, HASHES, found, ALL, seen).may_agree
    assert not progress(Role.CITY_INDUSTRY, HASHES, found, ALL, seen).may_agree


def test_a_refused_reason_is_in_the_way_and_flags_its_section() -> None:
    refused = view(REASONED, View.REFUSED, reason="没有写明为何不能担任")
    after = progress(CITY, HASHES, [REASONED], ALL, [refused])
    assert not after.may_agree
    assert after.to_unlock == {"organisation": "没有写明为何不能担任"}


def test_a_section_flagged_twice_has_both_reasons() -> None:
    ticks = [*ALL, tick("organisation", Verdict.RETURN, reason="外聘不足")]
    refused = view(REASONED, View.REFUSED, reason="理由不充分")
    after = progress(CITY, HASHES, [REASONED], ticks, [refused])
    assert after.to_unlock == {"organisation": "外聘不足；理由不充分"}


def test_a_word_on_a_finding_holds_while_the_finding_says_the_same() -> None:
    seen = [view(REASONED, View.ACCEPTED)]
    assert progress(CITY, HASHES, [REASONED], ALL, seen).may_agree
    assert not progress(CITY, HASHES, [replace(REASONED, hash="b")], ALL, seen).may_agree


def test_what_stops_a_plan_stops_the_agreement_and_what_is_waived_is_confirmed() -> None:
    assert progress(CITY, HASHES, [STOPS], ALL, []).lacking == ("还有 1 项阻断",)
    assert progress(CITY, HASHES, [WAIVED], ALL, []).lacking == ("还有 1 项检查结果待核对",)
    assert progress(CITY, HASHES, [WAIVED], ALL, [view(WAIVED, View.CONFIRMED)]).may_agree


def test_what_was_waived_is_read_first() -> None:
    assert in_order([WARNED, REASONED, STOPS, WAIVED]) == (WAIVED, STOPS, REASONED, WARNED)


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/rubric/modules/0/weight", "rubric"),
        ("/sections/methods", "methods"),
        ("/deviations/1", DEVIATIONS),
        ("/extra_sections/0", EXTRA),
        ("/sections", ""),
        ("/publicity/end", ""),
        ("/enterprise", ""),
        ("", ""),
    ],
)
def test_the_section_of_a_place(path: str, section: str) -> None:
    assert section_of(path) == section


def test_only_the_flagged_parts_are_unlocked() -> None:
    assert unlocked_parts(["rubric"], plan()) == ("rubric",)
    assert unlocked_parts([], plan()) == ()


def test_a_flagged_deviation_opens_the_parts_of_its_annex() -> None:
    declared = plan(put("/deviations", [{"annex": 3, "what": "x", "reason": "y"}]))
    assert unlocked_parts([DEVIATIONS], declared) == ("rubric",)
    assert unlocked_parts([DEVIATIONS, "schedule"], declared) == ("rubric", "schedule")
    unknown = plan(put("/deviations", [{"what": "x"}]))
    assert set(unlocked_parts([DEVIATIONS], unknown)) == set(NINE_PARTS)


@pytest.mark.parametrize(("today", "earliest", "late"), [(16, 20, False), (17, 21, True), (20, 26, True)])
def test_a_return_costs_a_notice_of_working_days(today: int, earliest: int, late: bool) -> None:
    last = date(2026, 11, 20)
    found = sent_again(date(2026, 11, today), last, workdays=3, calendar=EDITION.calendar)
    assert (found.earliest, found.too_late) == (date(2026, 11, earliest), late)


def test_a_return_without_a_reason_is_refused() -> None:
    with pytest.raises(DomainError, match="没有写退回的理由"):
        need_reason("退回", " \n")
    assert need_reason("退回", " 外聘不足 ") == "外聘不足"


def test_every_section_has_its_official_term() -> None:
    assert list(SECTIONS.values())[:3] == ["评审职业（工种）", "评审条件", "评审方式"]
    assert (SECTIONS[EXTRA], SECTIONS[DEVIATIONS]) == ("其他章节", "偏离说明")
