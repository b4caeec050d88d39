"""The enterprise's side: begin a notice, watch it, answer comments, take it down, send the plan in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField, TextAreaField

from core.domain.errors import DomainError
from core.domain.plan import PlanDraft
from core.rulebook.engine import Edition, Finding
from core.rulebook.waivers import awaits, in_the_way
from core.services import plan_comments, submitting
from core.services import publicity as service
from core.services.accounts.answers import Conflict
from core.services.drafts.kept import KeptPlan
from core.services.plan_doors import Closed
from core.services.publicity import Plain
from core.web import session, workdays
from core.web.access import formal_act, open_to
from core.web.forms import Form, FormalForm, Line, Needed, again, transaction
from core.web.guidance import Day
from core.web.plandocument import PlanDocument
from core.web.publicity.shared import (
    DAYS_RULE,
    HASH_RULE,
    MAKERS,
    ONE,
    REPORT_RULE,
    STAFF_RULE,
    OwnPage,
    own_page,
    plan_or_404,
    publicity,
)
from core.web.refusals import status_for
from core.web.studio.items import told
from core.web.texts import lazy_gettext

RULES = {"staff": STAFF_RULE, "days": DAYS_RULE, "hash": HASH_RULE, "report": REPORT_RULE}


class Begin(FormalForm):
    """What is missing or cannot be, the service says at its field."""

    ends_on = Day()
    channels = TextAreaField()
    coverage_statement = TextAreaField()
    content_hash = HiddenField()

    @property
    def typed(self) -> Plain:
        return Plain(
            ends_on=self.ends_on.data,
            channels=str(self.channels.data or "").splitlines(),
            coverage_statement=str(self.coverage_statement.data or ""),
            content_hash=str(self.content_hash.data or ""),
        )


class Withdraw(FormalForm):
    reason = Line(validators=[Needed(lazy_gettext("未填写撤下的理由。写明理由后再撤下。"))])


class Submit(FormalForm):
    seen = HiddenField(
        validators=[Needed(lazy_gettext("页面送回的内容不完整，没有报送。刷新页面后重新办理。"))]
    )


class Confirm(Form):
    employed = StringField(validators=[Needed(lazy_gettext("没有选择是否为本企业职工。选择后再提交。"))])


class Answer(Form):
    answer = TextAreaField(validators=[Needed(lazy_gettext("未填写答复。写明答复后再提交。"))])


@publicity.get(ONE)
@open_to(*MAKERS)
def watch(tenant_id: int, plan_id: int) -> str:
    return _watched(own_page(plan_or_404(tenant_id, plan_id)))


@publicity.get(f"{ONE}/begin")
@open_to(*MAKERS)
def begin_form(tenant_id: int, plan_id: int) -> str:
    plan = plan_or_404(tenant_id, plan_id)
    today = workdays.this_day()
    entries = Begin(formdata=None)
    entries.ends_on.data = workdays.calendar().after(today, _wanted(plan))
    return render_template("publicity/begin.html", **_beginning(plan, entries))


@publicity.post(f"{ONE}/begin")
@open_to(*MAKERS)
@formal_act
def begin(tenant_id: int, plan_id: int) -> ResponseReturnValue:
    plan, entries = plan_or_404(tenant_id, plan_id), Begin()
    if not entries.validate():
        return again("publicity/begin.html", **_beginning(plan, entries))
    try:
        service.publicise(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            plan_id=plan_id,
            typed=entries.typed,
            keys=session.rules().keys,
        )
    except DomainError as error:
        entries.refuse(error)
        return again("publicity/begin.html", status_for(error), **_beginning(plan, entries, _found(error)))
    return redirect(own_page(plan).url(), 303)


@publicity.get(f"{ONE}/poster")
@open_to(*MAKERS)
def poster(tenant_id: int, plan_id: int) -> str:
    return render_template("publicity/poster.html", page=_with_notice(plan_or_404(tenant_id, plan_id)))


@publicity.get(f"{ONE}/withdraw")
@open_to(*MAKERS)
def withdraw_form(tenant_id: int, plan_id: int) -> str:
    page = _with_notice(plan_or_404(tenant_id, plan_id))
    return render_template("publicity/withdraw.html", page=page, form=Withdraw(formdata=None))


@publicity.post(f"{ONE}/withdraw")
@open_to(*MAKERS)
@formal_act
def withdraw(tenant_id: int, plan_id: int) -> ResponseReturnValue:
    page, entries = _with_notice(plan_or_404(tenant_id, plan_id)), Withdraw()
    if not entries.validate():
        return again("publicity/withdraw.html", page=page, form=entries)
    try:
        service.withdraw(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            plan_id=plan_id,
            reason=str(entries.reason.data),
        )
    except DomainError as error:
        entries.refuse(error)
        return again("publicity/withdraw.html", status_for(error), page=page, form=entries)
    return redirect(page.url(), 303)


@publicity.post(f"{ONE}/comments/<int:comment_id>/employment")
@open_to(*MAKERS)
def confirm(tenant_id: int, plan_id: int, comment_id: int) -> ResponseReturnValue:
    page, entries = _with_notice(plan_or_404(tenant_id, plan_id)), Confirm()
    if not entries.validate():
        return again("publicity/watch.html", **_watching(page, entries, comment_id))
    plan_comments.confirm_employment(
        transaction(),
        actor=session.actor(),
        tenant_id=tenant_id,
        comment_id=comment_id,
        employed=entries.employed.data == "yes",
    )
    return redirect(f"{page.url()}#comment-{comment_id}", 303)


@publicity.post(f"{ONE}/comments/<int:comment_id>/answer")
@open_to(*MAKERS)
def answer(tenant_id: int, plan_id: int, comment_id: int) -> ResponseReturnValue:
    page, entries = _with_notice(plan_or_404(tenant_id, plan_id)), Answer()
    if not entries.validate():
        return again("publicity/watch.html", **_watching(page, entries, comment_id))
    try:
        plan_comments.answer(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            comment_id=comment_id,
            text=str(entries.answer.data),
        )
    except DomainError as error:
        entries.refuse(error)
        return again("publicity/watch.html", status_for(error), **_watching(page, entries, comment_id))
    return redirect(f"{page.url()}#comment-{comment_id}", 303)


@publicity.get(f"{ONE}/submit")
@open_to(*MAKERS)
def submit_form(tenant_id: int, plan_id: int) -> str:
    page = _with_notice(plan_or_404(tenant_id, plan_id))
    return render_template("publicity/submit.html", **_submitting(page, Submit(formdata=None)))


@publicity.post(f"{ONE}/submit")
@open_to(*MAKERS)
@formal_act
def submit(tenant_id: int, plan_id: int) -> ResponseReturnValue:
    page, entries = _with_notice(plan_or_404(tenant_id, plan_id)), Submit()
    if not entries.validate():
        entries.refusal = entries.refusal or "".join(entries.seen.errors)
        return again("publicity/submit.html", **_submitting(page, entries))
    try:
        submitting.submit(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            plan_id=plan_id,
            seen=str(entries.seen.data),
        )
    except DomainError as error:
        entries.refuse(error)
        return again("publicity/submit.html", status_for(error), **_submitting(page, entries))
    return redirect(page.url(), 303)


# --- what the pages need


def _with_notice(plan: KeptPlan) -> OwnPage:
    """The plan with its notice. Raises Conflict where it has none: there is nothing to do here yet."""
    page = own_page(plan)
    if page.found is None:
        raise Conflict("方案还没有公示。先在方案填报中核对方案，再开始公示。")
    return page


def _watched(page: OwnPage) -> str:
    return render_template("publicity/watch.html", **_watching(page))


def _watching(page: OwnPage, form: Form | None = None, at: int = 0) -> dict[str, Any]:
    """The page of a notice; ``form`` is what was sent for the comment ``at`` and not taken."""
    comments: tuple[plan_comments.Comment, ...] = ()
    more = None
    after = request.args.get("after", 0, type=int)
    if page.found is not None:
        notice = page.found.notice
        comments, more = plan_comments.comments(transaction(), notice, after=after)
        page = replace(page, counts=plan_comments.counts(transaction(), notice))
    return {
        "page": page,
        "comments": comments,
        "more": more,
        "after": after,
        "form": form,
        "at": at,
        "longest": plan_comments.TEXT,
        "due": workdays.due,
        "rules": _rules(page.plan),
    }


def _beginning(plan: KeptPlan, form: Begin, findings: tuple[Finding, ...] | None = None) -> dict[str, Any]:
    """The form of a notice, with what the rules say of the plan as it would be publicised."""
    looked = service.look(transaction(), plan, form.typed)
    if not form.content_hash.data:
        form.content_hash.data = looked.report.content_hash
    shown = looked.of_draft if findings is None else findings
    return {
        "page": own_page(plan),
        "form": form,
        "looked": looked,
        **_weighed(looked.plan, shown, looked.edition),
        "document": PlanDocument(looked.plan, looked.edition),
        "longest": service.COVERAGE,
        "today": workdays.this_day(),
        "wanted": _wanted(plan),
        "due": workdays.due,
        "rules": _rules(plan),
    }


def _wanted(plan: KeptPlan) -> int:
    """How many working days a notice lasts at least, or the enterprise is reminded (AMB-15)."""
    return plan.opened.edition.template.integer("/publicity/plan/recommended_workdays")


def _submitting(page: OwnPage, form: Submit) -> dict[str, Any]:
    """The page that sends the plan in, with what the rules say of that now."""
    looked = submitting.look(transaction(), page.plan)
    form.seen.data = form.seen.data or looked.notice.content_hash
    document = PlanDocument(looked.notice.plan(), page.plan.opened.edition)
    return {
        "page": replace(page, counts=looked.counts),
        "form": form,
        **_weighed(document.plan, looked.findings, page.plan.opened.edition),
        "document": document,
        "due": workdays.due,
        "rules": _rules(page.plan),
    }


def _weighed(plan: PlanDraft, findings: tuple[Finding, ...], edition: Edition) -> dict[str, Any]:
    """What was found, as the studio counts it: what is in the way, what awaits a waiver, and whose."""
    rules = edition.catalogue.rules
    items = told(plan, findings, rules)
    stops = len(in_the_way((each.finding for each in items), rules))
    waiting = sum(each.finding.stops for each in items) - stops
    return {"items": items, "stops": stops, "waiting": waiting, "awaits": lambda found: awaits(found, rules)}


def _found(error: DomainError) -> tuple[Finding, ...] | None:
    return error.findings if isinstance(error, Closed) else None


def _rules(plan: KeptPlan) -> dict[str, Any]:
    rules = plan.opened.edition.catalogue.rules
    return {name: rules[rule] for name, rule in RULES.items()}
