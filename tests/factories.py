"""Tenants, people and grants for tests, written by a superuser: arranging does not depend on what is tested.

Each function inserts exactly the rows it names and returns what it inserted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Final

import psycopg

from core.domain.roles import Actor, Role, TenantKind

NANJING: Final = "320100"
SUZHOU: Final = "320500"

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class MadeTenant:
    id: int
    kind: TenantKind
    name: str
    city_code: str | None


@dataclass(frozen=True, slots=True)
class MadePerson:
    id: int
    login_name: str
    name: str


@dataclass(frozen=True, slots=True)
class Tenants:
    """Two of each in 南京 and 苏州 (``other_…``), and the bodies that are there once."""

    enterprise: MadeTenant
    city_hr: MadeTenant
    city_centre: MadeTenant
    city_industry: MadeTenant
    other_enterprise: MadeTenant
    other_city_hr: MadeTenant
    other_city_centre: MadeTenant
    other_city_industry: MadeTenant
    province_hr: MadeTenant
    province_centre: MadeTenant
    central_branch: MadeTenant
    platform: MadeTenant


def tenant(
    connection: psycopg.Connection, kind: TenantKind, name: str, city_code: str | None = None
) -> MadeTenant:
    """A 单位; an enterprise gets a USCC that no other has."""
    uscc = f"9132{next(_numbers):014}" if kind is TenantKind.ENTERPRISE else None
    row = connection.execute(
        "insert into tenant (kind, name, short_name, city_code, uscc) "
        "values (%s, %s, %s, %s, %s) returning id",
        [kind.value, name, name[:6], city_code, uscc],
    ).fetchone()
    assert row
    return MadeTenant(row[0], kind, name, city_code)


def person(connection: psycopg.Connection, name: str) -> MadePerson:
    """An account with a login name of its own, without a password."""
    login_name = f"person-{next(_numbers)}"
    row = connection.execute(
        "insert into person (login_name, name) values (%s, %s) returning id", [login_name, name]
    ).fetchone()
    assert row
    return MadePerson(row[0], login_name, name)


def grant(connection: psycopg.Connection, where: MadeTenant, who: MadePerson, role: Role) -> int:
    """A standing grant, valid from now on without end; returns its id."""
    row = connection.execute(
        "insert into role_grant (tenant_id, tenant_kind, person_id, role) "
        "values (%s, %s, %s, %s) returning id",
        [where.id, where.kind.value, who.id, role.value],
    ).fetchone()
    assert row
    return int(row[0])


def actor(connection: psycopg.Connection, where: MadeTenant, role: Role, name: str) -> Actor:
    """A new person acting under a new grant."""
    who = person(connection, name)
    return Actor(
        person_id=who.id,
        name=name,
        tenant_id=where.id,
        tenant_kind=where.kind,
        role=role,
        grant_id=grant(connection, where, who, role),
        request_id="request-1",
        address="192.0.2.1",
    )


def tenants(connection: psycopg.Connection) -> Tenants:
    """Two enterprises in two cities with the bodies above them."""

    def made(kind: TenantKind, name: str, city_code: str | None = None) -> MadeTenant:
        return tenant(connection, kind, name, city_code)

    return Tenants(
        enterprise=made(TenantKind.ENTERPRISE, "南京宏能电力设备有限公司", NANJING),
        city_hr=made(TenantKind.CITY_HR, "南京市人力资源和社会保障局", NANJING),
        city_centre=made(TenantKind.CITY_CENTRE, "南京市职业技能鉴定中心", NANJING),
        city_industry=made(TenantKind.CITY_INDUSTRY, "南京市工业和信息化局", NANJING),
        other_enterprise=made(TenantKind.ENTERPRISE, "苏州姑胥精密机械有限公司", SUZHOU),
        other_city_hr=made(TenantKind.CITY_HR, "苏州市人力资源和社会保障局", SUZHOU),
        other_city_centre=made(TenantKind.CITY_CENTRE, "苏州市职业技能鉴定中心", SUZHOU),
        other_city_industry=made(TenantKind.CITY_INDUSTRY, "苏州市工业和信息化局", SUZHOU),
        province_hr=made(TenantKind.PROVINCE_HR, "省人力资源社会保障厅"),
        province_centre=made(TenantKind.PROVINCE_CENTRE, "省职业技能鉴定中心"),
        central_branch=made(TenantKind.CENTRAL_BRANCH, "中央企业驻苏分公司"),
        platform=made(TenantKind.PLATFORM, "平台"),
    )
