"""Ways to change another tenant's rows. Each goes for THEIRS alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, make_transient_to_detached

from core.persistence.models import AuditEvent, AuditHead, Invitation, OutboxMessage, RoleGrant, Tenant
from tests.integration.persistence.shapes_read import driver
from tests.integration.persistence.world import OURS, THEIRS, table

Write = Callable[[Session], object]

OUTBOX = table(OutboxMessage)
HEADS = table(AuditHead)
MESSAGE: Final[dict[str, Any]] = {"tenant_id": THEIRS, "id": 299, "topic": "planted", "payload": {}}
"""A row of THEIRS that is not there yet."""
THAT_MESSAGE: Final[dict[str, Any]] = {**MESSAGE, "id": 203}
"""The row that is there."""


def sql(statement: str) -> Write:
    return lambda session: session.execute(text(statement))


def dirty(session: Session) -> None:
    """An object that the session takes for loaded, changed."""
    event = OutboxMessage(**THAT_MESSAGE)
    make_transient_to_detached(event)
    session.add(event)
    event.topic = "changed"
    session.flush()


def deleted(session: Session) -> None:
    event = OutboxMessage(**THAT_MESSAGE)
    make_transient_to_detached(event)
    session.delete(event)
    session.flush()


def merged(session: Session) -> None:
    session.merge(OutboxMessage(**THAT_MESSAGE))
    session.flush()


def added(session: Session) -> None:
    session.add(OutboxMessage(**MESSAGE))
    session.flush()


def moved(session: Session) -> None:
    """An object given to another tenant by changing its key."""
    row = session.scalars(select(OutboxMessage)).one()
    row.tenant_id = OURS if row.tenant_id == THEIRS else THEIRS
    session.flush()


def in_a_savepoint(session: Session) -> None:
    with session.begin_nested():
        session.execute(update(OUTBOX).where(OUTBOX.c.tenant_id == THEIRS).values(topic="changed"))


def by_many(session: Session) -> None:
    with driver(session).cursor() as cursor:
        cursor.executemany(
            "update outbox set topic = 'changed' where tenant_id = %s and id = %s", [(THEIRS, 203)] * 2
        )


def copied_in(session: Session) -> None:
    into = "copy outbox (tenant_id, id, topic, payload) from stdin"
    with driver(session).cursor() as cursor, cursor.copy(into) as copy:
        copy.write_row((THEIRS, 299, "planted", "{}"))


WRITES: dict[str, Write] = {
    "session.add": added,
    "session.add_all in bulk": lambda s: s.bulk_save_objects([OutboxMessage(**MESSAGE)]),
    "bulk_insert_mappings": lambda s: s.bulk_insert_mappings(OutboxMessage, [MESSAGE]),
    "ORM insert of many": lambda s: s.execute(insert(OutboxMessage), [MESSAGE, {**MESSAGE, "id": 298}]),
    "ORM insert of values": lambda s: s.execute(insert(OutboxMessage).values(**MESSAGE)),
    "Core insert": lambda s: s.execute(insert(OUTBOX).values(**MESSAGE)),
    "Core insert returning": lambda s: s.execute(insert(OUTBOX).values(**MESSAGE).returning(OUTBOX)),
    "insert as text": sql("insert into outbox (tenant_id, topic, payload) values (2, 'planted', '{}')"),
    "insert of a select": sql(
        "insert into outbox (tenant_id, topic, payload) select 2, 'planted', '{}' from generate_series(1, 2)"
    ),
    "insert into the chain": sql(
        "insert into audit_event (tenant_id, seq, at, actor_name, hat, action, subject_type, subject_id, "
        "subject_label, changes, prev_hash, hash) values (2, 2, app_now(), '', '', '', '', '', '', '{}', "
        "decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))"
    ),
    "insert of a grant": sql(
        "insert into role_grant (tenant_id, tenant_kind, person_id, role) "
        "values (2, 'enterprise', 11, 'enterprise_principal')"
    ),
    "upsert that updates": lambda s: s.execute(
        upsert(OUTBOX)
        .values(**THAT_MESSAGE)
        .on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"topic": "changed"})
    ),
    "upsert that may do nothing": lambda s: s.execute(
        upsert(OUTBOX).values(**MESSAGE).on_conflict_do_nothing()
    ),
    "ORM update": lambda s: s.execute(
        update(RoleGrant).where(RoleGrant.tenant_id == THEIRS).values(role="employee")
    ),
    "ORM update of the tenant": lambda s: s.execute(
        update(Tenant).where(Tenant.id == THEIRS).values(name="changed")
    ),
    "ORM update by primary keys": lambda s: s.execute(
        update(OutboxMessage), [{"tenant_id": THEIRS, "id": 203, "topic": "changed"}]
    ),
    "ORM update, fetched": lambda s: s.execute(
        update(Invitation).where(Invitation.tenant_id == THEIRS).values(name="changed"),
        execution_options={"synchronize_session": "fetch"},
    ),
    "bulk_update_mappings": lambda s: s.bulk_update_mappings(
        OutboxMessage, [{"tenant_id": THEIRS, "id": 203, "topic": "changed"}]
    ),
    "session.query update": lambda s: (
        s.query(OutboxMessage).filter_by(tenant_id=THEIRS).update({"topic": "changed"})
    ),
    "Core update": lambda s: s.execute(
        update(OUTBOX).where(OUTBOX.c.tenant_id == THEIRS).values(topic="changed")
    ),
    "Core update returning": lambda s: s.execute(
        update(OUTBOX).where(OUTBOX.c.tenant_id == THEIRS).values(topic="changed").returning(OUTBOX)
    ),
    "Core update of everything": lambda s: s.execute(update(HEADS).values(seq=99)),
    "update as text": sql("update outbox set delivered_at = app_now() where tenant_id = 2"),
    "update from another table": sql(
        "update outbox set topic = 'changed' from tenant where tenant.id = outbox.tenant_id and tenant.id = 2"
    ),
    "update in a CTE": sql(
        "with done as (update outbox set topic = 'changed' where tenant_id = 2 returning 1) table done"
    ),
    "update of many": by_many,
    "update in a savepoint": in_a_savepoint,
    "update in a DO block": sql(
        "do $$ begin execute 'update outbox set topic = ''changed'' where tenant_id = 2'; end $$"
    ),
    "update of the physical row": sql(
        "update outbox set topic = 'changed' where ctid in (select ctid from outbox where tenant_id = 2)"
    ),
    "dirty object": dirty,
    "merged object": merged,
    "merge": sql(
        "merge into outbox using (values (2::bigint, 203::bigint)) v (t, i) "
        "on outbox.tenant_id = v.t and outbox.id = v.i "
        "when matched then update set topic = 'changed' when not matched then "
        "insert (tenant_id, id, topic, payload) values (v.t, v.i, 'planted', '{}')"
    ),
}
"""What a tenant may do to its own rows, and to nobody else's."""

FORBIDDEN: dict[str, Write] = {
    "row given away": sql("update outbox set tenant_id = 3 - tenant_id, id = 900 + id where tenant_id < 3"),
    "object with another key": moved,
    "deleted object": deleted,
    "ORM delete": lambda s: s.execute(delete(RoleGrant).where(RoleGrant.id == 201)),
    "Core delete": lambda s: s.execute(delete(OUTBOX).where(OUTBOX.c.tenant_id == THEIRS)),
    "delete in a CTE": sql(
        "with gone as (delete from invitation where tenant_id = 2 returning *) select * from gone"
    ),
    "truncate": sql("truncate outbox"),
    "change of an event": lambda s: s.execute(
        update(AuditEvent).where(AuditEvent.seq == 1).values(hat="changed")
    ),
    "copy from": copied_in,
    "temporary table": sql("create temporary table kept as select * from role_grant"),
    "table": sql("create table kept as select * from role_grant"),
    "view": sql("create view kept as select * from role_grant"),
    "function of the owner": sql("create function f() returns int language sql security definer return 1"),
    "role of the owner": sql("set local role app_owner"),
    "session of the owner": sql("set session authorization app_owner"),
    "powers for oneself": sql("alter role app_user bypassrls"),
    "membership for oneself": sql("grant app_owner to app_user"),
    "policies off": sql("alter table outbox disable row level security"),
    "policies not forced": sql("alter table outbox no force row level security"),
    "policy dropped": sql("drop policy own on outbox"),
    "policy added": sql("create policy wide on outbox using (true)"),
    "function replaced": sql(
        "create or replace function app_tenant() returns bigint language sql stable return 2"
    ),
    "triggers and foreign keys off": sql("set local session_replication_role = replica"),
    "foreign key dropped": sql("alter table role_grant drop constraint fk_role_grant_tenant"),
    "past the policies": lambda s: (
        s.execute(text("set local row_security = off")),
        s.execute(select(OUTBOX)).all(),
    ),
    "statistics": sql("select 1 / (count(*) - 1) from pg_statistic"),
    "file of the server": sql("select pg_read_file('postgresql.conf')"),
    "program of the server": sql("copy (select 1) to program 'cat > /dev/null'"),
    "clock": sql("insert into clock_offset (shift) values ('1 day')"),
}
"""What the application role may do in no scope; a superuser may."""
