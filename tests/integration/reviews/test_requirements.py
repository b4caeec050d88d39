"""A city publishes what it asks before drafting begins; its plans are then held against it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.demo.papers import paper
from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.roles import Actor
from core.persistence.session import act, reading
from core.rulebook.city_layer import RULE
from core.services import city_requirements
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.city_requirements import Refused
from core.services.reviews import deciding
from core.services.reviews.deciding import CannotDecide
from core.uploads import Answer
from tests.integration.reviews.test_joint import FEWER
from tests.integration.reviews.world import Reviews

YEARS = "/conditions/paths/senior_technician/years_min"
PAPER = paper("苏州市具体要求")


def asked(years: int = 9, **changes: object) -> CityRequirements:
    said: dict[str, object] = {
        "workflow": "逐环节留痕。",
        "review_standards": "突出一线实绩。",
        "supporting_measures": "落实工作室经费。",
        "settings": (CitySetting(path=YEARS, value=Decimal(years)),),
    }
    return CityRequirements(**said | changes)  # type: ignore[arg-type]


def publish(
    reviews: Reviews,
    what: CityRequirements,
    who: Actor | None = None,
    title: str = "苏州市具体要求",
    sent: Answer | None = PAPER,
) -> int:
    who = who or reviews.suzhou_hr
    with act(reviews.scope(who)) as session:
        return city_requirements.publish(
            session,
            actor=who,
            requirements=what,
            document=title,
            sent=sent,
            store=reviews.store,
        )


def withdraw(reviews: Reviews, requirement_id: int, reason: str = "另行发布。") -> None:
    with act(reviews.scope(reviews.suzhou_hr)) as session:
        city_requirements.withdraw(
            session, actor=reviews.suzhou_hr, requirement_id=requirement_id, reason=reason
        )


def test_a_plan_of_the_city_is_held_against_its_document(reviews: Reviews) -> None:
    publish(reviews, asked())
    of = reviews.sent()
    (found,) = [each for each in reviews.see(of)[1].findings if each.rule == RULE]
    assert "《苏州市具体要求》（苏州市，2026年11月16日发布）" in found.message
    reviews.tick_all(reviews.suzhou_hr, of)
    with pytest.raises(CannotDecide, match="项阻断"):
        reviews.do(deciding.agree, reviews.suzhou_hr, of)
    direct = reviews.sent(direct=True)
    assert not [each for each in reviews.see(direct)[1].findings if each.rule == RULE]


def test_what_was_withdrawn_binds_nobody(reviews: Reviews) -> None:
    number = publish(reviews, asked())
    with pytest.raises(Invalid, match="没有填写撤下的原因"):
        withdraw(reviews, number, " ")
    withdraw(reviews, number)
    of = reviews.sent()
    assert not [each for each in reviews.see(of)[1].findings if each.rule == RULE]
    with pytest.raises(Conflict, match="已经撤下"):
        withdraw(reviews, number)


@pytest.mark.parametrize("who", ["suzhou_industry", "province", "centre"])
def test_only_the_authority_of_the_city_publishes(reviews: Reviews, who: str) -> None:
    with pytest.raises(NotAllowed, match="由设区市人力资源社会保障部门发布"):
        publish(reviews, asked(), getattr(reviews, who))
    assert publish(reviews, asked())


def test_one_document_of_a_city_stands_at_a_time(reviews: Reviews) -> None:
    publish(reviews, asked())
    with pytest.raises(Conflict, match="《苏州市具体要求》已经发布"):
        publish(reviews, asked(10))
    assert publish(reviews, asked(10), reviews.city_hr, "南京市具体要求")


def test_nothing_looser_than_the_province_is_published(reviews: Reviews) -> None:
    with pytest.raises(Refused, match="只可加严") as raised:
        publish(reviews, asked(7))
    assert {each.rule for each in raised.value.findings} == {"PF-tighten-only"}
    assert publish(reviews, asked(8))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"workflow": " "}, "workflow"),
        ({"review_standards": "长" * 2001}, "review_standards"),
        ({"settings": (CitySetting(path=YEARS, value=9),) * 2}, "settings"),
    ],
)
def test_each_of_the_three_texts_is_said_and_each_value_once(
    reviews: Reviews, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        publish(reviews, asked(**change))  # type: ignore[arg-type]
    assert raised.value.field == field
    assert publish(reviews, asked())


def test_a_document_has_a_name(reviews: Reviews) -> None:
    with pytest.raises(Invalid, match="文件名称"):
        publish(reviews, asked(), title=" ")
    assert publish(reviews, asked(), title="《苏州市具体要求》")


def test_without_its_document_nothing_is_published(reviews: Reviews) -> None:
    with pytest.raises(Invalid, match="没有选择文件") as raised:
        publish(reviews, asked(), sent=None)
    assert raised.value.field == "file"
    assert publish(reviews, asked())


def test_a_finding_leads_to_the_document_of_the_city_and_no_other_does(reviews: Reviews) -> None:
    number = publish(reviews, asked())
    found = reviews.see(reviews.sent(FEWER))[1].findings
    assert {each.requirement_id for each in found if each.rule == RULE} == {number}
    assert {each.requirement_id for each in found if each.rule != RULE} == {None}


def test_after_drafting_began_a_city_publishes_for_the_next_year(reviews: Reviews) -> None:
    reviews.sent()
    with pytest.raises(Conflict, match="本市已有 1 家试点企业开始制定方案"):
        publish(reviews, asked())
    assert publish(reviews, asked(), reviews.city_hr, "南京市具体要求")


def test_what_a_city_published_is_read_by_everybody(reviews: Reviews) -> None:
    publish(reviews, asked())
    with reading(reviews.scope(reviews.city_hr)) as session:
        found = city_requirements.every(session, cycle_id=reviews.cycle_id, city_code=None)
    assert [each.document for each in found] == ["苏州市具体要求"]
