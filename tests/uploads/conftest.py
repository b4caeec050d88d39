"""The child process that examines, one for all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.uploads import Inspector


@pytest.fixture(scope="session")
def inspector() -> Iterator[Inspector]:
    with Inspector() as made:
        yield made
