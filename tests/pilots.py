"""Cycles, who was admitted to them and what they were given, for tests: written by a superuser."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Final

import psycopg

from core.audit import Action, Subject, record
from core.domain.roles import Actor
from core.persistence.scope import Scope
from core.persistence.session import act
from core.uploads import Kind, Store
from tests.factories import MadeTenant

CONTENT: Final = b"%PDF-1.4 what a body has published"
_numbers = count(10**12)
"""Of nominations that are not there: no real one has them."""


def cycle(connection: psycopg.Connection, by: int, *, year: int = 2023) -> int:
    """A cycle that the person ``by`` of the province opened, on the days of the scheme; returns its id.

    A further one in a year has its reason.
    """
    row = connection.execute(
        "with before as (select count(*) as rounds from pilot_cycle where year = %(year)s)"
        " insert into pilot_cycle (code, year, round, edition, mode, nomination, plan_report, list_formed,"
        " provincial_publicity_start, year_end, usual_quota, quotas, clusters, second_reason, opened_by,"
        " opened_role) select %(year)s || case when rounds > 0 then '-' || rounds + 1 else '' end, %(year)s,"
        " rounds + 1, 'js2023', 'pilot', make_date(%(year)s, 11, 10), make_date(%(year)s, 11, 20),"
        " make_date(%(year)s, 12, 15), make_date(%(year)s, 12, 20), make_date(%(year)s, 12, 31), 1, '[]',"
        " '[]', '补充试点', %(by)s, 'province_hr' from before returning id",
        {"year": year, "by": by},
    ).fetchone()
    assert row
    return int(row[0])


def place(
    connection: psycopg.Connection,
    cycle_id: int,
    where: MadeTenant,
    *,
    nominator: MadeTenant,
    by: int,
    channel: str = "city",
    nomination_id: int | None = None,
) -> int:
    """The enterprise ``where`` admitted to a cycle; returns the id of a nomination that need not be there."""
    nomination_id = nomination_id or next(_numbers)
    connection.execute(
        "insert into cycle_place (tenant_id, cycle_id, nomination_tenant_id, nomination_id, channel,"
        " quota_class, admitted_by) values (%s, %s, %s, %s, %s, 'ordinary', %s)",
        [where.id, cycle_id, nominator.id, nomination_id, channel, by],
    )
    return nomination_id


def admission(where: MadeTenant, nomination_id: int, actor: Actor) -> None:
    """What the record of ``where`` says of its admission."""
    with act(Scope(reads="*", writes=where.id)) as session:
        record(
            session,
            tenant_id=where.id,
            actor=actor,
            action=Action.NOMINATION_ADMIT,
            subject=Subject("nomination", nomination_id, where.name),
        )


def entry(
    connection: psycopg.Connection,
    cycle_id: int,
    where: MadeTenant,
    *,
    by: int,
    kind: str = "policy_advice",
    given_on: date = date(2023, 11, 6),
    summary: str = "解读实施方案。",
    unit: str = "南京市职业技能鉴定中心",
) -> int:
    """A service to ``where``; returns its id."""
    row = connection.execute(
        "insert into guidance_entry (tenant_id, cycle_id, kind, summary, given_by, given_by_unit, given_on)"
        " values (%s, %s, %s, %s, %s, %s, %s) returning id",
        [where.id, cycle_id, kind, summary, by, unit, given_on],
    ).fetchone()
    assert row
    return int(row[0])


def file(
    connection: psycopg.Connection,
    cycle_id: int,
    where: MadeTenant,
    title: str,
    *,
    by: int,
    store: Store | None = None,
) -> int:
    """A reference file of the body ``where``; returns its id. With a ``store``, its bytes are in it."""
    row = connection.execute(
        "insert into guidance_file (tenant_id, cycle_id, title, published_by_unit, city_code, published_by)"
        " values (%s, %s, %s, %s, %s, %s) returning id",
        [where.id, cycle_id, title, where.name, where.city_code, by],
    ).fetchone()
    assert row
    if store is not None:
        attach(connection, where.id, "guidance_file", row[0], f"{title}.pdf", by=by, store=store)
    return int(row[0])


def attach(
    connection: psycopg.Connection,
    tenant_id: int,
    subject_type: str,
    subject_id: int,
    name: str,
    *,
    by: int,
    store: Store,
) -> None:
    """A file at a thing that a body published, with its bytes in ``store``."""
    digest = bytes.fromhex(store.put(tenant_id, CONTENT))
    connection.execute(
        "insert into attachment (tenant_id, subject_type, subject_id, purpose, digest, name, media_type,"
        " size, uploaded_by) values (%s, %s, %s, 'reference', %s, %s, %s, %s, %s)",
        [tenant_id, subject_type, subject_id, digest, name, Kind.PDF.media_type, len(CONTENT), by],
    )
