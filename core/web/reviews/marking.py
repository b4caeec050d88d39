"""逐节同意或退回, 逐条核对: each is a form of its own on the page of the version."""

from __future__ import annotations

from typing import TypeVar

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from core.domain.errors import DomainError
from core.domain.plan_review import Verdict, View
from core.services.accounts.answers import Invalid
from core.services.reviews import marking
from core.web import session
from core.web.access import open_to
from core.web.forms import Form, transaction
from core.web.nominations.fields import Prose
from core.web.refusals import status_for
from core.web.reviews.shared import MARKERS, ONE, reviewed, reviews
from core.web.reviews.showing import page_of, page_with


class Marked(Form):
    """What a section or a finding was when it was seen, the word on it, and why."""

    what = HiddenField()
    path = HiddenField()
    seen = HiddenField()
    verdict = HiddenField()
    reason = Prose()


@reviews.post(f"{ONE}/tick")
@open_to(*MARKERS)
@reviewed
def tick(tenant_id: int, version_id: int) -> ResponseReturnValue:
    entries = Marked()
    section = str(entries.what.data or "")
    try:
        marking.tick(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            version_id=version_id,
            section=section,
            section_hash=str(entries.seen.data or ""),
            verdict=_verdict(entries, Verdict),
            reason=_reason(entries),
        )
    except DomainError as error:
        return _refused(error, tenant_id, version_id, f"section-{section}", entries)
    return _back(tenant_id, version_id, f"section-{section}")


@reviews.post(f"{ONE}/view")
@open_to(*MARKERS)
@reviewed
def view(tenant_id: int, version_id: int) -> ResponseReturnValue:
    entries = Marked()
    seen = str(entries.seen.data or "")
    try:
        marking.view(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            version_id=version_id,
            rule=str(entries.what.data or ""),
            path=str(entries.path.data or ""),
            finding_hash=seen,
            verdict=_verdict(entries, View),
            reason=_reason(entries),
        )
    except DomainError as error:
        return _refused(error, tenant_id, version_id, f"finding-{seen[:12]}", entries)
    return _back(tenant_id, version_id, f"finding-{seen[:12]}")


V = TypeVar("V", Verdict, View)


def _verdict(entries: Marked, of: type[V]) -> V:
    try:
        return of(str(entries.verdict.data or ""))
    except ValueError:
        raise Invalid("verdict", "没有选择结论，没有保存。用页面上的按钮选择后保存。") from None


def _reason(entries: Marked) -> str:
    if not entries.validate():
        raise Invalid("reason", "".join(entries.reason.errors) or "页面送回的内容不完整，没有保存。")
    return str(entries.reason.data or "")


def _back(tenant_id: int, version_id: int, at: str) -> ResponseReturnValue:
    """The place on the page where the word was given, held against what it was held against before."""
    url = url_for(
        "reviews.show",
        tenant_id=tenant_id,
        version_id=version_id,
        against=request.args.get("against"),
        only=request.args.get("only"),
        _anchor=at,
    )
    return redirect(url, 303)


def _refused(
    error: DomainError, tenant_id: int, version_id: int, at: str, entries: Marked
) -> ResponseReturnValue:
    """The page as things stand now, with what was typed and why it was refused."""
    page = page_with(page_of(tenant_id, version_id), error.message, at, str(entries.reason.data or ""))
    return make_response(page, status_for(error))
