"""What the rubric editor does to numbers and lists: weights that stay at 100, and the order of things.

Weights are exact and have at most two decimals; whole weights stay whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeVar

from core.domain.errors import DomainError
from core.domain.wording import number_words

T = TypeVar("T")

TOTAL: Final = Decimal(100)
UNITS: Final = (Decimal(1), Decimal("0.1"), Decimal("0.01"))


def reweighed(
    weights: Sequence[Decimal], at: int, to: Decimal, held: Collection[int] = ()
) -> tuple[Decimal, ...]:
    """``weights`` with that at ``at`` set to ``to``: the others give or take in proportion, the sum is 100.

    Those at ``held`` stay as they are. The others keep at least one unit (1, or 0.01 where a weight has
    decimals), since every module must count (JS-A3-three-modules); so ``to`` is cut to what that leaves.
    Raises ``DomainError`` when nothing is left to share out.
    """
    unit = _unit([*weights, to])
    whole = [_units(each, unit) for each in weights]
    others = [place for place in range(len(whole)) if place != at and place not in held]
    free = _units(TOTAL, unit) - sum(whole[place] for place in held if place != at)
    if free < 1 + len(others):
        kept = number_words(TOTAL - free * unit)
        raise DomainError(f"锁住的配分合计 {kept} 分，其余没有可分的分数。解锁一项后再改。")
    own = free if not others else min(max(_units(to, unit), 1), free - len(others))
    shares = _shared(free - own, [max(whole[place], 0) for place in others])
    new = {at: own, **dict(zip(others, shares, strict=True))}
    return tuple(new.get(place, each) * unit for place, each in enumerate(whole))


def reweighed_in_turn(weights: Sequence[Decimal], at: int, held: Collection[int] = ()) -> tuple[Decimal, ...]:
    """``reweighed`` to what stands at ``at``, with the weights before it held too while that leaves it room.

    So each of them can be set exactly, one after another: the last follows.
    """
    before = {*held, *range(at)}
    after = [place for place in range(at + 1, len(weights)) if place not in before]
    room = TOTAL - len(after) - sum(weights[place] for place in before)
    return reweighed(weights, at, weights[at], before if after and weights[at] <= room else held)


def moved(items: Sequence[T], at: int, to: int) -> tuple[T, ...]:
    """``items`` with the one at ``at`` moved to the place ``to``, counted after the move; beyond is the end.

    Raises ``IndexError`` when there is none at ``at``.
    """
    if not 0 <= at < len(items):
        raise IndexError(at)
    rest = [*items[:at], *items[at + 1 :]]
    rest.insert(min(max(to, 0), len(rest)), items[at])
    return tuple(rest)


def _unit(numbers: Sequence[Decimal]) -> Decimal:
    """The coarsest unit in which all of ``numbers`` are whole; two decimals when none is."""
    return next((unit for unit in UNITS if all(each % unit == 0 for each in numbers)), UNITS[-1])


def _units(number: Decimal, unit: Decimal) -> int:
    return int((number / unit).to_integral_value(ROUND_HALF_UP))


def _shared(total: int, parts: Sequence[int]) -> list[int]:
    """``total`` in proportion to ``parts``, at least one each; what rounding leaves goes by largest rest.

    ``total`` is no less than the number of parts. All-zero parts share alike.
    """
    if not any(parts):
        parts = [1] * len(parts)
    whole = sum(parts)
    shares = [max(1, total * part // whole) for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda place: (-(total * parts[place] % whole), place))
    for place in by_rest:
        if sum(shares) < total:
            shares[place] += 1
    while sum(shares) > total:  # what was lifted to one is taken from the largest
        shares[shares.index(max(shares))] -= 1
    return shares
