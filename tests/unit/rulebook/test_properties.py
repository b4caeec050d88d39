"""What holds for every plan: order and repetition change nothing, and a plan with holes is judged."""

import copy
from collections import Counter
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.domain.plan import PlanDraft
from core.domain.records import build, plain
from core.rulebook.engine import check
from core.rulebook.js2023 import EDITION
from tests.unit.rulebook.plans import PLANS, effect_of, findings, patched, points_into
from tests.unit.rulebook.situations import CASES, Case

Data = dict[str, Any]
Draw = st.DataObject
Way = tuple[str | int, ...]

SITUATIONS = st.sampled_from(CASES)
UNORDERED = {
    *(
        "evaluation_history",
        "channels",
        "occupations",
        "title_mapping",
        "title_occupations",
        "extra",
        "routes",
    ),
    *("priority_conditions", "members", "staff", "panels", "serves", "modules", "items", "parts", "bands"),
    *("focus", "factors", "rights", "duties", "handlers", "deviations", "extra_sections", "extra_rounds"),
}


def shuffled(node: Any, random: Random, key: str = "") -> Any:
    """``node`` with every list that has no order, and every mapping, in another order."""
    if isinstance(node, dict):
        return {each: shuffled(node[each], random, each) for each in random.sample(list(node), len(node))}
    if isinstance(node, list):
        entries = [shuffled(each, random) for each in node]
        return random.sample(entries, len(entries)) if key in UNORDERED else entries
    return node


def with_keys_reversed(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: with_keys_reversed(node[key]) for key in reversed(node)}
    return [with_keys_reversed(each) for each in node] if isinstance(node, list) else node


@given(SITUATIONS, st.randoms(use_true_random=True))
def test_the_order_of_lists_without_order_changes_no_rule(case: Case, random: Random) -> None:
    def rules(plan: Data) -> Counter[tuple[str, str]]:
        return Counter((each.rule, effect_of(each)) for each in findings(plan, case.cycle))

    assert rules(shuffled(case.plan, random)) == rules(case.plan)


@given(SITUATIONS)
def test_the_order_of_keys_changes_nothing(case: Case) -> None:
    assert findings(with_keys_reversed(case.plan), case.cycle) == findings(case.plan, case.cycle)


@given(SITUATIONS)
def test_check_gives_the_same_answer_twice_and_leaves_the_plan_as_it_was(case: Case) -> None:
    plan = build(PlanDraft, case.plan)
    before = plain(plan)
    first = check(plan, edition=EDITION, cycle=case.cycle)
    assert check(plan, edition=EDITION, cycle=case.cycle) == first
    assert plain(plan) == before
    assert plan == build(PlanDraft, case.plan)


def places(node: Any, path: Way = ()) -> list[Way]:
    """The way to every value in the document, the whole document left out."""
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = [path] if path else []
    for step, each in below:
        found += places(each, (*path, step))
    return found


WAYS = {plan_id: places(patched(plan_id)) for plan_id in PLANS}
HOLES: dict[str, list[Any]] = {
    "str": ["", " 　", "其他"],
    "list": [[]],
    "dict": [{}],
    "bool": [False],
    "int": [0, -1],
}


@given(st.sampled_from(sorted(PLANS)), st.integers(1, 6), st.data())
def test_a_plan_with_holes_is_judged_and_every_finding_points_into_it(
    plan_id: str, count: int, data: Draw
) -> None:
    plan = copy.deepcopy(patched(plan_id))
    for way in data.draw(
        st.lists(st.sampled_from(WAYS[plan_id]), min_size=count, max_size=count, unique=True)
    ):
        dig(plan, way, data)
    for each in findings(plan):
        assert points_into(plan, each.path), each.path


def dig(plan: Data, way: Way, data: Draw) -> None:
    """Blank or remove the value at the end of ``way``, where an earlier hole has left it there."""
    *parents, last = way
    node: Any = plan
    for step in parents:
        node = node[step] if reaches(node, step) else None
    if not reaches(node, last):
        return
    if data.draw(st.booleans()):
        node[last] = copy.deepcopy(data.draw(st.sampled_from(holes(node[last]))))
    else:
        del node[last]


def holes(value: Any) -> list[Any]:
    """What a document may hold in place of ``value``: a date stays a date."""
    dated = isinstance(value, str) and value[:4].isdecimal()
    return [None] if dated else [None, *HOLES.get(type(value).__name__, [])]


def reaches(node: Any, step: str | int) -> bool:
    return (isinstance(node, dict) and step in node) or (
        isinstance(node, list) and isinstance(step, int) and step < len(node)
    )
