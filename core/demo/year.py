"""年度 of the demo: what the province opened before the cities nominated."""

from __future__ import annotations

from typing import Final

from core.domain.cycle_opening import CycleOpening
from core.domain.enterprise import Cluster
from core.domain.pilot_cycle import CycleMode, PlanExpert
from core.domain.roles import Role
from core.services.editions import CURRENT

YEAR: Final = 2026
NATIONAL: Final = (
    "无锡市物联网集群",
    "南京市软件和信息服务集群",
    "南京市新型电力（智能电网）装备集群",
    "苏州市纳米新材料集群",
    "徐州市工程机械集群",
    "常州市新型碳材料集群",
    "南通市、泰州市、扬州市海工装备和高技术船舶集群",
    "苏州市生物医药及高端医疗器械集群",
    "泰州市、连云港市、无锡市生物医药集群",
    "苏州市、无锡市、南通市高端纺织集群",
)
PROVINCIAL: Final = (
    "新型电力和新能源装备",
    "工程机械和农业机械",
    "物联网",
    "高端新材料",
    "高端纺织",
    "生物医药",
    "新型医疗器械",
    "集成电路与新型显示",
    "信息通信",
    "新能源（智能网联）汽车",
    "高端装备",
    "高技术船舶和海洋工程装备",
    "节能环保",
    "绿色食品",
    "核心软件",
    "新兴数字产业",
)


def opening(experts: tuple[PlanExpert, ...]) -> CycleOpening:
    """The cycle with the edition's days, one enterprise a city, and these experts."""
    return CycleOpening(
        id=str(YEAR),
        year=YEAR,
        edition=CURRENT.id,
        mode=CycleMode.PILOT.value,
        opened_by=Role.PROVINCE_HR.value,
        clusters=(
            *(Cluster(level="national", name=name) for name in NATIONAL),
            *(Cluster(level="provincial", name=name) for name in PROVINCIAL),
        ),
        plan_experts=experts,
    )
