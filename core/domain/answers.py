"""What a plan hook answers, and what an enterprise has typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from core.domain.plan import Deviation, PlanDraft, Sections
from core.domain.records import build, plain
from core.domain.values import ABSENT, Many, Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """One part of a plan: its value, the words of its section, its deviations.

    评分标准 and 投诉与争议处理 have no section of their own in the text.
    """

    value: T
    section: Text = ABSENT
    deviations: Many[Deviation] = ()


Answers: TypeAlias = Mapping[str, Answer[Any]]


def answer_data(answer: Answer[Any]) -> dict[str, Any]:
    """An answer as JSON data, in the form that the reading schemas take."""
    data = {"value": plain(answer.value), "deviations": plain(answer.deviations), "section": answer.section}
    return {key: each for key, each in data.items() if each is not ABSENT}


def built_answer(part: str, data: Mapping[str, Any]) -> Answer[Any]:
    """An answer from our own data: nothing is checked."""
    stated = {part: "value", "deviations": "deviations"}
    draft = build(PlanDraft, {name: data[key] for name, key in stated.items() if key in data})
    section = build(Sections, {part: data["section"]}) if "section" in data else Sections()
    return Answer(getattr(draft, part), getattr(section, part, ABSENT), draft.deviations)
