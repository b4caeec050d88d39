"""JS-A3-bands-cover looks at the ends of bands only; it must agree with going through every score."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.rulebook.plans import XUZHOU, findings, patched

TOP = Decimal(10)
STEPS = [Decimal(1), Decimal("0.5"), Decimal("0.25"), Decimal(2), Decimal("0.3")]
EDGES = st.integers(-2, 24).map(lambda halves: Decimal(halves) / 2)
SCATTERED = st.lists(
    st.builds(lambda low, high: {"min": low, "max": high}, EDGES, EDGES), min_size=1, max_size=5
)
CHAINED = st.builds(
    lambda ends, gap: [
        {"min": low + gap if low else low, "max": high}
        for low, high in pairwise([Decimal(0), *sorted(ends), TOP])
    ],
    st.sets(st.integers(1, 19).map(lambda halves: Decimal(halves) / 2), max_size=3),
    st.sampled_from([Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal(1)]),
)
ITEM = "/rubric/modules/0/items/2"


def tile(bands: list[dict[str, Decimal]], step: Decimal) -> bool:
    """The rule as stated: every v in {0, step, …, max} lies in exactly one band, none outside."""
    scores = [step * each for each in range(int(TOP / step) + 1)]
    return (
        TOP % step == 0
        and all(0 <= band["min"] <= band["max"] <= TOP for band in bands)
        and all(sum(band["min"] <= score <= band["max"] for band in bands) == 1 for score in scores)
    )


def breaks(bands: list[dict[str, Any]], step: Decimal) -> bool:
    plan = patched(
        XUZHOU,
        [
            {"op": "replace", "path": "/rubric/score_step", "value": step},
            {"op": "replace", "path": f"{ITEM}/bands", "value": bands},
        ],
    )
    return any(
        each.rule == "JS-A3-bands-cover" and f"{each.path}/".startswith(f"{ITEM}/") for each in findings(plan)
    )


@given(bands=SCATTERED | CHAINED, step=st.sampled_from(STEPS))
@example(bands=[{"min": Decimal(0), "max": TOP}], step=Decimal("0.5"))
@example(
    bands=[{"min": Decimal(0), "max": Decimal("4.5")}, {"min": Decimal(5), "max": TOP}], step=Decimal("0.5")
)
@example(
    bands=[{"min": Decimal(0), "max": Decimal("4.5")}, {"min": Decimal("4.5"), "max": TOP}], step=Decimal(1)
)
def test_bands_that_do_not_tile_are_found_and_no_others(
    bands: list[dict[str, Decimal]], step: Decimal
) -> None:
    assert breaks(bands, step) == (not tile(bands, step))


def test_message_names_at_most_three_scores_and_never_goes_through_them_all() -> None:
    huge = {"code": "huge", "name": "巨额配分", "max": Decimal(10) ** 12, "bands": [{"min": 0, "max": 1}]}
    plan = patched(
        XUZHOU,
        [
            {"op": "replace", "path": "/rubric/score_step", "value": Decimal("0.01")},
            {"op": "replace", "path": ITEM, "value": huge},
        ],
    )
    message = next(each.message for each in findings(plan) if each.path == f"{ITEM}/bands")
    assert message.startswith("“巨额配分”以 0.01 分为最小单位，1.01、1.02、1.03 等分数不属于任何档位。")
