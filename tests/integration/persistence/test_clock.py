"""The one clock: what it shows with and without the offset of 演示时钟, and who may move it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from core.domain.values import BEIJING
from core.persistence import clock
from core.persistence.models import OutboxMessage, Person
from core.persistence.scope import NOBODY, Scope
from core.persistence.session import act, reading
from tests.factories import Tenants

pytestmark = pytest.mark.usefixtures("session")
SCENE = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
"""Midnight in 北京, as the year turns."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def shiftable(owner: psycopg.Connection) -> Iterator[None]:
    owner.execute("grant insert, update, delete on clock_offset to app_user")
    yield
    owner.execute("revoke insert, update, delete on clock_offset from app_user")


def real(session: Session) -> datetime:
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def test_clock_without_an_offset_shows_the_real_time() -> None:
    with reading(NOBODY) as session:
        assert timedelta() <= clock.now(session) - real(session) + SECOND <= SECOND
        assert clock.now(session).utcoffset() is not None


def test_clock_goes_on_inside_a_transaction() -> None:
    with reading(NOBODY) as session:
        first = clock.now(session)
        assert clock.now(session) > first


@pytest.mark.usefixtures("shiftable")
@pytest.mark.parametrize(
    "moment", [SCENE, datetime(2024, 2, 29, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)]
)
def test_shifted_clock_shows_the_moment_and_goes_on(moment: datetime) -> None:
    with act(NOBODY) as session:
        shift = clock.shift_to(session, moment)
    with reading(NOBODY) as session:
        shown = clock.now(session)
        assert moment < shown < moment + 10 * SECOND
        assert abs(shown - shift - real(session)) < SECOND


@pytest.mark.usefixtures("shiftable")
def test_clock_is_shifted_for_everybody_once_the_act_commits() -> None:
    with act(NOBODY) as session:
        clock.shift_to(session, SCENE)
        assert clock.now(session) >= SCENE
        session.rollback()
    with reading(NOBODY) as session:  # nothing was committed
        assert abs(clock.now(session) - real(session)) < SECOND


@pytest.mark.usefixtures("shiftable")
def test_clock_shifted_twice_shows_the_last_moment() -> None:
    for moment in (SCENE, SCENE - timedelta(days=400)):
        with act(NOBODY) as session:
            clock.shift_to(session, moment)
    with reading(NOBODY) as session:
        assert timedelta() < clock.now(session) - (SCENE - timedelta(days=400)) < 10 * SECOND


@pytest.mark.usefixtures("shiftable")
def test_unshifted_clock_shows_the_real_time_again() -> None:
    with act(NOBODY) as session:
        clock.shift_to(session, SCENE)
        clock.unshift(session)
    with reading(NOBODY) as session:
        assert abs(clock.now(session) - real(session)) < SECOND


@pytest.mark.usefixtures("shiftable")
def test_today_is_the_day_in_beijing() -> None:
    with act(NOBODY) as session:
        clock.shift_to(session, SCENE - SECOND * 3600)
        assert clock.today(session) == date(2026, 12, 31)
        clock.shift_to(session, SCENE)
        assert clock.today(session) == date(2027, 1, 1)
        assert clock.now(session).astimezone(BEIJING).hour == 0


@pytest.mark.usefixtures("shiftable")
def test_defaults_of_tables_follow_the_clock(tenants: Tenants) -> None:
    with act(NOBODY) as session:
        clock.shift_to(session, SCENE)
    with act(Scope(writes=tenants.enterprise.id)) as session:
        session.add(message := OutboxMessage(topic="mail", payload={}))
        session.add(person := Person(login_name="zhou", name="周"))
        session.flush()
        assert SCENE < message.created_at < SCENE + 10 * SECOND
        assert SCENE < person.created_at < SCENE + 10 * SECOND


def test_clock_that_was_not_allowed_to_shift_refuses() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), act(NOBODY) as session:
        clock.shift_to(session, SCENE)


@pytest.mark.usefixtures("shiftable")
def test_there_is_one_offset_at_most(superuser: psycopg.Connection) -> None:
    superuser.execute("insert into clock_offset (shift) values ('1 day')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        superuser.execute("insert into clock_offset (shift) values ('2 days')")
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute("insert into clock_offset (only_row, shift) values (false, '2 days')")


def test_table_of_the_session_does_not_move_the_clock(superuser: psycopg.Connection) -> None:
    """Not even where a temporary table of the same name comes first in the search path."""
    superuser.execute("create temporary table clock_offset (shift interval)")
    superuser.execute("insert into clock_offset values ('100 years')")
    superuser.execute("set search_path = pg_temp, public")
    row = superuser.execute("select app_now() - clock_timestamp() < interval '1 second'").fetchone()
    assert row == (True,)
