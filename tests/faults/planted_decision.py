"""A fault planted for `decided-at-once` to find: `python -m tests.faults.planted_decision SEED`.

Nobody waits for anybody: of an officer who admits and one who rejects, both read what was there before.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from core.persistence.queries import locks
from tests.faults import decided_at_once
from tests.faults.figures import Figure
from tests.faults.harness import world

ROUNDS: Final = 30
CHOICES: Final = (("admit",), ("reject", "return"))
"""Of two who admit, one would fail at the number of the enterprise."""
FAULT: Final = "nominations decided twice"
"""What must be found."""


def not_at_all(_: Session, *__: object) -> None:
    """Hold nothing."""


def main(seed: int) -> None:
    root = Path(tempfile.mkdtemp(prefix="shouxi-planted-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    vars(locks)["hold"] = not_at_all
    figure = Figure("no lock", seed)
    made = world(root / "var", "planted", haste=True)
    decided_at_once.run(made, rounds=ROUNDS, seed=seed, figure=figure, choices=CHOICES)
    print(figure.line({}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
