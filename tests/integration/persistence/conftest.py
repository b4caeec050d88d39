"""Databases of their own on both kinds of server, migrated once and copied."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from core.persistence import migrate
from core.persistence.server import Databases, EmbeddedServer
from tests.integration.persistence.clusters import NO_SYSTEM_SERVER, system_binaries, system_server

MakeDatabase = Callable[[], tuple[str, Databases]]


@pytest.fixture(scope="session")
def system() -> Iterator[EmbeddedServer]:
    """A server of the system's PostgreSQL: what a ``DATABASE_URL`` leads to."""
    binaries = system_binaries()
    if binaries is None:
        pytest.skip(NO_SYSTEM_SERVER)
    with system_server(binaries) as server:
        yield server


@pytest.fixture(scope="session", params=["shared_server", "system"], ids=["embedded", "system"])
def server(request: pytest.FixtureRequest) -> EmbeddedServer:
    """Each of the servers; what passes on one passes on the other."""
    found: EmbeddedServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def makers() -> dict[str, MakeDatabase]:
    return {}


@pytest.fixture(scope="session")
def make(server: EmbeddedServer, makers: dict[str, MakeDatabase]) -> MakeDatabase:
    """Makes migrated databases on ``server``: name and URLs."""
    if server.host not in makers:
        makers[server.host] = _maker(server)
    return makers[server.host]


def _maker(server: EmbeddedServer) -> MakeDatabase:
    """Copies of a database that is migrated once."""
    prefix = f"persistence_{os.environ.get('PYTEST_XDIST_WORKER', '')}"  # workers share the embedded server
    template = f"{prefix}_template"
    migrate.upgrade(server.databases(template).owner_url)
    numbers = count(1)

    def make() -> tuple[str, Databases]:
        name = f"{prefix}_{next(numbers)}"
        with server.connect() as connection:
            connection.execute(f"create database {name} template {template} owner app_owner".encode())
        with server.connect(name) as connection:
            connection.execute(migrate.NO_TEMPORARY_TABLES.encode())
        return name, server.databases(name)

    return make
