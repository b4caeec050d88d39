"""推荐申报的读写: one nomination, the list of a cycle, what stands beside one in the cycle, bans."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Label,
    Row,
    ScalarSelect,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from core.domain import stages
from core.persistence.models import (
    Attachment,
    CyclePlace,
    GuidanceEntry,
    NominationRow,
    NominationSent,
    Person,
    PilotCycleRow,
    ReopeningRow,
    Sanction,
    Tenant,
)
from core.persistence.queries.cycle import with_parts
from core.persistence.queries.grant import QUIET

SUBJECT: Final = "nomination"
"""What the record and the attachments call it."""

PLACED: Final = and_(
    CyclePlace.nomination_tenant_id == NominationRow.tenant_id, CyclePlace.nomination_id == NominationRow.id
)
ADMITTED, REPORTED = stages.NominationState.ADMITTED.value, stages.NominationState.REPORTED.value
STATE: Final = case((CyclePlace.tenant_id.is_not(None), ADMITTED), else_=NominationRow.state)
"""Where a nomination stands, with its ``CyclePlace`` joined."""
OF_CYCLE: Final = "of_cycle_"
STANDING: Final = tuple(each.value for each in stages.STANDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationsWanted:
    """Which nominations of a cycle: words in name or number, in a state, of one city, of one class.

    ``within`` is the city of a reader who sees no other: without it the rows of all would be looked through.
    """

    words: str = ""
    state: str = ""
    city_code: str = ""
    quota_class: str = ""
    within: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.words:
            name = NominationRow.enterprise.contains(self.words, autoescape=True)
            found.append(or_(name, NominationRow.uscc.startswith(self.words, autoescape=True)))
        if self.state:
            found.append(STATE.in_([self.state]))
        if self.city_code or self.within:
            found.append(NominationRow.city_code == (self.city_code or self.within))
        if self.quota_class:
            found.append(NominationRow.quota_class == self.quota_class)
        return found


def one(session: Session, *, tenant_id: int, nomination_id: int) -> Row[Any] | None:
    """A nomination with all that is kept of it, in one statement.

    ``unit`` is the short name of who nominates; ``place``, ``admitted_at`` and ``admitted_name`` tell of the
    enterprise that it was admitted as; ``attached`` are its files and ``sent`` the dossiers of its last two
    submissions, the latest first, as JSON. ``cycle_of`` gives its cycle.
    """
    return session.execute(
        select(
            *NominationRow.__table__.columns,
            Tenant.short_name.label("unit"),
            CyclePlace.tenant_id.label("place"),
            CyclePlace.admitted_at,
            Person.name.label("admitted_name"),
            _attached(),
            _sent(),
            *(each.label(f"{OF_CYCLE}{each.key}") for each in with_parts().selected_columns),
        )
        .join(PilotCycleRow, PilotCycleRow.id == NominationRow.cycle_id)
        .join(Tenant, Tenant.id == NominationRow.tenant_id)
        .outerjoin(CyclePlace, PLACED)
        .outerjoin(Person, Person.id == CyclePlace.admitted_by)
        .where(NominationRow.tenant_id == tenant_id, NominationRow.id == nomination_id)
    ).one_or_none()


def cycle_of(row: Row[Any]) -> Any:
    """The cycle of a nomination, as a row of cycles has it."""
    columns = row._asdict().items()
    return SimpleNamespace(
        **{name.removeprefix(OF_CYCLE): value for name, value in columns if name.startswith(OF_CYCLE)}
    )


def _attached() -> Label[Any]:
    """The files at a nomination that were not removed, in the order they came."""
    uploader = aliased(Person)
    file = func.jsonb_build_object(
        *("id", Attachment.id, "purpose", Attachment.purpose, "name", Attachment.name),
        *("digest", func.encode(Attachment.digest, "hex"), "media_type", Attachment.media_type),
        *("size", Attachment.size, "uploaded_at", Attachment.uploaded_at, "uploader", uploader.name),
    )
    listed = (
        select(func.jsonb_agg(aggregate_order_by(file, Attachment.id)))
        .join(uploader, uploader.id == Attachment.uploaded_by)
        .where(
            Attachment.tenant_id == NominationRow.tenant_id,
            Attachment.subject_type == SUBJECT,
            Attachment.subject_id == NominationRow.id,
            Attachment.removed_at.is_(None),
        )
        .correlate(NominationRow)
    )
    return func.coalesce(listed.scalar_subquery(), func.jsonb_build_array()).label("attached")


def _sent() -> Label[Any]:
    """What the last two submissions of a nomination said, the latest first."""
    last = (
        select(NominationSent.id, NominationSent.dossier)
        .where(
            NominationSent.tenant_id == NominationRow.tenant_id,
            NominationSent.nomination_id == NominationRow.id,
        )
        .order_by(NominationSent.id.desc())
        .limit(2)
        .correlate(NominationRow)
        .subquery()
    )
    listed = select(func.jsonb_agg(aggregate_order_by(last.c.dossier, last.c.id.desc())))
    return func.coalesce(listed.scalar_subquery(), func.jsonb_build_array()).label("sent")


def page(
    session: Session, cycle_id: int, wanted: NominationsWanted, *, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Nominations of a cycle in scope, the latest first, by id from below ``before``."""
    conditions = [NominationRow.cycle_id == cycle_id, *wanted.conditions()]
    if before is not None:
        conditions.append(NominationRow.id < before)
    return session.execute(
        select(
            NominationRow.tenant_id,
            NominationRow.id,
            NominationRow.enterprise,
            NominationRow.uscc,
            NominationRow.city_code,
            NominationRow.channel,
            NominationRow.quota_class,
            STATE.label("state"),
            NominationRow.reported_at,
            CyclePlace.tenant_id.label("place"),
            CyclePlace.admitted_at,
        )
        .outerjoin(CyclePlace, PLACED)
        .where(*conditions)
        .order_by(NominationRow.id.desc())
        .limit(limit)
    ).all()


def slots(session: Session, cycle_id: int, *, city_code: str, uscc: str) -> Sequence[Row[Any]]:
    """The standing nominations of a cycle, in scope, that are of one city or of one enterprise."""
    beside = [NominationRow.city_code == city_code]
    if uscc:
        beside.append(NominationRow.uscc == uscc)
    return session.execute(
        select(
            NominationRow.tenant_id,
            NominationRow.id,
            NominationRow.enterprise,
            NominationRow.uscc,
            NominationRow.city_code,
            NominationRow.channel,
            NominationRow.quota_class,
            NominationRow.class_proved,
            STATE.label("state"),
        )
        .outerjoin(CyclePlace, PLACED)
        .where(NominationRow.cycle_id == cycle_id, STATE.in_(STANDING), or_(*beside))
        .order_by(NominationRow.id)
    ).all()


def counts(session: Session, cycle_id: int, *, city_code: str = "") -> Sequence[Row[Any]]:
    """city_code, channel, quota_class, class_proved, state, number: the nominations of a cycle in scope.

    All of them, or those of one city.
    """
    conditions: list[ColumnElement[bool]] = [NominationRow.cycle_id == cycle_id]
    if city_code:
        conditions.append(NominationRow.city_code == city_code)
    parts = (
        NominationRow.city_code,
        NominationRow.channel,
        NominationRow.quota_class,
        NominationRow.class_proved,
        STATE.label("state"),
    )
    return session.execute(
        select(*parts, func.count().label("number"))
        .outerjoin(CyclePlace, PLACED)
        .where(*conditions)
        .group_by(*parts)
    ).all()


def add(session: Session, **values: Any) -> int:
    """A new nomination of the tenant that the scope writes; returns its id."""
    found: int = session.execute(
        insert(NominationRow).values(**values).returning(NominationRow.id)
    ).scalar_one()
    return found


def change(session: Session, *, tenant_id: int, nomination_id: int, version: int, **values: Any) -> bool:
    """Change a nomination that still has ``version``, which goes up by one; False when it has not."""
    done = session.execute(
        update(NominationRow)
        .where(
            NominationRow.tenant_id == tenant_id,
            NominationRow.id == nomination_id,
            NominationRow.version == version,
        )
        .values(version=version + 1, **values)
        .returning(NominationRow.id),
        execution_options=QUIET,
    ).one_or_none()
    return done is not None


def add_sent(session: Session, **values: Any) -> None:
    session.execute(insert(NominationSent).values(**values))


def bans(session: Session, subjects: Collection[str]) -> Sequence[Row[Any]]:
    """subject, decided_on, document of the entries of some subjects in the register."""
    return session.execute(
        select(Sanction.subject, Sanction.decided_on, Sanction.document)
        .where(Sanction.subject.in_(subjects))
        .order_by(Sanction.id)
    ).all()


def under_way(
    session: Session,
    *,
    states: Collection[str],
    tenant_id: int | None = None,
    limit: int,
    guides: bool = False,
) -> Sequence[Row[Any]]:
    """The latest cycle with its nominations in scope that are in ``states``, of one unit or of all.

    code, last, plan_report and quotas of the cycle; of each nomination tenant_id, id, enterprise, channel,
    state, reported_at. ``last`` is its last day, also where that was reopened for it. A cycle without such a
    nomination is one row with an ``id`` of None. For who ``guides``, ``unguided`` counts the enterprises of
    the cycle in scope that were given nothing.
    """
    conditions = [*_in(states), NominationRow.cycle_id == _latest()]
    if tenant_id is not None:
        conditions.append(NominationRow.tenant_id == tenant_id)
    picked = (
        select(
            NominationRow.tenant_id,
            NominationRow.id,
            NominationRow.cycle_id,
            NominationRow.uscc,
            NominationRow.enterprise,
            NominationRow.channel,
            NominationRow.reported_at,
            NominationRow.state,
        )
        .where(*conditions)
        .order_by(NominationRow.id)
        .limit(limit)
        .subquery()
    )
    there = and_(
        CyclePlace.nomination_tenant_id == picked.c.tenant_id, CyclePlace.nomination_id == picked.c.id
    )
    state = case((CyclePlace.tenant_id.is_not(None), ADMITTED), else_=picked.c.state)
    names = ("tenant_id", "id", "cycle_id", "uscc", "enterprise", "channel", "reported_at")
    found = (
        select(*(picked.c[name] for name in names), state.label("state"))
        .outerjoin(CyclePlace, there)
        .subquery()
    )
    reopened = select(func.max(ReopeningRow.until)).where(
        ReopeningRow.cycle_id == PilotCycleRow.id,
        ReopeningRow.deadline == "nomination",
        ReopeningRow.uscc == found.c.uscc,
    )
    return session.execute(
        select(
            PilotCycleRow.code,
            func.greatest(PilotCycleRow.nomination, reopened.scalar_subquery()).label("last"),
            PilotCycleRow.plan_report,
            PilotCycleRow.quotas,
            PilotCycleRow.nomination,
            (_unguided() if guides else literal(0)).label("unguided"),
            *(found.c[name] for name in ("tenant_id", "id", "enterprise", "channel", "state", "reported_at")),
        )
        .outerjoin(found, found.c.cycle_id == PilotCycleRow.id)
        .where(PilotCycleRow.id == _latest())
        .order_by(found.c.id)
    ).all()


def _in(states: Collection[str]) -> list[ColumnElement[bool]]:
    """Nominations in ``states``, before they are joined with their places: an admitted one was reported."""
    kept = {REPORTED if each == ADMITTED else each for each in states}
    found: list[ColumnElement[bool]] = [NominationRow.state.in_(sorted(kept))]
    if (ADMITTED in states) != (REPORTED in states):
        placed = select(CyclePlace.tenant_id).where(PLACED).correlate(NominationRow).exists()
        found.append(or_(NominationRow.state != REPORTED, placed if ADMITTED in states else ~placed))
    return found


def _latest() -> ScalarSelect[int]:
    cycle = aliased(PilotCycleRow)
    return select(func.max(cycle.id)).scalar_subquery()


def _unguided() -> ScalarSelect[int]:
    """Counted once for a statement, not for each of its rows: it asks nothing of them."""
    entry = select(GuidanceEntry.id).where(
        GuidanceEntry.tenant_id == CyclePlace.tenant_id, GuidanceEntry.cycle_id == CyclePlace.cycle_id
    )
    return (
        select(func.count())
        .select_from(CyclePlace)
        .where(CyclePlace.cycle_id == _latest(), ~entry.correlate(CyclePlace).exists())
        .correlate(None)
        .scalar_subquery()
    )
