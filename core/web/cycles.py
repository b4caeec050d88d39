"""年度: which there are, how one stands, what the province decides on it. Everybody with a hat reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, Field, SelectField
from wtforms.validators import StopValidation

from core.domain.cycle import Deadlines
from core.domain.cycle_opening import YEARS
from core.domain.errors import DomainError
from core.domain.places import CITIES
from core.domain.records import specs
from core.domain.roles import Actor, Reach, Role
from core.rulebook.catalogue import RuleText
from core.services import cycles, openings
from core.services.cycles import Examined, Opened
from core.services.editions import CURRENT
from core.web import session, workdays
from core.web.access import as_far_as_they_read, formal_act, open_to, own
from core.web.forms import UNPROCESSABLE, FormalForm, Line, Needed, again, transaction
from core.web.opening import OpeningForm, quota_field, reason_field
from core.web.refusals import status_for
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

cycle_pages = Blueprint("cycles", __name__, url_prefix="/cycles")

DECIDERS = own(Role.PROVINCE_HR, Role.PROVINCE_CENTRE)
YEAR_END = "year_end"
WHOLE = re.compile(r"\d{1,3}")


class Decide(FormalForm):
    """What every decision on a cycle states."""

    reason = Line(validators=[Needed(lazy_gettext("未填写理由。写明理由后再办理。"))])


class Whole:
    """A number of one to three digits."""

    def __call__(self, _form: object, field: Field) -> None:
        if not WHOLE.fullmatch(str(field.data)):
            raise StopValidation(_("名额不是整数。填写增加后的家数，如 2。"))


class RaiseQuota(Decide):
    city = SelectField(validators=[Needed(lazy_gettext("未选择设区市。"))], validate_choice=False)
    quota = Line(validators=[Needed(lazy_gettext("未填写名额。填写增加后的家数。")), Whole()])


class Reopen(Decide):
    deadline = SelectField(validators=[Needed(lazy_gettext("未选择期限。"))], validate_choice=False)
    uscc = Line(validators=[Needed(lazy_gettext("未填写统一社会信用代码。填写企业营业执照上的 18 位代码。"))])
    until = DateField(validators=[Needed(lazy_gettext("未填写日期。填写重新开放的最后一日。"))])


class BothHands(Decide):
    city = SelectField(validators=[Needed(lazy_gettext("未选择设区市。"))], validate_choice=False)


@cycle_pages.get("")
@open_to(*as_far_as_they_read(*Role))
def index() -> str:
    before = request.args.get("before", type=int)
    found, more = cycles.page(transaction(), before=before)
    return render_template(
        "cycles/index.html",
        cycles=found,
        more=more,
        before=before,
        today=workdays.this_day(),
        stands=workdays.stands,
    )


@cycle_pages.get("/<int:cycle_id>")
@open_to(*as_far_as_they_read(*Role))
def show(cycle_id: int) -> str:
    opened, today, hat = opened_or_404(cycle_id), workdays.this_day(), session.person().hat
    reach = hat.role.reach if hat else Reach.OWN
    stand = openings.cities(transaction(), opened)
    own_city = hat.city_code if hat and reach is Reach.CITY else None
    return render_template(
        "cycles/show.html",
        opened=opened,
        cycle=opened.cycle,
        stand=stand,
        rows=[
            each
            for each in stand.cities
            if reach is Reach.ALL or each.code == own_city or each.opening or each.raises
        ],
        counted=[each.code for each in stand.cities if reach is Reach.ALL or each.code == own_city],
        everywhere=reach is Reach.ALL,
        stages=stages(opened, today),
        running=today <= opened.cycle.last_day(YEAR_END),
        passed=openings.passed(opened, today),
        today=today,
        due=workdays.due,
        stands=workdays.stands,
        deadline_name=lambda name: specs(Deadlines)[name].zh,
        cities=CITIES,
        rules=opened.edition.catalogue.rules,
    )


@cycle_pages.get("/new")
@open_to(*own(Role.PROVINCE_HR))
def open_form() -> str:
    year, ground = request.args.get("year", type=int), cycles.ground(transaction())
    chosen = openings.prefilled(ground, year if year and year in YEARS else workdays.this_day().year)
    return render_template(
        "cycles/new.html",
        form=OpeningForm.showing(chosen, ground.experts),
        examined=None,
        **_around(cycles.examined(chosen, ground)),
    )


@cycle_pages.post("/new")
@open_to(*own(Role.PROVINCE_HR))
@formal_act
def open_cycle() -> ResponseReturnValue:
    actor, ground = session.actor(), cycles.ground(transaction())
    form = OpeningForm(ground.experts)
    typed = form.opening(actor)
    examined = cycles.examined(typed, ground)
    if not examined.stands:
        form.tell(examined)
        return _again(form, examined)
    try:
        if form.validate():
            cycle_id = cycles.open_cycle(transaction(), actor=actor, opening=typed)
            return redirect(url_for("cycles.show", cycle_id=cycle_id), 303)
    except DomainError as error:  # somebody was faster
        form.refuse(error)
        return _again(form, cycles.examined(typed, cycles.ground(transaction())), status_for(error))
    return _again(form, examined)


@cycle_pages.get("/<int:cycle_id>/quota")
@open_to(*DECIDERS)
def raise_form(cycle_id: int) -> str:
    opened, form = opened_or_404(cycle_id), RaiseQuota(formdata=None, city=request.args.get("city"))
    form.city.choices = _quotas(opened)
    return render_template("cycles/quota.html", opened=opened, form=form)


@cycle_pages.post("/<int:cycle_id>/quota")
@open_to(*DECIDERS)
@formal_act
def raise_quota(cycle_id: int) -> ResponseReturnValue:
    opened, form = opened_or_404(cycle_id), RaiseQuota()
    form.city.choices = _quotas(opened)

    def decide(actor: Actor) -> None:
        cycles.raise_quota(
            transaction(),
            actor=actor,
            cycle_id=cycle_id,
            city_code=str(form.city.data),
            quota=int(str(form.quota.data)),
            reason=str(form.reason.data),
        )

    return _decided(opened, form, "cycles/quota.html", decide)


@cycle_pages.get("/<int:cycle_id>/reopen")
@open_to(*DECIDERS)
def reopen_form(cycle_id: int) -> str:
    opened = opened_or_404(cycle_id)
    form = Reopen(formdata=None)
    return render_template("cycles/reopen.html", opened=opened, form=form, **_deadlines(opened, form))


@cycle_pages.post("/<int:cycle_id>/reopen")
@open_to(*DECIDERS)
@formal_act
def reopen(cycle_id: int) -> ResponseReturnValue:
    opened, form = opened_or_404(cycle_id), Reopen()
    if form.deadline.data and form.deadline.data not in specs(Deadlines):
        abort(404)

    def decide(actor: Actor) -> None:
        cycles.reopen(
            transaction(),
            actor=actor,
            cycle_id=cycle_id,
            deadline=str(form.deadline.data),
            uscc=str(form.uscc.data),
            until=form.until.data or date.min,
            reason=str(form.reason.data),
        )

    return _decided(opened, form, "cycles/reopen.html", decide, **_deadlines(opened, form))


@cycle_pages.get("/<int:cycle_id>/both-hands")
@open_to(*DECIDERS)
def both_hands_form(cycle_id: int) -> str:
    opened, form = opened_or_404(cycle_id), BothHands(formdata=None)
    form.city.choices = _two_handed(opened)
    return render_template("cycles/both_hands.html", opened=opened, form=form)


@cycle_pages.post("/<int:cycle_id>/both-hands")
@open_to(*DECIDERS)
@formal_act
def allow_both_hands(cycle_id: int) -> ResponseReturnValue:
    opened, form = opened_or_404(cycle_id), BothHands()
    form.city.choices = _two_handed(opened)

    def decide(actor: Actor) -> None:
        cycles.allow_both_hands(
            transaction(),
            actor=actor,
            cycle_id=cycle_id,
            city_code=str(form.city.data),
            reason=str(form.reason.data),
        )

    return _decided(opened, form, "cycles/both_hands.html", decide)


@dataclass(frozen=True, slots=True)
class Stage:
    """A deadline of a cycle: its last day, the rule it rests on, and whether it is done, now or next."""

    label: str
    last: date
    rule: RuleText
    state: str


def stages(opened: Opened, today: date) -> list[Stage]:
    """The deadlines in their order; the first that is not over is the current one."""
    template, rules = opened.edition.template, opened.edition.catalogue.rules
    found: list[Stage] = []
    for name, spec in specs(Deadlines).items():
        last = opened.cycle.last_day(name)
        ahead = any(each.state != "done" for each in found)
        state = "done" if last < today else "next" if ahead else "now"
        rule = rules[template.leaf(f"/deadlines/{name}").rules[0]]
        found.append(Stage(spec.zh, last, rule, state))
    return found


def opened_or_404(cycle_id: int) -> Opened:
    """The cycle in the address."""
    found = cycles.one(transaction(), cycle_id)
    if found is None:
        abort(404)
    return found


def _decided(
    opened: Opened, form: Decide, template: str, decide: Callable[[Actor], None], **around: Any
) -> ResponseReturnValue:
    """Decide when the form is right, and go back to the cycle; otherwise the form with what is wrong."""
    status = UNPROCESSABLE
    try:
        if form.validate():
            decide(session.actor())
            return redirect(url_for("cycles.show", cycle_id=opened.id), 303)
    except DomainError as error:
        form.refuse(error)
        status = status_for(error)
    return again(template, status, opened=opened, form=form, **around)


def _again(form: OpeningForm, examined: Examined, status: int = UNPROCESSABLE) -> Response:
    return again("cycles/new.html", status, form=form, examined=examined, **_around(examined))


def _around(examined: Examined) -> dict[str, Any]:
    """What stands around the form of an opening."""
    opening, this_year = examined.opening, workdays.this_day().year
    days = opening.deadlines or Deadlines()
    return {
        "cities": CITIES,
        "quota_field": quota_field,
        "reason_field": reason_field,
        "deadlines": {name: (spec.zh, getattr(days, name)) for name, spec in specs(Deadlines).items()},
        "due": workdays.due,
        "years": (this_year, this_year + 1),
        "year": opening.year,
        "rounds": examined.rounds,
        "usual": CURRENT.template.integer("/nomination/quota/per_city"),
        "provincial": CURRENT.template.integer("/nomination/cluster_preference/provincial_clusters"),
        "rules": CURRENT.catalogue.rules,
    }


def _quotas(opened: Opened) -> list[tuple[str, str]]:
    """The cities with what they have."""
    named = (
        (code, _("%(city)s（现有 %(n)s 家）", city=city, n=opened.cycle.quota(code)))
        for code, city in CITIES.items()
    )
    return [("", _("选择设区市")), *named]


def _two_handed(opened: Opened) -> list[tuple[str, str]]:
    """The cities where it is not allowed yet."""
    left = [(code, city) for code, city in CITIES.items() if not opened.cycle.allows_both_hands(code)]
    return [("", _("选择设区市")), *left]


def _deadlines(opened: Opened, form: Reopen) -> dict[str, Any]:
    """The passed deadlines to choose from, and the first that is not over."""
    today, cycle = workdays.this_day(), opened.cycle
    passed = openings.passed(opened, today)
    named = specs(Deadlines)
    form.deadline.choices = [
        ("", _("选择期限")),
        *((name, f"{named[name].zh}：{workdays.due(cycle.last_day(name))}") for name in passed),
    ]
    ahead = next((name for name in named if today <= cycle.last_day(name)), None)
    return {
        "passed": passed,
        "next_due": (named[ahead].zh, workdays.due(cycle.last_day(ahead))) if ahead else None,
        "year_end": cycle.last_day(YEAR_END),
    }
