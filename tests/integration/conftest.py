"""One embedded server for the whole run, a migrated database for each worker, emptied after each test.

- ``database``: where to connect (owner and user); ``superuser``: a connection past every policy, to arrange
  and to tamper. Both leave an empty database behind.
- ``session``: the session that services get, in an application context, as ``app_user``. It has no scope of
  its own: ``with act(Scope(writes=…)) as session:``.
- ``tenants``: two enterprises in two cities with the bodies above them (``tests.factories``).
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fasteners import InterProcessLock
from flask import Flask
from sqlalchemy.orm import Session

from core.persistence.db import db
from core.persistence.migrate import NO_TEMPORARY_TABLES, upgrade
from core.persistence.server import Databases, EmbeddedServer, start
from core.persistence.session import init_app
from tests import factories
from tests.integration.emptying import EMPTY
from tests.integration.scenes import Scenes

TEMPLATE = "template_of_tests"
HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""For a server whose data nobody wants after the run."""


@pytest.fixture(scope="session")
def shared_server(testrun_uid: str) -> EmbeddedServer:
    """The server of this run, which the last worker to end stops."""
    atexit.register(_tidy, var_of(testrun_uid))  # before the server's own, so that it runs after that
    return start(var_of(testrun_uid))


@pytest.fixture(scope="session")
def worker_database(shared_server: EmbeddedServer, worker_id: str, testrun_uid: str) -> str:
    """The name of this worker's database."""
    return migrated(shared_server, testrun_uid, f"tests_{worker_id}")


def migrated(server: EmbeddedServer, testrun_uid: str, name: str) -> str:
    """A new database called ``name``, a copy of one that the first to need it migrates."""
    with InterProcessLock(var_of(testrun_uid) / "template.lock"), server.connect() as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone()
        if not there:
            for setting in HASTE:
                connection.execute(f"alter system set {setting}".encode())
            connection.execute("select pg_reload_conf()")
            upgrade(server.databases(TEMPLATE).owner_url)
        connection.execute(f"create database {name} template {TEMPLATE} owner app_owner".encode())
    with server.connect(name) as connection:
        connection.execute(NO_TEMPORARY_TABLES.encode())
    return name


@pytest.fixture
def database(shared_server: EmbeddedServer, worker_database: str) -> Iterator[Databases]:
    """Where the application connects. Empty before the test and after it."""
    yield shared_server.databases(worker_database)
    with shared_server.connect(worker_database) as connection:
        connection.execute(EMPTY)


@pytest.fixture
def superuser(
    database: Databases, shared_server: EmbeddedServer, worker_database: str
) -> Iterator[psycopg.Connection]:
    """A connection that no policy holds back, each statement its own transaction."""
    with shared_server.connect(worker_database) as connection:
        yield connection


@pytest.fixture
def owner(
    database: Databases, shared_server: EmbeddedServer, worker_database: str
) -> Iterator[psycopg.Connection]:
    """A connection as the role that owns the tables and runs migrations."""
    with shared_server.connect(worker_database, "app_owner") as connection:
        yield connection


@pytest.fixture(scope="session")
def scenes() -> Scenes:
    """What this worker's tests have arranged, to be laid down again."""
    return Scenes()


@pytest.fixture(scope="session")
def bound(shared_server: EmbeddedServer, worker_database: str) -> Iterator[Flask]:
    """An application that has this worker's database and nothing else."""
    app = Flask(__name__)
    init_app(app, shared_server.databases(worker_database).user_url)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(database: Databases, bound: Flask) -> Iterator[Session]:
    """The session of an application context, as ``app_user`` and without a scope."""
    with bound.app_context():
        yield db.session()


@pytest.fixture
def tenants(superuser: psycopg.Connection) -> factories.Tenants:
    """南京 and 苏州 with an enterprise each, the province and the platform."""
    return factories.tenants(superuser)


def var_of(testrun_uid: str) -> Path:
    """The folder of this run's server: not below pytest's own, which another run closes to other users."""
    return Path(tempfile.gettempdir()) / f"shouxi-test-{testrun_uid}"


def _tidy(var: Path) -> None:
    if not (var / "pg" / "postmaster.pid").exists():
        shutil.rmtree(var, ignore_errors=True)
