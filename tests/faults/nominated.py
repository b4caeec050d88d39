"""Nominations for the faults: verified ones in the harness's database, which wait for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psycopg

from core.domain.roles import Actor
from core.persistence.scope import Scope
from core.persistence.session import act
from core.services.nominations import admission
from tests import factories
from tests.faults.harness import World
from tests.integration.onboarding.season import OPENED, Season, dossier, uscc

CLOCK: Final = """
insert into clock_offset (shift) values (%(moment)s - clock_timestamp())
on conflict (only_row) do update set shift = excluded.shift
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nominations that were verified, in the order of their enterprises' numbers; who decides on them."""

    unit: int
    officers: tuple[Actor, Actor]
    nominations: tuple[int, ...]
    numbers: tuple[str, ...]


def waiting(world: World, count: int) -> Waiting:
    """``count`` nominations of one city, with room for all of them in its quota."""
    with world.superuser() as connection, world.application():
        connection.execute(CLOCK.encode(), {"moment": OPENED})
        season = Season(connection, factories.tenants(connection))
        season.open_cycle()
        season.raise_quota(count + 1)
        numbers = tuple(map(uscc, range(1, count + 1)))
        found = tuple(_verified(season, number) for number in numbers)
        return Waiting(season.tenants.city_centre.id, (season.province, season.centre), found, numbers)


def _verified(season: Season, number: str) -> int:
    found = season.report(dossier(f"企业{number}（虚构）", number))
    season.verify(found)
    return found


def admit(who: Actor, unit: int, nomination_id: int, number: str) -> int:
    """确定为试点企业 as the page does it; returns the tenant."""
    with act(Scope(reads="*", person=who.person_id)) as session:
        tenant_id = admission.tenant_for(session, uscc=number)
    with act(Scope(reads="*", writes=tenant_id, person=who.person_id)) as session:
        return admission.admit(
            session,
            actor=who,
            tenant_id=tenant_id,
            nominator_id=unit,
            nomination_id=nomination_id,
            short_name=number[-6:],
            principal="傅临川",
        ).tenant_id


def strangers(connection: psycopg.Connection, query: str, values: object) -> int:
    """How many rows a query finds that must find none."""
    return len(connection.execute(query.encode(), [values]).fetchall())
