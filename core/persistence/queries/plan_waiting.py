"""Plans that wait for a body or for the province, as one list which another statement may ask too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, Select, and_, any_, false, func, select, true, union_all
from sqlalchemy.orm import Session, aliased

from core.domain.plan_review import REVIEWERS
from core.persistence import scope
from core.persistence.db import READ_TENANTS
from core.persistence.models import PilotCycleRow, PlanExpertTask, PlanReviewRow, PlanRow, PlanVersionRow
from core.persistence.queries.statements import as_json, exactly, written

PROVINCE: Final = frozenset({"province_centre", "province_hr"})


def waiting(session: Session, *, role: str, limit: int) -> Sequence[Mapping[str, Any]]:
    """The list of ``listed`` alone."""
    query = _waiting(role, limit, named=scope.current().reads != "*")
    found: Sequence[Mapping[str, Any]] = session.execute(query).scalar_one()
    return found


@cache
def _waiting(role: str, limit: int, *, named: bool) -> Select[Any]:
    return select(listed(role, limit, named=named))


def listed(role: str, limit: int, *, named: bool) -> Label[Any]:
    """Versions in scope that ``role`` decides on next, the oldest first, as JSON; then those it waits for.

    In the joint review only those of a channel that the role reviews; for the province also those to which
    both bodies agreed. ``mine`` says whose turn it is. ``assessed`` counts the experts that have assessed
    a version, ``asked`` those that were asked and did not decline; ``plan_report`` is the last day of its
    cycle.
    """
    arms = [_picked(where, limit, named=named, mine=mine) for mine, where in _arms(role)]
    found = union_all(*arms).subquery()
    first = select(found).order_by(found.c.mine.desc(), found.c.id).limit(exactly(limit)).subquery().c
    task = PlanExpertTask
    asked = (
        select(func.count())
        .select_from(task)
        .where(task.tenant_id == first.tenant_id, task.version_id == first.id, task.recused_at.is_(None))
    )
    each = (
        select(
            *(first[name] for name in ("tenant_id", "id", "state", "channel", "decided_role", "mine")),
            PlanRow.enterprise,
            PilotCycleRow.plan_report,
            asked.scalar_subquery().label("asked"),
            asked.where(task.assessed_at.is_not(None)).scalar_subquery().label("assessed"),
        )
        .join(PlanRow, and_(PlanRow.tenant_id == first.tenant_id, PlanRow.id == first.plan_id))
        .join(PilotCycleRow, PilotCycleRow.id == first.cycle_id)
        .subquery()
    )
    return as_json(each, each.c.mine.desc(), each.c.id).label("plans")


def _arms(role: str) -> Iterator[tuple[bool, ColumnElement[bool]]]:
    """What waits for ``role``, and what of the latest cycle it waits for, each where a version is found.

    What was returned is with the enterprise until it sends in another version.
    """
    row, review, later, cycle = PlanVersionRow, PlanReviewRow, aliased(PlanVersionRow), aliased(PilotCycleRow)
    channels = [written(each.value) for each, roles in REVIEWERS.items() if role in roles]
    decided = select(review.id).where(
        review.tenant_id == row.tenant_id,
        review.version_id == row.id,
        review.stage == written("joint"),
        review.role == written(role),
    )
    again = select(later.id).where(
        later.tenant_id == row.tenant_id,
        later.plan_id == row.plan_id,
        later.number > row.number,
        later.submitted_at.is_not(None),
    )
    submitted, reviewed = row.state == written("submitted"), row.state == written("reviewed")
    latest = row.cycle_id == select(func.max(cycle.id)).scalar_subquery()
    if channels:
        of_channel = row.channel.in_(channels)
        yield True, and_(submitted, of_channel, ~decided.exists())
        yield False, and_(submitted, of_channel, latest, decided.exists())
        yield False, and_(row.state == written("returned"), of_channel, latest, ~again.exists())
        if role not in PROVINCE:
            yield False, and_(reviewed, of_channel, latest)
    if role in PROVINCE:
        yield True, reviewed


def _picked(where: ColumnElement[bool], limit: int, *, named: bool, mine: bool) -> Select[Any]:
    """The first versions in scope ``where`` something holds."""
    row = PlanVersionRow
    picked = (
        select(
            row.tenant_id,
            row.id,
            row.plan_id,
            row.cycle_id,
            row.state,
            row.channel,
            row.decided_role,
            (true() if mine else false()).label("mine"),
        )
        .where(where)
        .order_by(row.id)
        .limit(exactly(limit))
    )
    if named:
        picked = picked.where(row.tenant_id == any_(READ_TENANTS))
    return select(picked.subquery())
