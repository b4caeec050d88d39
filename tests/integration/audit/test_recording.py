"""Events are written with their act, one after another in each tenant, masked, and only ever added."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from core import outbox, paths
from core.audit import PLATFORM, Action, NoReason, Subject, record, record_read
from core.audit.chain import Event
from core.config import Databases, FieldKeys
from core.crypto import Keyring, Personal, Secret
from core.domain.roles import Actor, Role
from core.persistence import clock
from core.persistence.db import OutsideScope
from core.persistence.models import AuditEvent
from core.persistence.queries.audit import Filters
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services import audit
from tests import factories
from tests.factories import Tenants
from tests.integration.audit.conftest import SIGNER
from tests.integration.audit.ledgers import EVERYTHING, verdict, write_acts
from tests.scale import examples
from tests.unit.audit.chains import chance_of

pytestmark = pytest.mark.release

SUBJECT = Subject("grant", 7, "企业人力资源管理部门")
PHONE = "13912340217"


@pytest.fixture
def actor(superuser: psycopg.Connection, tenants: Tenants) -> Actor:
    return factories.actor(superuser, tenants.city_hr, Role.CITY_HR, "景行之")


def revoke(session: Session, tenant: int, actor: Actor, **changes: tuple[object, object]) -> Event:
    return record(
        session,
        tenant_id=tenant,
        actor=actor,
        action=Action.GRANT_REVOKE,
        subject=SUBJECT,
        changes=changes or {"revoked": (False, True)},
        reason="调离",
    )


def counts(superuser: psycopg.Connection) -> tuple[int, int, int]:
    """Events, heads and messages in the whole database."""
    row = superuser.execute(
        "select (select count(*) from audit_event), (select count(*) from audit_head), "
        "(select count(*) from outbox)"
    ).fetchone()
    assert row
    return row


# --- in the act's transaction -------------------------------------------------------------------------------


def test_act_leaves_its_event(session: Session, tenants: Tenants, actor: Actor) -> None:
    tenant = tenants.enterprise.id
    with act(Scope(writes=tenant)) as writing:
        before = clock.now(writing)
        made = revoke(writing, tenant, actor)
        after = clock.now(writing)
    with reading(Scope(reads=frozenset({tenant}))) as found:
        assert audit.events(found, tenant).events == (made,)
    assert before <= made.at <= after
    assert made.seq == 1
    assert (made.actor_id, made.actor_name) == (actor.person_id, "景行之")
    assert made.hat == f"city_hr@{tenants.city_hr.id}"
    assert (made.action, made.reason, made.request_id) == ("grant:revoke", "调离", "request-1")
    assert (made.subject_type, made.subject_id, made.subject_label) == ("grant", "7", SUBJECT.label)
    assert made.changes == {"revoked": [False, True]}


def test_act_that_is_rolled_back_leaves_neither_event_nor_message(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, actor: Actor
) -> None:
    tenant = tenants.enterprise.id

    def acted(share: int) -> int:
        with act(Scope(writes=tenant)) as writing:
            made = revoke(writing, tenant, actor)
            outbox.enqueue(writing, tenant_id=tenant, topic="grant:revoked", payload={"share": 1 / share})
        return made.seq

    with pytest.raises(ZeroDivisionError):
        acted(0)
    assert counts(superuser) == (0, 0, 0)
    assert acted(1) == 1  # the twin, which also shows that no seq was lost
    assert counts(superuser) == (1, 1, 1)


def test_event_that_cannot_be_written_takes_its_act_with_it(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, actor: Actor
) -> None:
    tenant = tenants.enterprise.id

    def acted(phone: object) -> None:
        with act(Scope(writes=tenant)) as writing:
            outbox.enqueue(writing, tenant_id=tenant, topic="person:changed", payload={"person": 7})
            revoke(writing, tenant, actor, phone=(None, phone))

    with pytest.raises(TypeError, match="cannot be recorded"):
        acted(b"sealed")
    assert counts(superuser) == (0, 0, 0)
    acted("139****0217")
    assert counts(superuser) == (1, 1, 1)


def test_message_holds_plain_data_only(
    session: Session, superuser: psycopg.Connection, tenants: Tenants
) -> None:
    tenant = tenants.enterprise.id
    for payload in ({"phone": Secret(PHONE, Personal.PHONE)}, {"phone": b"sealed"}, {"big": 2**60}):
        with pytest.raises(ValueError), act(Scope(writes=tenant)) as writing:  # noqa: PT011
            outbox.enqueue(writing, tenant_id=tenant, topic="person:changed", payload=payload)
    assert counts(superuser) == (0, 0, 0)


def test_each_tenant_has_a_chain_of_its_own(session: Session, tenants: Tenants, actor: Actor) -> None:
    for tenant in (tenants.enterprise.id, tenants.other_enterprise.id, tenants.enterprise.id):
        with act(Scope(writes=tenant)) as writing:
            revoke(writing, tenant, actor)
            revoke(writing, tenant, actor)
    found = verdict(SIGNER.public_key)
    assert (found.good, found.events, found.chains) == (True, 6, 2)


def test_good_chains_of_acts_pass(session: Session, tenants: Tenants, actor: Actor) -> None:
    """Values of every kind come back from the database as they were hashed."""
    for seed in range(examples(100)):
        write_acts(tenants.enterprise.id, actor, 1, chance_of(seed))
    found = verdict(SIGNER.public_key)
    assert (found.faults, found.events) == ((), examples(100))


# --- personal data ------------------------------------------------------------------------------------------


def test_personal_values_are_masked_in_the_record(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, actor: Actor
) -> None:
    tenant = tenants.enterprise.id
    keys = Keyring(FieldKeys(sealing={1: bytes(32)}, index=bytes(32)))
    sealed = keys.seal(PHONE, "person.phone_sealed:7")
    with act(Scope(writes=tenant)) as writing:
        opened = keys.open(sealed, "person.phone_sealed:7", Personal.PHONE)
        made = revoke(writing, tenant, actor, phone=(None, opened))
    assert made.changes == {"phone": [None, "139****0217"]}
    (row,) = superuser.execute("select audit_event::text from audit_event").fetchall()
    assert "139****0217" in row[0]
    assert PHONE not in row[0]


def test_reading_a_sensitive_field_is_an_event_without_its_value(
    session: Session, tenants: Tenants, actor: Actor
) -> None:
    tenant = tenants.enterprise.id
    with act(Scope(writes=tenant)) as writing:
        made = record_read(
            writing,
            tenant_id=tenant,
            actor=actor,
            subject=Subject("person", 7, "顾*舟"),
            fields=["citizen_id"],
            reason="核对证书",
        )
    assert (made.action, made.reason) == ("field:read", "核对证书")
    assert made.changes == {"citizen_id": [None, None]}


@pytest.mark.parametrize("reason", ["", " \u3000"])
def test_reading_without_a_reason_is_refused(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, actor: Actor, reason: str
) -> None:
    tenant = tenants.enterprise.id
    with pytest.raises(NoReason), act(Scope(writes=tenant)) as writing:
        record_read(writing, tenant_id=tenant, actor=actor, subject=SUBJECT, fields=["phone"], reason=reason)
    assert counts(superuser) == (0, 0, 0)


# --- only ever added, only in scope -------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["none", "other", "reads-all"])
def test_event_of_a_tenant_that_the_scope_does_not_write_is_refused(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, actor: Actor, scope: str
) -> None:
    scopes = {
        "none": Scope(),
        "other": Scope(reads=frozenset({tenants.enterprise.id}), writes=tenants.other_enterprise.id),
        "reads-all": EVERYTHING,
    }
    with pytest.raises(OutsideScope), act(scopes[scope]) as writing:
        revoke(writing, tenants.enterprise.id, actor)
    assert counts(superuser) == (0, 0, 0)


def test_database_refuses_an_event_of_another_tenant_by_itself(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, actor: Actor
) -> None:
    own, other = tenants.enterprise.id, tenants.other_enterprise.id
    with act(Scope(writes=own)) as writing:
        made = revoke(writing, own, actor)
    row = {name: getattr(made, name) for name in Event.__slots__} | {"seq": 2}
    with pytest.raises(ProgrammingError, match="row-level security"), act(Scope(writes=own)) as writing:
        writing.execute(insert(AuditEvent).values(row | {"tenant_id": other}))
    with act(Scope(writes=own)) as writing:
        writing.execute(insert(AuditEvent).values(row))
    assert counts(superuser)[0] == 2


@pytest.mark.parametrize(
    "statement", ["update audit_event set reason = 'x'", "delete from audit_event", "truncate audit_event"]
)
def test_application_cannot_change_or_delete_events(
    session: Session, owner: psycopg.Connection, tenants: Tenants, actor: Actor, statement: str
) -> None:
    tenant = tenants.enterprise.id
    with act(Scope(writes=tenant)) as writing:
        revoke(writing, tenant, actor)
    with pytest.raises(ProgrammingError, match="permission denied"), act(Scope(writes=tenant)) as writing:
        writing.execute(text(statement))
    owner.execute("select set_config('app.tenant_id', %s, false)", [str(tenant)])  # the twin: the owner can
    owner.execute(statement.encode())
    with reading(Scope(reads=frozenset({tenant}))) as found:
        assert [each.reason for each in audit.events(found, tenant).events] != ["调离"]


def test_events_of_another_tenant_are_not_seen(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, actor: Actor
) -> None:
    own, other = tenants.enterprise.id, tenants.other_enterprise.id
    for tenant in (own, other):
        write_acts(tenant, actor, 3, chance_of(tenant))
    scopes = {
        Scope(): 0,
        Scope(writes=own): 3,
        Scope(reads=frozenset({own})): 3,
        Scope(reads=frozenset({own, other})): 6,
        EVERYTHING: 6,
    }
    for scope, seen in scopes.items():
        with reading(scope) as found:
            assert len(found.execute(select(AuditEvent.seq)).all()) == seen
            assert found.execute(text("select count(*) from audit_event")).scalar_one() == seen
            assert bool(audit.events(found, other).events) is (other in scope.tenants() or seen == 6)
    assert counts(superuser)[0] == 6


# --- reading ------------------------------------------------------------------------------------------------


def test_pages_go_from_the_newest_to_the_oldest(session: Session, tenants: Tenants, actor: Actor) -> None:
    tenant = tenants.enterprise.id
    write_acts(tenant, actor, 7, chance_of(1))
    seen, before = [], None
    with reading(Scope(reads=frozenset({tenant}))) as found:
        while True:
            page = audit.events(found, tenant, before=before, limit=3)
            assert len(page.events) <= 3
            seen += [event.seq for event in page.events]
            before = page.before
            if before is None:
                break
        assert audit.events(found, tenant, limit=7).before is None
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_filters_find_what_they_name(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, actor: Actor
) -> None:
    tenant = tenants.enterprise.id
    colleague = factories.actor(superuser, tenants.city_hr, Role.CITY_HR, "秦望舒")
    with act(Scope(writes=tenant)) as writing:
        first = revoke(writing, tenant, actor)
        second = revoke(writing, tenant, colleague)
        third = record(
            writing,
            tenant_id=tenant,
            actor=PLATFORM,
            action=Action.GRANT_CREATE,
            subject=Subject("grant", 8, "委员"),
        )
    expected = {
        Filters(): [third, second, first],
        Filters(actor_id=colleague.person_id): [second],
        Filters(action="grant:create"): [third],
        Filters(subject_type="grant"): [third, second, first],
        Filters(subject_type="person"): [],
        Filters(subject_type="grant", subject_id="8"): [third],
        Filters(since=second.at): [third, second],
        Filters(until=second.at): [first],
        Filters(since=second.at, until=third.at, actor_id=actor.person_id): [],
    }
    with reading(Scope(reads=frozenset({tenant}))) as found:
        for filters, events in expected.items():
            assert list(audit.events(found, tenant, filters=filters).events) == events, filters
        history = audit.history(found, tenant, subject_type="grant", subject_id=7)
        assert history.events == (second, first)


# --- at once ------------------------------------------------------------------------------------------------


def test_processes_that_act_at_once_keep_one_chain(
    session: Session, superuser: psycopg.Connection, database: Databases, tenants: Tenants
) -> None:
    """Four processes, rolling back now and then; verification beside them never raises a false alarm."""
    tenant, count = tenants.enterprise.id, examples(40)
    command = [sys.executable, "-m", "tests.integration.audit.appending", database.user_url]
    processes = [
        subprocess.Popen(
            [*command, str(tenant), str(count), f"process-{number}"],
            cwd=paths.ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    walks = 0
    for process in processes:
        while process.poll() is None:
            assert verdict(SIGNER.public_key).good
            walks += 1
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
    committed = [int(process.communicate()[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert all(0 < each < count for each in committed)
    rows = superuser.execute("select seq, subject_id from audit_event order by seq").fetchall()
    assert [seq for seq, _ in rows] == list(range(1, sum(committed) + 1))
    assert len({process for _, process in rows}) == 4
    found = verdict(SIGNER.public_key)
    assert (found.faults, found.events) == ((), sum(committed))
    assert walks > 0
