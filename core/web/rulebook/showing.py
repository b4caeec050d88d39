"""The tree of clauses with what this year's plans met of each, and one clause with the enterprises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from core.domain.places import CITIES
from core.domain.plan_rules import Met
from core.domain.stages import PlanState
from core.persistence.queries import plan_rulebook as queries
from core.rulebook.template import Lock
from core.services.cycles import Opened
from core.services.editions import CURRENT
from core.web.access import open_to
from core.web.errors import NotThere
from core.web.forms import LONGEST, transaction
from core.web.navigation import may_open
from core.web.reviews.listing import SHOWN
from core.web.reviews.views import TONES
from core.web.rulebook.clauses import Clause, Counts, Wanted, clause, tree
from core.web.rulebook.shared import READERS, Place, latest, place, rulebook
from core.web.rules import waiver

PAGE: Final = 20


@rulebook.get("")
@open_to(*READERS)
def index() -> str:
    opened, where = latest(), place()
    of = opened.edition if opened else CURRENT
    wanted = _wanted()
    return render_template(
        "rulebook/index.html",
        opened=opened,
        of=of,
        where=where,
        wanted=wanted,
        groups=tree(of, _counted(opened, where), wanted),
        locks=tuple(Lock),
        options={
            "lock": [("", _("全部锁定级别")), *((each.value, each.zh) for each in Lock)],
            "met": [("", _("全部")), *((each.value, each.zh) for each in Met)],
            "city": [("", _("全部")), *where.cities.items()],
        },
        cities=CITIES,
        waiver=waiver,
    )


@rulebook.get("/<key>")
@open_to(*READERS)
def show(key: str) -> str:
    opened, where = latest(), place()
    of = opened.edition if opened else CURRENT
    found = clause(of, key)
    if found is None:
        raise NotThere(
            lazy_gettext("没有这个编号的规则"),
            lazy_gettext("地址中的规则编号有误。规则编号不变更、不重复使用。"),
            lazy_gettext("从模板与规则中查找。"),
        )
    chosen, before = request.args.get("met", ""), request.args.get("before", 0, type=int)
    kind = chosen if chosen in set(Met) else ""
    rows = _met(opened, where, found, kind, before)
    return render_template(
        "rulebook/show.html",
        opened=opened,
        of=of,
        where=where,
        clause=found,
        readings=of.catalogue.readings_of(key) if found.rule else (),
        waiver=waiver,
        counts=_counted(opened, where, key).get(key, {}),
        every=tuple(Met),
        kind=kind,
        met_of=Met,
        rows=rows[:PAGE],
        before=before,
        more=rows[PAGE - 1].plan_id if len(rows) > PAGE else None,
        cities=CITIES,
        state_of=PlanState,
        tones=TONES,
        way=_way,
    )


def _wanted() -> Wanted:
    lock, met = request.args.get("lock", ""), request.args.get("met", "")
    return Wanted(
        words=request.args.get("q", "").strip()[:LONGEST],
        lock=lock if lock in set(Lock) else "",
        met=met if met in set(Met) else "",
    )


def _counted(opened: Opened | None, where: Place, key: str = "") -> dict[str, Counts]:
    """In how many plans of the cycle each clause, or one, was met, by the way."""
    found: dict[str, dict[Met, int]] = {}
    if opened is not None:
        rows = queries.counts(transaction(), cycle_id=opened.id, city_code=where.city_code, clause=key)
        for each in rows:
            found.setdefault(each.clause, {})[Met(each.kind)] = each.plans
    return dict(found)


def _met(opened: Opened | None, where: Place, of: Clause, kind: str, before: int) -> list[Any]:
    """A page of the plans that met a clause, and one more where there is one."""
    if opened is None:
        return []
    kinds: Iterable[str] = (kind,) if kind else ()
    return list(
        queries.met(
            transaction(),
            cycle_id=opened.id,
            city_code=where.city_code,
            clause=of.key,
            kinds=tuple(kinds),
            before=before,
            limit=PAGE + 1,
        )
    )


def _way(row: Any) -> str:
    """Where the reader sees the version of a row, "" where nowhere."""
    seen = PlanState(row.state) in SHOWN and may_open("reviews.show", row.tenant_id)
    return url_for("reviews.show", tenant_id=row.tenant_id, version_id=row.version_id) if seen else ""
