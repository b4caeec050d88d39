"""Subject: admitting an enterprise dies by SIGKILL at every point; then somebody else admits it.

What was acknowledged is there whole, what was not is there whole or not at all, and nobody waits for the
dead: the second either admits it or is told that it was.
"""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass
from typing import Final

from core.domain.roles import Actor
from core.domain.stages import IllegalMove
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.services.accounts.answers import Conflict
from core.services.audit import verify_all
from tests.faults.acts_killed import NO_KEY
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
from tests.faults.nominated import Waiting, admit, waiting

POINTS: Final = (
    RANDOM,
    Point("after the nomination was locked", "select pg_advisory_xact_lock"),
    Point("after the tenant was written", "insert into tenant"),
    RANDOM,
    Point("after the place was written", "insert into cycle_place"),
    Point("after the first event was written", "insert into audit_event"),
    RANDOM,
    Point("after the message was written", "insert into outbox"),
    Point("after the invitation was written", "insert into invitation"),
    RANDOM,
    BEFORE_COMMIT,
    AFTER_COMMIT,
)
LATEST: Final = 0.12
"""Seconds after its beginning in which the random instant of an admission lies."""
WHOLE: Final = """
select n.id, count(distinct t.id), count(distinct p.tenant_id), count(distinct i.id),
    count(distinct o.id), count(distinct e.seq) filter (where e.action = 'tenant:create'),
    count(distinct e.seq) filter (where e.action = 'nomination:admit'),
    count(distinct e.seq) filter (where e.action = 'invitation:create')
from nomination n
left join tenant t on t.uscc = n.uscc
left join cycle_place p on p.nomination_id = n.id and p.nomination_tenant_id = n.tenant_id
left join invitation i on i.tenant_id = t.id
left join outbox o on o.tenant_id = t.id and o.topic = 'nomination:admit'
left join audit_event e on e.tenant_id = t.id
group by n.id order by n.id
"""


@dataclass(frozen=True, slots=True)
class Admission:
    """Admits one nomination; dies at ``point``, or is killed while it waits after the act."""

    world: World
    waiting: Waiting
    who: Actor
    number: int
    point: Point | None

    def __call__(self, acknowledge: Acknowledge) -> None:
        nomination_id, uscc = self.waiting.nominations[self.number], self.waiting.numbers[self.number]
        with self.world.application():
            if self.point is not None and self.point != RANDOM:
                self.point.arm(1)
            acknowledge("begun")
            try:
                admit(self.who, self.waiting.unit, nomination_id, uscc)
            except (Conflict, IllegalMove):
                acknowledge(f"told-{nomination_id}")
            else:
                acknowledge(f"done-{nomination_id}")
            if self.point == RANDOM:
                signal.pause()


def run(world: World, *, kills: int, seed: int, figure: Figure) -> None:
    """``kills`` trials, each with an admission that is killed and one that comes after it."""
    dice = random.Random(seed)  # noqa: S311 - the choice of a test
    found = waiting(world, kills)
    acknowledged: set[int] = set()
    for trial in range(kills):
        point = POINTS[trial % len(POINTS)]
        first, second = dice.sample(found.officers, 2)
        victim = Process.fork(Admission(world, found, first, trial, point))
        if point == RANDOM:
            victim.begun()
            time.sleep(dice.uniform(0, LATEST))
            os.kill(victim.pid, signal.SIGKILL)
        said, errors, (died,) = outcomes([victim])
        after, more, (lived,) = outcomes([Process.fork(Admission(world, found, second, trial, None))])
        figure.notes += errors + more
        figure.points[point.name] += 1
        figure.counts["kills"] += died == -signal.SIGKILL
        figure.faults["not killed"] += died != -signal.SIGKILL
        figure.faults["stuck or failed behind a dead process"] += lived != 0
        done = f"done-{found.nominations[trial]}"
        figure.points["acknowledged before the kill"] += done in said
        figure.counts["admitted by the second"] += done in after
        figure.faults["acknowledged twice"] += done in said and done in after
        figure.faults["refused without having been done"] += done not in after and not _stored(
            world, found.nominations[trial]
        )
        if done in said or done in after:
            acknowledged.add(found.nominations[trial])
    world.settle()
    inspect(world, acknowledged, figure)


def _stored(world: World, nomination_id: int) -> bool:
    with world.superuser() as connection:
        row = connection.execute("select 1 from cycle_place where nomination_id = %s", [nomination_id])
        return row.fetchone() is not None


def inspect(world: World, acknowledged: set[int], figure: Figure) -> None:
    """Every admission is there with all its parts, once each."""
    with world.superuser() as connection:
        rows = connection.execute(WHOLE.encode()).fetchall()
    for number, *parts in rows:
        figure.counts["admissions stored whole"] += parts == [1] * len(parts)
        figure.faults["acknowledged and not whole"] += number in acknowledged and parts != [1] * len(parts)
        figure.faults["half an admission"] += set(parts) not in ({0}, {1})
    with world.application(), reading(Scope(reads="*")) as session:
        verdict = verify_all(session, NO_KEY)
    figure.counts["events verified"] += verdict.events
    figure.faults["faults of the chain"] += len(verdict.faults)
    figure.notes += [fault.text() for fault in verdict.faults]
