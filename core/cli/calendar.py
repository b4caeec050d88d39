"""``shouxi calendar``: working days by the published arrangements (AMB-20); no database is needed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

import click

from core.cli.command import OK, Command, Group
from core.cli.terminal import err
from core.domain.due import weekday_words
from core.services.editions import CURRENT

DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


class DayType(click.ParamType[date]):
    """A day written 2026-09-25."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, str) and DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise self.fail(f"没有“{value}”这一天。核对月和日。", param, ctx) from None
        raise self.fail(f"“{value}”不是日期。写成 2026-09-25 的形式。", param, ctx)


class WorkdaysType(click.ParamType[int]):
    """A number of working days."""

    name = "workdays"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, str) and NUMBER.fullmatch(value):
            return int(value)
        raise self.fail(f"“{value}”不是工作日数。写 1 至 9999 的整数，如 5。", param, ctx)


@click.group("calendar", cls=Group, help="按公布的放假安排推算工作日：开始当日不计，至最后一日 24 时届满。")
def calendar() -> None:
    """The commands about working days."""


@calendar.command("add", cls=Command)
@click.argument("start", metavar="开始日期", type=DayType())
@click.argument("workdays", metavar="工作日数", type=WorkdaysType())
def add(start: date, workdays: int) -> int:
    """从开始日期起满若干个工作日是哪一天。

    开始当日不计。涉及的年份没有公布放假安排的，不推算，退出码为 3。
    """
    clock = CURRENT.calendar.clock(start, workdays)
    click.echo(clock.last_day.isoformat())
    err().line(f"{weekday_words(clock.last_day, start.year)} 24 时届满。{_basis(start, clock.last_day)}")
    return OK


@calendar.command("count", cls=Command)
@click.argument("start", metavar="开始日期", type=DayType())
@click.argument("end", metavar="结束日期", type=DayType())
def count(start: date, end: date) -> int:
    """两个日期之间有多少个工作日：不含开始当日，含结束当日。

    涉及的年份没有公布放假安排的，不计算，退出码为 3。
    """
    if end < start:
        raise click.UsageError(
            f"结束日期 {end} 早于开始日期 {start}。先写开始日期。", click.get_current_context()
        )
    click.echo(CURRENT.calendar.official_count(start, end))
    err().line(f"开始当日不计，结束当日计入。{_basis(start, end)}")
    return OK


def _basis(start: date, end: date) -> str:
    """The notices that a span was counted by."""
    years = CURRENT.calendar.years
    notices = "、".join(years[year].source for year in range(start.year, end.year + 1))
    return f"依据{notices}。"
