"""已批准的方案: the type that only approval makes; every step after it takes this and nothing else.

What runs is what was approved (architecture §1.4). So a plan is taken from the database only together with
what the record says was approved, and anything of it that no longer agrees is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.errors import DomainError
from core.domain.frozen import Answerer, FrozenPlan, canonical, freeze, thaw
from core.domain.plan import PlanDraft
from core.domain.plan_review import SECTIONS, section_hashes
from core.domain.stages import NOT_APPROVED


class NotApproved(DomainError):
    """An enterprise without an approved plan runs no pilot (JS-2.3-unapproved-no-pilot)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, NOT_APPROVED)


class Tampered(DomainError):
    """What is stored of an approved plan is not what was approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved which plan, as the record keeps it: ``seal`` is the SHA-256 of all that is stored."""

    version_id: int
    number: int
    by: str
    at: datetime
    seal: str


@dataclass(frozen=True, slots=True)
class ApprovedPlan:
    """The plan that runs. Only ``approved_plan`` makes one."""

    tenant_id: int
    cycle_id: int
    frozen: FrozenPlan
    plan: PlanDraft
    approval: Approval

    @property
    def content_hash(self) -> str:
        return self.frozen.content_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A version as it is stored; ``of`` are the facts that name it: tenant, plan, cycle, number and so on."""

    tenant_id: int
    cycle_id: int
    edition: str
    rulebook: str
    document: bytes
    answerers: Mapping[str, Mapping[str, str]]
    content_hash: str
    snapshot_hash: str
    section_hashes: Mapping[str, str]
    of: Mapping[str, Any]

    @property
    def seal(self) -> str:
        """The SHA-256 of everything here, to be recorded when it is approved."""
        whole = {
            "of": dict(self.of),
            "tenant_id": self.tenant_id,
            "cycle_id": self.cycle_id,
            "edition": self.edition,
            "rulebook": self.rulebook,
            "document": hashlib.sha256(self.document).hexdigest(),
            "answerers": {part: dict(who) for part, who in self.answerers.items()},
            "content_hash": self.content_hash,
            "snapshot_hash": self.snapshot_hash,
            "section_hashes": dict(self.section_hashes),
        }
        return hashlib.sha256(canonical(whole)).hexdigest()


def verified(stored: Stored) -> FrozenPlan:
    """The frozen plan that is ``stored``, its hashes made anew. Raises Tampered where one does not agree."""
    try:
        draft = thaw(stored.document)
        answerers = {part: Answerer(**who) for part, who in stored.answerers.items()}
        made = freeze(draft, edition=stored.edition, rulebook=stored.rulebook, answerers=answerers)
        agree = {
            "方案全文": made.document == stored.document,
            "内容摘要": made.content_hash == stored.content_hash,
            "版本摘要": made.snapshot_hash == stored.snapshot_hash,
            "各节摘要": dict(section_hashes(draft)) == dict(stored.section_hashes),
        }
    except (ArithmeticError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Tampered(_words("方案全文")) from error
    if wrong := [name for name, same in agree.items() if not same]:
        raise Tampered(_words("、".join(wrong)))
    return made


def approved_plan(stored: Stored, approval: Approval) -> ApprovedPlan:
    """The plan that was approved. Raises Tampered where what is ``stored`` is not what was."""
    frozen = verified(stored)
    if stored.seal != approval.seal:
        raise Tampered(_words("批准时的摘要"))
    return ApprovedPlan(
        tenant_id=stored.tenant_id,
        cycle_id=stored.cycle_id,
        frozen=frozen,
        plan=thaw(frozen.document),
        approval=approval,
    )


def drift(approved: ApprovedPlan, today: PlanDraft) -> tuple[str, ...]:
    """The sections that the plugins would answer differently ``today``; the plan runs on as approved."""
    before, now = section_hashes(approved.plan), section_hashes(today)
    return tuple(zh for name, zh in SECTIONS.items() if before.get(name) != now.get(name))


def _words(what: str) -> str:
    return (
        f"已批准方案的{what}与批准时不一致，不能据以开展评聘。"
        "停止使用并报省职业技能鉴定中心，由平台核查操作记录。"
    )
