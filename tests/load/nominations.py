"""Many nominations at once, for list pages: set-based SQL past the policies, as ``tests.load.tenants``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import psycopg

MAKE: Final = """
insert into nomination (tenant_id, cycle_id, city_code, channel, quota_class, class_proved, uscc, enterprise,
    state, dossier, created_by, nominated_by, nominated_name, nominated_role, nominated_at,
    countersigned_by, countersigned_name, countersigned_at, reported_at)
select unit.id, %(cycle)s, unit.city_code, 'city', 'ordinary', false,
    '91' || lpad((%(from)s + n)::text, 16, '0'), '企业' || lpad((%(from)s + n)::text, 5, '0'),
    (array['draft', 'submitted', 'reported', 'withdrawn'])[1 + n %% 4], '{"channel": "city"}',
    %(by)s, %(by)s, '经办人', 'city_centre', app_now(), %(by)s, '会签人', app_now(), app_now()
from generate_series(1, %(count)s::int) n
join lateral (select id, city_code from tenant where id = (%(units)s::bigint[])[1 + n %% %(of)s]) unit on true
"""


def make_nominations(
    superuser: psycopg.Connection, *, cycle_id: int, units: Sequence[int], by: int, count: int
) -> None:
    """``count`` more nominations of a cycle, over ``units`` of cities and four states. Statistics are new."""
    row = superuser.execute("select count(*) from nomination").fetchone()
    values = {"cycle": cycle_id, "units": list(units), "of": len(units), "by": by, "count": count}
    superuser.execute(MAKE.encode(), {**values, "from": row[0] if row else 0})
    superuser.execute("analyze nomination")
