"""Nominations: what is admitted and what is refused, situation by situation (tests/data/nominations.yaml)."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest

from core.domain.errors import DomainError
from core.domain.nomination import Dossier, DossierPart, part_of
from core.domain.roles import Role
from core.rulebook.engine import may_submit
from core.rulebook.js2023 import EDITION
from core.rulebook.occasions import admissible
from core.rulebook.terms import Effect
from core.rulebook.waivers import granted, with_waivers
from tests.unit.rulebook.nominations import (
    ADMITTED,
    DOCUMENT,
    EFFECTS,
    KEYS,
    NOW,
    SITUATIONS,
    Situation,
    cycle_of,
    decision,
    sets,
)
from tests.unit.rulebook.plans import is_place

RULES = EDITION.catalogue.rules
JUDGED = [check.rule for check in EDITION.nomination_checks]
SILENT = {"JS-1.1-central-g42-encouraged"}


def named(name: str) -> Situation:
    (found,) = [each for each in SITUATIONS if str(each) == name]
    return found


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_situation_gives_exactly_the_expected_rules(situation: Situation) -> None:
    found = situation.judged()
    assert sets(found) == situation.expected
    assert may_submit(found) == (not {"block", "reason"} & situation.expected.keys())


def test_there_are_situations_enough_with_names_of_their_own() -> None:
    assert len(SITUATIONS) >= 100
    assert [name for name, times in Counter(map(str, SITUATIONS)).items() if times > 1] == []
    assert {key for each in SITUATIONS for key in each.data} <= KEYS
    finds = [each.data["finds"] for each in SITUATIONS]
    assert {effect for each in finds if each != ADMITTED for effect in each} <= set(EFFECTS)
    assert sum(each == ADMITTED for each in finds) >= 30


@pytest.mark.parametrize("rule", [each for each in JUDGED if each not in SILENT])
def test_every_rule_has_a_situation_that_breaks_it_and_its_twin_that_does_not(rule: str) -> None:
    broken = [each for each in SITUATIONS if any(rule in ids for ids in each.expected.values())]
    assert broken
    for each in broken:
        twins = [
            twin
            for twin in SITUATIONS
            if twin.data["base"] == each.data["base"] and twin.act is each.act and not twin.expected
        ]
        assert twins, str(each)


def test_a_rule_of_no_effect_is_run_and_gives_no_finding() -> None:
    (check,) = [each for each in EDITION.nomination_checks if each.rule in SILENT]
    assert RULES[check.rule].effect is Effect.NONE
    assert SILENT.isdisjoint(rule for each in SITUATIONS for rule in sets(each.judged()).get("block", ()))


def test_every_rule_is_judged_once_on_each_occasion() -> None:
    for checks in EDITION.checks_on().values():
        assert [rule for rule, times in Counter(each.rule for each in checks).items() if times > 1] == []


@pytest.mark.parametrize("situation", [each for each in SITUATIONS if each.expected], ids=str)
def test_finding_points_into_the_dossier_and_says_what_to_do(situation: Situation) -> None:
    for each in situation.judged():
        assert is_place(Dossier, each.path), each.path
        assert part_of(each.path) in DossierPart
        assert each.message.endswith("。")
        assert each.message.count("。") >= 2 or "起可以申报" in each.message
        assert not [bad for bad in ("请您", "！", "（）", "None", "ABSENT", "_") if bad in each.message]
        assert (each.clause, each.quote) == (RULES[each.rule].clause, RULES[each.rule].words)


@pytest.mark.parametrize("situation", [each for each in SITUATIONS if "says" in each.data], ids=str)
def test_message_states_the_fact_the_demand_and_the_next_step(situation: Situation) -> None:
    assert [each.message for each in situation.judged()] == [situation.data["says"]]


def test_a_reason_is_carried_to_the_province() -> None:
    (finding,) = named("集群不在名单中，写明理由").judged()
    assert (finding.reason_given, finding.reason, finding.stops) == (True, "全省唯一的食品装备龙头", False)


def test_a_waiver_is_for_those_who_may_and_for_what_is_not_settled_in_the_cycle() -> None:
    situation = named("分支机构按所属统计单位申报，省厅没有决定就确定")
    (blocked,) = situation.judged()
    scale = "JS-1.1-above-scale-industrial"
    waiver = granted(scale, decision("同意采用", Role.PROVINCE_HR), RULES)
    (passed,) = with_waivers([blocked], [waiver])
    assert (blocked.stops, passed.stops, passed.reason) == (True, False, "同意采用")
    for rule, role, reason, problem in (
        (scale, Role.PROVINCE_CENTRE, "同意", "省职业技能鉴定中心不能豁免，由有权单位决定。"),
        (scale, Role.PROVINCE_HR, " ", "没有写理由。"),
        ("PF-uscc-check", Role.PROVINCE_HR, "同意", "任何单位都不得豁免。"),
        ("JS-1.1-city-quota-one", Role.PROVINCE_CENTRE, "同意", "在年度中为该市增加名额，并写明理由。"),
        ("JS-2.1-nomination-deadline", Role.PROVINCE_CENTRE, "同意", "重新开放申报，并写明理由。"),
    ):
        with pytest.raises(DomainError) as refused:
            granted(rule, decision(reason, role), RULES)
        assert problem in refused.value.message


def test_what_a_waiver_does_not_name_still_stops() -> None:
    situation = named("逾期、名额已满、没有理由，各报各的")
    waiver = granted("JS-1.1-head-enterprise", decision("同意", Role.PROVINCE_HR), RULES)
    assert with_waivers(situation.judged(), [waiver]) == situation.judged()


def test_an_empty_dossier_is_told_what_it_lacks_and_no_more() -> None:
    situation = named("普通企业，本市第一件")
    found = admissible(
        replace(situation.nomination, dossier=Dossier()),
        edition=EDITION,
        cycle=cycle_of(),
        others=(),
        register=situation.register,
        calendar=EDITION.calendar,
        now=datetime.fromisoformat(NOW),
        act=situation.act,
    )
    assert sets(found) == {"block": ["JS-1.1-nominated-by-city-centre", "JS-1.1-requirements-all"]}


def test_findings_come_in_the_order_of_the_dossier() -> None:
    data = DOCUMENT["bases"]["ordinary"]
    situation = Situation(
        {
            "name": "",
            "base": "ordinary",
            "patch": [
                {"op": "remove", "path": f"/{key}"} for key in data if key not in ("channel", "enterprise")
            ]
            + [{"op": "replace", "path": "/enterprise", "value": {"uscc": "1"}}],
        }
    )
    paths = [each.path for each in situation.judged()]
    assert paths[0] == "/enterprise/uscc"
    assert paths.index("/enterprise/working_body") < paths.index("/industry_position/scale_evidence")
    assert paths[-1] == "/selection_reason"
