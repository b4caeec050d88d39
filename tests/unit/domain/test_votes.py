"""Votes needed for a share: whole numbers, by attendance and recusal."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.votes import ALL_MEMBERS, Ballot, least

TWO_THIRDS = (2, 3)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 60))
def test_least_is_the_smallest_number_that_reaches_the_share(over: int, more: int, of: int) -> None:
    share = (over, over + more)
    found = least(share, of)
    assert Fraction(*share) * of <= found < Fraction(*share) * of + 1


@pytest.mark.parametrize(
    ("present", "recused", "base", "yes"), [(7, 0, 7, 6), (7, 1, 6, 5), (6, 2, 4, 3), (5, 2, 3, 3)]
)
def test_table_of_the_design_holds(present: int, recused: int, base: int, yes: int) -> None:
    found = Ballot((3, 4), "attending", 7, TWO_THIRDS).needed(present, recused)
    assert (found.base, found.yes, found.reachable) == (base, yes, True)


def test_too_few_present_cannot_vote() -> None:
    found = Ballot(TWO_THIRDS, "attending", 7, TWO_THIRDS).needed(4, 0)
    assert (found.quorate, found.yes, found.reachable) == (False, 0, False)


def test_all_members_stay_in_the_base_whoever_is_absent() -> None:
    ballot = Ballot(TWO_THIRDS, ALL_MEMBERS, 9, TWO_THIRDS)
    assert ballot.needed(7, 0).yes == 6
    assert not ballot.needed(6, 1).reachable


def test_table_ends_with_the_first_attendance_that_is_too_small() -> None:
    rows = list(Ballot(TWO_THIRDS, "attending", 7, TWO_THIRDS).table())
    assert [row[0].present for row in rows] == [7, 6, 5, 4]
    assert [row[0].quorate for row in rows] == [True, True, True, False]
