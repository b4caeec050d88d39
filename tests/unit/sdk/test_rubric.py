"""Deriving a rubric: each function gives a new value and says what it cannot do."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.plan import Band, BandCondition, PlanDraft, RubricItem, RubricModule
from core.domain.values import ABSENT, Many
from core.rulebook.engine import check
from core.sdk import (
    bands,
    benefit_bands,
    graded,
    in_steps,
    item,
    module,
    part,
    reference_rubric,
    resized,
    reweighed,
    reworded,
    with_item,
    with_modules,
    with_part,
    without_item,
)
from core.services.editions import CURRENT
from core.services.tenants import latest_cycle

REFERENCE = reference_rubric(CURRENT.template)
ACHIEVEMENT = module(REFERENCE, "achievement")
SKILL = item(ACHIEVEMENT, "practical_skill")
NEW = RubricItem(code="new", name="新项", max=Decimal(5), bands=bands(("0~5", "酌情。")))


def spans(rows: Many[Band]) -> list[tuple[str, str]]:
    return [(str(row.min), str(row.max)) for row in rows or ()]


def codes(module: RubricModule) -> list[object]:
    return [each.code for each in module.items or ()]


def test_reference_rubric_breaks_no_rule_of_the_rubric() -> None:
    findings = check(PlanDraft(rubric=REFERENCE), edition=CURRENT, cycle=latest_cycle())
    assert [each.rule for each in findings if each.path.startswith("/rubric")] == []


@pytest.mark.parametrize(
    ("look", "known"),
    [
        (lambda: module(REFERENCE, "achievment"), "achievement, interview, overall"),
        (lambda: item(ACHIEVEMENT, "nothing"), "practical_skill"),
        (lambda: part(SKILL, "nothing"), "only nothing"),
        (lambda: without_item(ACHIEVEMENT, "nothing"), "practical_skill"),
        (lambda: with_item(ACHIEVEMENT, NEW, after="nothing"), "practical_skill"),
    ],
    ids=["module", "item", "part", "without_item", "with_item"],
)
def test_unknown_code_is_an_error_that_names_the_known_ones(look: object, known: str) -> None:
    assert callable(look)
    with pytest.raises(LookupError, match=known):
        look()


def test_item_goes_last_behind_another_or_in_its_place() -> None:
    before = codes(ACHIEVEMENT)
    assert codes(with_item(ACHIEVEMENT, NEW)) == [*before, "new"]
    assert codes(with_item(ACHIEVEMENT, NEW, after=str(before[0]))) == [before[0], "new", *before[1:]]
    assert codes(with_item(ACHIEVEMENT, NEW, instead_of=str(before[1]))) == [before[0], "new", *before[2:]]


def test_item_of_a_known_code_takes_its_place() -> None:
    changed = with_item(ACHIEVEMENT, replace(SKILL, name="改名"))
    assert codes(changed) == codes(ACHIEVEMENT)
    assert item(changed, "practical_skill").name == "改名"
    assert item(ACHIEVEMENT, "practical_skill").name == "实操技能、绝技绝活"


def test_part_of_a_known_code_takes_its_place() -> None:
    problem = item(ACHIEVEMENT, "production_problem")
    renamed = replace(part(problem, "critical_tasks"), code="yield", name="良率")
    changed = with_part(problem, renamed, instead_of="critical_tasks")
    assert [each.code for each in changed.parts or ()] == ["yield", "economic_benefit"]
    again = with_part(changed, replace(renamed, name="良品率"))
    assert [each.name for each in again.parts or ()] == ["良品率", "为企业创造重大效益"]


def test_item_is_taken_out() -> None:
    assert "practical_skill" not in codes(without_item(ACHIEVEMENT, "practical_skill"))


def test_modules_are_reweighed_and_replaced() -> None:
    changed = reweighed(REFERENCE, achievement=45, interview=Decimal("24.5"))
    weights = [each.weight for each in changed.modules or ()]
    assert weights == [Decimal(45), Decimal("24.5"), Decimal(30)]
    emptied = with_modules(changed, replace(ACHIEVEMENT, items=()))
    assert module(emptied, "achievement").items == ()


def test_bands_are_written_as_spans() -> None:
    condition = BandCondition(gt=Decimal(5))
    assert bands(("9.5~10", "好", condition), ("0", "零")) == (
        Band(min=Decimal("9.5"), max=Decimal(10), text="好", condition=condition),
        Band(min=Decimal(0), max=Decimal(0), text="零"),
    )


def test_benefit_bands_leave_no_gap_between_the_thresholds() -> None:
    rows = benefit_bands(1000, 500, 200, confirmed="经财务部门确认")
    assert [row.text for row in rows] == [
        "经财务部门确认超1000万元",
        "超500万元至1000万元（含）",
        "超200万元至500万元（含）；200万元及以下记0分",
    ]
    conditions = [row.condition or BandCondition() for row in rows]
    assert [(each.gt, each.le) for each in conditions] == [
        (Decimal(1000), ABSENT),
        (Decimal(500), Decimal(1000)),
        (ABSENT, Decimal(500)),
    ]


def test_words_change_and_points_stay() -> None:
    changed = reworded(SKILL, "上", "中", "下")
    assert [row.text for row in changed.bands or ()] == ["上", "中", "下"]
    assert spans(changed.bands) == spans(SKILL.bands)


def test_as_many_words_as_bands_are_needed() -> None:
    with pytest.raises(ValueError, match="3 bands, 2 texts"):
        reworded(SKILL, "上", "下")


def test_item_is_resized_in_proportion() -> None:
    changed = resized(SKILL, 5)
    assert (changed.max, spans(changed.bands)) == (
        Decimal(5),
        [("4.5", "5.0"), ("2.5", "4.0"), ("0.0", "2.0")],
    )


def test_item_with_parts_is_resized_by_its_maximum_alone() -> None:
    problem = item(ACHIEVEMENT, "production_problem")
    assert resized(problem, 30) == replace(problem, max=Decimal(30))


def test_item_without_a_maximum_cannot_be_resized() -> None:
    with pytest.raises(ValueError, match="no maximum"):
        resized(replace(SKILL, max=ABSENT), 5)


def test_half_points_close_the_gaps_between_bands() -> None:
    halves = in_steps(REFERENCE, Decimal("0.5"))
    assert halves.score_step == Decimal("0.5")
    achievement = module(halves, "achievement")
    assert spans(item(achievement, "practical_skill").bands) == [("9", "10"), ("5", "8.5"), ("0", "4.5")]
    benefit = part(item(achievement, "production_problem"), "economic_benefit")
    assert spans(benefit.bands) == [("9", "10"), ("5", "8.5"), ("0", "4.5")]


def test_whole_points_again_give_the_reference() -> None:
    assert in_steps(in_steps(REFERENCE, Decimal("0.5")), 1) == REFERENCE


def test_graded_item_has_points_for_each_grade_and_no_bands() -> None:
    changed = graded(SKILL, 5, {"优秀": 100, "良好": 80, "不合格": 0})
    assert (changed.max, changed.bands, changed.parts) == (Decimal(5), ABSENT, ABSENT)
    assert [(each.grade, each.points) for each in changed.grades or ()] == [
        ("优秀", Decimal(5)),
        ("良好", Decimal(4)),
        ("不合格", Decimal(0)),
    ]
