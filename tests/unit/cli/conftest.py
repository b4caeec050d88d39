import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core import app  # registers `serve`
from core.cli import run, shouxi

DEMO = str(Path(__file__).parents[2] / "data" / "demo_plans.yaml")


@dataclass(frozen=True)
class Result:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Shouxi = Callable[..., Result]
assert app.serve.name in shouxi.commands


@pytest.fixture(name="shouxi")
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shouxi:
    """Runs ``shouxi`` in this process with arguments and the bytes of standard input."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        code = run(shouxi, arguments)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def plan_file(tmp_path: Path) -> Callable[[Any], str]:
    """Writes a plan file and gives its path: bytes and text as they are, other data as JSON."""

    def write(content: Any, name: str = "plan.yaml") -> str:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return str(path)

    return write
