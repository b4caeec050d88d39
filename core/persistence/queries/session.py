"""登录的读写: the session behind a request, the open ones of a person, the history of signing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

from sqlalchemy import Row, and_, bindparam, case, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from core.domain.roles import Hat, Reach, Role
from core.persistence.models import Person, RoleGrant, SignIn, Tenant, UserSession
from core.persistence.queries.cycle import CALENDAR_STAMP
from core.persistence.queries.grant import HAT, NOW, QUIET, as_hat, standing
from core.persistence.queries.statements import written


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A session that has not been ended, its person and their standing grants, at the moment ``now``.

    ``hat_grant_id`` may name a grant that no longer stands. ``city`` are the tenants that it reads, if it is
    one that reads its city.
    """

    id: int
    person_id: int
    name: str
    login_name: str
    disabled_at: datetime | None
    hat_grant_id: int | None
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    second_factor_at: datetime | None
    stepped_up_at: datetime | None
    hats: tuple[Hat, ...]
    city: frozenset[int]
    calendar: str | None
    now: datetime


_neighbour = aliased(Tenant)
_city = select(func.array_agg(_neighbour.id)).where(_neighbour.city_code == Tenant.city_code)
_worn = and_(
    RoleGrant.id == UserSession.hat_grant_id,
    RoleGrant.role.in_([written(each.value) for each in Role if each.reach is Reach.CITY]),
)
FOUND: Final = (
    select(
        UserSession.id.label("session_id"),
        UserSession.person_id,
        UserSession.hat_grant_id,
        UserSession.created_at,
        UserSession.seen_at,
        UserSession.expires_at,
        UserSession.second_factor_at,
        UserSession.stepped_up_at,
        Person.name.label("person_name"),
        Person.login_name,
        Person.disabled_at,
        NOW.label("now"),
        case((_worn, _city.correlate(Tenant).scalar_subquery())).label("city"),
        CALENDAR_STAMP.label("calendar"),
        *HAT,
    )
    .join(Person, Person.id == UserSession.person_id)
    .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, standing()))
    .outerjoin(Tenant, Tenant.id == RoleGrant.tenant_id)
    .where(UserSession.token_hash == bindparam("token_hash"), UserSession.ended_at.is_(None))
    .order_by(RoleGrant.tenant_id, RoleGrant.id)
)
"""Made once: every request sends it. A row for each hat."""


def found(session: Session, *, token_hash: bytes) -> Found | None:
    """One statement; under a scope that reads everything, since it answers what the scope will be."""
    rows = session.execute(FOUND, {"token_hash": token_hash}).all()
    return _found(rows) if rows else None


def _found(rows: Sequence[Row[Any]]) -> Found:
    first = rows[0]
    return Found(
        id=first.session_id,
        person_id=first.person_id,
        name=first.person_name,
        login_name=first.login_name,
        disabled_at=first.disabled_at,
        hat_grant_id=first.hat_grant_id,
        created_at=first.created_at,
        seen_at=first.seen_at,
        expires_at=first.expires_at,
        second_factor_at=first.second_factor_at,
        stepped_up_at=first.stepped_up_at,
        hats=tuple(as_hat(row) for row in rows if row.grant_id is not None),
        city=frozenset(chain.from_iterable(row.city or () for row in rows)),
        calendar=first.calendar,
        now=first.now,
    )


def start(session: Session, **values: Any) -> int:
    """A new session; returns its id. ``values`` are columns of ``UserSession``."""
    made: int = session.execute(insert(UserSession).values(**values).returning(UserSession.id)).scalar_one()
    return made


def change(session: Session, session_id: int, **values: Any) -> None:
    session.execute(
        update(UserSession).where(UserSession.id == session_id).values(**values), execution_options=QUIET
    )


def end(
    session: Session,
    *,
    person_id: int,
    reason: str,
    only: int | None = None,
    but: int | None = None,
) -> int:
    """End the open sessions of a person: one, or all but one; returns how many there were."""
    wanted = [UserSession.person_id == person_id, UserSession.ended_at.is_(None)]
    if only is not None:
        wanted.append(UserSession.id == only)
    if but is not None:
        wanted.append(UserSession.id != but)
    ended = session.execute(
        update(UserSession)
        .where(*wanted)
        .values(ended_at=func.app_now(), end_reason=reason)
        .returning(UserSession.id),
        execution_options=QUIET,
    )
    return len(ended.all())


def open_of(session: Session, *, person_id: int, seen_after: datetime, now: datetime) -> Sequence[Row[Any]]:
    """The sessions a person can be found in: id, address, agent, created_at, seen_at; the last seen first."""
    return session.execute(
        select(
            UserSession.id,
            UserSession.address,
            UserSession.agent,
            UserSession.created_at,
            UserSession.seen_at,
        )
        .where(
            UserSession.person_id == person_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.seen_at > seen_after,
        )
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    ).all()


def last_hat(session: Session, *, person_id: int) -> int | None:
    """The grant a person wore last, standing or not."""
    return session.execute(
        select(UserSession.hat_grant_id)
        .where(UserSession.person_id == person_id, UserSession.hat_grant_id.is_not(None))
        .order_by(UserSession.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def record_sign_in(
    session: Session, *, person_id: int | None, address: str, agent: str, outcome: str
) -> None:
    session.execute(insert(SignIn).values(person_id=person_id, address=address, agent=agent, outcome=outcome))


def sign_ins(
    session: Session, *, person_id: int, before: int | None = None, limit: int = 50
) -> Sequence[Row[Any]]:
    """Tries on a person's account: id, at, address, agent, outcome; newest first, below id ``before``."""
    query = select(SignIn.id, SignIn.at, SignIn.address, SignIn.agent, SignIn.outcome)
    query = query.where(SignIn.person_id == person_id).order_by(SignIn.id.desc()).limit(limit)
    return session.execute(query if before is None else query.where(SignIn.id < before)).all()
