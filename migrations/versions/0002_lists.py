"""The people of a tenant are listed by role, whatever number of them has another."""

from alembic import op

revision = "0002_lists"
down_revision = "0001_platform"


def upgrade() -> None:
    op.execute("create index ix_role_grant_role on role_grant (tenant_id, role, id)")


def downgrade() -> None:
    op.execute("drop index ix_role_grant_role")
