"""What a subject of `dev.py faults` found: counts with seed and machine, as JSON lines and a table."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from pathlib import Path

from core import paths


@dataclass(slots=True)
class Figure:
    """``counts`` say what was done and must be positive; ``faults`` must all be zero."""

    subject: str
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return not any(self.faults.values()) and all(self.counts.values())

    def line(self, machine: Mapping[str, object]) -> str:
        """One line of JSON."""
        fields = {each.name: getattr(self, each.name) for each in fields_of(self)}
        fields["notes"] = list(dict.fromkeys(self.notes))
        return json.dumps({**fields, "good": self.good, "machine": dict(machine)}, ensure_ascii=False)


def machine(postgres: str) -> dict[str, object]:
    """Where the figures come from."""
    command = ["git", "-C", str(paths.ROOT), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": postgres,
        "memory_gib": _memory(),
        "commit": commit or None,
    }


def _memory() -> int | None:
    info = Path("/proc/meminfo")
    return round(int(info.read_text().split()[1]) / 2**20) if info.exists() else None


def table(figures: Sequence[Figure]) -> str:
    """The figures as Markdown, as docs/reliability.md keeps them."""
    rows = [
        "| subject | done | wrong | seed | s |",
        "|---|---|---|--:|--:|",
        *(
            f"| {each.subject} | {_listed(each.counts)} | {_listed(each.faults)} | {each.seed} "
            f"| {each.seconds:.0f} |"
            for each in figures
        ),
    ]
    return "\n".join(rows)


def _listed(counter: Counter[str]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counter.items())
