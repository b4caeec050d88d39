"""What is kept of a nomination: rows as the domain's records and back.

A nomination belongs to who nominates. Its files are its evidence: what a dossier rests on is what is attached
to it, so its own list is made when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row

from core.domain.diff import Change
from core.domain.enterprise import Enterprise
from core.domain.evidence import Evidence
from core.domain.nomination import (
    Dossier,
    DossierPart,
    EvaluationWork,
    IndustryPosition,
    PilotNomination,
    SeniorTechnicians,
    Signature,
    Slot,
    Verification,
    changes,
)
from core.domain.records import build, plain
from core.domain.roles import Role
from core.domain.stages import NominationState
from core.domain.uscc import normal_uscc
from core.domain.values import or_empty
from core.persistence.queries import nomination as queries
from core.rulebook.vocabulary import vocabulary
from core.services.attachments import Attached
from core.services.cycles import Opened

SUBJECT: Final = queries.SUBJECT
"""What the record and the attachments call it."""
EDITABLE: Final = frozenset({NominationState.DRAFT, NominationState.RETURNED})
HEAD, SCALE, POSITION, EVALUATION, ROSTER, QUOTA_CLASS = (
    "head",
    "scale",
    "position",
    "evaluation",
    "roster",
    "quota_class",
)
PURPOSES: Final[Mapping[str, tuple[DossierPart, str]]] = MappingProxyType(
    {
        HEAD: (DossierPart.ENTERPRISE, "头部企业证明"),
        SCALE: (DossierPart.INDUSTRY_POSITION, "规模以上证明"),
        POSITION: (DossierPart.INDUSTRY_POSITION, "领先地位证明"),
        EVALUATION: (DossierPart.EVALUATION_WORK, "培训评价证明"),
        ROSTER: (DossierPart.SENIOR_TECHNICIANS, "高级技师名册"),
        QUOTA_CLASS: (DossierPart.QUOTA, "名额类别证明"),
    }
)
"""Purpose → the part of the dossier it belongs to, and its official term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A nomination that is kept: whose, its number, the ``version`` that a change must name.

    ``unit`` is the short name of who nominates, ``sent`` what the last two submissions said, the latest
    first; ``place`` is the tenant that it was admitted as.
    """

    tenant_id: int
    id: int
    version: int
    opened: Opened
    nomination: PilotNomination
    unit: str
    files: tuple[Attached, ...]
    sent: tuple[Dossier, ...]
    place: int | None
    created_at: datetime
    admitted_at: datetime | None
    admitted_name: str | None

    @property
    def label(self) -> str:
        return self.nomination.name

    @property
    def editable(self) -> bool:
        return self.nomination.state in EDITABLE

    def files_for(self, purpose: str) -> tuple[Attached, ...]:
        """The files that are evidence of one thing."""
        return tuple(each for each in self.files if each.purpose == purpose)

    def changed(self) -> tuple[Change, ...]:
        """What was changed after it was sent in, or by the last submission against the one before."""
        word = vocabulary(self.opened.cycle.edition).word
        if not self.sent:
            return ()
        if self.editable:
            return changes(self.sent[0], self.nomination.dossier, word)
        return changes(self.sent[1], self.sent[0], word) if len(self.sent) > 1 else ()


def kept_of(row: Row[Any], opened: Opened) -> Kept:
    """The nomination of ``row`` in its cycle."""
    files = tuple(map(Attached.read, row.attached))
    return Kept(
        tenant_id=row.tenant_id,
        id=row.id,
        version=row.version,
        opened=opened,
        nomination=_nomination(row, opened, with_files(build(Dossier, row.dossier), files)),
        unit=row.unit,
        files=files,
        sent=tuple(build(Dossier, each) for each in row.sent),
        place=row.place,
        created_at=row.created_at,
        admitted_at=row.admitted_at,
        admitted_name=row.admitted_name,
    )


def with_files(dossier: Dossier, files: Iterable[Attached]) -> Dossier:
    """``dossier`` resting on the files that are attached to it."""
    lists: dict[str, list[Evidence]] = {purpose: [] for purpose in PURPOSES}
    for each in files:
        lists[each.purpose].append(Evidence(file=each.digest, title=each.name))
    return replace(
        dossier,
        head_evidence=tuple(lists[HEAD]),
        industry_position=replace(
            or_empty(dossier.industry_position, IndustryPosition),
            scale_evidence=tuple(lists[SCALE]),
            position_evidence=tuple(lists[POSITION]),
        ),
        evaluation_work=EvaluationWork(evidence=tuple(lists[EVALUATION])),
        senior_technicians=SeniorTechnicians(evidence=tuple(lists[ROSTER])),
        quota_class_evidence=tuple(lists[QUOTA_CLASS]),
    )


def columns(dossier: Dossier) -> dict[str, Any]:
    """What is kept of a dossier: itself without its files, and what it is found by."""
    bare = with_files(dossier, ())
    enterprise = or_empty(dossier.enterprise, Enterprise)
    return {
        "dossier": plain(bare),
        "channel": dossier.channel,
        "quota_class": str(dossier.quota_class or ""),
        "class_proved": bool(dossier.quota_class_evidence),
        "uscc": normal_uscc(str(enterprise.uscc or "")),
        "enterprise": str(enterprise.name or "").strip(),
    }


def _nomination(row: Row[Any], opened: Opened, dossier: Dossier) -> PilotNomination:
    nominated = countersigned = None
    if row.nominated_at is not None:
        nominated = Signature(
            person_id=row.nominated_by,
            name=row.nominated_name,
            role=Role(row.nominated_role),
            city_code=row.city_code,
            at=row.nominated_at,
        )
    if row.countersigned_at is not None:
        countersigned = Signature(
            person_id=row.countersigned_by,
            name=row.countersigned_name,
            role=Role.CITY_HR,
            city_code=row.city_code,
            at=row.countersigned_at,
        )
    return PilotNomination(
        id=f"{row.tenant_id}/{row.id}",
        cycle=opened.cycle.id,
        city_code=row.city_code,
        state=NominationState(row.state),
        dossier=dossier,
        nominated=nominated,
        countersigned=countersigned,
        reported_at=row.reported_at,
        verifications=tuple(map(_verification, row.verifications)),
    )


def slot_of(row: Row[Any]) -> Slot:
    """What others need to know of the nomination of ``row``."""
    return Slot(
        nomination=f"{row.tenant_id}/{row.id}",
        enterprise=row.enterprise,
        uscc=row.uscc,
        city_code=row.city_code,
        channel=row.channel,
        quota_class=row.quota_class,
        class_proved=row.class_proved,
        state=NominationState(row.state),
    )


def plain_verification(each: Verification) -> dict[str, Any]:
    """``each`` as it is kept."""
    return {
        "part": each.part.value,
        "met": each.met,
        "reason": each.reason,
        "person_id": each.by.person_id,
        "name": each.by.name,
        "role": each.by.role.value,
        "city_code": each.by.city_code,
        "at": each.by.at.isoformat(),
    }


def _verification(data: Mapping[str, Any]) -> Verification:
    return Verification(
        part=DossierPart(data["part"]),
        met=data["met"],
        reason=data["reason"],
        by=Signature(
            person_id=data["person_id"],
            name=data["name"],
            role=Role(data["role"]),
            city_code=data["city_code"],
            at=datetime.fromisoformat(data["at"]),
        ),
    )
