"""What is typed of a part: places, lists, text as people write it. The data that is given stays as it is."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import NotAPlan
from core.domain.plan import NINE_PARTS
from core.plandoc import typed
from core.plandoc.schemas import load_answer
from core.plandoc.typed import NoSuchPlace
from tests.scale import examples

RUBRIC = {
    "value": {"modules": [{"code": "a", "weight": 50}, {"code": "b", "weight": 50}]},
    "deviations": [{"annex": 3, "what": "配分", "reason": "实际"}],
}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/rubric/modules/0/weight", ("rubric", "/value/modules/0/weight")),
        ("/sections/schedule", ("schedule", "/section")),
        ("/occupations", ("occupations", "/value")),
        ("/deviations/0/reason", None),
        ("/nothing", None),
        ("", None),
    ],
)
def test_a_place_of_the_document_is_one_of_an_answer(path: str, place: tuple[str, str] | None) -> None:
    assert typed.place_of(path) == place


def test_putting_adding_removing_and_moving_leave_the_data_alone() -> None:
    before = deepcopy(RUBRIC)
    assert typed.at(typed.put("rubric", RUBRIC, "/value/modules/1/weight", "40"), "/value/modules/1") == {
        "code": "b",
        "weight": 40,
    }
    assert len(typed.add("rubric", RUBRIC, "/value/modules", 0, {"code": "c"})["value"]["modules"]) == 3
    assert typed.remove("rubric", RUBRIC, "/value/modules", 0)["value"]["modules"][0]["code"] == "b"
    assert typed.move("rubric", RUBRIC, "/value/modules", 0, 1)["value"]["modules"][1]["code"] == "a"
    assert before == RUBRIC


def test_what_is_typed_is_read_and_only_that() -> None:
    with pytest.raises(NotAPlan) as refused:
        typed.put("rubric", RUBRIC, "/value/modules/1/weight", "四十")
    assert [each.path for each in refused.value.faults] == ["/value/modules/1/weight"]
    with pytest.raises(NotAPlan) as refused:
        typed.add("rubric", RUBRIC, "/value/modules", 1, {"code": "c", "weight": "x", "unheard": "1"})
    assert {each.path for each in refused.value.faults} == {
        "/value/modules/1/weight",
        "/value/modules/1/unheard",
    }
    unread = {"value": {"modules": [{"weight": "四十"}]}}
    assert typed.put("rubric", unread, "/value/based_on", "附件3")["value"] == {
        **unread["value"],
        "based_on": "附件3",
    }


def test_nothing_typed_takes_the_value_out_and_what_is_on_the_way_is_made() -> None:
    assert "code" not in typed.put("rubric", RUBRIC, "/value/modules/0/code", "  ")["value"]["modules"][0]
    made = typed.put("methods", {}, "/value/performance/pass_score", "80")
    assert typed.read("methods", made).value.performance.pass_score == 80


@pytest.mark.parametrize(
    ("path", "raw", "value"),
    [
        ("/value/modules/0/weight", " ５０ ", 50),
        ("/value/modules/0/weight", "50.00", 50),
        ("/value/modules/0/rescale", "true", True),
        ("/value/modules/0/factors", "甲\n\n乙 ", ["甲", "乙"]),
        ("/value/modules/9/items/3/name", " 名称 ", "名称"),
    ],
)
def test_text_reads_as_the_value_it_means(path: str, raw: str, value: object) -> None:
    assert typed.reads_as("rubric", path, raw, value)
    assert not typed.reads_as("rubric", path, raw, "anything else")


def test_text_that_is_no_value_reads_as_none() -> None:
    assert not typed.reads_as("rubric", "/value/modules/0/weight", "五十", 50)
    with pytest.raises(NoSuchPlace):
        typed.reads_as("rubric", "/value/nothing", "1", 1)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [("/a", "/a", True), ("/a", "/a/0", True), ("", "/a", True), ("/a/1", "/a/10", False)],
)
def test_places_overlap_where_one_holds_the_other(one: str, other: str, found: bool) -> None:
    assert typed.overlap(one, other) is typed.overlap(other, one) is found


def test_lists_and_names_have_an_end() -> None:
    with pytest.raises(NotAPlan):
        typed.read("occupations", {"value": [{}] * 201})
    with pytest.raises(NotAPlan):
        typed.read("conditions", {"value": {"paths": {"长" * 101: {}}}})
    assert len(typed.read("occupations", {"value": [{}] * 200}).value) == 200
    assert len(typed.add("occupations", {"value": [{}] * 199}, "/value", None, {})["value"]) == 200
    with pytest.raises(NotAPlan):
        typed.add("occupations", {"value": [{}] * 200}, "/value", None, {})
    with pytest.raises(NotAPlan):
        typed.add("conditions", {"value": {"paths": {}}}, "/value/paths", "长" * 101, {})


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=9)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXT | st.integers(-9, 99),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=examples(300), deadline=None)
@given(
    part=st.sampled_from([*NINE_PARTS, typed.EXTRA]),
    steps=st.lists(
        st.sampled_from(["value", "section", "deviations", "0", "7", "", "~1", "code"]), max_size=5
    ),
    raw=VALUES,
)
def test_whatever_is_typed_anywhere_is_kept_or_refused_in_words(
    part: str, steps: list[str], raw: object
) -> None:
    try:
        kept = typed.put(part, {}, "".join(f"/{step}" for step in steps), raw)
    except (NoSuchPlace, NotAPlan):
        return
    assert typed.kept(typed.read(part, kept)) == kept  # as if all of it were read
    assert typed.kept(load_answer(part, kept)) == kept
