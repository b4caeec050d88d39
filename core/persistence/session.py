"""One transaction for one act: begun in a scope, committed whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from flask import Flask
from sqlalchemy.orm import Session

from core.persistence import scope
from core.persistence.db import db

POOL: Final = {
    "pool_size": 2,
    "max_overflow": 3,
    "pool_pre_ping": False,
    "pool_recycle": 1800,
    # statements are written so that one plan serves whoever asks; made anew for each value it costs more than
    # most of them take
    "connect_args": {"options": "-c plan_cache_mode=force_generic_plan"},
}


def init_app(app: Flask, user_url: str) -> None:
    """Bind the application to its database, as ``app_user``. Nothing is connected yet."""
    app.config["SQLALCHEMY_DATABASE_URI"] = user_url
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", POOL)
    db.init_app(app)


@contextmanager
def act(of: scope.Scope) -> Iterator[Session]:
    """A transaction in the scope ``of``: what happens inside commits together, or nothing does.

    Acts do not nest: a scope cannot change inside a transaction.
    """
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("one act at a time: the scope is set when a transaction begins")
    with scope.within(of):
        try:
            yield session
            session.commit()
        finally:
            session.rollback()
            session.expunge_all()


@contextmanager
def reading(of: scope.Scope) -> Iterator[Session]:
    """A transaction in the scope ``of`` that changes nothing: PostgreSQL refuses to write in it.

    It is committed like any other, since psycopg forgets its prepared statements when one is rolled back.
    """
    with act(replace(of, changes=False)) as session:
        yield session
