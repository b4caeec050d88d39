"""Faults planted for the subjects of plans to find: `python -m tests.faults.planted_plans SEED`.

Two act as if each were alone: nobody waits before reading, and no change asks whether it is of what its actor
saw. Acts that are killed keep their first half before they begin the second.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.persistence.models import PlanPart, PlanVersionRow
from core.persistence.queries import locks, plan, plan_review, publicity
from core.persistence.queries.grant import QUIET
from tests.faults import edited_at_once, plans_killed, reviewed_at_once, submitted_at_once
from tests.faults.figures import Figure
from tests.faults.harness import world
from tests.faults.planned import Planned, assessed, planned, publicised, ticked
from tests.faults.planted_decision import not_at_all

ROUNDS: Final = 8
PLANTED: Final = MappingProxyType(
    {
        "edited-at-once": "changes that found something else than was left",
        "submitted-at-once": "plans sent in twice",
        "reviewed-at-once": "states that do not agree with what was done",
        "submit-killed": "half an act",
        "approve-killed": "half an act",
    }
)
"""By subject, what must be found."""
PUT_PART: Final = plan.put_part


def of_whatever_there_is(
    session: Session, *, tenant_id: int, version_id: int, version: int = 0, stood: str = "", **values: Any
) -> bool:
    """Change a version, whatever was done with it since it was seen."""
    one = update(PlanVersionRow).where(PlanVersionRow.tenant_id == tenant_id, PlanVersionRow.id == version_id)
    session.execute(one.values(version=PlanVersionRow.version + 1, **values), execution_options=QUIET)
    return True


def over_whatever_stands(session: Session, **values: Any) -> str | None:
    """Keep a part as the revision after the last, whichever one it was changed from."""
    session.execute(select(func.pg_advisory_xact_lock(1)), execution_options=QUIET)
    key = {name: values[name] for name in ("tenant_id", "plan_id", "part")}
    last = session.scalar(select(PlanPart.revision).filter_by(**key)) or 0
    return PUT_PART(session, **values | {"revision": last + 1})


def at_once(change: Callable[..., bool]) -> Callable[..., bool]:
    """A change that is kept before anything else of its act."""

    def done(session: Session, **values: Any) -> bool:
        found = change(session, **values)
        session.commit()
        return found

    return done


@contextmanager
def planted(module: ModuleType, name: str, fault: object) -> Iterator[None]:
    """Put ``fault`` in the place of what a module does."""
    kept = vars(module)[name]
    vars(module)[name] = fault
    try:
        yield
    finally:
        vars(module)[name] = kept


def races(found: Planned, seed: int, figures: dict[str, Figure]) -> None:
    """Let two act with nothing between them."""
    with ExitStack() as faults:
        faults.enter_context(planted(locks, "hold", not_at_all))
        faults.enter_context(planted(plan, "put_part", over_whatever_stands))
        faults.enter_context(planted(publicity, "change_version", of_whatever_there_is))
        faults.enter_context(planted(plan_review, "change", of_whatever_there_is))
        edited_at_once.race(found, rounds=ROUNDS, seed=seed, figure=figures["edited-at-once"])
        with found.world.application():
            publicised(found)
            ticked(found)
        submitted_at_once.race(found, rounds=ROUNDS, seed=seed, figure=figures["submitted-at-once"])
        reviewed_at_once.race(
            found,
            rounds=ROUNDS,
            seed=seed,
            figure=figures["reviewed-at-once"],
            choices=(("agree",), ("agree",)),
            careful=(False,),
        )


def kills(found: Planned, seed: int, figures: dict[str, Figure]) -> None:
    """Kill acts of two transactions."""
    for name, kind, module, change in (
        ("submit-killed", plans_killed.SUBMIT, publicity, "change_version"),
        ("approve-killed", plans_killed.APPROVE, plan_review, "change"),
    ):
        if kind is plans_killed.APPROVE:
            with found.world.application():
                assessed(found)
        with planted(module, change, at_once(vars(module)[change])):
            plans_killed.trials(found, kind, kills=ROUNDS, seed=seed, figure=figures[name])


def main(seed: int) -> None:
    root = Path(tempfile.mkdtemp(prefix="shouxi-planted-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    figures = {name: Figure(name, seed) for name in PLANTED}
    with planned(world(root / "var", "planted", haste=True)) as found:
        races(found, seed, figures)
        kills(found, seed, figures)
    for each in figures.values():
        print(each.line({}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
