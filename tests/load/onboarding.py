"""A cycle in which much has happened, for list pages: set-based SQL past the policies.

There are as many nominations, places, bans and reference files as tenants; years, and what the province
decides on one, are few whatever the size. The nominations are those of the thirteen cities' centres and, one
in twenty, of direct branches: no unit has all of them. Of those that are decided on three in five were
admitted and the others rejected or withdrawn; WAITING of each unit, the latest, are not decided on. So what
is measured is a list behind a page, not thousands of open tasks of one person.
"""

from __future__ import annotations

from typing import Final

import psycopg

from tests import pilots
from tests.factories import Tenants

YEARS: Final = (2024, 2025, 2026)
WAITING: Final = 6
"""Of each unit: drafts, and nominations that the city or the province has not decided on."""
BRANCHES: Final = 12
FILL: Final = (
    """
    insert into tenant (kind, name, short_name, city_code)
    select 'city_centre', '鉴定中心' || code, '中心' || n, code
    from generate_series(1, 13) n, lateral (select '32' || lpad(n::text, 2, '0') || '00' as code) city
    where not exists (select from tenant where kind = 'city_centre' and city_code = code)""",
    """
    insert into tenant (kind, name, short_name)
    select 'central_branch', '驻苏分支机构' || n, '分支机构' || n from generate_series(1, %(branches)s) n""",
    """
    with unit as (
        select id, city_code, row_number() over (order by id <> %(centre)s, id) as place from tenant
        where kind = 'city_centre'),
    branch as (select id, row_number() over (order by id) as place from tenant where kind = 'central_branch'),
    made as (
        select n, coalesce(branch.id, unit.id) as tenant_id, unit.city_code, branch.id is not null as direct,
            row_number() over (partition by coalesce(branch.id, unit.id) order by n desc) as latest
        from generate_series(1, %(count)s) n
        join unit on unit.place = case when n <= %(own)s then 1 else 1 + n %% 13 end
        left join branch on n > %(own)s and n %% 20 = 0 and branch.place = 1 + n / 20 %% %(branches)s)
    insert into nomination (tenant_id, cycle_id, city_code, channel, quota_class, class_proved, uscc,
        enterprise, state, dossier, created_by, nominated_by, nominated_name, nominated_role, nominated_at,
        countersigned_by, countersigned_name, countersigned_at, reported_at)
    select tenant_id, %(cycle)s, city_code, case when direct then 'province_direct' else 'city' end,
        case when direct then 'central_branch' else 'ordinary' end, false, '91' || lpad(n::text, 16, '0'),
        '企业' || lpad(n::text, 5, '0'), state, '{"channel": "city"}', %(by)s, %(by)s, '经办人',
        'city_centre', app_now(), %(by)s, '会签人', app_now(),
        case when state in ('reported', 'rejected') then app_now() end
    from made, lateral (select case
        when latest > %(waiting)s then (array['reported', 'reported', 'rejected', 'reported', 'withdrawn'])[
            1 + (n / 13) %% 5]
        else (array['draft', 'reported', case when direct then 'reported' else 'submitted' end])[
            1 + latest %% 3] end as state) decided
    order by n""",
    """
    with admitted as (
        select tenant_id, id, channel, quota_class, city_code,
            row_number() over (partition by city_code order by id) as place
        from (select *, row_number() over (partition by tenant_id order by id desc) as latest
            from nomination where cycle_id = %(cycle)s) n
        where state = 'reported' and latest > %(waiting)s),
    enterprise as (
        select id, city_code, row_number() over (partition by city_code order by id) as place
        from tenant where kind = 'enterprise'),
    centre as (select min(id) as id, city_code from tenant where kind = 'city_centre' group by city_code)
    insert into cycle_place (tenant_id, cycle_id, nomination_tenant_id, nomination_id, channel, quota_class,
        admitted_by)
    select enterprise.id, %(cycle)s, coalesce(admitted.tenant_id, centre.id),
        coalesce(admitted.id, 1000000000 + enterprise.id), coalesce(channel, 'city'),
        coalesce(quota_class, 'ordinary'), %(by)s
    from enterprise join centre using (city_code) left join admitted using (city_code, place)""",
    """
    update nomination set state = 'admitted' from cycle_place p
    where p.nomination_tenant_id = nomination.tenant_id and p.nomination_id = nomination.id""",
    """
    insert into guidance_entry (tenant_id, cycle_id, kind, summary, given_by, given_by_unit, given_on)
    select id, %(cycle)s, 'policy_advice', '咨询', %(by)s, '鉴定中心', '2026-10-12'
    from tenant where kind = 'enterprise' and id %% 10 <> 0
        and id not in (select max(id) from tenant where kind = 'enterprise' group by city_code)""",
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
SPREAD: Final = (
    """
    update cycle_position set stage = at.stage, due = case when at.stage ~ '_(draft|publicised|submitted)$'
            then 'plan_report' else '' end,
        returns = (nomination_id %% 7 = 0)::int, accepted = (nomination_id %% 5 = 0)::int,
        refused = (nomination_id %% 11 = 0)::int, waivers = (nomination_id %% 13 = 0)::int
    from unnest(array['plan_draft', 'plan_publicised', 'plan_submitted', 'plan_returned', 'plan_reviewed',
        'plan_approved', 'plan_rejected']) with ordinality at (stage, n)
    where cycle_position.stage = 'admitted' and at.n = 1 + nomination_id / 13 %% 8""",
    "delete from cycle_count",
    """
    insert into cycle_count
    select tenant_id, cycle_id, city_code, channel, quota_class, class_proved, stage, due, count(*),
        sum((returns > 0)::int), sum(returns), sum((accepted > 0)::int), sum(accepted),
        sum((refused > 0)::int), sum(refused), sum((waivers > 0)::int), sum(waivers)
    from cycle_position group by 1, 2, 3, 4, 5, 6, 7, 8""",
)
"""Positions at every stage without the plans that would take them there, and their counts: for reading."""
ENTRIES: Final = 60
"""What the large unit was given: a log of one year, three pages whatever the size."""
REOPENED: Final = 10


def make_cycle(superuser: psycopg.Connection, tenants: Tenants, *, by: int, count: int, page: int) -> int:
    """Three years; the last has ``count`` nominations, and every enterprise in it; its id.

    A city has its part of the nominations, that of ``tenants.city_centre`` always more than a ``page``.
    """
    cycle_id = 0
    for year in YEARS:
        cycle_id = pilots.cycle(superuser, by, year=year)
    values = {
        "cycle": cycle_id,
        "by": by,
        "unit": tenants.enterprise.id,
        "centre": tenants.city_centre.id,
        "province": tenants.province_hr.id,
        "count": count,
        "own": 2 * page,
        "branches": BRANCHES,
        "waiting": WAITING,
        "entries": ENTRIES,
        "reopened": REOPENED,
    }
    for statement in FILL:
        superuser.execute(statement.encode(), values)
    with superuser.transaction():
        superuser.execute("set local session_replication_role = replica")  # past the triggers that keep them
        for statement in SPREAD:
            superuser.execute(statement.encode(), values)
    superuser.execute("vacuum analyze")
    return cycle_id
