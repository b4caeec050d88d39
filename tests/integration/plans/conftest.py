"""A season with an admitted enterprise that makes its plan."""

from __future__ import annotations

import pytest

from tests.integration.onboarding.conftest import season, set_clock
from tests.integration.onboarding.season import Season
from tests.integration.plans.maker import Maker, admitted

__all__ = ["maker", "ready", "season", "set_clock"]


@pytest.fixture
def maker(season: Season) -> Maker:
    """An enterprise without a folder, which has begun its plan."""
    found = admitted(season)
    found.open()
    return found


@pytest.fixture
def ready(maker: Maker) -> Maker:
    """The same with a plan that has no finding."""
    maker.complete()
    return maker
