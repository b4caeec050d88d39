"""A plan that is written reads back as the same plan."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from core.domain.plan import Band, PlanDraft, RightsDuties, Rubric, RubricItem, RubricModule, Sections
from core.plandoc.files import parse_plan_file
from core.plandoc.writing import as_json, as_yaml
from core.rulebook.reference import reference_plan
from core.services.editions import CURRENT

SHARED = ("一、二",)
AWKWARD = PlanDraft(
    plan_id="012",
    sections=Sections(conditions="true", methods="第一行\n  第二行：含冒号: 和#号\n", incentives=None),
    rights_duties=RightsDuties(rights=SHARED, duties=SHARED, term_years=None, appraisal="2026-11-23"),
    rubric=Rubric(
        modules=(RubricModule(items=(RubricItem(bands=(Band(min=Decimal("0.5"), text="- 项"),)),)),),
    ),
)


@pytest.mark.parametrize("write", [as_yaml, as_json])
@pytest.mark.parametrize("plan", [PlanDraft(plan_id="1"), AWKWARD, reference_plan(CURRENT.template)])
def test_written_plan_reads_back_the_same(write: Callable[[PlanDraft], bytes], plan: PlanDraft) -> None:
    assert parse_plan_file(write(plan)).plans == (plan,)
