"""What a report says about the rules that found nothing."""

from typing import Any

import pytest

from core.domain.plan import PlanDraft
from core.domain.records import build
from core.rulebook.terms import Effect
from core.services.editions import CURRENT
from core.services.plans import check_plan
from core.web.plandocument import PlanDocument
from core.web.reports import MOST_SHOWN, ReportPage, report_page
from tests.unit.rulebook.plans import SUZHOU, XUZHOU, patched


def page_of(data: Any) -> ReportPage:
    plan = build(PlanDraft, data)
    return report_page(check_plan(plan), CURRENT, PlanDocument(plan, CURRENT))


def test_every_executable_rule_is_found_passed_or_unjudged_and_no_other_is() -> None:
    page = page_of(
        patched(SUZHOU, [{"op": "remove", "path": "/nomination"}, {"op": "remove", "path": "/complaints"}])
    )
    found = {each.rule for each in page.report.findings}
    passed, unjudged = ({rule.id for rule in rules} for rules in (page.passed, page.unjudged))
    assert found == {"JS-A2-chair-principal", "JS-A2-complaint-mechanism"}
    assert "JS-2.1-nomination-deadline" in unjudged
    assert "JS-A2-complaint-file-city" in unjudged
    assert not passed & unjudged
    assert found | passed | unjudged == {check.rule for check in CURRENT.checks}
    assert page.unchecked == len(CURRENT.unchecked())


def test_reasons_that_are_missing_are_counted_apart_from_those_given() -> None:
    assert (page_of(patched(SUZHOU)).count("needs_reason"), page_of(patched(SUZHOU)).reasons_missing) == (
        1,
        0,
    )
    blank = [{"op": "replace", "path": "/organisation/committee/members/0/reason", "value": " "}]
    assert page_of(patched(SUZHOU, blank)).reasons_missing == 1


def test_endless_findings_are_cut_on_the_page_and_whole_in_the_report() -> None:
    many = [{"annex": 2, "what": str(number)} for number in range(MOST_SHOWN + 50)]
    page = page_of(patched(XUZHOU, [{"op": "replace", "path": "/deviations", "value": many}]))
    assert len(page.shown("needs_reason")) == MOST_SHOWN
    assert page.count("needs_reason") == len(page.by_effect[Effect.NEEDS_REASON]) == MOST_SHOWN + 50


@pytest.mark.parametrize(
    ("patch", "title"),
    [
        ([], "徐州彭岳重工机械股份有限公司（虚构）"),
        ([{"op": "remove", "path": "/enterprise"}], "demo-xuzhou-pengyue"),
        ([{"op": "remove", "path": "/enterprise"}, {"op": "remove", "path": "/plan_id"}], ""),
    ],
)
def test_plan_is_called_by_its_enterprise_else_by_its_id(patch: Any, title: str) -> None:
    assert page_of(patched(XUZHOU, patch)).title == title


def test_due_dates_are_those_of_the_cycle() -> None:
    due = page_of(patched(XUZHOU)).due
    assert {name: day.isoformat() for name, day in due.items()} == {
        "list_formed": "2026-12-15",
        "provincial_publicity_start": "2026-12-20",
        "certificate_issue_end": "2026-12-31",
    }
