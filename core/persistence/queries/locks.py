"""One at a time: locks of PostgreSQL that end with the transaction, for what no row can be locked of."""

from __future__ import annotations

from typing import Final

from sqlalchemy import String, bindparam, func, select
from sqlalchemy.orm import Session

HOLD: Final = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("words", type_=String()), 0)))


def hold(session: Session, *what: object) -> None:
    """Wait until no other transaction holds the same words, and hold them until this one ends.

    Whoever holds several takes them in one order: cycle, city, nomination, enterprise, plan, requirements of
    a city. The last is held by who publishes or withdraws them, and by the first save of a plan of that city.
    """
    words = "/".join(map(str, what))
    session.execute(HOLD, {"words": words})
