"""Deriving a rubric (评分标准) from the province's: functions from value to value; nothing is changed.

Points are ``int`` or ``Decimal``, never ``float``: 8.5 is ``Decimal("8.5")``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Protocol, TypeAlias, TypeVar

from core.domain.plan import Band, BandCondition, Grade, Rubric, RubricItem, RubricModule, RubricPart
from core.domain.records import build
from core.domain.values import ABSENT, Many, One, Text
from core.rulebook.template import Template

Points: TypeAlias = int | Decimal
Row: TypeAlias = tuple[str, str] | tuple[str, str, BandCondition]


class _Coded(Protocol):
    @property
    def code(self) -> Text: ...


C = TypeVar("C", bound=_Coded)
B = TypeVar("B", RubricItem, RubricPart)


def reference_rubric(template: Template) -> Rubric:
    """The score sheets of 附件3, word for word."""
    return build(Rubric, template.tree("/rubric"))


# ---- taking a rubric apart ----


def module(rubric: Rubric, code: str) -> RubricModule:
    """The module ``code`` (achievement, interview, overall). Raises ``LookupError``."""
    return _find(rubric.modules, code)


def item(module: RubricModule, code: str) -> RubricItem:
    """The item ``code`` of a module. Raises ``LookupError``."""
    return _find(module.items, code)


def part(item: RubricItem, code: str) -> RubricPart:
    """The part ``code`` of an item. Raises ``LookupError``."""
    return _find(item.parts, code)


# ---- putting it together again ----


def with_modules(rubric: Rubric, *modules: RubricModule) -> Rubric:
    """``rubric`` with each of ``modules`` in the place of the one that has its code."""
    kept = tuple(rubric.modules or ())
    for each in modules:
        kept = _put(kept, each, instead_of=str(each.code))
    return replace(rubric, modules=kept)


def with_item(
    module: RubricModule, item: RubricItem, *, instead_of: str = "", after: str = ""
) -> RubricModule:
    """``module`` with ``item`` in the place of the item ``instead_of``, behind the item ``after``, or last.

    An item whose code the module has already takes that one's place.
    """
    items = tuple(module.items or ())
    if not instead_of and not after and any(each.code == item.code for each in items):
        instead_of = str(item.code)
    return replace(module, items=_put(items, item, instead_of=instead_of, after=after))


def without_item(module: RubricModule, code: str) -> RubricModule:
    """``module`` without the item ``code``. Raises ``LookupError``."""
    gone = item(module, code)
    return replace(module, items=tuple(each for each in module.items or () if each is not gone))


def with_part(item: RubricItem, part: RubricPart, *, instead_of: str = "", after: str = "") -> RubricItem:
    """``item`` with ``part``, placed as ``with_item`` places items."""
    parts = tuple(item.parts or ())
    if not instead_of and not after and any(each.code == part.code for each in parts):
        instead_of = str(part.code)
    return replace(item, parts=_put(parts, part, instead_of=instead_of, after=after))


def reweighed(rubric: Rubric, **weights: Points) -> Rubric:
    """``rubric`` with other module weights: ``reweighed(rubric, achievement=45, interview=25)``."""
    changed = [replace(module(rubric, code), weight=Decimal(weight)) for code, weight in weights.items()]
    return with_modules(rubric, *changed)


# ---- bands and grades ----


def bands(*rows: Row) -> tuple[Band, ...]:
    """Bands from rows like ``("9~10", "领先。")``, best first; a third element is a ``BandCondition``."""
    return tuple(_band(*row) for row in rows)


def benefit_bands(high: Points, middle: Points, low: Points, *, confirmed: str = "") -> tuple[Band, ...]:
    """Ten points for benefit in 万元 without a gap: up to ``low`` counts 0 points (AMB-34).

    ``confirmed`` says who vouches for the figure: ``经财务部门确认``.
    """
    return bands(
        ("9~10", f"{confirmed}超{high}万元", BandCondition(gt=Decimal(high))),
        (
            "5~8",
            f"超{middle}万元至{high}万元（含）",
            BandCondition(gt=Decimal(middle), le=Decimal(high)),
        ),
        (
            "0~4",
            f"超{low}万元至{middle}万元（含）；{low}万元及以下记0分",
            BandCondition(le=Decimal(middle)),
        ),
    )


def reworded(scored: B, *texts: str) -> B:
    """An item or part whose bands keep their points and say ``texts``, best first. Raises ``ValueError``."""
    rows = tuple(scored.bands or ())
    if len(rows) != len(texts):
        raise ValueError(f"{scored.code}: {len(rows)} bands, {len(texts)} texts")
    pairs = zip(rows, texts, strict=True)
    return replace(scored, bands=tuple(replace(row, text=text) for row, text in pairs))


def resized(scored: B, maximum: Points) -> B:
    """An item or part worth ``maximum`` points, its bands in proportion: 9~10 of 10 is 4.5~5 of 5.

    Where a band then starts between two scores, give it bands of its own.
    """
    if not scored.max:
        raise ValueError(f"{scored.code}: no maximum to scale from")
    factor = Decimal(maximum) / scored.max
    scaled: Many[Band] = scored.bands and tuple(
        replace(row, min=(row.min or 0) * factor, max=(row.max or 0) * factor) for row in scored.bands
    )
    return replace(scored, max=Decimal(maximum), bands=scaled)


def in_steps(rubric: Rubric, step: Points) -> Rubric:
    """``rubric`` scored in steps of ``step``: each lower band reaches up to the next (0~4 → 0~4.5)."""

    def item_in_steps(item: RubricItem) -> RubricItem:
        parts: Many[RubricPart] = item.parts and tuple(
            replace(each, bands=_tiled(each.bands, step)) for each in item.parts
        )
        return replace(item, parts=parts, bands=_tiled(item.bands, step))

    modules = tuple(
        replace(each, items=each.items and tuple(item_in_steps(item) for item in each.items))
        for each in rubric.modules or ()
    )
    return replace(rubric, score_step=Decimal(step), modules=modules)


def graded(item: RubricItem, maximum: Points, shares: Mapping[str, int]) -> RubricItem:
    """``item`` marked by grade: ``{"优秀": 100, "良好": 80}`` are per cent of its ``maximum``."""
    grades = tuple(Grade(grade=name, points=Decimal(maximum) * share / 100) for name, share in shares.items())
    return replace(item, max=Decimal(maximum), bands=ABSENT, parts=ABSENT, grades=grades)


def _band(span: str, text: str, condition: One[BandCondition] = ABSENT) -> Band:
    low, _, high = span.partition("~")
    return Band(min=Decimal(low), max=Decimal(high or low), text=text, condition=condition)


def _tiled(rows: Many[Band], step: Points) -> Many[Band]:
    if not rows:
        return rows
    above = [None, *(row.min for row in rows)]
    return tuple(
        row if bound is None else replace(row, max=(bound or 0) - Decimal(step))
        for row, bound in zip(rows, above, strict=False)
    )


def _find(coded: Many[C], code: str) -> C:
    for each in coded or ():
        if each.code == code:
            return each
    known = ", ".join(str(each.code) for each in coded or ())
    raise LookupError(f"no {code!r}, only {known or 'nothing'}")


def _put(coded: tuple[C, ...], new: C, *, instead_of: str = "", after: str = "") -> tuple[C, ...]:
    if not instead_of and not after:
        return (*coded, new)
    place = coded.index(_find(coded, instead_of or after))
    return (*coded[: place + bool(after)], new, *coded[place + 1 :])
