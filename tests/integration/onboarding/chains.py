"""What the chains of bodies tell, and acts done at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

from flask import Flask

from core.domain.errors import DomainError
from core.domain.roles import Actor
from tests.integration.onboarding.season import Season


@dataclass(frozen=True)
class Told:
    """An event of a chain: what, who under which hat, about what, which fields, why."""

    action: str
    name: str
    hat: str
    label: str
    changes: dict[str, Any]
    reason: str | None


def told(season: Season, who: Actor) -> list[Told]:
    """The chain of the body of ``who``, oldest first."""
    rows = season.superuser.execute(
        "select action, actor_name, hat, subject_label, changes, reason from audit_event"
        " where tenant_id = %s order by seq",
        [who.tenant_id],
    )
    return [Told(*row) for row in rows]


def at_once(bound: Flask, *attempts: Callable[[], Any]) -> list[Any]:
    """What came of doing these at the same time, each on a connection of its own; errors are results."""
    barrier = Barrier(len(attempts), timeout=30)

    def run(attempt: Callable[[], Any]) -> Any:
        with bound.app_context():
            barrier.wait()
            try:
                return attempt()
            except DomainError as error:
                return error

    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(run, attempts))
