"""Filling in a nomination: one form that keeps whatever is typed, and its files by purpose."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.domain.diff import Change
from core.domain.errors import DomainError
from core.domain.nomination import DossierPart, changes
from core.rulebook.engine import Finding
from core.rulebook.vocabulary import vocabulary
from core.services.accounts.answers import Conflict
from core.services.nominations import drafting
from core.services.nominations.kept import PURPOSES, with_files
from core.web import session, workdays
from core.web.access import open_to
from core.web.forms import again, transaction
from core.web.nominations.dossierform import (
    DossierForm,
    anchor_of,
    choices_of,
    dossier_of,
    form_of,
)
from core.web.nominations.shared import NOMINATORS, ONE, nomination_or_404, nominations
from core.web.nominations.showing import page_of
from core.web.nominations.views import NominationPage
from core.web.refusals import status_for
from core.web.texts import gettext as _

TEMPLATE = "nominations/edit.html"
SUBMIT = "submit"


@nominations.get(f"{ONE}/edit")
@open_to(*NOMINATORS)
def edit_form(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    if not page.edits:
        return redirect(page.url("nominations.show"), 303)
    return render_template(TEMPLATE, **_about(page, form_of(page.kept, submitted=False)))


@nominations.post(f"{ONE}/edit")
@open_to(*NOMINATORS)
def edit(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    form = form_of(page.kept, submitted=True)
    if form.seen is None:
        form.refusal = _("页面送回的内容不完整，没有保存。刷新页面后重新填写。")
        return again(TEMPLATE, **_about(page, form))
    if not form.validate():
        form.refusal = _("没有保存：有填写不符的地方。改正后重新保存，其余内容仍在本页。")
        return again(TEMPLATE, **_about(page, form))
    typed = dossier_of(form, page.kept)
    try:
        drafting.save(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            nomination_id=nomination_id,
            version=form.seen,
            dossier=typed,
        )
    except DomainError as error:
        form.refuse(error)
        page = page_of(nomination_or_404(tenant_id, nomination_id))
        differing: tuple[Change, ...] = ()
        if isinstance(error, Conflict) and page.edits:
            word = vocabulary(page.kept.opened.cycle.edition).word
            typed = drafting.settled(with_files(typed, page.kept.files), page.kept.opened)
            differing = changes(page.kept.nomination.dossier, typed, word)
            form.version.data = str(page.kept.version)
        return again(TEMPLATE, status_for(error), **{**_about(page, form), "differing": differing})
    return redirect(_next(page), 303)


def _next(page: NominationPage) -> str:
    """Where the button that was used leads: on with filling in, to files, or to sending in."""
    then = request.form.get("then", "")
    if then == SUBMIT:
        return page.url("nominations.submit_form")
    if then in PURPOSES:
        return page.url("nominations.files", purpose=then)
    return page.url("nominations.edit_form", saved=1)


def _about(page: NominationPage, form: DossierForm) -> dict[str, Any]:
    """What the form shows besides what was typed: findings beside their fields, once it was saved."""
    beside: dict[str, list[Finding]] = defaultdict(list)
    for each in page.findings:
        beside[anchor_of(each.path)].append(each)
    return {
        "due": workdays.due,
        "page": page,
        "form": form,
        "beside": beside if page.kept.version > 1 else {},
        "anchor": anchor_of,
        "classes": choices_of(page.kept),
        "parts": {each.part: each for each in page.parts},
        "Part": DossierPart,
        "saved": request.method == "GET" and "saved" in request.args,
        "differing": (),
    }
