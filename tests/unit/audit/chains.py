"""Good chains made without a database, and what somebody with all rights might do to them."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.audit import verifier
from core.audit.chain import Event, Value, event_hash, genesis
from core.audit.verifier import Fault, Kind

START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
Line = dict[str, Any]
NAMES = ("顾远舟", "景行之", "沈屹川", "𬭸龘", 'O\'Brien\t"q"\\')
VALUES: tuple[Value, ...] = (
    None,
    True,
    False,
    0,
    9,
    -3,
    12.5,
    0.1,
    2**53 - 1,
    "",
    "传技带徒",
    "\u2028 \x1f é",
)


def chance_of(seed: object) -> random.Random:
    """The same choices for the same seed."""
    return random.Random(str(seed))  # noqa: S311 - repeatable is what is wanted


def good_chain(tenant_id: int, length: int, chance: random.Random) -> list[Event]:
    """Events as ``record`` writes them."""
    events: list[Event] = []
    at, prev = START, genesis(tenant_id)
    for seq in range(1, length + 1):
        at += timedelta(microseconds=chance.randrange(10**12))
        event = Event(
            tenant_id=tenant_id,
            seq=seq,
            at=at,
            actor_id=chance.choice((None, chance.randrange(1, 10**6))),
            actor_name=chance.choice(NAMES),
            hat=f"city_hr@{chance.randrange(1, 99)}",
            action="grant:revoke",
            subject_type="grant",
            subject_id=str(chance.randrange(10**9)),
            subject_label=chance.choice(NAMES),
            changes={
                f"field_{number}": [chance.choice(VALUES), chance.choice(VALUES)]
                for number in range(chance.randrange(4))
            },
            reason=chance.choice((None, "调离", "")),
            request_id=chance.choice((None, "request-1")),
            prev_hash=prev,
        )
        event = replace(event, hash=event_hash(event))
        events.append(event)
        prev = event.hash
    return events


@dataclass
class Ledger:
    """The chains of some tenants as exported lines, their heads, and a checkpoint that is held elsewhere."""

    lines: dict[int, list[Line]]
    heads: dict[int, tuple[int, str]]
    held: dict[int, tuple[int, str]]

    @classmethod
    def of(cls, lines: dict[int, list[Line]]) -> Ledger:
        heads = {tenant: (len(each), each[-1]["hash"]) for tenant, each in lines.items()}
        return cls(copy.deepcopy(lines), heads, dict(heads))

    @classmethod
    def good(cls, chance: random.Random) -> Ledger:
        return cls.of(
            {
                tenant: [each.as_json() for each in good_chain(tenant, chance.randrange(8, 16), chance)]
                for tenant in (3, 12)
            }
        )

    @property
    def tenants(self) -> tuple[int, int]:
        """The one that is tampered with, and another."""
        one, other = self.lines
        return one, other

    def rehash(self, tenant: int, first: int) -> None:
        """Make every hash of a tenant anew from the event at index ``first`` on, and the head."""
        for index, line in enumerate(self.lines[tenant][first:], first):
            line["prev"] = self.lines[tenant][index - 1]["hash"] if index else verifier.genesis(tenant)
            line["hash"] = verifier.event_hash(line)
        self.heads[tenant] = (self.lines[tenant][-1]["seq"], self.lines[tenant][-1]["hash"])

    def verify(self, module: Any = verifier, *, held: bool = True) -> list[Fault]:
        """What ``module``, the verifier or one with a planted bug, finds."""
        heads = {str(t): {"seq": seq, "hash": link} for t, (seq, link) in self.held.items()}
        header = {
            "format": verifier.EXPORT_FORMAT,
            "complete": True,
            "tenants": {
                str(t): {"name": f"企业{t}", "seq": self.heads[t][0], "hash": self.heads[t][1]}
                for t in self.lines
            },
        }
        rows: Iterable[Line] = (header, *(line for chain in self.lines.values() for line in chain))
        chains, _ = module.walk_export(map(json.dumps, rows), [{"heads": heads}] if held else [])
        found: list[Fault] = module.conclude(chains)
        return found


Tamper = Callable[[Ledger, random.Random], None]


def edited(ledger: Ledger, chance: random.Random) -> None:
    line = chance.choice(ledger.lines[ledger.tenants[0]])
    edit: Line = chance.choice(
        [
            {"actor": {"id": 1, "name": "某人"}},
            {"at": "2026-01-01T00:00:00.000000Z"},
            {"hat": "province_hr@1"},
            {"action": "grant:create"},
            {"subject": line["subject"] | {"label": "别的"}},
            {"changes": line["changes"] | {"score": [9, 10]}},
            {"reason": "另有缘由"},
            {"request_id": "request-2"},
        ]
    )
    line.update(edit)


def bit_flipped(ledger: Ledger, chance: random.Random) -> None:
    line = chance.choice(ledger.lines[ledger.tenants[0]])
    field, bit = chance.choice(("hash", "prev")), chance.randrange(256)
    line[field] = f"{int(line[field], 16) ^ 1 << bit:064x}"


def deleted(ledger: Ledger, chance: random.Random) -> None:
    lines = ledger.lines[ledger.tenants[0]]
    del lines[chance.randrange(len(lines) - 1)]


def inserted(ledger: Ledger, chance: random.Random) -> None:
    """A made-up event that fits the one before it; those after it move up, with their hashes or without."""
    tenant, _ = ledger.tenants
    lines = ledger.lines[tenant]
    index = chance.randrange(len(lines))
    lines.insert(index, copy.deepcopy(lines[index]) | {"reason": "补记"})
    for seq, line in enumerate(lines, 1):
        line["seq"] = seq
    lines[index]["hash"] = verifier.event_hash(lines[index])
    if chance.random() < 0.5:
        for line in lines[index + 1 :]:
            line["hash"] = verifier.event_hash(line)
    ledger.heads[tenant] = (len(lines), lines[-1]["hash"])


def reordered(ledger: Ledger, chance: random.Random) -> None:
    lines = ledger.lines[ledger.tenants[0]]
    one, other = sorted(chance.sample(range(len(lines)), 2))
    lines[one], lines[other] = lines[other], lines[one]
    lines[one]["seq"], lines[other]["seq"] = one + 1, other + 1


def moved(ledger: Ledger, chance: random.Random) -> None:
    tenant, other = ledger.tenants
    line = ledger.lines[tenant].pop(chance.randrange(len(ledger.lines[tenant])))
    ledger.lines[other].append(line | {"tenant_id": other, "seq": len(ledger.lines[other]) + 1})


def tail_cut(ledger: Ledger, chance: random.Random) -> None:
    """The last events go, and the head with them."""
    tail_cut_below_head(ledger, chance)
    tenant, _ = ledger.tenants
    ledger.heads[tenant] = (ledger.lines[tenant][-1]["seq"], ledger.lines[tenant][-1]["hash"])


def tail_cut_below_head(ledger: Ledger, chance: random.Random) -> None:
    lines = ledger.lines[ledger.tenants[0]]
    del lines[chance.randrange(1, len(lines)) :]


def rewritten(ledger: Ledger, chance: random.Random) -> None:
    """One event is changed and every hash after it made anew."""
    tenant, _ = ledger.tenants
    index = chance.randrange(len(ledger.lines[tenant]))
    ledger.lines[tenant][index]["reason"] = "另有缘由"
    ledger.rehash(tenant, index)


def rolled_back(ledger: Ledger, chance: random.Random) -> None:
    """The whole database goes back to yesterday, and perhaps goes on from there."""
    for tenant, lines in ledger.lines.items():
        del lines[chance.randrange(1, len(lines)) :]
        ledger.rehash(tenant, len(lines))
    if chance.random() < 0.5:
        tenant, _ = ledger.tenants
        while len(ledger.lines[tenant]) <= ledger.held[tenant][0]:
            again = copy.deepcopy(ledger.lines[tenant][-1])
            ledger.lines[tenant].append(again | {"seq": again["seq"] + 1, "reason": "重新开始"})
            ledger.rehash(tenant, len(ledger.lines[tenant]) - 1)


TAMPERINGS: dict[str, tuple[Tamper, set[Kind]]] = {
    "edited": (edited, {Kind.EDITED}),
    "bit-flipped": (bit_flipped, {Kind.EDITED}),
    "deleted": (deleted, {Kind.MISSING}),
    "inserted": (inserted, {Kind.MISPLACED, Kind.UNLINKED}),
    "reordered": (reordered, {Kind.MISPLACED}),
    "moved": (moved, {Kind.FOREIGN}),
    "tail-cut": (tail_cut, {Kind.ROLLED_BACK}),
    "tail-cut-below-head": (tail_cut_below_head, {Kind.CUT}),
    "rewritten": (rewritten, {Kind.REWRITTEN}),
    "rolled-back": (rolled_back, {Kind.REWRITTEN, Kind.ROLLED_BACK}),
}
"""How to tamper, and what is said of it: one of these."""
CONSISTENT = ("tail-cut", "rewritten", "rolled-back")
"""Those that leave chains and heads in order: only a checkpoint that was held elsewhere tells."""
