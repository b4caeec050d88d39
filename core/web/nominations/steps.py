"""推荐, 会签, 核实, 退回, 不予确定, 撤回: a page to confirm each step, which is a formal act.

What was typed stays when a step is refused, and the page says what changed since it was opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from flask import Response, redirect, render_template
from flask.typing import ResponseReturnValue

from core.domain.errors import DomainError
from core.domain.roles import Role
from core.domain.stages import NominationAct
from core.services.nominations import steps
from core.services.nominations.judging import CannotGoOn
from core.web import session
from core.web.access import city, formal_act, open_to
from core.web.forms import again, transaction
from core.web.nominations.shared import NOMINATORS, ONE, PROVINCE, nomination_or_404, nominations
from core.web.nominations.showing import page_of
from core.web.nominations.stepforms import Ending, Return, Step, Verify
from core.web.nominations.views import NominationPage
from core.web.refusals import status_for

RETURNERS: Final = (*city(Role.CITY_HR), *PROVINCE)


@nominations.get(f"{ONE}/submit")
@open_to(*NOMINATORS)
def submit_form(tenant_id: int, nomination_id: int) -> str:
    return _asked(NominationAct.SUBMIT, Step, tenant_id, nomination_id)


@nominations.post(f"{ONE}/submit")
@open_to(*NOMINATORS)
@formal_act
def submit(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    return _done(NominationAct.SUBMIT, Step(), tenant_id, nomination_id, steps.submit)


@nominations.get(f"{ONE}/countersign")
@open_to(*city(Role.CITY_HR))
def countersign_form(tenant_id: int, nomination_id: int) -> str:
    return _asked(NominationAct.COUNTERSIGN, Step, tenant_id, nomination_id)


@nominations.post(f"{ONE}/countersign")
@open_to(*city(Role.CITY_HR))
@formal_act
def countersign(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    return _done(NominationAct.COUNTERSIGN, Step(), tenant_id, nomination_id, steps.countersign)


@nominations.get(f"{ONE}/reject")
@open_to(*PROVINCE)
def reject_form(tenant_id: int, nomination_id: int) -> str:
    return _asked(NominationAct.REJECT, Ending, tenant_id, nomination_id)


@nominations.post(f"{ONE}/reject")
@open_to(*PROVINCE)
@formal_act
def reject(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    entries = Ending()
    return _done(
        NominationAct.REJECT, entries, tenant_id, nomination_id, steps.reject, reason=entries.reason.data
    )


@nominations.get(f"{ONE}/withdraw")
@open_to(*NOMINATORS)
def withdraw_form(tenant_id: int, nomination_id: int) -> str:
    return _asked(NominationAct.WITHDRAW, Ending, tenant_id, nomination_id)


@nominations.post(f"{ONE}/withdraw")
@open_to(*NOMINATORS)
@formal_act
def withdraw(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    entries = Ending()
    return _done(
        NominationAct.WITHDRAW, entries, tenant_id, nomination_id, steps.withdraw, reason=entries.reason.data
    )


@nominations.get(f"{ONE}/return")
@open_to(*RETURNERS)
def send_back_form(tenant_id: int, nomination_id: int) -> str:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    entries = _seen(Return(formdata=None, **_unmet(page)), page)
    return render_template(TEMPLATES[NominationAct.RETURN], page=page, form=entries, act=NominationAct.RETURN)


@nominations.post(f"{ONE}/return")
@open_to(*RETURNERS)
@formal_act
def send_back(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    entries = Return()
    return _done(
        NominationAct.RETURN, entries, tenant_id, nomination_id, steps.send_back, unmet=entries.unmet
    )


@nominations.get(f"{ONE}/verify")
@open_to(*PROVINCE)
def verify_form(tenant_id: int, nomination_id: int) -> str:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    return render_template("nominations/verify.html", page=page, form=_seen(Verify(formdata=None), page))


@nominations.post(f"{ONE}/verify")
@open_to(*PROVINCE)
@formal_act
def verify(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    entries = Verify()
    if not entries.validate():
        return again("nominations/verify.html", page=page, form=entries)
    try:
        steps.verify(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            nomination_id=nomination_id,
            version=entries.seen,
            found=entries.found,
        )
    except DomainError as error:
        return refused("nominations/verify.html", entries, error, tenant_id, nomination_id)
    return redirect(page.url("nominations.show", verified=1), 303)


TEMPLATES: Final = dict.fromkeys(NominationAct, "nominations/step.html") | {
    NominationAct.RETURN: "nominations/return.html"
}


def _asked(act: NominationAct, form: type[Step], tenant_id: int, nomination_id: int) -> str:
    """The page that asks whether to go on with ``act``."""
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    entries = _seen(form(formdata=None), page)
    return render_template(TEMPLATES[act], page=page, form=entries, act=act)


def _done(
    act: NominationAct,
    entries: Step,
    tenant_id: int,
    nomination_id: int,
    service: Callable[..., None],
    **more: Any,
) -> ResponseReturnValue:
    """Go on with ``act``, or say beside the form why not."""
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    if not entries.validate():
        return again(TEMPLATES[act], page=page, form=entries, act=act)
    try:
        service(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            nomination_id=nomination_id,
            version=entries.seen,
            **more,
        )
    except DomainError as error:
        return refused(TEMPLATES[act], entries, error, tenant_id, nomination_id, act=act)
    return redirect(page.url("nominations.show"), 303)


def refused(
    template: str, entries: Step, error: DomainError, tenant_id: int, nomination_id: int, **more: Any
) -> Response:
    """The page again as things stand now, with what was typed and why it was refused."""
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    if isinstance(error, CannotGoOn) and page.looked is not None:
        looked = replace(page.looked, findings=error.findings)
        page = NominationPage(page.kept, page.actor, looked)
    entries.refuse(error)
    return again(template, status_for(error), page=page, form=_seen(entries, page), **more)


def _seen(entries: Any, page: NominationPage) -> Any:
    """``entries`` as a form of the version that ``page`` shows."""
    entries.version.data = str(page.kept.version)
    return entries


def _unmet(page: NominationPage) -> dict[str, str]:
    """The reasons that were found so far, by part."""
    return {part.value: found.reason for part, found in page.verified.items() if not found.met}
