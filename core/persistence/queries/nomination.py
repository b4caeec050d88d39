"""推荐申报的读写: one nomination, the list of a cycle, what stands beside one in the cycle, bans."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from core.persistence.models import CyclePlace, NominationRow, NominationSent, Sanction
from core.persistence.queries.grant import QUIET

PLACED: Final = and_(
    CyclePlace.nomination_tenant_id == NominationRow.tenant_id, CyclePlace.nomination_id == NominationRow.id
)
STATE: Final = case((CyclePlace.tenant_id.is_not(None), "admitted"), else_=NominationRow.state)
"""Where a nomination stands, with its ``CyclePlace`` joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationsWanted:
    """Which nominations of a cycle: words in name or number, in a state, of one city, of one class."""

    words: str = ""
    state: str = ""
    city_code: str = ""
    quota_class: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.words:
            name = NominationRow.enterprise.contains(self.words, autoescape=True)
            found.append(or_(name, NominationRow.uscc.startswith(self.words, autoescape=True)))
        if self.state:
            found.append(STATE.in_([self.state]))
        if self.city_code:
            found.append(NominationRow.city_code == self.city_code)
        if self.quota_class:
            found.append(NominationRow.quota_class == self.quota_class)
        return found


def one(session: Session, *, tenant_id: int, nomination_id: int) -> Row[Any] | None:
    """A nomination with ``place``, the enterprise it was admitted as, and ``admitted_at``."""
    return session.execute(
        select(
            *NominationRow.__table__.columns,
            CyclePlace.tenant_id.label("place"),
            CyclePlace.admitted_at,
        )
        .outerjoin(CyclePlace, PLACED)
        .where(NominationRow.tenant_id == tenant_id, NominationRow.id == nomination_id)
    ).one_or_none()


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
    """The nominations of a cycle, in scope, that are of one city or of one enterprise."""
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
        .where(NominationRow.cycle_id == cycle_id, or_(*beside))
        .order_by(NominationRow.id)
    ).all()


def counts(session: Session, cycle_id: int) -> Sequence[Row[Any]]:
    """city_code, channel, quota_class, class_proved, state, count: the nominations of a cycle in scope."""
    parts = (
        NominationRow.city_code,
        NominationRow.channel,
        NominationRow.quota_class,
        NominationRow.class_proved,
        STATE.label("state"),
    )
    return session.execute(
        select(*parts, func.count().label("count"))
        .outerjoin(CyclePlace, PLACED)
        .where(NominationRow.cycle_id == cycle_id)
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


def sent(session: Session, *, tenant_id: int, nomination_id: int, limit: int = 2) -> Sequence[Row[Any]]:
    """What the last submissions said: dossier, sent_at; the latest first."""
    return session.execute(
        select(NominationSent.dossier, NominationSent.sent_at)
        .where(NominationSent.tenant_id == tenant_id, NominationSent.nomination_id == nomination_id)
        .order_by(NominationSent.id.desc())
        .limit(limit)
    ).all()


def bans(session: Session, subjects: Collection[str]) -> Sequence[Row[Any]]:
    """subject, decided_on, document of the entries of some subjects in the register."""
    return session.execute(
        select(Sanction.subject, Sanction.decided_on, Sanction.document)
        .where(Sanction.subject.in_(subjects))
        .order_by(Sanction.id)
    ).all()
