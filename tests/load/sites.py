"""A site with many tenants and one unit in which much has happened, with readers who have signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import psycopg
from flask import Flask

from core.config import load
from core.domain.roles import Role
from core.persistence.db import db
from core.persistence.server import EmbeddedServer
from core.services.directory import PAGE
from core.web.session import RULES as RULES_OF
from core.web.site import make_site
from tests import factories
from tests.factories import Tenants
from tests.integration.accounts.world import RULES, World
from tests.integration.web.visitor import Visitor
from tests.load.tenants import make_entries, make_tenants

SIZES: Final = (10, 1_000, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """An address, and who reads it.

    ``{unit}`` stands for the id of the large one; ``{tenant}``, ``{grant}``, ``{invitation}`` and ``{event}``
    for ids near the end of a list.
    """

    address: str
    reader: Role

    def __str__(self) -> str:
        return f"{self.address} ({self.reader})"


def _read_by(reader: Role, *addresses: str) -> tuple[ListPage, ...]:
    return tuple(ListPage(address=address, reader=reader) for address in addresses)


UNIT: Final = "/units/{unit}"
LISTS: Final = (
    *_read_by(Role.PROVINCE_HR, "/units", f"{UNIT}/record", "/tasks"),
    *_read_by(Role.CITY_HR, "/units", f"{UNIT}/people", f"{UNIT}/history", f"{UNIT}/record", "/tasks"),
    *_read_by(
        Role.ENTERPRISE_HR,
        *(f"{UNIT}/people", f"{UNIT}/invitations", f"{UNIT}/history", f"{UNIT}/record", "/tasks"),
    ),
)
"""Every list, as those read it whom it is for."""
SIFTED: Final = (
    *_read_by(Role.PROVINCE_HR, "/units?q=企业9", "/units?q=没有这家", "/units?kind=enterprise&city=320100"),
    *_read_by(Role.CITY_HR, "/units?q=企业9", "/units?q=没有这家", "/units?kind=enterprise"),
    *_read_by(
        Role.ENTERPRISE_HR,
        *(f"{UNIT}/people?q=职工9", f"{UNIT}/people?q=没有这人", f"{UNIT}/people?ended=yes"),
        *(f"{UNIT}/people?role=enterprise_hr", f"{UNIT}/record?subject=tenant"),
        *(f"{UNIT}/record?action=person:disable", f"{UNIT}/record?since=2090-01-01"),
    ),
)
"""Lists with filters: which find much, little and nothing."""
DEEP: Final = (
    *_read_by(Role.PROVINCE_HR, "/units?after={tenant}", f"{UNIT}/record?before={{event}}"),
    *_read_by(Role.CITY_HR, "/units?after={tenant}"),
    *_read_by(
        Role.ENTERPRISE_HR,
        *(f"{UNIT}/people?before={{grant}}", f"{UNIT}/invitations?before={{invitation}}"),
        *(f"{UNIT}/history?before={{event}}", f"{UNIT}/record?before={{event}}"),
    ),
)
"""Lists at their last page."""
NEAR_THE_END: Final = """
select (select max(id) - 5 from tenant) as tenant,
    (select min(id) + 5 from role_grant where tenant_id = %(unit)s) as grant,
    (select min(id) + 5 from invitation where tenant_id = %(unit)s) as invitation,
    (select min(seq) + 5 from audit_event where tenant_id = %(unit)s) as event
"""


@dataclass(frozen=True, slots=True)
class LoadedSite:
    """``size`` enterprises, one of which has as many people, invitations and events, but a page of each.

    What grows from size to size is what lies behind a page, not what is on it.
    """

    size: int
    app: Flask
    readers: Mapping[Role, Visitor]
    ids: Mapping[str, int]

    def address(self, page: ListPage) -> str:
        return page.address.format_map(self.ids)

    def leave(self) -> None:
        """Leave the connections to the process that this one was made from."""
        with self.app.app_context():
            db.engine.dispose(close=False)

    def close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()


def loaded(server: EmbeddedServer, database: str, size: int) -> LoadedSite:
    """Fill a migrated ``database`` and sign a reader of each kind in."""
    app = make_site(load({"SHOUXI_ENV": "test"}), server.databases(database).user_url)
    app.extensions[RULES_OF] = RULES
    with server.connect(database) as superuser:
        tenants = factories.tenants(superuser)
        readers = _readers(app, superuser, tenants)
        hr = readers[Role.ENTERPRISE_HR].account
        assert hr is not None
        make_tenants(superuser, size)
        make_entries(superuser, tenants.enterprise.id, max(size, 3 * PAGE), by=hr.person_id)
        ids = _ids(superuser, tenants.enterprise.id)
    return LoadedSite(size, app, MappingProxyType(readers), MappingProxyType(ids))


def _readers(app: Flask, superuser: psycopg.Connection, tenants: Tenants) -> dict[Role, Visitor]:
    world, readers = World(superuser, tenants), {}
    places = {
        Role.PROVINCE_HR: tenants.province_hr,
        Role.CITY_HR: tenants.city_hr,
        Role.ENTERPRISE_HR: tenants.enterprise,
    }
    for role, where in places.items():
        with app.app_context():
            account = world.account("沈知行", (where, role), codes=True)
        readers[role] = Visitor(app, world)
        readers[role].sign_in(account)
    return readers


def _ids(superuser: psycopg.Connection, unit: int) -> dict[str, int]:
    found = superuser.execute(NEAR_THE_END, {"unit": unit})
    row = found.fetchone()
    assert row is not None
    assert found.description is not None
    return {"unit": unit, **dict(zip((each.name for each in found.description), row, strict=True))}
