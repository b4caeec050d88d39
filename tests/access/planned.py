"""Plans of enterprises for the matrix, in the state that a line asks for, with canaries in what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from psycopg.types.json import Jsonb

from core.domain.frozen import FrozenPlan, thaw
from core.domain.plan_review import section_hashes
from core.domain.roles import TenantKind
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.plandoc.typed import kept
from core.plugin_host import Tenant
from core.services.accounts.tokens import new_token, token_hash
from core.services.drafts import kept as plans
from core.services.drafts.compiling import checked
from core.services.tenants import installation

if TYPE_CHECKING:
    from tests.access.nominated import Nominated
    from tests.access.world import Unit, World

DRAFT, PUBLICISED, ENDED, WITHDRAWN, APPROVED = "draft", "publicised", "ended", "withdrawn", "approved"
"""A plan without a version, with a notice that stands, that is over, that was taken down; approved."""
NOTICES: Final = MappingProxyType({"notice": PUBLICISED, "withdrawn_notice": WITHDRAWN})
"""What a token opens, by how a line calls it."""
OPEN: Final = """
insert into plan (tenant_id, cycle_id, city_code, channel, nominator_id, uscc, enterprise, facts, opened_by,
    opened_name) values (%(unit)s, %(cycle)s, %(city)s, 'city', 1, %(uscc)s, %(name)s, %(facts)s, %(who)s,
    %(by)s) returning id
"""
TYPE: Final = """
insert into plan_part (tenant_id, plan_id, part, answer, changed_by, changed_name)
    values (%s, %s, %s, %s, %s, %s) returning plan_id
"""
PUT_ON: Final = """
insert into tenant_plugin (tenant_id, name, position, added_by) values (%s, %s, %s, %s) returning id
"""
REOPEN: Final = """
insert into reopening (cycle_id, uscc, deadline, until, reason, decided_by, decided_name, decided_role)
    values (%s, %s, 'plan_report', '2099-12-01', '已报备。', %s, '', 'province_centre') returning id
"""
FREEZE: Final = """
insert into plan_version (tenant_id, plan_id, cycle_id, city_code, channel, nominator_id, number, state,
    edition, rulebook, document, answerers, content_hash, snapshot_hash, section_hashes, publicised_by,
    publicised_name) values (%(unit)s, %(plan)s, %(cycle)s, %(city)s, 'city', 1, 1, %(state)s, %(edition)s,
    %(rulebook)s, %(document)s, %(answerers)s, %(content_hash)s, %(snapshot_hash)s, %(sections)s, %(who)s,
    %(by)s) returning id
"""
APPROVE: Final = """
update plan_version set state = 'approved', submitted_by = publicised_by, submitted_name = '',
    submitted_at = app_now(), decided_by = publicised_by, decided_name = '', decided_role = 'province_hr',
    decided_at = app_now() where id = %s returning id
"""
UNAMENDED: Final = "update plan set amends = null where id = %s returning id"
NOTIFY: Final = """
insert into plan_notice (tenant_id, version_id, token_hash, starts_on, ends_on, channels, coverage_statement,
    published_by, published_name, withdrawn_by, withdrawn_name, withdrawn_at, withdrawn_reason)
    select %(unit)s, %(version)s, %(token)s, day - 9, day + case when %(ended)s then -1 else 5 end,
    array[%(said)s], %(said)s, %(who)s, '', w.by, w.name, w.at, w.reason
    from (select app_now()::date as day) today left join (select %(who)s::bigint as by, ''::text as name,
    app_now() as at, '内容有误。'::text as reason) w on %(down)s returning id
"""
SAY: Final = """
insert into plan_comment (tenant_id, notice_id, name, staff_number, text, employed, employed_by,
    employed_name, employed_at) select %s, %s, %s, '1', %s, e.yes, e.by, e.name, e.at from (select 1) one
    left join (select true as yes, %s::bigint as by, ''::text as name, app_now() as at) e on %s returning id
"""
MINE: Final = "plan_id in (select id from plan where tenant_id = %(unit)s and cycle_id = %(cycle)s)"
OF_VERSION: Final = f"version_id in (select id from plan_version where {MINE})"  # noqa: S608 - named above
OF_NOTICE: Final = f"notice_id in (select id from plan_notice where {OF_VERSION})"  # noqa: S608 - as above
CLEAR: Final = {
    "plan_rule": MINE,
    "plan_comment": OF_NOTICE,
    "plan_notice": OF_VERSION,
    "plan_version": MINE,
    "plan_edit": MINE,
    "plan_part": MINE,
}
PLAN: Final = {"plan": "cycle_id = %(cycle)s"}
ADMITTED: Final = (
    "update cycle_place set nomination_id = 2000000000000 + tenant_id where nomination_id = %(nomination)s",
    """update cycle_place set nomination_id = %(nomination)s
        where tenant_id = %(tenant)s and cycle_id = %(cycle)s""",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Ids of a plan, of a comment that waits and of one of known staff; the token of its notice."""

    plan_id: int
    said: int = 0
    confirmed: int = 0
    token: str = ""


class Planned:
    """A plan of every enterprise, made into what is asked for and left so until somebody acts."""

    def __init__(self, world: World, cycle_id: int) -> None:
        self._world = world
        self._cycle_id = cycle_id
        self._now: dict[int, tuple[str, Plan]] = {}
        units = [unit for unit in world.units if unit.kind is TenantKind.ENTERPRISE]
        for unit in units:
            self._prepare(unit)
        self._plans = {unit.id: self._opened(unit) for unit in units}
        self._frozen = {unit_id: frozen for unit_id, (_, frozen) in self._plans.items()}

    def part(self, unit: Unit, name: str, parts: Mapping[str, Any]) -> Any:
        """What stands in an address for a plan, a comment on it or the token of its notice."""
        if name == "token":
            return self.of(unit, NOTICES[parts[name]]).token
        found = self.of(unit, parts["plan_id"])
        return found.plan_id if name == "plan_id" else getattr(found, parts[name])

    def of(self, unit: Unit, named: str) -> Plan:
        """The plan of ``unit`` as ``named``; of a unit without one that of another."""
        if unit.kind is not TenantKind.ENTERPRISE:
            return Plan(next(iter(self._plans.values()))[0])
        if unit.id not in self._plans:
            self._plans[unit.id] = self._begun(unit), self._frozen[unit.id]
        state, found = self._now.get(unit.id, ("", None))
        if found is None or state != named:
            found = self._made(unit, named)
            self._now[unit.id] = named, found
        return found

    def unbegun(self, unit: Unit, nominated: Nominated) -> None:
        """Let an enterprise begin its plan: it has none, and was admitted by its city."""
        if unit.kind is not TenantKind.ENTERPRISE:
            return
        self._clear(unit, CLEAR | PLAN)
        self._plans.pop(unit.id, None)
        self._now.pop(unit.id, None)
        kind = (TenantKind.CITY_CENTRE, unit.city_code)
        centre = next(each for each in self._world.units if (each.kind, each.city_code) == kind)
        nomination_id = nominated.of(centre, "reported").nomination_id
        values = {"nomination": nomination_id, "tenant": unit.id, "cycle": self._cycle_id}
        for statement in ADMITTED:
            self._world.connection.execute(statement.encode(), values)
        nominated.forget()

    def clear(self) -> None:
        """Let nobody have begun a plan."""
        for unit in self._world.units:
            self._clear(unit, CLEAR | PLAN)
        self._plans.clear()
        self._now.clear()

    def forget(self) -> None:
        """Somebody has done something: what there is has to be made again."""
        self._now.clear()

    def content_hash(self, plan_id: int) -> str:
        return next(frozen.content_hash for known, frozen in self._plans.values() if known == plan_id)

    def _prepare(self, unit: Unit) -> None:
        folder, who = self._folder(unit), unit.people[unit.head]
        for place, name in enumerate(folder.plugins, 1):
            self._one(PUT_ON, [unit.id, name, place, who])
        self._one(REOPEN, [self._cycle_id, folder.uscc, who])

    def _type(self, unit: Unit, plan_id: int) -> None:
        for part, answer in self._folder(unit).answers.items():
            self._one(TYPE, [unit.id, plan_id, part, Jsonb(kept(answer)), unit.people[unit.head], ""])

    def _opened(self, unit: Unit) -> tuple[int, FrozenPlan]:
        plan_id = self._begun(unit)
        with reading(Scope(reads=frozenset({unit.id}))) as session:
            plan = plans.of(session, tenant_id=unit.id, plan_id=plan_id)
            assert plan
            return plan_id, checked(session, plan).frozen()

    def _clear(self, unit: Unit, tables: Mapping[str, str]) -> None:
        for table, which in tables.items():
            query = f"delete from {table} where tenant_id = %(unit)s and {which}"  # noqa: S608 - named above
            self._world.connection.execute(query.encode(), {"unit": unit.id, "cycle": self._cycle_id})

    def _begun(self, unit: Unit) -> int:
        self._clear(unit, CLEAR | PLAN)
        folder = self._folder(unit)
        plan_id = self._one(
            OPEN,
            {
                **self._where(unit),
                "uscc": folder.uscc,
                "name": self._world.canary("plan", unit),
                "facts": Jsonb({"enterprise": {}, "nomination": {}}),
                "by": self._world.canary("plan", unit),
            },
        )
        self._type(unit, plan_id)
        return plan_id

    def _made(self, unit: Unit, named: str) -> Plan:
        plan_id, frozen = self._plans[unit.id]
        self._clear(unit, CLEAR)
        self._one(UNAMENDED, [plan_id])
        self._type(unit, plan_id)
        if named == DRAFT:
            return Plan(plan_id)
        token, who = new_token(), unit.people[unit.head]
        version = self._one(
            FREEZE,
            {
                **self._where(unit),
                "plan": plan_id,
                "state": "withdrawn" if named == WITHDRAWN else "publicised",
                "edition": frozen.edition,
                "rulebook": frozen.rulebook,
                "document": frozen.document,
                "answerers": Jsonb({part: asdict(each) for part, each in frozen.answerers.items()}),
                "content_hash": frozen.content_hash,
                "snapshot_hash": frozen.snapshot_hash,
                "sections": Jsonb(dict(section_hashes(thaw(frozen.document)))),
                "by": self._world.canary("plan", unit),
            },
        )
        notice = self._one(
            NOTIFY,
            {
                **self._where(unit),
                "version": version,
                "token": token_hash(token),
                "ended": named in (ENDED, APPROVED),
                "down": named == WITHDRAWN,
                "said": self._world.canary("plan", unit),
            },
        )
        if named == APPROVED:
            self._one(APPROVE, [version])
        said, confirmed = (
            self._one(
                SAY,
                [
                    unit.id,
                    notice,
                    self._world.canary("comment", unit),
                    self._world.canary("comment", unit),
                    who,
                    known,
                ],
            )
            for known in (False, True)
        )
        return Plan(plan_id, said, confirmed, token)

    def _where(self, unit: Unit) -> dict[str, Any]:
        return {
            "unit": unit.id,
            "cycle": self._cycle_id,
            "city": unit.city_code,
            "who": unit.people[unit.head],
        }

    def _folder(self, unit: Unit) -> Tenant:
        row = self._world.connection.execute("select slug from tenant where id = %s", [unit.id]).fetchone()
        assert row
        return installation().tenant(row[0])

    def _one(self, query: str, values: Any) -> int:
        row = self._world.connection.execute(query.encode(), values).fetchone()
        assert row
        return int(row[0])
