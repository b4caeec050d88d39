"""工作方案的读写: a plan with its typed parts and the heads of its versions, what was changed, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    Label,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from core.persistence.db import Base
from core.persistence.models import (
    CyclePlace,
    PilotCycleRow,
    PlanEdit,
    PlanNotice,
    PlanPart,
    PlanRow,
    PlanVersionRow,
    Tenant,
    TenantPlugin,
)
from core.persistence.queries.cycle import with_parts
from core.persistence.queries.grant import NOW, QUIET
from core.persistence.queries.nomination import OF_CYCLE
from core.persistence.queries.statements import exactly

SUBJECT: Final = "plan"
"""What the record calls it."""
NOTHING: Final = func.jsonb_build_array()
AS_TEXT: Final = cast(PlanPart.answer, Text)
"""An answer as PostgreSQL writes it: who has read that text need not read it again."""


def one(session: Session, *, tenant_id: int, plan_id: int) -> Row[Any] | None:
    """A plan with all that is kept of it but the documents of its versions, in one statement.

    ``parts`` are those that were typed, ``versions`` the heads of its versions with their notices, the first
    first, ``plugins`` the shared plugins the enterprise has on; ``slug`` is its folder, ``read_at`` the
    time. ``cycle_of`` of ``queries.nomination`` gives its cycle.
    """
    values = {"tenant_id": tenant_id, "plan_id": plan_id}
    return session.execute(_one(), values).one_or_none()


def page(session: Session, *, cycle_id: int, city_code: str, after: int, limit: int) -> Sequence[Row[Any]]:
    """Plans of a cycle in scope as ``one`` has them, of one city unless it is "", from above ``after``."""
    values = {"cycle_id": cycle_id, "city_code": city_code, "after": after}
    return session.execute(_page(limit=limit, of_city=bool(city_code)), values).all()


def of_cycle(session: Session, *, tenant_id: int, cycle_id: int) -> int | None:
    """The number of an enterprise's plan for a cycle."""
    return session.execute(
        select(PlanRow.id).where(PlanRow.tenant_id == tenant_id, PlanRow.cycle_id == cycle_id)
    ).scalar_one_or_none()


def latest(session: Session, *, tenant_id: int) -> Row[Any] | None:
    """The plan of an enterprise for the latest cycle that it has one for, as ``one`` gives it."""
    return session.execute(_latest(), {"tenant_id": tenant_id}).one_or_none()


def current(session: Session, *, tenant_id: int) -> int | None:
    """The number of an enterprise's plan for the cycle that it was admitted to last."""
    last = select(func.max(CyclePlace.cycle_id)).where(CyclePlace.tenant_id == tenant_id).scalar_subquery()
    return session.execute(
        select(PlanRow.id).where(PlanRow.tenant_id == tenant_id, PlanRow.cycle_id == last)
    ).scalar_one_or_none()


@cache
def _one() -> Select[Any]:
    return _of_tenant().where(PlanRow.id == bindparam("plan_id", type_=BigInteger()))


@cache
def _latest() -> Select[Any]:
    return _of_tenant().order_by(PlanRow.cycle_id.desc()).limit(exactly(1))


@cache
def _page(*, limit: int, of_city: bool) -> Select[Any]:
    cycle_id, after = (bindparam(name, type_=BigInteger()) for name in ("cycle_id", "after"))
    query = _whole().where(PlanRow.cycle_id == cycle_id, PlanRow.id > after)
    if of_city:
        query = query.where(PlanRow.city_code == bindparam("city_code"))
    return query.order_by(PlanRow.id).limit(exactly(limit))


def _of_tenant() -> Select[Any]:
    return _whole().where(PlanRow.tenant_id == bindparam("tenant_id", type_=BigInteger()))


def _whole() -> Select[Any]:
    return (
        select(
            *PlanRow.__table__.columns,
            Tenant.slug,
            NOW.label("read_at"),
            _parts(),
            _versions(),
            _plugins(),
            *(each.label(f"{OF_CYCLE}{each.key}") for each in with_parts().selected_columns),
        )
        .join(PilotCycleRow, PilotCycleRow.id == PlanRow.cycle_id)
        .join(Tenant, Tenant.id == PlanRow.tenant_id)
    )


def _parts() -> Label[Any]:
    part = func.jsonb_build_object(
        *("part", PlanPart.part, "text", AS_TEXT, "revision", PlanPart.revision),
        *("changed_name", PlanPart.changed_name, "changed_at", PlanPart.changed_at),
    )
    listed = (
        select(func.jsonb_agg(aggregate_order_by(part, PlanPart.part)))
        .where(PlanPart.tenant_id == PlanRow.tenant_id, PlanPart.plan_id == PlanRow.id)
        .correlate(PlanRow)
    )
    return func.coalesce(listed.scalar_subquery(), NOTHING).label("parts")


def _versions() -> Label[Any]:
    version, notice = PlanVersionRow, PlanNotice
    head = func.jsonb_build_object(
        *("id", version.id, "number", version.number, "state", version.state),
        *("content_hash", version.content_hash, "version", version.version),
        *("publicised_name", version.publicised_name, "publicised_at", version.publicised_at),
        *("submitted_name", version.submitted_name, "submitted_at", version.submitted_at),
        *("decided_name", version.decided_name, "decided_role", version.decided_role),
        *("decided_reason", version.decided_reason, "decided_at", version.decided_at),
        *("notice_id", notice.id, "starts_on", notice.starts_on, "ends_on", notice.ends_on),
        *("withdrawn_reason", notice.withdrawn_reason),
    )
    listed = (
        select(func.jsonb_agg(aggregate_order_by(head, version.number)))
        .outerjoin(notice, and_(notice.tenant_id == version.tenant_id, notice.version_id == version.id))
        .where(version.tenant_id == PlanRow.tenant_id, version.plan_id == PlanRow.id)
        .correlate(PlanRow)
    )
    return func.coalesce(listed.scalar_subquery(), NOTHING).label("versions")


def _plugins() -> Label[Any]:
    order = (TenantPlugin.position, TenantPlugin.id)
    listed = (
        select(func.jsonb_agg(aggregate_order_by(TenantPlugin.name, *order)))
        .where(TenantPlugin.tenant_id == PlanRow.tenant_id, TenantPlugin.removed_at.is_(None))
        .correlate(PlanRow)
    )
    return func.coalesce(listed.scalar_subquery(), NOTHING).label("plugins")


def place(session: Session, *, tenant_id: int) -> Row[Any] | None:
    """The latest cycle that an enterprise was admitted to: cycle_id, and by which nomination."""
    return session.execute(
        select(CyclePlace.cycle_id, CyclePlace.nomination_tenant_id, CyclePlace.nomination_id)
        .where(CyclePlace.tenant_id == tenant_id)
        .order_by(CyclePlace.cycle_id.desc())
        .limit(1)
    ).one_or_none()


def add(session: Session, **values: Any) -> int:
    """A new plan; returns its number."""
    found: int = session.execute(insert(PlanRow).values(**values).returning(PlanRow.id)).scalar_one()
    return found


def change(session: Session, *, tenant_id: int, plan_id: int, **values: Any) -> None:
    """Write ``values`` to a plan and count it up."""
    session.execute(
        update(PlanRow)
        .where(PlanRow.tenant_id == tenant_id, PlanRow.id == plan_id)
        .values(version=PlanRow.version + 1, **values),
        execution_options=QUIET,
    )


def put_part(
    session: Session,
    *,
    tenant_id: int,
    plan_id: int,
    part: str,
    answer: dict[str, Any] | None,
    revision: int,
    by: int,
    name: str,
    at: datetime,
    edits: Sequence[Mapping[str, Any]] = (),
) -> str | None:
    """Keep a part as it was typed, as its ``revision``, and what was changed of it; returns the kept text.

    The first revision makes its row, and each later one changes that of the revision before. ``edits`` are
    ``path``, ``before``, ``after``, ``structural``, ``told`` each, in the order it was done.
    """
    statement = _add_part() if revision == 1 else _change_part()
    values = {
        "tenant_id": tenant_id,
        "plan_id": plan_id,
        "part": part,
        "answer": answer,
        "revision": revision,
        "changed_by": by,
        "changed_name": name,
        "changed_at": at,
    }
    sent = {TYPED_PART[each].key: value for each, value in values.items()}
    text: str | None = session.execute(statement, {**sent, "edits": edits}).scalar_one()
    return text


PART: Final = Base.metadata.tables[PlanPart.__tablename__]
TYPED_PART: Final = {each.name: bindparam(f"typed_{each.name}", type_=each.type) for each in PART.columns}
"""Its columns as parameters; an update takes one that has the name of a column as something to set."""


@cache
def _add_part() -> ReturningInsert[tuple[str]]:
    return insert(PART).values(TYPED_PART).returning(AS_TEXT).add_cte(_add_edits())


@cache
def _change_part() -> ReturningUpdate[tuple[str]]:
    """No `on conflict`: SQLAlchemy writes a statement that has one anew each time."""
    key = {each.name for each in PART.primary_key}
    one = (PART.c[name] == TYPED_PART[name] for name in sorted(key))
    values = {name: each for name, each in TYPED_PART.items() if name not in key}
    changed = update(PART).where(*one, PART.c.revision == TYPED_PART["revision"] - 1).values(values)
    return changed.returning(AS_TEXT).add_cte(_add_edits())


def _add_edits() -> CTE:
    """With the part that they are of: a statement less at every save."""
    edit, sent = PlanEdit, ("path", "before", "after", "structural", "told")
    columns = Base.metadata.tables[edit.__tablename__].columns
    of_part = ("tenant_id", "plan_id", "part", "revision", "changed_by", "changed_name", "changed_at")
    own = ("tenant_id", "plan_id", "part", "revision", "made_by", "made_name", "made_at")
    edits = (
        func.jsonb_to_recordset(bindparam("edits", type_=JSONB()))
        .table_valued(*(column(name, columns[name].type) for name in sent))
        .render_derived(with_types=True)
    )
    rows = select(*(TYPED_PART[name] for name in of_part), *(edits.c[name] for name in sent))
    table = Base.metadata.tables[edit.__tablename__]
    return insert(table).from_select([*own, *sent], rows.select_from(edits)).cte("edited")


def edits_since(
    session: Session, *, tenant_id: int, plan_id: int, part: str, revision: int
) -> Sequence[Row[Any]]:
    """What was changed of a part after a revision, in the order it was done."""
    where = {"of_tenant": tenant_id, "of_plan": plan_id, "of_part": part}
    return session.execute(EDITS_SINCE, {**where, "seen": revision}).all()


def edits_after(
    session: Session, *, tenant_id: int, plan_id: int, part: str, moment: datetime, person_id: int
) -> Sequence[Row[Any]]:
    """What was changed of a part after a moment, in the order it was done: path, by whom, whether told.

    Without what a person changed in a sitting of theirs that the record has been told of.
    """
    where = {"of_tenant": tenant_id, "of_plan": plan_id, "of_part": part}
    return session.execute(EDITS_AFTER, {**where, "moment": moment, "person": person_id}).all()


OF_PART: Final = (
    PlanEdit.tenant_id == bindparam("of_tenant"),
    PlanEdit.plan_id == bindparam("of_plan"),
    PlanEdit.part == bindparam("of_part"),
)
EDITS_SINCE: Final = (
    select(
        *(PlanEdit.path, PlanEdit.revision, PlanEdit.structural, PlanEdit.before, PlanEdit.after),
        *(PlanEdit.made_by, PlanEdit.made_name, PlanEdit.made_at),
    )
    .where(*OF_PART, PlanEdit.revision > bindparam("seen"))
    .order_by(PlanEdit.revision, PlanEdit.id)
)
EDITS_AFTER: Final = (
    select(PlanEdit.path, PlanEdit.structural, PlanEdit.made_by, PlanEdit.told)
    .where(
        *OF_PART,
        PlanEdit.made_at > bindparam("moment"),
        or_(PlanEdit.told, PlanEdit.structural, PlanEdit.made_by != bindparam("person")),
    )
    .order_by(PlanEdit.id)
)


def version(session: Session, *, tenant_id: int, version_id: int) -> Row[Any] | None:
    """A version with its document and its notice, if it has one."""
    notice = PlanNotice.__table__.columns
    named = (each.label(f"notice_{each.key}") for each in notice if each.key != "tenant_id")
    return session.execute(
        select(*PlanVersionRow.__table__.columns, *named)
        .outerjoin(
            PlanNotice,
            and_(
                PlanNotice.tenant_id == PlanVersionRow.tenant_id,
                PlanNotice.version_id == PlanVersionRow.id,
            ),
        )
        .where(PlanVersionRow.tenant_id == tenant_id, PlanVersionRow.id == version_id)
    ).one_or_none()
