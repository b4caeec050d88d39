"""The mark of an admitted nomination is made in the scope of the enterprise that it placed, and in no other.

Nothing else of a nomination can be written with the mark or after it (ADR 0017).
"""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.persistence.scope import Scope
from core.persistence.session import act
from tests import pilots
from tests.factories import MadeTenant
from tests.integration.onboarding.season import Season, dossier, uscc

NAME = "南京彭岳重工有限公司（虚构）"
STAYS = "changes nothing of it|does not change"
MARK = "state = 'admitted'"


def reported(season: Season, place: MadeTenant | None) -> int:
    """A reported nomination; ``place`` was placed by it, past the policies and without the mark."""
    cycle_id = season.open_cycle()
    found = season.report(dossier(NAME, uscc(1)))
    if place is not None:
        pilots.place(
            season.superuser,
            cycle_id,
            place,
            nominator=season.tenants.city_centre,
            by=season.centre.person_id,
            nomination_id=found,
        )
    return found


def write(season: Season, nomination_id: int, change: str, of: MadeTenant) -> int:
    """How many rows ``change`` wrote, in a scope that reads everything and writes ``of``."""
    statement = f"update nomination set {change} where id = :id returning id"  # noqa: S608 - of this test
    with act(Scope(reads="*", writes=of.id)) as session:
        return len(session.execute(text(statement), {"id": nomination_id}).all())


def test_enterprise_of_the_place_marks_its_nomination(season: Season) -> None:
    found = reported(season, season.tenants.enterprise)
    assert write(season, found, MARK, season.tenants.enterprise) == 1


@pytest.mark.parametrize("placed", [False, True], ids=["nobody has a place", "another has the place"])
def test_who_was_not_placed_by_it_marks_nothing(season: Season, placed: bool) -> None:
    found = reported(season, season.tenants.other_enterprise if placed else None)
    assert write(season, found, MARK, season.tenants.enterprise) == 0


@pytest.mark.parametrize(
    "change",
    [
        "dossier = '{}'",
        "enterprise = '改名'",
        "verifications = '[1]'",
        "reported_at = app_now()",
        "uscc = ''",
    ],
)
def test_nothing_else_is_written_with_the_mark(season: Season, change: str) -> None:
    found = reported(season, season.tenants.enterprise)
    with pytest.raises(DBAPIError, match=STAYS):
        write(season, found, f"{MARK}, {change}", season.tenants.enterprise)
    assert write(season, found, change, season.tenants.city_centre) == 1  # before the mark, by its owner


def test_other_states_are_not_the_enterprises_to_set(season: Season) -> None:
    found = reported(season, season.tenants.enterprise)
    with pytest.raises(DBAPIError, match="row-level security"):
        write(season, found, "state = 'rejected'", season.tenants.enterprise)
    assert write(season, found, "state = 'rejected'", season.tenants.city_centre) == 1


@pytest.mark.parametrize("state", ["returned", "rejected", "withdrawn"])
def test_only_what_was_reported_is_marked(season: Season, state: str) -> None:
    found = reported(season, season.tenants.enterprise)
    write(season, found, f"state = '{state}'", season.tenants.city_centre)
    with pytest.raises(DBAPIError, match="was not reported"):
        write(season, found, MARK, season.tenants.enterprise)
    write(season, found, "state = 'reported'", season.tenants.city_centre)
    assert write(season, found, MARK, season.tenants.enterprise) == 1


@pytest.mark.parametrize("marked", [False, True])
def test_after_the_mark_not_even_its_owner_changes_it(season: Season, marked: bool) -> None:
    found = reported(season, season.tenants.enterprise)
    if marked:
        write(season, found, MARK, season.tenants.enterprise)
    with pytest.raises(DBAPIError, match=STAYS) if marked else nullcontext():
        write(season, found, "dossier = '{}'", season.tenants.city_centre)
