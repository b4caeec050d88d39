"""The glossary names every term of the code once, with the official word the code shows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from core.domain.city_requirements import CityRequirements
from core.domain.cycle import Deadlines
from core.domain.cycle_opening import CycleOpening
from core.domain.guidance import GuidanceKind, GuidanceLog
from core.domain.nomination import Dossier, DossierPart
from core.domain.pilot_cycle import CycleMode
from core.domain.plan import PlanDraft
from core.domain.records import FieldSpec, specs
from core.domain.stages import NominationAct, NominationState, PlanAct, PlanState
from core.paths import ROOT
from core.rulebook.js2023 import EDITION
from core.rulebook.template import Lock
from core.rulebook.terms import Effect, Force, Occasion

PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROW = re.compile(r"^\| (.+?) \| `([^`]+)` \|", re.MULTILINE)


def rows(title: str) -> list[tuple[str, str]]:
    """The terms and identifiers of the table under a heading."""
    section = PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return ROW.findall(section)


def keys(record: type, above: str = "") -> Iterator[tuple[str, FieldSpec]]:
    """Every key of a document by dotted path, in document order."""
    for name, spec in specs(record).items():
        path = f"{above}.{name}" if above else name
        yield path, spec
        kind = spec.kind
        while kind.item is not None:
            kind = kind.item
        if kind.is_record:
            yield from keys(kind.base, path)


def test_keys_of_the_plan_document() -> None:
    assert rows("Keys of a plan document") == [
        (f"{spec.zh}（{spec.unit}）" if spec.unit else spec.zh, path) for path, spec in keys(PlanDraft)
    ]


DOCUMENTS: Mapping[str, tuple[type, str]] = {
    "Keys of a dossier": (Dossier, "enterprise"),
    "Keys of the opening of a cycle": (CycleOpening, "deadlines"),
    "Keys of city requirements": (CityRequirements, ""),
    "Keys of a guidance log": (GuidanceLog, ""),
}
"""The tables of other documents, and the key whose own keys stand in another table."""


@pytest.mark.parametrize("title", DOCUMENTS)
def test_keys_of_other_documents(title: str) -> None:
    record, elsewhere = DOCUMENTS[title]
    assert rows(title) == [
        (f"{spec.zh}（{spec.unit}）" if spec.unit else spec.zh, path)
        for path, spec in keys(record)
        if not elsewhere or not path.startswith(f"{elsewhere}.")
    ]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Occasions of a check", Occasion),
        ("States of a nomination", NominationState),
        ("Acts on a nomination", NominationAct),
        ("States of a version of a plan", PlanState),
        ("Acts on a version of a plan", PlanAct),
        ("Parts of a dossier", DossierPart),
        ("Modes of a cycle", CycleMode),
        ("Kinds of guidance", GuidanceKind),
    ],
)
def test_words_of_the_cycle_and_the_nomination(title: str, words: type[Any]) -> None:
    assert rows(title) == [(each.zh, each.value) for each in words]


def test_deadlines() -> None:
    assert rows("Deadlines of a cycle") == [(spec.zh, name) for name, spec in specs(Deadlines).items()]


def test_forces_effects_and_locks() -> None:
    assert rows("Force of a rule") == [(force.zh, force.value) for force in Force]
    assert rows("Effect of a violation") == [(effect.zh, effect.value) for effect in Effect]
    assert rows("Lock of a template value") == [(lock.zh, lock.value) for lock in Lock]


def test_stages() -> None:
    assert rows("Stages") == [(name, code) for code, name in EDITION.catalogue.stages.items()]


def test_codes_of_the_template() -> None:
    template = EDITION.template
    named = {
        "Committee posts": ("/organisation/committee/posts", "post"),
        "Routes": ("/routes", "name"),
        "Modules": ("/rubric/modules", "name"),
        "Priority conditions": ("/eligibility/priority_conditions/items", "name"),
        "Sanctions": ("/sanctions/items", "effect"),
    }
    for title, (path, key) in named.items():
        codes = template.codes(path)
        assert rows(title) == [(template.text(f"{path}/{code}/{key}"), code) for code in codes], title


def test_roles_of_the_text() -> None:
    template = EDITION.template
    listed = [(term.partition("（")[0], code) for term, code in rows("Bodies and roles of the text")]
    assert listed == [(template.text(f"/roles/{code}/name"), code) for code in template.codes("/roles")]


def test_items_of_the_reference_sheets() -> None:
    modules = EDITION.template.tree("/rubric/modules")
    items = [(item["name"], item["code"]) for module in modules for item in module["items"]]
    assert rows("Items of the reference sheets") == items
