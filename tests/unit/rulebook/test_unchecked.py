"""Rules that no code checks yet stand in ``unchecked.yaml``, each under the first stage of its work.

The list may only shrink: a rule that gets its predicate must be struck off, and a rule that has none and is
not on the list fails here.
"""

from pathlib import Path
from typing import Any

from core.rulebook.datafile import read_data
from core.rulebook.js2023 import EDITION

LISTED: Any = read_data(Path(__file__).parent / "unchecked.yaml")


def test_the_list_holds_exactly_the_rules_without_a_predicate_by_stage() -> None:
    without: dict[str, list[str]] = {}
    for rule, words in EDITION.unchecked().items():
        without.setdefault(words.stages[0], []).append(rule)
    assert without == LISTED


def test_stages_stand_in_the_order_of_the_work() -> None:
    assert list(LISTED) == [stage for stage in EDITION.catalogue.stages if stage in LISTED]


def test_every_rule_is_either_executable_or_listed() -> None:
    listed = [rule for rules in LISTED.values() for rule in rules]
    executable = list(EDITION.judged())
    assert sorted(listed + executable) == sorted(EDITION.catalogue.rules)


def test_every_rule_of_a_stage_that_is_built_is_executable() -> None:
    built = {"cycle_setup", "enterprise_nomination"}
    assert not [each.id for each in EDITION.unchecked().values() if built & set(each.stages)]
