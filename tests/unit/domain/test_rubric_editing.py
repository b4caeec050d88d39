"""Weights that stay at 100, and the order of lists."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import DomainError
from core.domain.rubric_editing import moved, reweighed, reweighed_in_turn

D = Decimal
PROVINCE = (D(50), D(20), D(30))


def test_the_others_give_in_proportion() -> None:
    assert reweighed(PROVINCE, 0, D(60)) == (D(60), D(16), D(24))


def test_the_others_take_in_proportion() -> None:
    assert reweighed(PROVINCE, 1, D(10)) == (D(56), D(10), D(34))


def test_a_held_weight_stays() -> None:
    assert reweighed(PROVINCE, 0, D(60), held={1}) == (D(60), D(20), D(20))


def test_with_everything_else_held_the_weight_is_what_is_left() -> None:
    assert reweighed(PROVINCE, 0, D(60), held={1, 2}) == PROVINCE


def test_nothing_left_to_share_out_is_refused_and_one_unit_is_not() -> None:
    with pytest.raises(DomainError, match="锁住的配分合计 99 分"):
        reweighed((D(0), D(1), D(99)), 0, D(5), held={2})
    assert reweighed((D(0), D(2), D(98)), 0, D(5), held={2}) == (D(1), D(1), D(98))


def test_no_module_is_left_without_a_point() -> None:
    assert reweighed(PROVINCE, 0, D(100)) == (D(98), D(1), D(1))
    assert reweighed(PROVINCE, 0, D(0)) == (D(1), D(40), D(59))
    assert reweighed((D(90), D(9), D(1)), 0, D(97)) == (D(97), D(2), D(1))


def test_weights_with_decimals_stay_exact() -> None:
    assert reweighed(PROVINCE, 0, D("33.33")) == (D("33.33"), D("26.67"), D("40.00"))
    assert reweighed(PROVINCE, 0, D("52.5")) == (D("52.5"), D("19.0"), D("28.5"))


def test_a_third_decimal_is_rounded() -> None:
    assert reweighed(PROVINCE, 0, D("50.005"))[0] == D("50.01")


def test_weights_that_were_off_or_all_zero_are_brought_to_100() -> None:
    assert reweighed((D(40), D(20), D(30)), 0, D(40)) == (D(40), D(24), D(36))
    assert reweighed((D(0), D(0), D(0)), 0, D(50)) == (D(50), D(25), D(25))


def test_weights_are_set_one_after_another() -> None:
    first = reweighed_in_turn((D(60), D(20), D(30)), 0)
    assert first == (D(60), D(16), D(24))
    assert reweighed_in_turn((D(60), D(25), D(24)), 1) == (D(60), D(25), D(15))


def test_a_weight_that_leaves_no_room_after_the_ones_before_is_kept_and_they_give() -> None:
    assert reweighed_in_turn((D(50), D(49), D(30)), 1) == (D(50), D(49), D(1))
    assert reweighed_in_turn((D(50), D(60), D(30)), 1) == (D(25), D(60), D(15))


def test_the_last_weight_is_kept_and_the_ones_before_give() -> None:
    assert reweighed_in_turn((D(50), D(20), D(40)), 2) == (D(43), D(17), D(40))


POINTS = st.decimals(0, 100, places=2) | st.integers(0, 100).map(Decimal)


@given(st.lists(POINTS, min_size=1, max_size=6), st.data())
def test_the_sum_is_100_whatever_is_typed(weights: list[Decimal], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(weights) - 1))
    to = data.draw(st.decimals(-50, 150, places=2))
    new = reweighed(weights, at, to)
    assert sum(new) == 100
    assert all(each > 0 and each == each.quantize(D("0.01")) for each in new)
    if 1 <= to <= 100 - (len(weights) - 1) and len(weights) > 1:
        assert new[at] == to


@pytest.mark.parametrize(
    ("at", "to", "order"), [(0, 2, "bca"), (2, 0, "cab"), (1, 1, "abc"), (0, 9, "bca"), (2, -1, "cab")]
)
def test_a_thing_is_moved_to_its_new_place(at: int, to: int, order: str) -> None:
    assert "".join(moved("abc", at, to)) == order


@pytest.mark.parametrize("at", [-1, 3])
def test_what_is_not_there_cannot_be_moved(at: int) -> None:
    with pytest.raises(IndexError):
        moved("abc", at, 0)
