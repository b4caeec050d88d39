"""Subject: processes give or take the same role of the same person at the same instant.

One of them does, the others are told; there is one event for it. Nobody comes to hold two of the three
administrators' roles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Final

import psycopg
from sqlalchemy.exc import IntegrityError

from core.domain.roles import Actor, Role, TenantKind
from core.persistence.scope import Scope
from core.persistence.session import act
from core.services.accounts import grants
from core.services.accounts.answers import Conflict
from tests import factories
from tests.faults.acts_killed import warm
from tests.faults.figures import Figure
from tests.faults.harness import Acknowledge, Process, World, outcomes

TOGETHER: Final = (2, 8)
"""How many processes act at once."""
STEPS: Final = ("give", "take", "admin")
"""What they do with one person: give a role, take another, give different administrators' roles."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts, on whom, one person a round; ``grants`` are of the role that the second step takes."""

    hr: Actor
    security: Actor
    people: tuple[int, ...]
    employed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one process does: go through the rounds in step with the others, saying what came of it."""

    world: World
    cast: Cast
    barrier: Barrier
    number: int

    def __call__(self, acknowledge: Acknowledge) -> None:
        hr, security = self.cast.hr, self.cast.security
        admin = (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)[self.number % 2]
        with self.world.application():
            for person, employed in zip(self.cast.people, self.cast.employed, strict=True):
                attempts: tuple[tuple[str, Actor, Callable[..., object], dict[str, object]], ...] = (
                    (STEPS[0], hr, grants.grant, {"person_id": person, "role": Role.APPLICANT}),
                    (STEPS[1], hr, grants.revoke, {"grant_id": employed, "reason": "试验"}),
                    (STEPS[2], security, grants.grant, {"person_id": person, "role": admin}),
                )
                for name, actor, service, arguments in attempts:
                    self.barrier.wait()
                    acknowledge(f"{name}-{person}-{attempt(actor, service, arguments)}")


def run(world: World, *, rounds: int, seed: int, figure: Figure) -> None:
    """``rounds`` persons, half of them for two processes and half for eight. The seed changes nothing."""
    for together in TOGETHER:
        with world.superuser() as connection:
            cast = people(connection, rounds // len(TOGETHER))
        warm(world, cast.hr, cast.people[0])
        barrier = get_context("fork").Barrier(together, timeout=60)
        words, errors, codes = outcomes(
            [Process.fork(Part(world, cast, barrier, number)) for number in range(together)]
        )
        figure.notes += errors
        figure.faults["processes that failed"] += sum(code != 0 for code in codes)
        tally(words, cast, figure)
        world.settle()
        inspect(world, cast, figure)


def attempt(actor: Actor, service: Callable[..., object], arguments: dict[str, object]) -> str:
    """Try it in an act of one's own: done, told, or refused by the database alone."""
    try:
        with act(Scope(writes=actor.tenant_id)) as session:
            service(session, actor=actor, tenant_id=actor.tenant_id, **arguments)
    except Conflict:
        return "told"
    except IntegrityError:
        return "refused"
    return "done"


def tally(words: list[str], cast: Cast, figure: Figure) -> None:
    """Exactly one attempt of each step is done."""
    done: dict[str, int] = {}
    for word in words:
        step, _, answer = word.rpartition("-")
        done[step] = done.get(step, 0) + (answer == "done")
        figure.counts["attempts"] += 1
        figure.counts[f"attempts {answer}"] += 1
    figure.counts["races"] += len(done)
    figure.faults["races without an answer"] += len(STEPS) * len(cast.people) - len(done)
    figure.faults["races that nobody won"] += sum(number == 0 for number in done.values())
    figure.faults["races won twice"] += sum(number > 1 for number in done.values())


def inspect(world: World, cast: Cast, figure: Figure) -> None:
    """What is stored agrees: one grant and one event for each race."""
    of_these = {"people": list(cast.people), "employed": list(map(str, cast.employed))}
    questions = {
        "persons with a role twice": "select person_id from role_grant where person_id = any(%(people)s) "
        "and revoked_at is null group by person_id, tenant_id, role having count(*) > 1",
        "persons with two administrators' roles": "select person_id from role_grant "
        "where person_id = any(%(people)s) and tenant_kind = 'platform' and revoked_at is null "
        "group by person_id having count(*) > 1",
        "grants without exactly one event": "select g.id from role_grant g left join audit_event e "
        "on e.tenant_id = g.tenant_id and e.action = 'grant:create' and e.subject_id = g.id::text "
        "where g.person_id = any(%(people)s) and g.role <> 'employee' and g.granted_by is not null "
        "group by g.tenant_id, g.id having count(e.seq) <> 1",
        "revocations without exactly one event": "select g.id from role_grant g left join audit_event e "
        "on e.tenant_id = g.tenant_id and e.action = 'grant:revoke' and e.subject_id = g.id::text "
        "where g.id::text = any(%(employed)s) group by g.tenant_id, g.id having count(e.seq) <> 1",
    }
    with world.superuser() as connection:
        for name, sql in questions.items():
            figure.faults[name] += len(connection.execute(sql.encode(), of_these).fetchall())


def people(connection: psycopg.Connection, number: int) -> Cast:
    """A new enterprise and platform, each with one who acts, and people known in both."""
    where = factories.tenant(connection, TenantKind.ENTERPRISE, "并发试验企业", factories.NANJING)
    platform = factories.tenant(connection, TenantKind.PLATFORM, "平台")
    hr = factories.actor(connection, where, Role.ENTERPRISE_HR, "经办人")
    security = factories.actor(connection, platform, Role.SECURITY_ADMIN, "安全管理员")
    made = [factories.person(connection, f"职工{each}") for each in range(number)]
    employed = tuple(factories.grant(connection, where, each, Role.EMPLOYEE) for each in made)
    for each in made:  # known to the platform, from a grant that has ended
        former = factories.grant(connection, platform, each, Role.AUDIT_ADMIN)
        connection.execute(
            "update role_grant set revoked_at = app_now(), revoked_by = %s, revoke_reason = '调离' "
            "where id = %s",
            [security.person_id, former],
        )
    return Cast(hr, security, tuple(each.id for each in made), employed)
