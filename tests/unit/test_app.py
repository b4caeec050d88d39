"""`shouxi serve`, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.paths import ROOT

LONGEST = 20  # seconds for a start or a stop on a busy machine


def environ(var: Path, **changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOUXI_", "SECRET_"))}
    return kept | {"SHOUXI_ENV": "test", "SHOUXI_VAR": str(var)} | changes


def serve(*options: str, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "core.app", "serve", *options],
        cwd=ROOT,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder outside pytest's, which closes its own to others whenever another run begins."""
    with tempfile.TemporaryDirectory(prefix="shouxi-app-") as folder:
        yield Path(folder)


@pytest.fixture
def server(var: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = serve("--port", str(port), env=environ(var))
    yield process
    if process.poll() is None:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_its_address_answers_and_stops_in_order(
    server: subprocess.Popen[str], port: int, stop: signal.Signals
) -> None:
    assert first_line(server) == f"http://127.0.0.1:{port}/  按 Ctrl-C 停止。\n"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/rules", timeout=LONGEST) as answer:
        assert answer.status == 200
    server.send_signal(stop)
    assert server.wait(LONGEST) == 0
    assert server.communicate()[1] == ""


def test_serve_on_a_port_that_is_taken(var: Path, port: int) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = serve("--port", str(port), env=environ(var))
        _, err = process.communicate(timeout=LONGEST)
    assert process.returncode == 2
    assert err == f"shouxi：不能在 127.0.0.1:{port} 启动：端口已被占用。换一个地址或端口，如 --port 8001。\n"


@pytest.mark.parametrize(
    ("options", "changes", "words"),
    [
        (["--port", "99999"], {}, "SHOUXI_PORT 的值“99999”无效"),
        ([], {"SHOUXI_PORT": "x"}, "SHOUXI_PORT 的值“x”无效"),
        ([], {"SHOUXI_ENV": "production"}, "未设置 SECRET_KEY，生产环境不能启动。"),
        (["--port", "abc"], {}, "选项 --port 不对"),
    ],
)
def test_serve_with_settings_that_cannot_be(
    tmp_path: Path, options: list[str], changes: dict[str, str], words: str
) -> None:
    process = serve(*options, env=environ(tmp_path, **changes))
    _, err = process.communicate(timeout=LONGEST)
    assert process.returncode == 2
    assert words in err
    assert "Traceback" not in err
