"""Fields of the studio: what a place is called, what it shows, what a posted form changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from core.plandoc.typed import NoSuchPlace, at, kept, put, read
from core.services.checked import checked_plans
from core.services.tenants import list_tenants
from core.web.studio.places import changes, document_path, shown, spec_at, vocabulary_place
from core.web.studio.shared import plainly, reason_path

ANSWERS = [
    (part, kept(answer))
    for tenant in list_tenants().tenants
    for part, answer in checked_plans().of(tenant.slug).compiled.answers.items()
]


def leaves(data: Any, path: str = "") -> list[tuple[str, Any]]:
    """The places of an answer that one field shows."""
    if isinstance(data, dict):
        return [found for key, each in data.items() for found in leaves(each, f"{path}/{key}")]
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return [found for place, each in enumerate(data) for found in leaves(each, f"{path}/{place}")]
    return [(path, data)]


@pytest.mark.parametrize(("part", "data"), ANSWERS)
def test_answer_sent_back_as_it_is_shown_changes_nothing(part: str, data: dict[str, Any]) -> None:
    form = MultiDict((path, shown(value)) for path, value in leaves(data))
    assert changes(part, data, form) == {}


@pytest.mark.parametrize(("part", "data"), ANSWERS)
def test_what_a_field_shows_is_read_back_as_it_was(part: str, data: dict[str, Any]) -> None:
    for path, value in leaves(data):
        again = kept(read(part, put(part, data, path, shown(value))))
        assert shown(at(again, path)) == shown(value), path


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_text_is_a_change_only_where_it_differs(text: str) -> None:
    data = {"value": {"appraisal": text}}
    assert changes("rights_duties", data, MultiDict({"/value/appraisal": text})) == {}
    assert changes("rights_duties", data, MultiDict({"/value/appraisal": text + "。"})) != {}


def test_ticked_list_comes_as_a_list_and_none_ticked_as_an_empty_one() -> None:
    data = {"value": {"routes": ["performance"]}}
    path = "/value/routes"
    assert changes("methods", data, MultiDict([(path, ""), (path, "performance")])) == {}
    assert changes("methods", data, MultiDict([(path, "")])) == {path: []}
    assert changes("methods", data, MultiDict([(path, ""), (path, "performance"), (path, "direct")])) == {
        path: ["performance", "direct"]
    }


def test_names_that_are_no_places_are_left_or_refused() -> None:
    assert changes("methods", {}, MultiDict({"csrf_token": "x", "op": "save"})) == {}
    with pytest.raises(NoSuchPlace):
        changes("methods", {}, MultiDict({"/value/nowhere": "x"}))


def test_place_is_called_by_its_official_term() -> None:
    spec = spec_at("rubric", "/value/modules/0/items/2/max")
    assert (spec.zh, spec.unit) == ("配分", "分")
    assert spec_at("rubric", "/deviations/0/reason").zh == "理由"
    assert spec_at("methods", "/section").zh == "方案正文"
    with pytest.raises(NoSuchPlace):
        spec_at("rubric", "/section")


def test_places_lead_to_vocabulary_and_document() -> None:
    assert (
        vocabulary_place("organisation", "/value/committee/members/3/post")
        == "organisation.committee.members.post"
    )
    assert document_path("rubric", "/value/modules/0") == "/rubric/modules/0"
    assert document_path("methods", "/section") == "/sections/methods"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/rubric/modules/0/weight", "/rubric/deviation_reason"),
        ("/schedule/enterprise_publicity_end", "/schedule/enterprise_publicity_reason"),
        ("/organisation/committee/members/0/post", "/organisation/committee/members/0/reason"),
        ("/complaints/convener/name", "/complaints/convener/reason"),
        ("/methods/tie_break", ""),
    ],
)
def test_reason_stands_in_the_nearest_record_that_has_one(path: str, reason: str) -> None:
    assert reason_path(path) == reason


def test_findings_are_said_without_keys_of_files() -> None:
    assert plainly("在偏离理由（deviation_reason）中说明（附件3）。") == "在偏离理由中说明（附件3）。"


def test_share_is_typed_as_it_is_shown() -> None:
    path = "/value/direct/vote_fraction"
    assert shown([2, 3]) == "2/3"
    again = kept(read("methods", put("methods", {"value": {}}, path, "2/3")))
    assert shown(at(again, path)) == "2/3"
