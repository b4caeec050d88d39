"""Ways to see another tenant's rows in a scope that comes after theirs, on the same connection or session.

Each runs in the scope of THEIRS first and then asks again in the scope it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Thread
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.persistence import scope
from core.persistence.db import SET_SCOPE, db
from core.persistence.models import RoleGrant
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from tests.integration.persistence.shapes_read import driver
from tests.integration.persistence.world import THEIRS, World, theirs

Later = Callable[[World, Scope], Iterable[Any]]
KEY = (THEIRS, 201)
THEIR_GRANTS = "select role from role_grant where tenant_id = 2"


def identity_map_of_acts(world: World, later: Scope) -> Iterable[Any]:
    with reading(theirs()) as session:
        assert session.get(RoleGrant, KEY)
    with reading(later) as session:
        return filter(None, [session.get(RoleGrant, KEY)])


def identity_map_of_one_session(world: World, later: Scope) -> Iterable[Any]:
    with Session(world.engine) as session:
        with scope.within(theirs()):
            kept = session.get(RoleGrant, KEY)
            assert kept
            session.commit()
        with scope.within(later):
            return filter(None, [session.get(RoleGrant, KEY)])


def refreshed(world: World, later: Scope) -> Iterable[Any]:
    with reading(theirs()) as session:
        kept = session.get(RoleGrant, KEY)
        assert kept
    with reading(later) as session:
        session.add(kept)
        session.refresh(kept)
        return [kept.role]


def expired_attribute(world: World, later: Scope) -> Iterable[Any]:
    with act(theirs()) as session:
        kept = session.get(RoleGrant, KEY)
        assert kept
    with reading(later) as session:
        session.add(kept)
        session.expire(kept)
        return [kept.role]


def pool_after(end: Callable[[Session], object]) -> Later:
    """A connection from the pool, used below the session, after a transaction of THEIRS ended in some way."""

    def run(world: World, later: Scope) -> Iterable[Any]:
        with Session(world.engine) as session, scope.within(theirs()):
            before = driver(session).info.backend_pid
            assert session.execute(text(THEIR_GRANTS)).all()
            end(session)
        with world.engine.connect() as connection:
            assert before == connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
            if later != scope.NOBODY:
                connection.exec_driver_sql(SET_SCOPE, later.settings())
            return connection.execute(text(THEIR_GRANTS)).all()

    return run


def failing(session: Session) -> None:
    with suppress(DBAPIError):
        session.execute(text("select 1 / 0"))


def setting_for_the_session(session: Session) -> None:
    session.execute(text("select set_config('app.tenant_id', '2', false)"))
    session.commit()


def default_of_the_session(session: Session) -> None:
    session.execute(text("set session app.read_scope = '*'"))
    session.commit()


def cursor_with_hold(world: World, later: Scope) -> Iterable[Any]:
    """Rows that a cursor WITH HOLD would carry into the next transaction on its connection."""
    with world.engine.connect() as connection, scope.within(theirs()):
        session = Session(connection)
        session.execute(text(f"declare kept cursor with hold for {THEIR_GRANTS}"))
        session.commit()
        if later == theirs():
            return session.execute(text("fetch all kept")).all()
    with Session(world.engine) as session, scope.within(later):
        return session.execute(text("fetch all kept")).all()


def prepared_statement(world: World, later: Scope) -> Iterable[Any]:
    with Session(world.engine) as session, scope.within(theirs()):
        assert driver(session).execute(THEIR_GRANTS.encode(), prepare=True).fetchall()
    with Session(world.engine) as session, scope.within(later):
        return driver(session).execute(THEIR_GRANTS.encode(), prepare=True).fetchall()


def generic_plan(world: World, later: Scope) -> Iterable[Any]:
    """A plan that PostgreSQL made once in their scope and keeps."""
    with Session(world.engine) as session, scope.within(theirs()):
        session.execute(text("set plan_cache_mode = force_generic_plan"))
        session.execute(text(f"prepare kept as {THEIR_GRANTS}"))
        assert session.execute(text("execute kept")).all()
        session.commit()
    try:
        with Session(world.engine) as session, scope.within(later):
            return session.execute(text("execute kept")).all()
    finally:
        with Session(world.engine) as session:
            session.execute(text("deallocate kept"))


def thread(world: World, later: Scope) -> Iterable[Any]:
    """A thread begun in their scope: it has none of its own."""
    found: list[Any] = []

    def run() -> None:
        with world.app.app_context():
            if later != scope.NOBODY:
                with reading(later) as session:
                    found.extend(session.execute(text(THEIR_GRANTS)))
            else:
                found.extend(db.session.execute(text(THEIR_GRANTS)))
            db.session.remove()

    with scope.within(theirs()):
        worker = Thread(target=run)
        worker.start()
        worker.join()
    return found


def scope_that_ended(world: World, later: Scope) -> Iterable[Any]:
    """After the ``with`` block of a scope, in a new transaction of the same session."""
    with Session(world.engine) as session:
        with scope.within(theirs()):
            assert session.execute(select(RoleGrant).where(RoleGrant.tenant_id == THEIRS)).all()
        session.rollback()
        with scope.within(later):
            return session.execute(text(THEIR_GRANTS)).all()


LATER: dict[str, Later] = {
    "identity map after a switch of tenant": identity_map_of_acts,
    "identity map of one session": identity_map_of_one_session,
    "refresh()": refreshed,
    "expired attribute": expired_attribute,
    "pool after a commit": pool_after(lambda session: session.commit()),
    "pool after a rollback": pool_after(lambda session: session.rollback()),
    "pool after an error": pool_after(failing),
    "pool after closing": pool_after(lambda session: session.close()),
    "pool after a setting of the session": pool_after(setting_for_the_session),
    "pool after a default of the session": pool_after(default_of_the_session),
    "cursor with hold": cursor_with_hold,
    "statement prepared before": prepared_statement,
    "plan made before": generic_plan,
    "thread": thread,
    "scope that ended": scope_that_ended,
}
