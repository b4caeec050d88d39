"""What the records of a plan say, in the official words that documents print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from core.domain.plan import Band
from core.domain.records import FieldSpec, Kind, specs
from core.domain.values import ABSENT, blank
from core.domain.wording import Word, number_words, shown_words, value_words

NOTHING: Final = "（方案没有写这一部分。）"


@dataclass(frozen=True, slots=True)
class Told:
    """Values in the words of one edition's vocabulary. A ``place`` is dotted: ``methods.performance``."""

    word: Word

    def field(self, record: Any, name: str, place: str) -> str:
        """One field with its unit; "" where nothing is said."""
        value = getattr(record, name, ABSENT) if record else ABSENT
        spec = specs(record.__class__)[name] if record else None
        if spec is None or blank(value):
            return ""
        return shown_words(value, spec, f"{place}.{name}".lstrip("."), self.word)

    def each(self, record: Any, place: str, *names: str) -> tuple[str, ...]:
        """Several fields one by one."""
        return tuple(self.field(record, name, place) for name in names)

    def fields(self, record: Any, place: str, *names: str, between: str = "，") -> str:
        """Several fields in one line, without what says nothing."""
        return between.join(filter(None, self.each(record, place, *names)))

    def facts(self, record: Any, place: str, *without: str) -> Iterator[tuple[str, str]]:
        """The stated fields that a line can hold: official term and words."""
        if not record:
            return
        for name, spec in specs(record.__class__).items():
            value = getattr(record, name)
            if name not in without and not blank(value) and _fits_a_line(spec):
                yield spec.zh, shown_words(value, spec, f"{place}.{name}".lstrip("."), self.word)

    def sentence(self, record: Any, place: str, *without: str) -> str:
        """The same as one sentence; "" where nothing is stated."""
        said = "；".join(f"{label}：{words}" for label, words in self.facts(record, place, *without))
        return f"{said}。" if said else ""

    def open(self, value: object) -> str:
        """Open data (other sections, conversion tables) as text."""
        return value if isinstance(value, str) else value_words(value, Kind(object), "", self.word)


def points(number: object) -> str:
    """8.5; "" where no number is stated."""
    return number_words(number) if isinstance(number, Decimal) else ""


def range_words(band: Band) -> str:
    """The points of a band as annex 3 writes them: 9~10分."""
    low, high = points(band.min) or "?", points(band.max) or "?"
    return f"{low if low == high else f'{low}~{high}'}分"


def _fits_a_line(spec: FieldSpec) -> bool:
    kind = spec.kind.item or spec.kind
    return not kind.is_record and kind.base is not object
