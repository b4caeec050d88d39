"""Ways to read another tenant's rows. Each asks for THEIRS alone and returns what it got to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from sqlalchemy import String, cast, exists, func, select, text, true, union_all
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

from core.persistence import scope
from core.persistence.models import (
    AuditEvent,
    AuditHead,
    Invitation,
    OutboxMessage,
    Person,
    RoleGrant,
    Tenant,
)
from tests.integration.persistence.world import THEIRS, THEM, table, theirs

Read = Callable[[Session], Iterable[Any]]

GRANTS = table(RoleGrant)
EVENTS = table(AuditEvent)
OF_THEM = RoleGrant.tenant_id == THEIRS


def driver(session: Session) -> psycopg.Connection:
    """The connection of the transaction, below SQLAlchemy."""
    found = session.connection().connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


def sql(statement: str) -> Read:
    """A statement as text, which must not look at anything but THEIRS."""
    return lambda session: session.execute(text(statement)).all()


def raw(*statements: str) -> Read:
    """Statements below SQLAlchemy, one after the other; the rows of the last."""

    def run(session: Session) -> Iterable[Any]:
        with driver(session).cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.encode())
            return cursor.fetchall()

    return run


def copied(statement: str) -> Read:
    def run(session: Session) -> Iterable[Any]:
        with driver(session).cursor() as cursor, cursor.copy(statement.encode()) as copy:
            return [row for row in copy.rows() if str(THEIRS) in row]

    return run


def through_an_error(statement: str) -> Read:
    """What an error tells of a row that a condition of ours was asked about."""

    def run(session: Session) -> Iterable[Any]:
        try:
            with session.begin_nested():
                session.execute(text(statement))
        except DBAPIError as error:
            if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                raise
            return [str(error.orig)]
        return []

    return run


def from_statement(session: Session) -> Iterable[Any]:
    query = text("select * from role_grant where tenant_id = :tenant").bindparams(tenant=THEIRS)
    return session.scalars(select(RoleGrant).from_statement(query)).all()


def joined(session: Session) -> Iterable[Any]:
    query = select(Person.name, RoleGrant.role).join(RoleGrant, RoleGrant.person_id == Person.id)
    return session.execute(query.where(OF_THEM)).all()


def outer_joined(session: Session) -> Iterable[Any]:
    query = select(RoleGrant.role).select_from(Person).outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    return [role for role in session.scalars(query.where(Person.id == THEM)) if role]


def existing(session: Session) -> Iterable[Any]:
    return session.execute(select(Person.id).where(exists().where(GRANTS.c.tenant_id == THEIRS))).all()


def recursive(session: Session) -> Iterable[Any]:
    found = select(GRANTS.c.role).where(GRANTS.c.tenant_id == THEIRS).cte("found", recursive=True)
    return session.execute(select(found.union_all(select(found.c.role).where(text("false"))))).all()


def lateral(session: Session) -> Iterable[Any]:
    theirs_of = select(GRANTS.c.role).where(GRANTS.c.person_id == Person.id).lateral()
    return session.execute(
        select(theirs_of).select_from(Person).join(theirs_of, true()).where(Person.id == THEM)
    ).all()


def windowed(session: Session) -> Iterable[Any]:
    number = func.row_number().over(partition_by=GRANTS.c.tenant_id).label("number")
    return session.execute(select(number).where(GRANTS.c.tenant_id == THEIRS)).all()


def counted(session: Session) -> Iterable[Any]:
    number = session.execute(select(func.count()).select_from(GRANTS).where(GRANTS.c.tenant_id == THEIRS))
    return [found for found in number.scalars() if found]


def aggregated(session: Session) -> Iterable[Any]:
    words = select(func.string_agg(EVENTS.c.actor_name, ",")).where(EVENTS.c.tenant_id == THEIRS)
    return [found for found in session.execute(words).scalars() if found]


def united(session: Session) -> Iterable[Any]:
    selects = [
        select(cast(each.c.tenant_id, String)).where(each.c.tenant_id == THEIRS)
        for each in map(table, (RoleGrant, AuditEvent, OutboxMessage, Invitation, AuditHead))
    ]
    return session.execute(union_all(*selects)).all()


def streamed(session: Session) -> Iterable[Any]:
    options = {"stream_results": True, "yield_per": 1}
    return list(
        session.execute(select(GRANTS).where(GRANTS.c.tenant_id == THEIRS), execution_options=options)
    )


def in_a_savepoint(session: Session) -> Iterable[Any]:
    with session.begin_nested():
        return session.execute(select(GRANTS).where(GRANTS.c.tenant_id == THEIRS)).all()


def with_another_scope_in_a_savepoint(session: Session) -> Iterable[Any]:
    session.connection()
    with scope.within(theirs()), session.begin_nested():
        return session.execute(select(GRANTS).where(GRANTS.c.tenant_id == THEIRS)).all()


def with_another_scope_afterwards(session: Session) -> Iterable[Any]:
    session.connection()
    with scope.within(theirs()):
        return session.execute(select(RoleGrant).where(OF_THEM)).all()


def merged(session: Session) -> Iterable[Any]:
    return [role for role in [session.merge(RoleGrant(tenant_id=THEIRS, id=201), load=True).role] if role]


def prepared(session: Session) -> Iterable[Any]:
    session.execute(text("prepare peek as select * from role_grant where tenant_id = 2"))
    found = session.execute(text("execute peek")).all()
    session.execute(text("deallocate peek"))
    return found


def prepared_by_the_driver(session: Session) -> Iterable[Any]:
    query = b"select role from role_grant where tenant_id = 2"
    return [row for _ in range(2) for row in driver(session).execute(query, prepare=True)]


READS: dict[str, Read] = {
    "Core select of a table": lambda s: s.execute(select(GRANTS).where(GRANTS.c.tenant_id == THEIRS)).all(),
    "text()": sql("select * from role_grant where tenant_id = 2"),
    "from_statement(text)": from_statement,
    "session.connection().execute()": lambda s: (
        s.connection().execute(text("select * from tenant where id = 2")).all()
    ),
    "exec_driver_sql": lambda s: (
        s.connection().exec_driver_sql("select * from outbox where tenant_id = 2").all()
    ),
    "cursor of the driver": raw("select * from audit_event where tenant_id = 2"),
    "ORM entities": lambda s: s.scalars(select(RoleGrant).where(OF_THEM)).all(),
    "ORM columns": lambda s: s.execute(
        select(AuditEvent.actor_name).where(AuditEvent.tenant_id == THEIRS)
    ).all(),
    "ORM tenant": lambda s: s.scalars(select(Tenant).where(Tenant.id == THEIRS)).all(),
    "session.get": lambda s: filter(None, [s.get(RoleGrant, (THEIRS, 201))]),
    "session.query": lambda s: s.query(Invitation).filter(Invitation.tenant_id == THEIRS).all(),
    "alias": lambda s: s.scalars(select(other := aliased(RoleGrant)).where(other.tenant_id == THEIRS)).all(),
    "populate_existing": lambda s: s.scalars(
        select(RoleGrant).where(OF_THEM), execution_options={"populate_existing": True}
    ).all(),
    "merge": merged,
    "join": joined,
    "outer join": outer_joined,
    "scalar subquery": lambda s: filter(
        None,
        s.scalars(select(select(EVENTS.c.actor_name).where(EVENTS.c.tenant_id == THEIRS).scalar_subquery())),
    ),
    "derived table": lambda s: s.execute(
        select(select(GRANTS).where(GRANTS.c.tenant_id == THEIRS).subquery())
    ).all(),
    "exists": existing,
    "not in": sql("select 1 where 2 in (select tenant_id from role_grant)"),
    "CTE": sql(
        "with found as materialized (select * from role_grant where tenant_id = 2) select * from found"
    ),
    "recursive CTE": recursive,
    "union": united,
    "lateral": lateral,
    "window": windowed,
    "count": counted,
    "aggregate": aggregated,
    "group by having": sql("select tenant_id from role_grant group by 1 having tenant_id = 2"),
    "join to values": sql("select role from role_grant join (values (2)) v (tenant_id) using (tenant_id)"),
    "select for update": sql("select * from role_grant where tenant_id = 2 for update"),
    "select for share skip locked": sql("select * from invitation where tenant_id = 2 for share skip locked"),
    "tablesample": sql("select * from role_grant tablesample system (100) where tenant_id = 2"),
    "physical address": sql("select ctid, xmin from role_grant where tenant_id = 2"),
    "index only": sql("select person_id from role_grant where person_id = 12"),
    "stream_results": streamed,
    "cursor of the server": raw(
        "declare peek cursor for select * from role_grant where tenant_id = 2", "fetch all peek"
    ),
    "copy of a query": copied("copy (select * from role_grant where tenant_id = 2) to stdout"),
    "copy of a table": copied("copy role_grant to stdout"),
    "prepare and execute": prepared,
    "prepared by the driver": prepared_by_the_driver,
    "savepoint": in_a_savepoint,
    "savepoint in another scope": with_another_scope_in_a_savepoint,
    "scope changed in the transaction": with_another_scope_afterwards,
    "condition that fails on a row": through_an_error(
        "select 1 from role_grant where 1 / (tenant_id - 2) > 0"
    ),
    "cast that quotes a row": through_an_error(
        "select 1 from audit_event where tenant_id = 2 and actor_name::int > 0"
    ),
    "DO block": through_an_error(
        "do $$ declare word text; begin select actor_name into word from audit_event where tenant_id = 2; "
        "if word is not null then raise exception '%', word; end if; end $$"
    ),
    "JSON of rows": sql("select jsonb_agg(t) from outbox t where tenant_id = 2 having count(*) > 0"),
    "query that a function runs": sql(
        "select word from ts_stat('select to_tsvector(''simple'', role) from role_grant where tenant_id = 2')"
    ),
    "taken primary key": through_an_error(
        "insert into outbox (tenant_id, id, topic, payload) values (2, 203, 'mail', '{}')"
    ),
    "taken tenant": through_an_error(
        "insert into tenant (id, kind, name, short_name) values (2, 'platform', 'x', 'x')"
    ),
}
