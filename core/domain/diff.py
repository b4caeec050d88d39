"""What differs between two plans, or two records of a kind, in a reviewer's words: “面试答辩配分 20 → 25”.

The walk follows the kinds of the records. Items of a list are matched by the record's ``KEY`` (their code or
name); those with the same or no key by their place among their like. Items without any key (档位) are matched
when they are equal, then by their range, by their text, and by place. Lists of words are sets with an order.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from core.domain.plan import Band, BandCondition, PlanDraft
from core.domain.records import FieldSpec, Kind, plain, pointer, specs
from core.domain.values import ABSENT
from core.domain.wording import BETWEEN, Word, as_written, field_words, item_labels, key_words, value_words

R = TypeVar("R")

LONGEST_JOINED: Final = 6  # characters of a name that its label follows without a space: 面试答辩配分


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"

    @property
    def zh(self) -> str:
        """The word shown on screen and in print."""
        return {"added": "新增", "removed": "删去", "changed": "改动", "reordered": "调整次序"}[self.value]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``words`` say where, ``before`` and ``after`` what ("" where there was or is nothing).

    ``section`` is the top-level key of the document, a record of the class ``document``; ``path`` is a JSON
    pointer into the later one, or into the earlier one for what was removed.
    """

    section: str
    path: str
    words: str
    kind: ChangeKind
    before: str
    after: str
    document: type = PlanDraft

    @property
    def heading(self) -> str:
        """The official term of the section."""
        return specs(self.document)[self.section].zh

    @property
    def sentence(self) -> str:
        """面试答辩配分 20 → 25"""
        match self.kind:
            case ChangeKind.ADDED:
                return f"新增 {self._with(self.after)}"
            case ChangeKind.REMOVED:
                return f"删去 {self._with(self.before)}"
            case ChangeKind.REORDERED:
                return f"{self.words}的次序 {self.before} → {self.after}"
            case ChangeKind.CHANGED:
                return f"{self.words} {self.before} → {self.after}"

    def _with(self, what: str) -> str:
        """The words and what was there; an item that is all name is not told twice."""
        return self.words if self.words.split(BETWEEN)[-1] == what else f"{self.words}：{what}"


def diff(before: PlanDraft, after: PlanDraft, word: Word = as_written) -> tuple[Change, ...]:
    """Every difference between two plans in document order; empty exactly when they say the same."""
    return differences(before, after, word)


def differences(before: R, after: R, word: Word = as_written) -> tuple[Change, ...]:
    """Every difference between two records of one class, as ``diff`` for plans."""
    return tuple(_Walk(word, before.__class__, silent_is_equal=False).documents(before, after))


def against(reference: PlanDraft, plan: PlanDraft, word: Word = as_written) -> tuple[Change, ...]:
    """What ``plan`` does differently from a ``reference``; where it is silent nothing is compared."""
    return tuple(_Walk(word, PlanDraft, silent_is_equal=True).documents(reference, plan))


def by_section(changes: Iterable[Change]) -> Mapping[str, tuple[Change, ...]]:
    """The changes by top-level key, in document order."""
    grouped: dict[str, list[Change]] = {}
    for each in changes:
        grouped.setdefault(each.section, []).append(each)
    return {section: tuple(each) for section, each in grouped.items()}


@dataclass(frozen=True, slots=True)
class _Here:
    """A place in both plans: its pointers, its dotted place without indices, the names on the way to it."""

    section: str
    before: str
    after: str
    place: str
    trail: tuple[str, ...]

    def field(self, spec: FieldSpec) -> _Here:
        step = pointer(spec.name)
        return replace(
            self, before=self.before + step, after=self.after + step, place=f"{self.place}.{spec.name}"
        )

    def item(self, before: str | int | None, after: str | int | None) -> _Here:
        return replace(self, before=self.before + _step(before), after=self.after + _step(after))

    def named(self, name: str) -> _Here:
        return replace(self, trail=(*self.trail, name))

    def words(self, label: str) -> str:
        """The way to ``label``, which follows a short name without a space: 面试答辩配分."""
        if not self.trail:
            return label
        *way, last = self.trail
        joined = len(last) <= LONGEST_JOINED and not any(each.isascii() for each in last)
        return BETWEEN.join((*way, f"{last}{'' if joined else ' '}{label}"))


class _Walk:
    """One comparison; ``silent_is_equal`` leaves out fields that the first plan does not state."""

    def __init__(self, word: Word, document: type, *, silent_is_equal: bool) -> None:
        self._word = word
        self._document = document
        self._silent_is_equal = silent_is_equal

    def documents(self, before: object, after: object) -> Iterator[Change]:
        for name, spec in specs(self._document).items():
            here = _Here(name, pointer(name), pointer(name), name, ())
            yield from self._value(getattr(before, name), getattr(after, name), spec, here)

    def _value(self, before: Any, after: Any, spec: FieldSpec, here: _Here) -> Iterator[Change]:
        """The changes of the field ``spec`` that stands at ``here``."""
        kind = spec.kind
        if _same(before, after) or (before is ABSENT and self._silent_is_equal):
            return
        if _lacking(before) or _lacking(after) or not _is_walked(kind):
            yield self._whole(
                before, after, here, here.words(spec.zh), lambda value: self._shown(value, spec, here)
            )
        elif kind.is_record:
            yield from self._record(
                before, after, kind, here.named(spec.zh) if here.place != here.section else here
            )
        elif kind.item is not None and kind.base is dict:
            yield from self._keys(before, after, kind.item, here)
        elif kind.item is not None:
            yield from self._items(before, after, kind.item, here, spec.zh)

    def _record(self, before: Any, after: Any, kind: Kind, here: _Here) -> Iterator[Change]:
        for name, spec in specs(kind.base).items():
            yield from self._value(getattr(before, name), getattr(after, name), spec, here.field(spec))

    def _keys(
        self, before: Mapping[str, Any], after: Mapping[str, Any], kind: Kind, here: _Here
    ) -> Iterator[Change]:
        for key in (*after, *(each for each in before if each not in after)):
            both = before.get(key, ABSENT), after.get(key, ABSENT)
            yield from self._item(
                *both, kind, here.item(key, key), name=key_words(key, here.place, self._word)
            )

    def _items(
        self, before: Sequence[Any], after: Sequence[Any], kind: Kind, here: _Here, label: str
    ) -> Iterator[Change]:
        names = [item_labels(each, kind, here.place, self._word) for each in (before, after)]
        pairs = _pairs(before, after, kind)
        keyed = hasattr(kind.base, "KEY")  # by its new name; 档位 5~8分 is found by the range it had
        for left, right in pairs:
            both = (
                ABSENT if left is None else before[left],
                ABSENT if right is None else after[right],
            )
            name = names[1][right] if right is not None and (keyed or left is None) else names[0][left or 0]
            yield from self._item(
                *both, kind, here.item(left, right), name=name if kind.is_record else "", label=label
            )
        kept = [(left, right) for left, right in pairs if left is not None and right is not None]
        if kept != sorted(kept):
            then = "、".join(names[0][left] for left, _ in sorted(kept))
            now = "、".join(names[1][right] for _, right in kept)
            words = here.words(label)
            yield Change(
                here.section, here.after, words, ChangeKind.REORDERED, then, now, document=self._document
            )

    def _item(
        self, before: Any, after: Any, kind: Kind, here: _Here, *, name: str, label: str = ""
    ) -> Iterator[Change]:
        """The changes of one item called ``name``; one without stands under its list's ``label``."""
        if _same(before, after):
            return
        if kind.is_record and not _lacking(before) and not _lacking(after):
            yield from self._record(before, after, kind, here.named(name))
        else:
            words = BETWEEN.join((*here.trail, name)) if name else here.words(label)
            yield self._whole(
                before, after, here, words, lambda value: value_words(value, kind, here.place, self._word)
            )

    def _shown(self, value: Any, spec: FieldSpec, here: _Here) -> str:
        return field_words(value, spec, here.place, self._word)

    def _whole(self, before: Any, after: Any, here: _Here, words: str, shown: Callable[[Any], str]) -> Change:
        kind = ChangeKind.CHANGED
        if before is ABSENT or after is ABSENT:
            kind = ChangeKind.ADDED if before is ABSENT else ChangeKind.REMOVED
        return Change(
            section=here.section,
            path=here.before if after is ABSENT else here.after,
            words=words,
            kind=kind,
            before="" if before is ABSENT else shown(before),
            after="" if after is ABSENT else shown(after),
            document=self._document,
        )


def _step(step: str | int | None) -> str:
    return "" if step is None else pointer(step)


def _lacking(value: object) -> bool:
    return value is ABSENT or value is None


def _is_walked(kind: Kind) -> bool:
    """Whether a value is compared piece by piece.

    A list of numbers is one value, a fraction; the figures of a band are one range.
    """
    if kind.base is BandCondition:
        return False
    return kind.is_record or (kind.item is not None and kind.item.base is not Decimal)


def _same(before: Any, after: Any) -> bool:
    if before is ABSENT or after is ABSENT:
        return before is after
    return before is after or _written(before) == _written(after)


def _written(value: object) -> str:
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True)


def _pairs(before: Sequence[Any], after: Sequence[Any], kind: Kind) -> list[tuple[int | None, int | None]]:
    """Which items of two lists are the same: in the order of the later list, then what it no longer has."""
    left = dict(enumerate(before))
    found: dict[int, int] = {}
    for identity in _identities(kind):
        waiting: dict[object, deque[int]] = {}
        for index, each in left.items():
            waiting.setdefault(identity(each), deque()).append(index)
        for index, each in enumerate(after):
            if index not in found and (same := waiting.get(identity(each))):
                found[index] = same.popleft()
                del left[found[index]]
    return [(found.get(index), index) for index in range(len(after))] + [(index, None) for index in left]


def _identities(kind: Kind) -> tuple[Callable[[Any], object], ...]:
    """By what items of ``kind`` are matched, the surest first."""
    if not kind.is_record:
        return (_written,)
    if keys := getattr(kind.base, "KEY", ()):
        return (_written, lambda item: tuple(getattr(item, key, ABSENT) or None for key in keys))
    if kind.base is Band:
        return (
            _written,
            lambda item: item and (item.min, item.max),
            lambda item: item and item.text,
            lambda _: None,
        )
    return (_written, lambda _: None)
