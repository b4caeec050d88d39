"""违规处理的读写: the register of bans, by the latest decision; nobody's name is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, insert, literal, select, tuple_
from sqlalchemy.orm import Session

from core.persistence.models import Sanction

COLUMNS = (Sanction.id, Sanction.kind, Sanction.subject, Sanction.decided_on, Sanction.document)


class Place(NamedTuple):
    """Where a page of the register begins: below the entry with this day and id."""

    decided_on: date
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionsWanted:
    """Which entries: words in the document, of a kind, decided on ``since`` or later or before that day."""

    words: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.words:
            found.append(Sanction.document.contains(self.words, autoescape=True))
        if self.kind:
            found.append(Sanction.kind == self.kind)
        if self.since:
            found.append(Sanction.decided_on >= self.since)
        if self.until:
            found.append(Sanction.decided_on < self.until)
        return found


def page(
    session: Session, wanted: SanctionsWanted, *, before: Place | None, limit: int
) -> Sequence[Row[Any]]:
    """id, kind, subject, decided_on, document of entries, the latest decision first."""
    conditions = wanted.conditions()
    if before is not None:
        place = tuple_(literal(before.decided_on), literal(before.id))
        conditions.append(tuple_(Sanction.decided_on, Sanction.id) < place)
    return session.execute(
        select(*COLUMNS)
        .where(*conditions)
        .order_by(Sanction.decided_on.desc(), Sanction.id.desc())
        .limit(limit)
    ).all()


def add(session: Session, **values: Any) -> int:
    """A new entry; returns its id."""
    found: int = session.execute(insert(Sanction).values(**values).returning(Sanction.id)).scalar_one()
    return found
