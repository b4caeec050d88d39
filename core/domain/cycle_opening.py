"""Opening a cycle (年度启动): what the province fills in, and what keeps it from being a cycle at all.

``CycleOpening`` is what the rules judge; ``opened`` makes the ``PilotCycle`` that stands afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from core.domain.cycle import Deadlines
from core.domain.enterprise import Cluster
from core.domain.errors import DomainError, ShapeFault
from core.domain.pilot_cycle import CityQuota, CycleMode, PilotCycle, PlanExpert, squeezed
from core.domain.places import CITIES
from core.domain.records import pointer, record, specs, term
from core.domain.roles import Role
from core.domain.values import Count, Many, One, Text, blank, entries
from core.domain.wording import day_words

CLUSTER_LEVELS: Final = ("national", "provincial")
YEARS: Final = range(2023, 2101)
MOST_CLUSTERS: Final = 200


@record
class CycleOpening:
    """What the province decides when it opens a cycle."""

    id: Text = term("年度编号")
    year: Count = term("年度", "年")
    edition: Text = term("规则版本")
    mode: Text = term("开展方式")
    opened_by: Text = term("启动单位")
    second_reason: Text = term("再次启动的理由")
    deadlines: One[Deadlines] = term("期限")
    quotas: Many[CityQuota] = term("推荐名额")
    clusters: Many[Cluster] = term("先进制造业集群名单")
    clusters_reason: Text = term("集群数目的理由")
    senior_technicians_advised: Count = term("高级技师参考人数", "人")
    plan_experts: Many[PlanExpert] = term("方案评估专家")


def opening_faults(opening: CycleOpening, taken: Collection[str] = ()) -> tuple[ShapeFault, ...]:
    """What keeps ``opening`` from being a cycle at all, whatever the rules say; deadlines are complete.

    ``taken`` are the ids that other cycles have.
    """
    faults = list(_opening_faults(opening))
    if opening.id in taken:
        faults.append(ShapeFault("/id", f"年度编号 {opening.id} 已经使用。换一个编号，如 {opening.id}-2。"))
    return tuple(faults)


def opened(opening: CycleOpening, usual_quota: int) -> PilotCycle:
    """The cycle that ``opening`` makes. Raises ``DomainError`` when there are ``opening_faults``.

    ``Edition.complete_opening`` has filled in the deadlines; the rules are judged by who calls this.
    """
    if faults := opening_faults(opening):
        raise DomainError(f"年度没有启动：有 {len(faults)} 处不符。{faults[0].message}")
    return PilotCycle(
        id=str(opening.id).strip(),
        year=int(opening.year or 0),
        edition=str(opening.edition or ""),
        mode=CycleMode(opening.mode or CycleMode.PILOT),
        opened_by=Role(str(opening.opened_by)),
        deadlines=opening.deadlines or Deadlines(),
        usual_quota=usual_quota,
        quotas=tuple(each for _, each in entries(opening.quotas, CityQuota)),
        clusters=tuple(each for _, each in entries(opening.clusters, Cluster)),
        senior_technicians_advised=opening.senior_technicians_advised or None,
        plan_experts=tuple(each for _, each in entries(opening.plan_experts, PlanExpert)),
        second_reason="" if blank(opening.second_reason) else str(opening.second_reason).strip(),
    )


def _opening_faults(opening: CycleOpening) -> Iterator[ShapeFault]:
    if blank(opening.id):
        yield ShapeFault("/id", "没有填写年度编号。填写编号，如 2026。")
    if not isinstance(opening.year, int) or opening.year not in YEARS:
        yield ShapeFault("/year", f"年度应为 {YEARS[0]} 至 {YEARS[-1]} 之间的年份。填写年份，如 2026。")
    if opening.mode not in tuple(CycleMode):
        yield ShapeFault("/mode", "没有选择开展方式。选择试点或全面推开。")
    if opening.opened_by not in tuple(Role):
        yield ShapeFault("/opened_by", "没有写明启动单位。由省人力资源社会保障厅启动。")
    advised = opening.senior_technicians_advised
    if isinstance(advised, int) and advised < 1:
        yield ShapeFault("/senior_technicians_advised", "高级技师参考人数应为 1 及以上；不设参考的留空。")
    yield from _deadline_faults(opening)
    yield from _quota_faults(opening)
    yield from _cluster_faults(opening)
    yield from _repeated_experts(opening)


def _deadline_faults(opening: CycleOpening) -> Iterator[ShapeFault]:
    """Each deadline is there, in the year, and no earlier than the one before it; first there is a year."""
    if opening.year not in YEARS:
        return
    given = opening.deadlines or Deadlines()
    before: tuple[str, date] | None = None
    for name, spec in specs(Deadlines).items():
        day: date | None = getattr(given, name) or None
        path = pointer("deadlines", name)
        if day is None:
            yield ShapeFault(path, f"没有填写{spec.zh}。填写日期。")
            continue
        if day.year != opening.year:
            yield ShapeFault(path, f"{spec.zh}{day_words(day)}不在 {opening.year} 年。改为当年的日期。")
        if before and day < before[1]:
            yield ShapeFault(
                path,
                f"{spec.zh}{day_words(day)}早于{before[0]}{day_words(before[1])}。按工作次序调整日期。",
            )
        before = spec.zh, day


def _quota_faults(opening: CycleOpening) -> Iterator[ShapeFault]:
    seen: set[str] = set()
    for place, each in entries(opening.quotas, CityQuota):
        code = each.city_code or ""
        if code not in CITIES:
            yield ShapeFault(
                pointer("quotas", place, "city_code"),
                f"没有代码为“{code}”的设区市。从十三个设区市中选择。",
            )
        elif code in seen:
            yield ShapeFault(
                pointer("quotas", place, "city_code"), f"{CITIES[code]}的名额写了两处。保留一处。"
            )
        if not isinstance(each.quota, int) or each.quota < 0:
            yield ShapeFault(pointer("quotas", place, "quota"), "名额应为 0 及以上的整数。填写家数。")
        seen.add(code)


def _cluster_faults(opening: CycleOpening) -> Iterator[ShapeFault]:
    if (number := len(opening.clusters or ())) > MOST_CLUSTERS:
        yield ShapeFault("/clusters", f"集群 {number} 个，超过 {MOST_CLUSTERS} 个。核对名单，每行一个。")
        return
    seen: set[tuple[object, str]] = set()
    for place, each in entries(opening.clusters, Cluster):
        if blank(each.name):
            yield ShapeFault(pointer("clusters", place, "name"), "集群没有名称。填写名称或删去这一行。")
        elif each.level not in CLUSTER_LEVELS:
            yield ShapeFault(
                pointer("clusters", place, "level"), f"“{each.name}”没有写明级别。选择国家级或省级。"
            )
        elif (each.level, squeezed(each.name)) in seen:
            yield ShapeFault(pointer("clusters", place, "name"), f"“{each.name}”写了两处。保留一处。")
        seen.add((each.level, squeezed(each.name)))


def _repeated_experts(opening: CycleOpening) -> Iterator[ShapeFault]:
    seen: set[object] = set()
    for place, each in entries(opening.plan_experts, PlanExpert):
        if each.person in seen:
            yield ShapeFault(pointer("plan_experts", place), f"专家{each.name}列了两次。保留一处。")
        seen.add(each.person)
