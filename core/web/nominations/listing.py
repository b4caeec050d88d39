"""推荐申报: the list of a cycle, and beginning one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from core.domain.errors import DomainError
from core.domain.places import CITIES
from core.domain.roles import Reach, Role
from core.domain.stages import NominationState
from core.persistence.queries.nomination import NominationsWanted
from core.rulebook.vocabulary import vocabulary
from core.services import cycles
from core.services.cycles import Opened
from core.services.nominations import drafting, reading
from core.web import session, workdays
from core.web.access import open_to
from core.web.forms import LONGEST, Form, Line, Needed, again, transaction
from core.web.nominations.shared import NOMINATORS, READERS, nominations
from core.web.refusals import status_for
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext


class New(Form):
    name = Line(validators=[Needed(lazy_gettext("未填写企业名称。按营业执照填写全称。"))])
    uscc = Line()
    city_code = SelectField(validate_choice=False)


@nominations.get("/nominations")
@open_to(*READERS)
def index() -> str:
    asked = request.args
    there = cycles.every(transaction())
    opened = next(
        (each for each in there if each.id == asked.get("cycle", type=int)), there[0] if there else None
    )
    if opened is None:
        return render_template("nominations/none.html")
    place, state, quota_class = asked.get("city", ""), asked.get("state", ""), asked.get("class", "")
    words = vocabulary(opened.cycle.edition)
    hat = session.person().hat
    reach = session.actor().role.reach
    wanted = NominationsWanted(
        within=(hat.city_code or "") if hat and reach is Reach.CITY else "",
        words=asked.get("q", "").strip()[:LONGEST],
        state=state if state in set(NominationState) else "",
        city_code=place if place in CITIES else "",
        quota_class=quota_class if quota_class in words.codes("quota_class") else "",
    )
    before = asked.get("before", type=int)
    rows, more = reading.page(transaction(), opened.id, wanted, before=before)
    city_code = wanted.city_code or (hat.city_code if hat else None) or ""
    return render_template(
        "nominations/index.html",
        cycles=there,
        opened=opened,
        rows=rows,
        more=more,
        before=before,
        wanted=wanted,
        states=list(NominationState),
        classes={code: words.word("quota_class", code) for code in words.codes("quota_class")},
        cities=CITIES if reach is Reach.ALL else {},
        city_names=CITIES,
        quota=(CITIES[city_code], reading.quota_use(transaction(), opened, city_code)) if city_code else None,
        due=cache(workdays.due),  # most rows have the same last day
        stands=cache(workdays.stands),
        last=cache(last_days(opened)),
        may_nominate=session.actor().role in drafting.NOMINATORS,
    )


def last_days(opened: Opened) -> Callable[[str], date]:
    """The last day of nominations for each enterprise by its number."""
    return lambda uscc: opened.cycle.last_day("nomination", uscc)


@nominations.get("/nominations/new")
@open_to(*NOMINATORS)
def new_form() -> str:
    return render_template("nominations/new.html", **_about(_entries(submitted=False)))


@nominations.post("/nominations/new")
@open_to(*NOMINATORS)
def new() -> ResponseReturnValue:
    entries, actor = _entries(submitted=True), session.actor()
    if not entries.validate():
        return again("nominations/new.html", **_about(entries))
    hat = session.person().hat
    chosen = (
        str(entries.city_code.data or "") if "city_code" in entries else str(hat.city_code if hat else "")
    )
    try:
        nomination_id = drafting.draft(
            transaction(),
            actor=actor,
            city_code=chosen,
            name=str(entries.name.data),
            uscc=str(entries.uscc.data or ""),
        )
    except DomainError as error:
        entries.refuse(error)
        return again("nominations/new.html", status_for(error), **_about(entries))
    return redirect(
        url_for("nominations.edit_form", tenant_id=actor.tenant_id, nomination_id=nomination_id), 303
    )


def _entries(*, submitted: bool) -> New:
    """The form; a city's body nominates enterprises of its own city, a central branch says where it is."""
    entries = New() if submitted else New(formdata=None)
    if session.actor().role is Role.CITY_CENTRE:
        del entries.city_code
    else:
        entries.city_code.choices = [("", _("选择设区市")), *CITIES.items()]
    return entries


def _about(entries: New) -> dict[str, Any]:
    """What stands beside the form: the cycle, and the quota of the reader's city."""
    opened, hat = cycles.latest(transaction()), session.person().hat
    city_code = hat.city_code if hat else None
    use = reading.quota_use(transaction(), opened, city_code) if opened and city_code else None
    return {
        "form": entries,
        "opened": opened,
        "quota": (CITIES[city_code], use) if use and city_code else None,
        "stands": workdays.stands,
    }
