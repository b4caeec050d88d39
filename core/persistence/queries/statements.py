"""What statements are written with: words that are looked for, and literals that keep a plan prepared."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    any_,
    bindparam,
    literal_column,
)
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
