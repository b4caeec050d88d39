"""Row-level security, for migrations: enabled and forced on what belongs to a tenant, and to a person.

A session reads the tenants of its scope and writes one (``core.persistence.scope``). Without a scope it sees
nothing.
"""

from collections.abc import Collection

from alembic import op


def protect(table: str, *, key: str = "tenant_id", own: str | None = None) -> None:
    """Rows are written by the tenant in ``key`` and read in scope; the condition ``own`` adds to that.

    The tenants of a scope are hashed once a statement: a row is not compared with every tenant of a city.
    """
    _force(table)
    reads = f"(select app_reads_all()) or {key} in (select unnest(app_scope()))"
    op.execute(
        f"create policy own on {table} for all using ({key} = (select app_tenant())) "
        f"with check ({key} = (select app_tenant()))"
    )
    op.execute(f"create policy scope on {table} for select using ({reads})")
    if own:
        op.execute(f"create policy mine on {table} for select using ({own})")


def publish(table: str, *, kinds: Collection[str]) -> None:
    """Rows of no tenant: everybody reads them, and a scope that writes a tenant of ``kinds`` adds to them."""
    named = ", ".join(f"'{kind}'" for kind in kinds)
    writer = f"exists (select from tenant where id = (select app_tenant()) and kind in ({named}))"
    _force(table)
    op.execute(f"create policy own on {table} for all using ({writer}) with check ({writer})")
    op.execute(f"create policy published on {table} for select using (true)")


def protect_person(table: str) -> None:
    """Rows are the person's of the scope; one that reads everything has those of all (ADR 0008)."""
    whose = "person_id = (select app_person()) or (select app_reads_all())"
    _force(table)
    op.execute(f"create policy own on {table} for all using ({whose}) with check ({whose})")


def _force(table: str) -> None:
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
