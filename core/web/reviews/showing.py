"""一份工作方案: what departs, section by section, with the checklist beside it."""

from __future__ import annotations

from functools import partial

from flask import Response, render_template, request, url_for

from core.documents.review_opinion import REVIEW_OPINION, review_opinion
from core.domain.due import left_words, shown_day
from core.services import documents
from core.services.reviews.assessing import OUTCOMES
from core.services.reviews.kept import judged
from core.web import session, workdays
from core.web.access import open_to
from core.web.forms import transaction
from core.web.printing import FILE, printed
from core.web.reviews.shared import ONE, READERS, reviewed, reviews, version_or_404
from core.web.reviews.views import ReviewPage


@reviews.get(ONE)
@open_to(*READERS)
@reviewed
def show(tenant_id: int, version_id: int) -> str:
    return page_with(page_of(tenant_id, version_id))


@reviews.get(f"{ONE}/{FILE}")
@open_to(*READERS)
@reviewed
def document(tenant_id: int, version_id: int, document: str, form: str) -> Response:
    """The plan under review, its departures, or what both bodies say of it."""
    kept = version_or_404(tenant_id, version_id)
    if document == REVIEW_OPINION.key:
        page = url_for("reviews.show", tenant_id=tenant_id, version_id=version_id, _external=True)
        needs = partial(documents.of_review, kept, judged(transaction(), kept), address=page)
        return printed({REVIEW_OPINION.key: review_opinion}, document, form, needs)
    page = url_for("plan.show", tenant_id=tenant_id, _external=True)
    of_version = partial(documents.of_version, transaction(), kept, address=page)
    return printed(documents.OF_PLAN, document, form, of_version)


def page_of(tenant_id: int, version_id: int) -> ReviewPage:
    """The version in the address as the reader sees it; 404 where there is none for them."""
    kept = version_or_404(tenant_id, version_id)
    return ReviewPage(kept, judged(transaction(), kept), session.actor(), request.args.get("against", ""))


def page_with(page: ReviewPage, refusal: str = "", at: str = "", typed: str = "") -> str:
    """The page; with what was refused ``at`` a section or a finding, and what was typed there."""
    last, today = page.kept.opened.cycle.last_day("plan_report", page.kept.uscc), workdays.this_day()
    return render_template(
        "reviews/show.html",
        page=page,
        left=left_words(last, today, workdays.calendar()),
        last=shown_day(last, today, workdays.calendar()),
        only=request.args.get("only") != "all",
        outcomes=OUTCOMES,
        refusal=refusal,
        at=at,
        typed=typed,
    )
