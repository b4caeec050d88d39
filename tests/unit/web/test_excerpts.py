"""The lines around a fault."""

import pytest

from core.web.excerpts import WIDEST, Line, excerpt, lines_of


def test_lines_around_the_fault_are_numbered_and_the_character_is_marked() -> None:
    lines = lines_of(b'a: 1\nb: 2\nc: "x\nd: 4\ne: 5\nf: 6')
    assert excerpt(lines, 3, 4) == (
        Line(1, "a: 1", "", "", at_fault=False),
        Line(2, "b: 2", "", "", at_fault=False),
        Line(3, "c: ", '"', "x", at_fault=True),
        Line(4, "d: 4", "", "", at_fault=False),
        Line(5, "e: 5", "", "", at_fault=False),
    )


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
def test_every_line_end_of_yaml_ends_a_line(end: bytes) -> None:
    assert lines_of(end.join([b"a", b"b", b"c"])) == ["a", "b", "c"]


def test_byte_order_mark_is_no_character_and_other_bytes_are_shown_as_unknown() -> None:
    assert lines_of(b"\xef\xbb\xbfa") == ["a"]
    assert lines_of(b"a\xffb") == ["a\ufffdb"]


def test_unknown_line_has_no_excerpt() -> None:
    assert excerpt(["a"], None) == ()


@pytest.mark.parametrize("line", [1, 9])
def test_line_at_either_end_of_the_file_is_shown(line: int) -> None:
    assert [each.number for each in excerpt(["x"] * 9, line) if each.at_fault] == [line]


def test_column_past_the_end_marks_nothing() -> None:
    assert excerpt(["abc"], 1, 4) == (Line(1, "abc", "", "", at_fault=True),)


def test_long_line_is_cut_around_the_fault() -> None:
    (line,) = excerpt(["x" * 500 + "!" + "y" * 500], 1, 501)
    assert line.marked == "!"
    assert line.before == "…" + "x" * (WIDEST // 2)
    assert line.after == "y" * (WIDEST // 2 - 1) + "…"


def test_control_characters_are_made_visible() -> None:
    assert excerpt(["\ta\x07"], 1)[0].before == "→a\ufffd"
