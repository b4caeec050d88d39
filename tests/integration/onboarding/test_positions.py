"""What the overview counts is what a plain recount of nominations and plans finds, and what lists show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random, SystemRandom
from typing import Any, Final

import psycopg
import pytest
from alembic import command
from psycopg.rows import dict_row
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.domain.cycle_stages import REACHED, CycleStage
from core.domain.places import CITIES
from core.domain.roles import TenantKind
from core.persistence import migrate
from core.persistence.queries.position import DIRECT, Only
from core.persistence.scope import Scope
from core.persistence.server import Databases
from core.persistence.session import act, reading
from core.services import cockpit as service
from core.services import cycles
from tests import factories, pilots
from tests.integration.onboarding.generated import GeneratedCycle

ENTERPRISES: Final = 300
FEW: Final = 30
AFTER_BOTH: Final = date(2026, 11, 25)
"""Nominations and plans are both overdue."""
READ: Final = (
    "nomination",
    "plan",
    "plan_version",
    "plan_review",
    "plan_finding_view",
    "plan_waiver",
    "reopening",
)
ON_THE_WAY: Final = ("admitted", "plan_draft", "plan_publicised", "plan_submitted", "plan_returned")


@pytest.fixture
def generated(superuser: psycopg.Connection, session: Session) -> GeneratedCycle:
    """An empty cycle with the centres of the thirteen cities and three branches; its seed is printed."""
    seed = SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    units = [
        factories.tenant(superuser, TenantKind.CITY_CENTRE, f"{name}中心", code)
        for code, name in CITIES.items()
    ]
    units += [factories.tenant(superuser, TenantKind.CENTRAL_BRANCH, f"分支机构{n}") for n in range(3)]
    by = factories.person(superuser, "经办人").id
    cycle_id = pilots.cycle(superuser, by, year=2026)
    return GeneratedCycle(superuser, Random(seed), cycle_id, by, units)  # noqa: S311


def reopen(generated: GeneratedCycle, number: int) -> None:
    """A deadline opened again for some, up to a day before, on or after the day that is looked at."""
    for each in generated.random.sample(range(ENTERPRISES), number):
        generated.superuser.execute(
            "insert into reopening (cycle_id, uscc, deadline, until, reason, decided_by, decided_name,"
            " decided_role) values (%s, %s, %s, %s, '补办', %s, '某人', 'province_hr')",
            [
                generated.cycle_id,
                f"91{each:016}",
                generated.random.choice(("nomination", "plan_report")),
                generated.random.choice((date(2026, 11, 24), AFTER_BOTH, date(2026, 12, 1))),
                generated.by,
            ],
        )


def rows_of(superuser: psycopg.Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of what is counted, as it is stored."""
    with superuser.cursor(row_factory=dict_row) as cursor:
        return {table: cursor.execute(f"select * from {table}".encode()).fetchall() for table in READ}  # noqa: S608


def recounted(superuser: psycopg.Connection, exempt: set[str], today: date) -> Iterator[dict[str, Any]]:
    """Where each enterprise stands, told in plain Python from what was written."""
    rows = rows_of(superuser)
    for one in rows["nomination"]:
        plans = [each for each in rows["plan"] if each["uscc"] == one["uscc"]]
        found = {"name": one["enterprise"], "stage": one["state"], "returns": 0, "waivers": 0}
        found |= {"accepted": 0, "refused": 0}
        if plans:
            found |= of_plan(plans[0], rows)
        direct = one["channel"] == "province_direct"
        stands = found["stage"] not in ("draft", "rejected", "withdrawn")
        needs = not direct and not (one["class_proved"] and one["quota_class"] in exempt)
        kind = None
        if found["stage"] in ON_THE_WAY:
            kind = "plan_report"
        elif found["stage"] == "submitted" or (found["stage"] == "returned" and not one["reported_at"]):
            kind = "nomination"
        open_again = [
            each
            for each in rows["reopening"]
            if each["uscc"] == one["uscc"] and each["deadline"] == kind and each["until"] >= today
        ]
        yield found | {
            "place": DIRECT if direct else one["city_code"],
            "nominator": one["tenant_id"],
            "late": kind is not None and not open_again,
            "quota": stands and needs,
            "exempt": stands and not needs,
        }


def of_plan(plan: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Stage and history of a plan."""
    key = plan["tenant_id"], plan["id"]
    versions = [each for each in rows["plan_version"] if (each["tenant_id"], each["plan_id"]) == key]
    versions.sort(key=lambda each: each["number"])
    ids = {each["id"] for each in versions}
    states = [each["state"] for each in versions]
    if "approved" in states:
        stage = "plan_approved"
    elif not states or states[-1] == "withdrawn":
        stage = "plan_draft"
    else:
        stage = f"plan_{states[-1]}"
    reviews = [each for each in rows["plan_review"] if each["version_id"] in ids]
    last = {}
    for word in sorted(rows["plan_finding_view"], key=lambda each: each["id"]):
        told = any(each["role"] == word["role"] and each["decided_at"] >= word["made_at"] for each in reviews)
        if (word["tenant_id"], word["plan_id"]) == key and told:
            last[word["role"], word["rule"], word["path"]] = word["verdict"]
    said = Counter(last.values())
    return {
        "stage": stage,
        "returns": states.count("returned"),
        "accepted": said["accepted"],
        "refused": said["refused"],
        "waivers": sum(each["version_id"] in ids for each in rows["plan_waiver"]),
    }


def test_generated_cycle_is_counted_as_recounted(generated: GeneratedCycle) -> None:
    """Every number for the province, for each city and each branch, and the list behind each number."""
    generated.fill(ENTERPRISES)
    reopen(generated, ENTERPRISES // 5)
    with reading(Scope(reads="*")) as session:
        opened = cycles.latest(session)
        assert opened is not None
        template_of = service.wanted_in(opened, AFTER_BOTH)
    everything = list(recounted(generated.superuser, set(template_of.exempt), AFTER_BOTH))
    assert len(everything) == ENTERPRISES
    assert len({each["stage"] for each in everything}) >= len(CycleStage) - 2
    readers: list[tuple[Scope, int | None, str]] = [(Scope(reads="*"), None, "")]
    readers += [
        (Scope(reads=frozenset({unit.id})), unit.id, unit.city_code or DIRECT) for unit in generated.units
    ]
    for scope, nominator, place in readers:
        seen = [each for each in everything if nominator in (None, each["nominator"])]
        with reading(scope) as session:
            narrowed = service.wanted_in(opened, AFTER_BOTH, place=place)
            counted = service.cockpit(session, opened, narrowed)
            for where in (place,) if place else ("", *CITIES, DIRECT):
                line = counted.of(where) if where else counted.total
                there = [each for each in seen if where in ("", each["place"])]
                assert_line(line, there)
                if place or where in ("", "320500", DIRECT):
                    assert_lists(session, opened, line, where, there)


def assert_line(line: service.Line, there: list[dict[str, Any]]) -> None:
    assert +line.stages == Counter(each["stage"] for each in there)
    assert +line.late == Counter(each["stage"] for each in there if each["late"])
    assert (line.used, line.exempt) == (sum(e["quota"] for e in there), sum(e["exempt"] for e in there))
    for name in ("returns", "accepted", "refused", "waivers"):
        assert line.sums[name] == sum(each[name] for each in there), name


def is_late_on_the_way(each: dict[str, Any]) -> bool:
    return each["late"] and each["stage"] in ON_THE_WAY


def assert_lists(
    session: Session, opened: cycles.Opened, line: service.Line, place: str, there: list[dict[str, Any]]
) -> None:
    """Each list names exactly those that its number counts."""
    only = {
        Only.LATE: lambda each: each["late"],
        Only.RETURNED: lambda each: each["returns"],
        Only.ACCEPTED: lambda each: each["accepted"],
        Only.REFUSED: lambda each: each["refused"],
        Only.WAIVED: lambda each: each["waivers"],
        Only.QUOTA: lambda each: each["quota"],
        Only.EXEMPT: lambda each: each["exempt"],
    }
    asked: list[tuple[dict[str, Any], Any]] = [({"only": name}, test) for name, test in only.items()]
    asked.extend(
        ({"stages": stages}, lambda each, s=stages: not s or each["stage"] in s)
        for stages in (*((each.value,) for each in CycleStage), *REACHED.values(), ())
    )
    asked.append(
        ({"stages": ON_THE_WAY, "only": Only.LATE}, lambda each: each["late"] and each["stage"] in ON_THE_WAY)
    )
    for narrowed, test in asked:
        wanted = service.wanted_in(opened, AFTER_BOTH, place=place, **narrowed)
        names = [row.enterprise for row in service.every_position(session, opened, wanted)]
        assert sorted(names) == sorted(each["name"] for each in there if test(each)), narrowed
        assert service.listed(line, wanted) == len(names), narrowed


@pytest.mark.parametrize(
    ("table", "change"),
    [("cycle_position", "stage = 'plan_approved'"), ("cycle_count", "number = number + 1")],
)
def test_nobody_but_the_acts_writes_them(generated: GeneratedCycle, table: str, change: str) -> None:
    for unit in (generated.units[0], generated.units[-1]):
        with (
            pytest.raises(DBAPIError, match="is kept by the acts"),
            act(Scope(reads="*", writes=unit.id)) as session,
        ):
            session.execute(text(f"update {table} set {change}"))  # noqa: S608 - of this test


def test_enterprise_reads_no_position(generated: GeneratedCycle) -> None:
    """Its own rows are of the unit that nominated it; the unit reads them."""
    generated.fill(FEW)
    row = generated.superuser.execute(
        "select tenant_id, enterprise_id from cycle_position where enterprise_id is not null limit 1"
    ).fetchone()
    assert row
    for tenant, reads in ((row[0], True), (row[1], False)):
        with reading(Scope(reads=frozenset({tenant}))) as session:
            for table in ("cycle_position", "cycle_count"):
                found = session.execute(text(f"select 1 from {table} limit 1")).all()  # noqa: S608
                assert bool(found) is reads


def test_database_from_before_is_counted_as_one_that_was_kept(
    generated: GeneratedCycle, database: Databases
) -> None:
    generated.fill(FEW)
    kept = (
        "select * from cycle_position order by tenant_id, nomination_id",
        "select * from cycle_count where number > 0 order by 1, 2, 3, 4, 5, 6, 7, 8",
    )
    before = [generated.superuser.execute(each).fetchall() for each in kept]
    config = migrate.alembic_config(database.owner_url)
    command.downgrade(config, "0005_plans")
    command.upgrade(config, "head")
    assert [generated.superuser.execute(each).fetchall() for each in kept] == before
    assert len(before[0]) == FEW
