"""The child process that examines: what spoils it costs one file its place, and the next one nothing."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from pikepdf import Object
from PIL import Image

from core import paths
from core.sandbox.limits import Limits as Allowance
from core.uploads import Accepted, Inspector, Limits, Reason, Refused
from core.uploads.inspector import TOO_LONG, TOO_MUCH_MEMORY
from tests.uploads import harmless
from tests.uploads.hostile_kinds import sized


def crowded() -> bytes:
    """A million objects: seconds of work."""
    return harmless.pdf(
        lambda document: document.Root.__setitem__("/Crowd", Object.parse(b"[" + b"<<>>" * 10**6 + b"]"))
    )


@pytest.mark.parametrize(
    ("allowance", "limits"),
    [
        pytest.param(Allowance(wall_seconds=1), Limits(objects=10**9), id="wall"),
        pytest.param(Allowance(wall_seconds=60, cpu_seconds=0), Limits(objects=10**9), id="cpu"),
    ],
)
def test_file_that_takes_too_long_is_refused_and_the_next_is_not(
    allowance: Allowance, limits: Limits
) -> None:
    with Inspector(limits, allowance) as inspector:
        assert inspector.examine("a.pdf", crowded()) == TOO_LONG
        assert isinstance(inspector.examine("a.png", harmless.png()), Accepted)


def test_file_that_takes_too_much_memory_is_refused_and_the_next_is_not() -> None:
    """A picture that is allowed, in a child that has not what it takes."""
    large = harmless.png(Image.new("RGB", (8_000, 8_000)))
    with Inspector(Limits(pixels=10**9), Allowance(memory_bytes=420 * 2**20)) as inspector:
        answer = inspector.examine("a.png", large)
        assert answer == TOO_MUCH_MEMORY
        assert isinstance(inspector.examine("a.png", harmless.png()), Accepted)


def test_file_that_is_too_large_is_refused_for_that(inspector: Inspector) -> None:
    answer = inspector.examine("a.png", harmless.png() + bytes(64 * 2**20))
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.TOO_LARGE


def test_threads_get_their_own_answers(inspector: Inspector) -> None:
    files = {f"{width}.png": harmless.png(harmless.picture(size=(width, 64))) for width in range(64, 96)}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(inspector.examine, files, files.values()))
    assert [each.name for each in answers if isinstance(each, Accepted)] == list(files)


def test_server_loads_no_decoder() -> None:
    ask = "import sys, core.uploads; print({'PIL', 'pikepdf'} & set(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", ask], cwd=paths.ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout == "set()\n"


def test_closed_inspector_begins_anew() -> None:
    with Inspector() as inspector:
        assert isinstance(inspector.examine("a.png", harmless.png()), Accepted)
        inspector.close()
        assert isinstance(inspector.examine("a.png", sized(9, 9)), Refused)
