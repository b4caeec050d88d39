"""总览: where the enterprises of a cycle stand, city by city; each number leads to those it counts.

Whoever reads the province sees the thirteen cities and the direct channel, a city its own enterprises, a
branch those that it nominated. It shows no person, no score and no number of an identity card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from flask import Blueprint, Response, abort, render_template, request, url_for

from core.domain.cycle import Deadlines
from core.domain.cycle_stages import REACHED, REACHED_ZH, CycleStage
from core.domain.places import CITIES
from core.domain.records import specs
from core.domain.roles import Reach, Role
from core.persistence.queries.position import DIRECT, Only, PositionsWanted
from core.services import cockpit as service
from core.services import cycles
from core.services.cockpit import Cockpit, Line
from core.services.cycles import Opened
from core.web import session, sheets, workdays
from core.web.access import city, everywhere, open_to, own
from core.web.forms import transaction
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

cockpit = Blueprint("cockpit", __name__, url_prefix="/overview")

READERS: Final = (
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE),
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *own(Role.CENTRAL_BRANCH),
)
STAGES: Final = (
    *(CycleStage.DRAFT, CycleStage.SUBMITTED, CycleStage.RETURNED, CycleStage.REPORTED),
    *(CycleStage.ADMITTED, CycleStage.PLAN_DRAFT, CycleStage.PLAN_PUBLICISED, CycleStage.PLAN_SUBMITTED),
    *(CycleStage.PLAN_RETURNED, CycleStage.PLAN_REVIEWED, CycleStage.PLAN_APPROVED),
)
"""The stages on the way; the others end it."""
NOMINATED: Final = 4
"""How many of them are of the nomination."""
SHORT: Final[Mapping[CycleStage, Any]] = MappingProxyType(
    {
        CycleStage.DRAFT: lazy_gettext("草稿"),
        CycleStage.SUBMITTED: lazy_gettext("待会签"),
        CycleStage.RETURNED: lazy_gettext("补正"),
        CycleStage.REPORTED: lazy_gettext("待核实"),
        CycleStage.ADMITTED: lazy_gettext("待制定"),
        CycleStage.PLAN_DRAFT: lazy_gettext("填写中"),
        CycleStage.PLAN_PUBLICISED: lazy_gettext("公示中"),
        CycleStage.PLAN_SUBMITTED: lazy_gettext("会同审核"),
        CycleStage.PLAN_RETURNED: lazy_gettext("退回修改"),
        CycleStage.PLAN_REVIEWED: lazy_gettext("待评估"),
        CycleStage.PLAN_APPROVED: lazy_gettext("已批准"),
    }
)
"""Their names in a column below the noun they are of."""
ENDED: Final = (CycleStage.REJECTED, CycleStage.WITHDRAWN, CycleStage.PLAN_REJECTED)
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
TONES: Final[Mapping[CycleStage, str]] = MappingProxyType(
    {
        **dict.fromkeys(CycleStage, "info"),
        **dict.fromkeys((CycleStage.RETURNED, CycleStage.PLAN_RETURNED), "warn"),
        **dict.fromkeys((CycleStage.REJECTED, CycleStage.PLAN_REJECTED), "bad"),
        **dict.fromkeys((CycleStage.DRAFT, CycleStage.WITHDRAWN), "mute"),
        CycleStage.PLAN_APPROVED: "ok",
    }
)


DUE: Final = (
    *(CycleStage.SUBMITTED, CycleStage.RETURNED, CycleStage.ADMITTED, CycleStage.PLAN_DRAFT),
    *(CycleStage.PLAN_PUBLICISED, CycleStage.PLAN_SUBMITTED, CycleStage.PLAN_RETURNED),
)
"""The stages that a deadline of the cycle ends."""

Cell: TypeAlias = tuple[int, str]
"""A number, and the address of the list of what it counts."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``plain`` is a number of its own that counts nothing: the quota."""

    name: str
    cells: tuple[Cell, ...]
    plain: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers with their headings; ``plain`` when the first of them leads nowhere.

    ``groups`` stand above the headings, each over so many of them.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    plain: bool = False
    groups: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Overview:
    """A cycle as the reader sees it."""

    opened: Opened
    cycles: tuple[Opened, ...]
    reach: Reach
    wanted: PositionsWanted
    cockpit: Cockpit

    @property
    def total(self) -> Line:
        return self.cockpit.total

    @property
    def everywhere(self) -> bool:
        return self.reach is Reach.ALL

    @cached_property
    def places(self) -> Mapping[str, str]:
        """The places of the reader, each with its name."""
        if self.everywhere:
            return {**CITIES, DIRECT: _("直接申报")}
        if self.reach is Reach.CITY:
            return {self.wanted.place: CITIES[self.wanted.place]}
        return {DIRECT: _("直接申报")}

    @property
    def lines(self) -> Iterator[tuple[str, str, Line]]:
        """Place, name and numbers of each line."""
        for place, name in self.places.items():
            yield place, name, self.cockpit.of(place)

    def quota(self, place: str) -> int | None:
        return None if place == DIRECT else self.opened.cycle.quota(place)

    @cached_property
    def quotas(self) -> int:
        """The places of all cities that the reader sees."""
        return sum(self.quota(place) or 0 for place in self.places)

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """The cities that nominate nobody so far (二（一）)."""
        standing = REACHED["nominated"]
        return tuple(name for place, name, line in self.lines if place != DIRECT and not line.at(*standing))

    def tone(self, line: Line) -> str:
        """How a place stands: late, returned, on its way, or nobody nominated."""
        if line.only(Only.LATE):
            return "bad"
        if line.at(CycleStage.RETURNED, CycleStage.PLAN_RETURNED):
            return "warn"
        return "info" if line.at(*REACHED["nominated"]) else "mute"

    @cached_property
    def base(self) -> str:
        """The list of the cycle: what is asked for is added behind it."""
        return url_for("cockpit.enterprises", cycle=self.opened.id)

    @property
    def stages(self) -> Table:
        """How many stand at each stage, and what they take of the quota."""
        heads = [_("设区市"), _("上限"), _("占用"), _("不占")]
        heads += [*(str(SHORT[each]) for each in STAGES), _("逾期")]
        planned = len(STAGES) - NOMINATED
        groups = (("", 1), (_("名额"), 3), (_("推荐申报"), NOMINATED), (_("工作方案"), planned), ("", 1))
        table = self._table(_("设区市 × 环节"), heads, self._stages_of, unlinked=self.quotas)
        return replace(table, groups=groups)

    @property
    def matters(self) -> Table:
        """What was returned, reasoned, waived and ended."""
        heads = [_("设区市"), _("方案被退回过（家）"), _("方案退回（次）"), _("理由被接受（条）")]
        heads += [_("理由不被接受（条）"), _("豁免（项）"), *(_(each.zh) for each in ENDED)]
        return self._table(_("退回、理由与豁免"), heads, self._matters_of)

    @property
    def funnel(self) -> Table:
        """How many have come at least so far."""
        rows = [
            Row(_(REACHED_ZH[name]), ((number, f"{self.base}&reached={name}"),))
            for name, number in self.total.reached().items()
        ]
        return Table(_("进展"), (_("阶段"), _("家")), tuple(rows))

    @property
    def punctual(self) -> Table:
        """The stages that a deadline ends: who stands there, and who is late."""
        line = self.total
        rows = [
            Row(
                _(each.zh),
                (
                    (line.stages[each], f"{self.base}&stage={each}"),
                    (line.late[each], f"{self.base}&stage={each}&only=late"),
                ),
            )
            for each in DUE
        ]
        return Table(_("各环节按期情况"), (_("环节"), _("合计"), _("逾期")), tuple(rows))

    def _table(
        self, caption: str, heads: list[str], cells: Callable[[str, Line], list[Cell]], unlinked: int = 0
    ) -> Table:
        """A row for each place with ``cells``, and their total below when there are several."""
        rows = tuple(
            Row(
                name, tuple(cells(f"{self.base}&city={place}", line)), self.quota(place) if unlinked else None
            )
            for place, name, line in self.lines
        )
        total = None
        if len(rows) > 1:
            total = Row(_("合计"), tuple(cells(self.base, self.total)), unlinked or None)
        return Table(caption, tuple(heads), rows, total, plain=bool(unlinked))

    def _stages_of(self, base: str, line: Line) -> list[Cell]:
        return [
            (line.used, f"{base}&only=quota"),
            (line.exempt, f"{base}&only=exempt"),
            *((line.stages[each], f"{base}&stage={each}") for each in STAGES),
            (line.only(Only.LATE), f"{base}&only=late"),
        ]

    def _matters_of(self, base: str, line: Line) -> list[Cell]:
        sums = line.sums
        return [
            (sums["returned_of"], f"{base}&only=returned"),
            (sums["returns"], f"{base}&only=returned"),
            (sums["accepted"], f"{base}&only=accepted"),
            (sums["refused"], f"{base}&only=refused"),
            (sums["waivers"], f"{base}&only=waived"),
            *((line.stages[each], f"{base}&stage={each}") for each in ENDED),
        ]

    @property
    def charts(self) -> dict[str, Any]:
        """What the two charts draw: the numbers of the tables below them."""
        stages = self.punctual.rows
        return {
            "funnel": {
                "names": [row.name for row in self.funnel.rows],
                "series": [{"name": _("至少到达"), "values": [row.cells[0][0] for row in self.funnel.rows]}],
            },
            "punctual": {
                "names": [row.name for row in stages],
                "series": [
                    {"name": _("按期"), "values": [row.cells[0][0] - row.cells[1][0] for row in stages]},
                    {"name": _("逾期"), "values": [row.cells[1][0] for row in stages]},
                ],
            },
        }


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
        title=TITLES[page.reach],
        only=Only,
        stage=CycleStage,
        next_deadline=_next_deadline(page.opened),
        now=session.person().now,
        rules=page.opened.edition.catalogue.rules,
        **({} if page.everywhere else _listed(page, None)),
    )


@cockpit.get("/cities.xlsx")
@open_to(*READERS)
def workbook() -> Response:
    """The two tables of places as the page shows them, side by side."""
    page = _overview()
    if page is None:
        abort(404)
    stages, matters = page.stages, page.matters
    rows = [
        [one.name, one.plain, *(number for number, _url in (*one.cells, *other.cells))]
        for one, other in zip(_with_total(stages), _with_total(matters), strict=True)
    ]
    headings = [_("设区市"), _("名额上限"), _("占用名额"), _("不占名额")]
    headings += [*(_(each.zh) for each in STAGES), _("逾期"), *matters.heads[1:]]
    return sheets.answer(str(TITLES[page.reach]), headings, rows, now=session.person().now)


def _with_total(table: Table) -> tuple[Row, ...]:
    return (*table.rows, table.total) if table.total else table.rows


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
        title=TITLES[page.reach],
        before=before,
        chosen={name: request.args.get(name) or None for name in CHOICES},
        named=_named(page),
        stages=CycleStage,
        reached=REACHED_ZH,
        onlies=ONLY,
        **_listed(page, before),
    )


def _listed(page: Overview, before: int | None) -> dict[str, Any]:
    """A page of the enterprises that are wanted, and what its rows are shown with."""
    rows, more = service.positions(transaction(), page.opened, page.wanted, before=before)
    line = page.cockpit.of(page.wanted.place) if page.wanted.place else page.total
    return {
        "rows": rows,
        "more": more,
        "number": service.listed(line, page.wanted),
        "sums": line.sums,
        "stage_of": CycleStage,
        "tones": TONES,
        "city_names": CITIES,
        "last": page.opened.cycle.last_day,
        "due": cache(workdays.due),
        "reads_units": page.reach is not Reach.OWN,
        "reads_reviews": session.actor().role is not Role.CITY_CENTRE,
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
    there, asked = cycles.every(transaction()), request.args
    opened = next(
        (each for each in there if each.id == asked.get("cycle", type=int)), there[0] if there else None
    )
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
    return Overview(opened, there, reach, wanted, service.cockpit(transaction(), opened, wanted))


def _stages() -> tuple[str, ...]:
    """One stage, or all from which enterprises have come so far."""
    stage = request.args.get("stage", "")
    if stage in set(CycleStage):
        return (stage,)
    return tuple(each.value for each in REACHED.get(request.args.get("reached", ""), ()))


def _named(page: Overview) -> list[tuple[str, str]]:
    """What narrows the list, in words, each with the part of the address that says it."""
    found, asked = [], request.args
    if page.everywhere and page.wanted.place:
        found.append((page.places[page.wanted.place], "city"))
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
