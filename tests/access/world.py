"""A world to try the matrix on: tenants of every kind, a person in every role, canaries in every text.

A canary is a text that occurs once in the whole database: an answer that has it shows what it was made from.
Everything is arranged past the policies; the application is asked as a browser asks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import psycopg

from core.audit import Action, Subject, record
from core.crypto import Keyring, Personal, context
from core.domain.roles import Actor, Reach, Role, TenantKind, roles_of
from core.persistence.scope import Scope
from core.persistence.session import act
from core.services.accounts.passwords import hashed
from core.services.accounts.rules import Cost
from core.services.accounts.tokens import new_token, token_hash
from tests.access.matrix import ANONYMOUS, EVERYBODY, SIGNED_IN, WITHOUT_A_HAT, Audience

HOME, ELSEWHERE = "320100", "320500"
CANARY: Final = re.compile(r"kanarie-\d{4}")
PHONES: Final = re.compile(r"1990000\d{4}")
PASSWORD: Final = "Kestrel-7-orchard"  # noqa: S105 - of people who do not exist
CHEAP: Final = Cost(memory=8, passes=1, lanes=1)
FOLDERS: Final = (
    ("91320100MA0DEM03XT", "nanjing_hongneng"),
    ("91320300MA0DEM013J", "xuzhou_pengyue"),
    ("91320500MA0DEM021P", "suzhou_guxu"),
)
"""Number and folder of each enterprise, whose plan it shows."""
OF_A_CITY: Final = (TenantKind.CITY_HR, TenantKind.CITY_CENTRE, TenantKind.CITY_INDUSTRY)
ONCE: Final = (
    TenantKind.PROVINCE_HR,
    TenantKind.PROVINCE_CENTRE,
    TenantKind.CENTRAL_BRANCH,
    TenantKind.PLATFORM,
)


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A tenant with the people and grants that it has by role."""

    id: int
    kind: TenantKind
    city_code: str | None
    people: dict[Role, int] = field(default_factory=dict)
    grants: dict[Role, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.id} of {self.city_code or 'the province'}"

    @property
    def head(self) -> Role:
        """The role of those who answer for the tenant."""
        return Role.SECURITY_ADMIN if self.kind is TenantKind.PLATFORM else roles_of(self.kind)[0]


@dataclass(frozen=True, slots=True)
class Canary:
    """What a canary was planted in: a kind of text, of a tenant, about a person if it is about one."""

    kind: str
    unit: Unit
    person_id: int | None = None

    def __str__(self) -> str:
        return f"{self.kind} of {self.unit}"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person under a hat, one without a hat, or nobody who has signed in."""

    role: Role | None
    person_id: int | None
    home: Unit | None

    def __str__(self) -> str:
        return self.role.value if self.role else "without-a-hat" if self.person_id else "anonymous"

    @property
    def standing(self) -> str:
        """How far they have come in: the word of the matrix for it."""
        if self.person_id is None:
            return ANONYMOUS
        return WITHOUT_A_HAT if self.role is None else SIGNED_IN

    def may(self, audience: Audience, unit: Unit | None) -> bool:
        """Whether ``audience`` includes them for what is about ``unit``, or about none."""
        if EVERYBODY in audience.words or (SIGNED_IN in audience.words and self.person_id is not None):
            return True
        return any(
            entry.role is self.role
            and (unit is None or (unit.kind in entry.kinds and self._is_within(entry.reach, unit)))
            for entry in audience.entries
        )

    def _is_within(self, reach: Reach, unit: Unit) -> bool:
        if self.home is None or reach is Reach.OWN:
            return self.home is not None and self.home.id == unit.id
        same_city = unit.city_code is not None and unit.city_code == self.home.city_code
        return self.home.id == unit.id or reach is Reach.ALL or same_city


class World:
    """Three enterprises and three bodies of each of two cities, and the bodies that are there once.

    ``some_units``: the enterprises, a body of a city and one of the province.
    ``principals``: somebody in every role, at home in the first enterprise, the first city or the province;
    somebody without a hat; nobody.
    """

    def __init__(self, connection: psycopg.Connection, keys: Keyring) -> None:
        self.connection = connection
        self.keys = keys
        self.canaries: dict[str, Canary] = {}
        self._numbers = count(1)
        self._folders = iter(FOLDERS)
        self.units = tuple(self._units())
        self.some_units = self.units[:3] + self.units[3::6]
        for unit in self.units:
            for role in roles_of(unit.kind):
                self.add_person(unit, role)
            self._end_one(unit)
            self._write_record(unit)
            self.add_invitation(unit)
        self.principals = tuple(self._principals())
        self._open_cycle()

    def canary(self, kind: str, unit: Unit, person_id: int | None = None) -> str:
        """A new canary, to be planted in a text of ``kind``."""
        text = f"kanarie-{next(self._numbers):04}"
        self.canaries[text] = Canary(kind, unit, person_id)
        return text

    # --- what is there

    def _units(self) -> Iterator[Unit]:
        for city_code in (HOME, HOME, ELSEWHERE):
            yield self._unit(TenantKind.ENTERPRISE, city_code)
        for city_code in (HOME, ELSEWHERE):
            for kind in OF_A_CITY:
                yield self._unit(kind, city_code)
        for kind in ONCE:
            yield self._unit(kind, None)

    def _unit(self, kind: TenantKind, city_code: str | None) -> Unit:
        uscc, slug = next(self._folders) if kind is TenantKind.ENTERPRISE else (None, None)
        unit_id = self._one(
            "insert into tenant (kind, name, short_name, city_code, uscc, slug)"
            " values (%s, '', '', %s, %s, %s) returning id",
            [kind.value, city_code, uscc, slug],
        )
        unit = Unit(unit_id, kind, city_code)
        names = [self.canary("unit", unit), self.canary("unit", unit)]
        self._do("update tenant set name = %s, short_name = %s where id = %s", [*names, unit_id])
        return unit

    def add_person(self, unit: Unit, role: Role) -> tuple[int, int]:
        """One more person with a hat: ids of person and grant. The first of a role is in ``unit.people``."""
        person_id = self.add_account(unit, "head" if role.needs_second_factor else "staff")
        grant_id = self._one(
            "insert into role_grant (tenant_id, tenant_kind, person_id, role) values (%s, %s, %s, %s)"
            " returning id",
            [unit.id, unit.kind.value, person_id, role.value],
        )
        unit.people.setdefault(role, person_id)
        unit.grants.setdefault(role, grant_id)
        return person_id, grant_id

    def add_newcomer(
        self, unit: Unit, role: Role, *, left: bool = False, closed: bool = False
    ) -> dict[str, int]:
        """One more person with a hat, who has ``left`` it or whose account is ``closed``: the ids of both."""
        person_id, grant_id = self.add_person(unit, role)
        if left:
            self._end(unit, grant_id)
        if closed:
            self._do("update person set disabled_at = app_now() where id = %s", [person_id])
        return {"person_id": person_id, "grant_id": grant_id}

    def add_account(self, unit: Unit, kind: str) -> int:
        """A person without a hat: password, phone, authenticator, a sign-in and a session elsewhere."""
        login_name = f"kanarie-{next(self._numbers):04}"
        person_id = self._one(
            "insert into person (login_name, name) values (%s, '') returning id", [login_name]
        )
        self.canaries[login_name] = Canary("login_name", unit, person_id)
        name, phone = self.canary(kind, unit, person_id), f"1990000{person_id:04}"
        self._do(
            "update person set name = %s, phone_sealed = %s, phone_index = %s where id = %s",
            [
                name,
                self.keys.seal(phone, context("person", "phone_sealed", person_id)),
                self.keys.index(phone, Personal.PHONE),
                person_id,
            ],
        )
        self.give_credential(person_id)
        self._do(
            "insert into sign_in (person_id, address, agent, outcome) values (%s, %s, %s, 'signed_in')",
            [person_id, "192.0.2.7", self.canary("device", unit, person_id)],
        )
        self.add_session(person_id, agent=self.canary("device", unit, person_id))
        return person_id

    def give_credential(self, person_id: int) -> None:
        """Their password and authenticator, whatever they were."""
        self._do(
            "insert into credential (person_id, password_hash, totp_sealed, totp_confirmed_at)"
            " values (%s, %s, %s, app_now()) on conflict (person_id) do update set"
            " password_hash = excluded.password_hash, totp_sealed = excluded.totp_sealed",
            [person_id, HASH, self.keys.seal(SECRET, context("credential", "totp_sealed", person_id))],
        )

    def add_session(self, person_id: int, *, unit: Unit | None = None, agent: str = "") -> tuple[int, str]:
        """A session under the first hat of a person in ``unit``, or without one: its id and its token."""
        token = new_token()
        session_id = self._one(
            "insert into user_session (token_hash, person_id, hat_tenant_id, hat_grant_id, address, agent,"
            " expires_at, second_factor_at, stepped_up_at) select %(hash)s, %(person)s, hat.tenant_id,"
            " hat.id, '192.0.2.7', %(agent)s, app_now() + interval '1 hour', app_now(), app_now()"
            " from (select 1) one left join role_grant hat"
            " on hat.person_id = %(person)s and hat.tenant_id = %(unit)s returning id",
            {
                "hash": token_hash(token),
                "person": person_id,
                "unit": unit.id if unit else None,
                "agent": agent,
            },
        )
        return session_id, token

    def add_invitation(
        self, unit: Unit, role: Role | None = None, *, expired: bool = False
    ) -> tuple[int, str]:
        """An invitation by who answers for the tenant, open unless ``expired``: its id and its token."""
        token, role = new_token(), role or unit.head
        invitation_id = self._one(
            "insert into invitation (tenant_id, tenant_kind, token_hash, role, name, invited_by, created_at,"
            " expires_at) values (%s, %s, %s, %s, %s, %s, app_now() - interval '1 day',"
            " app_now() + %s * interval '1 hour') returning id",
            [
                unit.id,
                unit.kind.value,
                token_hash(token),
                role.value,
                self.canary("invitation", unit),
                unit.people[unit.head],
                -1 if expired else 1,
            ],
        )
        return invitation_id, token

    def add_password_link(self, unit: Unit, *, used: bool = False) -> str:
        """A link by who answers for the tenant to set the password of its 职工: the token."""
        token = new_token()
        self._do(
            "insert into password_link (tenant_id, token_hash, person_id, issued_by, expires_at, used_at)"
            " values (%s, %s, %s, %s, app_now() + interval '1 hour', case when %s then app_now() end)",
            [unit.id, token_hash(token), unit.people[Role.EMPLOYEE], unit.people[unit.head], used],
        )
        return token

    def _end_one(self, unit: Unit) -> None:
        """Somebody who answered for the tenant and does no more."""
        self.add_newcomer(unit, unit.head, left=True)

    def restore(self, principal: Principal) -> None:
        """Everybody's password, and their authenticator and one hat, whatever was done to them."""
        self._do("update credential set password_hash = %s", [HASH])
        if principal.person_id is not None:
            self.give_credential(principal.person_id)
            own = principal.home.grants[principal.role] if principal.home and principal.role else 0
            self._do(
                "update role_grant set revoked_at = app_now(), revoked_by = person_id, revoke_reason = 'over'"
                " where person_id = %s and id <> %s and revoked_at is null",
                [principal.person_id, own],
            )

    def _end(self, unit: Unit, grant_id: int) -> None:
        self._do(
            "update role_grant set revoked_at = app_now(), revoked_by = %s, revoke_reason = %s where id = %s",
            [unit.people[unit.head], self.canary("reason", unit), grant_id],
        )

    def _write_record(self, unit: Unit) -> None:
        """An event with a canary in each of its texts, and a message that waits."""
        role, person_id = unit.head, unit.people[unit.head]
        actor = Actor(
            person_id=person_id,
            name=self.canary("record", unit),
            tenant_id=unit.id,
            tenant_kind=unit.kind,
            role=role,
            grant_id=unit.grants[role],
        )
        with act(Scope(writes=unit.id)) as session:
            for subject, subject_id in (("tenant", unit.id), ("person", person_id)):
                record(
                    session,
                    tenant_id=unit.id,
                    actor=actor,
                    action=Action.GRANT_CREATE,
                    subject=Subject(subject, subject_id, self.canary("record", unit)),
                    changes={"role": (self.canary("record", unit), self.canary("record", unit))},
                    reason=self.canary("record", unit),
                )
        self._do(
            "insert into outbox (tenant_id, topic, payload)"
            " values (%s, 'test', jsonb_build_object('text', %s::text))",
            [unit.id, self.canary("outbox", unit)],
        )

    def _open_cycle(self) -> None:
        """A cycle whose nominations are over and which itself never ends."""
        self._do(
            "insert into pilot_cycle (code, year, round, edition, mode, nomination, plan_report, list_formed,"
            " provincial_publicity_start, year_end, usual_quota, quotas, clusters, opened_by, opened_role)"
            " values ('2026', 2026, 1, 'js2023', 'pilot', '2026-01-10', '2026-01-20', '2099-12-15',"
            " '2099-12-20', '2099-12-31', 1, '[]', '[]', %s, 'province_hr')",
            [next(each for each in self.principals if each.role is Role.PROVINCE_HR).person_id],
        )

    def _principals(self) -> Iterator[Principal]:
        homes = {unit.kind: unit for unit in reversed(self.units) if unit.city_code in (HOME, None)}
        homes[TenantKind.ENTERPRISE] = self.units[0]
        for role in Role:
            home = homes[role.kind]
            yield Principal(role, home.people[role], home)
        yield Principal(None, self.add_account(self.units[0], "head"), None)
        yield Principal(None, None, None)

    # --- SQL

    def _one(self, query: str, values: Any) -> int:
        row = self.connection.execute(query.encode(), values).fetchone()
        assert row
        return int(row[0])

    def _do(self, query: str, values: Any) -> None:
        self.connection.execute(query.encode(), values)


HASH: Final = hashed(PASSWORD, CHEAP)
SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - as above
