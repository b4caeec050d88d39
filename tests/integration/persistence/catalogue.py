"""What PostgreSQL's catalogue must say of the platform's tables: questions whose answers are the faults."""

from __future__ import annotations

from typing import Final

import psycopg

WITH_TENANT_TABLES: Final = """
with tenant_table as (
    select c.oid, c.relname, case when c.relname = 'tenant' then 'id' else 'tenant_id' end as key
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and (c.relname = 'tenant' or exists (select from pg_attribute a
            where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
), person_table as (
    select c.oid, c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'person_id'
        and not a.attisdropped and c.oid not in (select oid from tenant_table) and c.relname <> 'plan_expert'
)
"""
"""A plan expert is a person whom the province names for everybody: the row is the province's."""

QUESTIONS: Final = {
    "tenant table without enabled and forced row-level security": """
        select t.relname from tenant_table t join pg_class c using (oid)
        where not (c.relrowsecurity and c.relforcerowsecurity)""",
    "tenant table without a policy that checks what is written": """
        select t.relname from tenant_table t where not exists (select from pg_policy p
            where p.polrelid = t.oid and p.polcmd = '*' and p.polroles = '{0}'
                and pg_get_expr(p.polwithcheck, p.polrelid) like '%app_tenant()%')""",
    "policy that lets rows be written and is not about the written tenant": """
        select polrelid::regclass || ': ' || polname from pg_policy
        where polcmd <> 'r' and polrelid not in (select oid from person_table)
            and (polrelid, polname) <> ('nomination'::regclass, 'admitted')
            and (polrelid::regclass::text, polname, pg_get_expr(polqual, polrelid),
                pg_get_expr(polwithcheck, polrelid)) not in (
                ('cycle_position', 'kept', '(pg_trigger_depth() > 0)', '(pg_trigger_depth() > 0)'),
                ('cycle_count', 'kept', '(pg_trigger_depth() > 0)', '(pg_trigger_depth() > 0)')) and (
            pg_get_expr(polqual, polrelid) not like '(% = ( SELECT app_tenant() %'
            and pg_get_expr(polqual, polrelid) not like '(EXISTS ( SELECT%FROM tenant%'
                '(tenant.id = ( SELECT app_tenant() AS app_tenant)) AND (tenant.kind = ANY%'
            or pg_get_expr(polwithcheck, polrelid) is distinct from pg_get_expr(polqual, polrelid))""",
    "table of a person without enabled and forced row-level security": """
        select p.relname from person_table p join pg_class c using (oid)
        where not (c.relrowsecurity and c.relforcerowsecurity)""",
    "policy of a table of a person that is not about that person": """
        select polrelid::regclass || ': ' || polname from pg_policy join person_table p on p.oid = polrelid
        where pg_get_expr(polqual, polrelid) is distinct from '((person_id = ( SELECT app_person() '
                || 'AS app_person)) OR ( SELECT app_reads_all() AS app_reads_all))'
            or pg_get_expr(polwithcheck, polrelid) is distinct from pg_get_expr(polqual, polrelid)""",
    "tenant table whose primary key does not begin with the tenant": """
        select t.relname from tenant_table t where not exists (select from pg_index i
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
            where i.indrelid = t.oid and i.indisprimary and a.attname = t.key)""",
    "foreign key to a tenant table without the tenant": """
        select k.conname from pg_constraint k join tenant_table t on t.oid = k.confrelid
        where k.contype = 'f' and not exists (select from unnest(k.confkey) n
            join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n where a.attname = t.key)""",
    "foreign key between tenant tables from another column than the tenant": """
        select k.conname from pg_constraint k join tenant_table t on t.oid = k.confrelid
        join tenant_table f on f.oid = k.conrelid
        where k.contype = 'f' and not exists (select from unnest(k.conkey, k.confkey) n (here, there)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.here
            join pg_attribute b on b.attrelid = k.confrelid and b.attnum = n.there
            where a.attname = f.key and b.attname = t.key)""",
    "view that does not run as its caller": """
        select relname from pg_class where relnamespace = 'public'::regnamespace and (relkind = 'm'
            or relkind = 'v' and not coalesce('security_invoker=true' = any(reloptions), false))""",
    "function that runs as its owner": """
        select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef""",
    "something app_user owns": """
        select 'relation ' || relname from pg_class where relowner = 'app_user'::regrole
        union all select 'function ' || proname from pg_proc where proowner = 'app_user'::regrole
        union all select 'schema ' || nspname from pg_namespace where nspowner = 'app_user'::regrole
        union all select 'type ' || typname from pg_type where typowner = 'app_user'::regrole
        union all select 'database ' || datname from pg_database where datdba = 'app_user'::regrole""",
    "power of app_user": """
        select rolname from pg_roles where pg_has_role('app_user', oid, 'member')
            and (rolname <> 'app_user' or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
                or rolreplication)""",
    "power of app_owner": """
        select rolname from pg_roles where rolname = 'app_owner'
            and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)""",
    "right to make things": """
        select 'temporary tables' where has_database_privilege('app_user', current_database(), 'temporary')
        union all select 'schemas' where has_database_privilege('app_user', current_database(), 'create')
        union all select 'tables' where has_schema_privilege('app_user', 'public', 'create')""",
    "right that app_user has beyond reading, adding, changing": """
        select relname || ' ' || r from pg_class, unnest(array['truncate', 'references', 'trigger']) r
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
            and has_table_privilege('app_user', oid, r)""",
    "right to change or delete what is only ever added, or what is a tenant's": """
        select relname || ' ' || r from pg_class, unnest(array['update', 'delete']) r
        where relname in ('audit_event', 'audit_checkpoint', 'sign_in', 'plan_edit', 'plan_review',
                'plan_tick', 'plan_finding_view', 'plan_waiver')
            and (has_table_privilege('app_user', oid, r)
                or r = 'update' and has_any_column_privilege('app_user', oid, r))
        union all select t.relname || ' delete' from tenant_table t
        where has_table_privilege('app_user', t.oid, 'delete')""",
    "right to change who somebody is, whose something is, or what was frozen": """
        select relname || '.' || attname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
            and not a.attisdropped
            and (c.relname = 'person' and a.attname in ('id', 'login_name', 'created_at')
                or c.relname in ('credential', 'recovery_code', 'known_device', 'user_session', 'sign_in',
                    'password_link') and a.attname in ('id', 'person_id', 'created_at', 'expires_at')
                or c.relname = 'plan_version' and a.attname in ('id', 'tenant_id', 'plan_id', 'cycle_id',
                    'city_code', 'channel', 'nominator_id', 'number', 'edition', 'rulebook', 'document',
                    'answerers', 'content_hash', 'snapshot_hash', 'section_hashes', 'publicised_by',
                    'publicised_name', 'publicised_at')
                or c.relname = 'plan_notice' and a.attname !~ '^withdrawn_'
                or c.relname = 'plan_comment' and a.attname !~ '^(employed|answer)')
            and has_column_privilege('app_user', c.oid, a.attnum, 'update')""",
    "right of everybody": """
        select relname from pg_class, aclexplode(relacl) a
        where relnamespace = 'public'::regnamespace and a.grantee = 0""",
    "default that asks another clock or a sequence": """
        select adrelid::regclass || ': ' || pg_get_expr(adbin, adrelid) from pg_attrdef
        where pg_get_expr(adbin, adrelid) ~* '\\m(now|clock_timestamp|current_\\w+|localtime\\w*|nextval|'
            'transaction_timestamp|statement_timestamp|timeofday|random|uuidv7|gen_random_uuid)\\M'""",
    "moment without its zone, or id that could run out": """
        select attrelid::regclass || '.' || attname || ' ' || atttypid::regtype from pg_attribute
        join pg_class c on c.oid = attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and attnum > 0
            and not attisdropped and (atttypid in ('timestamp'::regtype, 'timetz'::regtype)
                or attname ~ '(^|_)id$' and atttypid = 'integer'::regtype)""",
    "constraint or index named outside the convention": """
        select conname from pg_constraint where connamespace = 'public'::regnamespace
            and conrelid::regclass::text <> 'alembic_version' and contype <> 'n'
            and conname !~ ('^' || case contype when 'p' then 'pk' when 'f' then 'fk' when 'u' then 'uq'
                else 'ck' end || '_' || conrelid::regclass
                || case contype when 'p' then '$' else '_[a-z_]+$' end)
        union all select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'public'::regnamespace and c.relname <> 'alembic_version'
            and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
            and i.indexrelid::regclass::text !~ ('^ix_' || c.relname || '_[a-z_]+$')""",
    "index of a tenant table that other tenants' rows would be read through": """
        select i.indexrelid::regclass::text from pg_index i join tenant_table t on t.oid = i.indrelid
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where a.attname <> t.key and t.relname <> 'tenant' and i.indexrelid::regclass::text not in (
            'ix_role_grant_one_admin', 'ix_role_grant_person', 'uq_invitation_token_hash',
            'ix_invitation_open', 'uq_password_link_token_hash', 'ix_password_link_person',
            'ix_outbox_waiting', 'ix_nomination_one_channel', 'ix_nomination_cycle', 'ix_nomination_city',
            'ix_nomination_state', 'uq_cycle_place_nomination',
            'ix_cycle_place_cycle', 'ix_guidance_file_cycle', 'ix_guidance_file_city',
            'ix_plan_of_cycle', 'ix_plan_city', 'ix_plan_nominator',
            'ix_plan_version_state', 'ix_plan_version_city', 'ix_plan_version_nominator',
            'ix_cycle_position_cycle', 'ix_cycle_position_stage', 'ix_cycle_position_city',
            'ix_cycle_position_uscc', 'ix_cycle_count_cycle',
            'ix_plan_rule_cycle', 'ix_plan_rule_city',
            'uq_plan_notice_token_hash', 'ix_plan_expert_task_person', 'ix_city_requirement_one')""",
}
"""Name → SQL whose rows are the faults. The policies left out are those of ADR 0017 and ADR 0023. The indexes
named last are for what is looked up across tenants: a person's own hats, a token that opens one link, what a
person sent and later links of a person, the relay that delivers for all, what a cycle has."""

SNAPSHOT: Final = """
    select 'column', attrelid::regclass::text, attname || ' ' || format_type(atttypid, atttypmod) || ' '
        || attnotnull || ' ' || attidentity::text || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
    from pg_attribute join pg_class c on c.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where c.relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
    union all select 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace
    union all select 'index', tablename, indexdef from pg_indexes where schemaname = 'public'
    union all select 'policy', tablename, row(p.*)::text from pg_policies p
    union all select 'security', relname, relrowsecurity || ' ' || relforcerowsecurity from pg_class
    where relnamespace = 'public'::regnamespace
    union all select 'function', proname, pg_get_functiondef(oid) from pg_proc
    where pronamespace = 'public'::regnamespace
    union all select 'right', relname, coalesce(relacl::text, '') from pg_class
    where relnamespace = 'public'::regnamespace
    order by 1, 2, 3
"""


def faults(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Every question that has an answer it should not have."""
    asked = {
        name: [row[0] for row in connection.execute(WITH_TENANT_TABLES + sql)]
        for name, sql in QUESTIONS.items()
    }
    return {name: found for name, found in asked.items() if found}


def snapshot(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    """The schema as PostgreSQL describes it, to compare two states of one database."""
    return connection.execute(SNAPSHOT).fetchall()
