"""A plan is held against what its city published, from drafting to sending in (五（二）)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.demo.papers import paper
from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.errors import DomainError
from core.persistence.scope import Scope
from core.persistence.session import act
from core.rulebook.city_layer import RULE
from core.services import city_requirements
from core.services.accounts.answers import Conflict
from core.services.drafts import editing
from core.services.drafts.keeping import desk_for
from core.services.plan_doors import Closed
from tests.integration.onboarding.season import Season
from tests.integration.plans.maker import Maker, admitted

WAITING = """
select 1 from pg_locks join pg_database on pg_database.oid = database
where datname = current_database() and locktype = 'advisory' and not granted
"""
YEARS = "/conditions/paths/senior_technician/years_min"


def publish(season: Season) -> int:
    with act(season.scope(season.city_hr)) as session:
        return add(session, season)


def add(session: Session, season: Season) -> int:
    asked = CityRequirements(
        workflow="逐环节留痕。",
        review_standards="突出一线实绩。",
        supporting_measures="落实工作室经费。",
        settings=(CitySetting(path=YEARS, value=Decimal(15)),),
    )
    return city_requirements.publish(
        session,
        actor=season.city_hr,
        requirements=asked,
        document="南京市具体要求",
        sent=paper("南京市具体要求"),
        store=season.store,
    )


def save(maker: Maker) -> Any:
    return maker.save("rubric", {"/value/based_on": "本企业标准"})


def saving(session: Session, maker: Maker) -> None:
    """The first save of a plan, in a transaction that is not over with it."""
    desk = desk_for(session, maker.hr, **maker.where(), part="rubric")
    editing.save_fields(desk, revision=0, changes={"/value/based_on": "本企业标准"})


def withdraw(season: Season, number: int) -> None:
    with act(season.scope(season.city_hr)) as session:
        city_requirements.withdraw(session, actor=season.city_hr, requirement_id=number, reason="另行发布。")


def blocked(season: Season) -> bool:
    """Whether somebody waits for a lock that somebody else holds."""
    return season.superuser.execute(WAITING.encode()).fetchone() is not None


def meanwhile(
    bound: Flask, season: Season, scope: Scope, first: Callable[[Session], Any], second: Any
) -> Any:
    """What comes of ``second`` on a connection of its own, begun before the transaction of ``first`` ends."""

    def run() -> object:
        with bound.app_context():
            try:
                return second()
            except DomainError as error:
                return error

    with ThreadPoolExecutor(1) as threads:
        with act(scope) as session:
            first(session)
            later = threads.submit(run)
            while not blocked(season):
                assert not later.done(), later.result()
        return later.result(timeout=60)


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


def test_a_draft_is_told_what_its_city_asks_which_stands_from_then_on(held: tuple[Maker, int]) -> None:
    maker, number = held
    (message,) = of_city(maker)
    assert "《南京市具体要求》（南京市，2026年11月2日发布）" in message
    with pytest.raises(Conflict, match="本市已有 1 家试点企业按《南京市具体要求》开始制定方案，没有撤下"):
        withdraw(maker.season, number)
    assert of_city(maker) == [message]


def test_a_plan_that_asks_less_than_its_city_is_not_publicised(held: tuple[Maker, int]) -> None:
    maker, _ = held
    with pytest.raises(Closed) as refused:
        maker.publicise()
    assert [each.rule for each in refused.value.stops] == [RULE]
    maker.save("conditions", {"/value/paths/senior_technician/years_min": "15"})
    assert not of_city(maker)
    assert maker.publicise().number == 1


def test_what_was_withdrawn_before_drafting_began_binds_nobody(maker: Maker) -> None:
    withdraw(maker.season, publish(maker.season))
    maker.complete()
    assert not of_city(maker)


def test_a_first_save_waits_for_its_city_which_is_then_held_against_it(maker: Maker, bound: Flask) -> None:
    season = maker.season
    saved = meanwhile(
        bound,
        season,
        season.scope(season.city_hr),
        partial(add, season=season),
        partial(save, maker),
    )
    assert saved.revision == 1
    assert season.superuser.execute("select 1 from city_requirement").fetchone()


def test_a_city_waits_for_a_first_save_and_then_publishes_nothing(maker: Maker, bound: Flask) -> None:
    season = maker.season
    found = meanwhile(bound, season, maker.scope, partial(saving, maker=maker), partial(publish, season))
    assert isinstance(found, Conflict)
    assert "本市已有 1 家试点企业开始制定方案，没有发布" in found.message


def test_of_a_withdrawal_and_a_first_save_the_later_one_waits(maker: Maker, bound: Flask) -> None:
    season, number = maker.season, publish(maker.season)
    found = meanwhile(
        bound, season, maker.scope, partial(saving, maker=maker), partial(withdraw, season, number)
    )
    assert isinstance(found, Conflict)
    assert season.superuser.execute("select withdrawn_at from city_requirement").fetchone() == (None,)
