"""Start-up refuses what it is not safe to run on, and takes the same database otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from core.config import Environment
from core.persistence import migrate
from core.persistence.clock import ShiftedClock
from core.persistence.migrate import OldServer, UnsafeRole
from core.persistence.server import Databases, EmbeddedServer
from core.persistence.start import open_databases
from tests.integration.persistence.catalogue import faults
from tests.integration.persistence.conftest import MakeDatabase

Named = tuple[str, Databases]
POWERS = {
    "superuser": ("superuser", "是超级用户"),
    "bypasses policies": ("bypassrls", "可绕过行级安全"),
    "makes roles": ("createrole", "可创建角色"),
    "replicates": ("replication", "可复制整个数据库"),
    "member of the owner": ("in role app_owner", "拥有数据表"),
    "member of the owner who must ask": ("noinherit in role app_owner", "拥有数据表"),
    "member of a superuser": ("noinherit in role postgres", "是超级用户"),
}
NOWHERE = Path("/nowhere")
"""No embedded server is asked for where the databases are given."""


def opened(databases: Databases, environment: Environment = Environment.PRODUCTION) -> Databases:
    return open_databases(environment=environment, var=NOWHERE, databases=databases)


@pytest.fixture
def named(make: MakeDatabase) -> Named:
    return make()


@pytest.fixture
def role(server: EmbeddedServer) -> Iterator[Callable[[str, str], str]]:
    """Makes a role of this test, with attributes; gives its URL. The role is gone afterwards."""
    name = f"tester_{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    made = []

    def make_role(attributes: str, database: str) -> str:
        with server.connect() as connection:
            connection.execute(f"create role {name} login password 'only-here' {attributes}".encode())
        with server.connect(database) as connection:
            connection.execute(
                f"grant select, insert, update on all tables in schema public to {name}".encode()
            )
        made.append(database)
        return replace(server, passwords={**server.passwords, name: "only-here"}).url(name, database)

    yield make_role
    for database in made:
        with server.connect(database) as connection:
            connection.execute(f"drop owned by {name}; drop role {name}".encode())


@pytest.mark.parametrize("power", POWERS)
def test_powerful_role_is_refused(
    server: EmbeddedServer, named: Named, role: Callable[[str, str], str], power: str
) -> None:
    attributes, said = POWERS[power]
    name, databases = named
    with pytest.raises(UnsafeRole, match=f"数据库角色 tester_.*{said}") as refusal:
        opened(replace(databases, user_url=role(attributes, name)))
    assert "only-here" not in refusal.value.message


def test_ordinary_role_is_taken(named: Named, role: Callable[[str, str], str]) -> None:
    name, databases = named
    assert opened(databases) is databases
    opened(replace(databases, user_url=role("", name)))


def test_owner_is_refused_as_the_application_role(named: Named) -> None:
    with pytest.raises(UnsafeRole, match="app_owner 拥有数据表"):
        opened(replace(named[1], user_url=named[1].owner_url))


def test_role_that_may_make_temporary_tables_is_refused(server: EmbeddedServer, named: Named) -> None:
    name, databases = named
    with server.connect(name) as connection:
        connection.execute(f"grant temporary on database {name} to app_user".encode())
    with pytest.raises(UnsafeRole, match="可建临时表"):
        opened(databases)


def test_temporary_tables_for_everybody_are_taken_back(server: EmbeddedServer, named: Named) -> None:
    name, databases = named
    with server.connect(name) as connection:
        connection.execute(f"grant temporary on database {name} to public".encode())
        opened(databases)
        assert faults(connection) == {}


@pytest.mark.parametrize("power", ["superuser", "bypassrls"])
def test_catalogue_finds_a_powerful_role(server: EmbeddedServer, named: Named, power: str) -> None:
    with server.connect(named[0]) as connection:
        connection.autocommit = False
        for role in ("app_user", "app_owner"):
            connection.execute(f"alter role {role} {power}".encode())
            assert f"power of {role}" in faults(connection)
        connection.rollback()


def test_shifted_clock_is_refused_in_production_alone(server: EmbeddedServer, named: Named) -> None:
    name, databases = named
    with server.connect(name) as connection:
        connection.execute("insert into clock_offset (shift) values ('1 day')")
        for environment in (Environment.DEMO, Environment.TEST):
            opened(databases, environment)
        with pytest.raises(ShiftedClock, match="演示时钟"):
            opened(databases)
        connection.execute("delete from clock_offset")
        opened(databases)


def test_production_takes_back_the_right_to_shift(named: Named) -> None:
    engine = create_engine(named[1].user_url)
    shift = text("insert into clock_offset (shift) values ('1 day')")

    def may_shift() -> bool:
        with engine.connect() as connection:
            try:
                connection.execute(shift)
            except ProgrammingError as error:
                if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                    return False
                raise
            return True

    try:
        assert not may_shift()
        opened(named[1], Environment.DEMO)
        assert may_shift()
        opened(named[1])
        assert not may_shift()
    finally:
        engine.dispose()


def test_old_server_is_refused(named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST", 99)
    with pytest.raises(OldServer, match="应不低于 99"):
        opened(named[1])


def test_wrong_password_opens_nothing(server: EmbeddedServer, named: Named) -> None:
    for role in ("app_owner", "app_user"):
        wrong = replace(server, passwords={**server.passwords, role: "wrong"})
        databases = wrong.databases(named[0])
        with pytest.raises(OperationalError, match="password authentication failed"):
            opened(databases)


def test_database_asked_for_at_once_is_made_once(server: EmbeddedServer) -> None:
    name = f"at_once_{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    with ThreadPoolExecutor(4) as pool:
        assert len({each.user_url for each in pool.map(lambda _: server.databases(name), range(4))}) == 1


def test_urls_do_not_show_their_passwords(server: EmbeddedServer, named: Named) -> None:
    shown = f"{named[1]} {named[1]!r} {server} {server!r}"
    assert not any(password in shown for password in server.passwords.values())
