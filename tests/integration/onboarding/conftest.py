"""A season that begins on the day the province opens it, and a clock to move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest
from sqlalchemy.orm import Session

from tests.factories import Tenants
from tests.integration.onboarding.season import OPENED, Season

SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(superuser: psycopg.Connection) -> SetClock:
    """Let the clock run on from a moment."""

    def to(moment: datetime) -> None:
        superuser.execute(
            "insert into clock_offset (shift) values (%(moment)s - clock_timestamp())"
            " on conflict (only_row) do update set shift = excluded.shift",
            {"moment": moment},
        )

    return to


@pytest.fixture
def season(session: Session, superuser: psycopg.Connection, tenants: Tenants, set_clock: SetClock) -> Season:
    set_clock(OPENED)
    return Season(superuser, tenants)
