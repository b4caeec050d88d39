"""Many versions of plans at once, for the queue: set-based SQL past the policies."""

from __future__ import annotations

from typing import Final

import psycopg

MAKE: Final = """
with unit as (
    insert into tenant (kind, name, short_name, city_code, uscc)
    select 'enterprise', '企业' || lpad((%(from)s + n)::text, 6, '0'), '企业' || (%(from)s + n),
        (array['320100', '320500'])[1 + n %% 2], '92' || lpad((%(from)s + n)::text, 16, '0')
    from generate_series(1, %(count)s::int) n
    returning id, name, city_code, uscc
), place as (
    insert into cycle_place (tenant_id, cycle_id, nomination_tenant_id, nomination_id, channel,
        quota_class, admitted_by)
    select id, %(cycle)s, %(nominator)s, 1000000 + id, 'city', 'ordinary', %(by)s from unit
    returning tenant_id
), plan as (
    insert into plan (tenant_id, cycle_id, city_code, channel, nominator_id, uscc, enterprise, facts,
        opened_by, opened_name)
    select unit.id, %(cycle)s, unit.city_code, 'city', %(nominator)s, unit.uscc, unit.name, '{}',
        %(by)s, '经办人'
    from unit join place on place.tenant_id = unit.id
    returning tenant_id, id, city_code
), version as (
insert into plan_version (tenant_id, plan_id, cycle_id, city_code, channel, nominator_id, number, state,
    edition, rulebook, document, answerers, content_hash, snapshot_hash, section_hashes, publicised_by,
    publicised_name, submitted_by, submitted_name, submitted_at)
select tenant_id, id, %(cycle)s, city_code, 'city', %(nominator)s, 1,
    (array['submitted', 'reviewed'])[1 + (id / 2) %% 2], 'js2023', 'js2023.1', '{}', '{}', repeat('0', 64),
    repeat('0', 64), '{}', %(by)s, '经办人', %(by)s, '经办人', app_now()
from plan
returning tenant_id, plan_id, id, cycle_id, city_code
)
insert into plan_rule (tenant_id, plan_id, clause, kind, cycle_id, city_code, version_id)
select tenant_id, plan_id, clause, kind, cycle_id, city_code, version.id
from version, unnest(%(clauses)s::text[], %(kinds)s::text[]) met (clause, kind)
"""
MET: Final = (
    *((f"JS-A3-item-{number}", "different") for number in range(1, 10)),
    *(
        (clause, "stricter")
        for clause in ("conditions", "JS-A2-members-min-5", "JS-2.4-panel-industry-experts")
    ),
    *((clause, "stricter") for clause in ("JS-3-t3-december-15", "JS-3-t4-december-20")),
    *(("JS-A2-chair-principal", kind) for kind in ("different", "reasoned", "accepted")),
)
"""What each of them meets of the rulebook: as much as a plan of the demo."""


def make_versions(
    superuser: psycopg.Connection, *, cycle_id: int, nominator: int, by: int, count: int
) -> None:
    """``count`` more enterprises of a cycle, each with a plan that was sent in. Statistics are new."""
    row = superuser.execute("select count(*) from tenant").fetchone()
    clauses, kinds = map(list, zip(*MET, strict=True))
    values: dict[str, object] = {"cycle": cycle_id, "nominator": nominator, "by": by, "count": count}
    values |= {"clauses": clauses, "kinds": kinds}
    superuser.execute(MAKE.encode(), {**values, "from": row[0] if row else 0})
    superuser.execute("analyze tenant, cycle_place, plan, plan_version, plan_rule")
