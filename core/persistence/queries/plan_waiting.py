"""Plans that wait for a body or for the province, as one list which another statement may ask too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, Select, and_, any_, false, func, or_, select, true, union_all
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
    row = PlanVersionRow
    channels = [written(each.value) for each, roles in REVIEWERS.items() if role in roles]
    of_channel = row.channel.in_(channels)
    mine = [and_(row.state == written("submitted"), of_channel, ~_decided(role))]
    if role in PROVINCE:
        mine.append(row.state == written("reviewed"))
    arms = [_picked(or_(*mine), limit, named=named, mine=True)]
    if channels:
        arms.append(_picked(and_(of_channel, _elsewhere(role)), limit, named=named, mine=False))
    each = union_all(*arms).subquery()
    return as_json(each, each.c.mine.desc(), each.c.id).label("plans")


def _decided(role: str) -> ColumnElement[bool]:
    """Whether ``role`` has decided on a version in the joint review."""
    review = PlanReviewRow
    decided = select(review.id).where(
        review.tenant_id == PlanVersionRow.tenant_id,
        review.version_id == PlanVersionRow.id,
        review.stage == written("joint"),
        review.role == written(role),
    )
    return decided.exists()


def _elsewhere(role: str) -> ColumnElement[bool]:
    """Whether a version of the latest cycle is with the other body, with the enterprise or at the province.

    What was returned is with the enterprise until it sends in another version.
    """
    row, later, cycle = PlanVersionRow, aliased(PlanVersionRow), aliased(PilotCycleRow)
    again = select(later.id).where(
        later.tenant_id == row.tenant_id,
        later.plan_id == row.plan_id,
        later.number > row.number,
        later.submitted_at.is_not(None),
    )
    where = [
        and_(row.state == written("submitted"), _decided(role)),
        and_(row.state == written("returned"), ~again.exists()),
    ]
    if role not in PROVINCE:
        where.append(row.state == written("reviewed"))
    return and_(row.cycle_id == select(func.max(cycle.id)).scalar_subquery(), or_(*where))


def _picked(where: ColumnElement[bool], limit: int, *, named: bool, mine: bool) -> Select[Any]:
    """The first versions ``where`` something holds, with what a task says of them."""
    row, task = PlanVersionRow, PlanExpertTask
    of_version: list[ColumnElement[bool]] = [
        task.tenant_id == row.tenant_id,
        task.version_id == row.id,
        task.recused_at.is_(None),
    ]
    asked = select(func.count()).select_from(task).where(*of_version)
    picked = (
        select(
            row.tenant_id,
            row.id,
            row.state,
            row.channel,
            row.decided_role,
            PlanRow.enterprise,
            PilotCycleRow.plan_report,
            asked.scalar_subquery().label("asked"),
            asked.where(task.assessed_at.is_not(None)).scalar_subquery().label("assessed"),
            (true() if mine else false()).label("mine"),
        )
        .join(PlanRow, and_(PlanRow.tenant_id == row.tenant_id, PlanRow.id == row.plan_id))
        .join(PilotCycleRow, PilotCycleRow.id == row.cycle_id)
        .where(where)
        .order_by(row.id)
        .limit(exactly(limit))
    )
    if named:
        picked = picked.where(row.tenant_id == any_(READ_TENANTS))
    return select(picked.subquery())
