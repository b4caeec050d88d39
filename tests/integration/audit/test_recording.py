"""Events are written with their act, one after another in each tenant, and only ever added."""

from __future__ import annotations

import psycopg
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.roles import Role
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services import audit
from tests import factories
from tests.factories import Tenants

SUBJECT = Subject("grant", 7, "企业人力资源管理部门")


def test_act_leaves_its_event(session: Session, superuser: psycopg.Connection, tenants: Tenants) -> None:
    actor = factories.actor(superuser, tenants.city_hr, Role.CITY_HR, "景行之")
    with act(Scope(writes=tenants.enterprise.id)) as writing:
        made = record(
            writing,
            tenant_id=tenants.enterprise.id,
            actor=actor,
            action=Action.GRANT_REVOKE,
            subject=SUBJECT,
            changes={"revoked": (False, True)},
            reason="调离",
        )
    with reading(Scope(reads=frozenset({tenants.enterprise.id}))) as found:
        page = audit.events(found, tenants.enterprise.id)
    assert page.events == (made,)
    assert page.before is None
