"""方案审核的读写: a version with all that its reviewers said, the queue of a cycle, who sees whose plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Label,
    Row,
    Select,
    Table,
    and_,
    any_,
    bindparam,
    func,
    insert,
    inspect,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from core.persistence import scope
from core.persistence.db import READ_TENANTS, Base
from core.persistence.models import (
    CyclePlace,
    Person,
    PilotCycleRow,
    PlanExpertTask,
    PlanFindingView,
    PlanLook,
    PlanNotice,
    PlanReviewRow,
    PlanRow,
    PlanTick,
    PlanVersionRow,
    PlanWaiverRow,
)
from core.persistence.queries.cycle import with_parts
from core.persistence.queries.grant import QUIET
from core.persistence.queries.nomination import OF_CYCLE
from core.persistence.queries.statements import exactly, like, plain

LOCK: Final = "plan"
"""The word under which one act at a time is done on a plan."""
NOTHING: Final = func.jsonb_build_array()
SAID: Final[tuple[tuple[str, type[Base], str], ...]] = (
    ("ticks", PlanTick, "plan_id"),
    ("views", PlanFindingView, "plan_id"),
    ("looks", PlanLook, "plan_id"),
    ("reviews", PlanReviewRow, "version_id"),
    ("waivers", PlanWaiverRow, "version_id"),
    ("experts", PlanExpertTask, "version_id"),
)
"""What reviewers say: name of the list, table, and whether it is of the plan or of one version."""
TENANT: Final = bindparam("tenant_id", type_=BigInteger())
OF_CYCLE_ID: Final = bindparam("cycle_id", type_=BigInteger())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsWanted:
    """Which versions of a cycle: words in the name, in one of ``states``, of one city, by one nominator.

    ``versions`` names them one by one: those of an expert.
    """

    words: str = ""
    states: tuple[str, ...] = ()
    city_code: str = ""
    nominator_id: int | None = None
    versions: tuple[int, ...] | None = None


def version(session: Session, *, tenant_id: int, version_id: int) -> Row[Any] | None:
    """A version with its plan, its notice, its cycle and all that was said, in one statement.

    Lists are JSON objects in the order in which they came; ``notice_…`` are null without a notice.
    """
    values = {"tenant_id": tenant_id, "version_id": version_id}
    return session.execute(_version(), values).one_or_none()


@cache
def _version() -> Select[Any]:
    notice = PlanNotice
    return (
        select(
            *PlanVersionRow.__table__.columns,
            PlanRow.enterprise,
            PlanRow.uscc,
            PlanRow.facts,
            PlanRow.version.label("plan_row_version"),
            notice.id.label("notice_id"),
            notice.starts_on,
            notice.ends_on,
            notice.channels.label("notice_channels"),
            notice.coverage_statement,
            *(said(*each) for each in SAID),
            *(each.label(f"{OF_CYCLE}{each.key}") for each in with_parts().selected_columns),
        )
        .join(
            PlanRow,
            and_(PlanRow.tenant_id == PlanVersionRow.tenant_id, PlanRow.id == PlanVersionRow.plan_id),
        )
        .join(PilotCycleRow, PilotCycleRow.id == PlanVersionRow.cycle_id)
        .outerjoin(
            notice,
            and_(notice.tenant_id == PlanVersionRow.tenant_id, notice.version_id == PlanVersionRow.id),
        )
        .where(
            PlanVersionRow.tenant_id == TENANT,
            PlanVersionRow.id == bindparam("version_id", type_=BigInteger()),
        )
    )


def said(name: str, table: type[Base], of: str) -> Label[Any]:
    """What was said of a version, or of its plan, as a list; ``of`` is the column that names which."""
    rows: Table = inspect(table).local_table  # type: ignore[assignment]
    own = (
        rows.c.plan_id == PlanVersionRow.plan_id
        if of == "plan_id"
        else rows.c.version_id == PlanVersionRow.id
    )
    one = func.to_jsonb(literal_column(table.__tablename__))
    order = rows.c.id if "id" in rows.c else rows.c.person_id
    listed = (
        select(func.jsonb_agg(aggregate_order_by(one, order)))
        .where(rows.c.tenant_id == PlanVersionRow.tenant_id, own)
        .correlate(PlanVersionRow)
    )
    return func.coalesce(listed.scalar_subquery(), NOTHING).label(name)


def waivers(session: Session, *, tenant_id: int, version_id: int) -> Sequence[Row[Any]]:
    """What was waived for a version: rule, role, reason, decided_by, decided_name, decided_at."""
    row = PlanWaiverRow
    return session.execute(
        select(row.rule, row.role, row.reason, row.decided_by, row.decided_name, row.decided_at)
        .where(row.tenant_id == tenant_id, row.version_id == version_id)
        .order_by(row.id)
    ).all()


def others(session: Session, *, tenant_id: int, plan_id: int) -> Sequence[Row[Any]]:
    """id, number, state and document of every version of a plan, the first first."""
    return session.execute(
        select(
            PlanVersionRow.id,
            PlanVersionRow.number,
            PlanVersionRow.state,
            PlanVersionRow.document,
            PlanVersionRow.publicised_at,
        )
        .where(PlanVersionRow.tenant_id == tenant_id, PlanVersionRow.plan_id == plan_id)
        .order_by(PlanVersionRow.number)
    ).all()


def page(
    session: Session, cycle_id: int, wanted: ReviewsWanted, *, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Versions of a cycle in scope, the latest first, by id from below ``before``; ``reviews`` as a list."""
    query = _page(
        named=scope.current().reads != "*",
        words=bool(wanted.words),
        states=wanted.states,
        city=bool(wanted.city_code),
        nominator=wanted.nominator_id is not None,
        chosen=wanted.versions is not None,
        begun=before is not None,
        limit=limit,
    )
    values = {
        "cycle_id": cycle_id,
        "anywhere": f"%{plain(wanted.words)}%",
        "city_code": wanted.city_code,
        "nominator_id": wanted.nominator_id,
        "versions": list(wanted.versions or ()),
        "before": before,
    }
    return session.execute(query, values).all()


@cache
def _page(
    *,
    named: bool,
    words: bool,
    states: tuple[str, ...],
    city: bool,
    nominator: bool,
    chosen: bool,
    begun: bool,
    limit: int,
) -> Select[Any]:
    """A page is picked by what is stored of versions, and joined with their plans then."""
    row = PlanVersionRow
    picked = select(
        row.tenant_id, row.id, row.plan_id, row.number, row.state, row.city_code, row.channel
    ).where(row.cycle_id == OF_CYCLE_ID)
    picked = picked.add_columns(row.submitted_at, row.content_hash)
    if named:
        picked = picked.where(row.tenant_id == any_(READ_TENANTS))
    if words:
        of_plan = and_(PlanRow.tenant_id == row.tenant_id, PlanRow.id == row.plan_id)
        picked = picked.join(PlanRow, of_plan).where(like(PlanRow.enterprise, "anywhere"))
    if states:
        picked = picked.where(row.state.in_(states))
    if city:
        picked = picked.where(row.city_code == bindparam("city_code"))
    if nominator:
        picked = picked.where(row.nominator_id == bindparam("nominator_id"))
    if chosen:
        picked = picked.where(row.id == any_(bindparam("versions")))
    if begun:
        picked = picked.where(row.id < bindparam("before"))
    each = picked.order_by(row.id.desc()).limit(exactly(limit)).subquery().c
    review = PlanReviewRow
    decided = func.jsonb_build_object("stage", review.stage, "role", review.role, "outcome", review.outcome)
    listed = select(func.jsonb_agg(aggregate_order_by(decided, review.id))).where(
        review.tenant_id == each.tenant_id, review.version_id == each.id
    )
    return (
        select(
            *each,
            PlanRow.enterprise,
            PlanRow.uscc,
            func.coalesce(listed.scalar_subquery(), NOTHING).label("reviews"),
        )
        .join(PlanRow, and_(PlanRow.tenant_id == each.tenant_id, PlanRow.id == each.plan_id))
        .order_by(each.id.desc())
    )


def counts(session: Session, cycle_id: int, wanted: ReviewsWanted) -> dict[str, int]:
    """How many versions of a cycle in scope are in each state."""
    row = PlanVersionRow
    query = select(row.state, func.count()).where(row.cycle_id == cycle_id).group_by(row.state)
    if scope.current().reads != "*":
        query = query.where(row.tenant_id == any_(READ_TENANTS))
    if wanted.city_code:
        query = query.where(row.city_code == wanted.city_code)
    if wanted.nominator_id is not None:
        query = query.where(row.nominator_id == wanted.nominator_id)
    if wanted.versions is not None:
        query = query.where(row.id.in_(wanted.versions))
    return dict(session.execute(query).tuples().all())


def nominated(session: Session, *, nominator_id: int) -> frozenset[int]:
    """The enterprises that were admitted by a nomination of one body: it sees their places."""
    found = session.execute(
        select(CyclePlace.tenant_id).where(CyclePlace.nomination_tenant_id == nominator_id)
    )
    return frozenset(found.scalars())


def assigned(session: Session, *, person_id: int) -> Sequence[Row[Any]]:
    """The versions that an expert was given and has not declined, with the name of each enterprise."""
    task = PlanExpertTask
    return session.execute(
        select(task.tenant_id, task.version_id, task.enterprise, task.assigned_at, task.assessed_at)
        .where(task.person_id == person_id, task.recused_at.is_(None))
        .order_by(task.version_id.desc())
    ).all()


def approved(session: Session, *, tenant_id: int, cycle_id: int) -> Row[Any] | None:
    """The approved version of an enterprise's plan for a cycle, with the plan's facts."""
    return session.execute(
        select(*PlanVersionRow.__table__.columns, PlanRow.enterprise, PlanRow.uscc, PlanRow.facts)
        .join(
            PlanRow,
            and_(PlanRow.tenant_id == PlanVersionRow.tenant_id, PlanRow.id == PlanVersionRow.plan_id),
        )
        .where(
            PlanVersionRow.tenant_id == tenant_id,
            PlanVersionRow.cycle_id == cycle_id,
            PlanVersionRow.state == "approved",
        )
    ).one_or_none()


def last(session: Session, *, tenant_id: int, cycle_id: int) -> Row[Any] | None:
    """number, state and decided_reason of the last version of an enterprise's plan for a cycle."""
    return session.execute(
        select(PlanVersionRow.number, PlanVersionRow.state, PlanVersionRow.decided_reason)
        .where(PlanVersionRow.tenant_id == tenant_id, PlanVersionRow.cycle_id == cycle_id)
        .order_by(PlanVersionRow.id.desc())
        .limit(1)
    ).one_or_none()


def add(session: Session, table: type[Base], **values: Any) -> None:
    """Something that was said of a plan or a version."""
    session.execute(insert(table).values(**values))


def look(session: Session, *, at: Any, version_id: int, **key: Any) -> None:
    """Keep which version a person of a body saw last."""
    seen = {"version_id": version_id, "looked_at": at}
    session.execute(
        upsert(PlanLook)
        .values(**key, **seen)
        .on_conflict_do_update(index_elements=["tenant_id", "plan_id", "role", "person_id"], set_=seen)
    )


def change(session: Session, *, tenant_id: int, version_id: int, version: int, **values: Any) -> bool:
    """Write ``values`` to a version that is still at ``version``, and count it up; False when it is not."""
    done = session.execute(
        update(PlanVersionRow)
        .where(
            PlanVersionRow.tenant_id == tenant_id,
            PlanVersionRow.id == version_id,
            PlanVersionRow.version == version,
        )
        .values(version=PlanVersionRow.version + 1, **values)
        .returning(PlanVersionRow.id),
        execution_options=QUIET,
    )
    return done.one_or_none() is not None


def supersede(session: Session, *, tenant_id: int, plan_id: int, at: Any) -> int | None:
    """Let the approved version of a plan, if it has one, be replaced; returns its number."""
    done = session.execute(
        update(PlanVersionRow)
        .where(
            PlanVersionRow.tenant_id == tenant_id,
            PlanVersionRow.plan_id == plan_id,
            PlanVersionRow.state == "approved",
        )
        .values(state="superseded", superseded_at=at, version=PlanVersionRow.version + 1)
        .returning(PlanVersionRow.number),
        execution_options=QUIET,
    )
    found: int | None = done.scalar_one_or_none()
    return found


def unlock(session: Session, *, tenant_id: int, plan_id: int, parts: Sequence[str] | None) -> None:
    """Open these parts of a plan for editing, or all."""
    session.execute(
        update(PlanRow)
        .where(PlanRow.tenant_id == tenant_id, PlanRow.id == plan_id)
        .values(unlocked=None if parts is None else list(parts), version=PlanRow.version + 1),
        execution_options=QUIET,
    )


def change_task(session: Session, *, tenant_id: int, version_id: int, person_id: int, **values: Any) -> bool:
    """Write ``values`` to an expert's task that is still open; False when it is not."""
    done = session.execute(
        update(PlanExpertTask)
        .where(
            PlanExpertTask.tenant_id == tenant_id,
            PlanExpertTask.version_id == version_id,
            PlanExpertTask.person_id == person_id,
            PlanExpertTask.recused_at.is_(None),
            PlanExpertTask.assessed_at.is_(None),
        )
        .values(**values)
        .returning(PlanExpertTask.person_id),
        execution_options=QUIET,
    )
    return done.one_or_none() is not None


def name_of(session: Session, person_id: int) -> str | None:
    """The name of a person."""
    return session.execute(select(Person.name).where(Person.id == person_id)).scalar_one_or_none()
