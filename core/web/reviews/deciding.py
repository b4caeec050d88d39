"""审核通过, 退回, 不予通过, 批准, 豁免: a page to confirm each, which is a formal act.

What was typed stays when an act is refused, and the page says what was done since it was opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.domain.errors import DomainError
from core.domain.stages import PlanAct
from core.services.reviews import assessing, deciding
from core.web import session, uploading
from core.web.access import formal_act, open_to, takes_file
from core.web.forms import again, transaction
from core.web.nominations.stepforms import Step
from core.web.refusals import status_for
from core.web.reviews.forms import Decide, Reject, Waive
from core.web.reviews.shared import BODIES, MARKERS, ONE, PROVINCE, WAIVERS, body_or_404, reviewed, reviews
from core.web.reviews.showing import page_of
from core.web.reviews.views import ReviewPage

STEP: Final = "reviews/step.html"
WAIVE: Final = "reviews/waive.html"


@reviews.get(f"{ONE}/agree")
@open_to(*BODIES)
@reviewed
def agree_form(tenant_id: int, version_id: int) -> str:
    body_or_404(tenant_id, version_id)
    return asked(STEP, Decide, tenant_id, version_id, act=PlanAct.AGREE)


@reviews.post(f"{ONE}/agree")
@open_to(*BODIES)
@reviewed
@formal_act
def agree(tenant_id: int, version_id: int) -> ResponseReturnValue:
    body_or_404(tenant_id, version_id)
    entries = Decide()
    return done(
        STEP, entries, tenant_id, version_id, deciding.agree, act=PlanAct.AGREE, opinion=entries.opinion
    )


@reviews.get(f"{ONE}/return")
@open_to(*MARKERS)
@reviewed
def return_form(tenant_id: int, version_id: int) -> str:
    return asked(STEP, Decide, tenant_id, version_id, act=PlanAct.RETURN)


@reviews.post(f"{ONE}/return")
@open_to(*MARKERS)
@reviewed
@formal_act
def return_(tenant_id: int, version_id: int) -> ResponseReturnValue:
    entries = Decide()
    return done(
        STEP, entries, tenant_id, version_id, deciding.return_, act=PlanAct.RETURN, opinion=entries.opinion
    )


@reviews.get(f"{ONE}/reject")
@open_to(*PROVINCE)
@reviewed
def reject_form(tenant_id: int, version_id: int) -> str:
    return asked(STEP, Reject, tenant_id, version_id, act=PlanAct.REJECT)


@reviews.post(f"{ONE}/reject")
@open_to(*PROVINCE)
@reviewed
@formal_act
def reject(tenant_id: int, version_id: int) -> ResponseReturnValue:
    entries = Reject()
    return done(
        STEP, entries, tenant_id, version_id, deciding.reject, act=PlanAct.REJECT, reason=entries.reason
    )


@reviews.get(f"{ONE}/approve")
@open_to(*PROVINCE)
@reviewed
def approve_form(tenant_id: int, version_id: int) -> str:
    return asked(STEP, Decide, tenant_id, version_id, act=PlanAct.APPROVE)


@reviews.post(f"{ONE}/approve")
@open_to(*PROVINCE)
@reviewed
@formal_act
def approve(tenant_id: int, version_id: int) -> ResponseReturnValue:
    entries = Decide()
    return done(
        STEP, entries, tenant_id, version_id, assessing.approve, act=PlanAct.APPROVE, opinion=entries.opinion
    )


@reviews.get(f"{ONE}/waive")
@open_to(*WAIVERS)
@reviewed
def waive_form(tenant_id: int, version_id: int) -> str:
    return asked(WAIVE, Waive, tenant_id, version_id, rule=request.args.get("rule", ""))


@reviews.post(f"{ONE}/waive")
@open_to(*WAIVERS)
@reviewed
@formal_act
@takes_file
def waive(tenant_id: int, version_id: int) -> ResponseReturnValue:
    sent, entries = uploading.sent(), Waive()
    return done(
        WAIVE,
        entries,
        tenant_id,
        version_id,
        deciding.waive,
        rule=entries.rule,
        reason=entries.reason,
        sent=sent,
        store=uploading.store(),
    )


def asked(template: str, form: type[Step], tenant_id: int, version_id: int, **more: Any) -> str:
    """The page that asks whether to go on."""
    page = page_of(tenant_id, version_id)
    entries = seen(form(formdata=None, rule=more.pop("rule", None)), page)
    return render_template(template, page=page, form=entries, **about(more))


def done(
    template: str,
    entries: Step,
    tenant_id: int,
    version_id: int,
    service: Callable[..., Any],
    **more: Any,
) -> ResponseReturnValue:
    """Go on with an act, or say beside the form why not; fields of the form are given by what they hold."""
    page, act = page_of(tenant_id, version_id), more.pop("act", None)
    if not entries.validate():
        return again(template, page=page, form=entries, **about({"act": act}))
    values = {name: getattr(each, "data", each) for name, each in more.items() if name not in AS_IS}
    values = {name: "" if each is None else each for name, each in values.items()}
    try:
        service(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            version_id=version_id,
            seen=entries.seen,
            **values,
            **{name: more[name] for name in AS_IS if name in more},
        )
    except DomainError as error:
        return refused(template, entries, error, tenant_id, version_id, act=act)
    return redirect(page.url("reviews.show"), 303)


AS_IS: Final = ("sent", "store")
"""What is given to a service as it is: no fields of a form."""


def refused(
    template: str, entries: Step, error: DomainError, tenant_id: int, version_id: int, **more: Any
) -> Response:
    """The page again as things stand now, with what was typed and why it was refused."""
    page = page_of(tenant_id, version_id)
    entries.refuse(error)
    return again(template, status_for(error), page=page, form=seen(entries, page), **about(more))


def about(more: dict[str, Any]) -> dict[str, Any]:
    """What the templates of decisions take, whichever it is."""
    return {"act": more.get("act"), "accept": uploading.ACCEPT, "outcomes": assessing.OUTCOMES}


def seen(entries: Any, page: ReviewPage) -> Any:
    """``entries`` as a form of the version that ``page`` shows."""
    entries.version.data = str(page.kept.version)
    return entries
