"""Every act leaves its event in its own transaction, or the matrix says why it leaves none.

Each unsafe route is used with the ``body`` of its line by those it is open to. A line with ``unrecorded`` is
shown to leave no event, so that a reason that no longer holds is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.access.acting import Acting, Deed
from tests.access.judging import MATRIX
from tests.access.matrix import READING, SIGNED_IN, WITHOUT_A_HAT, Line
from tests.access.world import Principal, Unit

UNSAFE: Final = [line for line in MATRIX.lines if line.verb not in READING]
ACTS: Final = [line for line in UNSAFE if line.body is not None]
RECORDED: Final = [line for line in ACTS if SIGNED_IN not in line.unrecorded]


def actors(line: Line, acting: Acting) -> Iterator[tuple[Principal, Unit | None]]:
    """Everybody whose role the line names, nearest to home; otherwise one of each way of having come in."""
    told, units = set(), acting.world.units[: line.tenants or None]
    for principal in acting.world.principals:
        near = [unit for unit in units if principal.may(line.audience, unit)]
        unit = principal.home if principal.home in near else near[0] if near else None
        kind = principal.standing if line.audience.words else principal.role
        if (unit or principal.may(line.audience, None)) and kind not in told:
            told.add(kind)
            yield principal, unit if line.tenants else None


def fault(line: Line, principal: Principal, deed: Deed) -> str:
    """What is wrong with what an act left behind."""
    if principal.standing in line.unrecorded:
        return "is recorded" if deed.recorded else "" if deed.done else "was not done"
    if principal.standing == WITHOUT_A_HAT and not deed.done:
        return "was refused and left something" if deed.written else ""
    if not deed.done:
        return "was not done"
    if not deed.recorded:
        return "left no event"
    return "" if deed.transactions == 1 else "wrote in several transactions"


def test_every_unsafe_route_has_an_act() -> None:
    assert {line.route for line in UNSAFE} - {line.route for line in ACTS} == set()


def test_acts_that_leave_no_event_have_a_reason() -> None:
    reasons = [reason for line in ACTS for reason in line.unrecorded.values()]
    assert reasons
    assert all(len(reason) >= 10 for reason in reasons)


@pytest.mark.parametrize("line", ACTS, ids=str)
def test_act_leaves_its_event_in_its_own_transaction_or_has_a_reason(line: Line, acting: Acting) -> None:
    wrong = []
    for principal, unit in actors(line, acting):
        deed = acting.act(line, principal, unit)
        if found := fault(line, principal, deed):
            wrong.append(f"{principal} about {unit}: {found}; {deed.answer.status} {sorted(deed.written)}")
    assert wrong == []


@pytest.mark.parametrize("line", RECORDED, ids=str)
def test_act_that_fails_leaves_neither_event_nor_anything_else(line: Line, acting: Acting) -> None:
    principal, unit = next(actors(line, acting))
    deed = acting.act(line, principal, unit, failing=True)
    assert (deed.answer.status, deed.written) == (500, frozenset())
