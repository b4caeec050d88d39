"""A plan as a readable document: its parts, labels and values in official words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.cli.terminal import Paper
from core.domain.plan import PlanDraft
from core.domain.records import FieldSpec, Kind, specs
from core.domain.values import ABSENT, blank
from core.domain.wording import Word, field_words, item_labels, key_words
from core.rulebook.vocabulary import vocabulary
from core.services.editions import CURRENT

STEP = 2  # columns by which what belongs to a label stands further in


def show_plan(paper: Paper, plan: PlanDraft) -> None:
    """The whole plan, part by part, without the parts it does not have."""
    page = _Page(paper, vocabulary(CURRENT.id).word)
    simple = [(name, spec) for name, spec in specs(PlanDraft).items() if not _has_inside(spec.kind)]
    stated = [(spec.zh, page.words(getattr(plan, name), spec, name)) for name, spec in simple]
    paper.pairs(stated)
    started = any(words for _, words in stated)
    for name, spec in specs(PlanDraft).items():
        value = getattr(plan, name)
        if _has_inside(spec.kind) and not blank(value):
            if started:
                paper.line()
            started = True
            paper.line(paper.styled(spec.zh, bold=True))
            page.value(value, spec.kind, _At(name, STEP))


@dataclass(frozen=True, slots=True)
class _At:
    place: str
    margin: int

    def below(self, name: str) -> _At:
        return replace(self, place=f"{self.place}.{name}")

    def further(self) -> _At:
        return replace(self, margin=self.margin + STEP)


class _Page:
    def __init__(self, paper: Paper, word: Word) -> None:
        self._paper = paper
        self._word = word

    def words(self, value: object, spec: FieldSpec, place: str) -> str:
        """The value of a field on one line; "" where the plan says nothing."""
        return "" if value is ABSENT or value is None else field_words(value, spec, place, self._word)

    def value(self, value: Any, kind: Kind, at: _At) -> None:
        """A record, list or mapping, line by line."""
        if kind.is_record:
            self._record(value, kind, at)
        elif kind.item is not None and isinstance(value, Mapping):
            for key, each in value.items():
                self._entry(key_words(key, at.place, self._word), each, kind.item, at)
        elif kind.item is not None:
            for label, each in zip(item_labels(value, kind.item, at.place, self._word), value, strict=True):
                self._entry(label, each, kind.item, at)

    def _entry(self, label: str, value: Any, kind: Kind, at: _At) -> None:
        self._paper.paragraph(label, first=" " * at.margin)
        if kind.is_record and value:
            self._record(value, kind, at.further())

    def _record(self, record: Any, kind: Kind, at: _At) -> None:
        stated = [(name, spec, getattr(record, name)) for name, spec in specs(kind.base).items()]
        short = [(name, spec, value) for name, spec, value in stated if not _has_inside(spec.kind)]
        self._paper.pairs(
            ((spec.zh, self.words(value, spec, at.below(name).place)) for name, spec, value in short),
            margin=at.margin,
        )
        for name, spec, value in stated:
            if _has_inside(spec.kind) and not blank(value):
                self._paper.line(" " * at.margin + spec.zh)
                self.value(value, spec.kind, at.below(name).further())


def _has_inside(kind: Kind) -> bool:
    """Whether a value is shown on lines of its own; lists of words are not."""
    return kind.is_record or (kind.item is not None and _has_inside(kind.item))
