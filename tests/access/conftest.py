"""One world a worker: it is only added to, so that every line of the matrix meets the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.config import Settings, load
from core.crypto import Keyring
from core.persistence.db import db
from core.persistence.server import EmbeddedServer
from core.web.site import make_site
from tests.access.asking import Asking
from tests.access.world import World
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
    app = make_site(settings, shared_server.databases(name).user_url)
    with shared_server.connect(name) as connection:
        with app.app_context():
            world = World(connection, Keyring(settings.field_keys))
        yield Asking(app, world)
    with app.app_context():
        db.engine.dispose()
