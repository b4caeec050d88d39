"""Editions for tests alone: a package of ``core.rulebook`` is one, wherever that package finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import rulebook


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the editions of this folder be installed until the test ends."""
    monkeypatch.setattr(rulebook, "__path__", [*rulebook.__path__, str(Path(__file__).parent)])
