"""Plans that wait for a body or for the province, as one list which another statement may ask too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, and_, any_, func, or_, select
from sqlalchemy.orm import Session

from core.domain.plan_review import REVIEWERS
from core.persistence import scope
from core.persistence.db import READ_TENANTS
from core.persistence.models import PilotCycleRow, PlanExpertTask, PlanReviewRow, PlanRow, PlanVersionRow
from core.persistence.queries.statements import as_json, exactly, written


def waiting(session: Session, *, role: str, limit: int) -> Sequence[Mapping[str, Any]]:
    """The list of ``listed`` alone."""
    query = _waiting(role, limit, named=scope.current().reads != "*")
    found: Sequence[Mapping[str, Any]] = session.execute(query).scalar_one()
    return found


@cache
def _waiting(role: str, limit: int, *, named: bool) -> Select[Any]:
    return select(listed(role, limit, named=named))


def listed(role: str, limit: int, *, named: bool) -> Label[Any]:
    """Versions in scope that ``role`` has not decided jointly, the oldest first, as JSON.

    In the joint review only those of a channel that the role reviews; for the province also those to which
    both bodies agreed. ``assessed`` counts the experts that have assessed a version, ``asked`` those
    that were asked and did not decline; ``plan_report`` is the last day of its cycle.
    """
    row, review, task = PlanVersionRow, PlanReviewRow, PlanExpertTask
    decided = select(review.id).where(
        review.tenant_id == row.tenant_id,
        review.version_id == row.id,
        review.stage == written("joint"),
        review.role == written(role),
    )
    of_version: list[ColumnElement[bool]] = [
        task.tenant_id == row.tenant_id,
        task.version_id == row.id,
        task.recused_at.is_(None),
    ]
    asked = select(func.count()).select_from(task).where(*of_version)
    channels = [written(each.value) for each, roles in REVIEWERS.items() if role in roles]
    mine = [and_(row.state == written("submitted"), row.channel.in_(channels), ~decided.exists())]
    if role in {"province_centre", "province_hr"}:
        mine.append(row.state == written("reviewed"))
    picked = (
        select(
            row.tenant_id,
            row.id,
            row.state,
            PlanRow.enterprise,
            PilotCycleRow.plan_report,
            asked.scalar_subquery().label("asked"),
            asked.where(task.assessed_at.is_not(None)).scalar_subquery().label("assessed"),
        )
        .join(PlanRow, and_(PlanRow.tenant_id == row.tenant_id, PlanRow.id == row.plan_id))
        .join(PilotCycleRow, PilotCycleRow.id == row.cycle_id)
        .where(or_(*mine))
        .order_by(row.id)
        .limit(exactly(limit))
    )
    if named:
        picked = picked.where(row.tenant_id == any_(READ_TENANTS))
    each = picked.subquery()
    return as_json(each, each.c.id).label("plans")
