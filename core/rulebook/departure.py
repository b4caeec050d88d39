"""One row of the deviation report: what a plan does differently from the provincial reference."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.domain.plan import PlanDraft
from core.domain.records import specs
from core.rulebook.template import Lock, Node


class Direction(StrEnum):
    """Which way a plan departs; ``looser``: less than is asked or recommended."""

    STRICTER = "stricter"
    DIFFERENT = "different"
    ADDED = "added"
    DROPPED = "dropped"
    LOOSER = "looser"
    UNCHANGED = "unchanged"

    @property
    def zh(self) -> str:
        """The word shown on screen and in print."""
        return _DIRECTION_ZH[self]


_DIRECTION_ZH = {
    Direction.STRICTER: "更严",
    Direction.DIFFERENT: "不同",
    Direction.ADDED: "新增",
    Direction.DROPPED: "删去",
    Direction.LOOSER: "放宽",
    Direction.UNCHANGED: "未调整",
}


@dataclass(frozen=True, slots=True)
class Departure:
    """One departure; texts are "" where there is nothing to say.

    ``section`` is the top-level key of the plan, ``path`` a JSON pointer into it, ``place`` its words;
    ``reference`` and ``plan`` are the two values as a reader sees them, ``difference`` says by how much
    (numbers with their sign). Lock, clause and rules are the template's; ``reason`` is the plan's own.
    """

    section: str
    path: str
    place: str
    reference: str
    plan: str
    difference: str
    direction: Direction
    lock: Lock
    clause: str
    rules: tuple[str, ...]
    reason: str

    @property
    def heading(self) -> str:
        """The official term of the section."""
        return specs(PlanDraft)[self.section].zh


def departure(
    node: Node,
    path: str,
    place: str,
    *,
    direction: Direction,
    reference: str = "",
    plan: str = "",
    difference: str = "",
    reason: str = "",
) -> Departure:
    """The departure at ``path`` from what ``node`` of the template says."""
    return Departure(
        section=path.split("/")[1],
        path=path,
        place=place,
        reference=reference,
        plan=plan,
        difference=difference,
        direction=direction,
        lock=node.lock,
        clause=node.clause,
        rules=node.rules,
        reason=reason,
    )
