"""违规处理: the register of bans, entering a decision, and whether an enterprise is barred today."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, SelectField

from core.domain.errors import DomainError
from core.domain.roles import Role
from core.domain.sanction import SanctionKind
from core.persistence.queries.sanction import Place, SanctionsWanted
from core.services import sanctions as register
from core.services.accounts.answers import Invalid
from core.services.editions import CURRENT
from core.services.sanctions import Decision
from core.web import session, workdays
from core.web.access import formal_act, open_to, own
from core.web.forms import LONGEST, UNPROCESSABLE, FormalForm, Line, Needed, again, transaction
from core.web.refusals import status_for
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

sanctions = Blueprint("sanctions", __name__, url_prefix="/sanctions")

PROVINCE = (Role.PROVINCE_HR, Role.PROVINCE_CENTRE)
NOMINATORS = (Role.CITY_HR, Role.CITY_CENTRE, Role.CENTRAL_BRANCH)
"""Those who nominate or countersign: they learn whether an enterprise is barred, and no more of it."""
STANDING, ENDED = "standing", "ended"


class Enter(FormalForm):
    kind = SelectField(
        validators=[Needed(lazy_gettext("未选择处理对象。选择企业或人员。"))], validate_choice=False
    )
    number = Line(validators=[Needed(lazy_gettext("未填写号码。按决定书填写。"))])
    decided_on = DateField(validators=[Needed(lazy_gettext("未填写决定日期。填写决定书上的日期。"))])
    document = Line(validators=[Needed(lazy_gettext("未填写决定文号。填写决定书的文号。"))])


@sanctions.get("")
@open_to(*own(*PROVINCE))
def index() -> str:
    asked, today = request.args, workdays.this_day()
    kind = asked.get("kind", "") if asked.get("kind") in set(SanctionKind) else ""
    state = asked.get("state", "") if asked.get("state") in (STANDING, ENDED) else ""
    since = register.first_decided(today)
    wanted = SanctionsWanted(
        words=asked.get("q", "").strip()[:LONGEST],
        kind=kind,
        since=since if state == STANDING else None,
        until=since if state == ENDED else None,
    )
    before = _place(asked.get("before", ""))
    found, more = register.page(transaction(), wanted, before=before)
    return render_template(
        "sanctions/index.html",
        entries=found,
        more=f"{more.decided_on}.{more.id}" if more else "",
        before=before,
        wanted=wanted,
        kinds={each.value: each.zh for each in SanctionKind},
        kind=kind,
        states={STANDING: _("限制期内"), ENDED: _("已经解除")},
        state=state,
        today=today,
        years=register.years(),
    )


@sanctions.get("/check")
@open_to(*own(*PROVINCE, *NOMINATORS))
def check() -> ResponseReturnValue:
    uscc = request.args.get("uscc", "").strip()[:LONGEST]
    ban, error = None, ""
    if uscc:
        try:
            ban = register.barred(transaction(), uscc=uscc, on=workdays.this_day())
        except Invalid as refused:
            error = refused.message
    page = render_template(
        "sanctions/check.html",
        uscc=uscc,
        ban=ban,
        error=error,
        today=workdays.this_day(),
        years=register.years(),
        whole=session.actor().role in PROVINCE,
        rule=CURRENT.catalogue.rules["JS-5.3-sanction-five-years"],
    )
    return page, UNPROCESSABLE if error else 200


@sanctions.get("/new")
@open_to(*own(*register.ENTERS))
def enter_form() -> str:
    return render_template(
        "sanctions/new.html", form=_with_kinds(Enter(formdata=None)), years=register.years()
    )


@sanctions.post("/new")
@open_to(*own(*register.ENTERS))
@formal_act
def enter() -> ResponseReturnValue:
    form, status = _with_kinds(Enter()), UNPROCESSABLE
    if form.kind.data and form.kind.data not in set(SanctionKind):
        abort(404)
    try:
        if form.validate():
            register.enter(
                transaction(),
                actor=session.actor(),
                decision=Decision(
                    kind=SanctionKind(str(form.kind.data)),
                    number=str(form.number.data),
                    decided_on=form.decided_on.data or date.min,
                    document=str(form.document.data),
                ),
                keys=session.rules().keys,
            )
            return redirect(url_for("sanctions.index"), 303)
    except DomainError as error:
        form.refuse(error)
        status = status_for(error)
    return again("sanctions/new.html", status, form=form, years=register.years())


def _with_kinds(form: Enter) -> Enter:
    form.kind.choices = [("", _("选择处理对象")), *((each.value, each.zh) for each in SanctionKind)]
    return form


def _place(text: str) -> Place | None:
    """The place that a page begins below, as the page before it wrote it."""
    day, _dot, number = text.partition(".")
    try:
        return Place(date.fromisoformat(day), int(number))
    except ValueError:
        return None
