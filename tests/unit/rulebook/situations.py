"""Named situations on the boundary of each executable rule; they stand in ``cases/``, one file per section.

A case has a ``name``, a ``base`` (one of the demo plans) and a ``patch`` (JSON Patch); where it needs to, a
``cycle`` (keys that replace those of the demo cycle) and ``finds``, the expected ids per effect in full.
Without ``finds``, a case that ``passes`` gives what its base gives, one that ``breaks`` this rule besides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.domain.cycle import Cycle
from core.rulebook.datafile import read_data
from core.rulebook.js2023 import EDITION
from tests.unit.rulebook.plans import EFFECTS, PLANS, Sets, cycle, expected, patched

KEYS = {"name", "base", "patch", "cycle", "finds"}


@dataclass(frozen=True)
class Case:
    """One situation of a rule, which it ``breaks`` or not."""

    rule: str
    breaks: bool
    situation: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.rule}：{self.situation['name']}"

    @property
    def plan(self) -> dict[str, Any]:
        """The plan as plain data."""
        return patched(self.situation["base"], self.situation.get("patch", []))

    @property
    def cycle(self) -> Cycle:
        return cycle(**self.situation.get("cycle", {}))

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


def _cases() -> Iterator[Case]:
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml")):
        for rule, situations in read_data(path).items():
            assert isinstance(situations, dict), rule
            assert situations.keys() == {"passes", "breaks"}, rule
            for kind in ("passes", "breaks"):
                yield from (Case(rule, kind == "breaks", each) for each in situations[kind])


CASES = tuple(_cases())
