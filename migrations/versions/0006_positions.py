"""Where every enterprise stands in a cycle, and how many stand where: kept by the acts themselves (ADR 0023).

A position belongs to who nominates; an act on a plan writes the enterprise's tenant. So policies let a
trigger, and nothing else, write positions and counts of another tenant. Counts follow at the end of the
transaction, one transaction after another for each nominator: two acts never wait for each other in turn.
"""

from alembic import op

from core.persistence.rls import protect

revision = "0006_positions"
down_revision = "0005_plans"

STAGES = (
    "'draft', 'submitted', 'reported', 'returned', 'admitted', 'rejected', 'withdrawn', 'plan_draft', "
    "'plan_publicised', 'plan_submitted', 'plan_returned', 'plan_reviewed', 'plan_approved', 'plan_rejected'"
)
TABLES = f"""
create table cycle_position (
    tenant_id bigint not null,
    nomination_id bigint not null,
    cycle_id bigint not null,
    city_code text not null,
    channel text not null,
    quota_class text not null,
    class_proved boolean not null,
    uscc text not null,
    enterprise text not null,
    enterprise_id bigint,
    version_id bigint,
    stage text not null,
    due text not null default '',
    returns int not null default 0,
    accepted int not null default 0,
    refused int not null default 0,
    waivers int not null default 0,
    constraint pk_cycle_position primary key (tenant_id, nomination_id),
    constraint fk_cycle_position_nomination foreign key (tenant_id, nomination_id)
        references nomination (tenant_id, id),
    constraint fk_cycle_position_cycle foreign key (cycle_id) references pilot_cycle (id),
    constraint ck_cycle_position_stage check (stage in ({STAGES})),
    constraint ck_cycle_position_due check (due in ('', 'nomination', 'plan_report'))
);
create index ix_cycle_position_cycle on cycle_position (cycle_id, nomination_id);
create index ix_cycle_position_stage on cycle_position (cycle_id, stage, nomination_id);
create index ix_cycle_position_city on cycle_position (cycle_id, city_code, nomination_id);
create index ix_cycle_position_uscc on cycle_position (cycle_id, uscc);

create table cycle_count (
    tenant_id bigint not null,
    cycle_id bigint not null,
    city_code text not null,
    channel text not null,
    quota_class text not null,
    class_proved boolean not null,
    stage text not null,
    due text not null,
    number int not null,
    returned_of int not null,
    returns int not null,
    accepted_of int not null,
    accepted int not null,
    refused_of int not null,
    refused int not null,
    waived_of int not null,
    waivers int not null,
    constraint pk_cycle_count primary key
        (tenant_id, cycle_id, city_code, channel, quota_class, class_proved, stage, due),
    constraint fk_cycle_count_tenant foreign key (tenant_id) references tenant (id),
    constraint fk_cycle_count_cycle foreign key (cycle_id) references pilot_cycle (id)
);
create index ix_cycle_count_cycle on cycle_count (cycle_id);
"""
SUMS = """count(*), count(*) filter (where returns > 0), coalesce(sum(returns), 0),
        count(*) filter (where accepted > 0), coalesce(sum(accepted), 0),
        count(*) filter (where refused > 0), coalesce(sum(refused), 0),
        count(*) filter (where waivers > 0), coalesce(sum(waivers), 0)"""

OF_PLAN = """
create function position_of_plan(of_tenant bigint, of_plan bigint) returns void language sql begin atomic
    update cycle_position p
    set stage = now.stage, due = now.due, version_id = now.version_id, returns = now.returns,
        accepted = now.accepted, refused = now.refused, waivers = now.waivers
    from (
        select place.nomination_tenant_id, place.nomination_id, at.stage,
            case when at.stage in ('plan_draft', 'plan_publicised', 'plan_submitted', 'plan_returned')
                then 'plan_report' else '' end as due,
            (select v.id from plan_version v
                where v.tenant_id = of_tenant and v.plan_id = of_plan and v.submitted_at is not null
                order by (v.state = 'approved') desc, v.number desc limit 1) as version_id,
            (select count(*) from plan_version v
                where v.tenant_id = of_tenant and v.plan_id = of_plan and v.state = 'returned') as returns,
            said.accepted, said.refused,
            (select count(*) from plan_waiver w
                join plan_version v on v.tenant_id = w.tenant_id and v.id = w.version_id
                where w.tenant_id = of_tenant and v.plan_id = of_plan) as waivers
        from plan
        join cycle_place place on place.tenant_id = plan.tenant_id and place.cycle_id = plan.cycle_id
        cross join lateral (select coalesce(
            (select 'plan_approved' from plan_version v
                where v.tenant_id = of_tenant and v.plan_id = of_plan and v.state = 'approved'),
            (select case when v.state = 'withdrawn' then 'plan_draft' else 'plan_' || v.state end
                from plan_version v where v.tenant_id = of_tenant and v.plan_id = of_plan
                order by v.number desc limit 1),
            'plan_draft') as stage) at
        cross join lateral (
            select count(*) filter (where last.verdict = 'accepted') as accepted,
                count(*) filter (where last.verdict = 'refused') as refused
            from (
                select distinct on (f.role, f.rule, f.path) f.verdict from plan_finding_view f
                where f.tenant_id = of_tenant and f.plan_id = of_plan and exists (
                    select from plan_review r
                    join plan_version v on v.tenant_id = r.tenant_id and v.id = r.version_id
                    where r.tenant_id = of_tenant and v.plan_id = of_plan and r.role = f.role
                        and r.decided_at >= f.made_at)
                order by f.role, f.rule, f.path, f.id desc) last) said
        where plan.tenant_id = of_tenant and plan.id = of_plan) now
    where p.tenant_id = now.nomination_tenant_id and p.nomination_id = now.nomination_id
        and (p.stage, p.due, p.version_id, p.returns, p.accepted, p.refused, p.waivers) is distinct from
            (now.stage, now.due, now.version_id, now.returns, now.accepted, now.refused, now.waivers);
end;
"""

NOMINATED = """
insert into cycle_position (tenant_id, nomination_id, cycle_id, city_code, channel, quota_class, class_proved,
    uscc, enterprise, enterprise_id, stage, due)
select n.tenant_id, n.id, n.cycle_id, n.city_code, n.channel, n.quota_class, n.class_proved, n.uscc,
    n.enterprise, place.tenant_id, n.state,
    case when n.state = 'admitted' then 'plan_report'
        when n.state = 'submitted' or n.state = 'returned' and n.reported_at is null then 'nomination'
        else '' end
from {nomination} n
left join cycle_place place on n.state = 'admitted' and place.nomination_tenant_id = n.tenant_id
    and place.nomination_id = n.id
"""
READ = (
    "nomination",
    "cycle_place",
    "plan",
    "plan_version",
    "plan_review",
    "plan_finding_view",
    "plan_waiver",
)
FILL = """
select position_of_plan(tenant_id, id) from plan;
insert into cycle_count
select tenant_id, cycle_id, city_code, channel, quota_class, class_proved, stage, due, {sums}
from cycle_position group by 1, 2, 3, 4, 5, 6, 7, 8;
"""

TRIGGERS = """
create function nomination_takes_position() returns trigger language plpgsql as $$
begin
    {nominated}
    on conflict (tenant_id, nomination_id) do update set city_code = excluded.city_code,
        channel = excluded.channel, quota_class = excluded.quota_class,
        class_proved = excluded.class_proved, uscc = excluded.uscc, enterprise = excluded.enterprise,
        enterprise_id = excluded.enterprise_id, stage = excluded.stage, due = excluded.due;
    return null;
end $$;
create trigger nomination_takes_position after insert or update of city_code, channel, quota_class,
    class_proved, uscc, enterprise, state, reported_at on nomination for each row
    execute function nomination_takes_position();

create function plan_takes_position() returns trigger language plpgsql as $$
begin
    perform position_of_plan(new.tenant_id, case tg_table_name
        when 'plan' then new.id
        when 'plan_version' then (to_jsonb(new) ->> 'plan_id')::bigint
        else (select v.plan_id from plan_version v where v.tenant_id = new.tenant_id
            and v.id = (to_jsonb(new) ->> 'version_id')::bigint) end);
    return null;
end $$;
create trigger plan_takes_position after insert on plan for each row execute function plan_takes_position();
create trigger plan_takes_position after insert or update of state on plan_version for each row
    execute function plan_takes_position();
create trigger plan_takes_position after insert on plan_review for each row
    execute function plan_takes_position();
create trigger plan_takes_position after insert on plan_waiver for each row
    execute function plan_takes_position();

create function count_position(counted cycle_position, by int) returns void language plpgsql as $$
begin
    insert into cycle_count as c (tenant_id, cycle_id, city_code, channel, quota_class, class_proved, stage,
        due, number, returned_of, returns, accepted_of, accepted, refused_of, refused, waived_of, waivers)
    values (counted.tenant_id, counted.cycle_id, counted.city_code, counted.channel, counted.quota_class,
        counted.class_proved, counted.stage, counted.due, by,
        by * (counted.returns > 0)::int, by * counted.returns,
        by * (counted.accepted > 0)::int, by * counted.accepted,
        by * (counted.refused > 0)::int, by * counted.refused,
        by * (counted.waivers > 0)::int, by * counted.waivers)
    on conflict (tenant_id, cycle_id, city_code, channel, quota_class, class_proved, stage, due) do update
    set number = c.number + excluded.number, returned_of = c.returned_of + excluded.returned_of,
        returns = c.returns + excluded.returns, accepted_of = c.accepted_of + excluded.accepted_of,
        accepted = c.accepted + excluded.accepted, refused_of = c.refused_of + excluded.refused_of,
        refused = c.refused + excluded.refused, waived_of = c.waived_of + excluded.waived_of,
        waivers = c.waivers + excluded.waivers;
end $$;
create function position_is_counted() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('cycle_count'), hashint8(new.tenant_id));
    if tg_op = 'UPDATE' then
        perform count_position(old, -1);
    end if;
    perform count_position(new, 1);
    return null;
end $$;
create constraint trigger ck_cycle_position_counted after insert or update on cycle_position
    deferrable initially deferred for each row execute function position_is_counted();

create function kept_by_acts() returns trigger language plpgsql as $$
begin
    raise exception '% is kept by the acts on nominations and plans', tg_table_name
        using errcode = 'restrict_violation';
end $$;
"""
KEPT = """
create trigger kept_by_acts before insert or update on {table} for each statement
    when (pg_trigger_depth() = 0) execute function kept_by_acts();
create policy kept on {table} for all using (pg_trigger_depth() > 0) with check (pg_trigger_depth() > 0);
grant select, insert, update on {table} to app_user;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute("drop index ix_nomination_counted")
    op.execute(OF_PLAN)
    for table in READ:
        op.execute(f"alter table {table} no force row level security")
    op.execute(NOMINATED.format(nomination="nomination"))
    op.execute(FILL.format(sums=SUMS))
    for table in READ:
        op.execute(f"alter table {table} force row level security")
    op.execute(TRIGGERS.format(nominated=NOMINATED.format(nomination="(select (new).*)")))
    for table in ("cycle_position", "cycle_count"):
        protect(table)
        op.execute(KEPT.format(table=table))


def downgrade() -> None:
    for table in ("plan_waiver", "plan_review", "plan_version", "plan"):
        op.execute(f"drop trigger plan_takes_position on {table}")
    op.execute(
        "drop trigger nomination_takes_position on nomination;"
        "drop function plan_takes_position, nomination_takes_position, position_of_plan;"
        "drop table cycle_count;"
        "drop trigger ck_cycle_position_counted on cycle_position;"
        "drop function position_is_counted, count_position;"
        "drop table cycle_position;"
        "drop function kept_by_acts;"
        "create index ix_nomination_counted on nomination (cycle_id, city_code, channel, quota_class, "
        "class_proved, state, tenant_id, id)"
    )
