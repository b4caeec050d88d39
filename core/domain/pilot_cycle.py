"""A cycle (年度) that the province has opened, and what it decides about it later, each time with a reason.

Raising a city's quota and reopening a deadline for one enterprise add to a cycle; they rewrite nothing. How a
cycle is opened is in ``core.domain.cycle_opening``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

from core.domain.cycle import Cycle, Deadlines
from core.domain.enterprise import Cluster
from core.domain.errors import DomainError
from core.domain.places import CITIES
from core.domain.records import record, specs, term
from core.domain.roles import Role
from core.domain.uscc import normal_uscc, uscc_fault
from core.domain.values import Count, One, Text, blank
from core.domain.wording import day_words

OPENERS: Final = frozenset({Role.PROVINCE_HR})
"""Who may open a cycle (JS-5.3-no-self-run, AMB-56)."""

YEAR_END: Final = "year_end"


class CycleMode(StrEnum):
    """Whether the evaluation is a pilot or open to all (五（三）)."""

    PILOT = "pilot"
    GENERAL = "general"

    @property
    def zh(self) -> str:
        return {"pilot": "试点", "general": "全面推开"}[self.value]


@record
class CityQuota:
    """How many ordinary nominations a city has, where it is not the province's usual number."""

    KEY: ClassVar[tuple[str, ...]] = ("city_code",)
    city_code: Text = term("设区市代码")
    quota: Count = term("推荐名额", "家")
    reason: Text = term("理由")


@record
class PlanExpert:
    """方案评估专家: one of the pool that evaluates plans for the province."""

    KEY: ClassVar[tuple[str, ...]] = ("person",)
    person: Count = term("账号")
    name: Text = term("姓名")
    employer: Text = term("工作单位")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided something about a cycle, when, and why."""

    person_id: int
    name: str
    role: Role
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaRaise:
    """A city's quota from then on (AMB-02)."""

    city_code: str
    quota: int
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """A deadline that one enterprise may keep up to ``until``, that day included."""

    uscc: str
    deadline: str
    until: date
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class BothHands:
    """A city where the province lets one person nominate and countersign (AMB-01)."""

    city_code: str
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotCycle:
    """A cycle that the province has opened. ``deadlines`` are complete; ``usual_quota`` is that of a city
    without its own.
    """

    id: str
    year: int
    edition: str
    mode: CycleMode
    opened_by: Role
    deadlines: Deadlines
    usual_quota: int
    quotas: tuple[CityQuota, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    senior_technicians_advised: int | None = None
    plan_experts: tuple[PlanExpert, ...] = ()
    second_reason: str = ""
    raises: tuple[QuotaRaise, ...] = ()
    reopenings: tuple[Reopening, ...] = ()
    both_hands: tuple[BothHands, ...] = ()

    def quota(self, city_code: str) -> int:
        """How many ordinary nominations the city has; of several raises the last counts."""
        raised = [each.quota for each in self.raises if each.city_code == city_code]
        stated = [each.quota or 0 for each in self.quotas if each.city_code == city_code]
        return [self.usual_quota, *stated, *raised][-1]

    def reopening(self, deadline: str, uscc: str) -> Reopening | None:
        """The reopening of a deadline that reaches furthest for one enterprise."""
        found = (each for each in self.reopenings if (each.deadline, each.uscc) == (deadline, uscc))
        return max(found, key=lambda each: each.until, default=None)

    def last_day(self, deadline: str, uscc: str = "") -> date:
        """The last day of a deadline (a field of ``Deadlines``), for one enterprise if it is named."""
        last: date = getattr(self.deadlines, deadline)
        reopened = self.reopening(deadline, uscc)
        return max(last, reopened.until) if reopened else last

    def for_enterprise(self, uscc: str) -> Cycle:
        """The cycle as the plan of one enterprise is checked in it."""
        days = {name: self.last_day(name, uscc) for name in specs(Deadlines)}
        return Cycle(id=self.id, year=self.year, created_by=self.opened_by.value, deadlines=Deadlines(**days))

    def allows_both_hands(self, city_code: str) -> bool:
        """Whether one person of the city may nominate and countersign (AMB-01)."""
        return any(each.city_code == city_code for each in self.both_hands)

    def lists(self, cluster: Cluster) -> bool:
        """Whether ``cluster`` stands in the list of its level."""
        return (cluster.level, squeezed(cluster.name)) in {
            (each.level, squeezed(each.name)) for each in self.clusters
        }


def raised(cycle: PilotCycle, city_code: str, quota: int, decision: Decision) -> PilotCycle:
    """``cycle`` with a higher quota for one city. Raises ``DomainError``."""
    if city_code not in CITIES:
        raise DomainError(f"没有代码为“{city_code}”的设区市。从十三个设区市中选择。")
    city, now = CITIES[city_code], cycle.quota(city_code)
    if blank(decision.reason):
        raise DomainError(f"增加{city}的名额没有写理由。原则上每个设区市 {cycle.usual_quota} 家，写明理由。")
    if quota <= now:
        raise DomainError(f"{city}现有名额 {now} 家，改为 {quota} 家不是增加。填写 {now + 1} 及以上。")
    raise_ = QuotaRaise(city_code=city_code, quota=quota, decision=decision)
    return replace(cycle, raises=(*cycle.raises, raise_))


def reopened(
    cycle: PilotCycle, deadline: str, uscc: str, until: date, *, today: date, decision: Decision
) -> PilotCycle:
    """``cycle`` with a passed deadline open again for one enterprise. Raises ``DomainError``."""
    label, number = specs(Deadlines)[deadline].zh, normal_uscc(uscc)
    last, end = cycle.last_day(deadline, number), cycle.last_day(YEAR_END)
    if deadline == YEAR_END or today > end:
        raise DomainError(f"年度{day_words(end)}结束，结束后不再开放。由省级启动下一年度。")
    if fault := uscc_fault(number):
        raise DomainError(f"统一社会信用代码{fault}。核对营业执照后填写。")
    if blank(decision.reason):
        raise DomainError("重新开放没有写理由。理由对其后各环节可见，写明理由。")
    if today <= last:
        raise DomainError(f"{label}为{day_words(last)}（含当日），尚未逾期，无须重新开放。")
    if not today <= until <= end:
        raise DomainError(
            f"重新开放至{day_words(until)}，应在{day_words(today)}至{day_words(end)}之间。改为其间的日期。"
        )
    reopening = Reopening(uscc=number, deadline=deadline, until=until, decision=decision)
    return replace(cycle, reopenings=(*cycle.reopenings, reopening))


def cluster_share(cycle: PilotCycle, clusters: Iterable[One[Cluster]]) -> tuple[int, int]:
    """Of the enterprises with these ``clusters``, how many are in a list, and how many there are (AMB-05)."""
    listed = [bool(each) and cycle.lists(each or Cluster()) for each in clusters]
    return sum(listed), len(listed)


def squeezed(name: Text) -> str:
    """A name without white space, as names of lists are compared."""
    return "".join(str(name or "").split())
