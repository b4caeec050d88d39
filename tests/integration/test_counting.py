"""The counter of statements and rows counts what is sent and fetched, all of it and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text

from core.persistence.db import db
from core.persistence.models import OutboxMessage, Tenant
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from tests.counting import Uncounted, counted

if TYPE_CHECKING:
    from tests.factories import Tenants

pytestmark = pytest.mark.usefixtures("session")
EVERYTHING = Scope(reads="*")


def test_scope_and_query_are_two_statements(tenants: Tenants) -> None:
    with counted(db.engine) as work, reading(EVERYTHING) as session:
        assert len(session.execute(select(Tenant.id)).all()) == 12
    assert work.statements == 2
    assert work.rows == 1 + 12  # the scope's own row
    assert work.sent[0].startswith("select set_config('app.tenant_id'")
    assert work.sent[1].startswith("SELECT tenant.id")


def test_query_for_each_row_is_seen(tenants: Tenants) -> None:
    with counted(db.engine) as work, reading(EVERYTHING) as session:
        for tenant in session.scalars(select(Tenant)):
            session.execute(select(OutboxMessage.id).where(OutboxMessage.tenant_id == tenant.id))
    assert work.statements == 1 + 1 + 12


def test_rows_fetched_for_a_page_of_one_are_seen(tenants: Tenants) -> None:
    with counted(db.engine) as work, reading(EVERYTHING) as session:
        assert session.execute(select(Tenant.name)).first()
    assert work.rows == 1 + 12
    with counted(db.engine) as work, reading(EVERYTHING) as session:
        assert session.execute(select(Tenant.name).limit(1)).first()
    assert work.rows == 1 + 1


def test_rows_written_are_not_rows_fetched(tenants: Tenants) -> None:
    mine = tenants.enterprise.id
    rows = [{"tenant_id": mine, "topic": "mail", "payload": {}} for _ in range(5)]
    with counted(db.engine) as work, act(Scope(writes=mine)) as session:
        session.execute(insert(OutboxMessage.__table__), rows)  # type: ignore[arg-type]
        session.execute(text("update outbox set topic = 'post'"))
        assert len(session.execute(text("update outbox set topic = 'mail' returning id")).all()) == 5
    assert (work.statements, work.rows) == (4, 1 + 5)


def test_count_ends_with_its_block(tenants: Tenants) -> None:
    with counted(db.engine) as work:
        pass
    with reading(EVERYTHING) as session:
        session.execute(select(Tenant.id))
    assert (work.statements, work.rows) == (0, 0)


def test_rows_of_a_server_side_cursor_are_an_error(tenants: Tenants) -> None:
    with counted(db.engine), reading(EVERYTHING) as session, pytest.raises(Uncounted):
        session.execute(select(Tenant.id), execution_options={"stream_results": True})
