"""Whatever a superuser does to the record, verification says so; what nobody touched is accepted."""

from __future__ import annotations

import copy

import psycopg
import pytest

from core.audit.checkpoint import take
from core.audit.verifier import Kind
from core.persistence.session import act, reading
from core.services import audit
from tests.integration.audit.conftest import SIGNER, Trail
from tests.integration.audit.ledgers import COLUMNS, EVERYTHING, put, verdict, write_acts
from tests.scale import examples
from tests.unit.audit.chains import CONSISTENT, TAMPERINGS, chance_of

pytestmark = pytest.mark.release

TRIALS = examples(20)

EDITS = {
    "at": "at + interval '1 microsecond'",
    "at-infinity": "'infinity'",
    "at-before-christ": "(to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00 \"BC\"'))::timestamptz",
    "actor_id": "coalesce(actor_id, 0) + 1",
    "actor_id-null": "null",
    "actor_name": "actor_name || ' '",
    "hat": "'audit_admin@1'",
    "action": "action || '_'",
    "subject_type": "'other'",
    "subject_id": "subject_id || '0'",
    "subject_label": "'别的'",
    "changes": "changes || '{\"score\": [9, 10]}'",
    "changes-endless-number": "'{\"score\": [9, 1e9999]}'",
    "changes-endless-nesting": "(repeat('[', 5000) || repeat(']', 5000))::jsonb",
    "changes-scalar": "'null'",
    "reason": "coalesce(reason, '') || '.'",
    "request_id": "coalesce(request_id, '') || '1'",
    "prev_hash": "set_bit(prev_hash, {bit}, 1 - get_bit(prev_hash, {bit}))",
    "hash": "set_bit(hash, {bit}, 1 - get_bit(hash, {bit}))",
}
"""Column, or column and how → what a superuser sets it to."""


def spoil(superuser: psycopg.Connection, statement: str, *values: object) -> None:
    """Change something, which must be there to change."""
    assert superuser.execute(statement.encode(), values).rowcount > 0


@pytest.mark.parametrize("edit", EDITS)
def test_edited_column_is_found(trail: Trail, superuser: psycopg.Connection, edit: str) -> None:
    column = edit.partition("-")[0]
    for seed in range(TRIALS):
        chance = chance_of(f"{edit}-{seed}")
        seq = chance.randrange(1, len(trail.ledger.lines[trail.tenant]) + 1)
        value = EDITS[edit].format(bit=chance.randrange(256)) if "{bit}" in EDITS[edit] else EDITS[edit]
        spoil(
            superuser,
            f"update audit_event set {column} = {value} where tenant_id = %s and seq = %s",  # noqa: S608
            *(trail.tenant, seq),
        )
        found = verdict(trail.key).faults
        assert (trail.tenant, seq, Kind.EDITED) in {(each.tenant_id, each.seq, each.kind) for each in found}
        put(superuser, trail.ledger)
        assert verdict(trail.key).good


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_its_twin_is_accepted(
    trail: Trail, superuser: psycopg.Connection, name: str
) -> None:
    tamper, kinds = TAMPERINGS[name]
    for seed in range(TRIALS):
        ledger = copy.deepcopy(trail.ledger)
        tamper(ledger, chance_of(f"{name}-{seed}"))
        put(superuser, ledger)
        found = verdict(trail.key, (trail.held,))
        assert {each.kind for each in found.faults} & kinds, (seed, found.faults)
        put(superuser, trail.ledger)
        assert verdict(trail.key, (trail.held,)).good


@pytest.mark.parametrize("name", CONSISTENT)
def test_consistent_forgery_needs_a_checkpoint_held_elsewhere(
    trail: Trail, superuser: psycopg.Connection, name: str
) -> None:
    superuser.execute("truncate audit_checkpoint")
    for seed in range(TRIALS):
        ledger = copy.deepcopy(trail.ledger)
        TAMPERINGS[name][0](ledger, chance_of(f"{name}-{seed}"))
        put(superuser, ledger)
        assert verdict(trail.key).good, seed
        assert not verdict(trail.key, (trail.held,)).good, seed


def test_platform_goes_on_after_a_roll_back_and_the_held_checkpoint_still_tells(
    trail: Trail, superuser: psycopg.Connection
) -> None:
    """Yesterday's backup is restored whole, and today's acts are done again."""
    yesterday = copy.deepcopy(trail.ledger)
    for tenant, lines in yesterday.lines.items():
        del lines[len(lines) // 2 :]
        yesterday.rehash(tenant, len(lines))
    put(superuser, yesterday)
    superuser.execute("truncate audit_checkpoint")
    for tenant, lines in trail.ledger.lines.items():
        write_acts(tenant, trail.actor, len(lines), chance_of("again"))
    assert verdict(trail.key).good
    faults = verdict(trail.key, (trail.held,)).faults
    assert {(each.tenant_id, each.kind) for each in faults} == {
        (trail.tenant, Kind.REWRITTEN),
        (trail.other, Kind.REWRITTEN),
    }


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("delete from audit_head where tenant_id = %s", Kind.EXTRA),
        ("update audit_head set seq = seq - 1 where tenant_id = %s", Kind.EXTRA),
        ("update audit_head set seq = seq + 1 where tenant_id = %s", Kind.CUT),
        (
            "update audit_head set hash = set_bit(hash, 1, 1 - get_bit(hash, 1)) where tenant_id = %s",
            Kind.HEAD,
        ),
        ("delete from audit_event where tenant_id = %s", Kind.CUT),
    ],
)
def test_changed_head_is_found(
    trail: Trail, superuser: psycopg.Connection, statement: str, kind: Kind
) -> None:
    spoil(superuser, statement, trail.tenant)
    assert kind in {each.kind for each in verdict(trail.key).faults if each.tenant_id == trail.tenant}


def test_chain_that_is_gone_whole_is_found_by_any_checkpoint(
    trail: Trail, superuser: psycopg.Connection
) -> None:
    spoil(superuser, "delete from audit_event where tenant_id = %s", trail.tenant)
    spoil(superuser, "delete from audit_head where tenant_id = %s", trail.tenant)
    (fault,) = verdict(trail.key).faults
    assert (fault.tenant_id, fault.seq, fault.last) == (trail.tenant, 1, 11)
    assert fault.kind is Kind.ROLLED_BACK
    superuser.execute("truncate audit_checkpoint")
    assert verdict(trail.key).good
    assert verdict(trail.key, (trail.held,)).faults == (fault,)
    with reading(EVERYTHING) as session:
        assert audit.verify(session, trail.tenant, trail.key).good
        assert audit.verify(session, trail.other, trail.key).good


@pytest.mark.parametrize("seq", [0, -1, 10**6])
def test_event_outside_the_range_is_found(trail: Trail, superuser: psycopg.Connection, seq: int) -> None:
    """Also one that the table's own constraint would refuse."""
    columns = ", ".join(each for each in COLUMNS if each != "seq")
    superuser.execute("alter table audit_event drop constraint ck_audit_event_seq")
    try:
        spoil(
            superuser,
            f"insert into audit_event (seq, {columns}) "  # noqa: S608 - our own names
            f"select %s, {columns} from audit_event where tenant_id = %s and seq = 5",
            *(seq, trail.tenant),
        )
        assert seq in {each.seq for each in verdict(trail.key).faults}
    finally:
        superuser.execute("delete from audit_event where seq not between 1 and 11")
        superuser.execute("alter table audit_event add constraint ck_audit_event_seq check (seq > 0)")
    assert verdict(trail.key).good


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_checkpoint set heads = jsonb_set(heads, '{%s,seq}', '1')",
        "update audit_checkpoint set heads = heads - '%s'",
        "update audit_checkpoint set heads = '{\"%s\": 1e9999}'",
        "update audit_checkpoint set heads = '\"%s\"'",
        "update audit_checkpoint set at = at - interval '%s days'",
        "update audit_checkpoint set at = 'infinity' where %s > 0",
        "update audit_checkpoint set signature = set_bit(signature, %s, 1 - get_bit(signature, %s))",
        "update audit_checkpoint set signature = '' where %s > 0",
    ],
)
def test_changed_checkpoint_is_found(trail: Trail, superuser: psycopg.Connection, statement: str) -> None:
    spoil(superuser, statement.replace("%s", str(trail.tenant)))
    assert [each.kind for each in verdict(trail.key).faults] == [Kind.FORGED]


def test_checkpoint_of_another_key_is_counted_and_not_believed(
    trail: Trail, superuser: psycopg.Connection
) -> None:
    spoil(superuser, "update audit_checkpoint set key_id = '0000000000000000', heads = '{\"1\": 1}'")
    found = verdict(trail.key)
    assert (found.good, found.checkpoints, found.unread) == (True, 0, 1)


def test_held_checkpoint_of_another_key_cannot_be_judged(trail: Trail) -> None:
    with pytest.raises(audit.CannotJudge, match="公钥"):
        verdict(bytes(32), (trail.held,))


def test_every_kept_checkpoint_is_compared_and_not_only_the_last(
    trail: Trail, superuser: psycopg.Connection
) -> None:
    """The platform itself signed over a rewritten chain: the earlier checkpoint contradicts."""
    ledger = copy.deepcopy(trail.ledger)
    TAMPERINGS["rewritten"][0](ledger, chance_of(1))
    put(superuser, ledger)
    with act(EVERYTHING) as session:
        take(session, SIGNER)
    found = verdict(trail.key)
    assert found.checkpoints == 2
    assert {each.kind for each in found.faults} == {Kind.REWRITTEN}


def test_verdict_of_one_tenant_is_about_that_tenant(trail: Trail, superuser: psycopg.Connection) -> None:
    spoil(superuser, "update audit_event set reason = 'x' where tenant_id = %s and seq = 2", trail.other)
    with reading(EVERYTHING) as session:
        own = audit.verify(session, trail.tenant, trail.key)
        other = audit.verify(session, trail.other, trail.key)
    assert (own.good, own.events, own.chains, own.checkpoints) == (True, 11, 1, 1)
    assert [(each.seq, each.kind) for each in other.faults] == [(2, Kind.EDITED)]
    assert own.names == {trail.tenant: "南京宏能电力设备有限公司"}
