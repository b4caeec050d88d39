"""Which tenants a transaction may read, and the one it may write.

The scope is set on every transaction before its first statement and PostgreSQL enforces it (``rls``); the
ORM criterion in ``db`` is the second belt. A scope never changes inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Scope:
    """``reads`` is a set of tenant ids or "*" for the province; ``writes`` one tenant or none.

    ``person`` may also read their own grants, whatever tenant those are in. Without ``changes`` nothing is
    written at all.
    """

    reads: frozenset[int] | Literal["*"] = frozenset()
    writes: int | None = None
    person: int | None = None
    changes: bool = True

    def settings(self) -> tuple[str, str, str, str]:
        """The values of app.tenant_id, app.read_scope, app.person_id and transaction_read_only."""
        reads = "*" if self.reads == "*" else as_array(self.reads)
        read_only = "off" if self.changes else "on"
        return str(self.writes or ""), reads if self.reads else "", str(self.person or ""), read_only

    def tenants(self) -> frozenset[int]:
        """The tenants that are read, of a scope that names them."""
        named: frozenset[int] = frozenset() if self.reads == "*" else self.reads
        return named if self.writes is None or self.writes in named else named | {self.writes}

    def named(self) -> str:
        """``tenants`` as PostgreSQL writes an array."""
        return as_array(self.tenants())

    def may_read(self, tenant: int) -> bool:
        return tenant == self.writes or self.reads == "*" or tenant in self.reads


@lru_cache(maxsize=64)
def as_array(ids: frozenset[int]) -> str:
    """``ids`` as PostgreSQL writes an array: {1,2,3}. Those of a city are written out once and kept."""
    return "{" + ",".join(map(str, sorted(ids))) + "}"


NOBODY: Final = Scope()
"""What a transaction without a scope sees: nothing."""

_current: ContextVar[Scope] = ContextVar("scope", default=NOBODY)


def current() -> Scope:
    return _current.get()


@contextmanager
def within(scope: Scope) -> Iterator[None]:
    """Run the transactions begun inside under ``scope``."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)
