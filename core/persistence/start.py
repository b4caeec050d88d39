"""Opening the database at start-up: found or started, migrated, and refused when it is not safe to run on."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from core.config import Environment
from core.persistence import clock
from core.persistence.migrate import one_at_a_time, refuse_old_server, refuse_powerful_role, upgrade
from core.persistence.server import Databases, start


def open_databases(*, environment: Environment, var: Path, databases: Databases | None) -> Databases:
    """The databases to use: those of the settings, or the embedded server's. Migrated and checked.

    Raises ``OldServer``, ``UnsafeRole`` for an application role that sees past row-level security, and
    ``ShiftedClock`` for a production database whose clock is shifted.
    """
    found = databases or start(var).databases()
    refuse_old_server(found.owner_url)
    upgrade(found.owner_url)
    refuse_powerful_role(found.user_url)
    engine = create_engine(found.owner_url)
    try:
        with engine.begin() as owner:
            one_at_a_time(owner)
            if environment is Environment.PRODUCTION:
                clock.refuse_shifted_clock(Session(owner))
                clock.forbid_shifting(owner)
            else:
                clock.allow_shifting(owner)
    finally:
        engine.dispose()
    return found
