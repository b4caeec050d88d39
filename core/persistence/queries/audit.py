"""操作记录的读写: the head and the events of a tenant's chain, and checkpoints.

For verification moments and JSON are read as text: whatever a superuser put there, reading does not fail but
the hash does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Row,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.persistence.models import AuditCheckpoint, AuditEvent, AuditHead, Tenant

EVENT: Final = tuple(AuditEvent.__table__.columns)
BATCH: Final = 1000
"""Events fetched at a time when a whole chain is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which events of a tenant; ``since`` is included, ``until`` is not."""

    actor_id: int | None = None
    action: str | None = None
    subject_type: str | None = None
    subject_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def values(self) -> dict[str, Any]:
        """What is asked for, by the names in ``CONDITIONS``."""
        return {name: value for name in CONDITIONS if (value := getattr(self, name, None)) is not None}


CONDITIONS: Final[Mapping[str, ColumnElement[bool]]] = {
    "actor_id": AuditEvent.actor_id == bindparam("actor_id"),
    "action": AuditEvent.action == bindparam("action"),
    "subject_type": AuditEvent.subject_type == bindparam("subject_type"),
    "subject_id": AuditEvent.subject_id == bindparam("subject_id"),
    "since": AuditEvent.at >= bindparam("since"),
    "until": AuditEvent.at < bindparam("until"),
    "before": AuditEvent.seq < bindparam("before"),
}


def lock_head(session: Session, tenant_id: int, genesis: bytes) -> tuple[int, bytes]:
    """The seq and hash at the end of a tenant's chain, held until the transaction ends.

    A chain that has not begun gets its head here, at seq 0 with the hash ``genesis``.
    """
    held = select(AuditHead.seq, AuditHead.hash).where(AuditHead.tenant_id == tenant_id).with_for_update()
    found = session.execute(held).one_or_none()
    if found is None:
        begun = upsert(AuditHead).values(tenant_id=tenant_id, seq=0, hash=genesis)
        session.execute(begun.on_conflict_do_nothing())
        found = session.execute(held).one()
    return found.seq, found.hash


def append(session: Session, event: Mapping[str, Any]) -> None:
    """Write an event and move the head, locked before, to it."""
    session.execute(insert(AuditEvent).values(**event))
    session.execute(
        update(AuditHead)
        .where(AuditHead.tenant_id == event["tenant_id"])
        .values(seq=event["seq"], hash=event["hash"])
        .execution_options(synchronize_session=False)
    )


def page(
    session: Session, tenant_id: int, *, filters: Filters, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The newest events below seq ``before``, newest first: all columns, ``head_seq`` and ``head_hash``.

    The last two are the end of the chain as it says itself, None where that is missing. A chain without such
    events has one row, with nothing but them; a tenant without a chain has none.
    """
    wanted = filters.values() if before is None else filters.values() | {"before": before}
    return session.execute(_page(tuple(wanted), limit), wanted | {"tenant_id": tenant_id}).all()


@cache
def _page(conditions: tuple[str, ...], limit: int) -> Select[Any]:
    """Made once for each form it takes."""
    events = (
        select(*EVENT)
        .where(AuditEvent.tenant_id == bindparam("tenant_id"), *(CONDITIONS[name] for name in conditions))
        .order_by(AuditEvent.seq.desc())
        .limit(literal_column(str(int(limit)), Integer))
        .subquery()
    )
    head = select(AuditHead).where(AuditHead.tenant_id == bindparam("tenant_id")).subquery()
    either = events.join(head, events.c.tenant_id == head.c.tenant_id, full=True)  # whichever was lost
    ends = head.c.seq.label("head_seq"), head.c.hash.label("head_hash")
    return select(*events.c, *ends).select_from(either).order_by(events.c.seq.desc())


def ends(session: Session, tenant_id: int | None = None) -> Sequence[Row[Any]]:
    """Where chains end, of one tenant or of all in scope, in one snapshot.

    Rows: tenant_id, name, last (seq of the last event), head_seq, head_hash; None where there is none.
    """
    last = select(AuditEvent.tenant_id, func.max(AuditEvent.seq).label("last")).group_by(AuditEvent.tenant_id)
    head = select(AuditHead.tenant_id, AuditHead.seq, AuditHead.hash)
    if tenant_id is not None:
        last = last.where(AuditEvent.tenant_id == tenant_id)
        head = head.where(AuditHead.tenant_id == tenant_id)
    events, heads = last.subquery(), head.subquery()
    either = func.coalesce(events.c.tenant_id, heads.c.tenant_id)
    return session.execute(
        select(
            either.label("tenant_id"),
            Tenant.name,
            events.c.last,
            heads.c.seq.label("head_seq"),
            heads.c.hash.label("head_hash"),
        )
        .select_from(events.outerjoin(heads, events.c.tenant_id == heads.c.tenant_id, full=True))
        .outerjoin(Tenant, Tenant.id == either)
        .order_by(either)
    ).all()


def name_of(session: Session, tenant_id: int) -> str | None:
    """The name of a tenant in scope."""
    return session.execute(select(Tenant.name).where(Tenant.id == tenant_id)).scalar_one_or_none()


def chain(session: Session, tenant_id: int, last: int) -> Iterator[Row[Any]]:
    """The events of a tenant to seq ``last``, oldest first, in batches; ``at`` and ``changes`` are text."""
    columns = [each for each in EVENT if each.name not in ("at", "changes")]
    query = select(*columns, _as_text(AuditEvent.at), cast(AuditEvent.changes, Text).label("changes")).where(
        AuditEvent.tenant_id == tenant_id, AuditEvent.seq <= last
    )
    return _in_batches(session, query, AuditEvent.seq, BATCH)


def heads(session: Session) -> Sequence[Row[Any]]:
    """tenant_id, seq and hash of every chain in scope, by tenant."""
    return session.execute(
        select(AuditHead.tenant_id, AuditHead.seq, AuditHead.hash).order_by(AuditHead.tenant_id)
    ).all()


def add_checkpoint(session: Session, checkpoint: Mapping[str, Any]) -> None:
    session.execute(insert(AuditCheckpoint).values(**checkpoint))


def checkpoints(session: Session) -> Iterator[Row[Any]]:
    """id, at, heads, key_id and signature of every checkpoint that is kept here, oldest first."""
    query = select(
        AuditCheckpoint.id,
        _as_text(AuditCheckpoint.at),
        cast(AuditCheckpoint.heads, Text).label("heads"),
        AuditCheckpoint.key_id,
        AuditCheckpoint.signature,
    )
    return _in_batches(session, query, AuditCheckpoint.id, BATCH // 100)


def _in_batches(
    session: Session, query: Select[Any], key: InstrumentedAttribute[int], size: int
) -> Iterator[Row[Any]]:
    """All rows of ``query`` in the order of ``key``, ``size`` a statement: no cursor is left open."""
    rows = session.execute(query.order_by(key).limit(size)).all()
    while rows:
        yield from rows
        after = getattr(rows[-1], key.key)
        rows = session.execute(query.where(key > after).order_by(key).limit(size)).all()


def _as_text(moment: Any) -> Label[str]:
    """A moment in UTC with microseconds; one that is none of ours (infinity, BC) in some other form."""
    iso = func.to_char(func.timezone("UTC", moment), literal('YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    ordinary = moment.between(datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
    return case((ordinary, iso), else_=cast(moment, Text)).label("at")
