"""年度 of the demo: what the province opened, who is barred, what the bodies published and gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from core.domain.cycle_opening import CycleOpening
from core.domain.enterprise import Cluster
from core.domain.guidance import GuidanceKind
from core.domain.pilot_cycle import CycleMode, PlanExpert
from core.domain.roles import Role
from core.domain.sanction import SanctionKind
from core.domain.values import BEIJING
from core.services.editions import CURRENT
from core.services.sanctions import Decision

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


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the year in Beijing."""
    return datetime(YEAR, month, day, hour, minute, tzinfo=BEIJING)


BARRED: Final = Decision(
    kind=SanctionKind.ENTERPRISE,
    number="91321100MA0DEM136M",
    decided_on=date(2024, 6, 18),
    document="苏人社罚〔2024〕7号（演示）",
)
"""The decision on 镇江焦岭铝业有限公司（虚构）; the register has no name."""
BARRED_AT: Final = at(10, 20, 10)


@dataclass(frozen=True, slots=True)
class Body:
    """Who acts: somebody in a role, of a city or of the province."""

    role: Role
    city_code: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """参考资料 that a body publishes; what its page says below the title."""

    at: datetime
    by: Body
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """指导服务 that a body gives to an enterprise of the cast, on the day it is written down."""

    at: datetime
    by: Body
    uscc: str
    kind: GuidanceKind
    summary: str


PENGYUE, GUXU, HONGNENG = "91320300MA0DEM013J", "91320500MA0DEM021P", "91320100MA0DEM03XT"
CENTRE: Final = Body(Role.PROVINCE_CENTRE)
REFERENCES: Final = (
    Reference(
        at(10, 26, 10),
        CENTRE,
        "推荐申报材料目录（参考）",
        (
            "一、统计年报（规模以上工业企业，按统计学口径）",
            "二、所在领域处于领先地位的证明",
            "三、职业技能等级认定备案和评价总结",
            "四、高级技师名册（含特级技师）",
        ),
    ),
    Reference(
        at(10, 26, 10, 10),
        CENTRE,
        "企业工作方案编制要点（参考）",
        ("按省级方案附件2、附件3逐条编制。", "方案经职代会审议、公示后报设区市。"),
    ),
    Reference(
        at(10, 28, 15),
        Body(Role.CITY_CENTRE, "320300"),
        "徐州市首席技师评聘指导服务安排",
        ("每周二、周四现场指导，工作日答复咨询。",),
    ),
)
SERVICES: Final = (
    Service(
        at(11, 5, 11),
        Body(Role.CITY_HR, "320300"),
        PENGYUE,
        GuidanceKind.POLICY_ADVICE,
        "解读聘期待遇和破格条件，答复问题 6 个。",
    ),
    Service(
        at(11, 5, 16),
        Body(Role.CITY_CENTRE, "320500"),
        GUXU,
        GuidanceKind.PROCESS_GUIDANCE,
        "核对评分标准与附件3的对应关系，提出修改意见 3 条。",
    ),
    Service(
        at(11, 6, 10),
        CENTRE,
        HONGNENG,
        GuidanceKind.POLICY_ADVICE,
        "说明央企驻苏分支机构直接申报后的方案报审程序。",
    ),
    Service(
        at(11, 9, 15),
        Body(Role.CITY_CENTRE, "320300"),
        PENGYUE,
        GuidanceKind.PROCESS_GUIDANCE,
        "现场指导评审委员会组成和外聘委员比例。",
    ),
    Service(
        at(11, 10, 9, 30),
        Body(Role.CITY_INDUSTRY, "320500"),
        GUXU,
        GuidanceKind.DATA_SERVICE,
        "提供集成电路产业技能人才需求数据。",
    ),
)
