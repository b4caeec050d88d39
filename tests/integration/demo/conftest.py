"""A demo of one's own, set up once for all who only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from core.config import Databases, Settings, load
from core.demo import seed
from core.persistence import clock
from core.persistence.db import db
from core.persistence.server import EmbeddedServer
from core.persistence.session import init_app
from tests.integration.conftest import migrated


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return demo_in(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def demo_name(
    shared_server: EmbeddedServer, worker_id: str, testrun_uid: str, demo_settings: Settings
) -> str:
    """The database of a demo that is set up, which nobody changes."""
    name = migrated(shared_server, testrun_uid, f"demo_{worker_id}")
    seed(demo_settings, shiftable(shared_server, name))
    return name


@pytest.fixture
def demo(demo_name: str, shared_server: EmbeddedServer) -> Iterator[Session]:
    """The session of an application in that demo."""
    app = Flask(__name__)
    init_app(app, shared_server.databases(demo_name).user_url)
    with app.app_context():
        yield db.session()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def past_policies(demo_name: str, shared_server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    with shared_server.connect(demo_name) as connection:
        yield connection


def demo_in(folder: Path, environment: str = "demo") -> Settings:
    return load({"SHOUXI_ENV": environment, "SHOUXI_VAR": str(folder)})


def shiftable(server: EmbeddedServer, name: str) -> Databases:
    """Where to connect to a database in which the clock may be shifted."""
    databases = server.databases(name)
    engine = create_engine(databases.owner_url)
    with engine.begin() as owner:
        clock.allow_shifting(owner)
    engine.dispose()
    return databases
