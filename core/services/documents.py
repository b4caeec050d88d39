"""Documents of what is kept: a version of a plan, a draft, a joint review, a nomination; as PDF or Word.

Printing reads what the page shows to whoever reads the page, and nothing more; it is no act and leaves no
event (ADR 0022). What does not stand any more is not printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from core.documents.deviation_report import DEVIATION_REPORT, deviation_report
from core.documents.nomination_letter import OfNomination
from core.documents.paper import Paper
from core.documents.pdf import pdf
from core.documents.review_opinion import OfReview, Opinion
from core.documents.word import word
from core.documents.work_plan import WORK_PLAN, OfPlan, work_plan
from core.domain.cycle import Cycle
from core.domain.errors import DomainError
from core.domain.plan import PlanDraft
from core.domain.plan_review import REVIEWERS, SECTIONS, standing_ticks, standing_views
from core.domain.roles import Role
from core.domain.stages import NominationState, PlanState
from core.domain.values import beijing_day
from core.rulebook.engine import Edition
from core.services import calendars, directory
from core.services.drafts.reading import Draft
from core.services.editions import CURRENT
from core.services.nominations.kept import Kept
from core.services.plans import check_plan
from core.services.plans import deviation_report as departures_of
from core.services.reviews.kept import JOINT, Judged, KeptVersion
from core.uploads import Kind

STANDS: Final = frozenset({PlanState.PUBLICISED, PlanState.SUBMITTED, PlanState.REVIEWED, PlanState.APPROVED})
"""The states in which a version is printed."""
CLOSED: Final = frozenset({NominationState.REJECTED, NominationState.WITHDRAWN})
OF_PLAN: Final[Mapping[str, Callable[[OfPlan], Paper]]] = MappingProxyType(
    {WORK_PLAN.key: work_plan, DEVIATION_REPORT.key: deviation_report}
)
"""The documents that are made of a plan, by their key in addresses."""
FORMS: Final[Mapping[Kind, Callable[[Paper], bytes]]] = MappingProxyType({Kind.PDF: pdf, Kind.DOCX: word})


class NotPrinted(DomainError):
    """What was asked for does not stand, so no document is made of it."""


def of_version(session: Session, kept: KeptVersion, *, address: str) -> OfPlan:
    """What the documents of a version need; ``address`` is that of its page. Raises NotPrinted."""
    if kept.state not in STANDS:
        raise NotPrinted(f"第 {kept.number} 版{kept.state.zh}，不生成文件。打开现在的一版后再下载。")
    edition = calendars.edition(session, kept.opened.edition)
    cycle = kept.opened.cycle.for_enterprise(kept.uscc)
    return OfPlan(
        plan=kept.plan,
        edition=edition,
        year=kept.opened.cycle.year,
        digest=kept.content_hash,
        departures=departures_of(kept.plan, cycle, edition),
        number=kept.number,
        day=kept.starts_on,
        address=address,
    )


def of_draft(draft: Draft) -> OfPlan:
    """What the documents of a draft need: it has no number, no day and no page to be checked at."""
    checked = draft.checked
    return OfPlan(
        plan=checked.plan,
        edition=checked.edition,
        year=draft.plan.opened.cycle.year,
        digest=checked.report.content_hash,
        departures=checked.departures(),
    )


def of_file(plan: PlanDraft, cycle: Cycle | None, edition: Edition = CURRENT) -> OfPlan:
    """What the documents of a plan file need; nobody has publicised it, so it is a draft."""
    report = check_plan(plan, cycle, edition)
    return OfPlan(
        plan=plan,
        edition=edition,
        year=report.cycle.year or 0,
        digest=report.content_hash,
        departures=departures_of(plan, report.cycle, edition),
    )


def of_review(kept: KeptVersion, judged: Judged, *, address: str) -> OfReview:
    """What the opinion on a version needs. Raises NotPrinted."""
    submitted = beijing_day(kept.submitted_at)
    if submitted is None or kept.state is PlanState.WITHDRAWN:
        raise NotPrinted(f"第 {kept.number} 版{kept.state.zh}，没有会同审核意见。")
    return OfReview(
        enterprise=kept.enterprise,
        city_code=kept.city_code,
        year=kept.opened.cycle.year,
        number=kept.number,
        digest=kept.content_hash,
        state=kept.state,
        submitted=submitted,
        sections=tuple(name for name in SECTIONS if name in kept.section_hashes),
        opinions=tuple(_opinion(kept, judged, role) for role in REVIEWERS[kept.channel]),
        findings=judged.findings,
        waivers=kept.waivers,
        rules=judged.edition.catalogue.rules,
        address=address,
    )


def of_nomination(session: Session, kept: Kept) -> OfNomination:
    """What the letter of a nomination needs. Raises NotPrinted."""
    state = kept.nomination.state
    if state in CLOSED:
        raise NotPrinted(f"这件推荐申报{state.zh}，不生成函件。")
    unit = directory.profile(session, kept.tenant_id)
    return OfNomination(
        nomination=kept.nomination,
        edition=kept.opened.edition,
        year=kept.opened.cycle.year,
        unit=unit.name if unit else kept.unit,
    )


def _opinion(kept: KeptVersion, judged: Judged, role: Role) -> Opinion:
    """What a body said until it decided; nothing of one that has not."""
    review = kept.decided(role, JOINT)
    if review is None:
        return Opinion(role=role, ticks={}, views={})
    return Opinion(
        role=role,
        outcome=review.outcome,
        opinion=review.opinion,
        by=review.by,
        at=review.at,
        ticks=standing_ticks(
            role, kept.section_hashes, (each for each in kept.ticks if each.at <= review.at)
        ),
        views=standing_views(role, judged.to_view, (each for each in kept.views if each.at <= review.at)),
    )
