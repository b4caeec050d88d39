"""推荐申报的读写: one nomination, the list of a cycle, what stands beside one in the cycle, bans."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Label,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    false,
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
from core.persistence import scope
from core.persistence.models import (
    Attachment,
    CyclePlace,
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
from core.persistence.queries.guidance import unguided_up_to
from core.persistence.queries.plan_waiting import listed
from core.persistence.queries.statements import exactly, like, plain, written

SUBJECT: Final = "nomination"
"""What the record and the attachments call it."""

PLACED: Final = and_(
    CyclePlace.nomination_tenant_id == NominationRow.tenant_id, CyclePlace.nomination_id == NominationRow.id
)
OF_CYCLE: Final = "of_cycle_"
OF_CYCLE_ID: Final = bindparam("cycle_id", type_=BigInteger())
UNIT: Final = bindparam("tenant_id", type_=BigInteger())
STANDING: Final = frozenset(each.value for each in stages.STANDING)


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


def one(session: Session, *, tenant_id: int, nomination_id: int) -> Row[Any] | None:
    """A nomination with all that is kept of it, in one statement.

    ``unit`` is the short name of who nominates; ``place``, ``admitted_at`` and ``admitted_name`` tell of the
    enterprise that it was admitted as; ``attached`` are its files and ``sent`` the dossiers of its last two
    submissions, the latest first, as JSON. ``cycle_of`` gives its cycle.
    """
    values = {"tenant_id": tenant_id, "nomination_id": nomination_id}
    return session.execute(_one(), values).one_or_none()


@cache
def _one() -> Select[Any]:
    return (
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
        .where(
            NominationRow.tenant_id == bindparam("tenant_id"), NominationRow.id == bindparam("nomination_id")
        )
    )


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
            Attachment.subject_type == written(SUBJECT),
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
    city_code = wanted.city_code or wanted.within
    query = _page(
        words=bool(wanted.words),
        state=wanted.state,
        city=bool(city_code),
        quota_class=bool(wanted.quota_class),
        begun=before is not None,
        limit=limit,
    )
    values = {
        "cycle_id": cycle_id,
        "anywhere": f"%{plain(wanted.words)}%",
        "at_first": f"{plain(wanted.words)}%",
        "city_code": city_code,
        "quota_class": wanted.quota_class,
        "before": before,
    }
    return session.execute(query, values).all()


@cache
def _page(*, words: bool, state: str, city: bool, quota_class: bool, begun: bool, limit: int) -> Select[Any]:
    """A page is picked by what is stored, and joined with its places then."""
    columns = (
        NominationRow.tenant_id,
        NominationRow.id,
        NominationRow.enterprise,
        NominationRow.uscc,
        NominationRow.city_code,
        NominationRow.channel,
        NominationRow.quota_class,
        NominationRow.state,
        NominationRow.reported_at,
    )
    picked = select(*columns).where(NominationRow.cycle_id == OF_CYCLE_ID)
    if words:
        picked = picked.where(
            or_(like(NominationRow.enterprise, "anywhere"), like(NominationRow.uscc, "at_first"))
        )
    if state:
        picked = picked.where(_in([state]))
    if city:
        picked = picked.where(NominationRow.city_code == bindparam("city_code"))
    if quota_class:
        picked = picked.where(NominationRow.quota_class == bindparam("quota_class"))
    if begun:
        picked = picked.where(NominationRow.id < bindparam("before"))
    each = picked.order_by(NominationRow.id.desc()).limit(exactly(limit)).subquery().c
    return (
        select(
            *(each[column.key] for column in columns),
            CyclePlace.tenant_id.label("place"),
            CyclePlace.admitted_at,
        )
        .outerjoin(CyclePlace, _placed(each))
        .order_by(each.id.desc())
    )


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
            NominationRow.state,
        )
        .where(NominationRow.cycle_id == cycle_id, _in(STANDING), or_(*beside))
        .order_by(NominationRow.id)
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
    return session.execute(BANS, {"subjects": list(subjects)}).all()


BANS: Final = (
    select(Sanction.subject, Sanction.decided_on, Sanction.document)
    .where(Sanction.subject.in_(bindparam("subjects", expanding=True)))
    .order_by(Sanction.id)
)


def under_way(
    session: Session,
    *,
    states: Collection[str],
    tenant_id: int | None = None,
    limit: int,
    guides: bool = False,
    reviews: str = "",
) -> Sequence[Row[Any]]:
    """The latest cycle with its nominations in scope that are in ``states``, of one unit or of all.

    code, last, plan_report and quotas of the cycle; of each nomination tenant_id, id, enterprise, channel,
    state, reported_at. ``last`` is its last day, also where that was reopened for it. A cycle without such a
    nomination is one row with an ``id`` of None. ``stands`` says whether the unit has a nomination that holds
    its place. For who ``guides``, ``unguided`` counts the enterprises of the cycle in scope that were given
    nothing, up to one more than ``limit``; for the role that ``reviews``, ``plans`` are the versions of plans
    that wait for it.
    """
    query = _under_way(
        named=scope.current().reads != "*",
        states=tuple(states),
        own=tenant_id is not None,
        guides=guides,
        reviews=reviews,
        limit=limit,
    )
    return session.execute(query, {"tenant_id": tenant_id}).all()


@cache
def _under_way(
    *, named: bool, states: tuple[str, ...], own: bool, guides: bool, reviews: str, limit: int
) -> Select[Any]:
    """What is asked but once, beside the cycle and not for each nomination."""
    latest = _latest()
    unit = NominationRow.tenant_id == UNIT
    columns = (
        NominationRow.tenant_id,
        NominationRow.id,
        NominationRow.cycle_id,
        NominationRow.uscc,
        NominationRow.enterprise,
        NominationRow.channel,
        NominationRow.reported_at,
    )
    picked = select(*columns, NominationRow.state).where(NominationRow.cycle_id == latest, _in(states))
    if own:
        picked = picked.where(unit)
    found = picked.order_by(NominationRow.id).limit(exactly(limit)).subquery()
    stands = select(NominationRow.id).where(unit, NominationRow.cycle_id == latest, _in(STANDING))
    reopened = select(func.max(ReopeningRow.until)).where(
        ReopeningRow.cycle_id == PilotCycleRow.id,
        ReopeningRow.deadline == written("nomination"),
        ReopeningRow.uscc == found.c.uscc,
    )
    return (
        select(
            PilotCycleRow.code,
            func.greatest(PilotCycleRow.nomination, reopened.scalar_subquery()).label("last"),
            PilotCycleRow.plan_report,
            PilotCycleRow.quotas,
            PilotCycleRow.nomination,
            (stands.correlate(None).exists() if own else false()).label("stands"),
            (unguided_up_to(limit + 1, _latest(), named=named) if guides else literal(0)).label("unguided"),
            listed(reviews, limit, named=named) if reviews else func.jsonb_build_array().label("plans"),
            *(found.c[name] for name in ("tenant_id", "id", "enterprise", "channel", "state", "reported_at")),
        )
        .outerjoin(found, found.c.cycle_id == PilotCycleRow.id)
        .where(PilotCycleRow.id == latest)
        .order_by(found.c.id)
    )


def _in(states: Collection[str]) -> ColumnElement[bool]:
    """Whether a nomination is in one of ``states``, written out: the planner knows how many are."""
    return NominationRow.state.in_([written(stages.NominationState(each).value) for each in sorted(states)])


def _placed(nomination: Any) -> ColumnElement[bool]:
    """Whether a ``CyclePlace`` is that of a row with the key of a nomination."""
    return and_(
        CyclePlace.nomination_tenant_id == nomination.tenant_id, CyclePlace.nomination_id == nomination.id
    )


def _latest() -> ScalarSelect[int]:
    cycle = aliased(PilotCycleRow)
    return select(func.max(cycle.id)).scalar_subquery()
