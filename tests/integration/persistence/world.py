"""Three enterprises with a row of every kind: OURS, whose scope the attacker has, THEIRS, and a third one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import Engine, Table
from sqlalchemy.orm import Session

from core.persistence.db import Base, db
from core.persistence.scope import Scope
from core.persistence.server import Databases, EmbeddedServer
from core.persistence.session import act, init_app

OURS: Final = 1
THEIRS: Final = 2
THIRD: Final = 3
US: Final = 11
THEM: Final = 12
CANARY: Final = "彼处金丝雀"
"""Stands in every text field of THEIRS."""

TABLES: Final = ("tenant", "role_grant", "invitation", "password_link", "audit_head", "audit_event", "outbox")
"""The tenant tables."""

OF_TENANT: Final = """
insert into tenant (id, kind, name, short_name, city_code, uscc)
    values (%(t)s, 'enterprise', %(word)s, %(word)s, '320100', %(uscc)s);
insert into person (id, login_name, name) values (10 + %(t)s, %(login)s, '人员');
insert into role_grant (tenant_id, id, tenant_kind, person_id, role)
    values (%(t)s, 100 * %(t)s + 1, 'enterprise', 10 + %(t)s, 'enterprise_hr');
insert into invitation (tenant_id, id, tenant_kind, token_hash, role, name, invited_by, expires_at)
    values (%(t)s, 100 * %(t)s + 2, 'enterprise', %(token)s, 'employee', %(word)s, 10 + %(t)s,
        app_now() + interval '72 hours');
insert into password_link (tenant_id, id, token_hash, person_id, issued_by, expires_at)
    select %(t)s, 100 * %(t)s + 4, %(token)s, 10 + %(t)s, id, app_now() + interval '72 hours'
    from person where login_name = 'admin';
insert into audit_head (tenant_id, seq, hash) values (%(t)s, 1, decode(repeat('01', 32), 'hex'));
insert into audit_event (tenant_id, seq, at, actor_name, hat, action, subject_type, subject_id, subject_label,
    changes, prev_hash, hash)
    values (%(t)s, 1, app_now(), %(word)s, 'enterprise_hr', 'x', 'person', '1', %(word)s, '{}',
        decode(repeat('00', 32), 'hex'), decode(repeat('01', 32), 'hex'));
insert into outbox (tenant_id, id, topic, payload)
    values (%(t)s, 100 * %(t)s + 3, 'mail', jsonb_build_object('to', %(word)s::text));
"""


def fill(connection: psycopg.Connection) -> None:
    """Put the three enterprises into an empty database, as a superuser."""
    connection.execute("insert into person (id, login_name, name) values (10, 'admin', '安全管理员')")
    for tenant, word in ((OURS, "此处"), (THEIRS, CANARY), (THIRD, "别处")):
        values = {
            "t": tenant,
            "word": word,
            "uscc": f"9132000000000000{tenant:02}",
            "login": f"person-{tenant}",
            "token": tenant.to_bytes(32),
        }
        with connection.cursor() as cursor:
            for statement in OF_TENANT.split(";\n")[:-1]:
                cursor.execute(statement.encode(), values)
    connection.execute("analyze")


@dataclass(frozen=True, slots=True)
class World:
    """A filled database: ``app`` is bound to it as app_user, ``superuser`` sees past every policy."""

    name: str
    databases: Databases
    server: EmbeddedServer
    app: Flask
    superuser: psycopg.Connection

    @property
    def engine(self) -> Engine:
        """The application's pool; two connections that everything here shares."""
        return db.engine

    def rows_of(self, tenant: int, connection: psycopg.Connection | None = None) -> dict[str, list[str]]:
        """Every row of a tenant as text, by table."""
        found = {}
        for name in TABLES:
            key = sql.Identifier("id" if name == "tenant" else "tenant_id")
            rows = sql.SQL("select t::text from {} t where {} = %s").format(sql.Identifier(name), key)
            found[name] = sorted(row[0] for row in (connection or self.superuser).execute(rows, [tenant]))
        return found


@contextmanager
def made(name: str, databases: Databases, server: EmbeddedServer) -> Iterator[World]:
    """The application over a filled database."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 1, "max_overflow": 1}
    init_app(app, databases.user_url)
    with server.connect(name) as superuser:
        fill(superuser)
        with app.app_context():
            yield World(name, databases, server, app, superuser)
            db.session.remove()
            db.engine.dispose()


def ours(*, reads: frozenset[int] = frozenset()) -> Scope:
    return Scope(reads=reads, writes=OURS, person=US)


def theirs() -> Scope:
    return Scope(writes=THEIRS, person=THEM)


@contextmanager
def begun(scope: Scope) -> Iterator[Session]:
    """An act that is not committed: whatever happens inside is undone."""

    class Undo(Exception):
        pass

    try:
        with act(scope) as session:
            yield session
            raise Undo
    except Undo:
        pass


def table(model: type[Base]) -> Table:
    """The table of a model, for what goes past the ORM."""
    found = model.__table__
    assert isinstance(found, Table)
    return found
