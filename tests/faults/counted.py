"""The tests that count (guesses, tampered and good chains), all of them at the counts of a release.

`dev.py test` runs them at a tenth. They are marked ``release``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from core import paths
from tests.faults.figures import Figure

COMMAND: Final = (sys.executable, "-m", "pytest", "-q", "-m", "release", "tests/unit", "tests/integration")


def run(figure: Figure) -> None:
    """In a process of their own, with ``SHOUXI_TEST_SCALE`` 1."""
    with tempfile.TemporaryDirectory(prefix="shouxi-counted-") as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [*COMMAND, f"--junit-xml={report}"],
            cwd=paths.ROOT,
            env={**os.environ, "SHOUXI_TEST_SCALE": "1"},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - written by pytest just now
        found = [suite.attrib for suite in suites]
    figure.counts["tests"] = sum(int(each["tests"]) for each in found)
    figure.faults["tests that failed"] = sum(int(each["failures"]) + int(each["errors"]) for each in found)
    if done.returncode:
        figure.notes.append(done.stdout[-2000:])
