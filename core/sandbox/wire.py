"""What goes over the pipe to a tenant's code and what comes back: JSON of records, nothing that runs."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

from core.domain.answers import Answer, Answers, answer_data, built_answer
from core.domain.cycle import Cycle
from core.domain.records import build, plain
from core.hookspecs import HookArguments, values_of
from core.plandoc.tree import FORBIDDEN, LIMIT_DEPTH
from core.rulebook.template import Template


class BadAnswer(Exception):
    """Something a hook returned that is no answer; the message is Chinese and says what is wrong."""


def dump(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def pack_given(cycle: Cycle, answers: Answers) -> str:
    typed = {part: answer_data(answer) for part, answer in answers.items()}
    return dump({"cycle": plain(cycle), "answers": typed})


def unpack_given(text: str, template: Template) -> HookArguments:
    """What ``pack_given`` packed, with the template of the edition."""
    data = json.loads(text)
    answers = {part: built_answer(part, each) for part, each in data["answers"].items()}
    return HookArguments(build(Cycle, data["cycle"]), template, MappingProxyType(answers))


class Watched:
    """The arguments of one compilation, and a copy no hook sees, which tells whether one changed them."""

    def __init__(self, packed: str, template: Template) -> None:
        self.given = unpack_given(packed, template)
        self._copy = unpack_given(packed, template)
        self._values = values_of(template)

    def changed(self) -> bool:
        return self.given != self._copy or values_of(self.given.template) != self._values


def answer_text(answer: object) -> str:
    """The JSON of what a hook returned. Raises ``BadAnswer`` for anything that is no answer at all."""
    if not isinstance(answer, Answer):
        raise BadAnswer(f"返回的是 {type(answer).__name__}，应为 Answer 或 None")
    try:
        return dump(answer_data(answer))
    except RecursionError:
        raise BadAnswer("返回的内容嵌套过深") from None
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise BadAnswer(f"返回的内容不是方案数据：{str(error)[:200]}") from None


def read_reply(text: str, limit: int) -> Any:
    """The data in a reply. ``BadAnswer`` when it is longer than ``limit`` or holds what no plan can."""
    if len(text) > limit:
        raise BadAnswer(f"返回的内容超过 {limit} 字节")
    try:
        data = json.loads(text)
    except RecursionError:
        raise BadAnswer("返回的内容嵌套过深") from None
    _look_through(data)
    return data


def _look_through(data: object) -> None:
    """Refuse what a plan file could not hold either: lists too deep, control characters."""
    level = [data]
    for _ in range(LIMIT_DEPTH):
        for text in level:
            if isinstance(text, str) and (found := FORBIDDEN.search(text)):
                raise BadAnswer(f"返回的内容含有控制字符或无效字符 U+{ord(found[0]):04X}")
        level = [below for each in level if isinstance(each, (dict, list)) for below in _below(each)]
    if level:
        raise BadAnswer(f"返回的内容嵌套超过 {LIMIT_DEPTH} 层")


def _below(data: dict[str, Any] | list[Any]) -> list[Any]:
    return [*data, *data.values()] if isinstance(data, dict) else data
