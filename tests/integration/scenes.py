"""What takes many acts to arrange, arranged once in a worker and then laid down again row by row.

A scene is every row of the database, the next number of every sequence, the moment the clock showed and the
objects that tests hold. Whoever asks for it the first time waits for the acts, as the application does them.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import psycopg
from psycopg import sql

from tests.integration.emptying import EMPTY

Made = TypeVar("Made")

TABLES: Final = """
select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' order by 1
"""
SEQUENCES: Final = """
select sequencename, last_value from pg_sequences where schemaname = 'public' and last_value is not null
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """What was arranged through ``connection``."""

    connection: psycopg.Connection
    made: Any
    rows: dict[str, bytes]
    sequences: dict[str, int]
    shows: datetime

    def lay(self, connection: psycopg.Connection) -> Any:
        """Put everything back in place of what is there; returns the objects, which act by ``connection``."""
        connection.execute(EMPTY)
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("set local session_replication_role = replica")  # rows come in any order
            for table, rows in self.rows.items():
                statement = sql.SQL("copy {} from stdin").format(sql.Identifier(table))
                with cursor.copy(statement) as copy:
                    copy.write(rows)
            for name, last in self.sequences.items():
                cursor.execute("select setval(format('%%I', %s::text)::regclass, %s)", [name, last])
            cursor.execute("update clock_offset set shift = %s - clock_timestamp()", [self.shows])
        return _by(connection, self.connection, self.made)


class Scenes:
    """The scenes of a worker, by name."""

    def __init__(self) -> None:
        self._kept: dict[str, Scene] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Scenes:
        return self  # what is in a scene may ask for others

    def laid(self, name: str, connection: psycopg.Connection, arrange: Callable[[], Made]) -> Made:
        """What ``arrange`` makes; it is called once, and what it finds must be the same each time."""
        if name not in self._kept:
            made = arrange()
            self._kept[name] = _seen(connection, made)
            return made
        laid: Made = self._kept[name].lay(connection)
        return laid


def _seen(connection: psycopg.Connection, made: Any) -> Scene:
    with connection.cursor() as cursor:
        rows = {}
        for (table,) in cursor.execute(TABLES).fetchall():
            with cursor.copy(sql.SQL("copy {} to stdout").format(sql.Identifier(table))) as copy:
                rows[table] = b"".join(bytes(each) for each in copy)
        sequences: dict[str, int] = dict(cursor.execute(SEQUENCES).fetchall())
        (shows,) = cursor.execute("select app_now()").fetchone() or (None,)
    return Scene(
        connection=connection,
        made=_by(connection, connection, made),
        rows={table: each for table, each in rows.items() if each},
        sequences=sequences,
        shows=shows,
    )


def _by(connection: psycopg.Connection, former: psycopg.Connection, made: Any) -> Any:
    """A copy of ``made`` with ``connection`` in place of the one that it was made with."""
    return deepcopy(made, {id(former): connection})
