"""The first steps: a tenant by the operator's hand, and the administrator who brings in the others."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, UniqueViolation
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from core.config import FieldKeys
from core.crypto import Keyring
from core.domain.roles import Role, TenantKind
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services import founding
from core.services.accounts.answers import Conflict, Invalid
from core.services.accounts.rules import AccountRules, Cost
from core.services.founding import EVERYTHING, NewTenant
from tests.factories import NANJING, Tenants

RULES = AccountRules(
    keys=Keyring(FieldKeys(sealing={1: bytes(32)}, index=bytes(32))), cost=Cost(memory=8, passes=1)
)
PASSWORD = "Kestrel-7-orchard"  # noqa: S105 - of somebody who does not exist
NEW = NewTenant(
    kind=TenantKind.ENTERPRISE,
    name="南京江畔仪表有限公司（虚构）",
    short_name="江畔仪表",
    city_code=NANJING,
    uscc="91320100MA0TEST002",
    slug="nanjing_jiangpan",
)


def opened(new: NewTenant) -> int:
    with act(EVERYTHING) as session:
        tenant_id = founding.next_tenant(session)
    with act(Scope(writes=tenant_id)) as session:
        founding.open_tenant(session, tenant_id=tenant_id, new=new)
    return tenant_id


def there(new: NewTenant) -> int | None:
    with reading(EVERYTHING) as session:
        return founding.existing(session, new)


def test_opened_tenant_is_there_and_the_first_thing_its_record_tells(
    session: Session, superuser: psycopg.Connection
) -> None:
    assert there(NEW) is None
    tenant_id = opened(NEW)
    assert there(NEW) == tenant_id
    row = superuser.execute(
        "select kind, name, short_name, city_code, uscc, slug from tenant where id = %s", [tenant_id]
    ).fetchone()
    assert row == (NEW.kind, NEW.name, NEW.short_name, NEW.city_code, NEW.uscc, NEW.slug)
    event = superuser.execute(
        "select seq, action, actor_id, hat, subject_id, changes->'uscc' "
        "from audit_event where tenant_id = %s",
        [tenant_id],
    ).fetchall()
    assert event == [(1, "tenant:create", None, "platform", str(tenant_id), [None, NEW.uscc])]


def test_body_is_told_by_its_kind_and_city(session: Session, tenants: Tenants) -> None:
    assert there(NewTenant(kind=TenantKind.CITY_HR, name="", short_name="", city_code=NANJING)) == (
        tenants.city_hr.id
    )
    assert there(NewTenant(kind=TenantKind.PLATFORM, name="", short_name="")) == tenants.platform.id
    assert there(NewTenant(kind=TenantKind.CITY_HR, name="", short_name="", city_code="320700")) is None


def test_tenant_is_opened_in_no_scope_but_its_own(session: Session, tenants: Tenants) -> None:
    with pytest.raises(ProgrammingError) as refused, act(Scope(writes=tenants.platform.id)) as current:
        founding.open_tenant(current, tenant_id=founding.next_tenant(current), new=NEW)
    assert isinstance(refused.value.orig, InsufficientPrivilege)
    assert there(NEW) is None


def test_number_of_an_enterprise_is_of_one_tenant(session: Session) -> None:
    opened(NEW)
    with pytest.raises(IntegrityError) as refused:
        opened(NEW)
    assert isinstance(refused.value.orig, UniqueViolation)


def founded(platform_id: int, password: str = PASSWORD) -> int:
    with act(founding.scope_of_platform(platform_id)) as session:
        return founding.first_admin(
            session,
            platform_id=platform_id,
            login_name="wei.chiheng",
            name="卫持衡",
            password=password,
            rules=RULES,
        )


def test_first_admin_holds_the_role_on_nobodys_authority(
    session: Session, superuser: psycopg.Connection, tenants: Tenants
) -> None:
    person_id = founded(tenants.platform.id)
    grants = superuser.execute("select person_id, role, granted_by from role_grant").fetchall()
    assert grants == [(person_id, Role.SECURITY_ADMIN, None)]
    events = superuser.execute("select action, actor_id, hat from audit_event order by seq").fetchall()
    assert events == [("person:create", None, "platform"), ("grant:create", None, "platform")]


def test_there_is_no_second_first_admin(
    session: Session, superuser: psycopg.Connection, tenants: Tenants
) -> None:
    founded(tenants.platform.id)
    superuser.execute(
        "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = '离任'"
    )
    with pytest.raises(Conflict):
        founded(tenants.platform.id)


def test_first_admin_with_a_weak_password_is_not_made(
    session: Session, superuser: psycopg.Connection, tenants: Tenants
) -> None:
    with pytest.raises(Invalid):
        founded(tenants.platform.id, "Admin@2026")
    assert superuser.execute("select count(*) from person").fetchone() == (0,)
