"""总览: where the enterprises of a cycle stand, city by city; each number leads to those it counts.

Whoever reads the province sees the thirteen cities and the direct channel, a city its own enterprises, a
branch those that it nominated. It shows no person, no score and no number of an identity card.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, Response, abort, render_template, request, url_for

from core.domain.cycle import Deadlines
from core.domain.cycle_stages import REACHED, REACHED_ZH, CycleStage
from core.domain.places import CITIES
from core.domain.records import specs
from core.domain.roles import Reach, Role
from core.persistence.queries.position import DIRECT, Only
from core.services import cockpit as service
from core.services import cycles
from core.services.cycles import Opened
from core.web import session, sheets, workdays
from core.web.access import city, everywhere, open_to, own
from core.web.forms import transaction
from core.web.overview import STAGES, Overview, overview, place_name
from core.web.positions import Shown
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

cockpit = Blueprint("cockpit", __name__, url_prefix="/overview")

READERS: Final = (
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE),
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *own(Role.CENTRAL_BRANCH),
)
TITLES: Final = MappingProxyType(
    {
        Reach.ALL: lazy_gettext("全省总览"),
        Reach.CITY: lazy_gettext("本市总览"),
        Reach.OWN: lazy_gettext("直接申报总览"),
    }
)
ONLY: Final = MappingProxyType(
    {
        Only.LATE: lazy_gettext("逾期"),
        Only.RETURNED: lazy_gettext("方案被退回过"),
        Only.ACCEPTED: lazy_gettext("有理由被接受"),
        Only.REFUSED: lazy_gettext("有理由不被接受"),
        Only.WAIVED: lazy_gettext("有豁免"),
        Only.QUOTA: lazy_gettext("占用名额"),
        Only.EXEMPT: lazy_gettext("不占名额"),
    }
)
MATTERS: Final = "matters"
"""The second table of places, as the address names it."""
CHOICES: Final = ("cycle", "city", "stage", "reached", "only")
"""What narrows the list, as it stands in the address."""


@cockpit.get("")
@open_to(*READERS)
def show() -> str:
    page = _overview()
    if page is None:
        return render_template("cockpit/none.html", title=TITLES[session.actor().role.reach])
    return render_template(
        "cockpit/show.html",
        page=page,
        title=TITLES[page.numbers.reach],
        next_deadline=_next_deadline(page.opened),
        now=session.person().now,
        rules=page.opened.edition.catalogue.rules,
        tables=_tables(page),
        **({} if page.numbers.everywhere else _listed(page, None)),
    )


def _tables(page: Overview) -> list[dict[str, Any]]:
    """The two tables of places, one of them shown."""
    named = ((_("环节"), None), (_("退回、理由与豁免"), MATTERS))
    return [
        {
            "label": label,
            "url": f"{url_for('cockpit.show', cycle=page.opened.id, table=table)}#places",
            "current": page.numbers.matters is (table is not None),
        }
        for label, table in named
    ]


@cockpit.get("/cities.xlsx")
@open_to(*READERS)
def workbook() -> Response:
    """The table of places that the page shows."""
    page = _overview()
    if page is None:
        abort(404)
    table = page.numbers.table
    rows = [
        [row.name, *([row.plain] if table.plain else ()), *(number for number, _url in row.cells)]
        for row in (*table.rows, *([table.total] if table.total else ()))
    ]
    headings = table.heads
    if not page.numbers.matters:  # without the row of groups above them
        headings = (_("设区市"), _("名额上限"), _("占用名额"), _("不占名额"))
        headings += (*(_(each.zh) for each in STAGES), _("逾期"))
    return sheets.answer(table.caption, headings, rows, now=session.person().now)


@cockpit.get("/enterprises")
@open_to(*READERS)
def enterprises() -> str:
    page = _overview()
    if page is None:
        return render_template("cockpit/none.html", title=TITLES[session.actor().role.reach])
    before = request.args.get("before", type=int)
    return render_template(
        "cockpit/enterprises.html",
        page=page,
        title=TITLES[page.numbers.reach],
        before=before,
        chosen={name: request.args.get(name) or None for name in CHOICES},
        named=_named(page),
        filters=_filters(page),
        **_listed(page, before),
    )


def _filters(page: Overview) -> dict[str, Hashable]:
    """What the filter bar shows (cockpit/filters.html)."""
    stage = request.args.get("stage", "")
    return {
        "cycle": page.opened.id,
        "cities": tuple(page.numbers.places.items()) if page.numbers.everywhere else (),
        "city": page.wanted.place,
        "stages": tuple((each.value, each.zh) for each in CycleStage),
        "stage": stage if stage in set(CycleStage) else "",
        "onlies": tuple((only.value, str(words)) for only, words in ONLY.items()),
        "only": page.wanted.only.value if page.wanted.only else "",
    }


def _listed(page: Overview, before: int | None) -> dict[str, Any]:
    """A page of the enterprises that are wanted, as the list shows them."""
    rows, more = service.positions(transaction(), page.opened, page.wanted, before=before)
    cockpit, place = page.numbers.cockpit, page.wanted.place
    shown = Shown(
        last=page.opened.cycle.last_day,
        due=cache(workdays.due),
        units=page.numbers.reach is not Reach.OWN,
        reviews=session.actor().role is not Role.CITY_CENTRE,
    )
    return {
        "rows": [shown.row(each) for each in rows],
        "more": more,
        "number": service.listed(cockpit.of(place) if place else cockpit.total, page.wanted),
    }


@cockpit.get("/enterprises.xlsx")
@open_to(*READERS)
def list_workbook() -> Response:
    """The whole list as it is narrowed."""
    page = _overview()
    if page is None:
        abort(404)
    headings = [_("企业"), _("统一社会信用代码"), _("设区市"), _("申报渠道"), _("环节"), _("是否逾期")]
    headings += [_("方案退回（次）"), _("理由被接受（条）"), _("理由不被接受（条）"), _("豁免（项）")]
    rows = _rows(service.every_position(transaction(), page.opened, page.wanted))
    return sheets.answer(_("试点企业环节"), headings, rows, now=session.person().now)


def _rows(found: Iterable[Any]) -> Iterator[list[str | int | None]]:
    for row in found:
        yield [
            *(row.enterprise, row.uscc, _(CITIES[row.city_code])),
            _("直接申报") if row.channel == "province_direct" else _("设区市推荐"),
            _(CycleStage(row.stage).zh),
            _("逾期") if row.late else "",
            *(row.returns, row.accepted, row.refused, row.waivers),
        ]


def _overview() -> Overview | None:
    """The cycle in the address, or the latest, narrowed as asked; None before the first."""
    asked = request.args
    cycle_id = asked.get("cycle", type=int)
    opened = cycles.latest(transaction()) if cycle_id is None else cycles.one(transaction(), cycle_id)
    if opened is None and cycle_id is not None:
        abort(404)
    if opened is None:
        return None
    actor, hat = session.actor(), session.person().hat
    reach, place = actor.role.reach, asked.get("city", "")
    place = place if place in CITIES or place == DIRECT else ""
    if reach is not Reach.ALL:
        place = hat.city_code or DIRECT if hat else DIRECT
    only = asked.get("only", "")
    wanted = service.wanted_in(
        opened,
        workdays.this_day(),
        stages=_stages(),
        only=Only(only) if only in set(Only) else None,
        place=place,
        nominator_id=actor.tenant_id if reach is Reach.OWN else None,
    )
    found = service.cockpit(transaction(), opened, wanted)
    return overview(opened, reach, wanted, found, matters=asked.get("table") == MATTERS)


def _stages() -> tuple[str, ...]:
    """One stage, or all from which enterprises have come so far."""
    stage = request.args.get("stage", "")
    if stage in set(CycleStage):
        return (stage,)
    return tuple(each.value for each in REACHED.get(request.args.get("reached", ""), ()))


def _named(page: Overview) -> list[tuple[str, str]]:
    """What narrows the list, in words, each with the part of the address that says it."""
    found, asked = [], request.args
    if page.numbers.everywhere and page.wanted.place:
        found.append((place_name(page.wanted.place), "city"))
    stage, reached = asked.get("stage", ""), asked.get("reached", "")
    if stage in set(CycleStage):
        found.append((_(CycleStage(stage).zh), "stage"))
    elif reached in REACHED:
        found.append((_(REACHED_ZH[reached]), "reached"))
    if page.wanted.only:
        found.append((str(ONLY[page.wanted.only]), "only"))
    return found


def _next_deadline(opened: Opened) -> tuple[str, str] | None:
    """The first deadline that is not over: its words, and the time left."""
    today = workdays.this_day()
    for name, spec in specs(Deadlines).items():
        if today <= opened.cycle.last_day(name):
            return _(spec.zh), workdays.due(opened.cycle.last_day(name))
    return None
