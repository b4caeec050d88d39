"""Subjects: an act dies by SIGKILL at every point, while another process acts in the same tenant.

What was acknowledged is there, once; what was not is there whole or not at all; the chain verifies; nobody
waits for the dead. An act here leaves a message in the outbox, or gives and takes a role, and records it.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psycopg
from sqlalchemy.orm import Session

from core import outbox
from core.audit import Action, Subject, record
from core.domain.roles import Actor, Role, TenantKind
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services.accounts import grants
from core.services.audit import verify_all
from tests import factories
from tests.faults.figures import Figure
from tests.faults.harness import (
    AFTER_COMMIT,
    BEFORE_COMMIT,
    RANDOM,
    Acknowledge,
    Point,
    Process,
    World,
    outcomes,
)

BEGUN: Final = Point("after the scope was set", "select set_config")
LOCKED: Final = Point("after the chain was locked", "select audit_head")
RECORDED: Final = Point("after the event was written", "insert into audit_event")
MOVED: Final = Point("after the head was moved", "update audit_head")
LATEST: Final = 0.05
"""Seconds after its first act in which the random instant of a process lies."""
ACTS: Final = 3
"""Acts of a process in a trial; the one that is killed begins as many as it can."""
OFTEN: Final = 3
"""How often, at most, a process passes the point at which it is killed."""
NO_KEY: Final = bytes(32)
"""No checkpoint is looked at."""

Perform = Callable[[Session, Actor, str], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """An act that is named by a key, and how its two halves are found again: SQL that gives keys."""

    name: str
    perform: Perform
    points: tuple[Point, ...]
    state: str
    events: str


def append(session: Session, actor: Actor, key: str) -> None:
    """Leave a message and record it."""
    outbox.enqueue(session, tenant_id=actor.tenant_id, topic=key, payload={})
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.GRANT_CREATE,
        subject=Subject("message", key, key),
    )


def give_and_take(session: Session, actor: Actor, key: str) -> None:
    """Give a role to one of the employees and take it again; the key is the reason it is taken for."""
    employee = int(key.split("-")[1])
    given = grants.grant(
        session, actor=actor, tenant_id=actor.tenant_id, person_id=employee, role=Role.APPLICANT
    )
    grants.revoke(session, actor=actor, tenant_id=actor.tenant_id, grant_id=given, reason=key)


APPEND: Final = Kind(
    "message and event",
    append,
    (
        BEGUN,
        Point("after the message was written", "insert into outbox"),
        LOCKED,
        RECORDED,
        MOVED,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        RANDOM,
    ),
    "select topic from outbox",
    "select subject_id from audit_event where subject_type = 'message'",
)
GRANT: Final = Kind(
    "grant and revocation",
    give_and_take,
    (
        BEGUN,
        Point("after the person was locked", "select person.id"),
        Point("after the grant was written", "insert into role_grant"),
        Point("after the grant was revoked", "update role_grant"),
        LOCKED,
        RECORDED,
        MOVED,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        RANDOM,
    ),
    "select revoke_reason from role_grant where role = 'applicant'",
    "select taken.reason from audit_event taken "
    "join audit_event given using (tenant_id, subject_type, subject_id) "
    "where taken.action = 'grant:revoke' and given.action = 'grant:create' and subject_type = 'grant'",
)


@dataclass(frozen=True, slots=True)
class Acts:
    """What a process does: ACTS acts and no more, or as many as it takes to pass ``point`` so many times."""

    world: World
    kind: Kind
    actor: Actor
    key: str
    point: Point | None = None
    times: int = 1

    def __call__(self, acknowledge: Acknowledge) -> None:
        with self.world.application():
            if self.point is not None and self.point != RANDOM:
                self.point.arm(self.times)
            for number in range(self.acts()):
                with act(Scope(writes=self.actor.tenant_id)) as session:
                    self.kind.perform(session, self.actor, f"{self.key}-{number}")
                acknowledge(f"{self.key}-{number}")

    def acts(self) -> int:
        """An act passes each point at least once; a random instant may come late."""
        if self.point == RANDOM:
            return 1_000
        return ACTS if self.point is None else self.times


def warm(world: World, actor: Actor, employee: int) -> None:
    """Perform both acts once and undo them: processes forked from here know their statements."""
    with world.application(), act(Scope(writes=actor.tenant_id)) as session:
        append(session, actor, "0")
        give_and_take(session, actor, f"0-{employee}")
        session.rollback()


def run(world: World, kind: Kind, *, kills: int, seed: int, figure: Figure) -> None:
    """``kills`` trials, each with a process that is killed and one that is not."""
    dice = random.Random(seed)  # noqa: S311 - the choice of a test
    with world.superuser() as connection:
        actor, (first, second) = enterprise(connection)
    warm(world, actor, first)
    acknowledged: list[str] = []
    for trial in range(kills):
        point = kind.points[trial % len(kind.points)]
        times = dice.randint(1, OFTEN)
        victim = Process.fork(Acts(world, kind, actor, f"{trial}-{first}", point, times))
        other = Process.fork(Acts(world, kind, actor, f"{trial}-{second}"))
        if point == RANDOM:
            victim.begun()
            time.sleep(dice.uniform(0, LATEST))
            os.kill(victim.pid, signal.SIGKILL)
        words, errors, (died, lived) = outcomes([victim, other])
        acknowledged += words
        figure.notes += errors
        figure.points[point.name] += 1
        figure.counts["kills"] += died == -signal.SIGKILL
        figure.faults["not killed"] += died != -signal.SIGKILL
        figure.faults["stuck or failed beside a dead process"] += lived != 0
    world.settle()
    inspect(world, kind, acknowledged, figure, unacknowledged=kills)


def inspect(
    world: World, kind: Kind, acknowledged: list[str], figure: Figure, *, unacknowledged: int
) -> None:
    """Compare what was acknowledged with what is there; so many acts at most may be there besides."""
    with world.superuser() as connection:
        state, events = (
            [row[0] for row in connection.execute(sql.encode())] for sql in (kind.state, kind.events)
        )
    figure.counts["acts acknowledged"] += len(acknowledged)
    figure.counts["acts stored"] += len(set(state))
    figure.faults["acknowledged and lost"] += len(set(acknowledged) - (set(state) & set(events)))
    figure.faults["half an act"] += len(set(state) ^ set(events))
    figure.faults["stored twice"] += len(state) + len(events) - len(set(state)) - len(set(events))
    figure.faults["stored and never begun"] += max(0, len(set(state)) - len(acknowledged) - unacknowledged)
    with world.application(), reading(Scope(reads="*")) as session:
        verdict = verify_all(session, NO_KEY)
    figure.counts["events verified"] += verdict.events
    figure.faults["faults of the chain"] += len(verdict.faults)
    figure.notes += [fault.text() for fault in verdict.faults]


def enterprise(connection: psycopg.Connection) -> tuple[Actor, tuple[int, int]]:
    """An enterprise with somebody who acts, and two employees for them to act on."""
    where = factories.tenant(connection, TenantKind.ENTERPRISE, "故障试验企业", factories.NANJING)
    actor = factories.actor(connection, where, Role.ENTERPRISE_HR, "经办人")
    employees = [factories.person(connection, f"职工{number}") for number in (1, 2)]
    for each in employees:
        factories.grant(connection, where, each, Role.EMPLOYEE)
    first, second = employees
    return actor, (first.id, second.id)
