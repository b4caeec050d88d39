"""Checking, comparing and freezing plans: what the command line and the pages call."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain.cycle import Cycle, Deadlines
from core.domain.errors import DomainError
from core.domain.frozen import content_hash, thaw
from core.domain.plan import PlanDraft
from core.domain.records import build, specs
from core.plandoc.files import PlanFile, read_plan_file
from core.rulebook.reference import reference_plan
from core.rulebook.terms import Effect
from core.services.editions import CURRENT, edition, installed
from core.services.plans import (
    Report,
    assumed_cycle,
    check_plan,
    check_plans,
    deviation_report,
    differences,
    differences_from_reference,
    freeze_plan,
    select,
    unknown_plan,
)
from tests.unit.rulebook.plans import DOCUMENT, PLANS, SUZHOU, XUZHOU, cycle, expected, patched, sets

DEMO = read_plan_file(str(Path(__file__).parents[2] / "data" / "demo_plans.yaml"))
VARIANTS = DOCUMENT["invalid_variants"]


def draft(plan_id: str = XUZHOU, patch: Any = ()) -> PlanDraft:
    return build(PlanDraft, patched(plan_id, patch))


def deadline(report: Report, name: str) -> str:
    return str(getattr(report.cycle.deadlines, name))


# ---- check


@pytest.mark.parametrize("plan_id", PLANS)
def test_demo_plans_have_exactly_the_expected_findings(plan_id: str) -> None:
    (report,) = check_plans(DEMO, plan_id)
    assert sets(report.findings) == expected(PLANS[plan_id])
    assert report.ok


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant["variant_id"])
def test_broken_variants_have_exactly_the_expected_findings(variant: Any) -> None:
    report = check_plan(draft(variant["base"], variant["patch"]), cycle())
    assert sets(report.findings) == expected(variant)
    assert not report.ok


def test_findings_by_effect_has_all_three_in_order() -> None:
    report = check_plan(draft(SUZHOU), cycle())
    assert list(report.by_effect()) == [Effect.BLOCK, Effect.NEEDS_REASON, Effect.WARN]
    assert [len(each) for each in report.by_effect().values()] == [0, 1, 0]


KEYS = ["plan_id", "edition", "hash", "ok", "findings"]
FINDING_KEYS = [
    *("rule", "force", "effect", "reason_given", "waived"),
    *("path", "message", "clause", "quote"),
]


def test_report_as_json_has_the_keys_of_the_contract_in_order() -> None:
    data = check_plan(draft(SUZHOU), cycle()).as_json()
    assert list(data) == KEYS
    (finding,) = data["findings"]
    assert list(finding) == FINDING_KEYS
    assert json.loads(json.dumps(data)) == data
    assert (data["plan_id"], data["edition"], data["ok"]) == (SUZHOU, "js2023", True)
    assert data["hash"] == content_hash(draft(SUZHOU), "js2023")
    assert finding["rule"] == "JS-A2-chair-principal"
    assert (finding["force"], finding["effect"]) == ("in_principle", "needs_reason")
    assert (finding["reason_given"], finding["waived"]) == (True, False)
    assert finding["path"].startswith("/organisation/committee/members/0")
    assert (finding["clause"], finding["quote"]) == ("附件2", "主任委员原则上应当由企业主要负责人担任")


@pytest.mark.parametrize("plan_id", [None, ""])
def test_a_plan_without_an_id_has_none_in_json(plan_id: str | None) -> None:
    assert check_plan(PlanDraft(plan_id=plan_id)).as_json()["plan_id"] is None


def test_a_missing_reason_is_not_ok_and_a_given_one_is() -> None:
    patch = [{"op": "replace", "path": "/organisation/committee/members/0/reason", "value": "　"}]
    without = check_plan(draft(SUZHOU, patch), cycle())
    assert [each.reason_given for each in without.findings] == [False]
    assert not without.ok
    assert check_plan(draft(SUZHOU), cycle()).ok


# ---- the year


def only(**parts: Any) -> PlanDraft:
    return build(PlanDraft, parts)


@pytest.mark.parametrize(
    ("plan", "year"),
    [
        (
            only(
                schedule={"interview": "2027-12-03", "certificate_issue_end": "2028-01-31"},
                conditions={"as_of_date": "2026-11-27"},
            ),
            2027,
        ),
        (only(conditions={"as_of_date": "2025-11-27"}, submitted_at="2024-11-11"), 2025),
        (only(submitted_at="2024-11-11", nomination={"submitted_at": "2023-11-02"}), 2024),
        (only(submitted_at="2024-12-31T16:00:00+00:00"), 2025),
        (only(nomination={"submitted_at": "2023-11-02"}), 2023),
        (only(schedule={"interview": None}, conditions=None), 2026),
        (PlanDraft(), 2026),
    ],
)
def test_a_plan_alone_is_checked_in_the_year_of_its_own_dates(plan: PlanDraft, year: int) -> None:
    assert assumed_cycle(plan) == Cycle(year=year)
    report = check_plan(plan)
    assert (report.cycle.year, report.assumed_year) == (year, True)


def test_the_report_has_the_complete_cycle() -> None:
    report = check_plan(draft(), Cycle(year=2026))
    assert (report.assumed_year, report.calendar_official) == (False, True)
    assert deadline(report, "list_formed") == "2026-12-15"


def test_a_cycle_without_a_year_lies_in_that_of_its_deadlines() -> None:
    silent = build(Cycle, {"id": "x", "deadlines": {"list_formed": "2025-12-10"}})
    report = check_plan(draft(), silent)
    assert (report.cycle.id, report.cycle.year, report.assumed_year) == ("x", 2025, True)
    assert deadline(report, "list_formed") == "2025-12-10"
    assert deadline(report, "year_end") == "2025-12-31"


def test_a_plan_alone_and_in_its_cycle_agree() -> None:
    for plan_id in PLANS:
        assert check_plan(draft(plan_id)).findings == check_plan(draft(plan_id), cycle()).findings


def test_a_year_without_a_published_calendar_says_so() -> None:
    assert not check_plan(draft(), Cycle(year=2031)).calendar_official


# ---- selecting


def test_all_plans_of_a_file_or_the_one_that_is_named() -> None:
    assert [each.plan_id for each in check_plans(DEMO)] == list(PLANS)
    assert [each.plan_id for each in check_plans(DEMO, SUZHOU)] == [SUZHOU]
    assert select(DEMO) == DEMO.plans


def test_plans_that_share_an_id_are_all_selected() -> None:
    twice = PlanFile(plans=(PlanDraft(plan_id="a"), PlanDraft(plan_id="b"), PlanDraft(plan_id="a")))
    assert len(select(twice, "a")) == 2


@pytest.mark.parametrize(
    ("plans", "message"),
    [
        ((PlanDraft(plan_id="a"), PlanDraft(), PlanDraft(plan_id="b")), "没有编号为“x”的方案，这里有 a、b。"),
        ((PlanDraft(), PlanDraft(plan_id="")), "没有编号为“x”的方案，这里的方案都没有编号。"),
    ],
)
def test_an_unknown_id_names_those_there_are(plans: tuple[PlanDraft, ...], message: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_plans(PlanFile(plans=plans), "x")
    assert caught.value.message == message


def test_an_unknown_id_among_many_names_the_first_twenty() -> None:
    message = unknown_plan("x", [f"p{number}" for number in range(30)]).message
    assert message.endswith("p19 等 30 个编号。")
    assert "p20" not in message


# ---- freezing, differences, deviations


def test_freezing_gives_the_plan_its_hashes_and_the_rulebook_version() -> None:
    frozen = freeze_plan(draft())
    assert thaw(frozen.document) == draft()
    assert (frozen.edition, frozen.rulebook) == ("js2023", "js2023.1")
    assert frozen.content_hash == check_plan(draft()).content_hash


def test_differences_use_the_words_of_the_edition() -> None:
    patch = [{"op": "remove", "path": "/methods/routes/1"}]
    assert [each.sentence for each in differences(draft(), draft(patch=patch))] == ["删去 评审方式：直接评定"]


def test_differences_from_the_reference_are_none_for_the_reference() -> None:
    assert differences_from_reference(reference_plan(CURRENT.template)) == ()
    sections = {each.section for each in differences_from_reference(draft(SUZHOU))}
    assert sections == {"methods", "rubric"}


def test_the_deviation_report_takes_the_deadlines_of_the_cycle() -> None:
    later = replace(cycle(), deadlines=None)
    assert deviation_report(draft(), cycle()) == deviation_report(draft(), later) == deviation_report(draft())


# ---- editions


def test_installed_editions() -> None:
    assert list(installed()) == ["js2023"]
    assert edition() is edition("js2023") is CURRENT
    with pytest.raises(DomainError, match="没有安装版本“js2099”，已安装的有 js2023。"):
        edition("js2099")


def test_every_shown_part_of_the_cycle_is_set() -> None:
    report = check_plan(PlanDraft())
    assert all(deadline(report, name).startswith("2026-") for name in specs(Deadlines))
