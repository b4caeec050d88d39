"""Versions of plans under review, for the matrix: of each enterprise one that is ready for what a line does.

What was done to one is not undone: when another is asked for, it takes the place of the one before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from psycopg.types.json import Jsonb

from core.domain.cycle import Cycle
from core.domain.frozen import freeze
from core.domain.plan import PlanDraft
from core.domain.plan_review import section_hashes
from core.domain.records import build
from core.domain.roles import Actor, Role, TenantKind
from core.rulebook.engine import check
from core.rulebook.js2023 import EDITION
from core.services.reviews.kept import to_view
from core.web.uploading import STORE
from tests import pilots
from tests.factories import MadeTenant
from tests.integration.reviews.world import record_notice
from tests.unit.rulebook.plans import XUZHOU, patched

if TYPE_CHECKING:
    from tests.access.world import Principal, Unit, World

MEMBERS: Final = "/organisation/committee/members"
WHOLE: Final = replace(build(PlanDraft, patched(XUZHOU)), publicity=None, submitted_at=None)
BROKEN: Final = replace(
    build(
        PlanDraft,
        patched(
            XUZHOU,
            [
                *({"op": "remove", "path": f"{MEMBERS}/{place}"} for place in (8, 7, 6, 5, 4)),
                {"op": "remove", "path": "/organisation/supervision_contact"},
                {"op": "replace", "path": "/schedule/list_formed", "value": "2026-12-30"},
            ],
        ),
    ),
    publicity=None,
    submitted_at=None,
)
WAIVED: Final = {
    Role.CITY_HR: "JS-5.2-enterprise-quality-duty",
    Role.PROVINCE_HR: "JS-A2-members-min-5",
    Role.PROVINCE_CENTRE: "JS-3-t3-december-15",
}
"""What each body may waive of the plan that is broken."""
WARNED: Final = next(
    to_view(each)
    for each in check(BROKEN, edition=EDITION, cycle=Cycle(year=2026))
    if each.rule == "JS-5.2-enterprise-quality-duty"
)
"""A finding of the broken plan that is to be confirmed."""
RUBRIC: Final = section_hashes(WHOLE)["rubric"]
LATER: Final = frozenset({"assignable", "assessable", "approvable"})
"""What the province does, once both bodies have agreed."""
UNSTARTED: Final = frozenset({"markable", "viewable", "waivable", "rejectable"})
PLAN: Final = """
insert into plan (tenant_id, cycle_id, city_code, channel, nominator_id, uscc, enterprise, facts, opened_by,
    opened_name)
values (%s, %s, %s, 'city', %s, '91320100MA00000775', %s, '{}', %s, '经办人') returning id
"""
VERSION: Final = """
insert into plan_version (tenant_id, plan_id, cycle_id, city_code, channel, nominator_id, number, state,
    edition, rulebook, document, answerers, content_hash, snapshot_hash, section_hashes, publicised_by,
    publicised_name, submitted_by, submitted_name, submitted_at)
select tenant_id, id, cycle_id, city_code, channel, nominator_id, %(number)s, %(state)s, 'js2023',
    %(rulebook)s, %(document)s, '{}', %(content)s, %(snapshot)s, %(sections)s, opened_by, '经办人', opened_by,
    '经办人', app_now()
from plan where id = %(plan)s returning id
"""
NOTICE: Final = """
insert into plan_notice (tenant_id, version_id, token_hash, starts_on, ends_on, channels, coverage_statement,
    published_by, published_name)
values (%s, %s, decode(lpad(to_hex(%s::bigint), 64, '0'), 'hex'), app_now()::date - 10, app_now()::date - 1,
    array['企业公告栏'], '覆盖全体职工', %s, '经办人')
"""
MARK: Final = """
insert into plan_tick (tenant_id, plan_id, role, section, section_hash, verdict, reason, made_by, made_name)
select %(unit)s, %(plan)s, role, section, hash, case when flagged then 'return' else 'agree' end,
    case when flagged then '权重没有说明。' else '' end, %(by)s, '某人'
from unnest(array['city_hr', 'city_industry', 'province_centre', 'province_hr']) role,
    jsonb_each_text(%(hashes)s) as sections (section, hash),
    lateral (select %(returned)s::boolean and section = 'rubric' as flagged) as marks
"""
SAID: Final = ("plan_rule", "plan_review", "plan_waiver", "plan_expert_task", "plan_look", "plan_notice")
AHEAD: Final = """
update pilot_cycle set nomination = day, plan_report = day, list_formed = day,
    provincial_publicity_start = day, year_end = day
from (select app_now()::date + 30 as day) days where id = %s
"""
OF_VERSIONS: Final = "version_id in (select id from plan_version where plan_id = %s)"
CLEAR: Final = (
    *(f"delete from {table} where tenant_id = %s and {OF_VERSIONS}" for table in SAID),  # noqa: S608 - above
    "delete from plan_version where tenant_id = %s and plan_id = %s",
    "delete from plan_tick where tenant_id = %s and plan_id = %s",
)


def admitted_to_a_cycle(world: World) -> int:
    """A further cycle of this year with every enterprise in it; its days are a month ahead."""
    by = world.units[0].people[world.units[0].head]
    cycle_id = pilots.cycle(world.connection, by, year=2026)
    world.connection.execute(AHEAD.encode(), [cycle_id])
    for unit in world.units:
        if unit.kind is TenantKind.ENTERPRISE:
            where = MadeTenant(unit.id, unit.kind, "", unit.city_code)
            pilots.place(world.connection, cycle_id, where, nominator=where, by=by)
    return cycle_id


class Reviewed:
    """The versions of ``world`` in a cycle to which its enterprises are admitted.

    Requirements of cities are of the ``latest`` cycle.
    """

    def __init__(self, app: Flask, world: World, cycle_id: int, *, latest: int) -> None:
        self._app = app
        self._world = world
        self._cycle_id = cycle_id
        self._latest = latest
        self._made: dict[tuple[int, str], int] = {}
        self._plans: dict[int, int] = {}
        self._number = 0
        self._centre = next(each for each in world.units if each.kind is TenantKind.PROVINCE_CENTRE)
        self.expert = self._centre.people[Role.PLAN_EXPERT]
        self._run(
            "insert into plan_expert (cycle_id, person_id, name, employer)"
            " values (%s, %s, '专家', '江苏大学')",
            [cycle_id, self.expert],
        )

    def of(self, unit: Unit, ready: str, principal: Principal) -> int:
        """A version of an enterprise; of a unit that is none, that of another."""
        if unit.kind is not TenantKind.ENTERPRISE:
            unit = next(each for each in self._world.units if each.kind is TenantKind.ENTERPRISE)
        province = principal.role in {Role.PROVINCE_CENTRE, Role.PROVINCE_HR, Role.PLAN_EXPERT}
        state = "reviewed" if ready in LATER or (province and ready != "rejectable") else "submitted"
        key = unit.id, f"{ready} {state}"
        if key not in self._made:
            self._made = {each: number for each, number in self._made.items() if each[0] != unit.id}
            self._made[key] = self._make(unit, ready, state)
        return self._made[key]

    def requirement(self, principal: Principal, named: str) -> int:
        """New requirements in place of others, with their document: of the ``own`` unit of who asks or
        ``of_another_unit``, ``of_own_city`` or ``of_another_city``.
        """
        home = principal.home
        own = named == "own" and home is not None and home.kind is TenantKind.CITY_HR
        city_code = home.city_code if home else None

        def fits(unit: Unit) -> bool:
            if named == "of_own_city":
                return city_code in {None, unit.city_code}
            if named == "of_another_city":
                return unit.city_code != city_code
            return (unit is home) == own

        unit = next(each for each in self._world.units if each.kind is TenantKind.CITY_HR and fits(each))
        self._run("delete from city_requirement where city_code = %s", [unit.city_code])
        number = self._one(
            "insert into city_requirement (tenant_id, cycle_id, city_code, workflow, review_standards,"
            " supporting_measures, document, published_by, published_name)"
            " values (%s, %s, %s, '流程', '标准', '措施', '具体要求', %s, '某人') returning id",
            [unit.id, self._latest, unit.city_code, self._by],
        )
        pilots.attach(
            self._world.connection,
            unit.id,
            "city_requirement",
            number,
            "具体要求.pdf",
            by=self._by,
            store=self._app.extensions[STORE],
        )
        return number

    def clear(self) -> None:
        """Let nobody have begun a plan, and no city have asked for anything."""
        self.unbegin()
        self._run("delete from city_requirement", [])

    def unbegin(self) -> None:
        """Let nobody have begun a plan."""
        for table in (*SAID, "plan_version", "plan_tick", "plan_finding_view", "plan"):
            self._run(f"delete from {table}", [])  # noqa: S608 - named above
        self._plans.clear()
        self._made.clear()

    def forget(self) -> None:
        """Make others when they are asked for again."""
        self._made.clear()

    def _make(self, unit: Unit, ready: str, state: str) -> int:
        plan = self._plan(unit)
        for statement in CLEAR:
            self._run(statement, [unit.id, plan])
        self._number += 1
        draft = BROKEN if ready in {"waivable", "viewable"} else WHOLE
        frozen = freeze(draft, edition="js2023", rulebook=EDITION.version)
        version = self._one(
            VERSION,
            {
                "number": self._number,
                "state": state,
                "rulebook": EDITION.version,
                "document": frozen.document,
                "content": frozen.content_hash,
                "snapshot": frozen.snapshot_hash,
                "sections": Jsonb(dict(section_hashes(draft))),
                "plan": plan,
            },
        )
        with self._app.app_context():
            record_notice(
                self._author,
                tenant_id=unit.id,
                plan_id=plan,
                number=self._number,
                content_hash=frozen.content_hash,
                snapshot_hash=frozen.snapshot_hash,
            )
        if ready not in UNSTARTED:
            self._mark(unit, plan, returned=ready == "returnable")
        self._run(NOTICE, [unit.id, version, self._number, self._by])
        if ready in {"assessable", "approvable"}:
            passed = ready == "approvable"
            self._run(
                "insert into plan_expert_task (tenant_id, version_id, person_id, name, enterprise,"
                " assigned_by, assessed_at, outcome, opinion) select %s, %s, %s, '专家', '本企业', %s,"
                " case when %s then app_now() end, case when %s then 'passed' end,"
                " case when %s then '可行。' end",
                [unit.id, version, self.expert, self._by, passed, passed, passed],
            )
        return version

    def _mark(self, unit: Unit, plan: int, *, returned: bool) -> None:
        """Ticks of every body on every section."""
        hashes = Jsonb(dict(section_hashes(WHOLE)))
        self._run(
            MARK, {"unit": unit.id, "plan": plan, "returned": returned, "by": self._by, "hashes": hashes}
        )

    def _plan(self, unit: Unit) -> int:
        if unit.id not in self._plans:
            nominator = next(
                each
                for each in self._world.units
                if (each.kind, each.city_code) == (TenantKind.CITY_CENTRE, unit.city_code)
            )
            name = self._world.canary("plan_version", unit)
            self._plans[unit.id] = self._one(
                PLAN, [unit.id, self._cycle_id, unit.city_code, nominator.id, name, self._by]
            )
        return self._plans[unit.id]

    @property
    def _author(self) -> Actor:
        unit, role = self._centre, Role.PROVINCE_CENTRE
        return Actor(
            person_id=self._by,
            name="经办人",
            tenant_id=unit.id,
            tenant_kind=unit.kind,
            role=role,
            grant_id=unit.grants[role],
        )

    @property
    def _by(self) -> int:
        return self._centre.people[Role.PROVINCE_CENTRE]

    def _one(self, query: str, values: Any) -> int:
        row = self._world.connection.execute(query.encode(), values).fetchone()
        assert row
        return int(row[0])

    def _run(self, query: str, values: Any) -> None:
        self._world.connection.execute(query.encode(), values)
