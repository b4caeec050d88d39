"""设区市具体要求 (五（二）): what cities ask of the plans of a cycle; a city publishes its own."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField

from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.errors import DomainError
from core.domain.places import CITIES
from core.domain.records import frozen_open
from core.domain.roles import Reach, Role
from core.rulebook.template import Leaf
from core.rulebook.tightening import as_value, called, is_month_day, shown
from core.rulebook.vocabulary import vocabulary
from core.services import city_requirements, cycles
from core.services.city_requirements import document_of, leaves
from core.services.cycles import Opened
from core.uploads import LIMITS
from core.uploads.answers import size
from core.web import session, uploading
from core.web.access import city, everywhere, formal_act, open_to, own, takes_file
from core.web.forms import FormalForm, Line, Needed, again, transaction
from core.web.navigation import may_open
from core.web.nominations.fields import Prose, Words
from core.web.refusals import status_for
from core.web.reviews.shared import reviews
from core.web.texts import lazy_gettext

READERS: Final = (
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE),
    *own(Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR, Role.CENTRAL_BRANCH),
)
PUBLISHERS: Final = own(Role.CITY_HR)
SHARE_LENGTH: Final = 2


class Publish(FormalForm):
    """What is missing or cannot be, the service says at its field; values of the template come beside it."""

    document = Words(validators=[Needed(lazy_gettext("未填写文件名称。填写载明这些要求的文件名称。"))])
    workflow = Prose()
    review_standards = Prose()
    supporting_measures = Prose()
    file = FileField()


class Withdraw(FormalForm):
    reason = Line(validators=[Needed(lazy_gettext("未填写撤下的原因。填写原因后再撤下。"))])


@reviews.get("/city-requirements")
@open_to(*READERS)
def requirements() -> str:
    opened, every = _cycle()
    if opened is None:
        return render_template("reviews/none.html")
    whose, own_city = session.actor().tenant_id, _own_city()
    rows = city_requirements.every(transaction(), cycle_id=opened.id, city_code=own_city)
    publishes = own_city is not None and may_open("reviews.publish_form")
    return render_template(
        "reviews/requirements.html",
        opened=opened,
        every=every,
        rows=[(each, document_of(each), _settings(opened, each)) for each in rows],
        cities=CITIES,
        whose=whose,
        publishes=publishes and opened == every[0],
        standing=any(each.tenant_id == whose and each.withdrawn_at is None for each in rows),
        begun=_begun(opened.id, own_city) if publishes else 0,
        size=size,
    )


@reviews.get("/city-requirements/<int:requirement_id>/file")
@open_to(*READERS)
def requirement_file(requirement_id: int) -> Response:
    """The document for whom the list shows it, to be saved, also once it was withdrawn."""
    found = city_requirements.held(transaction(), requirement_id=requirement_id, city_code=_own_city())
    if found is None:
        abort(404)
    return uploading.given_back(found)


@reviews.get("/city-requirements/new")
@open_to(*PUBLISHERS)
def publish_form() -> str:
    return render_template("reviews/publish.html", **_form_of(Publish(formdata=None), {}))


@reviews.post("/city-requirements/new")
@open_to(*PUBLISHERS)
@formal_act
@takes_file
def publish() -> ResponseReturnValue:
    sent, entries = uploading.sent(), Publish()
    opened = _cycle()[0]
    if opened is None:
        abort(404)
    typed = {each.path: request.form.get(each.path, "").strip()[:200] for each in leaves(opened.edition)}
    if not entries.validate():
        return again("reviews/publish.html", **_form_of(entries, typed))
    requirements = CityRequirements(
        workflow=entries.workflow.data,
        review_standards=entries.review_standards.data,
        supporting_measures=entries.supporting_measures.data,
        settings=tuple(
            CitySetting(path=each.path, value=frozen_open(_typed(each, typed[each.path])))
            for each in leaves(opened.edition)
            if typed[each.path]
        ),
    )
    try:
        city_requirements.publish(
            transaction(),
            actor=session.actor(),
            requirements=requirements,
            document=str(entries.document.data or ""),
            sent=sent,
            store=uploading.store(),
        )
    except DomainError as error:
        entries.refuse(error)
        return again("reviews/publish.html", status_for(error), **_form_of(entries, typed))
    return redirect(url_for("reviews.requirements"), 303)


@reviews.get("/city-requirements/<int:requirement_id>/withdraw")
@open_to(*PUBLISHERS)
def withdraw_form(requirement_id: int) -> str:
    row = _own_or_404(requirement_id)
    return render_template(
        "reviews/withdraw.html",
        row=row,
        form=Withdraw(formdata=None),
        begun=_begun(row.cycle_id, row.city_code),
    )


@reviews.post("/city-requirements/<int:requirement_id>/withdraw")
@open_to(*PUBLISHERS)
@formal_act
def withdraw(requirement_id: int) -> ResponseReturnValue:
    row, entries = _own_or_404(requirement_id), Withdraw()
    if not entries.validate():
        begun = _begun(row.cycle_id, row.city_code)
        return again("reviews/withdraw.html", row=row, form=entries, begun=begun)
    city_requirements.withdraw(
        transaction(),
        actor=session.actor(),
        requirement_id=requirement_id,
        reason=str(entries.reason.data),
    )
    return redirect(url_for("reviews.requirements"), 303)


def _cycle() -> tuple[Opened | None, tuple[Opened, ...]]:
    """The cycle in the address, otherwise the latest, and all there are."""
    every, asked = cycles.every(transaction()), request.args.get("cycle", type=int)
    return next((each for each in every if each.id == asked), next(iter(every), None)), every


def _own_city() -> str | None:
    """The city whose requirements bind the reader; None for who has no city, and reads those of all."""
    hat = session.person().hat
    return hat.city_code if hat and session.actor().role.reach is not Reach.ALL else None


def _begun(cycle_id: int, city_code: str | None) -> int:
    return city_requirements.begun(transaction(), cycle_id=cycle_id, city_code=city_code or "")


def _own_or_404(requirement_id: int) -> Any:
    own = session.actor().tenant_id
    found = city_requirements.one(transaction(), tenant_id=own, requirement_id=requirement_id)
    if found is None:
        abort(404)
    return found


def _form_of(form: Publish, typed: dict[str, str]) -> dict[str, Any]:
    """The form with what the province says of each value that a city may tighten."""
    opened = _cycle()[0]
    if opened is None:
        abort(404)
    words = vocabulary(opened.edition.id)
    return {
        "form": form,
        "opened": opened,
        "typed": typed,
        "accept": uploading.ACCEPT,
        "largest": size(LIMITS.file_bytes),
        "leaves": [
            (each, called(opened.edition.template, each), shown(each, each.value, words).strip())
            for each in leaves(opened.edition)
            if is_typed(each)
        ],
    }


def is_typed(leaf: Leaf) -> bool:
    """Whether a value can be tightened in a form: a number, a share, or a month and day."""
    if isinstance(leaf.value, tuple):
        return len(leaf.value) == SHARE_LENGTH and all(isinstance(each, int) for each in leaf.value)
    return isinstance(leaf.value, int) or (isinstance(leaf.value, str) and is_month_day(leaf.value))


def _typed(leaf: Leaf, text: str) -> object:
    """What was typed, in the types of the template: 9, 3/4, 12-10; text that is none of these as it is."""
    if isinstance(leaf.value, tuple):
        parts = text.replace("／", "/").split("/")
        return [int(each) if each.strip().isdecimal() else each for each in parts]
    return int(text) if isinstance(leaf.value, int) and text.isdecimal() else text


def _settings(opened: Opened, row: Any) -> list[tuple[str, str, str]]:
    """The values that a city tightened, in words: what, the city's, the province's."""
    words, template = vocabulary(opened.edition.id), opened.edition.template
    found = []
    for each in document_of(row).requirements.settings or ():
        leaf = template.leaves.get(str(each.path))
        if leaf is not None:
            own, province = (
                shown(leaf, value, words).strip() for value in (as_value(each.value), leaf.value)
            )
            found.append((called(template, leaf), own, province))
    return found
