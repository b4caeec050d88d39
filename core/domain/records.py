"""What the plan's records are made of, derived once from their annotations.

The kinds drive everything that walks a document: the reading schemas, thawing, the canonical form,
differences and the order of findings. A record states its types in one place, ``core.domain.plan``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from types import NoneType
from typing import Any, TypeVar, dataclass_transform, get_args, get_origin, get_type_hints

from core.domain.values import ABSENT, Absent

R = TypeVar("R")


def term(zh: str, unit: str = "") -> Any:
    """A field that may be absent, with its official term and the unit people read it in."""
    return field(default=ABSENT, metadata={"zh": zh, "unit": unit})


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[R]) -> type[R]:
    """A frozen value with named fields; two records with equal fields are equal."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a value.

    ``base`` is str, int, Decimal, bool, date, datetime (a moment), object (open), a record class, or tuple (a
    list of ``item``) and dict (a mapping to ``item``).
    """

    base: type
    item: Kind | None = None

    @property
    def is_record(self) -> bool:
        return is_dataclass(self.base)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One key of a record: its place among its siblings, official term and unit."""

    name: str
    kind: Kind
    zh: str
    unit: str
    place: int


def kind_of(hint: Any) -> Kind:
    """The kind behind an annotation such as ``Many[Band]``."""
    alternatives = [each for each in get_args(hint) if each not in (NoneType, Absent)]
    if get_origin(hint) in (tuple, Mapping, dict) or not alternatives:
        return _plain_kind(hint)
    return _plain_kind(datetime if datetime in alternatives else alternatives[0])


def _plain_kind(hint: Any) -> Kind:
    origin, args = get_origin(hint), get_args(hint)
    if origin is tuple:
        return Kind(tuple, kind_of(args[0]))
    if origin is not None:
        return Kind(dict, kind_of(args[1]))
    return Kind(hint)


@cache
def specs(record: type) -> Mapping[str, FieldSpec]:
    """The fields of a record class by name, in document order."""
    hints = get_type_hints(record)
    return {
        each.name: FieldSpec(
            each.name, kind_of(hints[each.name]), each.metadata["zh"], each.metadata["unit"], place
        )
        for place, each in enumerate(fields(record))
    }


def plain(value: object) -> Any:
    """``value`` as JSON data: absent keys left out, exact numbers as plain JSON numbers, days as ISO text."""
    kind: Any = type(value)
    return _writer(kind)(value)


@cache
def _writer(kind: Any) -> Callable[[Any], Any]:
    """How values of a class are written, found out once for each class: a plan is written at every save."""
    if is_dataclass(kind):
        names = tuple(each.name for each in fields(kind))
        return lambda value: {
            name: plain(each) for name in names if (each := getattr(value, name)) is not ABSENT
        }
    if issubclass(kind, Decimal):
        return lambda value: int(value) if value == value.to_integral_value() else float(value)
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    if issubclass(kind, Mapping):
        return lambda value: {key: plain(each) for key, each in value.items()}
    if issubclass(kind, (tuple, list)):
        return lambda value: [plain(each) for each in value]
    return lambda value: value


def build(record: type[R], data: Mapping[str, Any]) -> R:
    """The record that ``plain`` made ``data`` of. For our own data only: nothing is checked."""
    made: R = _builder(Kind(record))(data)
    return made


@cache
def _builder(kind: Kind) -> Callable[[Any], Any]:
    if kind.is_record:
        return _record_builder(kind.base)
    if kind.item is not None:
        each = _builder(kind.item)
        if kind.base is tuple:
            return lambda data: data if data is None else tuple([each(item) for item in data])
        return lambda data: data if data is None else {key: each(item) for key, item in data.items()}
    return _SCALARS.get(kind.base, lambda data: data)


def _record_builder(record: type) -> Callable[[Any], Any]:
    convert = {name: _builder(spec.kind) for name, spec in specs(record).items()}

    def make(data: Any) -> Any:
        if data is None:
            return None
        return record(**{name: convert[name](each) for name, each in data.items()})

    return make


def _day_or_moment(data: str | None) -> date | None:
    if data is None:
        return None
    return date.fromisoformat(data) if len(data) == len("2026-11-10") else datetime.fromisoformat(data)


def frozen_open(data: object) -> object:
    """Open data as documents hold it: lists as tuples, so that nothing can be appended, and exact numbers."""
    if isinstance(data, (list, tuple)):
        return tuple(frozen_open(each) for each in data)
    if isinstance(data, Mapping):
        return {key: frozen_open(each) for key, each in data.items()}
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        return Decimal(str(data))
    return data


_SCALARS: dict[type, Callable[[Any], Any]] = {
    Decimal: lambda data: (
        data if data is None else Decimal(str(data)) if type(data) is float else Decimal(data)
    ),
    date: lambda data: data if data is None else date.fromisoformat(data),
    datetime: _day_or_moment,
    object: frozen_open,
}


def pointer(*steps: str | int) -> str:
    """The JSON pointer of ``steps`` (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def steps_of(path: str) -> tuple[str, ...]:
    """The steps of a JSON pointer."""
    return tuple(each.replace("~1", "/").replace("~0", "~") for each in path.split("/")[1:])


@lru_cache(maxsize=4096)  # bounded: a path may hold a key that somebody made up
def position(record: type, path: str) -> tuple[tuple[int, str], ...]:
    """Where ``path`` stands in the order of the document: key order of the record, then list index."""
    return tuple(_places(Kind(record), steps_of(path)))


def _places(kind: Kind | None, steps: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for step in steps:
        if kind is not None and kind.is_record and step in specs(kind.base):
            spec = specs(kind.base)[step]
            kind = spec.kind
            yield spec.place, ""
        else:
            kind = kind.item if kind is not None else None
            yield (int(step), "") if step.isdecimal() else (0, step)
