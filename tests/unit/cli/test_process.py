"""The command as a process of its own: streams, locale, terminal, closed pipes, and what it does not load."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from core.cli.terminal import width_of
from core.paths import ROOT
from tests.unit.cli.conftest import DEMO
from tests.unit.rulebook.plans import SUZHOU, XUZHOU

SHOUXI = [sys.executable, "-m", "core.app"]
CHECK = [*SHOUXI, "plan", "check", DEMO]


def environ(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "TERM"}}
    return kept | {"TERM": "xterm"} | changes


def start(command: list[str], **settings: object) -> subprocess.CompletedProcess[bytes]:
    given: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environ()} | settings
    return subprocess.run(command, cwd=ROOT, check=False, **given)


def test_json_on_standard_output_and_the_summary_on_standard_error() -> None:
    result = start([*CHECK, "--format", "json"])
    assert result.returncode == 0
    assert [json.loads(line)["ok"] for line in result.stdout.splitlines()] == [True, True, True]
    assert result.stderr.decode() == "检查方案 3 份：3 份可以提交，0 份不能提交。\n"


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_chinese_under_any_locale(locale: str) -> None:
    result = start(CHECK, env=environ(LC_ALL=locale, LANG=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"))
    assert result.returncode == 0
    assert "徐州彭岳重工机械股份有限公司" in result.stdout.decode("utf-8")


def test_the_installed_command_is_the_module() -> None:
    script = Path(sys.executable).with_name("shouxi")
    command = [str(script), "plan", "check", DEMO, "--plan-id", XUZHOU]
    assert start(command).stdout == start([*CHECK, "--plan-id", XUZHOU]).stdout


def test_standard_input_from_a_pipe() -> None:
    result = start([*SHOUXI, "plan", "check", "-", "--format", "json"], input=b"plan_id: \xe7\x94\xb2\n")
    assert result.returncode == 1
    assert json.loads(result.stdout)["plan_id"] == "甲"


def test_an_unreadable_file_is_no_traceback() -> None:
    result = start([*SHOUXI, "plan", "check", "-"], input=bytes(range(256)))
    assert (result.returncode, result.stdout) == (2, b"")
    (line,) = result.stderr.decode().splitlines()
    assert line.startswith("标准输入：")


def test_a_closed_pipe_is_silent() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = start(CHECK, stdout=writing)
    finally:
        os.close(writing)
    assert result.returncode == 141
    assert b"Traceback" not in result.stderr
    assert b"Broken" not in result.stderr


@pytest.mark.parametrize(("closed", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0), ("<&-", 2)])
def test_a_closed_stream_is_an_empty_one(closed: str, code: int) -> None:
    path = "-" if closed == "<&-" else DEMO
    result = start(["sh", "-c", f'exec "$@" {closed}', "sh", *SHOUXI, "plan", "check", path])
    assert result.returncode == code
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_told(form: str, tmp_path: Path) -> None:
    full = f'ulimit -f 0; exec "$@" > {tmp_path / "report"}'  # no file may have a single byte
    result = start(["sh", "-c", full, "sh", *CHECK, "--format", form])
    assert result.returncode == 2
    assert result.stderr.decode().splitlines()[-1].startswith("shouxi：输出没有写完")
    assert b"Traceback" not in result.stderr


def on_a_terminal(columns: int, **changes: str) -> str:
    """What the command writes to a terminal of that width."""
    ours, theirs = os.openpty()
    child = subprocess.Popen(
        [*CHECK, "--plan-id", SUZHOU], cwd=ROOT, stdout=theirs, env=environ(COLUMNS=str(columns), **changes)
    )
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # Linux: the other end is closed
        pass
    finally:
        os.close(ours)
        child.wait()
    return written.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_and_lines_of_its_width() -> None:
    written = on_a_terminal(60)
    plain = click.unstyle(written)
    assert written != plain
    assert max(width_of(line) for line in plain.splitlines()) <= 60
    assert "须说明理由 1" in plain


def test_a_terminal_without_colour() -> None:
    written = on_a_terminal(80, NO_COLOR="1")
    assert written == click.unstyle(written)


UNNEEDED = (
    "flask",
    "waitress",
    "pluggy",
    "pebble",
    "multiprocessing",
    "core.web",
    "core.plugin_host",
    "core.sdk",
)


def test_checking_a_plan_loads_neither_the_web_nor_the_plugin_host() -> None:
    program = (
        "import sys; from core.app import shouxi, run; "
        f"run(shouxi, ['plan', 'check', {DEMO!r}]); print([m for m in {UNNEEDED} if m in sys.modules])"
    )
    result = start([sys.executable, "-c", program])
    assert result.stdout.decode().splitlines()[-1] == "[]"
