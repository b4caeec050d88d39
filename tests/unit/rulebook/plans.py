"""Plans for the tests of the rulebook: the demo plans, patched as plain data, and what ``check`` says."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jsonpatch

from core.domain.cycle import Cycle
from core.domain.plan import PlanDraft
from core.domain.records import Kind, build, specs, steps_of
from core.domain.values import ABSENT
from core.rulebook.datafile import read_data
from core.rulebook.engine import Finding, check
from core.rulebook.js2023 import EDITION

Sets = dict[str, list[str]]

DOCUMENT: Any = read_data(Path(__file__).parents[2] / "data" / "demo_plans.yaml")
PLANS: Mapping[str, Any] = {plan["plan_id"]: plan for plan in DOCUMENT["plans"]}
XUZHOU, SUZHOU, NANJING = PLANS
EFFECTS = ("block", "needs_reason_with_reason", "needs_reason_without_reason", "warn")


def patched(base: str, patch: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The demo plan ``base`` as plain data, without its annotations, changed by a JSON Patch."""
    plan = {key: each for key, each in PLANS[base].items() if key not in ("expected", "fictional", "note")}
    changed: dict[str, Any] = jsonpatch.apply_patch(plan, list(patch))
    return changed


def cycle(**changes: Any) -> Cycle:
    """The cycle of the demo plans, with ``changes`` as plain data."""
    return build(Cycle, DOCUMENT["cycle"] | changes)


def findings(data: Mapping[str, Any], given: Cycle | None = None) -> tuple[Finding, ...]:
    """What ``check`` finds in a plan given as plain data."""
    return check(build(PlanDraft, data), edition=EDITION, cycle=given or cycle())


def sets(found: Iterable[Finding]) -> Sets:
    """The ids of the rules found, each once, by effect."""
    ids: dict[str, set[str]] = {effect: set() for effect in EFFECTS}
    for each in found:
        ids[effect_of(each)].add(each.rule)
    return {effect: sorted(rules) for effect, rules in ids.items()}


def effect_of(finding: Finding) -> str:
    """One of ``EFFECTS``."""
    if finding.effect != "needs_reason":
        return finding.effect.value
    return "needs_reason_with_reason" if finding.reason_given else "needs_reason_without_reason"


def expected(document: Mapping[str, Any]) -> Sets:
    """The expected sets as the demo file writes them."""
    given = document["expected"]
    return {
        effect: sorted(given.get(key, []))
        for effect, key in zip(EFFECTS, ("blocking", *EFFECTS[1:3], "warnings"), strict=True)
    }


def points_into(document: Any, path: str) -> bool:
    """Whether the JSON pointer ``path`` names a place in ``document``, or a key that could stand there."""
    *way, last = steps_of(path)
    for step in way:
        if isinstance(document, list):
            document = document[int(step)] if int(step) < len(document) else ABSENT
        else:
            document = document.get(step, ABSENT) if isinstance(document, dict) else ABSENT
    if isinstance(document, list):
        return int(last) < len(document)
    return document is None or isinstance(document, dict)


def is_place(record: type, path: str) -> bool:
    """Whether the JSON pointer ``path`` names a place that a record of the class has; "" is all of it."""
    kind: Kind | None = Kind(record)
    for step in steps_of(path):
        if kind is not None and kind.is_record:
            spec = specs(kind.base).get(step)
            if spec is None:
                return False
            kind = spec.kind
        elif kind is not None and kind.item is not None:
            kind = kind.item
        else:
            return False
    return True
