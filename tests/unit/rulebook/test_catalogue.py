"""The catalogue: complete, verbatim, and strict when it is read."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.paths import ROOT
from core.rulebook.catalogue import RuleText, load_catalogue
from core.rulebook.datafile import read_data
from core.rulebook.sourcetext import squeeze
from core.rulebook.terms import Effect, Force

EDITION = ROOT / "core" / "rulebook" / "js2023"
CATALOGUE = load_catalogue(EDITION / "catalogue.yaml")
SOURCE = squeeze((EDITION / "source.txt").read_text("utf-8"))
RULES = list(CATALOGUE.rules.values())
OFFICIAL = [rule for rule in RULES if rule.force is not Force.PLATFORM]
PLATFORM = [rule for rule in RULES if rule.force is Force.PLATFORM]
AUTHORITIES = {"province_hr", "province_centre", "city_hr"}


def by_id(rule: RuleText) -> str:
    return rule.id


def test_catalogue_holds_every_rule_and_reading() -> None:
    assert (len(OFFICIAL), len(PLATFORM), len(CATALOGUE.readings)) == (151, 22, 58)
    assert all(rule.id.startswith("JS-") for rule in OFFICIAL)
    assert all(rule.id.startswith("PF-") for rule in PLATFORM)
    assert list(CATALOGUE.readings) == [f"AMB-{number:02}" for number in range(1, 59)]


@pytest.mark.parametrize("rule", OFFICIAL, ids=by_id)
def test_rule_quotes_the_official_text_verbatim(rule: RuleText) -> None:
    assert rule.quote
    assert rule.quote in SOURCE
    assert not rule.statement


@pytest.mark.parametrize("rule", PLATFORM, ids=by_id)
def test_platform_rule_states_its_demand_and_its_basis(rule: RuleText) -> None:
    assert rule.statement.endswith("。")
    assert rule.basis
    assert not rule.quote
    assert rule.clause == "平台规则"
    assert rule.section == "平台"


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_rule_has_a_short_title_and_a_stage(rule: RuleText) -> None:
    assert 1 <= len(rule.title) <= 16
    assert rule.stages
    assert rule.clause.startswith(rule.section)
    assert rule.words == (rule.quote or rule.statement)


def test_titles_tell_rules_apart() -> None:
    titles = [rule.title for rule in RULES]
    assert len(set(titles)) == len(titles)


def test_rules_stand_in_the_order_of_the_text() -> None:
    sections = list(CATALOGUE.sections)
    places = [sections.index(rule.section) for rule in RULES]
    assert places == sorted(places)
    assert set(places) == set(range(len(sections)))


def test_effects_follow_from_forces_but_for_stated_exceptions() -> None:
    stopping = {Effect.BLOCK, Effect.NEEDS_REASON}
    assert all(rule.effect is Effect.BLOCK for rule in OFFICIAL if rule.force is Force.PROHIBITED)
    assert all(rule.effect in stopping for rule in OFFICIAL if rule.force is Force.IN_PRINCIPLE)
    assert all(rule.effect is Effect.NONE for rule in OFFICIAL if rule.force is Force.DEFINITION)
    assert CATALOGUE.rules["JS-A3-weights-reference"].effect is Effect.NEEDS_REASON
    assert CATALOGUE.rules["JS-A3-weights-reference"].force is Force.REFERENCE


def test_only_authorities_waive() -> None:
    assert {body for rule in RULES for body in rule.waivable_by} == AUTHORITIES
    assert all(not rule.waivable_by for rule in RULES if rule.waiver in {"none", "not needed"})
    assert all(body in rule.waiver for rule in RULES for body in rule.waivable_by)


def test_derived_rules_are_the_three_that_make_the_score_sheet_checkable() -> None:
    derived = [rule.id for rule in RULES if rule.derived]
    assert derived == ["JS-A3-items-sum", "JS-A3-bands-cover", "JS-A3-score-in-band"]


def test_readings_are_stated_in_chinese_and_english() -> None:
    for reading in CATALOGUE.readings.values():
        assert all([reading.title, reading.about, reading.decision]), reading.id
        assert re.search(r"[一-鿿].*。$", reading.zh), reading.id


def test_readings_of_a_rule_come_in_its_order() -> None:
    assert [reading.id for reading in CATALOGUE.readings_of("JS-A2-external-one-third")] == [
        "AMB-25",
        "AMB-42",
    ]
    assert CATALOGUE.readings_of("JS-1.1-central-g42-encouraged") == ()


def test_every_force_and_effect_has_its_word() -> None:
    assert [force.zh for force in Force] == [
        "应当",
        "不得",
        "原则上",
        "鼓励",
        "可",
        "参考",
        "说明",
        "处罚",
        "平台",
    ]
    assert [effect.zh for effect in Effect] == ["阻断", "须说明理由", "提醒", "记录", "—"]


Spoil = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda file: file["rules"][1].update(colour="red"), "JS-1.1-head-enterprise: unknown colour"),
        (lambda file: file["rules"][1].pop("quote"), "JS-1.1-head-enterprise: missing quote"),
        (lambda file: file["rules"][1].update(quote=" "), "JS-1.1-head-enterprise: quote is not a text"),
        (lambda file: file["rules"][1].update(force="must"), "JS-1.1-head-enterprise: unknown force 'must'"),
        (
            lambda file: file["rules"][1].update(effect="stop"),
            "JS-1.1-head-enterprise: unknown effect 'stop'",
        ),
        (lambda file: file["rules"][1].update(stages=["x"]), "JS-1.1-head-enterprise: unknown stage 'x'"),
        (lambda file: file["rules"][1].update(stages="x"), "JS-1.1-head-enterprise: stages is not a list of"),
        (
            lambda file: file["rules"][1].update(readings=["AMB-99"]),
            "JS-1.1-head-enterprise: unknown reading",
        ),
        (lambda file: file["rules"][1].update(derived="yes"), "JS-1.1-head-enterprise: derived is not true"),
        (
            lambda file: file["rules"][1].update(clause="六"),
            "JS-1.1-head-enterprise: clause '六' begins with no",
        ),
        (lambda file: file["rules"][-1].update(quote="x"), "PF-audit-chain: unknown quote"),
        (lambda file: file["rules"].append(file["rules"][0]), "rules repeats JS-0-legal-basis"),
        (lambda file: file["readings"][0].pop("zh"), "AMB-01: missing zh"),
        (lambda file: file.pop("stages"), "missing stages"),
        (lambda file: file.update(stages=["a"]), "stages and sections map text to text"),
        (lambda file: file.update(rules={}), "rules is not a list of mappings"),
    ],
)
def test_reading_names_the_entry_that_is_wrong(tmp_path: Path, spoil: Spoil, message: str) -> None:
    document: Any = read_data(EDITION / "catalogue.yaml")
    spoil(document)
    spoiled = tmp_path / "catalogue.yaml"
    spoiled.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True), "utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        load_catalogue(spoiled)
