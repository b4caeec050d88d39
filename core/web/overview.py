"""What 总览 shows: lines and tables of numbers, each with the address of the list of what it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from flask import url_for

from core.domain.cycle_stages import REACHED, REACHED_ZH, CycleStage
from core.domain.places import CITIES
from core.domain.roles import Reach
from core.persistence.queries.position import DIRECT, Only, PositionsWanted
from core.services.cockpit import Cockpit, Line
from core.services.cycles import Opened
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

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
DUE: Final = (
    *(CycleStage.SUBMITTED, CycleStage.RETURNED, CycleStage.ADMITTED, CycleStage.PLAN_DRAFT),
    *(CycleStage.PLAN_PUBLICISED, CycleStage.PLAN_SUBMITTED, CycleStage.PLAN_RETURNED),
)
"""The stages that a deadline of the cycle ends."""

Cell: TypeAlias = tuple[int, str]
"""A number, and the address of the list of what it counts."""
Cells: TypeAlias = Callable[[str, Line], list[Cell]]
"""The numbers of a line, for the address of the list of its place."""


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
class Numbers:
    """All that the tables, charts and tiles of a cycle are made of: equal ones look the same.

    ``base`` is the address of the list of the cycle: what is asked for is added behind it. ``quotas`` are
    those of the reader's places, by code; of the direct channel there is none. ``matters`` is which table is
    shown.
    """

    base: str
    reach: Reach
    quotas: tuple[tuple[str, int | None], ...]
    cockpit: Cockpit
    matters: bool = False

    @property
    def total(self) -> Line:
        return self.cockpit.total

    @property
    def everywhere(self) -> bool:
        return self.reach is Reach.ALL

    @cached_property
    def places(self) -> Mapping[str, str]:
        """The places of the reader, each with its name."""
        return {place: place_name(place) for place, _quota in self.quotas}

    @property
    def lines(self) -> Iterator[tuple[str, str, Line]]:
        """Place, name and numbers of each line."""
        for place, name in self.places.items():
            yield place, name, self.cockpit.of(place)

    @property
    def quota(self) -> int:
        """The places of all cities that the reader sees."""
        return sum(quota or 0 for _place, quota in self.quotas)

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

    @property
    def table(self) -> Table:
        """The table of places that is shown."""
        return self._matters() if self.matters else self._stages()

    def _stages(self) -> Table:
        """How many stand at each stage, and what they take of the quota."""
        heads = [_("设区市"), _("上限"), _("占用"), _("不占")]
        heads += [*(str(SHORT[each]) for each in STAGES), _("逾期")]
        planned = len(STAGES) - NOMINATED
        groups = (("", 1), (_("名额"), 3), (_("推荐申报"), NOMINATED), (_("工作方案"), planned), ("", 1))
        table = self._table(_("设区市 × 环节"), heads, self._stages_of, unlinked=self.quota)
        return replace(table, groups=groups)

    def _matters(self) -> Table:
        """What was returned, reasoned, waived and ended."""
        heads = [_("设区市"), _("方案被退回过（家）"), _("方案退回（次）"), _("理由被接受（条）")]
        heads += [_("理由不被接受（条）"), _("豁免（项）"), *(_(each.zh) for each in ENDED)]
        return self._table(_("退回、理由与豁免"), heads, self._matters_of)

    @cached_property
    def funnel(self) -> Table:
        """How many have come at least so far."""
        rows = [
            Row(_(REACHED_ZH[name]), ((number, f"{self.base}&reached={name}"),))
            for name, number in self.total.reached().items()
        ]
        return Table(_("进展"), (_("阶段"), _("家")), tuple(rows))

    @cached_property
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
        self,
        caption: str,
        heads: list[str],
        cells: Callable[[str, Line], list[Cell]],
        unlinked: int | None = None,
    ) -> Table:
        """A row for each place with ``cells``, and their total below when there are several."""
        quotas = dict(self.quotas)
        rows = tuple(
            Row(
                name,
                tuple(cells(f"{self.base}&city={place}", line)),
                quotas[place] if unlinked is not None else None,
            )
            for place, name, line in self.lines
        )
        total = None
        if len(rows) > 1:
            total = Row(_("合计"), tuple(cells(self.base, self.total)), unlinked)
        return Table(caption, tuple(heads), rows, total, plain=unlinked is not None)

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

    def drawn(self, table: Table) -> dict[str, Any]:
        """What the chart above a table draws: its numbers; of two columns the second is part of the first."""
        columns = [[row.cells[place][0] for row in table.rows] for place in range(len(table.heads) - 1)]
        series = [{"name": table.heads[1], "values": columns[0]}]
        if len(columns) > 1:
            in_time = [whole - late for whole, late in zip(*columns, strict=True)]
            series = [
                {"name": _("按期"), "values": in_time},
                {"name": table.heads[2], "values": columns[1]},
            ]
        return {"names": [row.name for row in table.rows], "series": series}


def place_name(place: str) -> str:
    return _("直接申报") if place == DIRECT else CITIES[place]


@dataclass(frozen=True, slots=True)
class Overview:
    """A cycle as the reader asks to see it."""

    opened: Opened
    wanted: PositionsWanted
    numbers: Numbers


def overview(
    opened: Opened, reach: Reach, wanted: PositionsWanted, cockpit: Cockpit, *, matters: bool
) -> Overview:
    """The cycle with the places of the reader: all, or the one that is ``wanted``."""
    places = (*CITIES, DIRECT) if reach is Reach.ALL else (wanted.place,)
    quotas = tuple((place, None if place == DIRECT else opened.cycle.quota(place)) for place in places)
    base = url_for("cockpit.enterprises", cycle=opened.id)
    return Overview(opened, wanted, Numbers(base, reach, quotas, cockpit, matters))
