"""The frame of the ``shouxi`` command: Chinese help, one line for what went wrong, and the exit codes.

0: may be submitted, or done; 1: something blocks; 2: cannot be read, is no plan, or was asked wrongly;
3: working days of a year whose arrangement is not published; 70: a fault of the program, never taken for a
verdict on a plan.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Final

import click
from click.exceptions import NoArgsIsHelpError

from core.cli.terminal import err, padded, width_of, wrapped
from core.domain.calendar import CalendarNotPublished
from core.domain.errors import DomainError
from core.paths import ROOT

OK, BLOCKED, UNREADABLE, NOT_PUBLISHED = 0, 1, 2, 3
BROKEN = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED, PIPE_CLOSED = 130, 141  # what a shell reports for SIGINT and SIGPIPE

HEADINGS: Final = {"Options": "选项", "Commands": "命令"}
HELP_WIDTH: Final = 100


class Formatter(click.HelpFormatter):
    """Help in Chinese, aligned for characters of two columns."""

    def write_usage(self, prog: str, args: str = "", *_: Any, **__: Any) -> None:
        self.write(f"用法：{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        self.write(f"{HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        for paragraph in text.split("\n\n"):
            for line in wrapped(" ".join(paragraph.split()), HELP_WIDTH - self.current_indent):
                self.write(" " * self.current_indent + line + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], *_: Any, **__: Any) -> None:
        listed = list(rows)
        column = max(width_of(term) for term, _ in listed) + 2
        for term, text in listed:
            first, *others = wrapped(text, HELP_WIDTH - self.current_indent - column)
            self.write(" " * self.current_indent + padded(term, column) + first + "\n")
            for line in others:
                self.write(" " * (self.current_indent + column) + line + "\n")


class Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command whose help is in Chinese."""

    context_class = Context

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]"} | settings)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _in_chinese(super().get_help_option(ctx))


class Group(click.Group):
    """Commands under one word."""

    context_class = Context
    command_class = Command

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **{"options_metavar": "", "subcommand_metavar": "命令 …"} | settings)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _in_chinese(super().get_help_option(ctx))


class Late(Group):
    """Loads the module of a command in ``modules`` when it is asked for."""

    modules: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.modules, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(self.modules[cmd_name]), cmd_name)
        return command


def run(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run ``shouxi`` with ``arguments``, those of the process if None, and give its exit code."""
    _have_streams()
    code: object = UNREADABLE
    try:
        code = _invoke(command, sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
    except click.UsageError as error:
        _complain(usage_problem(error))
        _complain(f"用法见 {error.ctx.command_path if error.ctx else 'shouxi'} --help。")
    except DomainError as error:
        _complain(error.message)
        code = NOT_PUBLISHED if isinstance(error, CalendarNotPublished) else UNREADABLE
    except click.exceptions.Exit as done:  # --help
        code = done.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        _leave_unwritten()
        code = PIPE_CLOSED
    except OSError as error:
        if error.filename is None:
            _leave_unwritten()
            _complain(f"输出没有写完（{error.strerror}）。请检查磁盘空间和输出的去向后重试。")
        else:  # a file, not a stream: a fault of ours
            code = _broken(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no verdict on a plan
        code = _broken(error)
    return code if isinstance(code, int) else OK


def _broken(error: Exception) -> int:
    """Tell of a fault of ours and where it arose; ``python -X dev`` shows all of it."""
    if sys.flags.dev_mode:
        raise error
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if Path(each.filename).is_relative_to(ROOT / "core")] or frames
    place = Path(ours[-1].filename)
    shown = place.relative_to(ROOT) if place.is_relative_to(ROOT) else place.name
    _complain("程序出错，操作没有完成，不代表检查结果。将所用命令和以下错误编号报平台维护人员。")
    _complain(f"错误编号 {type(error).__name__}@{shown}:{ours[-1].lineno}")
    return BROKEN


def _invoke(command: click.Command, arguments: list[str]) -> object:
    """What the command returns. Not by click's own ``main``, which takes a closed pipe for a failure."""
    with command.make_context("shouxi", arguments) as context:
        return command.invoke(context)


class Word(click.Choice[str]):
    """One of several words, each of which may also be given by its Chinese name."""

    name = "word"

    def __init__(self, words: Iterable[str] | Mapping[str, str]) -> None:
        self.names = dict(words) if isinstance(words, Mapping) else {each: each for each in words}
        super().__init__(tuple(self.names))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        for word, zh in self.names.items():
            if value in (word, zh):
                return word
        known = "、".join(word if word == zh else f"{word}（{zh}）" for word, zh in self.names.items())
        raise self.fail(f"没有“{value}”，可用的有 {known}。", param, ctx)


def usage_problem(error: click.UsageError) -> str:
    """What is wrong with how the command was called, in one Chinese sentence."""
    problem = error.message
    match error:
        case click.NoSuchOption(option_name=name, possibilities=near):
            problem = f"没有选项 {name}。" + (f"是否应为 {near[0]}？" if near else "")
        case click.MissingParameter(param=param) if param is not None:
            problem = f"缺少{_called(param)}。"
        case click.BadParameter(param=param) if param is not None:
            problem = f"{_called(param)} 不对：{error.message}"
        case click.BadOptionUsage(option_name=name):
            problem = f"选项 {name} 后面{'要有值' if 'requires' in error.message else '不带值'}。"
        case _ if found := re.search(r"No such command '(.*)'", error.message):
            problem = _no_such_command(found[1], error.ctx)
        case _ if found := re.search(r"unexpected extra arguments? \((.*)\)", error.message):
            problem = f"多出了参数 {found[1]}。"
    return problem


def _no_such_command(name: str, context: click.Context | None) -> str:
    command = context.command if context else None
    known = command.list_commands(context) if isinstance(command, click.Group) and context else []
    near = get_close_matches(name, known, n=1)
    return f"没有命令 {name}。" + (f"是否应为 {near[0]}？" if near else f"可用的有 {'、'.join(known)}。")


def _called(param: click.Parameter) -> str:
    if isinstance(param, click.Option):
        return f"选项 {max(param.opts, key=len)}"
    return f"参数 {param.make_metavar(click.Context(click.Command('shouxi')))}"


def _in_chinese(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这段说明。"
    return option


def _have_streams() -> None:
    """All three streams: one that the caller closed is empty, and takes what is written without a trace.

    Chinese comes out whatever the locale says; what UTF-8 cannot carry is replaced.
    """
    nothing = Path(os.devnull)
    sys.stdin = sys.stdin or nothing.open(encoding="utf-8")
    sys.stdout = sys.stdout or nothing.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nothing.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _leave_unwritten() -> None:
    """Let standard output go nowhere, so that the last flush at exit is silent too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _complain(text: str) -> None:
    paper = err()
    with suppress(OSError):  # nobody is left to tell
        paper.line(paper.styled("shouxi：", "bad") + text)
