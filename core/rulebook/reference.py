"""The provincial reference as a plan, and a plan beside it: every value the template states is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.domain.plan import Band, PlanDraft, RubricItem, RubricPart
from core.domain.records import FieldSpec, Kind, build, pointer, specs
from core.domain.values import ABSENT, Many, One
from core.domain.wording import (
    BETWEEN,
    NOT_STATED,
    Word,
    field_words,
    item_labels,
    key_words,
    number_words,
    value_words,
)
from core.rulebook.departure import Departure, Direction, departure
from core.rulebook.template import Lock, Node, Template

# Values of the template that are no reference for a plan: a condition on another value, and a remark.
LEFT_OUT = (("methods", "aggregation", "min_scorers"), ("rubric", "based_on"))
ABSENT_IS_REFERENCE = frozenset({"rubric.score_step"})  # AMB-32
ORDERED = frozenset({"methods.tie_break"})
STRICTER_WORDS = frozenset({"all_members"})  # a larger vote base


def reference_plan(template: Template) -> PlanDraft:
    """What the province gives every enterprise to start from; all else is left to the plan."""
    data: dict[str, Any] = {
        "conditions": {"paths": template.tree("/conditions/paths")},
        "methods": template.tree("/methods"),
        "organisation": {"scoring_body": template.tree("/organisation/scoring_body")},
        "rubric": template.tree("/rubric"),
        "incentives": {"treatment_level": template.tree("/incentives/treatment_level")},
        "complaints": {
            "convener": template.tree("/complaints/convener"),
            "report_to_city": template.tree("/complaints/report_to_city"),
        },
    }
    for *way, last in LEFT_OUT:
        inner = data
        for step in way:
            inner = inner[step]
        del inner[last]
    return build(PlanDraft, data)


def compare(plan: PlanDraft, template: Template, word: Word) -> Iterator[Departure]:
    """Where ``plan`` departs from a value of the template; parts it lacks are the rules' business."""
    yield from _Comparison(template, word).record(
        reference_plan(template), plan, Kind(PlanDraft), _At("", "", "", ())
    )


@dataclass(frozen=True, slots=True)
class _At:
    """A place: in the plan by index, in the template by code, dotted without either, and in words."""

    path: str
    coded: str
    place: str
    trail: tuple[str, ...]

    def field(self, name: str) -> _At:
        step = pointer(name)
        place = f"{self.place}.{name}" if self.place else name
        return replace(self, path=self.path + step, coded=self.coded + step, place=place)

    def item(self, step: str | int, code: str, name: str) -> _At:
        return replace(
            self,
            path=self.path + pointer(step),
            coded=self.coded + pointer(code),
            trail=(*self.trail, name),
        )

    def words(self, *last: str) -> str:
        return BETWEEN.join((*self.trail, *last))


class _Comparison:
    def __init__(self, template: Template, word: Word) -> None:
        self._template = template
        self._word = word

    def record(self, reference: Any, value: Any, kind: Kind, at: _At) -> Iterator[Departure]:
        for name, spec in specs(kind.base).items():
            stated = getattr(reference, name)
            if stated is ABSENT:
                continue
            here = at.field(name)
            if name == "bands":
                yield from self._bands(stated, value, kind, here)
            else:
                yield from self._field(stated, getattr(value, name), spec, here)

    def _field(self, reference: Any, value: Any, spec: FieldSpec, at: _At) -> Iterator[Departure]:
        kind = spec.kind
        if kind.is_record:
            if value:
                inside = replace(at, trail=(*at.trail, spec.zh)) if "." in at.place else at
                yield from self.record(reference, value, kind, inside)
        elif kind.item is not None and kind.base is dict:
            yield from self._paths(reference, value or {}, kind.item, at)
        elif kind.item is not None and kind.item.is_record:
            yield from self._items(reference, value or (), kind.item, at)
        else:
            yield from self._leaf(reference, value, spec, at)

    def _paths(
        self, reference: Mapping[str, Any], value: Mapping[str, Any], kind: Kind, at: _At
    ) -> Iterator[Departure]:
        for code, stated in reference.items():
            here = at.item(code, code, key_words(code, at.place, self._word))
            if code in value:
                yield from self.record(stated, value[code] or kind.base(), kind, here)
            else:
                yield departure(
                    self._node(here),
                    at.path,
                    here.words(),
                    direction=Direction.STRICTER,
                    reference=self._template.groups[here.coded].quote,
                    plan="不开放",
                )
        for code in (each for each in value if each not in reference):
            yield departure(
                self._node(at),
                at.path + pointer(code),
                at.words(key_words(code, at.place, self._word)),
                direction=Direction.ADDED,
                plan=value_words(value[code], kind, at.place, self._word),
            )

    def _items(
        self, reference: Sequence[Any], value: Sequence[Any], kind: Kind, at: _At
    ) -> Iterator[Departure]:
        names = item_labels(value, kind, at.place, self._word)
        waiting = dict(enumerate(value))
        for stated, label in zip(reference, item_labels(reference, kind, at.place, self._word), strict=True):
            same = (index for index, each in waiting.items() if each and each.code == stated.code)
            if (index := next(same, None)) is not None:
                here = at.item(index, stated.code, names[index])
                yield from self.record(stated, waiting.pop(index), kind, here)
            else:
                here = at.item(0, stated.code, label)
                yield departure(
                    self._node(here),
                    at.path,
                    here.words(),
                    direction=Direction.DROPPED,
                    reference=value_words(stated, kind, at.place, self._word),
                )
        for index in waiting:
            yield departure(
                self._node(at),
                at.path + pointer(index),
                at.words(names[index]),
                direction=Direction.ADDED,
                plan=value_words(value[index], kind, at.place, self._word),
            )

    def _leaf(self, reference: Any, value: Any, spec: FieldSpec, at: _At) -> Iterator[Departure]:
        lacking = value is ABSENT or value is None
        if value == reference or (lacking and at.place in ABSENT_IS_REFERENCE):
            return
        if isinstance(value, tuple) and at.place not in ORDERED and _as_set(value) == _as_set(reference):
            return
        if (fractions := _fractions(reference, value)) and fractions[0] == fractions[1]:
            return
        node = self._node(at)
        yield departure(
            node,
            at.path,
            at.words(spec.zh),
            direction=Direction.DROPPED if lacking else _direction(reference, value, node.lock),
            reference=field_words(reference, spec, at.place, self._word),
            plan=NOT_STATED if lacking else field_words(value, spec, at.place, self._word),
            difference="" if lacking else self._by_how_much(reference, value, spec, at.place),
        )

    def _bands(
        self, reference: Sequence[Band], holder: RubricItem | RubricPart, kind: Kind, at: _At
    ) -> Iterator[Departure]:
        """All bands of an item in one row: their ranges, and in how many the words or figures differ."""
        bands = holder.bands or ()
        if bands == reference:
            return
        said = [
            f"{count} 档{what}"
            for count, what in (
                (_differing(reference, bands, "text"), "评判方式不同"),
                (_differing(reference, bands, "condition"), "数值条件不同"),
            )
            if count
        ]
        instead = "" if bands else self._instead(holder, kind)
        yield departure(
            self._node(at),
            at.path if bands else at.path.rpartition("/")[0],
            at.words("档位"),
            direction=Direction.DIFFERENT if bands or instead else Direction.DROPPED,
            reference=_ranges(reference),
            plan=_ranges(bands) or instead or NOT_STATED,
            difference="，".join(said) if bands else "",
        )

    def _instead(self, holder: RubricItem | RubricPart, kind: Kind) -> str:
        """What an item has where the reference has bands: “改用等第（4 项）”."""
        for name, spec in specs(kind.base).items():
            if name in {"grades", "parts"} and (value := getattr(holder, name)):
                return f"改用{spec.zh}（{len(value)} 项）"
        return ""

    def _by_how_much(self, reference: Any, value: Any, spec: FieldSpec, place: str) -> str:
        if isinstance(value, Decimal):
            return f"{_signed(value - reference)} {spec.unit}".strip()
        if fractions := _fractions(reference, value):
            return _signed_fraction(fractions[1] - fractions[0])
        if not isinstance(value, tuple):
            return ""
        less, more = (
            [each for each in a if each not in b] for a, b in ((reference, value), (value, reference))
        )
        said = [
            f"{what} {len(each)} 项：" + "、".join(self._word(place, str(one)) for one in each)
            for what, each in (("少", less), ("多", more))
            if each
        ]
        return "；".join(said) or "次序不同"

    def _node(self, at: _At) -> Node:
        node = self._template.lock_of(at.coded)
        if node is None:
            raise KeyError(f"{at.coded}: not in the template")
        return node


def _direction(reference: Any, value: Any, lock: Lock) -> Direction:
    if fractions := _fractions(reference, value):
        stricter = fractions[1] > fractions[0]
    elif isinstance(value, tuple):
        stricter = _as_set(value) < _as_set(reference)
    else:
        stricter = value > reference if isinstance(value, Decimal) else value in STRICTER_WORDS
    if lock is Lock.LOCKED:
        return Direction.LOOSER
    if fractions or lock is Lock.BOUNDED or value in STRICTER_WORDS:
        return Direction.STRICTER if stricter else Direction.LOOSER
    return Direction.DIFFERENT


def _fractions(reference: Any, value: Any) -> tuple[Fraction, Fraction] | None:
    """Both values as fractions, if that is what they are."""
    both = [each for each in (reference, value) if isinstance(each, tuple) and len(each) == 2]
    if len(both) < 2 or not all(isinstance(each, Decimal) for pair in both for each in pair):
        return None
    if not all(under for _, under in both):
        return None
    first, second = (Fraction(over) / Fraction(under) for over, under in both)
    return first, second


def _signed(number: Decimal) -> str:
    return ("+" if number > 0 else "−") + number_words(abs(number))


def _signed_fraction(number: Fraction) -> str:
    return f"{'+' if number > 0 else '−'}{abs(number)}"


def _as_set(words: tuple[Any, ...]) -> frozenset[Any]:
    return frozenset(words)


def _ranges(bands: Sequence[One[Band]]) -> str:
    return "、".join(label.removeprefix("档位 ") for label in item_labels(bands, Kind(Band), ""))


def _differing(reference: Sequence[Band], bands: Many[One[Band]], name: str) -> int:
    """In how many bands the field differs, taken in order; more or fewer bands are seen by their ranges."""
    pairs = zip(reference, bands or (), strict=False)
    return sum(1 for then, now in pairs if getattr(now, name, ABSENT) != getattr(then, name))
