"""The template: every value with clause and lock, verbatim where it quotes, strict when it is read."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.paths import ROOT
from core.rulebook.catalogue import load_catalogue
from core.rulebook.sourcetext import squeeze
from core.rulebook.template import Lock, Node, load_template

EDITION = ROOT / "core" / "rulebook" / "js2023"
TEMPLATE = load_template(EDITION / "template.yaml")
CATALOGUE = load_catalogue(EDITION / "catalogue.yaml")
SOURCE = squeeze((EDITION / "source.txt").read_text("utf-8"))
NODES: dict[str, Node] = {**TEMPLATE.groups, **TEMPLATE.leaves}
RUBRIC: Any = TEMPLATE.tree("/rubric")


def test_every_leaf_has_label_clause_and_known_rules() -> None:
    for path, leaf in TEMPLATE.leaves.items():
        assert leaf.label, path
        assert leaf.clause.startswith(tuple(CATALOGUE.sections)), path
        assert CATALOGUE.rules.keys() >= set(leaf.rules), path


def test_every_quote_is_in_the_official_text() -> None:
    for path, node in NODES.items():
        assert squeeze(node.quote) in SOURCE, path


def test_band_texts_and_their_points_are_in_the_official_text() -> None:
    texts = [path for path in TEMPLATE.leaves if path.startswith("/rubric/") and path.endswith("/text")]
    assert len(texts) == 28
    for path in texts:
        band = path.removesuffix("/text")
        assert squeeze(TEMPLATE.text(path)) in SOURCE, path
        assert f"{TEMPLATE.integer(f'{band}/min')}~{TEMPLATE.integer(f'{band}/max')}分" in SOURCE, path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/conditions/paths/special_technician/years_min", 2),
        ("/conditions/paths/senior_technician/years_min", 8),
        ("/conditions/paths/full_senior_title/years_min", 4),
        ("/organisation/committee/posts/chair/count", 1),
        ("/organisation/committee/posts/vice_chair/count", 1),
        ("/organisation/committee/posts/vice_chair/skill_years_min", 5),
        ("/organisation/committee/posts/member/count", 5),
        ("/organisation/panels/enterprise_experts", 1),
        ("/organisation/panels/industry_experts", 3),
        ("/methods/aggregation/min_scorers", 5),
        ("/nomination/requirements/industry_position/revenue_wan_min", 2000),
        ("/nomination/requirements/senior_technicians/count_min", 1),
        ("/nomination/cluster_preference/provincial_clusters", 16),
        ("/publicity/plan/recommended_workdays", 3),
        ("/publicity/enterprise/recommended_workdays", 5),
        ("/publicity/provincial/min_workdays", 5),
        ("/rubric/modules/achievement/weight", 50),
        ("/rubric/modules/interview/weight", 20),
        ("/rubric/modules/overall/weight", 30),
        ("/scoring/total", 100),
        ("/scoring/weight_deviation", 10),
        ("/certificate/level_position", 16),
        ("/sanctions/items/ban_five_years/years", 5),
    ],
)
def test_numbers_of_the_text(path: str, value: int) -> None:
    assert TEMPLATE.integer(path) == value
    assert TEMPLATE.number(path) == Decimal(value)


def test_shares_words_texts_and_flags() -> None:
    assert TEMPLATE.share("/methods/direct/vote_fraction") == (2, 3)
    assert TEMPLATE.share("/organisation/committee/external_share") == (1, 3)
    assert TEMPLATE.words("/methods/routes") == ("performance", "direct")
    assert TEMPLATE.flag("/conditions/paths/senior_technician/still_engaged") is True
    deadlines = {name: TEMPLATE.text(f"/deadlines/{name}") for name in TEMPLATE.codes("/deadlines")}
    assert deadlines == {
        "nomination": "11-10",
        "plan_report": "11-20",
        "list_formed": "12-15",
        "provincial_publicity_start": "12-20",
        "year_end": "12-31",
    }


@pytest.mark.parametrize(
    ("path", "lock"),
    [
        ("/scoring/total", Lock.LOCKED),
        ("/scoring/modules", Lock.LOCKED),
        ("/publicity/provincial/min_workdays", Lock.LOCKED),
        ("/certificate/level_code", Lock.LOCKED),
        ("/sanctions/items/ban_five_years/years", Lock.LOCKED),
        ("/conditions/paths/senior_technician/years_min", Lock.BOUNDED),
        ("/methods/direct/priority_conditions", Lock.BOUNDED),
        ("/methods/direct/vote_fraction", Lock.BOUNDED),
        ("/organisation/committee/external_share", Lock.BOUNDED),
        ("/organisation/panels/industry_experts", Lock.BOUNDED),
        ("/deadlines/list_formed", Lock.BOUNDED),
        ("/rubric/modules/achievement/weight", Lock.DEFAULT),
        ("/rubric/modules/overall/items/honours/bands/0/text", Lock.DEFAULT),
        ("/rubric/modules/overall/form", Lock.FREE),
        ("/methods/tie_break", Lock.FREE),
        ("/publicity/enterprise/recommended_workdays", Lock.FREE),
        ("/incentives/work_platform/kind", Lock.FREE),
        ("/complaints/handlers", Lock.FREE),
    ],
)
def test_locks_follow_what_a_plan_may_do(path: str, lock: Lock) -> None:
    assert TEMPLATE.leaf(path).lock is lock


def test_locks_have_their_words() -> None:
    assert [lock.zh for lock in Lock] == ["锁定", "限幅", "参考值", "自定"]


def test_bounds_are_inclusive_minima_of_bounded_numbers() -> None:
    bounded = [leaf for leaf in TEMPLATE.leaves.values() if leaf.minimum is not None]
    assert {leaf.lock for leaf in bounded} == {Lock.BOUNDED}
    assert all(leaf.value == leaf.minimum for leaf in bounded)


def test_rubric_sums_and_bands_are_sound() -> None:
    assert sum(module["weight"] for module in RUBRIC["modules"]) == 100
    for module in RUBRIC["modules"]:
        assert sum(item["max"] for item in module["items"]) == module["weight"]
        for item in module["items"]:
            parts = item.get("parts", [item])
            assert sum(part["max"] for part in parts) == item["max"]
            for part in parts:
                points = [range(band["min"], band["max"] + 1) for band in part["bands"]]
                assert sorted(point for band in points for point in band) == list(range(part["max"] + 1))


def test_rubric_has_the_shape_of_the_demo_plan_that_follows_it() -> None:
    plans = yaml.safe_load((ROOT / "tests" / "data" / "demo_plans.yaml").read_text("utf-8"))["plans"]
    assert outline(RUBRIC) == outline(plans[0]["rubric"])


def outline(value: Any) -> Any:
    """A rubric without the words an enterprise writes itself."""
    if isinstance(value, dict):
        own = {"text", "name", "condition"}
        return {key: outline(each) for key, each in value.items() if key not in own}
    return [outline(each) for each in value] if isinstance(value, list) else value


def test_trees_are_plain_data_and_fresh() -> None:
    tree: Any = TEMPLATE.tree("/rubric/modules/interview/items/on_site_performance/bands")
    text = "语言规范、表达准确、表现得体得5分，有不恰当之处的酌情扣分，扣完为止。"
    assert tree == [{"min": 0, "max": 5, "text": text}]
    tree.clear()
    assert TEMPLATE.tree("/rubric/modules/interview/items/on_site_performance/bands")
    assert TEMPLATE.tree("/methods/direct/vote_fraction") == [2, 3]
    assert [post["code"] for post in TEMPLATE.tree("/organisation/committee/posts")] == [
        "chair",
        "vice_chair",
        "member",
        "staff",
    ]


def test_priority_conditions_open_by_default_are_the_five() -> None:
    five = TEMPLATE.codes("/eligibility/priority_conditions/items")
    assert TEMPLATE.words("/methods/direct/priority_conditions") == five
    assert TEMPLATE.codes("/rubric/modules") == TEMPLATE.words("/scoring/modules")
    assert TEMPLATE.codes("/eligibility/basic_conditions/credentials") == TEMPLATE.codes("/conditions/paths")
    assert TEMPLATE.codes("/routes") == TEMPLATE.words("/methods/routes")


def test_workflow_names_known_deadlines_and_roles() -> None:
    deadlines, roles = TEMPLATE.codes("/deadlines"), TEMPLATE.codes("/roles")
    for stage in TEMPLATE.tree("/workflow/stages"):
        assert stage.get("deadline", deadlines[0]) in deadlines
        assert set(stage["actors"]) <= set(roles)


@pytest.mark.parametrize(
    ("plan_path", "answering"),
    [
        ("/methods/direct/vote_fraction/0", "/methods/direct/vote_fraction"),
        ("/rubric/modules/achievement/weight", "/rubric/modules/achievement/weight"),
        (
            "/rubric/modules/achievement/items/practical_skill/bands/1/text",
            "/rubric/modules/achievement/items/practical_skill/bands/1/text",
        ),
        ("/rubric/modules/achievement/items/yield/max", "/rubric/modules/achievement/items"),
        ("/rubric/modules/0/weight", "/rubric/modules"),
        ("/schedule/list_formed", "/schedule"),
        ("/conditions/extra/no_redline/text", "/conditions"),
    ],
)
def test_lock_of_a_place_of_a_plan_is_the_nearest(plan_path: str, answering: str) -> None:
    node = TEMPLATE.lock_of(plan_path)
    assert node is not None
    assert node.path == answering


def test_lock_of_a_place_the_template_does_not_know() -> None:
    assert TEMPLATE.lock_of("/extra_sections/0") is None


def test_asking_for_the_wrong_thing_names_the_path() -> None:
    for ask in (TEMPLATE.leaf, TEMPLATE.codes, TEMPLATE.tree):
        with pytest.raises(KeyError, match="/no/such"):
            ask("/no/such")
    for wrong in (TEMPLATE.flag, TEMPLATE.integer, TEMPLATE.number, TEMPLATE.share, TEMPLATE.words):
        with pytest.raises(TypeError, match="/deadlines/nomination"):
            wrong("/deadlines/nomination")
    with pytest.raises(TypeError, match="/scoring/total"):
        TEMPLATE.text("/scoring/total")
    with pytest.raises(TypeError, match="/methods/direct/vote_fraction"):
        TEMPLATE.words("/methods/direct/vote_fraction")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {b: 1}", "/a: states no $lock or no $clause"),
        ("a: {$lock: shut, $clause: 四, b: 1}", "/a: unknown lock 'shut'"),
        ("a: {$lock: free, $clause: 4, b: 1}", "/a: $clause is not a text"),
        ("a: {$lock: free, $clause: 四, $rule: 1, b: 1}", "/a: $rule is neither"),
        ("a: {$lock: free, $clause: 四, $colour: red, b: 1}", "/a: unknown $colour"),
        ("a: {$lock: free, $clause: 四, $value: 1, b: 1}", "/a: $value beside keys of its own"),
        ("a: {$lock: free, $clause: 四, b: {$min: x}}", "/a/b: $min is not a number"),
        ("a: {$lock: free, $clause: 四, b: }", "/a/b: neither a value"),
        ("a: {$lock: free, $clause: 四, b: [1, [2]]}", "/a/b: neither a value"),
        ("a: {$lock: free, $clause: 四, $coded: true, b: 1}", "/a/b: a coded item is a mapping"),
        ("a: {$lock: free, $clause: 四, b: 1, b: 2}", "line 1: b stands twice"),
        ("$labels: []", "/$labels: not a mapping"),
        ("[]", "not a mapping"),
    ],
)
def test_reading_names_the_path_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        load_template(file)


def test_numbers_are_exact_and_dates_stay_text(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("a: {$lock: free, $clause: 四, b: 0.5, c: 2023-11-10, d: {$max: 1.5}}", "utf-8")
    template = load_template(file)
    assert template.number("/a/b") == Decimal("0.5")
    assert template.text("/a/c") == "2023-11-10"
    assert template.leaf("/a/d").value == template.leaf("/a/d").maximum == Decimal("1.5")
