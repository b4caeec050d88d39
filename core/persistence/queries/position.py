"""环节的读取: how many enterprises of a cycle stand where, and which they are (ADR 0023).

Counts and list take the same conditions: what a number counts is what its list shows. Rows in scope are
those of who nominates: a city sees those of its centre, a branch its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    Subquery,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from core.domain.cycle_stages import PLACED, STANDING
from core.domain.stages import Channel
from core.persistence.models import CycleCount, CyclePosition, ReopeningRow
from core.persistence.queries.statements import exactly, written

DIRECT: Final = "direct"
"""In place of a city: what came by the direct channel, which is of no city."""
CYCLE: Final = bindparam("cycle_id", type_=BigInteger())
PASSED: Final = bindparam("passed", type_=ARRAY(Text))
TODAY: Final = bindparam("today", type_=Date())
EXEMPT: Final = bindparam("exempt", type_=ARRAY(Text))
SUMS: Final = (
    *("number", "returned_of", "returns", "accepted_of", "accepted"),
    *("refused_of", "refused", "waived_of", "waivers"),
)


class Only(StrEnum):
    """Which enterprises of a place, whatever their stage."""

    LATE = "late"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WAIVED = "waived"
    QUOTA = "quota"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionsWanted:
    """Which positions of a cycle: at one of ``stages``, of a city or ``DIRECT``, by one nominator, ``only``.

    With ``stages`` only those that are late are asked for apart: any other ``only`` is of all stages.
    ``passed`` are the deadlines that are over ``today``, ``exempt`` the classes outside the quota.
    """

    stages: tuple[str, ...] = ()
    place: str = ""
    nominator_id: int | None = None
    only: Only | None = None
    passed: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    today: date

    def values(self, cycle_id: int) -> dict[str, Any]:
        return {
            "cycle_id": cycle_id,
            "place": self.place,
            "nominator_id": self.nominator_id,
            "stages": list(self.stages),
            "passed": list(self.passed),
            "exempt": list(self.exempt),
            "today": self.today,
        }


def counts(session: Session, cycle_id: int, wanted: PositionsWanted) -> str:
    """How many enterprises of a cycle in scope stand where: JSON, a list for each place, stage and class.

    place, stage, channel, quota_class, class_proved, late, then ``SUMS``. As text, by which it is known
    again.
    """
    query = _counts(bool(wanted.place), wanted.nominator_id is not None, bool(wanted.passed))
    found: str = session.execute(query, wanted.values(cycle_id)).scalar_one()
    return found


@cache
def _counts(place: bool, nominator: bool, late: bool) -> Select[Any]:
    """From the kept counts; what is late is less by the few for whom the deadline is open again."""
    kept, key = CycleCount, ("place", "stage", "channel", "quota_class", "class_proved")
    overdue = case((kept.due == any_(PASSED), kept.number), else_=0) if late else literal(0)
    counted = _narrowed(
        select(*_key(kept), overdue.label("late"), *(getattr(kept, name) for name in SUMS)),
        kept,
        place,
        nominator,
    )
    arms = [counted]
    if late:
        there, open_again = CyclePosition, _reopened()
        again = select(*_key(there), literal(-1).label("late"), *(literal(0).label(name) for name in SUMS))
        again = again.join(
            open_again, and_(open_again.c.uscc == there.uscc, open_again.c.deadline == there.due)
        )
        arms.append(_narrowed(again, there, place, nominator).where(there.due == any_(PASSED)))
    rows = union_all(*arms).subquery().c
    sums = [func.sum(rows[name]).label(name) for name in ("late", *SUMS)]
    keys = [rows[name] for name in key]
    grouped = select(*keys, *sums).group_by(*keys).having(func.sum(rows.number) > 0).subquery()
    listed = func.json_agg(func.json_build_array(*grouped.c))
    return select(cast(func.coalesce(listed, func.json_build_array()), Text))


def states(session: Session, cycle_id: int, *, city_code: str = "") -> Sequence[Row[Any]]:
    """city_code, channel, quota_class, class_proved, state, number: the nominations of a cycle in scope.

    All of them, or those of one city; ``admitted`` whatever became of the plan.
    """
    query = _states(city=bool(city_code))
    return session.execute(query, {"cycle_id": cycle_id, "city_code": city_code}).all()


@cache
def _states(*, city: bool) -> Select[Any]:
    kept = CycleCount
    state = case(
        (kept.stage.in_([written(each.value) for each in PLACED]), written("admitted")), else_=kept.stage
    )
    counted = select(
        *(kept.city_code, kept.channel, kept.quota_class, kept.class_proved),
        state.label("state"),
        func.sum(kept.number).label("number"),
    ).where(kept.cycle_id == CYCLE, kept.number > 0)
    if city:
        counted = counted.where(kept.city_code == bindparam("city_code"))
    return counted.group_by(kept.city_code, kept.channel, kept.quota_class, kept.class_proved, state)


def page(
    session: Session, cycle_id: int, wanted: PositionsWanted, *, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Positions of a cycle in scope, the latest nomination first, by its id from below ``before``."""
    query = _page(
        stages=bool(wanted.stages),
        place=wanted.place and (DIRECT if wanted.place == DIRECT else "city"),
        nominator=wanted.nominator_id is not None,
        only=wanted.only,
        late=bool(wanted.passed),
        begun=before is not None,
        limit=limit,
    )
    return session.execute(query, {**wanted.values(cycle_id), "before": before}).all()


@cache
def _page(
    *, stages: bool, place: str, nominator: bool, only: Only | None, late: bool, begun: bool, limit: int
) -> Select[Any]:
    there = CyclePosition
    is_late = _is_late() if late else literal(False)
    query = _narrowed(
        select(*there.__table__.columns, is_late.label("late")), there, bool(place), nominator
    ).order_by(there.nomination_id.desc())
    if stages and only in (None, Only.LATE):
        query = query.where(there.stage == any_(bindparam("stages", type_=ARRAY(Text))))
    if only is not None:
        query = query.where(_only(only, is_late))
    if begun:
        query = query.where(there.nomination_id < bindparam("before", type_=BigInteger()))
    return query.limit(exactly(limit))


def _only(only: Only, is_late: ColumnElement[bool]) -> ColumnElement[bool]:
    there = CyclePosition
    exempt = and_(there.class_proved, there.quota_class == any_(EXEMPT))
    stands = and_(
        there.stage.in_([written(each.value) for each in STANDING]), there.channel == written(Channel.CITY)
    )
    conditions: dict[Only, ColumnElement[bool]] = {
        Only.LATE: is_late,
        Only.RETURNED: there.returns > 0,
        Only.ACCEPTED: there.accepted > 0,
        Only.REFUSED: there.refused > 0,
        Only.WAIVED: there.waivers > 0,
        Only.QUOTA: and_(stands, not_(exempt)),
        Only.EXEMPT: or_(
            and_(stands, exempt),
            and_(
                there.stage.in_([written(each.value) for each in STANDING]),
                there.channel == written(Channel.PROVINCE_DIRECT),
            ),
        ),
    }
    return conditions[only]


def _is_late() -> ColumnElement[bool]:
    """Whether the deadline of a position is over, for its enterprise too."""
    there, again = CyclePosition, ReopeningRow
    open_again = select(again.id).where(
        again.cycle_id == there.cycle_id,
        again.deadline == there.due,
        again.uscc == there.uscc,
        again.until >= TODAY,
    )
    return and_(there.due == any_(PASSED), ~open_again.exists())


def _reopened() -> Subquery:
    """For whom which deadline of the cycle is open again today."""
    again = ReopeningRow
    found = select(again.uscc, again.deadline).where(again.cycle_id == CYCLE, again.until >= TODAY)
    return found.distinct().subquery()


def _key(table: Any) -> Iterable[ColumnElement[Any]]:
    """Where a row counts: its place, its stage, and what says whether it takes a place of the quota."""
    direct = table.channel == written(Channel.PROVINCE_DIRECT)
    yield case((direct, written(DIRECT)), else_=table.city_code).label("place")
    yield from (table.stage, table.channel, table.quota_class, table.class_proved)


def _narrowed(query: Select[Any], table: Any, place: bool, nominator: bool) -> Select[Any]:
    """Of one cycle, of one place, of one nominator."""
    query = query.where(table.cycle_id == CYCLE)
    if place:
        wanted = bindparam("place", type_=Text())
        direct = table.channel == written(Channel.PROVINCE_DIRECT)
        query = query.where(
            or_(
                and_(wanted == written(DIRECT), direct),
                and_(table.city_code == wanted, not_(direct)),
            )
        )
    if nominator:
        query = query.where(table.tenant_id == bindparam("nominator_id", type_=BigInteger()))
    return query
