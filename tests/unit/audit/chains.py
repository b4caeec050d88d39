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
from core.audit.verifier import Fault

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
    yesterday: dict[int, int]
    """How long each chain was a day before the checkpoint."""

    @classmethod
    def good(cls, chance: random.Random) -> Ledger:
        lines = {
            tenant: [each.as_json() for each in good_chain(tenant, chance.randrange(8, 16), chance)]
            for tenant in (3, 12)
        }
        heads = {tenant: (len(each), each[-1]["hash"]) for tenant, each in lines.items()}
        yesterday = {tenant: chance.randrange(1, len(each)) for tenant, each in lines.items()}
        return cls(lines, heads, dict(heads), yesterday)

    def copy(self) -> Ledger:
        return copy.deepcopy(self)

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
    line = chance.choice(ledger.lines[3])
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
    line = chance.choice(ledger.lines[3])
    field, bit = chance.choice(("hash", "prev")), chance.randrange(256)
    line[field] = f"{int(line[field], 16) ^ 1 << bit:064x}"


def deleted(ledger: Ledger, chance: random.Random) -> None:
    del ledger.lines[3][chance.randrange(len(ledger.lines[3]) - 1)]


def inserted(ledger: Ledger, chance: random.Random) -> None:
    """A made-up event that fits the one before it; those after it move up, with their hashes or without."""
    lines = ledger.lines[3]
    index = chance.randrange(len(lines))
    lines.insert(index, copy.deepcopy(lines[index]) | {"reason": "补记"})
    for seq, line in enumerate(lines, 1):
        line["seq"] = seq
    lines[index]["hash"] = verifier.event_hash(lines[index])
    if chance.random() < 0.5:
        for line in lines[index + 1 :]:
            line["hash"] = verifier.event_hash(line)
    ledger.heads[3] = (len(lines), lines[-1]["hash"])


def reordered(ledger: Ledger, chance: random.Random) -> None:
    lines = ledger.lines[3]
    one, other = sorted(chance.sample(range(len(lines)), 2))
    lines[one], lines[other] = lines[other], lines[one]
    lines[one]["seq"], lines[other]["seq"] = one + 1, other + 1


def moved(ledger: Ledger, chance: random.Random) -> None:
    lines, others = ledger.lines[3], ledger.lines[12]
    line = lines.pop(chance.randrange(len(lines)))
    others.append(line | {"tenant_id": 12, "seq": len(others) + 1})


def tail_cut(ledger: Ledger, chance: random.Random) -> None:
    """The last events go, and the head with them."""
    del ledger.lines[3][chance.randrange(1, len(ledger.lines[3])) :]
    ledger.heads[3] = (ledger.lines[3][-1]["seq"], ledger.lines[3][-1]["hash"])


def tail_cut_below_head(ledger: Ledger, chance: random.Random) -> None:
    del ledger.lines[3][chance.randrange(1, len(ledger.lines[3])) :]


def rewritten(ledger: Ledger, chance: random.Random) -> None:
    """One event is changed and every hash after it made anew."""
    index = chance.randrange(len(ledger.lines[3]))
    ledger.lines[3][index]["reason"] = "另有缘由"
    ledger.rehash(3, index)


def rolled_back(ledger: Ledger, chance: random.Random) -> None:
    """The whole database goes back to yesterday, and perhaps goes on from there."""
    for tenant, length in ledger.yesterday.items():
        del ledger.lines[tenant][length:]
        ledger.rehash(tenant, length)
    if chance.random() < 0.5:
        tenant = 3
        while len(ledger.lines[tenant]) <= ledger.held[tenant][0]:
            again = copy.deepcopy(ledger.lines[tenant][-1])
            ledger.lines[tenant].append(again | {"seq": again["seq"] + 1, "reason": "重新开始"})
            ledger.rehash(tenant, len(ledger.lines[tenant]) - 1)
