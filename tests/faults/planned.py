"""Plans for the faults: drafted, sent in, or waiting for approval, in as many versions as are needed.

The first version comes about through the services, as the people involved would bring it about. A round takes
another version that says the same: what bodies ticked holds for it, for a tick is of what a section says.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Any, Final

import psycopg

from core.domain.roles import Actor
from core.domain.stages import PlanState
from core.domain.values import BEIJING
from core.services.reviews import assessing
from tests import factories
from tests.faults.figures import Figure
from tests.faults.harness import Acknowledge, Process, World, outcomes
from tests.faults.nominated import CLOCK
from tests.integration.onboarding.season import OPENED
from tests.integration.plans.maker import Maker, admitted
from tests.integration.reviews.world import Reviews, Sent, record_notice

OVER: Final = datetime(2026, 11, 9, 9, 0, tzinfo=BEIJING)
"""A moment after the notice."""
SAME: Final = """
tenant_id, plan_id, cycle_id, city_code, channel, nominator_id, edition, rulebook, document, answerers,
content_hash, snapshot_hash, section_hashes, publicised_by, publicised_name, publicised_at
"""
"""What every version of a plan has of the first."""
SENT_IN: Final = "submitted_by, submitted_name, submitted_at"
ANOTHER: Final = f"""
insert into plan_version ({SAME}, number, state {{also}})
select {SAME}, (select max(number) + 1 from plan_version), %(state)s {{also}}
from plan_version where id = %(first)s returning id, number, content_hash, snapshot_hash
"""  # noqa: S608 - columns named above
NOTICE: Final = """
insert into plan_notice (tenant_id, version_id, token_hash, starts_on, ends_on, channels,
    coverage_statement, published_by, published_name)
select tenant_id, %(version)s, sha256(%(version)s::text::bytea), starts_on, ends_on, channels,
    coverage_statement, published_by, published_name
from plan_notice where version_id = %(first)s
"""
EXPERTS: Final = """
insert into plan_expert_task (tenant_id, version_id, person_id, name, enterprise, assigned_by, assigned_at,
    outcome, opinion, assessed_at)
select tenant_id, %(version)s, person_id, name, enterprise, assigned_by, assigned_at, outcome, opinion,
    assessed_at
from plan_expert_task where version_id = %(first)s
"""
OVER_WITH: Final = """
update plan_version set state = 'returned', submitted_by = coalesce(submitted_by, publicised_by),
    submitted_name = coalesce(submitted_name, publicised_name),
    submitted_at = coalesce(submitted_at, publicised_at), decided_by = publicised_by,
    decided_name = publicised_name, decided_role = 'province_centre', decided_reason = '另行安排。',
    decided_at = publicised_at
where state in ('publicised', 'submitted', 'reviewed')
"""


@dataclass
class Planned:
    """The plan of one enterprise, which ``reviews`` reviews; ``first`` is the version that others repeat."""

    world: World
    reviews: Reviews
    maker: Maker
    first: int = 0

    @property
    def superuser(self) -> psycopg.Connection:
        return self.reviews.superuser

    @property
    def submitters(self) -> tuple[Actor, Actor]:
        return self.maker.hr, self.maker.principal

    @property
    def bodies(self) -> tuple[Actor, Actor]:
        return self.reviews.city_hr, self.reviews.industry

    @property
    def province(self) -> tuple[Actor, Actor]:
        return self.reviews.province, self.reviews.centre

    def sent(self, version_id: int) -> Sent:
        return Sent(self.maker.tenant_id, self.maker.plan_id, version_id)

    def set_clock(self, moment: datetime) -> None:
        self.superuser.execute(CLOCK.encode(), {"moment": moment})

    def another(self, state: PlanState) -> int:
        """One more version in ``state``; one that was on its way is no more.

        One that waits for approval has its notice in the record, which the application writes.
        """
        self.superuser.execute(OVER_WITH.encode())
        also = "" if state is PlanState.PUBLICISED else f", {SENT_IN}"
        values: dict[str, Any] = {"first": self.first, "state": state.value}
        row = self.superuser.execute(ANOTHER.format(also=also).encode(), values).fetchone()
        assert row
        values["version"] = row[0]
        self.superuser.execute(NOTICE.encode(), values)
        if state is PlanState.REVIEWED:
            self.superuser.execute(EXPERTS.encode(), values)
            hashes = dict(zip(("number", "content_hash", "snapshot_hash"), row[1:], strict=True))
            record_notice(self.maker.hr, tenant_id=self.maker.tenant_id, plan_id=self.maker.plan_id, **hashes)
        return int(values["version"])


@contextmanager
def planned(world: World, *steps: Callable[[Planned], None]) -> Iterator[Planned]:
    """A plan that an enterprise has begun, and that ``steps`` bring further."""
    with world.superuser() as connection:
        with world.application():
            connection.execute(CLOCK.encode(), {"moment": OPENED})
            reviews = Reviews(connection, factories.tenants(connection))
            reviews.open()
            maker = admitted(reviews)
            maker.open()
            found = Planned(world, reviews, maker)
            for step in steps:
                step(found)
        yield found


def publicised(found: Planned) -> None:
    """Complete it; its notice is over."""
    found.maker.complete()
    found.first = found.maker.publicise().version_id
    found.set_clock(OVER)


def ticked(found: Planned) -> None:
    """Send it in; both bodies look at all of it."""
    found.maker.submit()
    for who in found.bodies:
        found.reviews.tick_all(who, found.sent(found.first))


def assessed(found: Planned) -> None:
    """Send it in; of a version that was reviewed jointly, let an expert assess it."""
    last = found.maker.kept().last
    if last and last.state is PlanState.PUBLICISED:
        found.maker.submit()
    found.first = found.another(PlanState.REVIEWED)
    reviews, of = found.reviews, found.sent(found.first)
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    reviews.do(assessing.assess, reviews.expert, of, outcome="passed", opinion="可行，数据完整。")


@dataclass(frozen=True, slots=True)
class InStep:
    """Takes its turns in step with the other: what it does in a round it looks up before that begins."""

    world: World
    look: Callable[[int], Callable[[], str]]
    """What is to be done in a round, by its number; that gives the word for it."""
    rounds: int
    barrier: Barrier

    def __call__(self, acknowledge: Acknowledge) -> None:
        with self.world.application():
            try:
                for number in range(self.rounds):
                    self.barrier.wait()
                    turn = self.look(number)
                    self.barrier.wait()
                    acknowledge(f"{number}|{turn()}")
                    self.barrier.wait()
            except BaseException:
                self.barrier.abort()
                raise


def in_step(
    world: World,
    looks: Iterable[Callable[[int], Callable[[], str]]],
    *,
    rounds: int,
    figure: Figure,
    before: Callable[[], object] = int,
    after: Callable[[], object] = int,
) -> list[list[list[str]]]:
    """Let processes take turns at one instant, ``rounds`` times, with ``before`` and ``after`` around each.

    Returns what they said of each round, the parts of a word apart.
    """
    turns = tuple(looks)
    barrier = get_context("fork").Barrier(len(turns) + 1, timeout=60)
    processes = [Process.fork(InStep(world, look, rounds, barrier)) for look in turns]
    done = 0
    try:
        for _ in range(rounds):
            before()
            for _ in ("look", "act", "done"):
                barrier.wait()
            after()
            done += 1
    except BrokenBarrierError:
        figure.notes.append(f"ended in round {done}")
    except BaseException:
        barrier.abort()
        raise
    words, errors, codes = outcomes(processes)
    figure.notes += errors
    figure.faults["processes that failed"] += sum(code != 0 for code in codes)
    world.settle()
    found: list[list[list[str]]] = [[] for _ in range(rounds)]
    for word in words:
        number, *said = word.split("|")
        found[int(number)].append(said)
    return found[:done]


def dice(seed: int, name: str) -> random.Random:
    """The choices of one who acts."""
    return random.Random(f"{seed} {name}")  # noqa: S311 - the choice of a test
