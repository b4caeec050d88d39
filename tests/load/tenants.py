"""Many tenants at once, for list pages: ``make_tenants(connection, 10_000)`` in set-based SQL.

Written past the policies by a superuser: a scope writes one tenant. Rows are as the platform makes them but
for the chains, whose hashes are not real: they are for reading pages, not for verifying.
"""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import sql

CITIES: Final = 13
PEOPLE: Final = 3
"""People of each tenant: a principal, somebody of HR, an employee."""
EVENTS: Final = 5
"""Events of each tenant."""
ROLES: Final = ("enterprise_principal", "enterprise_hr", "employee")

MAKE: Final = (
    """
    insert into tenant (id, kind, name, short_name, city_code, uscc)
    select n, 'enterprise', '试点企业' || n, '企业' || n,
        '32' || lpad((1 + n %% %(cities)s)::text, 2, '0') || '00', '9199' || lpad(n::text, 14, '0')
    from generate_series(%(first)s::bigint, %(last)s) n""",
    """
    insert into person (id, login_name, name)
    select n * %(people)s + k, 'load-' || n || '-' || k, '人员' || n || '之' || k
    from generate_series(%(first)s::bigint, %(last)s) n, generate_series(0, %(people)s::int - 1) k""",
    """
    insert into role_grant (tenant_id, id, tenant_kind, person_id, role)
    select n, n * %(people)s + k, 'enterprise', n * %(people)s + k, (%(roles)s::text[])[k + 1]
    from generate_series(%(first)s::bigint, %(last)s) n, generate_series(0, %(people)s::int - 1) k""",
    """
    insert into audit_event (tenant_id, seq, at, actor_id, actor_name, hat, action, subject_type, subject_id,
        subject_label, changes, prev_hash, hash)
    select n, k, app_now(), n * %(people)s, '人员' || n, 'enterprise_hr@' || n, 'grant:create', 'grant',
        k::text, '角色' || k, '{}', sha256('prev'), sha256(('hash' || k)::bytea)
    from generate_series(%(first)s::bigint, %(last)s) n, generate_series(1, %(events)s::int) k""",
    """
    insert into audit_head (tenant_id, seq, hash)
    select n, %(events)s, sha256(('hash' || %(events)s)::bytea)
    from generate_series(%(first)s::bigint, %(last)s) n""",
)
HIGHEST: Final = """
select greatest(0, (select max(id) from tenant), (select max(id) from person),
    (select max(id) from role_grant))
"""
NUMBERED: Final = ("tenant", "person", "role_grant")


def make_tenants(superuser: psycopg.Connection, count: int) -> range:
    """``count`` enterprises over the thirteen cities, with people and history; returns their ids.

    Statistics are up to date afterwards, and the next ids of the tables come after these.
    """
    row = superuser.execute(HIGHEST).fetchone()
    assert row
    made = range(row[0] + 1, row[0] + 1 + count)
    values = {
        "first": made[0],
        "last": made[-1],
        "cities": CITIES,
        "people": PEOPLE,
        "events": EVENTS,
        "roles": list(ROLES),
    }
    for statement in MAKE:
        superuser.execute(statement.encode(), values)
    for table in NUMBERED:
        last = sql.SQL("select setval({}, (select max(id) from {}))")
        superuser.execute(last.format(f"{table}_id_seq", sql.Identifier(table)))
    superuser.execute("analyze")
    return made
