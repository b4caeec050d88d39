"""Processes that act on one database, and are killed: what `dev.py faults` runs its subjects with.

A process is a fork of this one, so that a trial costs milliseconds. It acts as the application does, in acts
of its own, and acknowledges each through a pipe once its commit returned. It dies by SIGKILL: at a named
point of its own act, seen from SQLAlchemy's events, or at a random instant from outside. The product has no
hook for this.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import psycopg
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from core.persistence import migrate
from core.persistence.db import db
from core.persistence.server import Databases, EmbeddedServer, start
from core.persistence.session import init_app

IN_USE: Final = 0x53_48
"""The advisory lock that every connection of a process shares: who has it alone knows that all are gone."""
LONGEST: Final = 60.0
"""Seconds after which a process that should have ended counts as stuck."""

_applications: Final[dict[str, Flask]] = {}
"""By the address of their database."""

Acknowledge = Callable[[str], None]
Work = Callable[[Acknowledge], None]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in an act: after a statement that begins so, before the commit, or after it."""

    name: str
    after: str = ""

    def arm(self, act: int) -> None:
        """Kill this process at the point of its act number ``act``, counted from 1."""
        seen = 0

        def strike() -> None:
            nonlocal seen
            seen += 1
            if seen == act:
                os.kill(os.getpid(), signal.SIGKILL)

        def after_statement(_: Connection, __: Any, statement: str, *___: Any) -> None:
            if " ".join(statement.split()).lower().startswith(self.after):
                strike()

        if self.after:
            event.listen(db.engine, "after_cursor_execute", after_statement)
        elif self == BEFORE_COMMIT:
            event.listen(db.engine, "commit", lambda _: strike())
        else:
            event.listen(Session, "after_commit", lambda _: strike())


BEFORE_COMMIT: Final = Point("before the commit")
AFTER_COMMIT: Final = Point("after the commit, before it was acknowledged")
RANDOM: Final = Point("at a random instant")


@dataclass(frozen=True, slots=True)
class World:
    """A migrated database of its own on a server of its own."""

    server: EmbeddedServer
    databases: Databases
    name: str

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection]:
        with self.server.connect(self.name) as connection:
            yield connection

    @contextmanager
    def application(self) -> Iterator[Flask]:
        """An application over the database, with connections of this process.

        A fork goes on with its parent's, so that it need not work out again how each statement is written.
        """
        app = _applications.get(self.databases.user_url) or self._application()
        with app.app_context():
            db.engine.dispose(close=False)
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()

    def _application(self) -> Flask:
        app = _applications[self.databases.user_url] = Flask("faults")
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 1, "max_overflow": 0}
        init_app(app, self.databases.user_url)
        with app.app_context():
            event.listen(db.engine, "connect", _mark)
        return app

    def settle(self) -> None:
        """Return when no process of a trial is connected any more: what it sent is done or undone."""
        with self.superuser() as connection:
            connection.execute("select pg_advisory_lock(%s)", [IN_USE])


def _mark(connection: psycopg.Connection, _: object) -> None:
    connection.execute("select pg_advisory_lock_shared(%s)", [IN_USE])
    connection.commit()


def world(var: Path, name: str, *, haste: bool) -> World:
    """A database called ``name``, anew, on the server of the instance in ``var``.

    In ``haste`` it does not wait until the disk has what the system was given: a power cut would lose that, a
    killed process does not.
    """
    server = start(var)
    with server.connect() as connection:
        connection.execute(f"alter system set fsync = {'off' if haste else 'on'}".encode())
        connection.execute("select pg_reload_conf()")
        connection.execute(f"drop database if exists {name} with (force)".encode())
    databases = server.databases(name)
    migrate.upgrade(databases.owner_url)
    return World(server, databases, name)


@dataclass(slots=True)
class Process:
    """A fork that acts. ``ended`` gives what it acknowledged, and how it ended."""

    pid: int
    pipe: int

    @classmethod
    def fork(cls, work: Work) -> Process:
        """Run ``work`` in a process of its own; it is handed the function that acknowledges."""
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reading)
            _run(work, lambda word: _acknowledge(writing, word))
        os.close(writing)
        return cls(pid, reading)

    def begun(self) -> None:
        """Return once it has acknowledged something, or ended."""
        select.select([self.pipe], [], [], LONGEST)

    def ended(self) -> tuple[list[str], int | None]:
        """The words it acknowledged and its exit code: negative for a signal, None if it had to be ended."""
        deadline = time.monotonic() + LONGEST
        content = b""
        while select.select([self.pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            part = os.read(self.pipe, 65536)
            if not part:
                break
            content += part
        else:
            os.kill(self.pid, signal.SIGKILL)
        stuck = time.monotonic() >= deadline
        os.close(self.pipe)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return content.decode().split("\n")[:-1], None if stuck else code


def _acknowledge(pipe: int, word: str) -> None:
    os.write(pipe, f"{word}\n".encode())  # at once whole: far shorter than PIPE_BUF


def _run(work: Work, acknowledge: Acknowledge) -> NoReturn:
    """Work, then end without what the parent would do at its end."""
    code = 1
    try:
        work(acknowledge)
        code = 0
    except BaseException as error:  # noqa: BLE001 - the parent is told, whatever it was
        acknowledge(f"! {type(error).__name__}: {' '.join(str(error).split())[:200]}")
    finally:
        os._exit(code)


def outcomes(processes: Sequence[Process]) -> tuple[list[str], list[str], list[int | None]]:
    """What processes acknowledged, the errors among it, and their exit codes."""
    words: list[str] = []
    codes = []
    for each in processes:
        said, code = each.ended()
        words += said
        codes.append(code)
    return [each for each in words if each[0] != "!"], [each for each in words if each[0] == "!"], codes
