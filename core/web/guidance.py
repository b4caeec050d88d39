"""指导服务: the log of an enterprise, what a body owes its enterprises of a cycle, 参考资料 for all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from wtforms import DateField, FileField, SelectField, StringField, TextAreaField

from core.domain.errors import DomainError
from core.domain.guidance import GuidanceKind
from core.domain.places import city_name
from core.domain.roles import Reach, Role, TenantKind
from core.persistence.queries.guidance import GuidedWanted
from core.rulebook.engine import Finding
from core.services import cycles, directory, guidance, reference_files
from core.services.cycles import Opened
from core.services.directory import Place, Profile
from core.services.editions import CURRENT
from core.services.reference_files import PUBLISHERS, Wanted
from core.uploads import LIMITS, Accepted
from core.uploads.answers import size
from core.web import session, uploading, workdays
from core.web.access import city, everywhere, formal_act, open_to, own, takes_file
from core.web.forms import LONGEST, Form, FormalForm, Line, Needed, again, transaction
from core.web.navigation import may_open
from core.web.refusals import status_for
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext
from core.web.units import cities_to_choose, unit_or_404

guiding = Blueprint("guidance", __name__)

GIVERS = (
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE),
)
"""Those who guide, and see what is missing."""
GUIDED = own(Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR)
READERS = (*GUIDED, *own(Role.CENTRAL_BRANCH), *GIVERS)
"""Those who read what is published for a cycle."""
OF_OWN_FILES = own(*(role for role in Role if role in PUBLISHERS))
LOG = "/units/<int:tenant_id>/guidance"
DUTY, MATERIAL = "JS-5.1-local-duties", "JS-2.2-gov-reference-guidance"
"""The rules behind the log and behind the files."""


class Day(DateField):
    """A day as the browser sends it, or none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata([each for each in valuelist if each.strip()])
        except ValueError:
            raise ValueError(_("日期不存在，或者样式不对。按 2026-11-16 的样式填写。")) from None


class Give(Form):
    """What is missing or cannot be, the service says at its field."""

    kind = SelectField(validate_choice=False)
    given_on = Day()
    summary = TextAreaField()


class Publish(Form):
    """What is missing or cannot be, the service says at its field."""

    file = FileField()
    title = StringField()


class Withdraw(FormalForm):
    reason = Line(validators=[Needed(lazy_gettext("未填写撤下的原因。填写原因后再撤下。"))])


# --- what a body sees


@guiding.get("/guidance")
@open_to(*GIVERS)
def index() -> str:
    """What is missing, enterprise by enterprise; no enterprise reads this."""
    opened, every = _cycle()
    if opened is None:
        return render_template("guidance/none.html")
    asked, own_city = request.args, _own_city()
    place = asked.get("city", "")
    wanted = GuidedWanted(
        words=asked.get("q", "").strip()[:LONGEST],
        city_code=place if place in cities_to_choose() else "",
        unguided=asked.get("only") == "unguided",
    )
    after = asked.get("after", 0, type=int)
    found, more = guidance.guided(transaction(), opened, wanted, after=after)
    return render_template(
        "guidance/index.html",
        opened=opened,
        every=every,
        found=found,
        more=more,
        after=after,
        wanted=wanted,
        kinds=list(GuidanceKind),
        cities=cities_to_choose(),
        counts=guidance.counts(transaction(), opened.id, city_code=own_city),
        whose=city_name(own_city),
        due=_due(opened),
        rules=opened.edition.catalogue.rules,
        material=opened.edition.catalogue.rules[MATERIAL],
    )


# --- the log of an enterprise


@guiding.get(LOG)
@open_to(*GUIDED, *GIVERS)
def log(tenant_id: int) -> str:
    unit = _enterprise_or_404(tenant_id)
    places = directory.places(transaction(), tenant_id)
    asked, before = request.args.get("cycle", type=int), request.args.get("before", type=int)
    place = next((each for each in places if each.cycle_id == asked), next(iter(places), None))
    entries, more = _entries(unit, place, before)
    return render_template(
        "guidance/log.html",
        unit=unit,
        places=places,
        place=place,
        entries=entries,
        more=more,
        before=before,
        findings=_findings(unit, place),
        duty=CURRENT.catalogue.rules[DUTY],
        rules=CURRENT.catalogue.rules,
    )


@guiding.get(f"{LOG}/new")
@open_to(*GIVERS)
def give_form(tenant_id: int) -> str:
    unit = _enterprise_or_404(tenant_id)
    return render_template("guidance/give.html", **_form_of(unit, Give(formdata=None)))


@guiding.post(f"{LOG}/new")
@open_to(*GIVERS)
def give(tenant_id: int) -> ResponseReturnValue:
    unit = _enterprise_or_404(tenant_id)
    entries = Give()
    try:
        if entries.validate():
            guidance.give(
                transaction(),
                actor=session.actor(),
                tenant_id=tenant_id,
                kind=entries.kind.data or "",
                given_on=entries.given_on.data,
                summary=entries.summary.data or "",
            )
            return redirect(url_for("guidance.log", tenant_id=tenant_id), 303)
    except DomainError as error:
        entries.refuse(error)
        return again("guidance/give.html", status_for(error), **_form_of(unit, entries))
    return again("guidance/give.html", **_form_of(unit, entries))


# --- 参考资料


@guiding.get("/guidance/files")
@open_to(*READERS)
def files() -> str:
    return _files()


@guiding.get("/guidance/cycles/<int:cycle_id>/files/<int:file_id>")
@open_to(*READERS)
def file(cycle_id: int, file_id: int) -> Response:
    """A file for whom the list shows it, to be saved."""
    found = reference_files.held(transaction(), cycle_id, file_id, _wanted())
    if found is None:
        abort(404)
    return uploading.given_back(found)


@guiding.get("/guidance/files/new")
@open_to(*OF_OWN_FILES)
def publish_form() -> str:
    return render_template("guidance/publish.html", **_form_of_file(Publish(formdata=None)))


@guiding.post("/guidance/files/new")
@open_to(*OF_OWN_FILES)
@takes_file
def publish() -> ResponseReturnValue:
    """The list with the file, and what was changed about it: that is said this once."""
    sent, entries = uploading.sent(), Publish()
    try:
        if entries.validate():
            reference_files.publish(
                transaction(),
                actor=session.actor(),
                title=entries.title.data or "",
                sent=sent,
                store=uploading.store(),
            )
            return _files(sent.notes if isinstance(sent, Accepted) else ())
    except DomainError as error:
        entries.refuse(error)
        return again("guidance/publish.html", status_for(error), **_form_of_file(entries))
    return again("guidance/publish.html", **_form_of_file(entries))


@guiding.get("/guidance/files/<int:file_id>/withdraw")
@open_to(*OF_OWN_FILES)
def withdraw_form(file_id: int) -> str:
    return render_template("guidance/withdraw.html", file=_file_or_404(file_id), form=Withdraw(formdata=None))


@guiding.post("/guidance/files/<int:file_id>/withdraw")
@open_to(*OF_OWN_FILES)
@formal_act
def withdraw(file_id: int) -> ResponseReturnValue:
    file, entries = _file_or_404(file_id), Withdraw()
    if not entries.validate():
        return again("guidance/withdraw.html", file=file, form=entries)
    reference_files.withdraw(
        transaction(), actor=session.actor(), file_id=file_id, reason=str(entries.reason.data)
    )
    return redirect(url_for("guidance.files", cycle=file.cycle_id), 303)


# --- what the pages need


def _cycle() -> tuple[Opened | None, tuple[Opened, ...]]:
    """The cycle in the address, otherwise the latest, and all there are."""
    every, asked = cycles.every(transaction()), request.args.get("cycle", type=int)
    return next((each for each in every if each.id == asked), next(iter(every), None)), every


def _wanted() -> Wanted:
    """The files that are published for the reader."""
    return Wanted(city_code=_own_city(), everywhere=session.actor().role.reach is Reach.ALL)


def _files(notes: tuple[str, ...] | None = None) -> str:
    """The list of a cycle; with ``notes`` when a file has just been published."""
    opened, every = _cycle()
    if opened is None:
        return render_template("guidance/none.html")
    before = request.args.get("before", type=int)
    found, more = reference_files.page(transaction(), opened.id, _wanted(), before=before)
    return render_template(
        "guidance/files.html",
        opened=opened,
        every=every,
        files=found,
        more=more,
        before=before,
        notes=notes,
        size=size,
        whose=session.actor().tenant_id,
        material=opened.edition.catalogue.rules[MATERIAL],
    )


def _form_of_file(form: Publish) -> dict[str, Any]:
    """The form with the cycle it publishes for; 404 before the first."""
    opened = cycles.latest(transaction())
    if opened is None:
        abort(404)
    return {
        "form": form,
        "opened": opened,
        "limits": LIMITS,
        "accept": uploading.ACCEPT,
        "size": size,
        "longest": reference_files.LONGEST,
        "material": opened.edition.catalogue.rules[MATERIAL],
    }


def _own_city() -> str | None:
    hat = session.person().hat
    return hat.city_code if hat else None


def _due(opened: Opened) -> str:
    """How long guidance may take to begin: until nominations end (AMB-17)."""
    return workdays.stands(opened.cycle.deadlines.nomination or workdays.this_day())


def _enterprise_or_404(tenant_id: int) -> Profile:
    unit = unit_or_404(tenant_id)
    if unit.kind is not TenantKind.ENTERPRISE:
        abort(404)
    return unit


def _entries(
    unit: Profile, place: Place | None, before: int | None
) -> tuple[tuple[guidance.Given, ...], int | None]:
    if place is None:
        return (), None
    return guidance.log(transaction(), tenant_id=unit.id, cycle_id=place.cycle_id, before=before)


def _findings(unit: Profile, place: Place | None) -> tuple[Finding, ...]:
    """What is missing, for those who owe it: the enterprise is told nothing of it."""
    if place is None or not may_open("guidance.index"):
        return ()
    return guidance.missing(
        transaction(), tenant_id=unit.id, cycle_id=place.cycle_id, city_code=unit.city_code
    )


def _form_of(unit: Profile, form: Give) -> dict[str, Any]:
    """What the form stands in: the cycle it is written for; 404 for an enterprise that is in none."""
    place = next(iter(directory.places(transaction(), unit.id)), None)
    if place is None:
        abort(404)
    form.kind.choices = [("", _("选择类别")), *((kind.value, kind.zh) for kind in GuidanceKind)]
    today = workdays.this_day()
    return {"unit": unit, "form": form, "place": place, "today": today, "longest": guidance.LONGEST}


def _file_or_404(file_id: int) -> Row[Any]:
    """A file of the own body that stands."""
    found = reference_files.one(transaction(), tenant_id=session.actor().tenant_id, file_id=file_id)
    if found is None or found.withdrawn_at is not None:
        abort(404)
    return found
