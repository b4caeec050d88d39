"""年度: who opens one and decides on it, what keeps it from standing, what the record tells, two at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from core.domain.cycle import Deadlines
from core.domain.cycle_opening import CycleOpening
from core.domain.errors import DomainError
from core.domain.pilot_cycle import CityQuota, PlanExpert
from core.domain.roles import Actor, Role
from core.domain.values import BEIJING
from core.persistence.models import PilotCycleRow
from core.persistence.queries import cycle as queries
from core.persistence.session import act, reading
from core.services import cycles, openings
from core.services.accounts.answers import NotAllowed
from core.services.cycles import NotOpened, Opened
from tests import factories
from tests.integration.onboarding.chains import at_once, told
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import CLUSTERS, Season, dossier, uscc

NANJING: Final = factories.NANJING
REASON: Final = "本市已完成比选，两家均符合要求。"
LATE: Final = datetime(2026, 11, 12, 9, 0, tzinfo=BEIJING)
"""Two days after nominations were due."""


def look(season: Season, cycle_id: int, who: Actor | None = None) -> Opened:
    with reading(season.scope(who or season.province)) as session:
        found = cycles.one(session, cycle_id)
    assert found
    return found


def decide(season: Season, who: Actor, service: Callable[..., None], cycle_id: int, **said: Any) -> None:
    with act(season.scope(who)) as session:
        service(session, actor=who, cycle_id=cycle_id, **said)


def raise_quota(season: Season, cycle_id: int, who: Actor | None = None, **changes: Any) -> None:
    said = {"city_code": NANJING, "quota": 2, "reason": REASON, **changes}
    decide(season, who or season.province, cycles.raise_quota, cycle_id, **said)


def reopen(season: Season, cycle_id: int, who: Actor | None = None, **changes: Any) -> None:
    said = {
        "deadline": "nomination",
        "uscc": uscc(7),
        "until": date(2026, 11, 16),
        "reason": "系统故障，材料未能按时上报。",
        **changes,
    }
    decide(season, who or season.province, cycles.reopen, cycle_id, **said)


def both_hands(season: Season, cycle_id: int, who: Actor | None = None, **changes: Any) -> None:
    said = {"city_code": NANJING, "reason": "中心只有一名工作人员。", **changes}
    decide(season, who or season.province, cycles.allow_both_hands, cycle_id, **said)


DECISIONS: Final = {"quota": raise_quota, "reopen": reopen, "both_hands": both_hands}


def prefilled(session: Session, year: int = 2026) -> CycleOpening:
    return openings.prefilled(cycles.ground(session), year)


# opening


def test_province_opens_a_cycle_and_everybody_reads_it(season: Season) -> None:
    cycle_id = season.open_cycle(senior_technicians_advised=30)
    for who in (season.province, season.city, season.branch):
        found = look(season, cycle_id, who)
        assert (found.cycle.id, found.cycle.year, found.cycle.mode.value) == ("2026", 2026, "pilot")
        assert found.cycle.clusters == CLUSTERS
        assert found.cycle.senior_technicians_advised == 30
        assert found.cycle.last_day("nomination") == date(2026, 11, 10)
        assert [found.cycle.quota(city) for city in (NANJING, factories.SUZHOU)] == [1, 1]


def test_opening_is_told_in_the_chain_of_the_province(season: Season) -> None:
    season.open_cycle(quotas=(CityQuota(city_code=NANJING, quota=2, reason=REASON),))
    (event,) = told(season, season.province)
    assert (event.action, event.label) == ("cycle:open", "2026 年度")
    assert event.hat == f"province_hr@{season.province.tenant_id}"
    assert event.changes["deadlines.nomination"] == [None, "2026-11-10"]
    assert event.changes[f"quota.{NANJING}"] == [None, 2]
    assert event.changes["clusters"] == [None, 16]


@pytest.mark.parametrize("who", ["centre", "city", "city_hr", "branch"])
def test_nobody_but_the_province_opens_one(season: Season, who: str) -> None:
    actor: Actor = getattr(season, who)
    with pytest.raises(NotAllowed), act(season.scope(actor)) as session:
        cycles.open_cycle(session, actor=actor, opening=prefilled(session))
    assert told(season, actor) == []
    season.open_cycle()
    assert len(told(season, season.province)) == 1


def test_database_takes_no_cycle_from_a_city(season: Season) -> None:
    days = dict.fromkeys(
        ("nomination", "plan_report", "list_formed", "provincial_publicity_start", "year_end"),
        date(2026, 12, 1),
    )
    row = {
        **days,
        "code": "自行开展",
        "year": 2026,
        "round": 1,
        "edition": "js2023",
        "mode": "pilot",
        "usual_quota": 1,
        "quotas": [],
        "clusters": [],
        "opened_role": "province_hr",
    }
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        act(season.scope(season.city)) as session,
    ):
        queries.add(session, PilotCycleRow, **row, opened_by=season.city.person_id)
    with act(season.scope(season.province)) as session:
        assert queries.add(session, PilotCycleRow, **row, opened_by=season.province.person_id)


def refused(season: Season, **changes: Any) -> NotOpened:
    with pytest.raises(NotOpened) as found:
        season.open_cycle(**changes)
    return found.value


def test_second_cycle_of_a_year_needs_its_reason(season: Season) -> None:
    season.open_cycle()
    answer = refused(season, id="2026-2")
    assert [(each.rule, each.path) for each in answer.findings if each.stops] == [
        ("JS-5.3-annual-frequency", "/year")
    ]
    second = season.open_cycle(id="2026-2", second_reason="第一批名额未用完，补充一批。")
    assert look(season, second).cycle.second_reason == "第一批名额未用完，补充一批。"
    assert [event.reason for event in told(season, season.province)] == [None, "第一批名额未用完，补充一批。"]
    rounds = season.superuser.execute("select round from pilot_cycle order by id").fetchall()
    assert rounds == [(1,), (2,)]


def test_another_year_needs_none(season: Season) -> None:
    season.open_cycle()
    assert season.open_cycle(id="2027", year=2027)


def test_everything_that_is_wrong_is_told_at_once(season: Season) -> None:
    season.open_cycle()
    answer = refused(
        season,
        mode="test",
        deadlines=Deadlines(plan_report=date(2026, 11, 9)),
        quotas=(CityQuota(city_code="329900", quota=-1),),
        clusters=(*CLUSTERS, CLUSTERS[0]),
        plan_experts=(PlanExpert(person=season.city.person_id, name="鲁知远"),),
    )
    assert [each.path for each in answer.faults] == [
        "/mode",
        "/deadlines/plan_report",
        "/quotas/0/city_code",
        "/quotas/0/quota",
        "/clusters/16/name",
        "/id",
        "/plan_experts/0",
    ]
    assert {each.rule for each in answer.findings if each.stops} == {
        "JS-5.3-annual-frequency",
        "JS-1.1-city-quota-one",
        "JS-1.1-cluster-preferred",
    }
    assert answer.message.startswith("年度没有启动：有 10 处不符。")


def test_other_number_of_clusters_needs_a_reason_that_is_kept(season: Season) -> None:
    fewer = CLUSTERS[:15]
    assert [each.rule for each in refused(season, clusters=fewer).findings] == ["JS-1.1-cluster-preferred"]
    cycle_id = season.open_cycle(clusters=fewer, clusters_reason="省级名单调整为 15 个。")
    assert look(season, cycle_id).clusters_reason == "省级名单调整为 15 个。"


def test_other_quota_of_a_city_needs_a_reason(season: Season) -> None:
    other = CityQuota(city_code=NANJING, quota=3)
    assert [each.path for each in refused(season, quotas=(other,)).findings] == ["/quotas/0/quota"]
    cycle_id = season.open_cycle(quotas=(CityQuota(city_code=NANJING, quota=3, reason=REASON),))
    cycle = look(season, cycle_id).cycle
    assert (cycle.quota(NANJING), cycle.quota(factories.SUZHOU)) == (3, 1)


def test_experts_are_those_who_are_now_and_go_by_the_name_of_their_account(season: Season) -> None:
    expert = factories.actor(
        season.superuser, season.tenants.province_centre, Role.PLAN_EXPERT, "褚知行"
    ).person_id
    stranger = PlanExpert(person=season.centre.person_id, name="温叙言")
    assert [each.path for each in refused(season, plan_experts=(stranger,)).faults] == ["/plan_experts/0"]
    cycle_id = season.open_cycle(
        plan_experts=(PlanExpert(person=expert, name="另一个名字", employer="省机械研究院"),)
    )
    (kept,) = look(season, cycle_id).cycle.plan_experts
    assert (kept.person, kept.name, kept.employer) == (expert, "褚知行", "省机械研究院")
    season.superuser.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离任'"
        " where person_id = %s",
        [expert],
    )
    assert refused(season, id="2027", year=2027, plan_experts=(PlanExpert(person=expert),)).faults


def test_next_form_begins_with_the_last_cycle(season: Season, set_clock: SetClock) -> None:
    expert = factories.actor(
        season.superuser, season.tenants.province_centre, Role.PLAN_EXPERT, "褚知行"
    ).person_id
    chosen = PlanExpert(person=expert, name="褚知行", employer="省机械研究院")
    with reading(season.scope(season.province)) as session:
        first = prefilled(session)
    assert (first.id, first.clusters, first.plan_experts) == ("2026", (), ())
    season.open_cycle(plan_experts=(chosen,))
    with reading(season.scope(season.province)) as session:
        again, later = prefilled(session), prefilled(session, 2027)
        pool = cycles.ground(session).experts
    assert (again.id, later.id) == ("2026-2", "2027")
    assert later.deadlines
    assert later.deadlines.nomination == date(2027, 11, 10)
    assert (later.clusters, later.plan_experts, pool) == (CLUSTERS, (chosen,), (chosen,))


# deciding


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("who", ["city", "city_hr", "branch"])
def test_nobody_below_the_province_decides(
    season: Season, set_clock: SetClock, who: str, decision: str
) -> None:
    cycle_id = season.open_cycle()
    set_clock(LATE)
    with pytest.raises(NotAllowed):
        DECISIONS[decision](season, cycle_id, getattr(season, who))
    assert told(season, getattr(season, who)) == []
    DECISIONS[decision](season, cycle_id, season.centre)
    assert len(told(season, season.centre)) == 1


@pytest.mark.parametrize("decision", DECISIONS)
def test_decision_on_a_cycle_that_is_not_there(season: Season, set_clock: SetClock, decision: str) -> None:
    cycle_id = season.open_cycle()
    set_clock(LATE)
    with pytest.raises(LookupError):
        DECISIONS[decision](season, cycle_id + 1)
    DECISIONS[decision](season, cycle_id)


@pytest.mark.parametrize("decision", DECISIONS)
def test_no_decision_without_a_reason(season: Season, set_clock: SetClock, decision: str) -> None:
    cycle_id = season.open_cycle()
    set_clock(LATE)
    with pytest.raises(DomainError, match="没有写理由"):
        DECISIONS[decision](season, cycle_id, reason=" ")
    DECISIONS[decision](season, cycle_id)


@pytest.mark.parametrize("quota", [0, 1])
def test_quota_that_is_not_raised_is_refused(season: Season, quota: int) -> None:
    cycle_id = season.open_cycle()
    with pytest.raises(DomainError, match="南京市现有名额 1 家"):
        raise_quota(season, cycle_id, quota=quota)
    with pytest.raises(DomainError, match="没有代码为“329900”的设区市"):
        raise_quota(season, cycle_id, city_code="329900")
    assert look(season, cycle_id).cycle.quota(NANJING) == 1
    raise_quota(season, cycle_id)
    raise_quota(season, cycle_id, quota=4, who=season.centre)
    cycle = look(season, cycle_id, season.city).cycle
    assert (cycle.quota(NANJING), cycle.quota(factories.SUZHOU)) == (4, 1)
    assert [(each.quota, each.decision.name, each.decision.reason) for each in cycle.raises] == [
        (2, "季怀瑜", REASON),
        (4, "温叙言", REASON),
    ]
    event = told(season, season.centre)[0]
    assert (event.action, event.changes, event.reason) == (
        "cycle:raise_quota",
        {f"quota.{NANJING}": [2, 4]},
        REASON,
    )


def test_deadline_is_opened_again_only_after_it_has_passed(season: Season, set_clock: SetClock) -> None:
    cycle_id = season.open_cycle()
    set_clock(datetime(2026, 11, 10, 23, 59, tzinfo=BEIJING))
    with pytest.raises(DomainError, match="尚未逾期，无须重新开放"):
        reopen(season, cycle_id)
    assert look(season, cycle_id).cycle.reopenings == ()
    set_clock(datetime(2026, 11, 11, 0, 0, tzinfo=BEIJING))
    reopen(season, cycle_id, uscc=f" {uscc(7).lower()} ")
    cycle = look(season, cycle_id, season.city).cycle
    assert cycle.last_day("nomination", uscc(7)) == date(2026, 11, 16)
    assert cycle.last_day("nomination", uscc(8)) == date(2026, 11, 10)
    event = told(season, season.province)[-1]
    assert (event.action, event.reason) == ("cycle:reopen", "系统故障，材料未能按时上报。")
    assert event.changes == {
        "uscc": [None, uscc(7)],
        "deadlines.nomination": ["2026-11-10", "2026-11-16"],
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"until": date(2026, 11, 11)}, "重新开放至2026年11月11日，应在2026年11月12日至2026年12月31日之间"),
        ({"until": date(2027, 1, 1)}, "应在2026年11月12日至2026年12月31日之间"),
        ({"uscc": "91320100MA0000000"}, "统一社会信用代码有 17 位，应为 18 位"),
        ({"deadline": "plan_report"}, "方案报送截止为2026年11月20日（含当日），尚未逾期"),
        ({"deadline": "year_end"}, "年度2026年12月31日结束，结束后不再开放"),
    ],
)
def test_reopening_that_cannot_be(
    season: Season, set_clock: SetClock, changes: dict[str, Any], said: str
) -> None:
    cycle_id = season.open_cycle()
    set_clock(LATE)
    with pytest.raises(DomainError, match=said):
        reopen(season, cycle_id, **changes)
    reopen(season, cycle_id)


def test_nothing_is_opened_again_when_the_year_is_over(season: Season, set_clock: SetClock) -> None:
    cycle_id = season.open_cycle()
    set_clock(datetime(2026, 12, 31, 23, 0, tzinfo=BEIJING))
    reopen(season, cycle_id, until=date(2026, 12, 31))
    set_clock(datetime(2027, 1, 1, 0, 0, tzinfo=BEIJING))
    with pytest.raises(DomainError, match="结束后不再开放"):
        reopen(season, cycle_id, until=date(2027, 1, 2))


def test_one_pair_of_hands_is_allowed_once(season: Season) -> None:
    cycle_id = season.open_cycle()
    both_hands(season, cycle_id)
    with pytest.raises(DomainError, match="南京市已经同意由一人兼任"):
        both_hands(season, cycle_id)
    both_hands(season, cycle_id, city_code=factories.SUZHOU)
    cycle = look(season, cycle_id).cycle
    assert [each.city_code for each in cycle.both_hands] == [NANJING, factories.SUZHOU]
    assert [each.action for each in told(season, season.province)][1:] == ["cycle:allow_both_hands"] * 2


# at once


def test_of_two_officers_who_open_the_same_year_at_once_one_does(season: Season, bound: Flask) -> None:
    first = season.province
    second = factories.actor(season.superuser, season.tenants.province_hr, Role.PROVINCE_HR, "商陆离")
    scopes = {who: season.scope(who) for who in (first, second)}
    with reading(scopes[first]) as session:
        typed = {year: prefilled(session, year) for year in range(2026, 2046)}

    def opening(who: Actor, year: int) -> Callable[[], int]:
        def attempt() -> int:
            with act(scopes[who]) as session:
                own = replace(typed[year], clusters=CLUSTERS, id=f"{year}-{who.person_id}")
                return cycles.open_cycle(session, actor=who, opening=own)

        return attempt

    for year in typed:
        won = at_once(bound, opening(first, year), opening(second, year))
        assert sorted(map(type, won), key=str) == sorted([int, NotOpened], key=str), won
        (lost,) = [each for each in won if isinstance(each, NotOpened)]
        assert [each.rule for each in lost.findings if each.stops] == ["JS-5.3-annual-frequency"]
    rows = season.superuser.execute("select year, count(*) from pilot_cycle group by year").fetchall()
    assert sorted(rows) == [(year, 1) for year in typed]
    assert [event.action for event in told(season, first)] == ["cycle:open"] * len(typed)


def test_of_two_officers_who_raise_a_quota_alike_at_once_one_does(season: Season, bound: Flask) -> None:
    cycle_id = season.open_cycle()
    officers = (season.province, season.centre)
    scopes = {who: season.scope(who) for who in officers}

    def raising(who: Actor, quota: int) -> Callable[[], None]:
        def attempt() -> None:
            with act(scopes[who]) as session:
                cycles.raise_quota(
                    session, actor=who, cycle_id=cycle_id, city_code=NANJING, quota=quota, reason=REASON
                )

        return attempt

    for quota in range(2, 12):
        won = at_once(bound, *(raising(who, quota) for who in officers))
        assert sorted(each is None for each in won) == [False, True]
    assert look(season, cycle_id).cycle.quota(NANJING) == 11
    assert len(told(season, season.province)) - 1 + len(told(season, season.centre)) == 10


# how the cities stand


def test_cities_are_counted_as_far_as_the_reader_sees(season: Season, superuser: psycopg.Connection) -> None:
    cycle_id = season.open_cycle()
    season.report(dossier("南京彭岳重工有限公司（虚构）", uscc(1)))
    season.draft(dossier("南京另一家有限公司（虚构）", uscc(2)))
    opened = look(season, cycle_id)
    with reading(season.scope(season.province)) as session:
        seen = openings.cities(session, opened)
    nanjing, *others = seen.cities
    assert (nanjing.nominated, nanjing.used, nanjing.admitted) == (1, 1, 0)
    assert {each.nominated for each in others} == {0}
    assert (seen.standing, seen.direct, seen.admitted) == (1, 0, 0)
    assert NANJING not in seen.silent
    assert len(seen.silent) == 12
    with reading(season.scope(season.branch)) as session:
        assert openings.cities(session, opened).standing == 0
    with reading(season.scope(season.city)) as session:
        assert openings.cities(session, opened).cities[0].nominated == 1


def test_passed_deadlines_are_those_before_today_and_none_when_the_year_is_over(season: Season) -> None:
    opened = look(season, season.open_cycle())
    assert openings.passed(opened, date(2026, 11, 10)) == ()
    assert openings.passed(opened, date(2026, 11, 11)) == ("nomination",)
    assert openings.passed(opened, date(2026, 12, 31)) == (
        "nomination",
        "plan_report",
        "list_formed",
        "provincial_publicity_start",
    )
    assert openings.passed(opened, date(2027, 1, 1)) == ()


def test_list_of_cycles_goes_on_from_page_to_page(season: Season) -> None:
    made = [season.open_cycle(id=str(year), year=year) for year in range(2026, 2031)]
    with reading(season.scope(season.city)) as session:
        first, more = cycles.page(session, limit=3)
        second, end = cycles.page(session, before=more, limit=3)
    assert [each.id for each in (*first, *second)] == made[::-1]
    assert end is None
