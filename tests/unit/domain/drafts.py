"""Plan documents drawn at random, whatever the records may hold, for the properties of what walks them."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from core.domain.plan import PlanDraft
from core.domain.records import Kind, frozen_open, specs

CHARACTERS = st.sampled_from("焊工等第（）、 aZ0~/·“”é😀")
TEXT = st.text(CHARACTERS, max_size=6)
NUMBERS = st.integers(-1_000_000, 1_000_000).map(lambda hundredths: Decimal(hundredths) / 100)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.builds(
    datetime.combine, st.dates(date(1901, 1, 1), date(2099, 12, 31)), st.times(), st.none() | ZONES
)
OPEN = st.recursive(
    st.none() | st.booleans() | TEXT | NUMBERS,
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(TEXT, inside, max_size=2),
    max_leaves=4,
).map(frozen_open)

SCALARS: dict[type, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-1_000_000, 1_000_000),
    Decimal: NUMBERS,
    bool: st.booleans(),
    date: DAYS,
    datetime: DAYS | MOMENTS,
    object: OPEN,
}


@cache
def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Values of ``kind``; records lack some of their fields and have null in others."""
    if kind.is_record:
        members = {name: st.none() | values(spec.kind) for name, spec in specs(kind.base).items()}
        return st.fixed_dictionaries({}, optional=members).map(lambda given: kind.base(**given))
    if kind.item is None:
        return SCALARS[kind.base]
    if kind.base is tuple:
        return st.lists(st.none() | values(kind.item), max_size=3).map(tuple)
    return st.dictionaries(TEXT, st.none() | values(kind.item), max_size=2)


def drafts() -> st.SearchStrategy[PlanDraft]:
    """Whole plan documents."""
    return values(Kind(PlanDraft))
