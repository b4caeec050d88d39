"""A cycle with experts on a day on which plans are reviewed."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.orm import Session

from tests.factories import Tenants
from tests.integration.onboarding.conftest import SetClock, set_clock
from tests.integration.onboarding.season import OPENED
from tests.integration.reviews.world import REVIEWING, Reviews
from tests.integration.scenes import Scenes

__all__ = ["set_clock"]


@pytest.fixture
def reviews(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, set_clock: SetClock, scenes: Scenes
) -> Reviews:
    set_clock(OPENED)
    world = Reviews(superuser, tenants, scenes=scenes)
    world.open()
    set_clock(REVIEWING)
    return world
