"""The tables of roles are whole and keep powers apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.roles import (
    ADMINISTERING,
    ADMINS,
    GRANTS,
    KIND_NAMES,
    ROLES,
    SCORERS,
    Grant,
    Reach,
    Role,
    TenantKind,
    excluded_by,
    grantable,
    helps_in,
    may_grant,
    roles_of,
)

NOON = datetime(2026, 11, 9, 4, 0, tzinfo=UTC)


def test_every_role_and_kind_has_its_facts() -> None:
    assert set(ROLES) == set(Role)
    assert set(KIND_NAMES) == set(TenantKind)
    assert all(roles_of(kind) for kind in TenantKind)


@pytest.mark.parametrize("role", Role)
def test_second_factor_is_needed_by_bodies_principals_hr_and_administrators(role: Role) -> None:
    formal = role in {Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR}
    assert role.needs_second_factor is (role.kind is not TenantKind.ENTERPRISE or formal)


@pytest.mark.parametrize(
    ("reach", "roles"),
    [
        (Reach.ALL, {Role.PROVINCE_HR, Role.PROVINCE_CENTRE, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
        (Reach.CITY, {Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY}),
    ],
)
def test_reach_beyond_the_own_tenant_is_held_by(reach: Reach, roles: set[Role]) -> None:
    assert {role for role in Role if role.reach is reach} == roles


def test_city_reach_belongs_to_roles_of_tenants_with_a_city() -> None:
    with_city = {TenantKind.ENTERPRISE, TenantKind.CITY_HR, TenantKind.CITY_CENTRE, TenantKind.CITY_INDUSTRY}
    granted = {granter for granter, roles in GRANTS.items() if Reach.CITY in roles.values()}
    reading = {role for role in Role if role.reach is Reach.CITY}
    assert {role.kind for role in granted | reading} <= with_city


def test_own_grants_stay_in_the_kind_of_the_granter() -> None:
    for granter, roles in GRANTS.items():
        for role, reach in roles.items():
            assert reach is not Reach.OWN or role.kind is granter.kind, (granter, role)
            assert reach is Reach.OWN or role.kind is not granter.kind, (granter, role)


def test_every_role_can_be_granted_by_someone() -> None:
    assert {role for roles in GRANTS.values() for role in roles} == set(Role)


@pytest.mark.parametrize(
    "role",
    [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.PLAN_EXPERT, Role.APPLICANT, Role.EMPLOYEE, *sorted(SCORERS)],
)
def test_grants_nothing(role: Role) -> None:
    assert all(may_grant(role, other) is None for other in Role)


def test_administrators_are_made_by_the_security_administrator_alone() -> None:
    for admin in ADMINS:
        assert [role for role in Role if may_grant(role, admin)] == [Role.SECURITY_ADMIN]


def test_a_body_opens_an_enterprise_with_its_principal_and_grants_nothing_else_there() -> None:
    for role in Role:
        if role.kind not in {TenantKind.ENTERPRISE, TenantKind.PLATFORM}:
            assert set(grantable(role, TenantKind.ENTERPRISE)) <= {Role.ENTERPRISE_PRINCIPAL}
    assert may_grant(Role.CITY_HR, Role.ENTERPRISE_PRINCIPAL) is Reach.CITY
    assert may_grant(Role.PROVINCE_CENTRE, Role.ENTERPRISE_PRINCIPAL) is Reach.ALL


def test_hr_grants_people_but_no_principal() -> None:
    assert may_grant(Role.ENTERPRISE_HR, Role.EMPLOYEE) is Reach.OWN
    assert may_grant(Role.ENTERPRISE_HR, Role.ENTERPRISE_PRINCIPAL) is None
    assert may_grant(Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_PRINCIPAL) is Reach.OWN


@pytest.mark.parametrize("role", Role)
def test_exclusion_is_mutual(role: Role) -> None:
    for other in Role:
        assert (excluded_by(role, [other]) is None) is (excluded_by(other, [role]) is None)


def test_powers_kept_apart() -> None:
    for admin in ADMINS:
        assert all(excluded_by(admin, [other]) is other for other in ADMINS - {admin})
        assert excluded_by(admin, [admin]) is None
    for scorer in SCORERS:
        assert all(excluded_by(scorer, [other]) is other for other in ADMINISTERING)
        assert excluded_by(scorer, SCORERS) is None
    assert excluded_by(Role.COMMITTEE_CHAIR, [Role.ENTERPRISE_PRINCIPAL, Role.EMPLOYEE]) is None


@pytest.mark.parametrize(
    ("start", "end", "revoked", "stands"),
    [
        (0, None, None, True),
        (0, 1, None, True),
        (0, 0, None, False),
        (1, None, None, False),
        (-9, -1, None, False),
        (-9, None, -1, False),
    ],
)
def test_grant_stands_from_its_start_to_before_its_end(
    start: int, end: int | None, revoked: int | None, stands: bool
) -> None:
    def moment(hours: int | None) -> datetime | None:
        return None if hours is None else NOON + timedelta(hours=hours)

    grant = Grant(
        id=1,
        tenant_id=1,
        person_id=1,
        person_name="钱宏图",
        role=Role.EMPLOYEE,
        valid_from=NOON + timedelta(hours=start),
        valid_to=moment(end),
        granted_at=NOON,
        granted_by=None,
        revoked_at=moment(revoked),
        revoked_by=None,
        revoke_reason=None,
    )
    assert grant.stands(NOON) is stands
    assert grant.is_over(NOON) is (not stands and start <= 0)


# --- who helps somebody who forgot their password (1 and 2 are enterprises, 9 is the platform)

HELPS = {
    "staff of the unit": ([(1, Role.EMPLOYEE), (1, Role.APPLICANT)], {"hr of 1", "principal of 1"}),
    "a committee": ([(1, Role.COMMITTEE_CHAIR)], {"hr of 1", "principal of 1"}),
    "the same post elsewhere": ([(2, Role.EMPLOYEE)], {"hr of 2"}),
    "an expert of two units": ([(1, Role.INDUSTRY_EXPERT), (2, Role.INDUSTRY_EXPERT)], {"security"}),
    "hr": ([(1, Role.ENTERPRISE_HR)], {"security"}),
    "hr who also applies": ([(1, Role.ENTERPRISE_HR), (1, Role.APPLICANT)], {"security"}),
    "the principal": ([(1, Role.ENTERPRISE_PRINCIPAL)], {"security"}),
    "staff with a hat of a body": ([(1, Role.EMPLOYEE), (5, Role.CITY_HR)], {"security"}),
    "a body": ([(5, Role.CITY_HR)], {"security"}),
    "an administrator": ([(9, Role.AUDIT_ADMIN)], {"security"}),
    "nobody any more": ([], {"security"}),
}
HELPERS = {
    "hr of 1": (Role.ENTERPRISE_HR, 1),
    "hr of 2": (Role.ENTERPRISE_HR, 2),
    "principal of 1": (Role.ENTERPRISE_PRINCIPAL, 1),
    "staff of 1": (Role.COMMITTEE_STAFF, 1),
    "colleague of 1": (Role.EMPLOYEE, 1),
    "city": (Role.CITY_HR, 5),
    "centre": (Role.PROVINCE_CENTRE, 6),
    "province": (Role.PROVINCE_HR, 7),
    "security": (Role.SECURITY_ADMIN, 9),
    "system": (Role.SYSTEM_ADMIN, 9),
    "audit": (Role.AUDIT_ADMIN, 9),
}


@pytest.mark.parametrize("whom", HELPS)
def test_who_forgot_their_password_is_helped_by(whom: str) -> None:
    held, helpers = HELPS[whom]
    found = {name for name, (role, home) in HELPERS.items() if helps_in(role, home=home, held=held)}
    assert found == helpers
