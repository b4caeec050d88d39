"""How many statements a piece of work sends to the database, and how many rows it fetches.

``with counted(db.engine) as work: client.get("/people")`` and then ``work.statements``, ``work.rows``. The
statement that sets a transaction's scope counts; BEGIN, COMMIT and ROLLBACK are the driver's and do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

MOST: Final = 8
"""Statements that a page sends at most."""


@dataclass
class Work:
    """What was sent, in order, and the rows that came back."""

    sent: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def statements(self) -> int:
        return len(self.sent)

    def __str__(self) -> str:
        return f"{self.statements} statements, {self.rows} rows:\n" + "\n".join(self.sent)


class Uncounted(Exception):
    """Work that would make the count of rows wrong."""


@contextmanager
def counted(engine: Engine) -> Iterator[Work]:
    """Counts what every connection of ``engine`` does inside the block."""
    work = Work()

    def before(_: Connection, __: Any, statement: str, *___: Any) -> None:
        work.sent.append(" ".join(statement.split()))

    def after(_: Connection, cursor: Any, *__: Any) -> None:
        if cursor.description is None:
            return  # nothing to fetch
        if cursor.rowcount < 0:
            raise Uncounted("rows of a server-side cursor are not seen here")
        work.rows += cursor.rowcount

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield work
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
