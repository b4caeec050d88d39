"""One world a worker for asking, which is only added to, so that every line of the matrix meets the same; and
one in which acts are done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine

from core.config import Settings, load
from core.crypto import Keyring
from core.persistence.clock import allow_shifting
from core.persistence.db import db
from core.persistence.server import EmbeddedServer
from core.web.handbook import FOLDER as HANDBOOK
from core.web.session import RULES
from core.web.site import make_site
from tests.access.acting import FAULT, NOTES, Acting
from tests.access.asking import Asking
from tests.access.world import CHEAP, World
from tests.integration.conftest import migrated, shared_server

__all__ = ["shared_server"]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo: it has every route there is. Its rules of access are those of production."""
    return load({"SHOUXI_ENV": "demo", "SHOUXI_VAR": str(tmp_path_factory.mktemp("access"))})


@pytest.fixture(scope="session")
def asking(
    shared_server: EmbeddedServer, worker_id: str, testrun_uid: str, settings: Settings
) -> Iterator[Asking]:
    name = migrated(shared_server, testrun_uid, f"access_{worker_id}")
    with made(shared_server, name, settings) as (app, world):
        with app.app_context():
            asking = Asking(app, world)
        yield asking


@pytest.fixture(scope="session")
def acting(
    shared_server: EmbeddedServer, worker_id: str, testrun_uid: str, settings: Settings
) -> Iterator[Acting]:
    name = migrated(shared_server, testrun_uid, f"acts_{worker_id}")
    with made(shared_server, name, settings) as (app, world):
        app.extensions[RULES] = replace(app.extensions[RULES], cost=CHEAP)
        world.connection.execute(FAULT.encode())
        world.connection.execute(NOTES.encode())
        with app.app_context():
            acting = Acting(app, world)
        yield acting


def handbook(folder: Path) -> Path:
    """A handbook of two pages: who may open it does not depend on what was built here."""
    folder.mkdir(exist_ok=True)
    for name in ("index", "city"):
        (folder / f"{name}.html").write_text("<!doctype html><title>手册</title>", "utf-8")
    return folder


@contextmanager
def made(server: EmbeddedServer, name: str, settings: Settings) -> Iterator[tuple[Flask, World]]:
    """The site on a database called ``name``, whose clock may be shifted (a demo), and the world in it."""
    engine = create_engine(server.databases(name).owner_url)
    with engine.begin() as owner:
        allow_shifting(owner)
    engine.dispose()
    app = make_site(settings, server.databases(name).user_url)
    app.extensions[HANDBOOK] = handbook(settings.var / "handbook")
    with server.connect(name) as connection:
        with app.app_context():
            world = World(connection, Keyring(settings.field_keys))
        yield app, world
    with app.app_context():
        db.engine.dispose()
