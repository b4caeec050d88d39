"""A fault planted for `decided-at-once` to find: `python -m tests.faults.planted_decision SEED`.

Nobody waits for anybody, and no change asks whether it is of what its actor saw: of an officer who rejects
and one who returns, both read what was there before.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.persistence.models import NominationRow
from core.persistence.queries import locks, nomination
from core.persistence.queries.grant import QUIET
from tests.faults import decided_at_once
from tests.faults.figures import Figure
from tests.faults.harness import world

ROUNDS: Final = 30
CHOICES: Final = (("reject",), ("return",))
"""Of one who admits, the other fails: the database lets nothing change after the mark."""
FAULT: Final = "nominations decided twice"
"""What must be found."""


def not_at_all(_: Session, *__: object) -> None:
    """Hold nothing."""


def of_whatever_version(
    session: Session, *, tenant_id: int, nomination_id: int, version: int, **values: Any
) -> bool:
    """Change a nomination, whatever was done with it since ``version``."""
    one = update(NominationRow).where(NominationRow.tenant_id == tenant_id, NominationRow.id == nomination_id)
    session.execute(one.values(version=version + 1, **values), execution_options=QUIET)
    return True


def main(seed: int) -> None:
    root = Path(tempfile.mkdtemp(prefix="shouxi-planted-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    vars(locks)["hold"] = not_at_all
    vars(nomination)["change"] = of_whatever_version
    figure = Figure("no lock", seed)
    made = world(root / "var", "planted", haste=True)
    decided_at_once.run(made, rounds=ROUNDS, seed=seed, figure=figure, choices=CHOICES)
    print(figure.line({}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
