"""Moments in 北京时间, how far off a due day is, and browsers in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from core.domain.values import BEIJING
from core.services.editions import CURRENT
from core.web.browsers import browser
from core.web.moments import clock, day, due, moment, until

AT = datetime(2026, 11, 23, 16, 5, 9, tzinfo=UTC)  # the 24th in Beijing


def test_moments_are_told_in_beijing_time(site: Flask) -> None:
    with site.test_request_context():
        assert moment(AT) == "2026-11-24 00:05"
        assert clock(AT) == "2026-11-24 00:05:09"
        assert day(AT) == "2026 年 11 月 24 日（周二）"


def test_what_ends_at_midnight_lasts_until_the_day_before() -> None:
    assert until(datetime(2026, 11, 24, tzinfo=BEIJING)) == "2026-11-23"
    assert until(datetime(2026, 11, 24, 9, 30, tzinfo=BEIJING)) == "2026-11-24 09:30"


@pytest.mark.parametrize(
    ("at", "left", "shown", "tone"),
    [
        ((2026, 11, 22, 9, 0), "已逾期 1 天", "11月22日 周日", "bad"),
        ((2026, 11, 23, 0, 0), "已逾期 1 天", "11月22日 周日", "bad"),
        ((2026, 11, 23, 9, 0), "已到期", "11月23日 周一", "bad"),
        ((2026, 11, 23, 17, 30), "今天 17:30 截止", "11月23日 周一", "bad"),
        ((2026, 11, 24, 0, 0), "今天 24 时截止", "11月23日 周一", "bad"),
        ((2026, 11, 24, 0, 1), "还有 1 个工作日", "11月24日 周二", "warn"),
        ((2026, 11, 25, 9, 0), "还有 2 个工作日", "11月25日 周三", "warn"),
        ((2026, 11, 28, 9, 0), "还有 4 个工作日", "11月28日 周六", "mute"),
        ((2026, 11, 30, 9, 0), "还有 5 个工作日", "11月30日 周一", "mute"),
        ((2027, 1, 5, 0, 0), "还有 29 个工作日", "2027年1月4日 周一，暂按周一至周五推算", "mute"),
    ],
)
def test_due_day_is_told_in_the_words_of_a_deadline(
    site: Flask, at: tuple[int, int, int, int, int], left: str, shown: str, tone: str
) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
    with site.test_request_context():
        found = due(datetime(*at, tzinfo=BEIJING), now, CURRENT.calendar)
    assert (found.left, found.day, found.tone) == (left, shown, tone)


KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0) {KHTML} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge 140，Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {KHTML} HeadlessChrome/156.0 Safari/537.36", "Chrome 156，Linux"),
        (f"Mozilla/5.0 (Linux; Android 14) {KHTML} Chrome/116.0 MicroMessenger/8.0.49", "微信 8，Android"),
        (f"Mozilla/5.0 (iPhone; like Mac OS X) {KHTML} Version/18.0 Safari/604.1", "Safari 18，iPhone"),
        ("Firefox/141.0", "Firefox 141"),
        ("curl/8.0", "curl/8.0"),
        ("", "未说明"),
    ],
)
def test_browser_is_named_as_people_know_it(site: Flask, agent: str, words: str) -> None:
    with site.test_request_context():
        assert browser(agent) == words
