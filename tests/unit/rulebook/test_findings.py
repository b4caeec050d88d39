"""One defect gives one finding, and its message says what is there, what is demanded and what to do next."""

from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from core.rulebook.datafile import read_data
from tests.unit.rulebook.plans import XUZHOU, cycle, findings, patched

MESSAGES: Any = read_data(Path(__file__).parent / "messages.yaml")["messages"]
MISSING = {
    "/occupations": "JS-2.2-sec-occupations",
    "/conditions": "JS-2.2-sec-conditions",
    "/conditions/paths": "JS-1.2-basic-any-of",
    "/methods": "JS-2.2-sec-methods",
    "/organisation": "JS-2.2-sec-organisation",
    "/organisation/committee/members": "JS-A2-committee-exists",
    "/rubric": "JS-2.2-sec-methods",
    "/schedule": "JS-2.2-sec-schedule",
    "/incentives": "JS-2.2-sec-incentives",
    "/rights_duties": "JS-2.2-sec-rights",
    "/complaints": "JS-A2-complaint-mechanism",
    "/publicity": "JS-2.2-plan-publicised-staff",
}


@pytest.mark.parametrize(
    "patch", [{"op": "remove"}, {"op": "replace", "value": None}], ids=["没有这一键", "空值"]
)
@pytest.mark.parametrize("path", MISSING)
def test_missing_part_gives_one_finding_at_its_place(path: str, patch: dict[str, Any]) -> None:
    found = findings(patched(XUZHOU, [patch | {"path": path}]))
    assert [(each.rule, each.path) for each in found] == [(MISSING[path], path)]


@pytest.mark.parametrize("case", MESSAGES, ids=itemgetter("path"))
def test_message_gives_fact_demand_and_next_step(case: dict[str, Any]) -> None:
    late = cycle(deadlines={"provincial_publicity_start": "2026-12-31"})
    plan = patched(case["base"], [{"op": "replace", "path": case["path"], "value": case["value"]}])
    at = case.get("at", case["path"])
    assert [each.message for each in findings(plan, late) if each.path == at] == [case["message"]]
