"""Opening a cycle, a city's requirements, guidance: situation by situation (tests/data/openings.yaml)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jsonpatch
import pytest

from core.domain.city_requirements import CityRequirements
from core.domain.cycle_opening import CycleOpening
from core.domain.guidance import GuidanceLog
from core.domain.records import build
from core.rulebook.datafile import read_data
from core.rulebook.engine import Edition, Finding, may_submit
from core.rulebook.given import OpeningGiven
from core.rulebook.js2023 import EDITION
from core.rulebook.occasions import check_city_requirements, check_guidance, check_opening
from core.rulebook.template import Template
from core.rulebook.terms import Effect, Occasion
from tests.unit.rulebook.nominations import cycle_of, sets
from tests.unit.rulebook.plans import is_place

DOCUMENT: Any = read_data(Path(__file__).parents[2] / "data" / "openings.yaml")
KINDS: Mapping[str, type] = {
    "opening": CycleOpening,
    "requirements": CityRequirements,
    "guidance": GuidanceLog,
}
OCCASIONS = {
    "opening": Occasion.OPENING,
    "requirements": Occasion.CITY_REQUIREMENTS,
    "guidance": Occasion.GUIDANCE,
}
NOTHING = "无"


@dataclass(frozen=True)
class Situation:
    """One situation of the file."""

    data: Mapping[str, Any]

    def __str__(self) -> str:
        return str(self.data["name"])

    @property
    def kind(self) -> str:
        return str(self.data["of"])

    @property
    def document(self) -> Any:
        patch = jsonpatch.JsonPatch(self.data.get("patch", []))
        return build(KINDS[self.kind], patch.apply(DOCUMENT[self.kind]))

    def judged(self) -> tuple[Finding, ...]:
        """What the rules say."""
        if self.kind == "requirements":
            return check_city_requirements(self.document, edition=EDITION)
        if self.kind == "guidance":
            return check_guidance(self.document, edition=EDITION, cycle=cycle_of())
        cycles = [cycle_of({"id": name, "year": year}) for name, year in self.data.get("cycles", ())]
        return check_opening(self.document, edition=EDITION, cycles=cycles)

    @property
    def expected(self) -> dict[str, list[str]]:
        finds = self.data["finds"]
        return {} if finds == NOTHING else dict(finds)


SITUATIONS = tuple(Situation(each) for each in DOCUMENT["situations"])


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_situation_gives_exactly_the_expected_rules(situation: Situation) -> None:
    found = situation.judged()
    assert sets(found) == situation.expected
    assert may_submit(found) == (not {"block", "reason"} & situation.expected.keys())


def test_names_are_their_own() -> None:
    assert [name for name, times in Counter(map(str, SITUATIONS)).items() if times > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_with_an_effect_has_a_situation_that_breaks_it(kind: str) -> None:
    broken = {
        rule for each in SITUATIONS if each.kind == kind for rules in each.expected.values() for rule in rules
    }
    judged = {each.rule for each in EDITION.checks_on()[OCCASIONS[kind]]}
    silent = {each for each in judged if EDITION.catalogue.rules[each].effect is Effect.NONE}
    assert broken == judged - silent
    assert any(not each.expected for each in SITUATIONS if each.kind == kind)


@pytest.mark.parametrize("situation", [each for each in SITUATIONS if each.expected], ids=str)
def test_finding_names_a_place_and_says_what_to_do(situation: Situation) -> None:
    for each in situation.judged():
        assert each.path
        assert is_place(KINDS[situation.kind], each.path)
        assert each.message.endswith("。")
        assert not [bad for bad in ("请您", "！", "None", "ABSENT", "Decimal") if bad in each.message]


@pytest.mark.parametrize("situation", [each for each in SITUATIONS if "says" in each.data], ids=str)
def test_message_states_the_fact_the_demand_and_the_next_step(situation: Situation) -> None:
    assert [each.message for each in situation.judged()] == [situation.data["says"]]


def altered(path: str, value: int | str) -> Template:
    """The template with another value at ``path``."""
    template = EDITION.template
    leaf = replace(template.leaf(path), value=value)
    return replace(template, leaves={**template.leaves, path: leaf})


def violations(rule: str, opening: CycleOpening, template: Template = EDITION.template) -> list[str]:
    """The paths at which the code of ``rule`` finds a violation."""
    (check,) = [each for each in EDITION.opening_checks if each.rule == rule]
    given = OpeningGiven(cycles=(), edition=EDITION.id, template=template)
    return [each.path for each in check.run(opening, given)]


OPENING: CycleOpening = build(CycleOpening, DOCUMENT["opening"])


@pytest.mark.parametrize(
    ("rule", "opening", "template", "path"),
    [
        ("JS-0-legal-basis", replace(OPENING, edition="js2019"), EDITION.template, "/edition"),
        (
            "JS-0-legal-basis",
            OPENING,
            altered("/document/legal_basis/skill_level_system/title", ""),
            "/edition",
        ),
        ("JS-5.1-apex-level", OPENING, altered("/document/level/rank", 7), "/edition"),
        ("JS-5.3-gradual-rollout", replace(OPENING, mode="sometimes"), EDITION.template, "/mode"),
    ],
)
def test_a_definition_is_run_and_gives_no_finding(
    rule: str, opening: CycleOpening, template: Template, path: str
) -> None:
    assert violations(rule, OPENING) == []
    assert violations(rule, opening, template) == [path]
    assert EDITION.catalogue.rules[rule].effect is Effect.NONE
    edition: Edition = replace(EDITION, template=template)
    assert rule not in {each.rule for each in check_opening(opening, edition=edition)}


def test_the_effect_of_a_finding_may_be_milder_than_its_rule() -> None:
    rule = EDITION.catalogue.rules["JS-1.1-city-quota-one"]
    (situation,) = [each for each in SITUATIONS if str(each) == "某市名额 2 家，没有理由"]
    (finding,) = situation.judged()
    assert (rule.effect, finding.effect) == (Effect.BLOCK, Effect.NEEDS_REASON)
