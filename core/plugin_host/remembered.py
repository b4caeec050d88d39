"""What was found out once and is not asked again, as long as there is room for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """The latest of what was found, by what it was found for; safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[Hashable, T] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """What was found for ``key``, found now where it is not known."""
        with self._guard:
            if key in self._found:
                return self._found[key]
        found = find()
        with self._guard:
            if len(self._found) >= self._most:
                self._found.pop(next(iter(self._found)))
            self._found[key] = found
        return found

    def clear(self) -> None:
        """Everything is found anew from now on."""
        with self._guard:
            self._found.clear()

    def __len__(self) -> int:
        return len(self._found)
