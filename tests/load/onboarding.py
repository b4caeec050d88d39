"""A cycle in which much has happened, for list pages: set-based SQL past the policies.

There are as many nominations, places, bans and reference files as tenants; years, and what the province
decides on one, are few whatever the size.
"""

from __future__ import annotations

from typing import Final

import psycopg

from tests import pilots
from tests.factories import Tenants
from tests.load.nominations import make_nominations

YEARS: Final = (2024, 2025, 2026)
FILL: Final = (
    """
    insert into cycle_place (tenant_id, cycle_id, nomination_tenant_id, nomination_id, channel, quota_class,
        admitted_by)
    select id, %(cycle)s, %(centre)s, 1000000000 + id, 'city', 'ordinary', %(by)s
    from tenant where kind = 'enterprise'""",
    """
    insert into guidance_entry (tenant_id, cycle_id, kind, summary, given_by, given_by_unit, given_on)
    select id, %(cycle)s, 'policy_advice', '咨询', %(by)s, '鉴定中心', '2026-10-12'
    from tenant where kind = 'enterprise' and id %% 10 <> 0""",
    """
    insert into guidance_entry (tenant_id, cycle_id, kind, summary, given_by, given_by_unit, given_on)
    select %(unit)s, %(cycle)s, 'process_guidance', '辅导 ' || n, %(by)s, '鉴定中心', '2026-10-12'
    from generate_series(1, %(entries)s) n""",
    """
    with made as (
        insert into guidance_file (tenant_id, cycle_id, title, published_by_unit, published_by)
        select %(province)s, %(cycle)s, '资料 ' || n, '省人力资源社会保障厅', %(by)s
        from generate_series(1, %(count)s) n returning tenant_id, id)
    insert into attachment (tenant_id, subject_type, subject_id, purpose, digest, name, media_type, size,
        uploaded_by)
    select tenant_id, 'guidance_file', id, 'reference', sha256('x'), '资料.pdf', 'application/pdf', 90000,
        %(by)s
    from made""",
    """
    insert into sanction (kind, subject, decided_on, document, entered_by)
    select 'enterprise', encode(sha256(n::text::bytea), 'hex'), date '2024-01-01' + (n %% 700),
        '苏人社罚〔2024〕' || n || ' 号', %(by)s
    from generate_series(1, %(count)s) n""",
    """
    insert into reopening (cycle_id, uscc, deadline, until, reason, decided_by, decided_name, decided_role)
    select %(cycle)s, '91320000' || lpad(n::text, 10, '0'), 'nomination', '2026-11-20', '材料补办', %(by)s,
        '季怀瑜', 'province_hr'
    from generate_series(1, %(reopened)s) n""",
)
ENTRIES: Final = 60
"""What the large unit was given: a log of one year, three pages whatever the size."""
REOPENED: Final = 10


def make_cycle(superuser: psycopg.Connection, tenants: Tenants, *, by: int, count: int) -> int:
    """Three years; the last has ``count`` nominations of two cities, and every enterprise in it; its id."""
    cycle_id = 0
    for year in YEARS:
        cycle_id = pilots.cycle(superuser, by, year=year)
    units = [tenants.city_centre.id, tenants.other_city_centre.id]
    make_nominations(superuser, cycle_id=cycle_id, units=units, by=by, count=count)
    values = {
        "cycle": cycle_id,
        "by": by,
        "unit": tenants.enterprise.id,
        "centre": tenants.city_centre.id,
        "province": tenants.province_hr.id,
        "count": count,
        "entries": ENTRIES,
        "reopened": REOPENED,
    }
    for statement in FILL:
        superuser.execute(statement.encode(), values)
    superuser.execute("analyze")
    return cycle_id
