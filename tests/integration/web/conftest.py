"""The site on this worker's database, and people who visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.config import load
from core.domain.roles import Role
from core.persistence.db import db
from core.persistence.server import Databases, EmbeddedServer
from core.web.session import RULES as RULES_OF
from core.web.site import make_site
from tests.factories import MadeTenant, Tenants
from tests.integration.accounts.world import RULES, Account, World
from tests.integration.web.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def shared_site(
    shared_server: EmbeddedServer, worker_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    var = str(tmp_path_factory.mktemp("var"))
    app = make_site(
        load({"SHOUXI_ENV": "test", "SHOUXI_VAR": var}), shared_server.databases(worker_database).user_url
    )
    app.extensions[RULES_OF] = RULES
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def site(shared_site: Flask, database: Databases) -> Flask:
    """The application, on an empty database."""
    return shared_site


@pytest.fixture
def world(session: Session, superuser: psycopg.Connection, tenants: Tenants) -> World:
    return World(superuser, tenants)


@pytest.fixture
def visit(site: Flask, world: World) -> Visit:
    """``visit()`` is a stranger, ``visit((unit, role), …)`` somebody new who has signed in with hats."""

    def somebody(*hats: tuple[MadeTenant, Role], name: str = "沈知行") -> Visitor:
        visitor = Visitor(site, world)
        if hats:
            codes = any(role.needs_second_factor for _, role in hats)
            account: Account = world.account(name, *hats, codes=codes)
            visitor.sign_in(account)
        return visitor

    return somebody
