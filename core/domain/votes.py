"""How many votes a share takes: whole numbers only, ``q × yes ≥ p × base`` (AMB-40, AMB-41)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Share = tuple[int, int]

ALL_MEMBERS = "all_members"


@dataclass(frozen=True, slots=True)
class Needed:
    """How many of ``base`` votes are needed when ``present`` attend and ``recused`` of them may not vote.

    ``yes`` is 0 where too few attend, and more than ``present`` less ``recused`` where the share is out of
    reach.
    """

    present: int
    recused: int
    base: int
    yes: int
    quorate: bool

    @property
    def reachable(self) -> bool:
        return 0 < self.yes <= self.present - self.recused


def least(share: Share, of: int) -> int:
    """The smallest number that is at least ``share`` (p, q) of ``of``."""
    over, under = share
    return -(-over * of // under)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A committee of ``members`` that decides by ``share`` of the base that a plan names with ``kind``."""

    share: Share
    kind: str
    members: int
    quorum: Share

    @property
    def enough(self) -> int:
        """How many must attend."""
        return least(self.quorum, self.members)

    def needed(self, present: int, recused: int) -> Needed:
        base = self.members if self.kind == ALL_MEMBERS else present - recused
        quorate = present >= self.enough
        return Needed(present, recused, base, least(self.share, base) if quorate and base > 0 else 0, quorate)

    def table(self, recusals: int = 3) -> Iterator[list[Needed]]:
        """A row for each attendance, from all to the first that is too few; a cell for each recusal."""
        for present in range(self.members, max(self.enough - 2, -1), -1):
            yield [self.needed(present, recused) for recused in range(recusals)]
