"""A thing to do, and what gives such things: a ``TaskSource`` looks at one kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy.orm import Session

from core.services.accounts.sessions import Current

MOST: Final = 20
"""The most tasks of one source: a list of tasks is no list of things."""


class Waits(StrEnum):
    """Whose turn it is."""

    ME = "me"
    OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do. ``place`` names where it is done, with ``ids`` of what it is about.

    ``title`` states the fact, ``text`` the numbers and what to do, ``action`` the verb of the button;
    ``rule`` is the id of the rule that makes it a task, ``basis`` its name when the catalogue has none.
    """

    waits: Waits
    title: str
    text: str
    place: str
    action: str
    ids: Mapping[str, int] = field(default_factory=dict)
    due: datetime | None = None
    rule: str | None = None
    basis: str = ""


TaskSource: TypeAlias = Callable[[Session, Current], Iterator[Task]]
