"""The harness at a twentieth of its counts finds nothing; with a planted fault it finds that."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from typing import Any

import pytest

from core import paths
from tests.faults.__main__ import SUBJECTS
from tests.faults.planted import PLANTED

SCALE = "0.05"


def figure(*command: str) -> dict[str, Any]:
    """The figure that a process of the harness prints. It forks, so it must not run inside pytest."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_is_lost_halved_or_doubled(subject: str) -> None:
    found = figure("tests.faults", subject, "--scale", SCALE, "--seed", str(secrets.randbelow(2**32)))
    assert found["good"], json.dumps(found, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("name", PLANTED)
def test_planted_fault_is_found(name: str) -> None:
    found = figure("tests.faults.planted", name, "1")
    assert found["faults"][PLANTED[name][1]] > 0, json.dumps(found, ensure_ascii=False, indent=1)
