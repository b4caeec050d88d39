"""Values and places of a plan in the words people read: “9~10分”, “主任委员彭远骋”, “第 2 名专家”."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from core.domain.complaints import Handler
from core.domain.enterprise import PastEvaluation
from core.domain.evidence import Evidence
from core.domain.plan import (
    Band,
    CommitteeMember,
    Deviation,
    ExtraCondition,
    Grade,
    Occupation,
    Panel,
    PanelMember,
    RubricItem,
    RubricModule,
    RubricPart,
    Staff,
)
from core.domain.records import FieldSpec, Kind, plain, specs, steps_of
from core.domain.values import ABSENT, BEIJING, blank

Word: TypeAlias = Callable[[str, str], str]
"""The Chinese word for a code at a place of the document ("methods.routes"); the code itself if unknown."""

BETWEEN: Final = " · "  # the steps of the way to a place
NOT_STATED: Final = "未写"
NULL: Final = "未填"
EMPTY: Final = "空"
COUNTED_IN: Final = frozenset({"万元", "元", "人"})
"""Units of numbers that get long."""


def as_written(_place: str, code: str) -> str:
    """The ``Word`` of a reader without a vocabulary."""
    return code


def number_words(number: Decimal | int) -> str:
    """8.5, 10: without needless zeros and without an exponent."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def day_words(day: date) -> str:
    """2026年11月10日; a timestamp with its time in Shanghai."""
    words = f"{day.year}年{day.month}月{day.day}日"
    if not isinstance(day, datetime):
        return words
    if day.tzinfo is not None and day.tzinfo is not BEIJING:
        return day_words(day.astimezone(BEIJING))
    return f"{words} {day:%H:%M:%S}".removesuffix(":00")


def field_words(value: object, spec: FieldSpec, place: str, word: Word = as_written) -> str:
    """The value of a field as a reader sees it: with its unit, unless the label already ends with it."""
    words = value_words(value, spec.kind, place, word)
    counted = isinstance(value, (int, Decimal)) and spec.unit and not spec.zh.endswith(spec.unit)
    return f"{words} {spec.unit}" if counted else words


def shown_words(value: object, spec: FieldSpec, place: str, word: Word = as_written) -> str:
    """The same with numbers that get long in groups of three: 1,923,600 万元."""
    words = field_words(value, spec, place, word)
    if isinstance(value, (int, Decimal)) and spec.unit in COUNTED_IN:
        return words.replace(number_words(value), f"{value:,}", 1)
    return words


def value_words(value: object, kind: Kind, place: str, word: Word = as_written) -> str:
    """A value of ``kind`` as a reader sees it, without a unit. A list of numbers is a fraction (2/3)."""
    if value is ABSENT or value is None:
        return NOT_STATED if value is ABSENT else NULL
    if kind.is_record:
        return summary(value, kind, place, word) or item_labels((value,), kind, place, word)[0]
    if kind.item is not None and isinstance(value, tuple):
        between = "/" if kind.item.base is Decimal else "、"
        return between.join(item_labels(value, kind.item, place, word)) or EMPTY
    if kind.item is not None and isinstance(value, Mapping):
        return "、".join(key_words(key, place, word) for key in value) or EMPTY
    if kind.base is object:
        return json.dumps(plain(value), ensure_ascii=False)
    return _scalar_words(value, place, word)


def key_words(key: str, place: str, word: Word = as_written) -> str:
    """What the entry under ``key`` of an open mapping at ``place`` is called."""
    return word(place, key).strip() or EMPTY


def summary(record: object, kind: Kind, place: str, word: Word = as_written) -> str:
    """What a record says, without what it is called: “配分 10 分，档位 3 项”; "" when that is all."""
    named_by = _NAMED_BY.get(kind.base, frozenset())
    told = []
    for name, spec in specs(kind.base).items():
        value = getattr(record, name)
        if name in named_by or blank(value):
            continue
        if spec.kind.item is not None and spec.kind.item.is_record and isinstance(value, (tuple, Mapping)):
            told.append(f"{spec.zh} {len(value)} 项")
        elif spec.kind.is_record:
            told.append(f"{spec.zh}（{summary(value, spec.kind, f'{place}.{name}', word)}）")
        else:
            told.append(f"{spec.zh} {field_words(value, spec, f'{place}.{name}', word)}")
    return "，".join(told) or (EMPTY if blank(record) else "")


def item_labels(items: Sequence[object], kind: Kind, place: str, word: Word = as_written) -> tuple[str, ...]:
    """What the items of a list are called; those that share a name or have none are counted."""
    if not kind.is_record:
        return tuple(value_words(each, kind, place, word) for each in items)
    labels = [_label(each, index, kind, place, word) for index, each in enumerate(items)]
    shared = Counter(labels)
    return tuple(
        f"{label}（第 {index + 1} 项）" if shared[label] > 1 else label for index, label in enumerate(labels)
    )


def _label(item: object, index: int, kind: Kind, place: str, word: Word) -> str:
    """What an item is called; one without a name by its number."""
    return _name(item, kind, place, word) or _ordinal(kind, index)


def place_words(document: object, path: str, word: Word = as_written) -> str:
    """Where a JSON pointer into the plan ``document`` leads: “组织形式 · 评审委员会 · 主任委员彭远骋”."""
    value, kind, place = document, Kind(document.__class__), ""
    words: list[str] = []
    for step in steps_of(path):
        if kind.is_record and (spec := specs(kind.base).get(step)):
            value, kind, place = getattr(value, step, ABSENT), spec.kind, f"{place}.{step}".lstrip(".")
            words.append(spec.zh)
        elif kind.item is not None:
            inside, kind = value, kind.item
            if isinstance(inside, tuple) and kind.is_record and place.count("."):
                words.pop()  # the name of an item says of which list it is
            value, name = _inside(inside, step, kind, place, word)
            words.append(name)
    return BETWEEN.join(words)


def _inside(value: object, step: str, kind: Kind, place: str, word: Word) -> tuple[object, str]:
    """The item of a list or mapping at ``step`` and what it is called."""
    if isinstance(value, Mapping):
        return value.get(step, ABSENT), key_words(step, place, word)
    index = int(step) if step.isdecimal() else 0
    if isinstance(value, tuple) and index < len(value):
        return value[index], _label(value[index], index, kind, place, word)
    return ABSENT, _ordinal(kind, index)


def _scalar_words(value: object, place: str, word: Word) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, Decimal)):
        return number_words(value)
    if isinstance(value, date):
        return day_words(value)
    return word(place, str(value)).strip() or EMPTY


def _ordinal(kind: Kind, index: int) -> str:
    return f"第 {index + 1} {_COUNTED.get(kind.base, '项')}"


def _name(item: Any, kind: Kind, place: str, word: Word) -> str:
    naming = _NAMES.get(kind.base)
    return naming(item, place, word).strip() if naming and item else ""


def _called(*prefixes: str) -> Callable[[Any, str, Word], str]:
    """The item's own name after the word for its kind."""
    prefix = "".join(prefixes)
    return lambda item, _place, _word: f"{prefix}{item.name}" if not blank(item.name) else ""


def _name_or_code(item: Any, place: str, word: Word) -> str:
    return str(item.name) if not blank(item.name) else word(f"{place}.code", item.code or "")


def _member(item: CommitteeMember, place: str, word: Word) -> str:
    return word(f"{place}.post", item.post or "") + item.name if item.name else ""


def _panel(item: Panel, place: str, word: Word) -> str:
    served = "、".join(word(f"{place}.serves", each or "") for each in item.serves or ())
    return f"专家组（{served}）" if served else ""


def _band(item: Band, _place: str, _word: Word) -> str:
    if item.min is None or item.max is None or item.min is ABSENT or item.max is ABSENT:
        return ""
    return f"档位 {number_words(item.min)}~{number_words(item.max)}分"


def _grade(item: Grade, _place: str, _word: Word) -> str:
    return f"等第“{item.grade}”" if item.grade else ""


def _evidence(item: Evidence, _place: str, _word: Word) -> str:
    return str(item.title or "")


def _past_evaluation(item: PastEvaluation, place: str, word: Word) -> str:
    return f"{item.year}年{word(f'{place}.kind', item.kind)}" if item.year and item.kind else ""


_NAMES: Final[Mapping[type, Callable[[Any, str, Word], str]]] = {
    Occupation: _name_or_code,
    CommitteeMember: _member,
    Staff: _called("工作人员"),
    PanelMember: _called(),
    Panel: _panel,
    RubricModule: _name_or_code,
    RubricItem: _name_or_code,
    RubricPart: _name_or_code,
    Band: _band,
    Grade: _grade,
    Handler: _called("负责人员"),
    PastEvaluation: _past_evaluation,
    Evidence: _evidence,
}
_NAMED_BY: Final[Mapping[type, frozenset[str]]] = {
    Occupation: frozenset({"name"}),
    CommitteeMember: frozenset({"post", "name"}),
    Staff: frozenset({"name"}),
    PanelMember: frozenset({"name"}),
    Panel: frozenset({"serves", "code"}),
    RubricModule: frozenset({"name", "code"}),
    RubricItem: frozenset({"name", "code"}),
    RubricPart: frozenset({"name", "code"}),
    Band: frozenset({"min", "max"}),
    Grade: frozenset({"grade"}),
    Handler: frozenset({"name"}),
    PastEvaluation: frozenset({"year", "kind"}),
    Evidence: frozenset({"title", "file"}),
}
_COUNTED: Final[Mapping[type, str]] = {
    Occupation: "个职业",
    CommitteeMember: "名委员",
    Staff: "名工作人员",
    PanelMember: "名专家",
    Panel: "个专家组",
    RubricModule: "个模块",
    RubricItem: "个评分细项",
    RubricPart: "个组成部分",
    Band: "个档位",
    Grade: "个等第",
    Handler: "名负责人员",
    Deviation: "条偏离说明",
    ExtraCondition: "条补充条件",
    PastEvaluation: "项评价",
    Evidence: "份材料",
}
