"""The verifier finds each way of tampering, accepts what was not tampered with, and could fail at both."""

from __future__ import annotations

import hashlib
import math
import struct
import sys
import types
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit import verifier
from core.audit.chain import Event, event_hash, genesis, verify_chain
from core.audit.verifier import Kind
from core.domain.frozen import canonical
from tests.scale import examples
from tests.unit.audit.chains import CONSISTENT, START, TAMPERINGS, Ledger, chance_of, good_chain

pytestmark = pytest.mark.release

TRIALS = examples(20)
CONTENT = ('event_hash(event) != event["hash"]', "False")
LINK = ('event["prev"] != self.link', "False")
GAP = ("if seq > self.last + 1:", "if False:")
ENDS = ("seq, link = head or (0, genesis(self.tenant_id))", "seq, link = self.last, self.link")
ANCHORS = ('self.anchors.get(seq, frozenset((event["hash"],))) != {event["hash"]}', "False")
KNOWN = ("(known := max(self.anchors, default=0)) > self.last", "(known := 0)")

WITHOUT: dict[str, list[tuple[str, str]]] = {
    "edited": [CONTENT],
    "bit-flipped": [CONTENT, LINK, ANCHORS, ENDS],
    "deleted": [GAP],
    "inserted": [CONTENT, LINK, ANCHORS],
    "reordered": [CONTENT, LINK, ANCHORS, ENDS],
    "moved": [CONTENT, LINK, GAP, ENDS, ANCHORS, KNOWN],
    "tail-cut": [KNOWN],
    "tail-cut-below-head": [ENDS, KNOWN],
    "rewritten": [ANCHORS],
    "rolled-back": [ANCHORS, KNOWN],
}
"""The checks without which a way of tampering is missed."""


def blinded(*checks: tuple[str, str]) -> types.ModuleType:
    """The verifier with bugs planted in its source."""
    source = Path(verifier.__file__).read_text("utf-8")
    for check, instead in checks:
        assert source.count(check) == 1, check
        source = source.replace(check, instead)
    module = types.ModuleType("blinded_verifier")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    exec(compile(source, "blinded_verifier", "exec"), module.__dict__)  # noqa: S102 - our own source
    return module


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_its_twin_is_accepted(name: str) -> None:
    tamper, kinds = TAMPERINGS[name]
    for seed in range(TRIALS):
        chance = chance_of(f"{name}-{seed}")
        ledger = Ledger.good(chance)
        assert ledger.verify() == [], seed
        tamper(ledger, chance)
        found = ledger.verify()
        assert {fault.kind for fault in found} & kinds, (seed, found)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_missed_by_a_verifier_without_its_check(name: str) -> None:
    """What finds it is the check that is named, and a broken one would fail the test above."""
    tamper, _ = TAMPERINGS[name]
    module = blinded(*WITHOUT[name])
    for seed in range(TRIALS):
        chance = chance_of(f"{name}-{seed}")
        ledger = Ledger.good(chance)
        tamper(ledger, chance)
        assert ledger.verify(module) == [], seed


@pytest.mark.parametrize("name", CONSISTENT)
def test_consistent_forgery_is_found_only_with_a_held_checkpoint(name: str) -> None:
    for seed in range(TRIALS):
        chance = chance_of(f"{name}-{seed}")
        ledger = Ledger.good(chance)
        TAMPERINGS[name][0](ledger, chance)
        assert ledger.verify(held=False) == []
        assert ledger.verify() != []


def test_chain_is_verified_in_the_middle_and_not_only_at_its_ends() -> None:
    """A fork that leaves and rejoins the true chain between two checkpoints (immudb's linear fake)."""
    chance = chance_of(1)
    events = good_chain(5, 9, chance)
    fake = good_chain(5, 9, chance)
    anchors = {1: frozenset({events[0].hash.hex()}), 9: frozenset({events[8].hash.hex()})}
    spliced = [events[0], *fake[1:8], events[8]]
    found = verify_chain(5, spliced, (9, events[8].hash), anchors)
    assert [(fault.seq, fault.kind) for fault in found] == [(2, Kind.UNLINKED), (9, Kind.UNLINKED)]


def test_thousand_good_chains_pass() -> None:
    count = examples(1000)
    for seed in range(count):
        chance = chance_of(seed)
        events = good_chain(chance.randrange(1, 10**9), chance.randrange(0, 30), chance)
        tenant = events[0].tenant_id if events else 1
        end = (events[-1].seq, events[-1].hash) if events else None
        anchors = {each.seq: frozenset({each.hash.hex()}) for each in chance.sample(events, len(events) // 3)}
        assert verify_chain(tenant, events, end, anchors) == [], seed


def test_each_fault_names_its_place() -> None:
    chance = chance_of(2)
    events = good_chain(5, 9, chance)
    end = (9, events[-1].hash)
    kept = events[:2] + events[4:]
    assert [each.text("宏能") for each in verify_chain(5, kept, end)] == ["宏能 第 3 至 4 条：缺少"]
    (cut,) = verify_chain(5, events[:8], end)
    assert (cut.seq, cut.last, cut.kind) == (9, 9, Kind.CUT)
    (extra,) = verify_chain(5, events, (7, events[6].hash))
    assert (extra.seq, extra.last, extra.kind) == (8, 9, Kind.EXTRA)
    assert verify_chain(5, events, None)[0].kind is Kind.EXTRA
    (wrong,) = verify_chain(5, events, (9, bytes(32)))
    assert (wrong.seq, wrong.kind) == (9, Kind.HEAD)
    foreign = verify_chain(5, [*events, *good_chain(6, 1, chance)], end)
    assert [each.kind for each in foreign] == [Kind.FOREIGN]
    assert verify_chain(5, [*events, events[3]], end)[0].kind is Kind.MISPLACED


def test_shifted_run_is_one_fault_that_says_by_how_much() -> None:
    ledger = Ledger.good(chance_of(3))
    lines = ledger.lines[3]
    for line in lines[4:]:
        line["seq"] += 1
    ledger.heads[3] = (len(lines) + 1, ledger.heads[3][1])
    texts = [fault.text("宏能") for fault in ledger.verify(held=False)]
    assert texts == [
        "宏能 第 5 条：缺少",
        f"宏能 第 6 至 {len(lines) + 1} 条：被插入或调换了次序：比原来晚 1 位",
    ]


def test_long_shifted_run_is_explained_within_a_bounded_effort() -> None:
    """One try an event once the way is known, and none is left unfound for want of tries."""
    chain = verifier.Chain(7)
    for event in good_chain(7, 60, chance_of(5)):
        chain.add(event.as_json() | {"seq": event.seq + 3})
    first, run = verifier.conclude([chain], tries=20)
    assert first.kind is Kind.MISSING
    assert (run.kind, run.seq, run.last) == (Kind.MISPLACED, 4, 63)
    assert {fault.kind for fault in verifier.conclude([chain], tries=1)} == {Kind.MISSING, Kind.EDITED}


def test_origin_is_named_for_an_event_of_another_tenant() -> None:
    ledger = Ledger.good(chance_of(4))
    ledger.lines[3], ledger.lines[12] = (
        [line | {"tenant_id": 3} for line in ledger.lines[12]],
        [line | {"tenant_id": 12} for line in ledger.lines[3]],
    )
    ledger.heads[3], ledger.heads[12] = ledger.heads[12], ledger.heads[3]
    first, second = ledger.verify(held=False)
    assert first.text() == f"单位 3 第 1 至 {first.last} 条：是其他单位的记录：原为单位 12 的记录"
    assert second.text() == f"单位 12 第 1 至 {second.last} 条：是其他单位的记录：原为单位 3 的记录"


# --- canonical form -----------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
)


@settings(max_examples=examples(1000))
@given(JSON)
def test_verifier_writes_canonical_json_as_the_application_does(data: object) -> None:
    assert verifier.canonical(data) == canonical(data)


@settings(max_examples=examples(2000))
@given(st.integers(0, 2**64 - 1))
def test_numbers_of_every_size_are_written_alike(bits: int) -> None:
    (number,) = struct.unpack("<d", struct.pack("<Q", bits))
    if math.isfinite(number):
        assert verifier.canonical(number) == canonical(number)
    else:
        with pytest.raises(ValueError, match="number"):
            verifier.canonical(number)


@pytest.mark.parametrize(
    ("bits", "text"),
    [  # RFC 8785, appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_the_standard_says(bits: str, text: str) -> None:
    assert verifier.canonical(struct.unpack(">d", bytes.fromhex(bits))[0]) == text.encode()


def test_format_of_events_is_frozen() -> None:
    """Evidence of years ago is verified with it: a change is a new version beside this one."""
    event = Event(
        tenant_id=7,
        seq=1,
        at=START,
        actor_id=21,
        actor_name="沈屹川",
        hat="enterprise_hr@7",
        action="grant:revoke",
        subject_type="grant",
        subject_id="9",
        subject_label="委员",
        changes={"revoked": [False, True], "share": [12.5, None]},
        reason="调离",
        request_id=None,
        prev_hash=genesis(7),
    )
    said = (
        '{"action":"grant:revoke","actor":{"id":21,"name":"沈屹川"},"at":"2026-11-23T01:30:00.000000Z",'
        '"changes":{"revoked":[false,true],"share":[12.5,null]},"hat":"enterprise_hr@7",'
        '"prev":"967bc7ad3832c57f2aacb93ca54b639311db1bdfeed0a78f2bed3e5c268a559d","reason":"调离",'
        '"request_id":null,"seq":1,"subject":{"id":"9","label":"委员","type":"grant"},"tenant_id":7}'
    )
    assert canonical(event.content()) == verifier.canonical(event.content()) == said.encode()
    assert event_hash(event).hex() == verifier.event_hash(event.as_json())
    assert event_hash(event).hex() == hashlib.sha256(b"shouxi.audit.event.v1\0" + said.encode()).hexdigest()


def test_chain_of_another_kind_or_tenant_has_other_hashes() -> None:
    assert genesis(1) != genesis(11) != genesis(7)
    assert len({verifier.EVENT, verifier.GENESIS, verifier.CHECKPOINT}) == 3
