"""Subject: two bodies decide on the same version of a plan at the same instant: each agrees or returns it.

Agreeing takes both and neither is lost; it is returned once; what the version then is agrees with what was
done, and each of it has one event. Who decides on what they have seen is told when it is another by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from core.domain.plan_review import Verdict
from core.domain.roles import Actor
from core.domain.stages import IllegalMove, PlanState
from core.services.accounts.answers import Conflict
from core.services.reviews import deciding
from tests.faults.figures import Figure
from tests.faults.harness import World
from tests.faults.planned import Planned, dice, in_step, planned, publicised, ticked

DECISIONS: Final = ("agree", "agree", "return")
FLAGGED: Final = "incentives"
"""The section that a body returns."""
LATEST: Final = """
select v.state,
    array(select r.role || '|' || r.outcome from plan_review r where r.version_id = v.id order by r.role),
    array(select e.action from audit_event e where e.subject_type = 'plan_version'
        and e.subject_id = v.id::text and e.action in ('plan_review:agree', 'plan_review:return')
        order by e.action),
    array(select o.topic from outbox o where (o.payload ->> 'version_id')::bigint = v.id
        and o.topic in ('plan_review:agree', 'plan_review:return') order by o.topic)
from plan_version v order by v.id desc limit 1
"""
OUTCOME_OF: Final = {"agree": "agreed", "return": "returned"}


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a version: who decided what, the events and messages of it."""

    state: str
    reviews: list[str]
    events: list[str]
    messages: list[str]


@dataclass(frozen=True, slots=True)
class Body:
    """Decides on the version that is on its way; every other time only if it is as it was seen."""

    found: Planned
    who: Actor
    decisions: tuple[str, ...]
    careful: tuple[bool, ...]

    def __call__(self, number: int) -> Callable[[], str]:
        version = self.found.maker.kept().pending
        assert version
        decision, reviews, of = self.decisions[number], self.found.reviews, self.found.sent(version.id)
        verdict = Verdict.AGREE if decision == "agree" else Verdict.RETURN
        if decision != (self.decisions[number - 1] if number else "agree"):  # a tick holds for versions alike
            reviews.tick(self.who, of, FLAGGED, verdict, "津贴没有写明发放时间。")
        return partial(self.decide, decision, version.id, version.version if self.careful[number] else None)

    def decide(self, decision: str, version_id: int, seen: int | None) -> str:
        service = deciding.agree if decision == "agree" else deciding.return_
        who, of = self.who, self.found.sent(version_id)
        try:
            self.found.reviews.do(service, who, of, seen=seen)
        except (Conflict, IllegalMove):
            return f"{who.role.value}|{decision}|told"
        return f"{who.role.value}|{decision}|done"


def run(
    world: World,
    *,
    rounds: int,
    seed: int,
    figure: Figure,
) -> None:
    """``rounds`` versions; the seed says what the bodies decide."""
    with planned(world, publicised, ticked) as found:
        race(found, rounds=rounds, seed=seed, figure=figure)


def race(
    found: Planned,
    *,
    rounds: int,
    seed: int,
    figure: Figure,
    choices: tuple[tuple[str, ...], tuple[str, ...]] = (DECISIONS, DECISIONS),
    careful: tuple[bool, ...] = (False, True),
) -> None:
    """Let both decide on ``rounds`` versions, each one of their ``choices``."""
    seen = tuple(dice(seed, "careful").choices(careful, k=rounds))
    bodies = [
        Body(found, who, tuple(dice(seed, who.role.value).choices(theirs, k=rounds)), seen)
        for who, theirs in zip(found.bodies, choices, strict=True)
    ]
    stored: list[Stored] = []
    said = in_step(
        found.world,
        bodies,
        rounds=rounds,
        figure=figure,
        before=lambda: found.another(PlanState.SUBMITTED),
        after=lambda: stored.append(_stored(found)),
    )
    for words, careful_, there in zip(said, seen, stored, strict=False):
        _compare(words, careful_, there, figure)


def _stored(found: Planned) -> Stored:
    rows = found.superuser.execute(LATEST.encode()).fetchall()
    return Stored(*rows[0])


def _compare(words: list[list[str]], careful: bool, stored: Stored, figure: Figure) -> None:
    """What was done is what is stored, and could be done together."""
    done = sorted((role, decision) for role, decision, answer in words if answer == "done")
    acts = sorted(decision for _, decision in done)
    for _, decision, answer in words:
        figure.counts[f"decisions {answer}"] += 1
        figure.points[f"{decision} {answer}"] += 1
    decisions = sorted(decision for _, decision, _ in words)
    state = {1: PlanState.SUBMITTED, 2: PlanState.REVIEWED}.get(len(acts), PlanState.PUBLICISED)
    state = PlanState.RETURNED if "return" in acts else state
    figure.faults["versions nobody decided"] += not done
    figure.faults["versions returned twice"] += acts.count("return") > 1
    figure.faults["decided on what was not seen"] += careful and len(done) > 1
    figure.faults["agreed, and not taken"] += decisions == ["agree"] * 2 and len(done) < 2 - careful
    figure.faults["returned, and not taken"] += "return" in decisions and not careful and "return" not in acts
    figure.faults["states that do not agree with what was done"] += stored.state != state.value
    figure.faults["decisions that are not kept once"] += sorted(stored.reviews) != [
        f"{role}|{OUTCOME_OF[decision]}" for role, decision in done
    ]
    told = [f"plan_review:{decision}" for decision in acts]
    figure.faults["decisions without exactly one event"] += stored.events != told
    figure.faults["decisions without exactly one message"] += stored.messages != told
