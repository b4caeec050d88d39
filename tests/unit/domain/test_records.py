"""What the records are made of, and the way to plain data and back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given

from core.domain.plan import NINE_PARTS, SCHEDULE_DATES, SEVEN_SECTIONS, Band, PlanDraft, Schedule
from core.domain.records import (
    FieldSpec,
    Kind,
    build,
    frozen_open,
    kind_of,
    plain,
    pointer,
    position,
    specs,
    steps_of,
)
from core.domain.values import ABSENT, Absent, Count, Day, Flag, Moment, Number, Open, Text
from tests.unit.domain.drafts import drafts
from tests.unit.rulebook.plans import PLANS, patched


@pytest.mark.parametrize(
    ("hint", "kind"),
    [
        (Text, Kind(str)),
        (Count, Kind(int)),
        (Number, Kind(Decimal)),
        (Flag, Kind(bool)),
        (Day, Kind(date)),
        (Moment, Kind(datetime)),
        (Open, Kind(object)),
        (Band | None | Absent, Kind(Band)),
        (tuple[str, ...] | None | Absent, Kind(tuple, Kind(str))),
        (tuple[Band, ...] | None | Absent, Kind(tuple, Kind(Band))),
        (tuple[Open, ...] | None | Absent, Kind(tuple, Kind(object))),
        (Mapping[str, Band] | None | Absent, Kind(dict, Kind(Band))),
    ],
    ids=str,
)
def test_kind_of_an_annotation(hint: Any, kind: Kind) -> None:
    assert kind_of(hint) == kind


def test_specs_stand_in_document_order_with_term_and_unit() -> None:
    assert tuple(specs(Band)) == ("min", "max", "text", "condition")
    assert specs(Band)["max"] == FieldSpec("max", Kind(Decimal), "最高分", "分", 1)


def records_of(kind: Kind) -> set[type]:
    """The record classes that a value of ``kind`` may contain."""
    if kind.item is not None:
        return records_of(kind.item)
    if not kind.is_record:
        return set()
    return {kind.base}.union(*(records_of(spec.kind) for spec in specs(kind.base).values()))


def test_every_field_of_every_record_has_an_official_term() -> None:
    records = records_of(Kind(PlanDraft))
    assert len(records) > 30
    assert [(each, name) for each in records for name, spec in specs(each).items() if not spec.zh] == []


def test_every_key_names_texts_or_numbers_of_its_record() -> None:
    keyed = [each for each in records_of(Kind(PlanDraft)) if hasattr(each, "KEY")]
    assert len(keyed) >= 10
    assert {specs(each)[name].kind for each in keyed for name in each.KEY} == {Kind(str), Kind(int)}


def test_the_parts_of_the_text() -> None:
    assert len(SEVEN_SECTIONS) == 7
    assert tuple(NINE_PARTS) == (*SEVEN_SECTIONS[:4], "rubric", *SEVEN_SECTIONS[4:], "complaints")
    assert tuple(specs(Schedule))[:12] == SCHEDULE_DATES


@pytest.mark.parametrize("plan_id", PLANS)
def test_demo_plan_comes_back_from_its_record_as_it_was(plan_id: str) -> None:
    data = patched(plan_id)
    assert plain(build(PlanDraft, data)) == plain(data)


@given(drafts())
def test_any_plan_comes_back_from_plain_data(plan: PlanDraft) -> None:
    assert build(PlanDraft, plain(plan)) == plan


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (Decimal("80.00"), 80),
        (Decimal("8.50"), 8.5),
        (Decimal("-0.01"), -0.01),
        (date(2026, 11, 10), "2026-11-10"),
        (datetime(2026, 11, 10, 9, 30, tzinfo=UTC), "2026-11-10T09:30:00+00:00"),
        (None, None),
        (MappingProxyType({"a": (Decimal(1), True)}), {"a": [1, True]}),
        (Band(), {}),
        (Band(min=None, text=""), {"min": None, "text": ""}),
    ],
    ids=str,
)
def test_plain(value: object, data: object) -> None:
    assert plain(value) == data


def test_absent_and_null_are_two_things() -> None:
    absent, null = build(PlanDraft, {}), build(PlanDraft, {"methods": None})
    assert (absent.methods, null.methods) == (ABSENT, None)
    assert (plain(absent), plain(null)) == ({}, {"methods": None})


def test_open_data_holds_nothing_that_can_be_appended_to() -> None:
    assert frozen_open([{"a": [True, ["x"]]}, None]) == ({"a": (True, ("x",))}, None)


def test_numbers_of_open_data_are_exact() -> None:
    found = frozen_open([0.1, 2, Decimal("0.30")])
    assert found == (Decimal("0.1"), Decimal(2), Decimal("0.3"))
    assert {type(each) for each in found} == {Decimal}


@pytest.mark.parametrize("steps", [("a", 0, "b"), ("a/b", "~1", "~"), ("", 12), ()], ids=str)
def test_pointer_and_its_steps(steps: tuple[str | int, ...]) -> None:
    assert steps_of(pointer(*steps)) == tuple(map(str, steps))


def test_pointer_escapes_as_rfc_6901_says() -> None:
    assert pointer("a/b", "m~n", 0) == "/a~1b/m~0n/0"


IN_DOCUMENT_ORDER = (
    "",
    "/plan_id",
    "/sections",
    "/sections/occupations",
    "/sections/rights_duties",
    "/occupations",
    "/occupations/2",
    "/occupations/10",
    "/occupations/10/quota",
    "/conditions/paths/a/years_min",
    "/conditions/paths/b/years_min",
    "/rubric/score_step",
    "/rubric/modules/0/items/0/parts/1/bands/0/max",
    "/rubric/modules/1",
    "/complaints",
    "/extra_sections/0/anything",
    "/deviations/0",
)


def test_position_orders_by_keys_of_the_record_then_by_index() -> None:
    shuffled = sorted(IN_DOCUMENT_ORDER, key=lambda path: path[::-1])
    assert tuple(sorted(shuffled, key=lambda path: position(PlanDraft, path))) == IN_DOCUMENT_ORDER


def test_a_key_order_of_the_data_is_not_an_order_of_the_record() -> None:
    def reversed_keys(node: Any) -> Any:
        if isinstance(node, Mapping):
            return {key: reversed_keys(node[key]) for key in reversed(list(node))}
        return [reversed_keys(each) for each in node] if isinstance(node, list) else node

    for plan_id in PLANS:
        assert build(PlanDraft, reversed_keys(patched(plan_id))) == build(PlanDraft, patched(plan_id))
