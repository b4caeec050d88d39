"""A season with an admitted enterprise that makes its plan."""

from __future__ import annotations

import pytest

from tests.integration.onboarding.conftest import season, set_clock
from tests.integration.onboarding.season import Season
from tests.integration.plans.maker import BEGUN, COMPLETED, Maker, begun, completed, laid
from tests.integration.scenes import Scenes

__all__ = ["maker", "ready", "season", "set_clock"]


@pytest.fixture
def maker(season: Season, scenes: Scenes) -> Maker:
    """An enterprise without a folder, which has begun its plan."""
    return laid(BEGUN, scenes, season, begun)


@pytest.fixture
def ready(season: Season, scenes: Scenes) -> Maker:
    """The same with a plan that has no finding."""
    return laid(COMPLETED, scenes, season, completed)
