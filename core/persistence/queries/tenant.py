"""单位的读写: how one comes to be. Its id is known before it, for the scope that writes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from core.persistence.models import Tenant

IDS = "tenant_id_seq"


def next_id(session: Session) -> int:
    """The id of a tenant that is to be; nobody else gets it."""
    found: int = session.execute(select(func.nextval(IDS))).scalar_one()
    return found


def add(session: Session, **values: Any) -> None:
    """A new tenant; ``values`` are columns of ``Tenant``, its id among them, which the scope writes."""
    session.execute(insert(Tenant).values(**values))


def find(session: Session, *, kind: str, city_code: str | None, uscc: str | None) -> Row[Any] | None:
    """id and created_at of the first tenant of a kind with this city and number, of those in scope."""
    return session.execute(
        select(Tenant.id, Tenant.created_at)
        .where(
            Tenant.kind == kind,
            Tenant.city_code.is_not_distinct_from(city_code),
            Tenant.uscc.is_not_distinct_from(uscc),
        )
        .order_by(Tenant.id)
        .limit(1)
    ).one_or_none()


def with_number(session: Session, uscc: str) -> int | None:
    """The id of the enterprise with a number, of those in scope."""
    found: int | None = session.execute(select(Tenant.id).where(Tenant.uscc == uscc)).scalar_one_or_none()
    return found
