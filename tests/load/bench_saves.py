"""Saves of the studio against the floor page: one field sent, kept, the whole plan compiled and checked.

The answer is what of the page the save has changed, as for a browser with scripts. The plan is complete and
without a finding; every save types another value than stands, so nothing that was compiled before is used.
Rounds as in ``bench_lists``.
"""

from __future__ import annotations

import atexit
import re
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
from flask import Flask
from sqlalchemy import create_engine

from core.config import load
from core.domain.roles import Role, TenantKind
from core.persistence.db import db
from core.persistence.migrate import upgrade
from core.persistence.server import SUPERUSER, USER, start
from core.web.session import RULES as RULES_OF
from core.web.site import make_site
from tests import factories
from tests.factories import MadeTenant
from tests.faults.nominated import CLOCK
from tests.integration.accounts.world import RULES, World
from tests.integration.onboarding.season import OPENED, Season
from tests.integration.plans.maker import NAME, Maker, admitted
from tests.integration.web.visitor import Visitor
from tests.load.bench_lists import CALLS, Contestant, contestant, laps, spread
from tests.load.floor import floor_page
from tests.load.ratios import ROUNDS, Run
from tests.load.serving import Send, served
from tests.load.tenants import make_tenants

DATABASE: Final = "saves"
TENANTS: Final = 1_000
FIELDS: Final = {
    "incentives": "/value/monthly_allowance_yuan",
    "schedule": "/section",
    "rubric": "/value/based_on",
}
"""A small part, one that plans back, and the largest; of each a field."""


def main() -> None:
    print(f"\na save with a full re-check over the floor page, medians of {ROUNDS} rounds of {CALLS} calls\n")
    print("| save of | over the floor | processor: over | ms |")
    print("|---|---|---|---|")
    with floor_and_saves() as (floor, saves):
        for part, save in saves.items():
            print(row(part, floor, save), flush=True)


def row(part: str, floor: Contestant, save: Contestant) -> str:
    found = laps([floor, save])
    over = spread([lap.wall[1] / lap.wall[0] for lap in found])
    worked = statistics.median(lap.processor[1] / lap.processor[0] for lap in found)
    mine, base = (statistics.median(lap.wall[place] for lap in found) * 1e3 for place in (1, 0))
    return f"| `{part}` | {over} | {worked:.1f} | {mine:.1f} / {base:.1f} |"


@contextmanager
def floor_and_saves() -> Iterator[tuple[Contestant, dict[str, Contestant]]]:
    """The floor page, and a save of each of FIELDS, on one database."""
    folder = tempfile.mkdtemp(prefix="shouxi-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after PostgreSQL has stopped
    with ExitStack() as stack:
        server = start(Path(folder))
        upgrade(server.databases(DATABASE).owner_url)
        app = make_site(load({"SHOUXI_ENV": "test"}), server.databases(DATABASE).user_url)
        app.extensions[RULES_OF] = RULES
        with server.connect(DATABASE) as superuser:
            visitor, maker = editing(superuser, app)
            address = f"/units/{maker.tenant_id}/plans/{maker.plan_id}/parts/"
            token = visitor.form_token()
            cookies = visitor.get(address + "rubric").request.headers["Cookie"]
            shown = {part: standing(visitor.page(address + part)) for part in FIELDS}
        with app.app_context():
            revisions = {part: maker.kept().revision(part) for part in FIELDS}
            db.engine.dispose()
        engine = create_engine(server.url(SUPERUSER, DATABASE), pool_size=1)
        floor = stack.enter_context(served(floor_page(engine), partial(engine.dispose, close=False)))
        site = stack.enter_context(served(app, lambda: None))
        saves = {
            part: contestant(
                saving(
                    site.sending(address + part, cookies),
                    part,
                    {"csrf_token": token, "autosave": "1", "standing": shown[part]},
                    revisions[part],
                ),
                site,
                server,
                DATABASE,
                USER,
            )
            for part in FIELDS
        }
        yield contestant(floor.opening("/page"), floor, server, DATABASE, SUPERUSER), saves


def editing(superuser: psycopg.Connection, app: Flask) -> tuple[Visitor, Maker]:
    """An enterprise with a whole plan, among others, and its HR officer, who has signed in."""
    superuser.execute(CLOCK.encode(), {"moment": OPENED})
    tenants = factories.tenants(superuser)
    visitor = Visitor(app, World(superuser, tenants))
    with app.app_context():
        maker = admitted(Season(superuser, tenants))
        maker.open()
        maker.complete()
        unit = MadeTenant(maker.tenant_id, TenantKind.ENTERPRISE, NAME, factories.NANJING)
        account = visitor.world.account("沈知行", (unit, Role.ENTERPRISE_HR), codes=True)
    visitor.sign_in(account)
    make_tenants(superuser, TENANTS)
    return visitor, maker


def standing(page: str) -> str:
    """What a page of the studio says it shows."""
    found = re.search(r'name="standing" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def saving(send: Send, part: str, sent: Mapping[str, str], revision: int) -> Run:
    """A save of a field of a part, with the revision that the last one left and a value of its own."""
    revisions, values = count(revision), count(1_000)

    def run() -> None:
        typed = {FIELDS[part]: str(next(values)), "revision": str(next(revisions))}
        send({**typed, **sent})

    return run


if __name__ == "__main__":
    main()
