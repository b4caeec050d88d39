"""docs/rules.md is generated from the catalogue and lacks nothing."""

import re

from core.paths import ROOT
from core.rulebook.handbook import COMMAND, UNCHECKED, rules_page
from core.rulebook.js2023 import EDITION

PAGE = (ROOT / "docs" / "rules.md").read_text("utf-8")
ENTRY = re.compile(r"^### (\S+)\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
ENTRIES = dict(ENTRY.findall(PAGE))
RULES = EDITION.catalogue.rules


def test_the_page_is_not_stale() -> None:
    assert rules_page(EDITION) == PAGE, f"run: {COMMAND}"


def test_every_rule_stands_once_in_the_order_of_the_text() -> None:
    assert [name for name, _ in ENTRY.findall(PAGE)] == list(RULES)
    assert len(RULES) == 173


def test_every_rule_has_its_words_force_and_stages() -> None:
    for rule, entry in ENTRIES.items():
        words = RULES[rule]
        assert f"\n> {words.words}\n" in entry
        assert f" · {words.clause} · {words.force.zh} · 未满足时：{words.effect.zh}" in entry
        for stage in words.stages:
            assert EDITION.catalogue.stages[stage] in entry


def test_every_rule_has_the_readings_it_names() -> None:
    for rule, entry in ENTRIES.items():
        found = re.findall(r"^口径 (AMB-\d+)（(.+)）：(.+)$", entry, re.MULTILINE)
        readings = EDITION.catalogue.readings_of(rule)
        assert found == [(each.id, each.title, each.zh) for each in readings]


def test_every_rule_says_on_which_occasions_code_judges_it() -> None:
    unchecked = EDITION.unchecked()
    for rule, entry in ENTRIES.items():
        occasions = "、".join(
            occasion.zh
            for occasion, checks in EDITION.checks_on().items()
            if rule in {each.rule for each in checks}
        )
        assert f" · {occasions or UNCHECKED}\n" in entry
        assert (UNCHECKED in entry) == (rule in unchecked)
    assert f"自动检查 {len(RULES) - len(unchecked)} 条（方案检查 {len(EDITION.checks)} 条，" in PAGE
    assert f"其余 {len(unchecked)} 条尚未自动检查" in PAGE


def test_a_rule_that_is_milder_on_a_plan_says_so() -> None:
    mild = [rule for rule, words in RULES.items() if words.plan_effect is not words.effect]
    assert mild == ["JS-A2-complaint-file-city"]
    assert "未满足时：阻断（方案检查：提醒）" in ENTRIES[mild[0]]
