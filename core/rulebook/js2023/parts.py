"""Working days and the phrases that the messages of several sections share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice

from core.domain.calendar import WorkCalendar
from core.domain.plan import PlanDraft
from core.domain.records import Kind, specs
from core.domain.values import Text
from core.rulebook.vocabulary import vocabulary

WORDS = vocabulary("js2023")


def workdays_up_to(enough: int, calendar: WorkCalendar, start: date, end: date) -> int:
    """How many working days d with start < d <= end (AMB-20), counted no further than ``enough``."""
    days = (start + timedelta(days=passed) for passed in range(1, (end - start).days + 1))
    return sum(1 for _ in islice(filter(calendar.is_workday, days), enough))


def estimated(calendar: WorkCalendar, *days: date) -> str:
    """The caution that a count of working days needs where a year's arrangement is not published yet."""
    years = sorted({day.year for day in days if not calendar.is_official(day.year)})
    return f"{listed(f'{year}年' for year in years)}的工作日暂按周一至周五推算。" if years else ""


def listed(words: Iterable[str]) -> str:
    """评审条件、评审方式"""
    return "、".join(words)


def written(place: str, *values: Text) -> str:
    """评分主体写成“评审委员会”，应写代码 committee。

    Names each of ``values`` at ``place`` that is an official word where its code should stand; "" for none.
    """
    words = dict.fromkeys(each for each in values if each and WORDS.code(place, each))
    return "".join(f"{_label(place)}写成“{each}”，应写代码 {WORDS.code(place, each)}。" for each in words)


def _label(place: str) -> str:
    """The official term of the field at ``place``, a place of the vocabulary."""
    kind, zh = Kind(PlanDraft), ""
    for step in place.split("."):
        spec = specs(kind.base)[step]
        kind, zh = spec.kind.item or spec.kind, spec.zh
    return zh


def coded(place: str, *codes: str) -> str:
    """业绩评审（performance）、直接评定（direct）: codes to write at ``place``, with their words."""
    return listed(f"{WORDS.word(place, code)}（{code}）" for code in codes)
