"""People are listed by role, events by action and by what they are about, however many others there are."""

from alembic import op

revision = "0002_lists"
down_revision = "0001_platform"


def upgrade() -> None:
    op.execute("create index ix_role_grant_role on role_grant (tenant_id, role, id)")
    op.execute("create index ix_audit_event_action on audit_event (tenant_id, action, seq)")
    op.execute("create index ix_audit_event_subject_type on audit_event (tenant_id, subject_type, seq)")


def downgrade() -> None:
    op.execute("drop index ix_role_grant_role, ix_audit_event_action, ix_audit_event_subject_type")
