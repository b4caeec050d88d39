"""Bands on the scores of an item, as the editor draws them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.domain.bands import spans, stretches, uneven
from core.domain.plan import Band

D = Decimal


def band(low: str, high: str) -> Band:
    return Band(min=D(low), max=D(high))


def words(bands: list[Band], top: str = "10", step: str = "1") -> list[str]:
    return [each.words for each in stretches(tuple(bands), D(top), D(step))]


def test_bands_that_tile_are_drawn_from_the_highest_and_none_is_faulty() -> None:
    tiled = stretches((band("9", "10"), band("6", "8"), band("0", "5")), D(10), D(1))
    assert [each.words for each in tiled] == ["9～10 分", "6～8 分", "0～5 分"]
    assert [each.bands for each in tiled] == [(0,), (1,), (2,)]
    assert not any(each.faulty for each in tiled)


def test_a_hole_is_a_stretch_without_a_band() -> None:
    drawn = stretches((band("9", "10"), band("0", "6")), D(10), D(1))
    assert [each.words for each in drawn] == ["9～10 分", "7～8 分没有对应档位", "0～6 分"]
    assert drawn[1].faulty


def test_a_hole_of_one_score_and_a_hole_at_either_end() -> None:
    assert words([band("2", "5"), band("7", "9")]) == [
        "10 分没有对应档位",
        "7～9 分",
        "6 分没有对应档位",
        "2～5 分",
        "0～1 分没有对应档位",
    ]


def test_a_score_in_two_bands_is_said_once() -> None:
    drawn = stretches((band("6", "10"), band("0", "6")), D(10), D(1))
    assert [each.words for each in drawn] == ["7～10 分", "6 分重复", "0～5 分"]
    assert drawn[1].bands == (0, 1)


def test_points_above_the_maximum_and_below_zero_are_outside() -> None:
    assert words([band("0", "12")]) == ["11～12 分超出范围", "0～10 分"]
    assert words([band("-2", "10")]) == ["0～10 分", "-2～-1 分超出范围"]


def test_halves_are_holes_only_when_the_step_is_a_half() -> None:
    bands = [band("9", "10"), band("0", "8")]
    assert words(bands) == ["9～10 分", "0～8 分"]
    assert words(bands, step="0.5") == ["9～10 分", "8.5 分没有对应档位", "0～8 分"]


def test_a_band_without_a_bound_or_upside_down_holds_nothing() -> None:
    assert words([Band(min=D(0)), band("5", "3")]) == ["0～10 分没有对应档位"]
    assert words([]) == ["0～10 分没有对应档位"]


def test_a_maximum_of_10_to_the_14_is_drawn_at_once() -> None:
    assert words([band("0", "5")], top="100000000000000") == ["6～100000000000000 分没有对应档位", "0～5 分"]


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), max_size=5))
def test_what_is_drawn_is_what_the_rule_finds(ends: list[tuple[int, int]]) -> None:
    bands = tuple(Band(min=D(low), max=D(high)) for low, high in ends)
    drawn = stretches(bands, D(10), D(1))
    holes, shared = uneven(spans(bands, D(1)), 10)
    missing = {score for low, high in holes for score in range(low, high + 1)}
    twice = {score for low, high in shared for score in range(low, high + 1)}
    scores = {
        score: each.bands
        for each in drawn
        if not each.outside
        for score in range(int(each.low), int(each.high) + 1)
    }
    assert set(scores) == set(range(11))
    assert {score for score, held in scores.items() if not held} == missing
    assert {score for score, held in scores.items() if len(held) > 1} == twice
