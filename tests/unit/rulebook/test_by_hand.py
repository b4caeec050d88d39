"""人工核对: what reviewers are told to confirm is what no code checks of the steps they review."""

from core.domain.plan_review import SECTIONS
from core.rulebook.by_hand import STAGES, by_hand
from core.rulebook.js2023 import EDITION


def test_every_unchecked_rule_of_making_and_reviewing_a_plan_is_listed_once() -> None:
    found = by_hand(EDITION, SECTIONS)
    listed = [rule.id for rules in found.values() for rule in rules]
    wanted = [each.id for each in EDITION.unchecked().values() if STAGES & {*each.stages}]
    assert sorted(listed) == sorted(wanted)
    assert [each.id for each in found["rights_duties"]] == ["JS-4-research-participation"]
    assert "JS-A3-direct-no-scoring" in [each.id for each in found["rubric"]]


def test_a_rule_of_a_section_that_the_plan_lacks_is_of_the_whole_plan() -> None:
    found = by_hand(EDITION, [name for name in SECTIONS if name != "rights_duties"])
    assert "JS-4-research-participation" in [each.id for each in found[""]]
