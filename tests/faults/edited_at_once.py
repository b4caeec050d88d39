"""Subject: two editors change one part of a plan at the same instant, each from what they saw.

Where they change different fields both are kept. Where they change the same one is kept, the other is told
with both texts. Each change says what it found and what it left, so that one that was lost is seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import psycopg

from core.domain.roles import Actor
from core.plandoc.typed import at
from core.services.drafts.clashes import EditConflict
from tests.faults.figures import Figure
from tests.faults.harness import World
from tests.faults.planned import Planned, dice, in_step, planned

PART: Final = "rubric"
FIELDS: Final = ("/value/based_on", "/value/modules/0/name", "/value/modules/1/name")
EDITS: Final = """
select path, revision, before, after, told from plan_edit where part = 'rubric' order by id
"""
STORED: Final = "select revision, answer from plan_part where part = 'rubric'"
EVENTS: Final = "select count(*) from audit_event where action = 'plan:edit'"


@dataclass(frozen=True, slots=True)
class Editor:
    """Types one of the fields; every other time sends the others along as they were seen."""

    found: Planned
    who: Actor
    name: str
    places: tuple[str, ...]
    whole: tuple[bool, ...]

    def typed(self, number: int) -> str:
        return f"{self.name}{number}"

    def __call__(self, number: int) -> Callable[[], str]:
        maker = self.found.maker
        revision = maker.kept().revision(PART)
        data = json.loads(json.dumps(maker.kept().typed(PART) or {}))
        changes = {each: at(data, each) for each in FIELDS if at(data, each)} if self.whole[number] else {}
        return partial(self.save, changes | {self.places[number]: self.typed(number)}, revision)

    def save(self, changes: dict[str, Any], revision: int) -> str:
        try:
            self.found.maker.save(PART, changes, who=self.who, revision=revision)
        except EditConflict as error:
            (clash,) = error.clashes
            return f"{self.name}|told|{clash.path}|{clash.yours}|{clash.theirs}"
        return f"{self.name}|kept"


def run(world: World, *, rounds: int, seed: int, figure: Figure) -> None:
    """``rounds`` changes of each editor; the seed says of which field."""
    with planned(world) as found:
        race(found, rounds=rounds, seed=seed, figure=figure)


def race(found: Planned, *, rounds: int, seed: int, figure: Figure) -> None:
    """Let both change a field ``rounds`` times, and look at what is stored."""
    editors = [
        Editor(
            found,
            who,
            name,
            tuple(dice(seed, name).choices(FIELDS, k=rounds)),
            tuple(dice(seed, f"{name} whole").choices((False, True), k=rounds)),
        )
        for who, name in zip(found.submitters, "甲乙", strict=True)
    ]
    said = in_step(found.world, editors, rounds=rounds, figure=figure)
    kept = {
        (editor.places[number], editor.typed(number))
        for number, words in enumerate(said)
        for editor in editors
        if [editor.name, "kept"] in words
    }
    for number, words in enumerate(said):
        _compare(editors, number, words, figure)
    inspect(found.superuser, kept, figure)


def _compare(editors: list[Editor], number: int, words: list[list[str]], figure: Figure) -> None:
    """Both kept; or, of one field, one of them, and the other told what both had typed."""
    told = [each[2:] for each in words if each[1:2] == ["told"]]
    figure.counts["changes kept"] += len(words) - len(told)
    figure.counts["told with both texts"] += len(told)
    first, second = editors
    place = first.places[number]
    texts = (first.typed(number), second.typed(number))
    both = [[place, *texts], [place, *reversed(texts)]]
    if place == second.places[number]:
        figure.faults["one field, not one kept and one told"] += len(told) != 1 or told[0] not in both
    else:
        figure.faults["different fields and somebody told"] += bool(told) or len(words) != 2


def inspect(connection: psycopg.Connection, kept: set[tuple[str, str]], figure: Figure) -> None:
    """The changes lead from one to the next, and the last of them is what stands in the part."""
    edits = connection.execute(EDITS.encode()).fetchall()
    row = connection.execute(STORED.encode()).fetchone()
    events = connection.execute(EVENTS.encode()).fetchone()
    revision, answer = row or (0, {})
    stands = {path: before for path, _, before, _, _ in reversed(edits)}
    for path, _, before, after, _ in edits:
        figure.faults["changes that found something else than was left"] += stands[path] != before
        stands[path] = after
    figure.faults["fields that are not as they were left"] += sum(
        at(answer, path) != value for path, value in stands.items()
    )
    stored = {(path, after) for path, _, _, after, _ in edits}
    figure.counts["changes stored"] += len(edits)
    figure.faults["kept and not stored"] += len(kept - stored)
    figure.faults["stored and not kept"] += len(edits) - len(kept)
    revisions = [number for _, number, _, _, _ in edits]
    figure.faults["revisions missing or given twice"] += revisions != list(range(1, revision + 1))
    told = len({number for _, number, _, _, tells in edits if tells})
    figure.faults["changes told without exactly one event"] += (events or (0,))[0] != told
