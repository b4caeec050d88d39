"""Subject: two people of an enterprise send in its plan at the same instant.

It is sent in once: one of them did, the other is told, with one event and one message of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from core.domain.roles import Actor
from core.domain.stages import IllegalMove, PlanState
from core.services.accounts.answers import Conflict
from tests.faults.figures import Figure
from tests.faults.harness import World
from tests.faults.planned import Planned, dice, in_step, planned, publicised

LATEST: Final = """
select v.state, v.submitted_name, v.version,
    (select count(*) from audit_event e where e.action = 'plan:submit'
        and e.changes #>> '{version_number,1}' = v.number::text),
    (select count(*) from outbox o where o.topic = 'plan:submit'
        and (o.payload ->> 'version_id')::bigint = v.id)
from plan_version v order by v.id desc limit 1
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a version that was sent in."""

    state: str
    by: str
    version: int
    events: int
    messages: int


@dataclass(frozen=True, slots=True)
class Submitter:
    """Sends in the version that both see."""

    found: Planned
    who: Actor

    def __call__(self, _: int) -> Callable[[], str]:
        last = self.found.maker.kept().last
        assert last
        return partial(self.submit, last.content_hash)

    def submit(self, seen: str) -> str:
        try:
            self.found.maker.submit(who=self.who, seen=seen)
        except (Conflict, IllegalMove):
            return f"{self.who.name}|told"
        return f"{self.who.name}|done"


def run(world: World, *, rounds: int, seed: int, figure: Figure) -> None:
    """``rounds`` versions, each sent in by two."""
    with planned(world, publicised) as found:
        race(found, rounds=rounds, figure=figure, seed=seed)


def race(found: Planned, *, rounds: int, seed: int, figure: Figure) -> None:
    """Let both send in ``rounds`` versions; the seed says who is named first."""
    stored: list[Stored] = []
    submitters = dice(seed, "submitters").sample(found.submitters, 2)
    said = in_step(
        found.world,
        [Submitter(found, who) for who in submitters],
        rounds=rounds,
        figure=figure,
        before=lambda: found.another(PlanState.PUBLICISED),
        after=lambda: stored.append(_stored(found)),
    )
    for words, there in zip(said, stored, strict=False):
        done = [name for name, answer in words if answer == "done"]
        figure.counts["plans sent in"] += len(done) == 1
        figure.counts["told otherwise"] += len(words) - len(done)
        figure.faults["plans nobody sent in"] += not done
        figure.faults["plans sent in twice"] += len(done) > 1 or there.version != 2
        figure.faults["sent in by another than was told"] += [there.by] != done[:1]
        figure.faults["states that do not agree"] += there.state != PlanState.SUBMITTED.value
        figure.faults["plans without exactly one event"] += there.events != 1
        figure.faults["plans without exactly one message"] += there.messages != 1


def _stored(found: Planned) -> Stored:
    rows = found.superuser.execute(LATEST.encode()).fetchall()
    return Stored(*rows[0])
