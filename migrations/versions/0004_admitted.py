"""A nomination is marked when its enterprise is admitted: lists and tasks find what waits by its state alone.

The mark is made by the act that places the enterprise, which writes the enterprise's tenant and not the
nominator's. So a policy lets the tenant of a place mark the nomination that the place is of, and a trigger
lets nothing else of it change, then or later (ADR 0017).
"""

from alembic import op

revision = "0004_admitted"
down_revision = "0003_onboarding"

OLD = "'draft', 'submitted', 'reported', 'returned', 'rejected', 'withdrawn'"
CONSTRAINTS = """
alter table nomination
    drop constraint ck_nomination_state,
    drop constraint ck_nomination_countersigned,
    drop constraint ck_nomination_reported,
    add constraint ck_nomination_state check (state in ({states})),
    add constraint ck_nomination_countersigned check ((countersigned_at is null) = (countersigned_by is null)
        and (countersigned_at is null) = (countersigned_name is null)
        and (state not in ({reported}) or channel = 'province_direct' or countersigned_at is not null)),
    add constraint ck_nomination_reported check (state not in ({reported}, 'rejected')
        or reported_at is not null);
drop index ix_nomination_one_channel;
create unique index ix_nomination_one_channel on nomination (cycle_id, uscc)
    where state in ('submitted', 'returned', {reported});
"""
MARK = """
alter table nomination no force row level security;
alter table cycle_place no force row level security;
{update};
alter table cycle_place force row level security;
alter table nomination force row level security;
"""
OF_ITS_PLACE = """
create policy admitted on nomination for update using (exists (
    select from cycle_place p where p.tenant_id = (select app_tenant())
        and p.nomination_tenant_id = nomination.tenant_id and p.nomination_id = nomination.id))
    with check (state = 'admitted');
create function nomination_stays_as_decided() returns trigger language plpgsql as $$
begin
    if old.state = 'admitted' then
        raise exception 'nomination %.% was admitted and does not change', old.tenant_id, old.id
            using errcode = 'restrict_violation';
    elsif old.state <> 'reported' then
        raise exception 'nomination %.% was not reported', old.tenant_id, old.id
            using errcode = 'restrict_violation';
    elsif to_jsonb(new) - array['state', 'version'] <> to_jsonb(old) - array['state', 'version'] then
        raise exception 'nomination %.%: admitting changes nothing of it', old.tenant_id, old.id
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger nomination_stays_as_decided before update on nomination for each row
    when (old.state = 'admitted' or new.state = 'admitted') execute function nomination_stays_as_decided();
drop index ix_cycle_place_placed;
"""
BEFORE = """
create index ix_cycle_place_placed on cycle_place (cycle_id, nomination_tenant_id, nomination_id, tenant_id);
drop trigger nomination_stays_as_decided on nomination;
drop function nomination_stays_as_decided();
drop policy admitted on nomination;
"""


def upgrade() -> None:
    op.execute(CONSTRAINTS.format(states=f"{OLD}, 'admitted'", reported="'reported', 'admitted'"))
    op.execute(
        MARK.format(
            update="update nomination n set state = 'admitted' from cycle_place p "
            "where p.nomination_tenant_id = n.tenant_id and p.nomination_id = n.id"
        )
    )
    op.execute(OF_ITS_PLACE)


def downgrade() -> None:
    op.execute(BEFORE)
    op.execute(MARK.format(update="update nomination set state = 'reported' where state = 'admitted'"))
    op.execute(CONSTRAINTS.format(states=OLD, reported="'reported'"))
