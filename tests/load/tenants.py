"""Many tenants at once, and one in which much has happened, for list pages: in set-based SQL.

Written past the policies by a superuser: a scope writes one tenant. Rows are as the platform makes them but
for the chains, whose hashes are not real: they are for reading pages, not for verifying.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
ENTRIES: Final = (
    """
    insert into person (id, login_name, name)
    select n, 'entry-' || n, '职工' || n - %(first)s from generate_series(%(first)s::bigint, %(last)s) n""",
    """
    insert into role_grant (tenant_id, id, tenant_kind, person_id, role, granted_by, valid_to)
    select %(unit)s, n, 'enterprise', n, 'employee', %(by)s,
        case when n %% 3 = 0 then app_now() + interval '3 days' end
    from generate_series(%(first)s::bigint, %(last)s) n""",
    """
    insert into invitation (tenant_id, tenant_kind, token_hash, role, name, invited_by, expires_at)
    select %(unit)s, 'enterprise', sha256(('entry-' || n)::bytea), 'employee', '职工' || n - %(first)s,
        %(by)s, app_now() + interval '1 day'
    from generate_series(%(first)s::bigint, %(last)s) n""",
    """
    insert into audit_event (tenant_id, seq, at, actor_id, actor_name, hat, action, subject_type, subject_id,
        subject_label, changes, prev_hash, hash)
    select %(unit)s, %(since)s + row_number() over (order by n), app_now(), %(by)s, '沈知行',
        'enterprise_hr@' || %(unit)s, action, subject, %(unit)s::text, '职工' || n - %(first)s,
        '{"role": [null, "employee"]}', sha256('prev'), sha256(('hash' || n)::bytea)
    from generate_series(%(first)s::bigint, %(last)s) n,
        (values ('invitation:create', 'invitation'), ('grant:create', 'tenant')) act (action, subject)""",
    """
    insert into audit_head (tenant_id, seq, hash)
    select tenant_id, max(seq), sha256('hash') from audit_event where tenant_id = %(unit)s group by tenant_id
    on conflict (tenant_id) do update set seq = excluded.seq""",
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
    _fill(superuser, MAKE, values)
    return made


def make_entries(superuser: psycopg.Connection, unit: int, count: int, *, by: int) -> None:
    """``count`` employees, open invitations and, twice, events of an enterprise, all the doing of ``by``.

    A third of the roles end in three days; every other event is about the enterprise itself.
    """
    row = superuser.execute(HIGHEST).fetchone()
    since = superuser.execute("select coalesce(max(seq), 0) from audit_event where tenant_id = %s", [unit])
    assert row
    first = row[0] + 1
    values = {
        "unit": unit,
        "by": by,
        "first": first,
        "last": first + count - 1,
        "since": (since.fetchone() or [0])[0],
    }
    _fill(superuser, ENTRIES, values)


def _fill(superuser: psycopg.Connection, statements: Sequence[str], values: Mapping[str, object]) -> None:
    """Run ``statements``, and bring sequences and statistics up to date."""
    for statement in statements:
        superuser.execute(statement.encode(), values)
    for table in NUMBERED:
        last = sql.SQL("select setval({}, (select max(id) from {}))")
        superuser.execute(last.format(f"{table}_id_seq", sql.Identifier(table)))
    superuser.execute("analyze")
