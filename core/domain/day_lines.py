"""Days as people type them: one line a day or a span, such as “国庆节：10月1日（周四）至7日” or “2026-10-10”.

``read_days`` tells every line that it cannot read; ``write_days`` gives lines that it reads back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.calendar import ONE_DAY
from core.domain.wording import day_words

LONGEST: Final = 31
"""Days of a span; no holiday is longer, and a slip in a year would make thousands."""
MOST_LINES: Final = 100

ASIDE: Final = re.compile(r"\([^()]*\)|\s")
LABEL: Final = re.compile(r"^[^:]*:")
BETWEEN: Final = re.compile(r"[、,;]")
DAY: Final = re.compile(r"(?:(?:(\d{4})[-年./])?(\d{1,2})[-月./])?(\d{1,2})日?")
SPAN: Final = re.compile(rf"({DAY.pattern})(?:[至到~—–]+({DAY.pattern}))?")


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that gives no days: its number from 1, and what is wrong with it."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.message}"


@dataclass(frozen=True, slots=True)
class TypedDays:
    """The days of a text in its order; ``lines`` has the line of each, so that a day can be found again."""

    days: tuple[date, ...]
    lines: tuple[int, ...]
    faults: tuple[LineFault, ...]


class _Unreadable(Exception):
    """Why a line gives no days."""


def read_days(text: str, year: int) -> TypedDays:
    """The days that ``text`` names; those without a year are of ``year``."""
    found: list[tuple[date, int]] = []
    faults: list[LineFault] = []
    typed = text.splitlines()
    if len(typed) > MOST_LINES:
        return TypedDays((), (), (LineFault(MOST_LINES + 1, f"超过 {MOST_LINES} 行。删去多余的行。"),))
    for number, line in enumerate(typed, 1):
        try:
            found += [(day, number) for day in _days(line, year)]
        except _Unreadable as error:
            faults.append(LineFault(number, str(error)))
    return TypedDays(tuple(day for day, _ in found), tuple(number for _, number in found), tuple(faults))


def write_days(days: Iterable[date]) -> str:
    """One line for each span: 10月1日至10月7日."""
    return "\n".join(span_words(first, last) for first, last in spans(days))


def span_words(first: date, last: date) -> str:
    """10月1日至10月7日, or the one day."""
    begin, end = (f"{day.month}月{day.day}日" for day in (first, last))
    return begin if first == last else f"{begin}至{end}"


def spans(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """First and last of each run of days that follow one another, in order."""
    first = last = None
    for day in sorted(set(days)):
        if last is not None and day - last == ONE_DAY:
            last = day
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = day
    if first is not None and last is not None:
        yield first, last


def _days(line: str, year: int) -> Iterator[date]:
    plain = LABEL.sub("", ASIDE.sub("", unicodedata.normalize("NFKC", line)))
    for part in filter(None, BETWEEN.split(plain)):
        span = SPAN.fullmatch(part)
        if span is None:
            raise _Unreadable(f"“{line.strip()[:40]}”不是日期。写成 10月1日至10月7日，或 10月10日。")
        first = _day(span, 2, year, None)
        last = _day(span, 6, first.year, first.month) if span[5] else first
        yield from _between(first, last)


def _day(span: re.Match[str], group: int, year: int, month: int | None) -> date:
    """The day in a group of ``span`` and the two after it; of ``year`` and ``month`` where it has none."""
    stated = span[group + 1] or month
    if stated is None:
        raise _Unreadable(f"“{span[0]}”没有写月份。写成 10月1日。")
    try:
        return date(int(span[group] or year), int(stated), int(span[group + 2]))
    except ValueError:
        raise _Unreadable(f"“{span[0]}”不是历法上的日期。核对月、日。") from None


def _between(first: date, last: date) -> Iterator[date]:
    if last < first:
        raise _Unreadable(f"结束日期{day_words(last)}早于开始日期{day_words(first)}。先写开始日期。")
    if (number := (last - first).days + 1) > LONGEST:
        raise _Unreadable(f"有 {number} 天，一次放假不超过 {LONGEST} 天。核对起止日期。")
    day = first
    while day <= last:
        yield day
        day += ONE_DAY
