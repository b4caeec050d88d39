"""Setting up the demo: bodies, enterprises and people, each by the act that would do it in earnest.

The platform is founded, its 安全管理员 invites the province, the province the cities; cities nominate, the
province admits (``season``), whom it invites brings in the others, and so on; everybody accepts, enrols and
signs out. So the record of acts tells how it came about. What is there is not made again: a set-up that was
cut short goes on at the next start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any, Final

from fasteners import InterProcessLock
from flask import Flask
from sqlalchemy import Row, select

from core import paths
from core.config import Databases, Settings
from core.demo import cast
from core.demo.acts import Acts, There
from core.demo.nominees import Nominee
from core.demo.papers import store_of
from core.demo.people import kept_passwords, require_demo
from core.demo.planning import Planning
from core.demo.season import Planned, Season
from core.domain.enterprise import Enterprise
from core.domain.errors import DomainError
from core.domain.roles import Role, TenantKind
from core.domain.values import BEIJING
from core.persistence import clock
from core.persistence.db import db
from core.persistence.models import ClockOffset, Person, RoleGrant, Tenant
from core.persistence.scope import Scope
from core.persistence.session import act, init_app, reading
from core.plugin_host.tenants import read_tenant
from core.services.founding import EVERYTHING, NewTenant

FOUNDED: Final = datetime(2026, 10, 12, 9, 0, tzinfo=BEIJING)
CITIES_CAME: Final = datetime(2026, 10, 14, 9, 0, tzinfo=BEIJING)
YEAR_OPENED: Final = datetime(2026, 10, 19, 9, 30, tzinfo=BEIJING)
INVITED: Final = timedelta(minutes=15)
"""How long after an enterprise was admitted its people come."""
SCENE: Final = datetime(2026, 11, 16, 9, 0, tzinfo=BEIJING)
"""When the demo opens: a Monday, a week before applications, and plans stand in every stage (``plans``)."""

HASTE: Final = {"options": "-c synchronous_commit=off"}
"""On the embedded server no act of the set-up waits for the disk: one that a crash took is done again at the
next start, and commits come back in their order."""


class ForeignData(DomainError):
    """The database has tenants that the demo did not make."""


def seed(settings: Settings, databases: Databases) -> None:
    """Set up whatever is missing of the demo in a migrated database; quick when nothing is.

    Raises ``NotADemo`` outside the demo and ``ForeignData`` for a database that was not made by it.
    """
    require_demo(settings)
    app = Flask(__name__)
    if settings.databases is None:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": HASTE}
    init_app(app, databases.user_url)
    settings.var.mkdir(parents=True, exist_ok=True)
    with InterProcessLock(settings.var / "demo.lock"), app.app_context():
        try:
            _seed(settings)
        finally:
            db.engine.dispose()


def _seed(settings: Settings) -> None:
    shifted, occupied, hats = _state()
    if occupied and not shifted:
        raise ForeignData(
            "数据库中已有单位，且不是演示数据，没有写入。换一个空的数据库，或设置 SHOUXI_ENV=production。"
        )
    there = [
        There(row.login_name, row.id, row.name, Role(row.role), row.tenant_id, row.city_code) for row in hats
    ]
    acts = Acts(settings, kept_passwords(settings.var), there)
    store = store_of(settings)
    season = Season(acts, store)
    planning = Planning(acts, acts.rules.keys, store, frozenset(each.uscc for each in season.nominees))
    everybody = cast.hats() <= {cast.Hat(row.login_name, row.role, row.short_name) for row in hats}
    if everybody and season.complete and planning.complete:
        return
    _set_clock(FOUNDED, anew=not shifted)
    for body in (cast.PLATFORM, *cast.PROVINCE, cast.BRANCH):
        acts.settle(_body(body), body.parts)
    _set_clock(CITIES_CAME)
    for city_code in cast.OFFICIALS:
        for body in cast.bodies_of(city_code):
            acts.settle(_body(body), body.parts)
    _set_clock(YEAR_OPENED)
    acts.open_year()
    steps = [*season.planned(), *_arrivals(acts, season), *planning.planned()]
    for moment, step in sorted(steps, key=itemgetter(0)):
        _set_clock(moment)
        step()
    _set_clock(SCENE)


def _arrivals(acts: Acts, season: Season) -> Iterator[Planned]:
    """When the people of each enterprise come."""
    for enterprise in cast.ENTERPRISES:
        new = _enterprise(enterprise)
        yield season.admitted_at(str(new.uscc)) + INVITED, partial(acts.settle, new, enterprise.parts)
    nominated = {each.uscc: each for each in season.nominees}
    for newcomer in cast.NEWCOMERS:
        if newcomer.uscc in nominated:
            new = _newcomer(nominated[newcomer.uscc])
            yield season.admitted_at(newcomer.uscc) + INVITED, partial(acts.settle, new, newcomer.parts)


def _state() -> tuple[bool, bool, list[Row[Any]]]:
    """Whether the clock is shifted, whether there are tenants, and the hats of the cast."""
    hats = (
        select(
            Person.id,
            Person.login_name,
            Person.name,
            RoleGrant.role,
            RoleGrant.tenant_id,
            Tenant.short_name,
            Tenant.city_code,
        )
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Tenant, Tenant.id == RoleGrant.tenant_id)
        .where(Person.login_name.in_(cast.login_names()))
    )
    with reading(EVERYTHING) as session:
        shifted = session.execute(select(ClockOffset.shift)).first() is not None
        occupied = session.execute(select(Tenant.id).limit(1)).first() is not None
        return shifted, occupied, list(session.execute(hats))


def _set_clock(moment: datetime, *, anew: bool = False) -> None:
    """Let the clock run on from ``moment``, unless it is past that; ``anew``, when it was never set."""
    with act(Scope()) as session:
        if anew or clock.now(session) < moment:
            clock.shift_to(session, moment)


def _body(body: cast.Body) -> NewTenant:
    return NewTenant(kind=body.kind, name=body.name, short_name=body.short_name, city_code=body.city_code)


def _newcomer(nominee: Nominee) -> NewTenant:
    """An enterprise as it was nominated."""
    return NewTenant(
        kind=TenantKind.ENTERPRISE,
        name=nominee.name,
        short_name=nominee.short_name,
        city_code=nominee.city_code,
        uscc=nominee.uscc,
    )


def _enterprise(enterprise: cast.Enterprise) -> NewTenant:
    """The enterprise as its folder has it."""
    folder = read_tenant(enterprise.slug, paths.TENANTS / enterprise.slug)
    facts = folder.enrolment.enterprise
    if not isinstance(facts, Enterprise):
        raise DomainError(f"tenants/{enterprise.slug}/enrolment.yaml 中没有 enterprise。补充后重新启动。")
    return NewTenant(
        kind=TenantKind.ENTERPRISE,
        name=folder.name,
        short_name=enterprise.short_name,
        city_code=str(facts.city_code),
        uscc=folder.uscc,
        slug=enterprise.slug,
    )
