"""The harness at a tenth of its counts finds nothing; with a planted fault it finds that."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from typing import Any

from core import paths
from tests.faults.__main__ import SUBJECTS
from tests.faults.planted import PLANTED
from tests.faults.planted_plans import PLANTED as PLANTED_IN_PLANS

SCALE = "0.1"


def figures(*command: str) -> dict[str, dict[str, Any]]:
    """By subject, the figures that a process of the harness prints. It forks, so it must not be pytest's.

    All are of one process: they share its server, and what it takes to start one.
    """
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    found = {each["subject"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert found, done.stderr
    return found


def test_nothing_is_lost_halved_or_doubled() -> None:
    seed = str(secrets.randbelow(2**32))
    found = figures("tests.faults", "--haste", "--scale", SCALE, "--seed", seed)
    assert set(found) == set(SUBJECTS)
    wrong = [each for each in found.values() if not each["good"]]
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)


def test_every_planted_fault_is_found() -> None:
    found = figures("tests.faults.planted", "1")
    assert set(found) == set(PLANTED)
    missed = [each for name, each in found.items() if not each["faults"][PLANTED[name][1]]]
    assert not missed, json.dumps(missed, ensure_ascii=False, indent=1)


def test_every_planted_fault_of_plans_is_found() -> None:
    found = figures("tests.faults.planted_plans", "1")
    assert set(found) == set(PLANTED_IN_PLANS) <= set(SUBJECTS)
    missed = [each for name, each in found.items() if not each["faults"][PLANTED_IN_PLANS[name]]]
    assert not missed, json.dumps(missed, ensure_ascii=False, indent=1)
