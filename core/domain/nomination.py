"""A nomination (推荐申报, 二（一）): what is handed in, who signed it, what the province found.

``Dossier`` is the content, one version of it each time it is sent in; ``PilotNomination`` is where it stands.
What it says of the enterprise is kept as the plan's own records, so that admission carries it over unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.domain.diff import Change, differences
from core.domain.enterprise import Enterprise, Nomination
from core.domain.evidence import Evidence, files
from core.domain.places import CITIES
from core.domain.records import record, steps_of, term
from core.domain.roles import Role
from core.domain.stages import Channel, NominationState
from core.domain.values import Count, Many, One, Text, or_empty
from core.domain.wording import Word, as_written


class DossierPart(StrEnum):
    """The parts that are verified and returned one by one; three of them are the requirements of 一（一）."""

    ENTERPRISE = "enterprise"
    INDUSTRY_POSITION = "industry_position"
    EVALUATION_WORK = "evaluation_work"
    SENIOR_TECHNICIANS = "senior_technicians"
    QUOTA = "quota"

    @property
    def zh(self) -> str:
        return _PART_ZH[self]


_PART_ZH: Final = {
    DossierPart.ENTERPRISE: "企业基本情况",
    DossierPart.INDUSTRY_POSITION: "规模与地位",
    DossierPart.EVALUATION_WORK: "培训评价工作",
    DossierPart.SENIOR_TECHNICIANS: "高级技师存量",
    DossierPart.QUOTA: "推荐与名额",
}

REQUIREMENTS: Final = (
    DossierPart.INDUSTRY_POSITION,
    DossierPart.EVALUATION_WORK,
    DossierPart.SENIOR_TECHNICIANS,
)
"""一（一）1 to 3, each of which must be met by every class of enterprise (AMB-03)."""


@record
class IndustryPosition:
    """一（一）1. ``statistical_unit`` is the unit that a branch's figures are those of (AMB-06)."""

    statistics_year: Count = term("统计年度", "年")
    statistical_unit: Text = term("所属统计单位")
    scale_evidence: Many[Evidence] = term("规模以上证明")
    position_evidence: Many[Evidence] = term("领先地位证明")


@record
class EvaluationWork:
    """一（一）2."""

    evidence: Many[Evidence] = term("培训评价证明")


@record
class SeniorTechnicians:
    """一（一）3."""

    evidence: Many[Evidence] = term("高级技师名册")


@record
class Dossier:
    """推荐申报材料: the enterprise as its plan will state it, and what the statements rest on."""

    enterprise: One[Enterprise] = term("申报企业")
    head_evidence: Many[Evidence] = term("头部企业证明")
    industry_position: One[IndustryPosition] = term("规模与地位")
    evaluation_work: One[EvaluationWork] = term("培训评价工作")
    senior_technicians: One[SeniorTechnicians] = term("高级技师存量")
    channel: Text = term("申报渠道")
    quota_class: Text = term("名额类别")
    quota_class_evidence: Many[Evidence] = term("名额类别证明")
    selection_reason: Text = term("择优推荐理由")
    compared_enterprises: Many[str] = term("比选企业")
    cluster_reason: Text = term("集群以外的理由")


_OF_ENTERPRISE: Final[Mapping[str, DossierPart]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("is_above_scale", "main_business_revenue_wan", "industry_code", "leading_position_statement"),
            DossierPart.INDUSTRY_POSITION,
        ),
        **dict.fromkeys(
            ("evaluation_history", "training_mechanism", "evaluation_mechanism", "working_body"),
            DossierPart.EVALUATION_WORK,
        ),
        **dict.fromkeys(
            ("senior_technician_count", "special_technician_count"), DossierPart.SENIOR_TECHNICIANS
        ),
    }
)
"""Which fields of the enterprise belong to a requirement; the others are 企业基本情况."""


def part_of(path: str) -> DossierPart:
    """The part of the dossier that a JSON pointer leads into; 推荐与名额 for the whole of it."""
    first, *others = steps_of(path) or ("",)
    if first == "enterprise":
        return _OF_ENTERPRISE.get(others[0] if others else "", DossierPart.ENTERPRISE)
    if first == "head_evidence":
        return DossierPart.ENTERPRISE
    return DossierPart(first) if first in REQUIREMENTS else DossierPart.QUOTA


def evidence_of(dossier: Dossier, part: DossierPart) -> tuple[Evidence, ...]:
    """The files that a part rests on."""
    position = or_empty(dossier.industry_position, IndustryPosition)
    listed = {
        DossierPart.ENTERPRISE: dossier.head_evidence,
        DossierPart.INDUSTRY_POSITION: (
            *files(position.scale_evidence),
            *files(position.position_evidence),
        ),
        DossierPart.EVALUATION_WORK: or_empty(dossier.evaluation_work, EvaluationWork).evidence,
        DossierPart.SENIOR_TECHNICIANS: or_empty(dossier.senior_technicians, SeniorTechnicians).evidence,
        DossierPart.QUOTA: dossier.quota_class_evidence,
    }
    return files(listed[part])


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who sent in, countersigned or verified, under which role and when; ``city_code`` for a city's body."""

    person_id: int
    name: str
    role: Role
    city_code: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What the province found of one part: met, or not and why."""

    part: DossierPart
    met: bool
    reason: str
    by: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotNomination:
    """A nomination in a cycle.

    ``city_code`` is the nominating city, or that of the place when a central branch reports directly.
    ``reported_at`` is when it first arrived at the provincial centre with every signature it needs; a return
    does not undo it.
    """

    id: str
    cycle: str
    city_code: str
    state: NominationState
    dossier: Dossier
    nominated: Signature | None = None
    countersigned: Signature | None = None
    reported_at: datetime | None = None
    verifications: tuple[Verification, ...] = ()

    @property
    def uscc(self) -> str:
        return str(or_empty(self.dossier.enterprise, Enterprise).uscc or "")

    @property
    def name(self) -> str:
        return str(or_empty(self.dossier.enterprise, Enterprise).name or "（未填写名称）")

    @property
    def is_direct(self) -> bool:
        return self.dossier.channel == Channel.PROVINCE_DIRECT

    @property
    def unmet(self) -> tuple[Verification, ...]:
        """What the province returned, with its reasons."""
        return tuple(each for each in self.verifications if not each.met)

    def slot(self) -> Slot:
        """What others need to know of it."""
        return Slot(
            nomination=self.id,
            enterprise=self.name,
            uscc=self.uscc,
            city_code=self.city_code,
            channel=str(self.dossier.channel or ""),
            quota_class=str(self.dossier.quota_class or ""),
            class_proved=bool(files(self.dossier.quota_class_evidence)),
            state=self.state,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A nomination of the cycle as another one sees it."""

    nomination: str
    enterprise: str
    uscc: str
    city_code: str
    channel: str
    quota_class: str
    class_proved: bool
    state: NominationState


def changes(before: Dossier, after: Dossier, word: Word = as_written) -> tuple[Change, ...]:
    """What a resubmission changed, in document order."""
    return differences(before, after, word)


def still_verified(
    verifications: Iterable[Verification], changed: Iterable[Change]
) -> tuple[Verification, ...]:
    """The verifications that outlast a resubmission: parts that were met and did not change."""
    touched = {part_of(each.path) for each in changed}
    return tuple(each for each in verifications if each.met and each.part not in touched)


def verified(nomination: PilotNomination, found: Verification) -> PilotNomination:
    """``nomination`` with one part verified anew."""
    others = tuple(each for each in nomination.verifications if each.part is not found.part)
    return replace(nomination, verifications=(*others, found))


def silent_cities(slots: Iterable[Slot]) -> tuple[str, ...]:
    """The codes of the cities that nominate nobody so far; a city may do so, and is reminded (二（一）)."""
    nominating = {each.city_code for each in slots if each.state.stands and each.channel == Channel.CITY}
    return tuple(code for code in CITIES if code not in nominating)


def enrolment(nomination: PilotNomination) -> tuple[Enterprise, Nomination]:
    """What the plan of an admitted enterprise states of it and of its nomination (ADR 0012)."""
    dossier = nomination.dossier
    signed = nomination.nominated
    titles = [str(each.title or each.file) for each in files(dossier.quota_class_evidence)]
    return or_empty(dossier.enterprise, Enterprise), Nomination(
        channel=dossier.channel,
        nominated_by_role=signed.role.value if signed else None,
        city_code=nomination.city_code,
        quota_class=dossier.quota_class,
        quota_class_evidence="、".join(titles) or None,
        submitted_at=nomination.reported_at,
        selection_reason=dossier.selection_reason,
        cluster_reason=dossier.cluster_reason,
    )
