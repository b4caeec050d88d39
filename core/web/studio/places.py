"""Places of a part as fields of a form: what a field is called, what it shows, what a posted form changes.

The name of a field is the JSON pointer of its place in the part's answer (``core.plandoc.typed``):
``/value/modules/0/weight``, ``/section``, ``/deviations/0/reason``. A value becomes text that people type and
``core.plandoc.typed.written`` reads back; nothing here judges it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Protocol

from core.domain.plan import PlanDraft, Sections
from core.domain.records import FieldSpec, pointer, specs, steps_of
from core.domain.wording import number_words
from core.plandoc.typed import DEVIATIONS, SECTION, VALUE, NoSuchPlace, at

TRUE, FALSE = "true", "false"
LONGEST_NAME: Final = 300
KNOWN: Final = 8192
"""Places whose field is not looked up again; a page of the rubric has some hundreds."""


class Posted(Protocol):
    """A form that was sent: its names, and all that came under one."""

    def __iter__(self) -> Iterator[str]: ...
    def getlist(self, key: str) -> list[str]: ...


@lru_cache(maxsize=KNOWN)
def spec_at(part: str, path: str) -> FieldSpec:
    """The field at a place; an item of a list is called as the list. Raises ``NoSuchPlace``."""
    first, *steps = steps_of(path) or ("",)
    roots = {VALUE: specs(PlanDraft)[part], DEVIATIONS: specs(PlanDraft)[DEVIATIONS]}
    if part in specs(Sections):
        roots[SECTION] = replace(specs(Sections)[part], zh="方案正文")
    spec = roots.get(first)
    for step in steps:
        if spec is None:
            break
        spec = _inner(spec, step)
    if spec is None:
        raise NoSuchPlace(path)
    return spec


def _inner(spec: FieldSpec, step: str) -> FieldSpec | None:
    kind = spec.kind
    if kind.is_record:
        return specs(kind.base).get(step)
    if kind.item is not None:
        return replace(spec, kind=kind.item)
    return spec if kind.base is object else None


def vocabulary_place(part: str, path: str) -> str:
    """The place whose codes stand at ``path``, as the vocabulary writes it: ``methods.tie_break``."""
    first, *steps = steps_of(path)
    named = [part if first == VALUE else first, *steps]
    return ".".join(step for step in named if not step.isdecimal())


def document_path(part: str, path: str) -> str:
    """A place of the part's answer as a pointer into the plan document."""
    first, *steps = steps_of(path) or (VALUE,)
    if first == SECTION:
        return pointer("sections", part)
    return pointer(part if first == VALUE else first, *steps)


def shown(value: Any) -> str:
    """A value as its field shows it: one item a line, a share as 2/3, "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, (int, float)):
        return number_words(Decimal(str(value)))
    if isinstance(value, (list, tuple)):
        numbers = [each for each in value if isinstance(each, (int, float))]
        return ("/" if numbers else "\n").join(map(shown, value))
    return "" if isinstance(value, Mapping) else str(value)


def changes(part: str, data: Mapping[str, Any], posted: Posted) -> dict[str, object]:
    """What a posted form says otherwise than ``data`` does, by place; a ticked list comes as a list.

    A field that was left as it was shown is no change, so a value that no field can show whole stays.
    """
    found: dict[str, object] = {}
    for name in posted:
        if name.startswith("/") and len(name) <= LONGEST_NAME:
            given = _given(part, name, posted.getlist(name))
            if not _same(given, at(data, name)):
                found[name] = given
    return found


def _given(part: str, name: str, values: Sequence[str]) -> object:
    """What came under one name; a list of choices begins with an empty one, so that none can be ticked."""
    kind = spec_at(part, name).kind
    ticked = kind.base is tuple and kind.item is not None and kind.item.base is str and values[:1] == [""]
    if ticked:
        return [each for each in values if each]
    return values[-1].replace("\r\n", "\n")


def _same(given: object, value: Any) -> bool:
    if isinstance(given, list):
        return given == [shown(each) for each in value or ()]
    return str(given).strip() == shown(value).strip()
