"""工作方案 of the demo: whose plan, and what is done with it when.

When the demo opens one is being written and not right yet, one is with staff for the second time, one is in
joint review, one is approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from core.demo import cast
from core.demo.year import GUXU, HONGNENG, PENGYUE, YEAR, Body, at
from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.roles import Role
from core.services.publicity import Plain

CHENGYU: Final = cast.NEWCOMERS[0].uscc


@dataclass(frozen=True, slots=True)
class Open:
    """开始制定方案."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Write:
    """修改方案: values by place in a part."""

    at: datetime
    part: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Publicise:
    """公示方案, from this day on."""

    at: datetime
    notice: Plain


@dataclass(frozen=True, slots=True)
class Comment:
    """提出意见 by one of the staff."""

    at: datetime
    name: str
    staff_number: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """核实职工身份 of who commented last, and 答复."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """撤下公示."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Submit:
    """报送."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """逐节审核: sections that a body agrees to."""

    at: datetime
    by: Role
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agree:
    """同意, of a body that went through everything."""

    at: datetime
    by: Role
    opinion: str


@dataclass(frozen=True, slots=True)
class Assign:
    """指派 an expert."""

    at: datetime
    expert: cast.Person


@dataclass(frozen=True, slots=True)
class Assess:
    """评估: the plan should pass."""

    at: datetime
    expert: cast.Person
    opinion: str


@dataclass(frozen=True, slots=True)
class Approve:
    """批准."""

    at: datetime
    opinion: str


Deed = (
    Open | Write | Publicise | Comment | Reply | Withdraw | Submit | Tick | Agree | Assign | Assess | Approve
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """具体要求 that a city publishes before its enterprises draft."""

    at: datetime
    by: Body
    title: str
    asked: CityRequirements

    @property
    def lines(self) -> tuple[str, ...]:
        """What its document says."""
        said = self.asked
        return tuple(str(each) for each in (said.workflow, said.review_standards, said.supporting_measures))


REQUIREMENT: Final = Requirement(
    at(10, 30, 10),
    Body(Role.CITY_HR, "320500"),
    "苏州市企业首席技师评聘具体要求（演示）",
    CityRequirements(
        city_code="320500",
        workflow="企业逐环节留存记录，评审当日形成评审报告；公示材料同时报市职业技能鉴定中心。",
        review_standards="突出生产一线实绩，直接评定按全体委员计算通过比例。",
        supporting_measures="市级对首席技师工作室择优给予经费支持，优先推荐参加省级以上评选。",
        settings=(CitySetting(path="/methods/direct/vote_base", value="all_members"),),
    ),
)

AGREED: Final = "已逐节审核，方案完整，符合省级方案和本企业实际，同意报省级评估。"
OF_PENGYUE: Final = (
    Open(at(11, 3, 15)),
    Publicise(
        at(11, 4, 9),
        Plain(
            ends_on=date(YEAR, 11, 10),
            channels=("公司内网公示栏", "各分厂公告栏", "职工移动端"),
            coverage_statement="已覆盖全部12680名在册职工及驻外服务站点",
        ),
    ),
    Comment(at(11, 5, 12, 20), "巢小禾", "PY-08127", "镗工岗位分散在三个分厂，现场答辩能否就近安排？"),
    Reply(at(11, 6, 9, 10), "现场答辩统一在技能大师工作室进行，外地站点人员由公司安排往返车辆。"),
    Submit(at(11, 11, 9, 30)),
    Tick(at(11, 13, 14, 30), Role.CITY_HR, ("occupations", "conditions", "incentives", "rights_duties")),
)
OF_HONGNENG: Final = (
    Open(at(11, 4, 11)),
    Publicise(
        at(11, 5, 9),
        Plain(
            ends_on=date(YEAR, 11, 11),
            channels=("生产经营信息平台", "各运行部班组园地", "工会微信群"),
            coverage_statement="覆盖四班两倒全部班组，班组长逐级签字",
        ),
    ),
    Submit(at(11, 12, 16, 30)),
    Agree(at(11, 12, 17, 20), Role.CENTRAL_BRANCH, "符合集团技能人才评价有关规定，同意。"),
    Agree(at(11, 13, 9, 10), Role.PROVINCE_CENTRE, AGREED),
    Assign(at(11, 13, 9, 20), cast.CHU),
    Assign(at(11, 13, 9, 25), cast.ZONG),
    Assess(
        at(11, 13, 11),
        cast.CHU,
        "评分标准与附件3对应，权重调整有依据；装置应急处置的评分档次清楚、可操作。建议通过。",
    ),
    Assess(
        at(11, 13, 14, 40),
        cast.ZONG,
        "评审委员会和专家组组成符合要求，投诉处理时限明确。聘期考核指标宜在聘用协议中量化。建议通过。",
    ),
    Approve(at(11, 13, 16, 30), "两名专家均建议通过，同意按方案开展试点。"),
)
OF_GUXU: Final = (
    Open(at(11, 5, 9)),
    Publicise(
        at(11, 6, 9),
        Plain(
            ends_on=date(YEAR, 11, 12),
            channels=("企业办公平台全员推送", "车间电子屏"),
            coverage_statement="全员推送送达率100%，夜班人员由班组长签收",
        ),
    ),
    Comment(
        at(11, 9, 20, 15),
        "纪春分",
        "GX-2217",
        "“培养技师不少于2名”没有写明是聘期内还是每年，考核时容易有分歧。",
    ),
    Reply(at(11, 10, 10), "意见采纳，写明为聘期内，修改后重新公示。"),
    Withdraw(at(11, 10, 16, 30), "职责中培养技师的期限不明确，改正后重新公示。"),
    Write(
        at(11, 10, 17),
        "rights_duties",
        {
            "/section": "首席技师享有工艺变更评审会签权、良率改善专项预算使用权（单项10万元以内）；"
            "承担年度良率攻关课题不少于3项、聘期内培养技师不少于2名、开发标准作业视频课程不少于6门的职责。"
        },
    ),
    Write(
        at(11, 10, 17, 20),
        "schedule",
        {
            "/section": "11月11日至17日方案公示；11月23日至27日线上申报；11月30日资格审查；12月3日业绩评审，"
            "12月7日面试答辩，12月8日综合评价，12月9日形成建议名单；12月9日至16日企业内公示；12月17日推荐上报；"
            "12月31日前核发证书。"
        },
    ),
    Publicise(
        at(11, 11, 9),
        Plain(
            ends_on=date(YEAR, 11, 17),
            channels=("企业办公平台全员推送", "车间电子屏", "封装一厂、二厂公告栏"),
            coverage_statement="全员推送送达率100%，夜班人员由班组长签收",
        ),
    ),
    Comment(
        at(11, 12, 19, 40),
        "芮铸新",
        "GX-0841",
        "失效案例情景分析的案例由谁出题？希望不用外包厂商的设备做案例。",
    ),
    Reply(at(11, 13, 10, 30), "案例由现场答辩专家组从本企业近3年失效分析报告中抽取，评审前封存。"),
    Comment(at(11, 15, 21, 5), "苏晚晴", "GX-3302", "夜班人员线上申报的截止时间是几点？"),
)

WORDS_OF_CHENGYU: Final = "结合介入类影像设备装配调试实际，参评职业为模具工、电工。全年建议人选不超过1名。"
OF_CHENGYU: Final = (
    Open(at(11, 13, 15, 20)),
    Write(
        at(11, 13, 15, 40),
        "occupations",
        {
            "/section": WORDS_OF_CHENGYU,
            "/value": [
                {
                    "code": "6-18-04-01",
                    "name": "模具工",
                    "standard_basis": "national_standard",
                    "standard_title": "模具工国家职业技能标准",
                    "has_senior_technician_level": True,
                    "title_path_only": False,
                    "certainty": "level_unverified",
                },
                {
                    "code": "6-31-01-03",
                    "name": "电工",
                    "standard_basis": "national_standard",
                    "standard_title": "电工国家职业技能标准（2018年版）",
                    "has_senior_technician_level": True,
                    "title_path_only": False,
                },
            ],
        },
    ),
    Write(at(11, 13, 16), "methods", {"/value/performance/quota": 1}),
    Write(
        at(11, 13, 16, 30),
        "rubric",
        {
            "/value/based_on": "enterprise",
            "/value/modules/0/items/1/bands/1/min": Decimal(6),
            "/value/modules/0/items/1/bands/1/text": "改进装配工艺或工装，一次合格率明显提高，在本企业推广。",
            "/deviations": [{"annex": 3, "what": "技能攻关、技术改造增加装配工艺和一次合格率"}],
        },
    ),
    Write(
        at(11, 13, 16, 50),
        "schedule",
        {
            "/value/list_formed": "2026-12-16",
            "/value/enterprise_publicity_start": "2026-12-16",
            "/value/enterprise_publicity_end": "2026-12-18",
        },
    ),
)
"""Left to put right: a band that begins at 6 where the one below ends at 4, a list that is formed too late
with a notice that is too short, a deviation without its reason, and parts that nobody has written yet."""

PLANS: Final[Mapping[str, tuple[Deed, ...]]] = MappingProxyType(
    {PENGYUE: OF_PENGYUE, HONGNENG: OF_HONGNENG, GUXU: OF_GUXU, CHENGYU: OF_CHENGYU}
)
"""By the number of the enterprise."""
