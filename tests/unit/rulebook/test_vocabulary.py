"""The words for codes: every place is one of the document, every code of the demo plans has a word."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.domain.cycle_opening import CycleOpening
from core.domain.guidance import GuidanceKind, GuidanceLog
from core.domain.nomination import Dossier
from core.domain.pilot_cycle import CycleMode
from core.domain.plan import PlanDraft
from core.domain.records import Kind, specs
from core.domain.roles import Role
from core.rulebook.js2023 import EDITION
from core.rulebook.vocabulary import load_vocabulary, vocabulary
from tests.unit.rulebook.plans import PLANS, patched

WORDS = vocabulary("js2023")
CODE = re.compile(r"[a-z][a-z_]*")
# Codes that an enterprise makes up: they name its own items and have their words beside them.
OWN = {
    "conditions.extra.code",
    "organisation.panels.code",
    "rubric.modules.items.code",
    "rubric.modules.items.parts.code",
}


def places(kind: Kind, place: str = "") -> Iterator[str]:
    """Every place of the document, dotted and without list indices."""
    yield place
    if kind.item is not None:
        yield from places(kind.item, place)
    elif kind.is_record:
        for name, spec in specs(kind.base).items():
            yield from places(spec.kind, f"{place}.{name}".lstrip("."))


def codes(node: Any, kind: Kind, place: str) -> Iterator[tuple[str, str]]:
    """Every text of a plan that looks like a code, with its place; keys of open mappings too."""
    if isinstance(node, str) and CODE.fullmatch(node):
        yield place, node
    elif isinstance(node, list) and kind.item is not None:
        for each in node:
            yield from codes(each, kind.item, place)
    elif isinstance(node, dict):
        for key, each in node.items():
            if kind.is_record:
                yield from codes(each, specs(kind.base)[key].kind, f"{place}.{key}".lstrip("."))
            elif kind.item is not None:
                yield place, key
                yield from codes(each, kind.item, place)


def test_every_place_is_one_of_a_document() -> None:
    known = {
        place for record in (PlanDraft, Dossier, CycleOpening, GuidanceLog) for place in places(Kind(record))
    }
    assert set(WORDS.places) <= known


def test_words_of_the_cycle_and_the_nomination_are_those_of_the_domain() -> None:
    for place, words in (("mode", CycleMode), ("entries.kind", GuidanceKind)):
        assert {code: WORDS.word(place, code) for code in WORDS.codes(place)} == {
            each.value: each.zh for each in words
        }
    assert {code: WORDS.word("opened_by", code) for code in WORDS.codes("opened_by")} == {
        code: Role(code).zh for code in WORDS.codes("opened_by")
    }
    assert set(WORDS.codes("quota_class")) == set(EDITION.template.codes("/nomination/quota_classes"))
    assert set(WORDS.codes("channel")) == set(EDITION.template.codes("/nomination/channels"))


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_code_of_a_demo_plan_has_a_word(plan_id: str) -> None:
    found = set(codes(patched(plan_id), Kind(PlanDraft), ""))
    assert len(found) > 30
    assert {
        (place, code) for place, code in found if place not in OWN and WORDS.word(place, code) == code
    } == set()


def test_every_code_of_the_template_has_a_word() -> None:
    template = EDITION.template
    named = {
        "conditions.paths": template.children["/conditions/paths"],
        "methods.routes": template.words("/methods/routes"),
        "methods.direct.priority_conditions": template.words("/methods/direct/priority_conditions"),
        "methods.tie_break": template.words("/methods/tie_break"),
        "organisation.committee.members.post": template.codes("/organisation/committee/posts")[:3],
        "rubric.modules.code": template.codes("/rubric/modules"),
        "nomination.quota_class": template.codes("/nomination/quota_classes"),
        "incentives.treatment_level": template.words("/incentives/treatment_levels"),
    }
    for place, known in named.items():
        assert set(known) == set(WORDS.codes(place)), place


def test_the_words_of_posts_and_modules_are_those_of_the_template() -> None:
    for place, path in (
        ("organisation.committee.members.post", "/organisation/committee/posts/{}/post"),
        ("rubric.modules.code", "/rubric/modules/{}/name"),
        ("methods.routes", "/routes/{}/name"),
    ):
        for code in WORDS.codes(place):
            assert WORDS.word(place, code) == EDITION.template.text(path.format(code))


def test_an_unknown_code_is_shown_as_written() -> None:
    assert WORDS.word("methods.routes", "投票") == "投票"
    assert WORDS.word("nowhere", "performance") == "performance"
    assert WORDS.codes("nowhere") == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("word: []", "words is not a list"),
        ("words: [{places: [a]}]", "does not give places and their words"),
        ("words: [{places: [], zh: {a: 甲}}]", "does not give places and their words"),
        ("words: [{places: [a], zh: {}}]", "does not give places and their words"),
        ("words: [{places: [a], zh: {a: 甲}, en: {}}]", "does not give places and their words"),
        ("words: [{places: [a, b], zh: {a: 甲}}, {places: [b], zh: {a: 乙}}]", "b stands twice"),
        ("words: [{places: [a], zh: {a: 甲, a: 乙}}]", "a stands twice"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "vocabulary.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=complaint):
        load_vocabulary(path)
