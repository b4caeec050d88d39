"""A cycle: opening it, raising a quota, reopening a deadline; what cannot be is told with what to do."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.domain.cycle import Cycle, Deadlines
from core.domain.cycle_opening import CycleOpening, opened, opening_faults
from core.domain.enterprise import Cluster
from core.domain.errors import DomainError
from core.domain.pilot_cycle import CityQuota, CycleMode, PilotCycle, cluster_share, raised, reopened
from core.domain.records import build, specs
from core.domain.roles import Role
from core.rulebook.js2023 import EDITION
from tests.unit.rulebook.nominations import cycle_of, decision
from tests.unit.rulebook.test_openings import DOCUMENT

USCC, OTHER = "91320300MA0DEM013J", "91320500MA0DEM021P"
OPENING: dict[str, Any] = DOCUMENT["opening"]


def opening(**changes: Any) -> CycleOpening:
    return EDITION.complete_opening(build(CycleOpening, OPENING | changes))


def test_an_opening_becomes_a_cycle_with_the_deadlines_of_the_edition() -> None:
    cycle = opened(opening(), usual_quota=1)
    assert (cycle.id, cycle.year, cycle.mode, cycle.opened_by) == (
        "2026",
        2026,
        CycleMode.PILOT,
        Role.PROVINCE_HR,
    )
    assert cycle.deadlines == Deadlines(
        nomination=date(2026, 11, 10),
        plan_report=date(2026, 11, 20),
        list_formed=date(2026, 12, 15),
        provincial_publicity_start=date(2026, 12, 20),
        year_end=date(2026, 12, 31),
    )
    assert len(cycle.clusters) == 17
    assert cycle.plan_experts[0].name == "于庭芳"
    assert (cycle.second_reason, cycle.senior_technicians_advised) == ("", None)


def test_a_deadline_that_is_stated_stays() -> None:
    cycle = opened(opening(deadlines={"nomination": "2026-11-05"}), usual_quota=1)
    assert cycle.last_day("nomination") == date(2026, 11, 5)
    assert cycle.last_day("plan_report") == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"id": " "}, {"/id": "没有填写年度编号。填写编号，如 2026。"}),
        ({"year": 2022}, {"/year": "年度应为 2023 至 2100 之间的年份。填写年份，如 2026。"}),
        ({"mode": "sometimes"}, {"/mode": "没有选择开展方式。选择试点或全面推开。"}),
        ({"opened_by": "somebody"}, {"/opened_by": "没有写明启动单位。由省人力资源社会保障厅启动。"}),
        (
            {"senior_technicians_advised": 0},
            {"/senior_technicians_advised": "高级技师参考人数应为 1 及以上；不设参考的留空。"},
        ),
        (
            {"deadlines": {"nomination": "2027-11-10"}},
            {
                "/deadlines/nomination": "推荐申报截止2027年11月10日不在 2026 年。改为当年的日期。",
                "/deadlines/plan_report": (
                    "方案报送截止2026年11月20日早于推荐申报截止2027年11月10日。按工作次序调整日期。"
                ),
            },
        ),
        (
            {"deadlines": {"list_formed": "2026-11-19"}},
            {
                "/deadlines/list_formed": (
                    "形成建议名单截止2026年11月19日早于方案报送截止2026年11月20日。按工作次序调整日期。"
                )
            },
        ),
        (
            {"quotas": [{"city_code": "310000", "quota": 2}, {"city_code": "320300"}]},
            {
                "/quotas/0/city_code": "没有代码为“310000”的设区市。从十三个设区市中选择。",
                "/quotas/1/quota": "名额应为 0 及以上的整数。填写家数。",
            },
        ),
        (
            {"quotas": [{"city_code": "320300", "quota": 2}, {"city_code": "320300", "quota": -1}]},
            {
                "/quotas/1/city_code": "徐州市的名额写了两处。保留一处。",
                "/quotas/1/quota": "名额应为 0 及以上的整数。填写家数。",
            },
        ),
        (
            {
                "clusters": [
                    {"level": "national", "name": "物联网"},
                    {"level": "provincial", "name": "物 联网"},
                    {"level": "national", "name": " 物联网"},
                    {"level": "city", "name": "乙"},
                    {"level": "national"},
                ]
            },
            {
                "/clusters/2/name": "“ 物联网”写了两处。保留一处。",
                "/clusters/3/level": "“乙”没有写明级别。选择国家级或省级。",
                "/clusters/4/name": "集群没有名称。填写名称或删去这一行。",
            },
        ),
        (
            {"plan_experts": [{"person": 7, "name": "甲"}, {"person": 7, "name": "甲"}]},
            {"/plan_experts/1": "专家甲列了两次。保留一处。"},
        ),
    ],
)
def test_what_cannot_be_a_cycle_is_told_by_place(changes: dict[str, Any], faults: dict[str, str]) -> None:
    broken = opening(**changes)
    assert {each.path: each.message for each in opening_faults(broken)} == faults
    with pytest.raises(DomainError, match=f"年度没有启动：有 {len(faults)} 处不符。"):
        opened(broken, usual_quota=1)


def test_an_opening_without_anything_tells_every_field_it_needs() -> None:
    assert [each.path for each in opening_faults(EDITION.complete_opening(CycleOpening()))] == [
        "/id",
        "/year",
        "/mode",
        "/opened_by",
    ]
    assert [each.path for each in opening_faults(CycleOpening(year=2026))][3:] == [
        f"/deadlines/{name}" for name in specs(Deadlines)
    ]


def test_an_id_is_taken_once() -> None:
    (fault,) = opening_faults(opening(), taken={"2026"})
    assert (fault.path, fault.message) == ("/id", "年度编号 2026 已经使用。换一个编号，如 2026-2。")
    assert opening_faults(opening(), taken={"2025"}) == ()


def test_a_year_without_published_days_may_be_opened_but_starts_no_clock() -> None:
    cycle = opened(opening(id="2027", year=2027), usual_quota=1)
    assert cycle.last_day("nomination") == date(2027, 11, 10)
    assert not EDITION.calendar.is_official(cycle.year)


# ---- quota


def test_a_quota_is_the_usual_one_unless_stated_at_the_opening_or_raised() -> None:
    cycle = replace(cycle_of(), quotas=(CityQuota(city_code="320500", quota=2, reason="试点多"),))
    assert [cycle.quota(city) for city in ("320300", "320500")] == [1, 2]
    once = raised(cycle, "320300", 2, decision("先进集群集中"))
    twice = raised(raised(once, "320300", 4, decision("再增")), "320500", 3, decision("再增"))
    assert [once.quota("320300"), once.quota("320500")] == [2, 2]
    assert [twice.quota("320300"), twice.quota("320500"), twice.quota("320100")] == [4, 3, 1]
    assert [each.decision.reason for each in twice.raises] == ["先进集群集中", "再增", "再增"]
    assert cycle.raises == ()


@pytest.mark.parametrize(
    ("city", "quota", "reason", "problem"),
    [
        ("320300", 2, " ", "增加徐州市的名额没有写理由。原则上每个设区市 1 家，写明理由。"),
        ("320300", 1, "有", "徐州市现有名额 1 家，改为 1 家不是增加。填写 2 及以上。"),
        ("320300", 0, "有", "徐州市现有名额 1 家，改为 0 家不是增加。填写 2 及以上。"),
        ("310000", 2, "有", "没有代码为“310000”的设区市。从十三个设区市中选择。"),
    ],
)
def test_a_raise_that_is_none_is_refused(city: str, quota: int, reason: str, problem: str) -> None:
    with pytest.raises(DomainError) as refused:
        raised(cycle_of(), city, quota, decision(reason))
    assert refused.value.message == problem


# ---- reopening


def again(cycle: PilotCycle, until: str, today: str, uscc: str = USCC, **how: Any) -> PilotCycle:
    return reopened(
        cycle,
        how.get("deadline", "nomination"),
        uscc,
        date.fromisoformat(until),
        today=date.fromisoformat(today),
        decision=decision(how.get("reason", "系统故障")),
    )


def test_a_reopened_deadline_holds_for_one_enterprise_and_keeps_its_reason() -> None:
    cycle = again(cycle_of(), "2026-11-15", "2026-11-11", uscc=f" {USCC.lower()} ")
    assert cycle.last_day("nomination", USCC) == date(2026, 11, 15)
    assert cycle.last_day("nomination", OTHER) == date(2026, 11, 10)
    assert cycle.last_day("nomination") == date(2026, 11, 10)
    assert cycle.last_day("plan_report", USCC) == date(2026, 11, 20)
    reopening = cycle.reopening("nomination", USCC)
    assert reopening is not None
    assert reopening.decision.reason == "系统故障"
    assert cycle.reopening("nomination", OTHER) is None
    longer = again(cycle, "2026-11-18", "2026-11-16")
    assert longer.last_day("nomination", USCC) == date(2026, 11, 18)


def test_the_plan_of_an_enterprise_is_checked_by_its_own_days() -> None:
    cycle = again(cycle_of(), "2026-11-25", "2026-11-21", deadline="plan_report")
    deadlines = cycle_of().deadlines
    assert cycle.for_enterprise(OTHER) == Cycle(
        id="2026", year=2026, created_by="province_hr", deadlines=deadlines
    )
    assert cycle.for_enterprise(USCC) == Cycle(
        id="2026",
        year=2026,
        created_by="province_hr",
        deadlines=replace(deadlines, plan_report=date(2026, 11, 25)),
    )


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"reason": ""}, "重新开放没有写理由。理由对其后各环节可见，写明理由。"),
        (
            {"today": "2026-11-10"},
            "推荐申报截止为2026年11月10日（含当日），尚未逾期，无须重新开放。",
        ),
        (
            {"until": "2026-11-10"},
            "重新开放至2026年11月10日，应在2026年11月11日至2026年12月31日之间。改为其间的日期。",
        ),
        (
            {"until": "2027-01-01"},
            "重新开放至2027年1月1日，应在2026年11月11日至2026年12月31日之间。改为其间的日期。",
        ),
        ({"deadline": "year_end"}, "年度2026年12月31日结束，结束后不再开放。由省级启动下一年度。"),
        (
            {"uscc": "91320300MA0DEM0131"},
            "统一社会信用代码第 18 位校验码不符。核对营业执照后填写。",
        ),
    ],
)
def test_a_reopening_that_is_none_is_refused(how: dict[str, Any], problem: str) -> None:
    usual: dict[str, Any] = {"until": "2026-11-15", "today": "2026-11-11"}
    with pytest.raises(DomainError) as refused:
        again(cycle_of(), **(usual | how))
    assert refused.value.message == problem
    assert again(cycle_of(), **usual).reopenings


# ---- clusters


def test_the_share_of_cluster_enterprises_is_counted_by_the_lists() -> None:
    listed = Cluster(level="national", name="徐州市工程机械集群")
    clusters = [
        listed,
        None,
        replace(listed, level="provincial"),
        replace(listed, name="徐州市 工程机械集群"),
    ]
    assert cluster_share(cycle_of(), clusters) == (2, 4)
    assert cluster_share(cycle_of(), []) == (0, 0)
