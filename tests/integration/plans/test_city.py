"""A plan is held against what its city published, from drafting to sending in (五（二）)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.city_requirements import CityRequirements, CitySetting
from core.persistence.session import act
from core.rulebook.city_layer import RULE
from core.services import city_requirements
from core.services.plan_doors import Closed
from tests.integration.onboarding.season import Season
from tests.integration.plans.maker import Maker, admitted

YEARS = "/conditions/paths/senior_technician/years_min"


def publish(season: Season) -> int:
    asked = CityRequirements(
        workflow="逐环节留痕。",
        review_standards="突出一线实绩。",
        supporting_measures="落实工作室经费。",
        settings=(CitySetting(path=YEARS, value=Decimal(15)),),
    )
    with act(season.scope(season.city_hr)) as session:
        return city_requirements.publish(
            session, actor=season.city_hr, requirements=asked, document="南京市具体要求"
        )


def withdraw(season: Season, number: int) -> None:
    with act(season.scope(season.city_hr)) as session:
        city_requirements.withdraw(session, actor=season.city_hr, requirement_id=number, reason="另行发布。")


def of_city(maker: Maker) -> list[str]:
    return [each.message for each in maker.draft().checked.findings if each.rule == RULE]


@pytest.fixture
def held(season: Season) -> tuple[Maker, int]:
    """A complete plan that asks less than its city."""
    maker = admitted(season)
    number = publish(season)
    maker.open()
    maker.complete()
    return maker, number


def test_a_draft_is_told_what_its_city_asks(held: tuple[Maker, int]) -> None:
    maker, number = held
    (message,) = of_city(maker)
    assert "《南京市具体要求》（南京市，2026年11月2日发布）" in message
    withdraw(maker.season, number)
    assert not of_city(maker)


def test_a_plan_that_asks_less_than_its_city_is_not_publicised(held: tuple[Maker, int]) -> None:
    maker, number = held
    with pytest.raises(Closed) as refused:
        maker.publicise()
    assert [each.rule for each in refused.value.stops] == [RULE]
    withdraw(maker.season, number)
    assert maker.publicise().number == 1
