"""Chains in a database: written by acts, read out as a ledger, put back as a superuser would leave them."""

from __future__ import annotations

import json
import random
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.roles import Actor
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services import audit
from tests.unit.audit.chains import NAMES, VALUES, Ledger, Line

EVERYTHING = Scope(reads="*")
COLUMNS = (
    *("tenant_id", "seq", "at", "actor_id", "actor_name", "hat", "action", "subject_type", "subject_id"),
    *("subject_label", "changes", "reason", "request_id", "prev_hash", "hash"),
)


def write_acts(tenant_id: int, actor: Actor, count: int, chance: random.Random) -> None:
    """``count`` acts in a tenant, each in a transaction of its own."""
    for number in range(count):
        with act(Scope(writes=tenant_id)) as session:
            record(
                session,
                tenant_id=tenant_id,
                actor=actor,
                action=chance.choice(tuple(Action)),
                subject=Subject("thing", number, chance.choice(NAMES)),
                changes={"field": (chance.choice(VALUES), chance.choice(VALUES))},
                reason=chance.choice((None, "", "调离")),
            )


def verdict(key: bytes, held: tuple[dict[str, Any], ...] = ()) -> audit.Verdict:
    """What the platform says of all chains."""
    with reading(EVERYTHING) as session:
        return audit.verify_all(session, key, held=held)


def ledger_of(session: Session) -> Ledger:
    """All chains as they are exported."""
    lines: dict[int, list[Line]] = {}
    for line in list(audit.export(session))[1:]:
        event = json.loads(line)
        lines.setdefault(event["tenant_id"], []).append(event)
    return Ledger.of(lines)


def put(superuser: psycopg.Connection, ledger: Ledger) -> None:
    """Replace all events and heads by those of ``ledger``, past every policy."""
    with superuser.transaction():
        superuser.execute("truncate audit_event, audit_head")
        with superuser.cursor() as cursor:
            cursor.executemany(
                f"insert into audit_event ({', '.join(COLUMNS)}) "  # noqa: S608 - our own names
                f"values ({', '.join(['%s'] * len(COLUMNS))})",
                [_row(line) for lines in ledger.lines.values() for line in lines],
            )
            cursor.executemany(
                "insert into audit_head (tenant_id, seq, hash) values (%s, %s, %s)",
                [(tenant, seq, bytes.fromhex(link)) for tenant, (seq, link) in ledger.heads.items()],
            )


def _row(line: Line) -> tuple[object, ...]:
    subject, actor = line["subject"], line["actor"]
    return (
        *(
            line["tenant_id"],
            line["seq"],
            line["at"],
            actor["id"],
            actor["name"],
            line["hat"],
            line["action"],
        ),
        *(subject["type"], subject["id"], subject["label"], json.dumps(line["changes"]), line["reason"]),
        *(line["request_id"], bytes.fromhex(line["prev"]), bytes.fromhex(line["hash"])),
    )
