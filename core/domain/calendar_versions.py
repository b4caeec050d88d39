"""A new version of a year's working-day table: what the province enters, judged before it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.calendar import SATURDAY, CalendarVersion
from core.domain.errors import DomainError, ShapeFault
from core.domain.records import pointer
from core.domain.values import blank
from core.domain.wording import day_words

NEW: Final = "第一次录入"


class CalendarRefused(DomainError):
    """A table cannot stand; ``faults`` are all there are, each at the field of ``CalendarEntry`` it is in."""

    def __init__(self, year: int, faults: Iterable[ShapeFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{year}年的日历没有保存：有 {len(self.faults)} 处不符。逐处修改后再保存。")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """What the province typed for ``year`` on the day ``as_of``; days in any order, a day once or twice."""

    year: int
    holidays: Sequence[date]
    workdays: Sequence[date]
    source: str
    as_of: date
    reason: str = ""


def next_version(entry: CalendarEntry, history: Iterable[CalendarVersion]) -> CalendarVersion:
    """The version that ``entry`` makes after those of ``history`` (other years are passed over).

    The first version of a year is 1, be it the edition's or the province's. Raises ``CalendarRefused``.
    """
    earlier = [each for each in history if each.year == entry.year]
    last = max(earlier, key=lambda each: each.number, default=None)
    if faults := tuple(_faults(entry, last)):
        raise CalendarRefused(entry.year, faults)
    return CalendarVersion(
        year=entry.year,
        number=last.number + 1 if last else 1,
        as_of=entry.as_of,
        source=entry.source.strip(),
        holidays=frozenset(entry.holidays),
        workdays=frozenset(entry.workdays),
        reason=entry.reason.strip() or NEW,
    )


def changed_days(before: CalendarVersion, after: CalendarVersion) -> Mapping[str, frozenset[date]]:
    """What a version says otherwise than the one before it: kind of change in words → days, none empty."""
    found = {
        "增加放假": after.holidays - before.holidays,
        "取消放假": before.holidays - after.holidays,
        "增加上班": after.workdays - before.workdays,
        "取消上班": before.workdays - after.workdays,
    }
    return {words: days for words, days in found.items() if days}


def _faults(entry: CalendarEntry, last: CalendarVersion | None) -> Iterator[ShapeFault]:
    yield from _stray_days(entry)
    yield from _needless_days(entry)
    if not entry.holidays:
        yield ShapeFault("/holidays", "没有节假日。按通知录入全年放假日期。")
    if blank(entry.source):
        yield ShapeFault("/source", "没有写依据。写明放假通知的名称和文号。")
    if last is None:
        return
    if blank(entry.reason):
        yield ShapeFault("/reason", f"第 {last.number} 版已在使用，没有写更正的理由。写明理由。")
    if entry.as_of < last.as_of:
        yield ShapeFault(
            "/as_of", f"日期早于第 {last.number} 版的{day_words(last.as_of)}。改为当日或以后的日期。"
        )
    same = (last.holidays, last.workdays, last.source)
    if same == (frozenset(entry.holidays), frozenset(entry.workdays), entry.source.strip()):
        yield ShapeFault("/holidays", f"与第 {last.number} 版完全相同，无须保存。")


def _stray_days(entry: CalendarEntry) -> Iterator[ShapeFault]:
    for name, days in (("holidays", entry.holidays), ("workdays", entry.workdays)):
        for place, day in enumerate(days):
            if day.year != entry.year:
                yield ShapeFault(pointer(name, place), f"{day_words(day)}不在 {entry.year} 年。删去这一天。")


def _needless_days(entry: CalendarEntry) -> Iterator[ShapeFault]:
    holidays = frozenset(entry.holidays)
    for place, day in enumerate(entry.workdays):
        if day in holidays:
            yield ShapeFault(
                pointer("workdays", place), f"{day_words(day)}既是放假日又是上班日。按通知保留一处。"
            )
        elif day.weekday() < SATURDAY:
            yield ShapeFault(
                pointer("workdays", place), f"{day_words(day)}不是周末，本来就是工作日。删去这一天。"
            )
