"""How bands of points lie on the scores 0, step, … max of an item: what is covered once, twice, not at all.

Scores are counted as multiples of the step. Everything works on the ends of the bands, never on the scores
between them: there may be 10^14 of those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from core.domain.plan import Band
from core.domain.values import Many
from core.domain.wording import number_words

Span = tuple[int, int]


def spans(bands: Many[Band], step: Decimal) -> list[Span]:
    """The scores in each band as (first, last) multiples of ``step`` > 0, sorted; some bands hold none."""
    return sorted(span for band in bands or () if (span := span_of(band, step)))


def span_of(band: Band | None, step: Decimal) -> Span | None:
    """The scores in ``band`` as multiples of ``step``; None for one without bounds or without a score."""
    low, high = (band.min, band.max) if band else (None, None)
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return None
    first, last = int(low // step) + bool(low % step), int(high // step)
    return (first, last) if first <= last else None


def uneven(sorted_spans: Iterable[Span], top: int) -> tuple[list[Span], list[Span]]:
    """The runs of 0..``top`` in none of ``sorted_spans``, and those in several."""
    holes: list[Span] = []
    shared: list[Span] = []
    reached = doubled = 0
    for first, last in sorted_spans:
        if first > reached:
            holes.append((reached, first - 1))
        start, end = max(first, doubled), min(last + 1, reached)
        if start < end:
            shared.append((start, end - 1))
            doubled = end
        reached = max(reached, last + 1)
    if reached <= top:
        holes.append((reached, top))
    return holes, shared


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of scores ``low``~``high`` inclusive, and the places in the list of the bands that hold it.

    ``bands`` is () for a hole and has several places where bands overlap; ``outside`` is above the maximum
    or below 0.
    """

    low: Decimal
    high: Decimal
    bands: tuple[int, ...]
    outside: bool

    @property
    def faulty(self) -> bool:
        return self.outside or len(self.bands) != 1

    @property
    def words(self) -> str:
        """7～8 分没有对应档位 / 6 分重复 / 11～12 分超出配分 / 9～10 分."""
        shown = number_words(self.low)
        shown += "" if self.low == self.high else f"～{number_words(self.high)}"
        if self.outside:
            return f"{shown} 分超出范围"
        if not self.bands:
            return f"{shown} 分没有对应档位"
        return f"{shown} 分重复" if len(self.bands) > 1 else f"{shown} 分"


def stretches(bands: Many[Band], top: Decimal, step: Decimal) -> tuple[Stretch, ...]:
    """The scores from the highest to the lowest, cut where the bands that hold them change.

    ``top`` is the maximum of the item and ``step`` > 0 the smallest difference of two scores.
    """
    last = max(int(top // step), -1)
    placed = [(span, place) for place, band in enumerate(bands or ()) if (span := span_of(band, step))]
    cuts = {0, last + 1}.union(*({first, end + 1} for (first, end), _ in placed))
    found = []
    for low, beyond in pairwise(sorted(cuts)):
        holding = tuple(place for (first, end), place in placed if first <= low <= end)
        outside = low > last or beyond - 1 < 0
        if holding or not outside:
            found.append(Stretch(low * step, (beyond - 1) * step, holding, outside))
    return tuple(reversed(found))
