"""推荐申报 of the demo: who is nominated, and what is done with it when.

Enterprises of the cast state what their folders state, the others what ``dossiers`` has. When the demo opens
they stand in every state that a nomination can have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from core import paths
from core.demo import cast, dossiers
from core.demo.year import YEAR, at
from core.domain.enterprise import Enterprise, Nomination
from core.domain.nomination import Dossier, DossierPart, IndustryPosition
from core.domain.stages import Channel
from core.domain.values import or_empty
from core.plugin_host.tenants import read_tenant
from core.services.nominations.kept import EVALUATION, HEAD, POSITION, QUOTA_CLASS, ROSTER, SCALE

PAPERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        HEAD: "头部企业证明",
        SCALE: "2025年统计年报",
        POSITION: "领先地位证明",
        EVALUATION: "技能等级认定备案及评价总结",
        ROSTER: "高级技师名册",
        QUOTA_CLASS: "名额类别证明",
    }
)
"""Purpose → what the file of it is called."""
USUAL: Final = (HEAD, SCALE, POSITION, EVALUATION, ROSTER)
PROVED: Final = (*USUAL, QUOTA_CLASS)


@dataclass(frozen=True, slots=True)
class Begin:
    """起草: with a file for each of these purposes."""

    at: datetime
    papers: tuple[str, ...] = USUAL


@dataclass(frozen=True, slots=True)
class Submit:
    """报送."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Countersign:
    """会签."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Verify:
    """核实: what the province finds met."""

    at: datetime
    met: tuple[DossierPart, ...] = tuple(DossierPart)


@dataclass(frozen=True, slots=True)
class Return:
    """退回, with a reason for each part."""

    at: datetime
    unmet: Mapping[DossierPart, str]


@dataclass(frozen=True, slots=True)
class Amend:
    """补正 and 报送 again: the enterprise as it is stated now, with another file of a purpose."""

    at: datetime
    enterprise: Enterprise
    purpose: str
    paper: str


@dataclass(frozen=True, slots=True)
class Admit:
    """确定为试点企业, whose 企业主要负责人 is invited."""

    at: datetime
    principal: str


@dataclass(frozen=True, slots=True)
class Reject:
    """不予确定."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """撤回."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """重新开放 the deadline of nominations for this enterprise."""

    at: datetime
    until: date
    reason: str


Deed = Begin | Submit | Countersign | Verify | Return | Amend | Admit | Reject | Withdraw | Reopen


@dataclass(frozen=True, slots=True)
class Nominee:
    """An enterprise as it is nominated, and what is done, in order."""

    dossier: Dossier
    deeds: tuple[Deed, ...]

    @property
    def enterprise(self) -> Enterprise:
        return or_empty(self.dossier.enterprise, Enterprise)

    @property
    def name(self) -> str:
        return str(self.enterprise.name)

    @property
    def uscc(self) -> str:
        return str(self.enterprise.uscc)

    @property
    def city_code(self) -> str:
        return str(self.enterprise.city_code)

    @property
    def short_name(self) -> str:
        return str(self.enterprise.short_name)

    @property
    def direct(self) -> bool:
        """Whether the 央企驻苏分支机构 nominates it, and no city."""
        return self.dossier.channel == Channel.PROVINCE_DIRECT


CAST: Final[Mapping[str, tuple[str, tuple[Deed, ...]]]] = MappingProxyType(
    {
        "xuzhou_pengyue": (
            "C3514",
            (
                Begin(at(11, 2, 14, 20)),
                Submit(at(11, 2, 14, 40)),
                Countersign(at(11, 2, 15, 20)),
                Verify(at(11, 3, 13, 30)),
                Admit(at(11, 3, 14), cast.PENG.name),
            ),
        ),
        "suzhou_guxu": (
            "C3973",
            (
                Begin(at(11, 3, 9, 20), PROVED),
                Submit(at(11, 3, 9, 40)),
                Countersign(at(11, 3, 10, 5)),
                Verify(at(11, 3, 14, 30)),
                Admit(at(11, 3, 14, 50), "董以宁"),
            ),
        ),
        "nanjing_hongneng": (
            "C2511",
            (
                Begin(at(11, 3, 17, 10), PROVED),
                Submit(at(11, 3, 17, 45)),
                Verify(at(11, 4, 9, 20)),
                Admit(at(11, 4, 9, 40), cast.ZHONGLI.name),
            ),
        ),
    }
)
"""By folder: the 行业代码, which the folder does not state, and what is done; reported when it says."""


def of_the_cast(enterprise: cast.Enterprise) -> Nominee:
    """An enterprise of the cast as its folder states it."""
    folder = read_tenant(enterprise.slug, paths.TENANTS / enterprise.slug)
    said = or_empty(folder.enrolment.nomination, Nomination)
    code, deeds = CAST[enterprise.slug]
    dossier = Dossier(
        enterprise=replace(or_empty(folder.enrolment.enterprise, Enterprise), industry_code=code),
        industry_position=IndustryPosition(statistics_year=YEAR - 1),
        channel=said.channel,
        quota_class=said.quota_class,
        selection_reason=said.selection_reason,
    )
    return Nominee(dossier, deeds)


OTHERS: Final = (
    Nominee(
        dossiers.QILAN,
        (
            Begin(at(11, 9, 16)),
            Submit(at(11, 10, 9)),
            Countersign(at(11, 10, 14)),
            Verify(at(11, 12, 10), (DossierPart.ENTERPRISE, DossierPart.EVALUATION_WORK)),
            Return(
                at(11, 12, 10, 20),
                {
                    DossierPart.SENIOR_TECHNICIANS: "申报 37 人，名册 35 人，相差 2 人。"
                    "核对证书后补齐名册，或更正人数。"
                },
            ),
        ),
    ),
    Nominee(
        dossiers.YILAN,
        (
            Begin(at(11, 10, 11)),
            Submit(at(11, 10, 17, 20)),
            Reopen(
                at(11, 13, 15),
                date(YEAR, 11, 20),
                "11月10日会签人员因公外出，材料已按时由市鉴定中心推荐，同意延期会签。",
            ),
        ),
    ),
    Nominee(dossiers.QIYAO, (Begin(at(11, 9, 17), ()),)),
    Nominee(
        dossiers.CHENGYU,
        (
            Begin(at(11, 6, 10)),
            Submit(at(11, 9, 9, 30)),
            Countersign(at(11, 10, 10)),
            Verify(at(11, 13, 14)),
            Admit(at(11, 13, 14, 20), cast.DAI.name),
        ),
    ),
    Nominee(
        dossiers.CANGLAN,
        (Begin(at(11, 9, 14)), Submit(at(11, 10, 10, 30)), Countersign(at(11, 10, 16, 20))),
    ),
    Nominee(
        dossiers.JIHAI,
        (
            Begin(at(11, 2, 16)),
            Submit(at(11, 2, 16, 30)),
            Countersign(at(11, 4, 10, 30)),
            Withdraw(at(11, 6, 15), "企业正在办理重组，本年度不再推荐。"),
        ),
    ),
    Nominee(
        dossiers.CHUAN,
        (
            Begin(at(11, 5, 10)),
            Submit(at(11, 5, 15)),
            Countersign(at(11, 6, 9)),
            Reject(
                at(11, 12, 15),
                "领先地位的依据为企业自评，没有第三方材料；高级技师 2 人，未形成相当规模的存量。",
            ),
        ),
    ),
    Nominee(
        dossiers.MUFENG,
        (
            Begin(at(11, 9, 9)),
            Submit(at(11, 9, 10)),
            Countersign(at(11, 9, 15)),
            Verify(
                at(11, 11, 9, 30),
                (
                    DossierPart.ENTERPRISE,
                    DossierPart.EVALUATION_WORK,
                    DossierPart.SENIOR_TECHNICIANS,
                    DossierPart.QUOTA,
                ),
            ),
            Return(
                at(11, 11, 9, 50),
                {
                    DossierPart.INDUSTRY_POSITION: "主营业务收入按集团合并口径填写，与统计年报不一致。"
                    "改为本企业统计年报的数字，补充市场占有率的第三方证明。"
                },
            ),
            Amend(at(11, 13, 10), dossiers.MUFENG_AMENDED, POSITION, "风电主轴市场占有率第三方证明"),
            Countersign(at(11, 13, 16, 30)),
        ),
    ),
    Nominee(dossiers.CHUYUN, (Begin(at(11, 9, 11), ()),)),
)


def nominees() -> Iterator[Nominee]:
    """Those of the cast, then the others, of the cities that are there."""
    for enterprise in cast.ENTERPRISES:
        yield of_the_cast(enterprise)
    for each in OTHERS:
        if each.city_code in cast.OFFICIALS:
            yield each
