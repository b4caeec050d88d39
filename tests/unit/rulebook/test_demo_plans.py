"""The demo plans and their broken variants give exactly the rules that their authors expect."""

from typing import Any

import pytest

from tests.unit.rulebook.plans import DOCUMENT, PLANS, expected, findings, patched, sets


@pytest.mark.parametrize("plan_id", PLANS)
def test_demo_plan_gives_exactly_its_expected_rules(plan_id: str) -> None:
    assert sets(findings(patched(plan_id))) == expected(PLANS[plan_id])


@pytest.mark.parametrize("variant", DOCUMENT["invalid_variants"], ids=lambda variant: variant["variant_id"])
def test_broken_variant_gives_exactly_its_expected_rules(variant: dict[str, Any]) -> None:
    assert sets(findings(patched(variant["base"], variant["patch"]))) == expected(variant)
