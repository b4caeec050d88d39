"""One hostile file, and what makes one out of a harmless one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.uploads import Reason


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file that must be refused for ``reason``. ``make`` gives the same bytes each time.

    The twin is the harmless file of the kind that its name says it is.
    """

    about: str
    name: str
    make: Callable[[], bytes]
    reason: Reason
