"""How the command is called: help in Chinese, and a clear line for every wrong call."""

import click
import pytest

from core.cli.command import Command, Group, Word, run, usage_problem
from core.cli.terminal import width_of
from core.domain.errors import DomainError
from tests.unit.cli.conftest import DEMO, Shouxi

WRONG_CALLS = [
    (("plna",), "没有命令 plna。是否应为 plan？", "shouxi --help"),
    (("xyz",), "没有命令 xyz。可用的有 audit、calendar、plan、rules、serve、tenant。", "shouxi --help"),
    (("plan", "chek", "x"), "没有命令 chek。是否应为 check？", "shouxi plan --help"),
    (("--nope",), "没有选项 --nope。", "shouxi --help"),
    (
        ("plan", "check", "--formt", "json", "x"),
        "没有选项 --formt。是否应为 --format？",
        "shouxi plan check --help",
    ),
    (("plan", "check"), "缺少参数 PATH。", "shouxi plan check --help"),
    (("plan", "check", "a", "b"), "多出了参数 b。", "shouxi plan check --help"),
    (("plan", "check", "a", "--plan-id"), "选项 --plan-id 后面要有值。", "shouxi --help"),
    (
        ("plan", "check", "a", "--format", "xml"),
        "选项 --format 不对：没有“xml”，可用的有 text、json。",
        "shouxi plan check --help",
    ),
    (("rules", "list", "--checked=1"), "选项 --checked 后面不带值。", "shouxi --help"),
    (("rules", "show"), "缺少参数 ID。", "shouxi rules show --help"),
    (("plan", "diff", "a"), "缺少参数 B。", "shouxi plan diff --help"),
]


@pytest.mark.parametrize(("arguments", "problem", "see"), WRONG_CALLS, ids=str)
def test_a_wrong_call_is_told_in_two_lines(
    shouxi: Shouxi, arguments: tuple[str, ...], problem: str, see: str
) -> None:
    result = shouxi(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err == f"shouxi：{problem}\nshouxi：用法见 {see}。\n"


def test_an_unknown_word_names_codes_and_their_chinese(shouxi: Shouxi) -> None:
    result = shouxi("rules", "list", "--force", "必须")
    assert result.code == 2
    assert "没有“必须”，可用的有 mandatory（应当）、prohibited（不得）、" in result.err


HELPED = [
    (),
    ("plan",),
    ("plan", "check"),
    ("plan", "diff"),
    ("rules",),
    ("rules", "list"),
    ("tenant", "check"),
]


@pytest.mark.parametrize("arguments", HELPED, ids=" ".join)
def test_help_is_chinese_and_fits(shouxi: Shouxi, arguments: tuple[str, ...]) -> None:
    result = shouxi(*arguments, "--help")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("用法：shouxi")
    assert "显示这段说明。" in result.out
    assert max(width_of(line) for line in result.out.splitlines()) <= 100
    for english in ("Usage", "Options", "Commands", "Show this", "..."):
        assert english not in result.out.replace("[代号]...", "")


@pytest.mark.parametrize("arguments", [(), ("plan",), ("rules",), ("tenant",)], ids=" ".join)
def test_a_group_alone_shows_its_help_as_a_wrong_call(shouxi: Shouxi, arguments: tuple[str, ...]) -> None:
    result = shouxi(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("用法：shouxi")


def test_an_interrupt_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command("stop", cls=Command)
    def stop() -> None:
        raise KeyboardInterrupt

    assert run(stop, ()) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_domain_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command("fail", cls=Command)
    def fail() -> None:
        raise DomainError("不能这样做。改用那样。")

    assert run(fail, ()) == 2
    assert capsys.readouterr().err == "shouxi：不能这样做。改用那样。\n"


@pytest.mark.parametrize(
    "error", [KeyError("weight"), RecursionError(), FileNotFoundError(2, "x", "y")], ids=repr
)
def test_a_fault_of_the_program_is_no_verdict(capsys: pytest.CaptureFixture[str], error: Exception) -> None:
    @click.command("break", cls=Command)
    def broken() -> None:
        raise error

    assert run(broken, ()) == 70
    told, reference = capsys.readouterr().err.splitlines()
    assert told == "shouxi：程序出错，操作没有完成，不代表检查结果。将所用命令和以下错误编号报平台维护人员。"
    assert reference.startswith(f"shouxi：错误编号 {type(error).__name__}@core/cli/command.py:")


@pytest.mark.parametrize(("given", "code"), [(None, 0), (0, 0), (1, 1), (2, 2)])
def test_the_exit_code_is_what_the_command_gives(given: int | None, code: int) -> None:
    @click.group("group", cls=Group)
    def group() -> None:
        """A group around it."""

    @group.command("inner", cls=Command)
    def inner() -> int | None:
        return given

    assert run(group, ("inner",)) == code


def test_a_word_may_be_given_by_its_chinese_name() -> None:
    word = Word({"mandatory": "应当"})
    assert word.convert("应当", None, None) == word.convert("mandatory", None, None) == "mandatory"


def test_an_unforeseen_problem_keeps_its_own_words() -> None:
    assert usage_problem(click.UsageError("其他问题。")) == "其他问题。"


def test_chinese_comes_out_of_any_command(shouxi: Shouxi) -> None:
    assert "徐州彭岳" in shouxi("plan", "check", DEMO).out
