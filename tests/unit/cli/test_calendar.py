"""`shouxi calendar`: the day a span of working days ends, and how many a span has."""

import pytest

from tests.unit.cli.conftest import Shouxi

NOTICE = "依据国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）。\n"


def test_add_prints_the_day_alone_and_the_notice_beside_it(shouxi: Shouxi) -> None:
    result = shouxi("calendar", "add", "2026-09-25", "5")
    assert (result.code, result.out) == (0, "2026-10-09\n")
    assert result.err == f"10月9日 周五 24 时届满。{NOTICE}"


def test_count_prints_the_number_alone(shouxi: Shouxi) -> None:
    result = shouxi("calendar", "count", "2026-09-25", "2026-10-09")
    assert (result.code, result.out) == (0, "5\n")
    assert result.err == f"开始当日不计，结束当日计入。{NOTICE}"


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("add", "2023-12-20", "5"), "2023-12-27"),
        (("add", "2026-12-24", "5"), "2026-12-31"),
        (("add", "2025-12-31", "1"), "2026-01-04"),  # a Sunday that is worked
        (("add", "2023-01-01", "990"), "2026-12-23"),
        (("count", "2026-11-20", "2026-11-20"), "0"),
        (("count", "2023-12-15", "2023-12-20"), "3"),
        (("count", "2022-12-31", "2023-01-03"), ""),
        (("count", "2023-01-01", "2026-12-31"), "996"),
    ],
)
def test_days_worked_out_by_hand(shouxi: Shouxi, arguments: tuple[str, ...], answer: str) -> None:
    result = shouxi("calendar", *arguments)
    assert (result.code, result.out.strip()) == (0 if answer else 3, answer)


@pytest.mark.parametrize(
    ("arguments", "year"),
    [
        pytest.param(("add", "2026-12-31", "1"), 2027, id="期满落到2027年"),
        pytest.param(("add", "2026-12-24", "6"), 2027, id="多一个工作日就落到2027年"),
        pytest.param(("add", "2022-12-31", "1"), 2022, id="开始当日在2022年"),
        pytest.param(("add", "2026-01-01", "9999"), 2027, id="工作日数很大"),
        pytest.param(("count", "2026-12-30", "2027-01-01"), 2027, id="结束当日在2027年"),
        pytest.param(("count", "2027-03-01", "2027-03-01"), 2027, id="同一天，在2027年"),
        pytest.param(("count", "0001-01-01", "2023-03-01"), 1, id="很早的年份"),
        pytest.param(("count", "2026-12-30", "9999-12-31"), 2027, id="很晚的年份"),
    ],
)
def test_a_year_that_is_not_published_exits_with_3(
    shouxi: Shouxi, arguments: tuple[str, ...], year: int
) -> None:
    result = shouxi("calendar", *arguments)
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"shouxi：{year}年")
    assert "日历未公布，不能起算。" in result.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("add", "2026-9-25", "5"), "参数 开始日期 不对：“2026-9-25”不是日期。写成 2026-09-25 的形式。"),
        (("add", "20260925", "5"), "“20260925”不是日期。"),
        (("add", "２０２６-09-25", "5"), "不是日期。"),
        (("add", "2026-02-29", "5"), "没有“2026-02-29”这一天。核对月和日。"),
        (("add", "2026-09-25", "0"), "参数 工作日数 不对：“0”不是工作日数。写 1 至 9999 的整数，如 5。"),
        (("add", "2026-09-25", "five"), "“five”不是工作日数。"),
        (("add", "2026-09-25", "10000"), "“10000”不是工作日数。"),
        (("add", "2026-09-25"), "缺少参数 工作日数。"),
        (("count", "2026-09-25", "今天"), "参数 结束日期 不对：“今天”不是日期。"),
        (
            ("count", "2026-10-09", "2026-09-25"),
            "结束日期 2026-09-25 早于开始日期 2026-10-09。先写开始日期。",
        ),
        (("difference", "2026-10-09"), "没有命令 difference。"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(
    shouxi: Shouxi, arguments: tuple[str, ...], problem: str
) -> None:
    result = shouxi("calendar", *arguments)
    assert (result.code, result.out) == (2, "")
    assert problem in result.err
    assert "--help。" in result.err
