"""Which tenants a transaction may read, and the one it may write.

The scope is set on every transaction before its first statement and PostgreSQL enforces it (``rls``); the
ORM criterion in ``db`` is the second belt. A scope never changes inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Scope:
    """``reads`` is a set of tenant ids or "*" for the province; ``writes`` one tenant or none.

    ``person`` may also read their own grants, whatever tenant those are in.
    """

    reads: frozenset[int] | Literal["*"] = frozenset()
    writes: int | None = None
    person: int | None = None

    def settings(self) -> tuple[str, str, str]:
        """The values of app.tenant_id, app.read_scope and app.person_id."""
        reads = "*" if self.reads == "*" else "{" + ",".join(map(str, sorted(self.reads))) + "}"
        return (str(self.writes or ""), reads if self.reads else "", str(self.person or ""))

    def tenants(self) -> frozenset[int]:
        """The tenants that are read, of a scope that names them."""
        named: frozenset[int] = frozenset() if self.reads == "*" else self.reads
        return named | ({self.writes} if self.writes else frozenset())

    def may_read(self, tenant: int) -> bool:
        return tenant == self.writes or self.reads == "*" or tenant in self.reads


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
