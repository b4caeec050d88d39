"""Each executable rule against situations on its boundary; they stand in ``cases/``, one file per section.

A case has a ``name``, a ``base`` (one of the demo plans) and a ``patch`` (JSON Patch); where it needs to, a
``cycle`` (keys that replace those of the demo cycle) and ``finds``, the expected ids per effect in full.
Without ``finds``, a case that ``passes`` gives what its base gives, one that ``breaks`` this rule besides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.domain.records import steps_of
from core.rulebook.datafile import read_data
from core.rulebook.js2023 import EDITION
from tests.unit.rulebook.plans import EFFECTS, PLANS, Sets, cycle, expected, findings, patched, sets

CASES = Path(__file__).parent / "cases"
KEYS = {"name", "base", "patch", "cycle", "finds"}
EXECUTABLE = [check.rule for check in EDITION.checks]


@dataclass(frozen=True)
class Case:
    rule: str
    breaks: bool
    situation: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.rule}：{self.situation['name']}"

    @property
    def expected(self) -> Sets:
        """The ids per effect that the plan must give."""
        if (finds := self.situation.get("finds")) is not None:
            return {effect: sorted(finds.get(effect, [])) for effect in EFFECTS}
        base = expected(PLANS[self.situation["base"]])
        if not self.breaks:
            return base
        effect: str = EDITION.catalogue.rules[self.rule].effect
        effect = "needs_reason_without_reason" if effect == "needs_reason" else effect
        return base | {effect: sorted({*base[effect], self.rule})}


def cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.yaml")):
        for rule, situations in read_data(path).items():
            assert isinstance(situations, dict), rule
            assert situations.keys() == {"passes", "breaks"}, rule
            for kind in ("passes", "breaks"):
                yield from (Case(rule, kind == "breaks", each) for each in situations[kind])


ALL = list(cases())


def test_every_executable_rule_is_listed_once() -> None:
    assert sorted(set(EXECUTABLE)) == sorted(EXECUTABLE)


def test_every_executable_rule_has_a_case_that_passes_and_one_that_breaks() -> None:
    covered = {(case.rule, case.breaks) for case in ALL}
    assert sorted(covered) == sorted((rule, breaks) for rule in EXECUTABLE for breaks in (True, False))


def test_cases_have_known_keys_and_names_of_their_own() -> None:
    assert {key for case in ALL for key in case.situation} <= KEYS
    assert {key for case in ALL for key in case.situation.get("finds", {})} <= set(EFFECTS)
    assert len({str(case) for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_case_finds_exactly_the_expected_rules(case: Case) -> None:
    data = patched(case.situation["base"], case.situation.get("patch", []))
    found = findings(data, cycle(**case.situation.get("cycle", {})))
    assert sets(found) == case.expected
    assert (case.rule in {each.rule for each in found}) == case.breaks
    for each in found:
        assert points_into(data, each.path), each.path
        assert each.message.endswith(("。", "）。"))


def points_into(data: Any, path: str) -> bool:
    """Whether ``path`` names something in the document, or a key that could stand there."""
    *way, last = steps_of(path)
    for step in way:
        if isinstance(data, list):
            data = data[int(step)]
        elif isinstance(data, dict) and step in data:
            data = data[step]
        else:
            return False
    return not isinstance(data, list) or int(last) < len(data)
