"""Row-level security of tenant tables, for migrations: enabled, forced, one policy to write and one to read.

A session reads the tenants of its scope and writes one (``core.persistence.scope``). Without a scope it sees
nothing.
"""

from alembic import op


def protect(table: str, *, key: str = "tenant_id", own: str | None = None) -> None:
    """Rows are written by the tenant in ``key`` and read in scope; the condition ``own`` adds to that.

    The tenants of a scope are hashed once a statement: a row is not compared with every tenant of a city.
    """
    reads = f"(select app_reads_all()) or {key} in (select unnest(app_scope()))"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(
        f"create policy own on {table} for all using ({key} = (select app_tenant())) "
        f"with check ({key} = (select app_tenant()))"
    )
    op.execute(f"create policy scope on {table} for select using ({reads})")
    if own:
        op.execute(f"create policy mine on {table} for select using ({own})")
