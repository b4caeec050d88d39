"""Text for a terminal: wide characters, wrapping, columns, colour."""

import io
import unicodedata

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli.terminal import NOT_FIRST, NOT_LAST, Paper, clean, padded, width_of, wrapped

TEXT = st.text(st.sampled_from("焊工评审，。、（“”）《a bc/0-_ é\u0301😀ー１"), max_size=60)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("焊工", 4),
        ("（一）", 6),
        ("１２", 4),
        ("“引”", 4),
        ("e\u0301", 1),
        ("a\u200bb", 2),
        ("😀", 2),
        ("한글", 4),
        ("ｱ", 1),
    ],
)
def test_width(text: str, width: int) -> None:
    assert width_of(text) == width


def test_padded_fills_to_columns_not_to_characters() -> None:
    assert [width_of(padded(text, 8)) for text in ("条款", "abc", "焊工（一）")] == [8, 8, 10]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("一行", "一行"),
        ("两\n行\t字", "两 行 字"),
        ("\x1b[31m红", "�[31m红"),
        ("反\u202e向", "反�向"),
        ("\udce9", "�"),
        ("全\u3000角", "全 角"),
    ],
    ids=ascii,
)
def test_clean_leaves_nothing_that_steers_a_terminal(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("   ", 10, [""]),
        ("外聘委员 2 名", 8, ["外聘委员", "2 名"]),
        ("一二三四五", 6, ["一二三", "四五"]),
        ("一二三，四", 6, ["一二", "三，四"]),
        ("一二（三四）", 6, ["一二", "（三", "四）"]),
        ("一二（ 三四）", 6, ["一二", "（ 三", "四）"]),
        ("见附件 two words here", 10, ["见附件 two", "words here"]),
        ("/organisation/committee/members", 16, ["/organisation/", "committee/", "members"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("焊", 1, ["焊"]),
    ],
)
def test_wrapped(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@given(TEXT, st.integers(8, 40))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(clean(text).split())
    assert all(width_of(line) <= width for line in lines)


def marks_in_a_row(text: str) -> int:
    """The longest run of marks that may not stand at the edge of a line."""
    longest = run = 0
    for each in text:
        run = run + 1 if each in NOT_FIRST | NOT_LAST else 0
        longest = max(longest, run)
    return longest


@given(st.text(st.sampled_from("焊工评审，。（）a b"), max_size=60), st.integers(20, 40))
def test_marks_keep_to_their_side_of_a_break(text: str, width: int) -> None:
    if marks_in_a_row(text) > 4:
        return
    lines = wrapped(text, width)
    for line in lines[1:]:
        assert line[0] not in NOT_FIRST
    for line in lines[:-1]:
        assert line[-1] not in NOT_LAST


def paper(width: int = 40, *, colour: bool = False) -> Paper:
    return Paper(io.StringIO(), width, colour)


def text_of(page: Paper) -> str:
    assert isinstance(page.stream, io.StringIO)
    return page.stream.getvalue()


def test_pairs_stand_in_two_columns_and_leave_out_what_is_not_stated() -> None:
    page = paper(24)
    page.pairs([("条款", "附件2"), ("理由", ""), ("省级参考", "外聘委员不少于三分之一")], margin=2)
    assert text_of(page) == "  条款      附件2\n  省级参考  外聘委员不少\n            于三分之一\n"


def test_table_aligns_columns_of_wide_and_narrow_text() -> None:
    page = paper()
    page.table([("JS-1", "应当", "甲"), ("PF-long", "原则上", "乙")])
    assert text_of(page) == "JS-1     应当    甲\nPF-long  原则上  乙\n"


def test_an_empty_table_is_nothing() -> None:
    page = paper()
    page.table([])
    assert text_of(page) == ""


def test_colour_is_added_to_the_words_not_instead_of_them() -> None:
    plain, coloured = paper(), paper(colour=True)
    for page in (plain, coloured):
        page.line(page.styled("阻断 4", "bad", bold=True))
    assert text_of(plain) == "阻断 4\n"
    assert text_of(coloured) != text_of(plain) == click.unstyle(text_of(coloured))


def test_a_styled_lead_does_not_move_the_margin() -> None:
    coloured = paper(20, colour=True)
    coloured.paragraph("一二三四五六七八九十", first=coloured.styled("1  ", "bad"))
    assert click.unstyle(text_of(coloured)) == "1  一二三四五六七八\n   九十\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "stream", "colour"),
    [
        ({}, Terminal(), True),
        ({"NO_COLOR": "1"}, Terminal(), False),
        ({"NO_COLOR": ""}, Terminal(), True),
        ({"TERM": "dumb"}, Terminal(), False),
        ({}, io.StringIO(), False),
    ],
)
def test_colour_only_on_a_terminal_that_wants_it(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], stream: io.StringIO, colour: bool
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert Paper.of(stream).colour is colour


@pytest.mark.parametrize(("columns", "width"), [("10", 40), ("80", 80), ("300", 120)])
def test_paper_is_as_wide_as_the_terminal_within_reason(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert Paper.of(io.StringIO()).width == width


def test_ambiguous_marks_count_as_narrow() -> None:
    assert unicodedata.east_asian_width("“") == "A"
    assert width_of("“") == 1
