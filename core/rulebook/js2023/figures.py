"""Points and fractions as the rules compare and word them: exact, never as a float."""

from __future__ import annotations

from decimal import Decimal

from core.domain.values import Many, Number


def points(number: Decimal | int) -> str:
    """8.5, 10: without needless zeros."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def fraction(written: Many[Number]) -> tuple[int, int] | None:
    """Two integers, the second positive, as (numerator, denominator); anything else is no fraction."""
    if not isinstance(written, tuple) or len(written) != 2:
        return None
    over, under = written
    if not isinstance(over, Decimal) or not isinstance(under, Decimal) or under <= 0:
        return None
    if over != over.to_integral_value() or under != under.to_integral_value():
        return None
    return int(over), int(under)
