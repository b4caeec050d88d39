"""Subject: two officers decide on the same nomination at the same instant, each from what they saw.

One of them does, the other is told; there is one event for it, and one message. What the nomination then is
agrees with the one that won.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any, Final

from core.domain.nomination import DossierPart
from core.domain.roles import Actor
from core.domain.stages import IllegalMove
from core.persistence.scope import Scope
from core.persistence.session import act
from core.services.accounts.answers import Conflict
from core.services.nominations import steps
from tests.faults.figures import Figure
from tests.faults.harness import Acknowledge, Process, World, outcomes
from tests.faults.nominated import Waiting, admit, strangers, waiting

DECISIONS: Final = ("admit", "reject", "return")
OUTCOMES: Final = """
select n.id, n.state, p.tenant_id is not null as admitted
from nomination n left join cycle_place p on p.nomination_id = n.id and p.nomination_tenant_id = n.tenant_id
order by n.id
"""
QUESTIONS: Final = {
    "nominations without exactly one event of a decision": """
        select n.id from nomination n left join audit_event e on e.subject_type = 'nomination'
        and e.subject_id = n.id::text
        and e.action in ('nomination:admit', 'nomination:reject', 'nomination:return')
        where n.id = any(%s) group by n.id having count(e.seq) <> 1""",
    "nominations without exactly one message of a decision": """
        select n.id from nomination n left join outbox o on (o.payload ->> 'nomination_id')::bigint = n.id
        and o.topic in ('nomination:admit', 'nomination:reject', 'nomination:return')
        where n.id = any(%s) group by n.id having count(o.id) <> 1""",
    "enterprises without exactly one tenant, place and invitation": """
        select p.tenant_id from cycle_place p left join tenant t on t.id = p.tenant_id
        left join invitation i on i.tenant_id = p.tenant_id
        where p.nomination_id = any(%s) group by p.tenant_id
        having count(distinct t.id) <> 1 or count(distinct i.id) <> 1""",
    "nominations placed without the mark of it": """
        select n.id from nomination n join cycle_place p on p.nomination_id = n.id
        where n.id = any(%s) and n.state <> 'admitted'""",
}
"""What must find nothing."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Goes through the nominations in step with the other, saying what came of each decision."""

    world: World
    waiting: Waiting
    who: Actor
    decisions: tuple[str, ...]
    barrier: Barrier

    def __call__(self, acknowledge: Acknowledge) -> None:
        known = zip(self.waiting.nominations, self.waiting.numbers, self.decisions, strict=True)
        with self.world.application():
            for nomination_id, number, decision in known:
                self.barrier.wait()
                answer = self.decide(nomination_id, number, decision)
                acknowledge(f"{nomination_id}-{decision}-{answer}")

    def decide(self, nomination_id: int, number: str, decision: str) -> str:
        """Try it: done, or told that somebody was faster."""
        unit = self.waiting.unit
        try:
            if decision == "admit":
                admit(self.who, unit, nomination_id, number)
                return "done"
            with act(Scope(reads="*", writes=unit, person=self.who.person_id)) as session:
                whose: dict[str, Any] = {"actor": self.who, "tenant_id": unit, "nomination_id": nomination_id}
                if decision == "reject":
                    steps.reject(session, reason="不符合。", **whose)
                else:
                    steps.send_back(session, unmet={DossierPart.QUOTA: "没有写比选结果。"}, **whose)
        except (Conflict, IllegalMove):
            return "told"
        return "done"


def run(
    world: World,
    *,
    rounds: int,
    seed: int,
    figure: Figure,
    choices: tuple[tuple[str, ...], ...] = (DECISIONS, DECISIONS),
) -> None:
    """``rounds`` nominations; the seed says which of their ``choices`` the officers take."""
    dice = random.Random(seed)  # noqa: S311 - the choice of a test
    found = waiting(world, rounds)
    barrier = get_context("fork").Barrier(len(found.officers), timeout=60)
    processes = [
        Process.fork(Officer(world, found, who, tuple(dice.choices(theirs, k=rounds)), barrier))
        for who, theirs in zip(found.officers, choices, strict=True)
    ]
    words, errors, codes = outcomes(processes)
    figure.notes += errors
    figure.faults["processes that failed"] += sum(code != 0 for code in codes)
    world.settle()
    inspect(world, found, words, figure)


def inspect(world: World, found: Waiting, words: list[str], figure: Figure) -> None:
    """One decision of each nomination was done, and it is the one that is stored."""
    won: dict[int, list[str]] = {each: [] for each in found.nominations}
    for word in words:
        number, decision, answer = word.split("-")
        figure.counts[f"decisions {answer}"] += 1
        if answer == "done":
            won[int(number)].append(decision)
    figure.counts["nominations decided"] += sum(len(each) == 1 for each in won.values())
    figure.faults["nominations nobody decided"] += sum(not each for each in won.values())
    figure.faults["nominations decided twice"] += sum(len(each) > 1 for each in won.values())
    with world.superuser() as connection:
        for number, state, admitted in connection.execute(OUTCOMES.encode()).fetchall():
            stored = "admit" if admitted else {"rejected": "reject", "returned": "return"}.get(state)
            figure.faults["outcomes that nobody was told"] += [stored] != won[number][:1]
        for name, query in QUESTIONS.items():
            figure.faults[name] += strangers(connection, query, list(found.nominations))
