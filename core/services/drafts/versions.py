"""Frozen versions of a plan: as documents, and the one that stands in place of the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from core.domain.frozen import Answerer, thaw
from core.domain.plan import PlanDraft
from core.persistence.queries import plan as queries
from core.rulebook.waivers import with_waivers
from core.services.drafts.compiling import Judged, judged
from core.services.drafts.kept import KeptPlan, VersionHead
from core.services.reviews import kept as reviewed


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingVersion(Judged):
    """A version with its notice and its sending in, checked as those who review it have it checked."""

    head: VersionHead
    answered: Mapping[str, Answerer]


def document(session: Session, *, tenant_id: int, version_id: int) -> PlanDraft:
    """What a version in scope says. Raises LookupError."""
    row = queries.version(session, tenant_id=tenant_id, version_id=version_id)
    if row is None:
        raise LookupError(version_id)
    return thaw(row.document)


def standing(session: Session, plan: KeptPlan) -> StandingVersion | None:
    """The version that closes a plan to editing, with what was waived for it; None while it is a draft."""
    head = plan.closing
    found = head and reviewed.one(session, tenant_id=plan.tenant_id, version_id=head.id)
    if not head or not found:
        return None
    checked = judged(session, plan, found.plan)
    return StandingVersion(
        head=head,
        answered={part: Answerer(**who) for part, who in found.stored.answerers.items()},
        report=replace(checked.report, findings=with_waivers(checked.findings, found.waivers)),
        edition=checked.edition,
    )
