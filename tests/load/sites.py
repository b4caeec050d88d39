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
from tests.load.onboarding import make_cycle
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
ONBOARDING: Final = (
    *_read_by(Role.PROVINCE_HR, "/overview/enterprises"),
    *_read_by(Role.CITY_HR, "/overview/enterprises"),
    *_read_by(Role.PROVINCE_HR, "/nominations", "/sanctions", "/guidance", "/guidance/files"),
    *_read_by(Role.CITY_HR, "/nominations", f"{UNIT}/guidance"),
    *_read_by(Role.CITY_CENTRE, "/nominations", "/tasks"),
    *_read_by(Role.PROVINCE_CENTRE, "/tasks"),
    *_read_by(Role.ENTERPRISE_HR, "/guidance/files", f"{UNIT}/guidance"),
)
"""The lists of a cycle."""
SHORT: Final = (
    *_read_by(Role.PROVINCE_HR, "/cycles", "/cycles/{cycle}", "/calendar"),
    *_read_by(Role.PROVINCE_HR, "/overview", "/overview?table=matters"),
    *_read_by(Role.CITY_HR, "/overview", "/cycles/{cycle}", "/guidance", UNIT),
    *_read_by(Role.CITY_CENTRE, "/units/{centre}/nominations/{nomination}"),
    *_read_by(Role.ENTERPRISE_HR, UNIT),
)
"""Pages that have less than a page of rows, whatever lies behind them."""
LISTS: Final = (
    *ONBOARDING,
    *_read_by(Role.PROVINCE_HR, "/units", f"{UNIT}/record", "/tasks"),
    *_read_by(Role.CITY_HR, "/units", f"{UNIT}/people", f"{UNIT}/history", f"{UNIT}/record", "/tasks"),
    *_read_by(
        Role.ENTERPRISE_HR,
        *(f"{UNIT}/people", f"{UNIT}/invitations", f"{UNIT}/history", f"{UNIT}/record", "/tasks"),
    ),
)
"""Every list, as those read it whom it is for."""
SIFTED: Final = (
    *_read_by(Role.PROVINCE_HR, "/units?sort=-name", "/units?sort=city", "/units?sort=-created"),
    *_read_by(
        Role.PROVINCE_HR, "/nominations?q=企业9", "/nominations?q=没有这家", "/nominations?state=reported"
    ),
    *_read_by(
        Role.PROVINCE_HR, "/overview/enterprises?city=320500", "/overview/enterprises?stage=plan_draft"
    ),
    *_read_by(Role.PROVINCE_HR, "/overview/enterprises?only=late", "/overview/enterprises?only=quota"),
    *_read_by(Role.PROVINCE_HR, "/nominations?city=320500&class=ordinary", "/guidance?only=unguided"),
    *_read_by(Role.PROVINCE_HR, "/sanctions?state=standing", "/sanctions?q=没有这件"),
    *_read_by(Role.CITY_HR, "/units?sort=-name", "/nominations?state=submitted", "/guidance?only=unguided"),
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
    *_read_by(Role.PROVINCE_HR, "/nominations?before={nomination_before}", "/guidance?after={tenant}"),
    *_read_by(Role.PROVINCE_HR, "/guidance/files?before={file}"),
    *_read_by(Role.CITY_HR, "/nominations?before={nomination_before}"),
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
    (select min(seq) + 5 from audit_event where tenant_id = %(unit)s) as event,
    (select max(id) from pilot_cycle) as cycle, %(centre)s::bigint as centre,
    (select min(id) + 5 from nomination) as nomination_before,
    (select min(id) + 5 from guidance_file) as file,
    (select min(id) from nomination where tenant_id = %(centre)s) as nomination
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
        make_cycle(superuser, tenants, by=hr.person_id, count=max(size, 4 * PAGE), page=PAGE)
        ids = _ids(superuser, tenants)
    return LoadedSite(size, app, MappingProxyType(readers), MappingProxyType(ids))


def _readers(app: Flask, superuser: psycopg.Connection, tenants: Tenants) -> dict[Role, Visitor]:
    world, readers = World(superuser, tenants), {}
    places = {
        Role.PROVINCE_HR: tenants.province_hr,
        Role.PROVINCE_CENTRE: tenants.province_centre,
        Role.CITY_HR: tenants.city_hr,
        Role.CITY_CENTRE: tenants.city_centre,
        Role.ENTERPRISE_HR: tenants.enterprise,
    }
    for role, where in places.items():
        with app.app_context():
            account = world.account("沈知行", (where, role), codes=True)
        readers[role] = Visitor(app, world)
        readers[role].sign_in(account)
    return readers


def _ids(superuser: psycopg.Connection, tenants: Tenants) -> dict[str, int]:
    unit, centre = tenants.enterprise.id, tenants.city_centre.id
    found = superuser.execute(NEAR_THE_END, {"unit": unit, "centre": centre})
    row = found.fetchone()
    assert row is not None
    assert found.description is not None
    return {"unit": unit, **dict(zip((each.name for each in found.description), row, strict=True))}
