"""方案公示的读写: a frozen version with its notice, found by its token or by its number; comments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from core.persistence.models import (
    PilotCycleRow,
    PlanComment,
    PlanNotice,
    PlanRow,
    PlanVersionRow,
    ReopeningRow,
)
from core.persistence.queries.grant import QUIET
from core.persistence.queries.statements import exactly, written

NOTICE = (
    PlanNotice.tenant_id,
    PlanNotice.id.label("notice_id"),
    PlanNotice.starts_on,
    PlanNotice.ends_on,
    PlanNotice.channels,
    PlanNotice.coverage_statement,
    PlanNotice.published_name,
    PlanNotice.published_at,
    PlanNotice.withdrawn_name,
    PlanNotice.withdrawn_at,
    PlanNotice.withdrawn_reason,
    PlanVersionRow.id.label("version_id"),
    PlanVersionRow.plan_id,
    PlanVersionRow.number,
    PlanVersionRow.state,
    PlanVersionRow.edition,
    PlanVersionRow.document,
    PlanVersionRow.content_hash,
    PlanVersionRow.version,
    PlanVersionRow.submitted_at,
    PlanRow.enterprise,
    PilotCycleRow.code,
)


@cache
def _notices() -> Select[Any]:
    version = and_(
        PlanVersionRow.tenant_id == PlanNotice.tenant_id, PlanVersionRow.id == PlanNotice.version_id
    )
    plan = and_(PlanRow.tenant_id == PlanVersionRow.tenant_id, PlanRow.id == PlanVersionRow.plan_id)
    return (
        select(*NOTICE, func.app_now().label("now"))
        .join(PlanVersionRow, version)
        .join(PlanRow, plan)
        .join(PilotCycleRow, PilotCycleRow.id == PlanRow.cycle_id)
    )


def with_token(session: Session, *, token_hash: bytes) -> Row[Any] | None:
    """The notice that a token opens, with its version."""
    query = _notices().where(PlanNotice.token_hash == bindparam("token_hash"))
    return session.execute(query, {"token_hash": token_hash}).one_or_none()


def of_version(session: Session, *, tenant_id: int, version_id: int) -> Row[Any] | None:
    """The notice of a version."""
    query = _notices().where(
        PlanNotice.tenant_id == bindparam("tenant_id"), PlanNotice.version_id == bindparam("version_id")
    )
    values = {"tenant_id": tenant_id, "version_id": version_id}
    return session.execute(query, values).one_or_none()


def add_version(session: Session, **values: Any) -> int:
    """A new version; returns its number in the table."""
    found: int = session.execute(
        insert(PlanVersionRow).values(**values).returning(PlanVersionRow.id)
    ).scalar_one()
    return found


def change_version(session: Session, *, tenant_id: int, version_id: int, stood: str, **values: Any) -> bool:
    """Write ``values`` to a version that stands in the state ``stood``; False when it no longer does."""
    done = session.execute(
        update(PlanVersionRow)
        .where(
            PlanVersionRow.tenant_id == tenant_id,
            PlanVersionRow.id == version_id,
            PlanVersionRow.state == stood,
        )
        .values(version=PlanVersionRow.version + 1, **values)
        .returning(PlanVersionRow.id),
        execution_options=QUIET,
    ).one_or_none()
    return done is not None


def add_notice(session: Session, **values: Any) -> int:
    """A new notice; returns its number."""
    found: int = session.execute(insert(PlanNotice).values(**values).returning(PlanNotice.id)).scalar_one()
    return found


def change_notice(session: Session, *, tenant_id: int, notice_id: int, **values: Any) -> None:
    session.execute(
        update(PlanNotice)
        .where(PlanNotice.tenant_id == tenant_id, PlanNotice.id == notice_id)
        .values(**values),
        execution_options=QUIET,
    )


def add_comment(session: Session, **values: Any) -> int:
    """A new comment; returns its number."""
    found: int = session.execute(insert(PlanComment).values(**values).returning(PlanComment.id)).scalar_one()
    return found


def comments(
    session: Session, *, tenant_id: int, notice_id: int, after: int = 0, limit: int
) -> Sequence[Row[Any]]:
    """Comments on a notice, the first first, from above ``after``."""
    return session.execute(
        select(*PlanComment.__table__.columns)
        .where(
            PlanComment.tenant_id == tenant_id,
            PlanComment.notice_id == notice_id,
            PlanComment.id > after,
        )
        .order_by(PlanComment.id)
        .limit(limit)
    ).all()


def answered(session: Session, *, tenant_id: int, notice_id: int, limit: int) -> Sequence[Row[Any]]:
    """text, answer, answered_at of the last comments that were answered, for everybody: without names."""
    return session.execute(
        select(PlanComment.text, PlanComment.answer, PlanComment.answered_at)
        .where(
            PlanComment.tenant_id == tenant_id,
            PlanComment.notice_id == notice_id,
            PlanComment.answer.is_not(None),
            PlanComment.employed.is_(True),
        )
        .order_by(PlanComment.id.desc())
        .limit(limit)
    ).all()


def counts(session: Session, *, tenant_id: int, notice_id: int) -> Row[Any]:
    """Of the comments on a notice: ``made``, ``unconfirmed``, ``unanswered`` among those of staff."""
    not_confirmed = PlanComment.employed.is_(None)
    waits = and_(PlanComment.answer.is_(None), PlanComment.employed.is_not(False))
    return session.execute(
        select(
            func.count().label("made"),
            func.count().filter(not_confirmed).label("unconfirmed"),
            func.count().filter(waits).label("unanswered"),
        ).where(PlanComment.tenant_id == tenant_id, PlanComment.notice_id == notice_id)
    ).one()


def under_way(session: Session, *, tenant_id: int) -> Row[Any] | None:
    """The latest version of an enterprise's latest plan, if it is on its way: what is to be done with it.

    ``plan_report`` is its deadline with what was reopened; ``unanswered`` counts comments that wait.
    """
    return session.execute(_under_way(), {"tenant_id": tenant_id}).one_or_none()


@cache
def _under_way() -> Select[Any]:
    reopened = (
        select(func.max(ReopeningRow.until))
        .where(
            ReopeningRow.cycle_id == PlanRow.cycle_id,
            ReopeningRow.uscc == PlanRow.uscc,
            ReopeningRow.deadline == written("plan_report"),
        )
        .correlate(PlanRow)
        .scalar_subquery()
    )
    waits = and_(PlanComment.answer.is_(None), PlanComment.employed.is_not(False))
    unanswered = (
        select(func.count())
        .where(PlanComment.tenant_id == PlanNotice.tenant_id, PlanComment.notice_id == PlanNotice.id, waits)
        .correlate(PlanNotice)
        .scalar_subquery()
    )
    on_its_way = [written(each) for each in ("publicised", "submitted", "reviewed")]
    return (
        select(
            PlanVersionRow.plan_id,
            PlanVersionRow.number,
            PlanVersionRow.state,
            PlanNotice.ends_on,
            func.greatest(PilotCycleRow.plan_report, reopened).label("plan_report"),
            unanswered.label("unanswered"),
        )
        .join(
            PlanRow, and_(PlanRow.tenant_id == PlanVersionRow.tenant_id, PlanRow.id == PlanVersionRow.plan_id)
        )
        .join(PilotCycleRow, PilotCycleRow.id == PlanRow.cycle_id)
        .join(
            PlanNotice,
            and_(
                PlanNotice.tenant_id == PlanVersionRow.tenant_id, PlanNotice.version_id == PlanVersionRow.id
            ),
        )
        .where(
            PlanVersionRow.tenant_id == bindparam("tenant_id"),
            PlanVersionRow.state.in_(on_its_way),
        )
        .order_by(PlanRow.cycle_id.desc())
        .limit(exactly(1))
    )


def comment(session: Session, *, tenant_id: int, comment_id: int) -> Row[Any] | None:
    """A comment, with the plan, the version and the state of it."""
    return session.execute(
        select(
            *PlanComment.__table__.columns,
            PlanNotice.version_id,
            PlanVersionRow.plan_id,
            PlanVersionRow.state,
            PlanRow.enterprise,
        )
        .join(
            PlanNotice,
            and_(PlanNotice.tenant_id == PlanComment.tenant_id, PlanNotice.id == PlanComment.notice_id),
        )
        .join(
            PlanVersionRow,
            and_(
                PlanVersionRow.tenant_id == PlanNotice.tenant_id,
                PlanVersionRow.id == PlanNotice.version_id,
            ),
        )
        .join(
            PlanRow, and_(PlanRow.tenant_id == PlanVersionRow.tenant_id, PlanRow.id == PlanVersionRow.plan_id)
        )
        .where(PlanComment.tenant_id == tenant_id, PlanComment.id == comment_id)
    ).one_or_none()


def change_comment(session: Session, *, tenant_id: int, comment_id: int, **values: Any) -> None:
    session.execute(
        update(PlanComment)
        .where(PlanComment.tenant_id == tenant_id, PlanComment.id == comment_id)
        .values(**values),
        execution_options=QUIET,
    )
