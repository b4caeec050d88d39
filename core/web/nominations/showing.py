"""A nomination to read: its parts, who signed, what was changed, what the reader can do."""

from __future__ import annotations

from flask import Response, render_template

from core.documents.nomination_letter import NOMINATION_LETTER, nomination_letter
from core.domain.roles import Reach
from core.domain.stages import NominationState
from core.services import audit, documents
from core.services.nominations import reading
from core.services.nominations.kept import SUBJECT, Kept
from core.web import session, workdays
from core.web.access import open_to
from core.web.forms import transaction
from core.web.navigation import may_open
from core.web.nominations.deeds import step_of
from core.web.nominations.shared import ONE, READERS, nomination_or_404, nominations
from core.web.nominations.views import NominationPage
from core.web.printing import FILE, printed

ENDED = frozenset({NominationState.REJECTED, NominationState.WITHDRAWN})


@nominations.get(ONE)
@open_to(*READERS)
def show(tenant_id: int, nomination_id: int) -> str:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    return render_template(
        "nominations/show.html",
        page=page,
        due=workdays.due,
        ended=_why_ended(page.kept),
        everywhere=page.actor.role.reach is Reach.ALL,
    )


@nominations.get(f"{ONE}/{FILE}")
@open_to(*READERS)
def document(tenant_id: int, nomination_id: int, document: str, form: str) -> Response:
    """The letter to the provincial centre."""
    kept = nomination_or_404(tenant_id, nomination_id)
    letters = {NOMINATION_LETTER.key: nomination_letter}
    return printed(letters, document, form, lambda: documents.of_nomination(transaction(), kept))


def page_of(kept: Kept) -> NominationPage:
    """A nomination as its reader sees it, with what the rules say of the step they may take."""
    actor = session.actor()
    step = step_of(kept, actor)
    now = session.person().now
    return NominationPage(kept, actor, reading.look(transaction(), kept, step, actor, now) if step else None)


def _why_ended(kept: Kept) -> str:
    """The reason that was recorded when it ended, for whoever reads the record."""
    if kept.nomination.state not in ENDED or not may_open("units.subject_history", kept.tenant_id):
        return ""
    found = audit.history(
        transaction(), kept.tenant_id, subject_type=SUBJECT, subject_id=kept.id, limit=1
    ).events
    return (found[0].reason or "") if found else ""
