"""Faults planted for the harness to find: `python -m tests.faults.planted SEED` prints a figure for each."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from core import outbox
from core.audit import Action, Subject, record
from core.domain.roles import Actor
from core.persistence.queries import grant as queries
from tests.faults import acts_killed, grants_at_once
from tests.faults.acts_killed import APPEND, Kind
from tests.faults.figures import Figure
from tests.faults.harness import World, world

KILLS: Final = 16
ROUNDS: Final = 20


def in_two_transactions(session: Session, actor: Actor, key: str) -> None:
    """The state is committed before its event."""
    outbox.enqueue(session, tenant_id=actor.tenant_id, topic=key, payload={})
    session.commit()
    subject = Subject("message", key, key)
    record(session, tenant_id=actor.tenant_id, actor=actor, action=Action.GRANT_CREATE, subject=subject)


def acknowledged_too_early(session: Session, actor: Actor, key: str) -> None:
    """What is acknowledged was never committed."""
    APPEND.perform(session, actor, key)
    session.rollback()


def lost_update_of_the_head(session: Session, actor: Actor, key: str) -> None:
    """The head of the chain is moved back after the event."""
    APPEND.perform(session, actor, key)
    session.connection().exec_driver_sql("update audit_head set seq = seq - 1 where seq = 3")


@contextmanager
def without_a_lock(made: World) -> Iterator[None]:
    """A role is given by whoever finds that it was not given yet, with nothing to stop the second."""
    with made.superuser() as connection:
        connection.execute("drop index ix_role_grant_current")
        connection.execute("drop index ix_role_grant_one_admin")
    kept = vars(queries)["lock_person"]
    vars(queries)["lock_person"] = not_at_all
    try:
        yield
    finally:
        vars(queries)["lock_person"] = kept


def not_at_all(_: Session, **__: object) -> None:
    """Hold nobody."""


PLANTED: Final[dict[str, tuple[Kind | None, str]]] = {
    "two transactions": (replace(APPEND, perform=in_two_transactions), "half an act"),
    "acknowledged too early": (replace(APPEND, perform=acknowledged_too_early), "acknowledged and lost"),
    "lost update": (replace(APPEND, perform=lost_update_of_the_head), "faults of the chain"),
    "no lock": (None, "races won twice"),
}
"""Name → the kind of act, or None for the race, and the fault that must be found."""


def found(name: str, var: Path, seed: int) -> Figure:
    """What the harness says of a planted fault, in a database of its own."""
    made, figure = world(var, name.replace(" ", "_"), haste=True), Figure(name, seed)
    kind, _ = PLANTED[name]
    if kind is None:
        with without_a_lock(made):
            grants_at_once.run(made, rounds=ROUNDS, seed=seed, figure=figure)
    else:
        acts_killed.run(made, kind, kills=KILLS, seed=seed, figure=figure)
    return figure


def main(seed: int) -> None:
    root = Path(tempfile.mkdtemp(prefix="shouxi-planted-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for name in PLANTED:
        print(found(name, root / "var", seed).line({}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
