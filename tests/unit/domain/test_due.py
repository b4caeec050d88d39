"""Deadlines in words, and whether something came in time (AMB-18)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from core.domain.due import closed_words, due_words, end_of, in_time, weekday_words
from core.domain.values import BEIJING
from core.rulebook.js2023 import EDITION

CALENDAR = EDITION.calendar


@pytest.mark.parametrize(
    ("last", "today", "words"),
    [
        pytest.param("2026-11-20", "2026-11-17", "还有 3 个工作日（11月20日 周五）", id="三个工作日"),
        pytest.param("2026-11-20", "2026-11-19", "还有 1 个工作日（11月20日 周五）", id="前一天"),
        pytest.param("2026-11-20", "2026-11-14", "还有 5 个工作日（11月20日 周五）", id="周六起看"),
        pytest.param("2026-10-09", "2026-09-25", "还有 5 个工作日（10月9日 周五）", id="跨两个长假"),
        pytest.param("2026-11-20", "2026-11-20", "今天 24 时截止（11月20日 周五）", id="当天"),
        pytest.param("2026-12-20", "2026-12-20", "今天 24 时截止（12月20日 周日）", id="当天是周日，不顺延"),
        pytest.param("2026-11-20", "2026-11-21", "已逾期 1 天（11月20日 周五）", id="次日是周六也算逾期"),
        pytest.param("2026-11-20", "2026-12-01", "已逾期 11 天（11月20日 周五）", id="逾期按天数"),
        pytest.param("2026-12-20", "2026-12-19", "还有 1 天，均为休息日（12月20日 周日）", id="只剩周日"),
        pytest.param("2026-10-05", "2026-09-30", "还有 5 天，均为休息日（10月5日 周一）", id="只剩假期"),
        pytest.param(
            "2027-01-08",
            "2026-12-30",
            "还有 6 个工作日（2027年1月8日 周五，暂按周一至周五推算）",
            id="跨到没有公布的年份",
        ),
        pytest.param("2026-01-06", "2025-12-31", "还有 3 个工作日（2026年1月6日 周二）", id="跨年，周日上班"),
        pytest.param("2025-12-31", "2026-01-04", "已逾期 4 天（2025年12月31日 周三）", id="去年的期限"),
        pytest.param("2027-03-01", "2027-03-01", "今天 24 时截止（3月1日 周一）", id="不计工作日就不说推算"),
        pytest.param(
            "2027-01-02",
            "2027-01-01",
            "还有 1 天，均为休息日（1月2日 周六，暂按周一至周五推算）",
            id="推算出来的休息日",
        ),
    ],
)
def test_time_left_in_words(last: str, today: str, words: str) -> None:
    assert due_words(date.fromisoformat(last), date.fromisoformat(today), CALENDAR) == words


@pytest.mark.parametrize(
    ("at", "timely"),
    [
        pytest.param(datetime(2026, 11, 10, 23, 59, 59, tzinfo=BEIJING), True, id="最后一秒"),
        pytest.param(datetime(2026, 11, 11, 0, 0, 0, tzinfo=BEIJING), False, id="次日零时"),
        pytest.param(datetime(2026, 11, 10, 15, 59, 59, tzinfo=UTC), True, id="世界时15时59分59秒"),
        pytest.param(datetime(2026, 11, 10, 16, 0, 0, tzinfo=UTC), False, id="世界时16时，北京已是次日"),
        pytest.param(
            datetime(2026, 11, 11, 0, 30, tzinfo=timezone(timedelta(hours=9))), True, id="东京已是次日"
        ),
    ],
)
def test_a_deadline_includes_its_day_in_beijing(at: datetime, timely: bool) -> None:
    last = date(2026, 11, 10)
    assert in_time(at, last) is timely
    assert (at < end_of(last)) is timely


def test_every_weekday_has_its_word() -> None:
    days = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]
    assert "".join(weekday_words(day, 2026)[-1] for day in days) == "一二三四五六日"


def test_deadline_that_is_over_for_all_is_closed() -> None:
    assert closed_words(date(2026, 11, 20), date(2026, 12, 1)) == "已截止（11月20日 周五）"
    assert closed_words(date(2026, 11, 20), date(2027, 1, 4)) == "已截止（2026年11月20日 周五）"
