"""The shape of a plan document: marshmallow schemas derived from the records, which build the records.

A schema judges shape and type only; what a rule judges is optional here and its vocabulary open. Scalars come
as text from a file (``Plain`` when written without quotes) or as JSON values from a hook; both mean the same.
Unknown keys are errors of shape. All errors are reported at once as ``NotAPlan``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, partial
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, post_load

from core.domain.answers import Answer
from core.domain.errors import NotAPlan, ShapeFault
from core.domain.plan import PlanDraft, Sections
from core.domain.records import Kind, frozen_open, pointer, specs
from core.domain.values import ABSENT, BEIJING
from core.plandoc.tree import Lines, Plain

NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
LARGEST: Final = Decimal(10) ** 12
LIMIT_FAULTS: Final = 1000  # more than anybody reads; each unknown key costs a search for what was meant
YEARS: Final = range(1900, 2101)

UNKNOWN_KEY: Final = "unknown"
WRONG_TYPE: Final = "应按“项目名: 内容”逐行填写。"
PLAIN_TEXT: Final = "这是普通文字，不是方案文件。下载示例，按示例逐项填写。"
SHARE: Final = re.compile(r"([0-9]{1,4})/([1-9][0-9]{0,3})|([0-9]{1,2}(?:\.[0-9]{1,2})?)%", re.ASCII)
ANNOTATIONS: Final = frozenset({"expected", "fictional", "note"})


def shown(value: object) -> str:
    """What was written, short enough for a message."""
    if isinstance(value, (Mapping, list, tuple)):
        return "一组项目" if isinstance(value, Mapping) else "一个列表"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"“{text[:30]}…”" if len(text) > 30 else f"“{text}”"


def as_typed(value: object) -> str:
    """What was written where quotes make it something else."""
    quoted = isinstance(value, str) and not isinstance(value, Plain)
    return f"{'加了引号的' if quoted else ''}{shown(value)}"


class PlanField(fields.Field[Any]):
    """A value that may be absent or null; subclasses read the rest or raise ``ValidationError``."""

    def __init__(self) -> None:
        super().__init__(required=False, allow_none=True)


class TextField(PlanField):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"应为文字，实际为{shown(value)}。")
        return str(value)


class NumberField(PlanField):
    """A plain decimal number with at most two places: no exponent, no NaN, ASCII digits, up to 10^12."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return _number(value)


class CountField(NumberField):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        number = _number(value)
        if number != number.to_integral_value():
            raise ValidationError(f"应为整数，实际为{shown(value)}。")
        return int(number)


class FlagField(PlanField):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, Plain) and value in ("true", "false"):
            return value == "true"
        raise ValidationError(f"应为 true 或 false，实际为{as_typed(value)}。用小写，不加引号。")


class MomentField(PlanField):
    """A day, or a timestamp with or without a zone; one without is Shanghai's."""

    like = "2026-11-13 或 2026-11-13T09:00:00+08:00"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if isinstance(value, str):
            try:
                moment = _moment(value)
            except ValueError:
                raise ValidationError(f"{shown(value)}不是有效的日期。") from None
            if moment is not None and moment.year in YEARS:
                return moment
        raise ValidationError(f"应为日期，如 {self.like}，实际为{shown(value)}。")


class DayField(MomentField):
    """A day; a timestamp is its day in Shanghai."""

    like = "2026-11-20"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        moment = super()._deserialize(value)
        if isinstance(moment, datetime):
            return (moment.astimezone(BEIJING) if moment.tzinfo else moment).date()
        return moment


class OpenField(PlanField):
    """Any JSON data; unquoted numbers and flags become what they say."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> object:
        return frozen_open(_open(value))


class ManyField(PlanField):
    def __init__(self, item: PlanField) -> None:
        super().__init__()
        self.item = item

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise ValidationError(self._no_list(value))
        return tuple(_each(self.item, enumerate(value)).values())

    def _no_list(self, value: object) -> str:
        fault = f"应为列表，每项前加“- ”，实际为{shown(value)}。"
        if not isinstance(self.item, NumberField) or not isinstance(value, str):
            return fault
        return f"应为分子、分母两个整数，实际为{shown(value)}。{_as_pair(value)}"


class KeyedField(PlanField):
    def __init__(self, item: PlanField) -> None:
        super().__init__()
        self.item = item

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValidationError(WRONG_TYPE)
        return {str(key): each for key, each in _each(self.item, value.items()).items()}


class RecordField(PlanField):
    def __init__(self, schema: "RecordSchema") -> None:
        super().__init__()
        self.schema = schema

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return self.schema.load(value)


class RecordSchema(Schema):
    """The schema of one record; loading gives what ``make`` makes of the keys that are there."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": WRONG_TYPE, "unknown": UNKNOWN_KEY}  # noqa: RUF012 - marshmallow's own form
    make: Callable[..., Any]
    terms: Mapping[str, str] = MappingProxyType({})  # the official terms of its keys, each with its key

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.make(**data)


def make_schema(
    name: str,
    members: Mapping[str, PlanField],
    make: Callable[..., Any],
    terms: Mapping[str, str] = MappingProxyType({}),
) -> RecordSchema:
    """A schema with ``members`` whose loading calls ``make`` with the keys that are there."""
    made: RecordSchema = type(
        name, (RecordSchema,), {**members, "make": staticmethod(make), "terms": terms}
    )()
    return made


@cache
def schema_of(record: type) -> RecordSchema:
    """The schema derived from ``record``'s annotations (``core.domain.records.specs``)."""
    members = {name: field_of(spec.kind) for name, spec in specs(record).items()}
    terms = {spec.zh: name for name, spec in specs(record).items()}
    return make_schema(f"{record.__name__}Schema", members, record, terms)


@cache
def answer_schema(part: str) -> RecordSchema:
    """The schema of a hook's answer for ``part``: its value, the section's words and its deviations."""
    draft, sections = specs(PlanDraft), specs(Sections)
    members = {"value": field_of(draft[part].kind), "deviations": field_of(draft["deviations"].kind)}
    if part in sections:
        members["section"] = field_of(sections[part].kind)
    return make_schema(f"{part}AnswerSchema", members, partial(Answer, value=ABSENT))


def field_of(kind: Kind) -> PlanField:
    """The field that reads a value of ``kind``."""
    if kind.is_record:
        return RecordField(schema_of(kind.base))
    if kind.item is not None:
        return (ManyField if kind.base is tuple else KeyedField)(field_of(kind.item))
    return SCALARS[kind.base]()


SCALARS: Final[Mapping[type, type[PlanField]]] = {
    str: TextField,
    int: CountField,
    Decimal: NumberField,
    bool: FlagField,
    date: DayField,
    datetime: MomentField,
    object: OpenField,
}


def load(schema: RecordSchema, data: object, lines: Lines | None = None, at: str = "") -> Any:
    """What ``schema`` makes of ``data``: a tree from ``reading``, or JSON values.

    ``at`` is the JSON pointer of ``data`` in its file and ``lines`` the file's lines, for the messages only.
    Raises ``NotAPlan`` with every fault of shape.
    """
    if isinstance(data, str) and not at:
        raise NotAPlan([ShapeFault(at, PLAIN_TEXT, lines.nearest(at) if lines else None)])
    try:
        return schema.load(data)  # type: ignore[arg-type]
    except ValidationError as error:
        raise _no_plan(error, schema, at, lines) from None


def load_value(kind: Kind, data: object, at: str) -> Any:
    """What a value of ``kind`` at the pointer ``at`` says. Raises ``NotAPlan`` with every fault of shape."""
    field = field_of(kind)
    try:
        return field.deserialize(data)
    except ValidationError as error:
        raise _no_plan(error, field, at) from None


def _no_plan(error: ValidationError, reader: object, at: str, lines: Lines | None = None) -> NotAPlan:
    """What ``reader`` found wrong with the data at ``at``, in words, by place."""
    found = _flat(error.messages, reader, at)
    faults = [
        ShapeFault(path, message, lines.nearest(path) if lines else None)
        for path, message in islice(found, LIMIT_FAULTS)
    ]
    faults.sort(key=lambda fault: (fault.line or 0, fault.path))
    if next(found, None):
        faults.append(ShapeFault(at, f"格式不符之处超过 {LIMIT_FAULTS} 处，其余没有列出。"))
    return NotAPlan(faults)


def load_plan(data: object, lines: Lines | None = None, at: str = "") -> PlanDraft:
    """The plan document in ``data``; its annotations (expected, fictional, note) are dropped."""
    plan: PlanDraft = load(schema_of(PlanDraft), without_annotations(data), lines, at)
    return plan


def without_annotations(plan: object) -> object:
    """The data of one plan without the keys that are remarks about it."""
    if not isinstance(plan, Mapping):
        return plan
    return {key: each for key, each in plan.items() if key not in ANNOTATIONS}


def load_answer(part: str, data: object, lines: Lines | None = None, at: str = "") -> Answer[Any]:
    """A hook's answer for ``part``: ``{value, section, deviations}``."""
    answer: Answer[Any] = load(answer_schema(part), data, lines, at)
    return answer


def _flat(errors: Any, reader: object, path: str) -> Iterator[tuple[str, str]]:
    """marshmallow's nested messages as (pointer, sentence); ``reader`` is what raised them."""
    if isinstance(errors, list):
        yield from ((path, str(message)) for message in errors)
        return
    schema = reader.schema if isinstance(reader, RecordField) else reader
    known = schema.fields if isinstance(schema, RecordSchema) else {}
    for step, inner in errors.items():
        if step == "_schema":
            yield from _flat(inner, schema, path)
        elif inner == [UNKNOWN_KEY]:
            yield path + pointer(step), _unknown_key(str(step), known, getattr(schema, "terms", {}))
        else:
            yield from _flat(inner, known.get(step) or getattr(schema, "item", None), path + pointer(step))


def _unknown_key(key: str, known: Iterable[str], terms: Mapping[str, str]) -> str:
    """``terms`` are the official terms of ``known``, each with its key."""
    near = terms.get(key.strip()) or next(iter(get_close_matches(key, list(known), n=1)), "")
    if near:
        return f"没有{shown(key)}这个项目，是否应为 {near}？"
    return f"没有{shown(key)}这个项目。删去，或改用方案文件规定的项目名。"


def _each(item: PlanField, entries: Iterable[tuple[str | int, Any]]) -> dict[str | int, Any]:
    read: dict[str | int, Any] = {}
    faults: dict[str | int, Any] = {}
    for step, value in entries:
        try:
            read[step] = item.deserialize(value)
        except ValidationError as error:
            faults[step] = error.messages
    if faults:
        raise ValidationError(faults)
    return read


def _as_pair(text: str) -> str:
    """How a share such as 2/3 or 66.7% is written as two integers."""
    found = SHARE.fullmatch(text.strip())
    if found is None:
        return "如三分之二写成 [2, 3]。"
    share = Fraction(found[0]) if found[1] else Fraction(found[3]) / 100
    if not found[1] and abs(share - Fraction(2, 3)) < Fraction(1, 100):  # 66.7%
        share = Fraction(2, 3)
    over, under = (found[1], found[2]) if found[1] else (share.numerator, share.denominator)
    meaning = "，即三分之二" if share == Fraction(2, 3) else ""
    return f"写成 [{over}, {under}]{meaning}。"


def _number(value: object) -> Decimal:
    number = _as_decimal(value)
    if number is None:
        raise ValidationError(
            f"应为数字，实际为{as_typed(value)}。写成 12 或 12.5 的形式，用半角数字，不加引号。"
        )
    if not -LARGEST <= number <= LARGEST:  # abs() would overflow on a million digits
        raise ValidationError(f"数值{shown(value)}过大，绝对值不得超过 1 万亿。")
    if number != round(number, 2):
        raise ValidationError(f"数值{shown(value)}的小数多于两位，最多保留两位。")
    return number


def _as_decimal(value: object) -> Decimal | None:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value) if Decimal(value).is_finite() else None
    written = repr(value) if isinstance(value, float) else value if isinstance(value, Plain) else ""
    return Decimal(written) if NUMBER.fullmatch(written) else None


def _moment(written: str) -> date | None:
    if DAY.fullmatch(written):
        return date.fromisoformat(written)
    return datetime.fromisoformat(written) if MOMENT.fullmatch(written) else None


def _open(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _open(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_open(each) for each in value]
    if isinstance(value, Plain):
        if value in ("true", "false"):
            return value == "true"
        return str(value) if _as_decimal(value) is None else _number(value)
    return value if isinstance(value, (str, bool)) or value is None else _number(value)
