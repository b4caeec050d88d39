"""The subject of two officers finds what happens when nobody waits for anybody."""

from __future__ import annotations

import json
import subprocess
import sys

from core import paths
from tests.faults.planted_decision import FAULT


def test_planted_fault_of_decisions_is_found() -> None:
    command = [sys.executable, "-m", "tests.faults.planted_decision", "1"]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["faults"][FAULT] > 0, json.dumps(found, ensure_ascii=False, indent=1)
