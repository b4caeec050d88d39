"""Who sees which field: the table, read for every role, relation and stage."""

from __future__ import annotations

import pytest

from core import policy
from core.domain.roles import GRANTS, Actor, Role, TenantKind, roles_of
from core.policy import Relation, Sight, Stage, Subject, roles_seen, visible

OWN, OTHER, READER, SOMEBODY = 1, 2, 10, 20


def reader(role: Role) -> Actor:
    return Actor(person_id=READER, name="沈知行", tenant_id=OWN, tenant_kind=role.kind, role=role, grant_id=1)


def seen(
    field: str, role: Role, *, tenant_id: int = OWN, person_id: int = SOMEBODY, stage: Stage = Stage.STANDING
) -> Sight:
    return visible(field, reader(role), Subject(tenant_id=tenant_id, person_id=person_id, stage=stage))


@pytest.mark.parametrize("role", Role)
def test_own_data_is_seen_by_everybody(role: Role) -> None:
    assert seen("person.login_name", role, person_id=READER) is Sight.SHOWN
    assert seen("person.phone", role, person_id=READER) is Sight.MASKED


@pytest.mark.parametrize("role", Role)
def test_data_of_colleagues_is_for_those_who_bring_them_in(role: Role) -> None:
    granter = role in GRANTS
    assert seen("person.login_name", role) is (Sight.SHOWN if granter else Sight.WITHHELD)
    assert seen("person.phone", role) is (Sight.MASKED if granter else Sight.WITHHELD)


@pytest.mark.parametrize("role", Role)
def test_phone_is_withheld_once_somebody_has_left(role: Role) -> None:
    for tenant_id in (OWN, OTHER):
        assert seen("person.phone", role, tenant_id=tenant_id, stage=Stage.ENDED) is Sight.WITHHELD


def test_login_names_elsewhere_are_for_the_security_admin_alone() -> None:
    shown = {role for role in Role if seen("person.login_name", role, tenant_id=OTHER) is Sight.SHOWN}
    assert shown == {Role.SECURITY_ADMIN}


def test_administrators_of_the_platform_see_no_phone_elsewhere() -> None:
    masked = {role for role in Role if seen("person.phone", role, tenant_id=OTHER) is Sight.MASKED}
    assert masked == set(GRANTS) - {Role.SECURITY_ADMIN}


def test_nothing_is_shown_whole_that_is_personal() -> None:
    phones = {line.sight for line in policy.POLICY["person.phone"]}
    assert phones == {Sight.MASKED}


def test_field_without_a_line_is_a_slip() -> None:
    with pytest.raises(KeyError):
        seen("person.shoe_size", Role.PROVINCE_HR)


def test_every_line_can_apply() -> None:
    for lines in policy.POLICY.values():
        for line in lines:
            assert line.relation in Relation
            assert set(line.roles) <= set(Role)
            assert line.roles
            assert line.stages


@pytest.mark.parametrize("kind", TenantKind)
def test_own_unit_is_seen_whole_and_others_by_who_answers_for_them(kind: TenantKind) -> None:
    role = roles_of(kind)[0]
    assert roles_seen(reader(role), OWN, kind) == roles_of(kind)
    above = roles_seen(reader(Role.PROVINCE_HR), OTHER, kind)
    assert above == tuple(each for each in roles_of(kind) if each.needs_second_factor)
    assert above


@pytest.mark.parametrize("role", [Role.ENTERPRISE_HR, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN])
@pytest.mark.parametrize("tenant_id", [OWN, OTHER])
def test_recorded_values_are_shown_as_the_field_is(role: Role, tenant_id: int) -> None:
    def shown(subject_type: str, field: str) -> bool:
        return policy.shown_in_record(reader(role), tenant_id, subject_type, str(SOMEBODY), field)

    for field in ("login_name", "phone"):
        sight = seen(f"person.{field}", role, tenant_id=tenant_id)
        assert shown("person", field) is (sight is not Sight.WITHHELD)
        assert shown("grant", field)
    assert shown("person", "role")
