"""What an enterprise types of one part, as data: an answer ``{value, section, deviations}`` and its places.

A place is a JSON pointer within the answer: ``/value/modules/0/weight``, ``/section``,
``/deviations/0/reason``. What comes from a form is text; it is written as a plan file would have it without
quotes, so that the same schemas read it and say in the same words what is wrong. What is kept was read when
it was typed: of a change only what is typed now is read. Nothing here changes the data it is given.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final, TypeAlias

from marshmallow import ValidationError

from core.domain.answers import Answer, answer_data, built_answer
from core.domain.errors import DomainError, NotAPlan, ShapeFault
from core.domain.plan import SEVEN_SECTIONS, PlanDraft, Sections
from core.domain.records import Kind, plain, pointer, specs, steps_of
from core.plandoc.schemas import field_of, load_answer, load_value
from core.plandoc.tree import FORBIDDEN, LIMIT_DEPTH, LIMIT_KEY, Plain

Data: TypeAlias = dict[str, Any]

EXTRA: Final = "extra_sections"
VALUE, SECTION, DEVIATIONS = "value", "section", "deviations"
LONGEST: Final = 5_000
"""Characters of one text."""
MOST: Final = 200
"""Items of one list."""
KNOWN: Final = 1024
"""Answers that are not read again."""
PAIR: Final = re.compile(r"\s*([0-9]{1,4})\s*[/／]\s*([0-9]{1,4})\s*")
OPEN: Final = Kind(object)


class NoSuchPlace(DomainError):
    """A place that the answer does not have."""

    def __init__(self, path: str) -> None:
        super().__init__(f"方案里没有“{path[:120]}”这一处，没有保存。刷新页面后重新填写。")
        self.path = path


def place_of(path: str) -> tuple[str, str] | None:
    """The part and the place in its answer that a pointer into the plan document leads to, if there is one.

    A declared deviation stands in a list of all parts; it has no place of its own.
    """
    steps = steps_of(path)
    if len(steps) > 1 and steps[0] == "sections":
        return steps[1], pointer(SECTION)
    if steps and steps[0] in specs(PlanDraft) and steps[0] not in ("sections", DEVIATIONS):
        return steps[0], pointer(VALUE, *steps[1:])
    return None


def read(part: str, data: Mapping[str, Any]) -> Answer[Any]:
    """The answer that ``data`` is. Raises ``NotAPlan`` with every fault, by its place in the answer."""
    faults = list(_unfit(data, ""))
    if faults:
        raise NotAPlan(faults)
    return load_answer(part, data)


@dataclass(frozen=True)
class Typed:
    """What was typed of a part, as it is kept: the JSON text of an answer that was read when it was typed."""

    part: str
    text: str

    @cached_property
    def data(self) -> Data:
        found: Data = json.loads(self.text)
        return found

    @cached_property
    def answer(self) -> Answer[Any]:
        return built_answer(self.part, self.data)


@lru_cache(maxsize=KNOWN)
def of_text(part: str, text: str) -> Typed:
    """What is kept as ``text``: the same is not read again."""
    return Typed(part, text)


def read_kept(part: str, data: Mapping[str, Any]) -> Answer[Any]:
    """The answer that ``data`` is, which is as it is kept: the same is not read again."""
    return of_text(part, json.dumps(data)).answer


def kept(answer: Answer[Any]) -> Data:
    """An answer as it is kept."""
    return answer_data(answer)


def at(data: object, path: str) -> Any:
    """What stands at a place; None where there is nothing."""
    for step in steps_of(path):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, Sequence) and not isinstance(data, str) and step.isdecimal():
            data = data[int(step)] if int(step) < len(data) else None
        else:
            return None
    return data


def put(part: str, data: Mapping[str, Any], path: str, raw: object) -> Data:
    """``data``, an answer as it is kept, with ``raw`` typed at a place; nothing typed takes the key out.

    Raises ``NoSuchPlace``, or ``NotAPlan`` with every fault of what was typed, by its place in the answer.
    """
    made: Data = dict(data)
    steps = steps_of(path)
    if not steps:
        raise NoSuchPlace(path)
    holder, kind = _go(_root(part), made, steps[:-1], path)
    inner = _step(kind, holder, steps[-1], path)
    value = _as_kept(inner, written(inner, raw), path)
    if isinstance(holder, list):
        holder[int(steps[-1])] = value
    elif value is None:
        holder.pop(steps[-1], None)
    else:
        holder[steps[-1]] = value
    return _with_deviations(made)


def add(part: str, data: Mapping[str, Any], path: str, index: int | str | None, raw: object) -> Data:
    """``data`` with an item more in the list at ``path``: before ``index``, or last; or under a new key.

    Raises as ``put``.
    """
    made: Data = dict(data)
    items, kind = _list_at(part, made, path)
    inner = kind.item or OPEN
    item = written(inner, raw)
    if item is None:
        item = {} if inner.is_record or inner.base is dict else ""
    if isinstance(items, dict):
        key = str(index or "").strip()
        if not key or key in items:
            raise NoSuchPlace(path + pointer(key))
        items[key] = _as_kept(inner, item, path + pointer(key))
    else:
        place = len(items) if index is None else _index(items, index, path, beyond=1)
        items.insert(place, _as_kept(inner, item, path + pointer(place)))
        if faults := list(_unfit_length(items, path)):
            raise NotAPlan(faults)
    return _with_deviations(made)


def remove(part: str, data: Mapping[str, Any], path: str, index: int | str) -> Data:
    """``data`` without an item of the list at ``path``."""
    made: Data = dict(data)
    items, _ = _list_at(part, made, path)
    if isinstance(items, dict):
        if index not in items:
            raise NoSuchPlace(path + pointer(index))
        del items[str(index)]
    else:
        del items[_index(items, index, path)]
    return made


def move(part: str, data: Mapping[str, Any], path: str, index: int | str, to: int) -> Data:
    """``data`` with an item of the list at ``path`` in another place, where it then stands as ``to``."""
    made: Data = dict(data)
    items, _ = _list_at(part, made, path)
    if isinstance(items, dict):
        raise NoSuchPlace(path)
    place, target = _index(items, index, path), _index(items, to, path)
    items.insert(target, items.pop(place))
    return made


def written(kind: Kind, raw: object) -> Any:
    """What was typed for a value of ``kind``, as a plan file would have it; None for nothing typed.

    Text for a list is one item a line, for a share 2/3. Full-width digits are read as digits.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, str):
        return _text(kind, raw)
    if isinstance(raw, Mapping):
        members = specs(kind.base) if kind.is_record else {}
        pairs = (
            (str(key), written(members[key].kind if key in members else kind.item or OPEN, each))
            for key, each in raw.items()
        )
        return {key: each for key, each in pairs if each is not None}
    if isinstance(raw, (list, tuple)):
        return [each for item in raw if (each := written(kind.item or OPEN, item)) is not None]
    return raw


def reads_as(part: str, path: str, raw: object, value: object) -> bool:
    """Whether what was typed at a place reads as ``value``, as it is kept. False for what reads as nothing.

    Raises ``NoSuchPlace`` for one that no answer has.
    """
    kind = _kind_at(part, path)
    try:
        found = written(kind, raw)
        read_ = field_of(kind).deserialize(found) if found is not None else None
        return bool(plain(read_) == value)
    except ValidationError:
        return False


def overlap(one: str, other: str) -> bool:
    """Whether one of two places holds the other."""
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def _with_deviations(data: Data) -> Data:
    """An answer with the list that every one has that is kept."""
    return {DEVIATIONS: [], **data}


def _as_kept(kind: Kind, value: object, path: str) -> Any:
    """How a value that was typed at a place is kept. Raises ``NotAPlan``."""
    steps = steps_of(path)
    faults = [each for step in steps for each in _unfit_name(step, path)]
    faults += _unfit(value, path, len(steps))
    if faults:
        raise NotAPlan(faults)
    return None if value is None else plain(load_value(kind, value, path))


def _text(kind: Kind, raw: str) -> Any:
    if kind.base is tuple:
        if kind.item and kind.item.base is Decimal and (pair := PAIR.fullmatch(raw)):
            return [Plain(pair[1]), Plain(pair[2])]
        if kind.item and kind.item.base is str:
            return [line.strip() for line in raw.splitlines() if line.strip()]
    if kind.base in (str, object):
        return raw.replace("\r\n", "\n").strip()
    return Plain(unicodedata.normalize("NFKC", raw).strip())


def _kind_at(part: str, path: str) -> Kind:
    """The kind of a place, whether or not an answer has it."""
    first, *steps = steps_of(path) or ("",)
    kind = _root(part).get(first)
    for step in steps:
        if kind is None:
            break
        kind = _members(kind).get(step) if kind.is_record else kind.item or (OPEN if kind == OPEN else None)
    if kind is None:
        raise NoSuchPlace(path)
    return kind


def _members(kind: Kind) -> Mapping[str, Kind]:
    return {name: spec.kind for name, spec in specs(kind.base).items()}


def _root(part: str) -> Mapping[str, Kind]:
    draft = specs(PlanDraft)
    found = {VALUE: draft[part].kind, DEVIATIONS: draft[DEVIATIONS].kind}
    if part in SEVEN_SECTIONS:
        found[SECTION] = specs(Sections)[part].kind
    return found


def _go(
    root: Mapping[str, Kind], data: Data, steps: Sequence[str], path: str
) -> tuple[Any, Kind | Mapping[str, Kind]]:
    """What holds the place to which ``steps`` lead, made on the way where it is missing.

    What is on the way is copied, so that the caller may change it; the rest is that of the data given.
    """
    holder: Any = data
    kind: Kind | Mapping[str, Kind] = root
    for step in steps:
        inner = _step(kind, holder, step, path)
        below = holder[int(step)] if isinstance(holder, list) else holder.get(step)
        if below is None:
            below = [] if inner.base is tuple else {}
        if not isinstance(below, (dict, list)):
            raise NoSuchPlace(path)
        below = list(below) if isinstance(below, list) else dict(below)
        holder[int(step) if isinstance(holder, list) else step] = below
        holder, kind = below, inner
    return holder, kind


def _step(kind: Kind | Mapping[str, Kind], holder: object, step: str, path: str) -> Kind:
    """The kind of what stands at ``step`` of ``holder``, which is of ``kind``. Raises ``NoSuchPlace``."""
    if isinstance(holder, list):
        if not step.isdecimal() or int(step) >= len(holder) or not isinstance(kind, Kind):
            raise NoSuchPlace(path)
        return kind.item or OPEN
    if not isinstance(holder, dict) or not step:
        raise NoSuchPlace(path)
    if isinstance(kind, Mapping):
        if step not in kind:
            raise NoSuchPlace(path)
        return kind[step]
    if kind.is_record:
        if step not in specs(kind.base):
            raise NoSuchPlace(path)
        return specs(kind.base)[step].kind
    if kind.base not in (dict, object):
        raise NoSuchPlace(path)
    return kind.item or OPEN


def _list_at(part: str, data: Data, path: str) -> tuple[Any, Kind]:
    items, kind = _go(_root(part), data, steps_of(path), path)
    if not isinstance(kind, Kind) or kind.is_record or not isinstance(items, (list, dict)):
        raise NoSuchPlace(path)
    if kind.base is object and isinstance(items, dict):
        raise NoSuchPlace(path)
    return items, kind


def _index(items: Sequence[object], index: int | str, path: str, beyond: int = 0) -> int:
    if not str(index).isdecimal() or int(index) >= len(items) + beyond:
        raise NoSuchPlace(path + pointer(index))
    return int(index)


def _unfit(data: object, path: str, depth: int = 0) -> Iterator[ShapeFault]:
    """What no plan may hold: texts or lists without end, control characters, data too deep."""
    if depth > LIMIT_DEPTH:
        yield ShapeFault(path, f"内容嵌套超过 {LIMIT_DEPTH} 层。减少层次。")
    elif isinstance(data, str):
        yield from _unfit_text(data, path)
    elif isinstance(data, Mapping):
        for key, each in data.items():
            yield from _unfit_name(str(key), path)
            yield from _unfit(each, path + pointer(str(key)), depth + 1)
    elif isinstance(data, (list, tuple)):
        yield from _unfit_length(data, path)
        for place, each in enumerate(data):
            yield from _unfit(each, path + pointer(place), depth + 1)


def _unfit_name(name: str, path: str) -> Iterator[ShapeFault]:
    if len(name) > LIMIT_KEY or FORBIDDEN.search(name):
        yield ShapeFault(path, f"名称过长或者含有控制字符，不超过 {LIMIT_KEY} 字。")


def _unfit_length(items: Sequence[object], path: str) -> Iterator[ShapeFault]:
    if len(items) > MOST:
        yield ShapeFault(path, f"有 {len(items)} 项，不超过 {MOST} 项。")


def _unfit_text(text: str, path: str) -> Iterator[ShapeFault]:
    if len(text) > LONGEST:
        yield ShapeFault(path, f"有 {len(text)} 字，不超过 {LONGEST} 字。")
    elif found := FORBIDDEN.search(text):
        yield ShapeFault(path, f"含有控制字符 U+{ord(found[0]):04X}。删去，或重新键入这一处的文字。")
