"""How long something takes against something else, measured in turn: machines differ and are shared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 9
CALLS = 100

Run = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ratio:
    """`what` over `floor`, in seconds a call, one pair for each interleaved round."""

    what: str
    floor: str
    rounds: tuple[tuple[float, float], ...]

    @property
    def sorted(self) -> list[float]:
        """The ratio of each round, from the lowest."""
        return sorted(mine / base for mine, base in self.rounds)

    @property
    def median(self) -> float:
        return statistics.median(self.sorted)

    def __str__(self) -> str:
        mine, base = (statistics.median(each) * 1e6 for each in zip(*self.rounds, strict=True))
        return (
            f"{self.what} / {self.floor}: {self.median:.1f}x "
            f"(rounds {self.sorted[0]:.1f}-{self.sorted[-1]:.1f}, medians {mine:.0f} / {base:.0f} µs, "
            f"{len(self.rounds)} rounds)"
        )


def ratio(what: str, run: Run, floor: str, base: Run, calls: int = CALLS) -> Ratio:
    """Time `run` and `base` in turn, after one call of each to warm up."""
    mine, bases = interleaved((run, base), calls)
    return Ratio(what, floor, tuple(zip(mine, bases, strict=True)))


def interleaved(runs: Sequence[Run], calls: int = CALLS, rounds: int = ROUNDS) -> list[list[float]]:
    """Seconds a call of each run, one for each round; every round has all of them in turn."""
    for run in runs:
        run()
    timed = [[per_call(run, calls) for run in runs] for _ in range(rounds)]
    return [list(each) for each in zip(*timed, strict=True)]


def per_call(run: Run, calls: int) -> float:
    """Seconds a call."""
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - start) / calls
