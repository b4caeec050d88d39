"""A body named by a rule may waive it for a version of a plan; the finding then counts as passed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.domain.errors import DomainError
from core.domain.pilot_cycle import Decision
from core.domain.roles import Role
from core.rulebook.city_layer import RULE as CITY_RULE
from core.rulebook.engine import Finding, may_submit
from core.rulebook.js2023 import EDITION
from core.rulebook.waivers import granted, may_waive, waivable, with_waivers
from tests.unit.rulebook.plans import XUZHOU, findings, patched

RULES = EDITION.catalogue.rules
FIVE = "JS-A2-members-min-5"
SCORES = "JS-A3-total-100"
FEWER = [{"op": "remove", "path": f"/organisation/committee/members/{place}"} for place in (8, 7, 6, 5, 4)]


def decision(role: Role, reason: str = "确有困难，同意") -> Decision:
    return Decision(person_id=1, name="沙明", role=role, at=datetime(2026, 11, 16, tzinfo=UTC), reason=reason)


def broken() -> tuple[Finding, ...]:
    found = findings(patched(XUZHOU, FEWER))
    return tuple(each for each in found if each.rule == FIVE)


def test_a_waived_finding_reads_waived_and_stops_nothing() -> None:
    assert not may_submit(broken())
    (waived,) = with_waivers(broken(), [granted(FIVE, decision(Role.PROVINCE_HR, " 同意 "), RULES)])
    assert (waived.waived, waived.reason, waived.stops) == (True, "同意", False)
    assert may_submit([waived])


def test_a_waiver_of_another_rule_changes_nothing() -> None:
    other = granted(SCORES, decision(Role.PROVINCE_HR), RULES)
    assert with_waivers(broken(), [other]) == broken()


@pytest.mark.parametrize(
    ("rule", "role", "reason", "refusal"),
    [
        (FIVE, Role.CITY_HR, "同意", "由有权单位决定"),
        ("JS-A2-interview-rubric-in-plan", Role.PROVINCE_HR, "同意", "任何单位都不得豁免"),
        ("PF-aggregation", Role.PROVINCE_HR, "同意", "任何单位都不得豁免"),
        (CITY_RULE, Role.PROVINCE_HR, "同意", "任何单位都不得豁免"),
        ("HOST-hook-fault", Role.PROVINCE_HR, "同意", "没有编号为“HOST-hook-fault”的规则"),
        (FIVE, Role.PROVINCE_HR, " ", "没有写理由"),
    ],
)
def test_who_may_not_waive_and_what_is_never_waived(rule: str, role: Role, reason: str, refusal: str) -> None:
    with pytest.raises(DomainError, match=refusal):
        granted(rule, decision(role, reason), RULES)
    assert granted(FIVE, decision(Role.PROVINCE_HR), RULES).rule == FIVE


def test_who_may_waive_is_told_before_they_try() -> None:
    assert may_waive(FIVE, Role.PROVINCE_HR, RULES)
    assert not may_waive(FIVE, Role.CITY_HR, RULES)
    assert not may_waive("JS-1.1-city-quota-one", Role.PROVINCE_CENTRE, RULES)
    assert all(waivable(each, RULES) for each in broken())
