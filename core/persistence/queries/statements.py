"""What statements are written with: words that are looked for, and literals that keep a plan prepared."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Subquery,
    Text,
    any_,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute

ESCAPE: Final = "/"


def one_of(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """The column is one of the values of a parameter: the statement does not depend on how many there are."""
    return column == any_(bindparam(name, type_=ARRAY(Text)))


def like(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    return column.like(bindparam(name, type_=Text()), escape=ESCAPE)


def plain(words: str) -> str:
    """``words`` for LIKE, with nothing in them that stands for anything else."""
    for each in (ESCAPE, "%", "_"):
        words = words.replace(each, ESCAPE + each)
    return words


def exactly(limit: int) -> ColumnElement[int]:
    """The number itself: of a parameter the planner would assume a tenth of all rows."""
    return literal_column(str(int(limit)), Integer)


def written(word: str) -> ColumnElement[str]:
    """A word of the program's own in the statement itself: of a parameter the planner knows nothing."""
    if not word.replace("_", "").replace(":", "").isalpha():
        raise ValueError(f"{word!r} is no word of the program's own")
    return literal_column(f"'{word}'", Text)


def as_json(rows: Subquery, *order: ColumnElement[Any]) -> ColumnElement[Any]:
    """``rows`` as one value of a statement that asks more: a list of objects in ``order``, by column name.

    Moments in it are text in ISO 8601.
    """
    each = func.jsonb_build_object(*(part for column in rows.c for part in (column.key, column)))
    found = select(func.jsonb_agg(aggregate_order_by(each, *order))).correlate(None)
    return func.coalesce(found.scalar_subquery(), func.jsonb_build_array())
