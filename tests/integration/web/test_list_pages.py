"""Lists cost the same with ten tenants and with ten thousand: statements, rows fetched, bytes sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.domain.roles import Role
from core.persistence.db import db
from core.persistence.server import EmbeddedServer
from core.services.directory import PAGE
from core.services.tasks import MOST as MOST_TASKS
from tests.counting import MOST, Work, counted
from tests.integration.conftest import migrated
from tests.load.sites import DEEP, LISTS, SHORT, SIFTED, SIZES, ListPage, LoadedSite, loaded
from tests.unit.web.pages import read_page

FEW = ListPage(address="/units/{unit}/people", reader=Role.CITY_HR)
"""From above only those who answer for an enterprise are seen."""
OTHERS = 9
"""Of what a page needs beside its list a row each: two scopes, session, unit and the like."""
OF_A_CITY = 2 * 7
"""In how many ways nominations of a city are counted: by channel and state."""
CITIES = 13
MOST_BYTES = 60 * 1024
FULL = [page for page in LISTS if not page.address.endswith("/tasks") and page != FEW]


@pytest.fixture(scope="session")
def sites(shared_server: EmbeddedServer, worker_id: str, testrun_uid: str) -> Iterator[list[LoadedSite]]:
    """One for each of SIZES."""
    names = {size: migrated(shared_server, testrun_uid, f"lists_{worker_id}_{size}") for size in SIZES}
    made = [loaded(shared_server, name, size) for size, name in names.items()]
    yield made
    for each in made:
        each.close()


def cost(site: LoadedSite, page: ListPage) -> tuple[Work, str]:
    """What a page costs that was opened before: templates are compiled then, rules read."""
    visitor, address = site.readers[page.reader], site.address(page)
    visitor.page(address)
    with site.app.app_context():
        engine = db.engine
    with counted(engine) as work:
        answer = visitor.get(address)
    assert answer.status_code == 200
    return work, answer.text


def most_rows(page: ListPage) -> int:
    """A page of the list and one row more, which says whether there is a next; tasks are of two sources.

    Beside nominations stands the quota of the city, beside a cycle that of all cities.
    """
    if page.address.endswith("/tasks"):
        return OTHERS + 2 * MOST_TASKS
    if page.address.startswith("/cycles/"):
        return OTHERS + CITIES * OF_A_CITY
    return OTHERS + PAGE + 1 + (OF_A_CITY if page.address.startswith("/nominations") else 0)


@pytest.mark.parametrize("page", [*LISTS, *SHORT, *SIFTED, *DEEP], ids=str)
def test_list_costs_the_same_at_every_size(sites: list[LoadedSite], page: ListPage) -> None:
    costs = [cost(site, page) for site in sites]
    statements = [work.statements for work, _ in costs]
    assert statements == statements[:1] * len(SIZES), [str(work) for work, _ in costs]
    for work, text in costs:
        assert work.statements <= MOST, work
        assert work.rows <= most_rows(page), work
        assert len(text.encode()) <= MOST_BYTES


@pytest.mark.parametrize("page", FULL, ids=str)
def test_list_is_a_page_long(sites: list[LoadedSite], page: ListPage) -> None:
    """The twin: what was counted is a page full of rows, with a way to the next one."""
    for site in sites[1:]:
        shown = read_page(site.readers[page.reader].page(site.address(page)))
        assert len(shown.all("tr")) == 1 + PAGE
        assert "下一页" in shown.text["main"][0]
