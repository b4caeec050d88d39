"""Each executable rule against situations on its boundary (``situations.py`` says how they are written)."""

import pytest

from core.rulebook.js2023 import EDITION
from tests.unit.rulebook.plans import EFFECTS, findings, points_into, sets
from tests.unit.rulebook.situations import CASES, KEYS, Case

EXECUTABLE = [check.rule for check in EDITION.checks]


def test_every_rule_is_enlisted_once() -> None:
    assert sorted(set(EXECUTABLE)) == sorted(EXECUTABLE)


@pytest.mark.parametrize("rule", EXECUTABLE)
def test_executable_rule_has_a_case_that_passes_and_one_that_breaks(rule: str) -> None:
    assert {case.breaks for case in CASES if case.rule == rule} == {True, False}


def test_cases_are_about_executable_rules() -> None:
    assert {case.rule for case in CASES} <= set(EXECUTABLE)


def test_cases_have_known_keys_and_names_of_their_own() -> None:
    assert {key for case in CASES for key in case.situation} <= KEYS
    assert {key for case in CASES for key in case.situation.get("finds", {})} <= set(EFFECTS)
    assert len({str(case) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_gives_exactly_the_expected_rules(case: Case) -> None:
    found = findings(case.plan, case.cycle)
    assert sets(found) == case.expected
    assert (case.rule in {each.rule for each in found}) == case.breaks


@pytest.mark.parametrize("case", [case for case in CASES if case.breaks], ids=str)
def test_finding_points_into_the_plan_and_says_what_to_do(case: Case) -> None:
    for each in findings(case.plan, case.cycle):
        assert points_into(case.plan, each.path), each.path
        assert each.message.endswith("。")
        assert "请您" not in each.message
        assert "！" not in each.message
