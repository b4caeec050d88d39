"""The generator of tenants for list pages makes what it says, and leaves the tables usable."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.roles import Role, TenantKind
from core.persistence.models import AuditEvent, RoleGrant, Tenant
from core.persistence.scope import Scope
from core.persistence.session import reading
from tests import factories
from tests.load.tenants import CITIES, EVENTS, PEOPLE, make_tenants


@pytest.mark.parametrize("count", [10, 1_000])
def test_made_tenants_have_people_and_history(
    session: Session, superuser: psycopg.Connection, count: int
) -> None:
    made = make_tenants(superuser, count)
    with reading(Scope(reads="*")) as session:  # noqa: PLR1704 - the same session
        assert set(session.scalars(select(Tenant.id))) == set(made)
        assert len(set(session.scalars(select(Tenant.city_code)))) == min(count, CITIES)
        assert session.scalar(select(func.count()).select_from(RoleGrant)) == count * PEOPLE
    with reading(Scope(writes=made[-1])) as session:
        assert len(session.scalars(select(AuditEvent.seq)).all()) == EVENTS
        assert len(session.scalars(select(RoleGrant.role)).all()) == PEOPLE


def test_more_can_be_made_after_them(superuser: psycopg.Connection) -> None:
    first = make_tenants(superuser, 20)
    where = factories.tenant(superuser, TenantKind.ENTERPRISE, "后来的企业", factories.NANJING)
    factories.grant(superuser, where, factories.person(superuser, "后来的人"), Role.EMPLOYEE)
    second = make_tenants(superuser, 20)
    assert not {*first, where.id} & set(second)
