"""Subjects: sending in a plan, and approving one, dies by SIGKILL at every point; then somebody else does it.

What was acknowledged is there whole, what was not is there whole or not at all, and nobody waits for the
dead: the second either does it or is told that it was done.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from core.domain.roles import Actor
from core.domain.stages import IllegalMove, PlanState
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services import submitting
from core.services.accounts.answers import Conflict
from core.services.audit import verify_all
from core.services.reviews import assessing
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
from tests.faults.planned import Planned, assessed, dice, planned, publicised
from tests.integration.reviews.world import Sent

LOCKED: Final = Point("after the plan was locked", "select pg_advisory_xact_lock")
CHANGED: Final = Point("after the version was changed", "update plan_version")
RECORDED: Final = Point("after the event was written", "insert into audit_event")
TOLD: Final = Point("after the message was written", "insert into outbox")
LATEST: Final = 0.25
"""Seconds after its beginning in which the random instant of an act lies."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An act on a version in ``state``; ``whole`` gives by version how often each half of it is there."""

    perform: Callable[[Session, Sent, Actor], object]
    actors: Callable[[Planned], tuple[Actor, Actor]]
    steps: tuple[Callable[[Planned], None], ...]
    state: PlanState
    points: tuple[Point, ...]
    whole: str


def submit(session: Session, of: Sent, who: Actor) -> None:
    submitting.submit(session, actor=who, tenant_id=of.tenant_id, plan_id=of.plan_id)


def approve(session: Session, of: Sent, who: Actor) -> None:
    assessing.approve(session, actor=who, tenant_id=of.tenant_id, version_id=of.id)


SUBMIT: Final = Kind(
    submit,
    lambda found: found.submitters,
    (publicised,),
    PlanState.PUBLICISED,
    (RANDOM, LOCKED, RANDOM, CHANGED, RECORDED, RANDOM, TOLD, BEFORE_COMMIT, RANDOM, AFTER_COMMIT),
    """
    select v.id, (v.version = 2)::int,
        (select count(*) from outbox o where o.topic = 'plan:submit'
            and (o.payload ->> 'version_id')::bigint = v.id),
        (select count(*) from audit_event e where e.action = 'plan:submit'
            and e.changes #>> '{version_number,1}' = v.number::text)
    from plan_version v where v.id = any(%s)
    """,
)
APPROVE: Final = Kind(
    approve,
    lambda found: found.province,
    (publicised, assessed),
    PlanState.REVIEWED,
    (
        RANDOM,
        LOCKED,
        Point("after the review was written", "insert into plan_review"),
        RANDOM,
        CHANGED,
        Point("after the plan was closed", "update plan set"),
        RANDOM,
        RECORDED,
        TOLD,
        BEFORE_COMMIT,
        RANDOM,
        AFTER_COMMIT,
    ),
    """
    select v.id, (v.state in ('approved', 'superseded'))::int,
        (select count(*) from plan_review r where r.version_id = v.id and r.outcome = 'approved'),
        (select count(*) from outbox o where o.topic = 'plan_review:approve'
            and (o.payload ->> 'version_id')::bigint = v.id),
        (select count(*) from audit_event e where e.action = 'plan_review:approve'
            and e.subject_id = v.id::text and e.changes #>> '{content_hash,1}' = v.content_hash),
        (v.id = (select max(id) from plan_version) or v.superseded_at is not null)::int
    from plan_version v where v.id = any(%s)
    """,
)


@dataclass(frozen=True, slots=True)
class Deed:
    """Performs the act on one version; dies at ``point``, or is killed while it waits after it."""

    found: Planned
    kind: Kind
    who: Actor
    version_id: int
    point: Point | None

    def __call__(self, acknowledge: Acknowledge) -> None:
        with self.found.world.application():
            scope = self.found.reviews.scope(self.who, self.found.maker.tenant_id)
            if self.point is not None and self.point != RANDOM:
                self.point.arm(1)
            acknowledge("begun")
            try:
                with act(scope) as session:
                    self.kind.perform(session, self.found.sent(self.version_id), self.who)
            except (Conflict, IllegalMove):
                acknowledge("told")
            else:
                acknowledge("done")
            if self.point == RANDOM:
                signal.pause()


def run(world: World, kind: Kind, *, kills: int, seed: int, figure: Figure) -> None:
    """``kills`` trials, each with an act that is killed and one that comes after it."""
    with planned(world, *kind.steps) as found:
        trials(found, kind, kills=kills, seed=seed, figure=figure)
    with world.application(), reading(Scope(reads="*")) as session:
        verdict = verify_all(session, NO_KEY)
    figure.counts["events verified"] += verdict.events
    figure.faults["faults of the chain"] += len(verdict.faults)
    figure.notes += [fault.text() for fault in verdict.faults]


def trials(found: Planned, kind: Kind, *, kills: int, seed: int, figure: Figure) -> None:
    """Kill and go on, ``kills`` times, and look at what is stored."""
    chance = dice(seed, "kills")
    versions: list[int] = []
    for trial in range(kills):
        point = kind.points[trial % len(kind.points)]
        with found.world.application():
            version_id = found.another(kind.state)
        versions.append(version_id)
        first, second = chance.sample(kind.actors(found), 2)
        victim = Process.fork(Deed(found, kind, first, version_id, point))
        if point == RANDOM:
            victim.begun()
            time.sleep(chance.uniform(0, LATEST))
            os.kill(victim.pid, signal.SIGKILL)
        said, errors, (died,) = outcomes([victim])
        after, more, (lived,) = outcomes([Process.fork(Deed(found, kind, second, version_id, None))])
        figure.notes += errors + more
        figure.points[point.name] += 1
        figure.counts["kills"] += died == -signal.SIGKILL
        figure.faults["not killed"] += died != -signal.SIGKILL
        figure.faults["stuck or failed behind a dead process"] += lived != 0
        figure.points["acknowledged before the kill"] += "done" in said
        figure.counts["done by the second"] += "done" in after
        figure.faults["acknowledged twice"] += "done" in said and "done" in after
        parts = _parts(found, kind, [version_id])[version_id]
        figure.faults["acknowledged and not whole"] += "done" in (*said, *after) and set(parts) != {1}
        figure.faults["refused without having been done"] += "done" not in after and set(parts) != {1}
    found.world.settle()
    for parts in _parts(found, kind, versions).values():
        figure.counts["acts stored whole"] += set(parts) == {1}
        figure.faults["half an act"] += set(parts) != {1}


def _parts(found: Planned, kind: Kind, versions: list[int]) -> dict[int, tuple[int, ...]]:
    """How often each half of an act is there, by version."""
    rows = found.superuser.execute(kind.whole.encode(), [versions]).fetchall()
    return {number: tuple(parts) for number, *parts in rows}
