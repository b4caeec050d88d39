"""Moments in 北京时间, how far off a due day is, and browsers in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from core.domain.values import BEIJING
from core.services.editions import CURRENT
from core.web.browsers import browser
from core.web.moments import clock, day, due, moment

AT = datetime(2026, 11, 23, 16, 5, 9, tzinfo=UTC)  # the 24th in Beijing


def test_moments_are_told_in_beijing_time(site: Flask) -> None:
    with site.test_request_context():
        assert moment(AT) == "2026-11-24 00:05"
        assert clock(AT) == "2026-11-24 00:05:09"
        assert day(AT) == "2026 年 11 月 24 日（周二）"


@pytest.mark.parametrize(
    ("at", "left", "shown", "tone"),
    [
        ((2026, 11, 23, 9, 0), "已到期", "11 月 23 日（周一）", "bad"),
        ((2026, 11, 23, 17, 30), "今天 17:30", "11 月 23 日（周一）", "bad"),
        ((2026, 11, 24, 0, 0), "剩 1 个工作日", "11 月 24 日（周二）", "warn"),
        ((2026, 11, 25, 9, 0), "剩 2 个工作日", "11 月 25 日（周三）", "warn"),
        ((2026, 11, 28, 9, 0), "剩 4 个工作日", "11 月 28 日（周六）", "mute"),
        ((2026, 11, 30, 9, 0), "剩 5 个工作日", "11 月 30 日（周一）", "mute"),
    ],
)
def test_due_day_says_how_many_working_days_are_left(
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
