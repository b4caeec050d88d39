"""`dev.py faults [--long] [--seed N] [--haste] [SUBJECT …]`: kill and race processes, print what came of it.

A tenth of the counts of a release, unless ``--long``. Each figure is a line of JSON on standard output; a
table follows on standard error. Exit code 1 when a figure is not as it must be.
"""

from __future__ import annotations

import argparse
import atexit
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from tests.faults import (
    acts_killed,
    admissions_killed,
    counted,
    decided_at_once,
    edited_at_once,
    grants_at_once,
    plans_killed,
    reviewed_at_once,
    server_killed,
    submitted_at_once,
)
from tests.faults.figures import Figure, machine, table
from tests.faults.harness import World, world
from tests.scale import examples

Subject = Callable[[World, Path, int, Figure], None]


def killed(kind: acts_killed.Kind, kills: int, world: World, _: Path, seed: int, figure: Figure) -> None:
    acts_killed.run(world, kind, kills=examples(kills), seed=seed, figure=figure)


def at_once(rounds: int, world: World, _: Path, seed: int, figure: Figure) -> None:
    grants_at_once.run(world, rounds=examples(rounds), seed=seed, figure=figure)


def crashed(kills: int, world: World, var: Path, seed: int, figure: Figure) -> None:
    server_killed.run(world, var, kills=examples(kills), seed=seed, figure=figure)


def decided(rounds: int, world: World, _: Path, seed: int, figure: Figure) -> None:
    decided_at_once.run(world, rounds=examples(rounds), seed=seed, figure=figure)


def admitted(kills: int, world: World, _: Path, seed: int, figure: Figure) -> None:
    admissions_killed.run(world, kills=examples(kills), seed=seed, figure=figure)


class AtOnce(Protocol):
    """Lets two act at the same instant, ``rounds`` times."""

    def __call__(self, world: World, *, rounds: int, seed: int, figure: Figure) -> None: ...


def in_rounds(run: AtOnce, rounds: int, world: World, _: Path, seed: int, figure: Figure) -> None:
    run(world, rounds=examples(rounds), seed=seed, figure=figure)


def of_plans(kind: plans_killed.Kind, kills: int, world: World, _: Path, seed: int, figure: Figure) -> None:
    plans_killed.run(world, kind, kills=examples(kills), seed=seed, figure=figure)


SUBJECTS: Final[dict[str, Subject]] = {
    "append-killed": partial(killed, acts_killed.APPEND, 1_000),
    "grant-killed": partial(killed, acts_killed.GRANT, 1_000),
    "grants-at-once": partial(at_once, 400),
    "server-killed": partial(crashed, 100),
    "decided-at-once": partial(decided, 200),
    "admit-killed": partial(admitted, 50),
    "edited-at-once": partial(in_rounds, edited_at_once.run, 200),
    "reviewed-at-once": partial(in_rounds, reviewed_at_once.run, 200),
    "submitted-at-once": partial(in_rounds, submitted_at_once.run, 200),
    "submit-killed": partial(of_plans, plans_killed.SUBMIT, 50),
    "approve-killed": partial(of_plans, plans_killed.APPROVE, 50),
}
"""With the counts of a release."""


def measure(name: str, var: Path, seed: int, *, haste: bool) -> tuple[Figure, str]:
    """Run one subject on a database of its own; the figure, and PostgreSQL's version."""
    made = world(var, name.replace("-", "_"), haste=haste)
    figure = Figure(name, seed)
    begun = time.monotonic()
    SUBJECTS[name](made, var, seed, figure)
    figure.seconds = time.monotonic() - begun
    with made.superuser() as connection:
        row = connection.execute("show server_version").fetchone()
    return figure, row[0] if row else ""


def counts(seed: int, postgres: str) -> Figure:
    """The tests that count, which take their seeds themselves."""
    figure = Figure("counted-tests", seed)
    begun = time.monotonic()
    counted.run(figure)
    figure.seconds = time.monotonic() - begun
    print(figure.line(machine(postgres)), flush=True)
    return figure


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py faults", description="Kill and race processes.")
    scale = parser.add_mutually_exclusive_group()
    scale.add_argument(
        "--long", dest="scale", action="store_const", const=1.0, help="the counts of a release"
    )
    scale.add_argument("--scale", type=float, help="a part of that; 0.1 if not given")
    parser.set_defaults(scale=0.1)
    parser.add_argument("--seed", type=int, help="repeat a run; another seed each time without it")
    parser.add_argument("--haste", action="store_true", help="without waiting for the disk")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    arguments = parser.parse_args()
    unknown = set(arguments.subjects) - set(SUBJECTS)
    if unknown:
        parser.error(f"unknown subject {min(unknown)}; there are {', '.join(SUBJECTS)}")
    os.environ["SHOUXI_TEST_SCALE"] = str(arguments.scale)
    seed = secrets.randbelow(2**32) if arguments.seed is None else arguments.seed
    root = Path(tempfile.mkdtemp(prefix="shouxi-faults-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)  # after the server, begun later, is stopped
    figures = []
    try:
        for name in arguments.subjects or SUBJECTS:
            print(f"{name}: seed {seed}", file=sys.stderr, flush=True)
            figure, postgres = measure(name, root / "var", seed, haste=arguments.haste)
            figures.append(figure)
            print(figure.line(machine(postgres)), flush=True)
        if arguments.scale == 1.0 and not arguments.subjects:
            figures.append(counts(seed, postgres))
    finally:
        print(f"\n{table(figures)}", file=sys.stderr, flush=True)
    return not all(each.good for each in figures)


if __name__ == "__main__":
    sys.exit(main())
