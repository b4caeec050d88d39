"""The hash chain of a tenant: what an event says, its hash, and the check of a whole chain. Pure.

Each event is hashed with the hash of the one before it, so that none can be edited, taken out, put in or
moved without every later hash changing; signed checkpoints (``checkpoint``) keep the later hashes from being
made anew. The hash is SHA-256 over a domain prefix and the canonical JSON (RFC 8785) of the event;
``verifier`` computes it on its own, and a good chain is one on which both agree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from core.audit.verifier import EVENT, GENESIS, Chain, Fault, conclude
from core.crypto import Secret
from core.domain.frozen import canonical
from core.domain.records import plain

Value: TypeAlias = str | int | float | bool | None
Changes: TypeAlias = Mapping[str, Sequence[Value]]

LARGEST_NUMBER = 2**53 - 1
"""Up to here every JSON reader agrees on a number (RFC 8785, I-JSON)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act or sensitive read, as it stands in the chain; ``hat`` is role@单位.

    ``changes`` gives each field as [before, after]. ``prev`` and ``hash`` are 32 bytes.
    """

    tenant_id: int
    seq: int
    at: datetime
    actor_id: int | None
    actor_name: str
    hat: str
    action: str
    subject_type: str
    subject_id: str
    subject_label: str
    changes: Changes
    reason: str | None
    request_id: str | None
    prev_hash: bytes
    hash: bytes = b""

    def content(self) -> dict[str, Any]:
        """What is hashed: everything but the hash, as JSON data."""
        changes = {name: list(pair) for name, pair in self.changes.items()}
        return _content(self, instant(self.at), changes)

    def as_json(self) -> dict[str, Any]:
        """The event as it is exported and verified."""
        return self.content() | {"hash": self.hash.hex()}


def stored(row: Any) -> dict[str, Any]:
    """A row of ``queries.chain`` as JSON data to verify, whatever a superuser made of it."""
    try:
        changes = json.loads(row.changes)
    except (ValueError, RecursionError):  # an endless number, endless nesting: no event of ours
        changes = row.changes
    return _content(row, row.at, changes) | {"hash": row.hash.hex()}


def _content(of: Any, at: str, changes: Any) -> dict[str, Any]:
    return {
        "tenant_id": of.tenant_id,
        "seq": of.seq,
        "at": at,
        "actor": {"id": of.actor_id, "name": of.actor_name},
        "hat": of.hat,
        "action": of.action,
        "subject": {"type": of.subject_type, "id": of.subject_id, "label": of.subject_label},
        "changes": changes,
        "reason": of.reason,
        "request_id": of.request_id,
        "prev": of.prev_hash.hex(),
    }


def instant(moment: datetime) -> str:
    """``moment`` in UTC with microseconds, such as 2026-11-23T04:15:00.000000Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def genesis(tenant_id: int) -> bytes:
    """What the first event of a tenant names as the hash before it."""
    return hashlib.sha256(GENESIS + str(tenant_id).encode()).digest()


def event_hash(event: Event) -> bytes:
    """The hash that ``event`` must carry."""
    return hashlib.sha256(EVENT + canonical(event.content())).digest()


def verify_chain(
    tenant_id: int,
    events: Iterable[Event],
    head: tuple[int, bytes] | None,
    anchors: Mapping[int, frozenset[str]] | None = None,
) -> list[Fault]:
    """What is wrong with the chain of one tenant, in the order of its events.

    ``head`` is the seq and hash it must end with, None for a chain that must be empty; ``anchors`` gives, by
    seq, the hashes (hexadecimal) that checkpoints recorded.
    """
    chain = Chain(tenant_id, anchors or {})
    for event in events:
        chain.add(event.as_json())
    chain.end(None if head is None else (head[0], head[1].hex()))
    return conclude([chain])


def recordable(value: object) -> Value:
    """``value`` as the chain keeps it: masked when it is personal, moments and days as ISO text.

    Raises TypeError for sealed bytes and whatever else is no JSON scalar, ValueError for a number or text
    that JSON readers or PostgreSQL would not give back unchanged.
    """
    match value.value if isinstance(value, Enum) else value:
        case None | bool() as given:
            return given
        case str() | Secret() as given:
            return text(str(given))
        case datetime() as given:
            return instant(given)
        case date() as given:
            return given.isoformat()
        case int() | float() | Decimal() as given:
            return _number(given)
    raise TypeError(f"{type(value).__name__} cannot be recorded: give text, a number or a masked Secret")


def _number(value: int | float | Decimal) -> Value:
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise ValueError(f"{value} is not exact in JSON")
    number: Value = plain(value)
    return number


def text(value: str) -> str:
    """``value``, or ValueError when it is no Unicode text that PostgreSQL can hold."""
    if "\x00" in value:
        raise ValueError("text with a null character cannot be recorded")
    value.encode()
    return value
