"""The province's reference: what it answers, in whose words, and what it leaves to the enterprise."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from core.domain.answers import Answer
from core.domain.cycle import Cycle, Deadlines
from core.domain.records import plain
from core.domain.values import ABSENT
from core.hookspecs import HookArguments
from core.sdk.testing import answers_of
from core.services.editions import CURRENT
from plugins import js_reference


def answered(cycle: Cycle) -> Mapping[str, Answer[Any]]:
    return answers_of(js_reference, HookArguments(cycle, CURRENT.template, MappingProxyType({})))


@pytest.fixture
def answers() -> Mapping[str, Answer[Any]]:
    return answered(CURRENT.complete(Cycle(id="2026", year=2026)))


@pytest.fixture
def answers_without_room() -> Mapping[str, Answer[Any]]:
    """What it says in a cycle whose list is due before anybody can be reviewed."""
    early = Deadlines(list_formed=date(2026, 11, 24))
    return answered(CURRENT.complete(Cycle(id="2026", year=2026, deadlines=early)))


def test_what_only_the_enterprise_can_say_has_no_answer(answers: Mapping[str, Answer[Any]]) -> None:
    assert answers.keys() == {"conditions", "methods", "schedule", "incentives", "rubric", "complaints"}


def test_rubric_is_annex_3(answers: Mapping[str, Answer[Any]]) -> None:
    assert plain(answers["rubric"].value) == plain_tree(CURRENT.template.tree("/rubric"))


def test_sections_are_the_words_of_the_text(answers: Mapping[str, Answer[Any]]) -> None:
    template = CURRENT.template
    conditions, methods = answers["conditions"].section, answers["methods"].section
    assert template.text("/eligibility/target") in str(conditions)
    assert template.groups["/conditions/paths/senior_technician"].quote in str(conditions)
    assert template.text("/routes/direct/procedure") in str(methods)
    assert answers["rubric"].section is ABSENT
    assert answers["complaints"].section is ABSENT


def test_years_count_up_to_the_last_day_of_application(answers: Mapping[str, Answer[Any]]) -> None:
    deadline = answers["schedule"].value.application_deadline
    assert answers["conditions"].value.as_of_date == deadline == date(2026, 11, 27)
    assert "年限计算截止日为2026年11月27日" in str(answers["conditions"].section)


def test_section_of_the_schedule_tells_its_dates(answers: Mapping[str, Answer[Any]]) -> None:
    assert answers["schedule"].section == (
        "11月23日至11月27日个人申报；11月30日完成资格审查；12月4日业绩评价；12月7日面试答辩；"
        "12月8日综合评价；12月9日形成建议名单；12月9日至12月16日企业内公示；12月17日推荐上报；"
        "12月31日前完成证书核发。"
    )


def test_cycle_without_room_leaves_the_dates_to_the_enterprise(
    answers_without_room: Mapping[str, Answer[Any]],
) -> None:
    assert "schedule" not in answers_without_room
    assert answers_without_room["conditions"].value.as_of_date is ABSENT
    assert "年限计算截止日" not in str(answers_without_room["conditions"].section)


def plain_tree(tree: Any) -> Any:
    """The template's data with its numbers as a plan document writes them."""
    if isinstance(tree, dict):
        return {key: plain_tree(each) for key, each in tree.items()}
    return [plain_tree(each) for each in tree] if isinstance(tree, list) else plain(tree)
