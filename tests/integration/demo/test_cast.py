"""The cast: a person for every role, everywhere there should be one, as the plans have them."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest

from core import paths
from core.demo import cast
from core.demo.acts import INVITED_BY
from core.domain.places import CITIES
from core.domain.plan import PlanDraft
from core.domain.roles import KIND_NAMES, Role, TenantKind, excluded_by, may_grant
from core.plandoc.files import read_plan_file
from core.plugin_host.tenants import read_tenant

FILE: Final = paths.ROOT / "tests" / "data" / "demo_plans.yaml"
PLANS: Final = {plan.plan_id: plan for plan in read_plan_file(str(FILE)).plans}
NOT_IN_THE_PLAN: Final = {Role.ENTERPRISE_HR, Role.APPLICANT, Role.EMPLOYEE}


def named(plan: PlanDraft) -> set[tuple[Role, str]]:
    """Who is what by the plan."""
    known: Any = plan
    posts = {
        "chair": Role.COMMITTEE_CHAIR,
        "vice_chair": Role.COMMITTEE_VICE_CHAIR,
        "member": Role.COMMITTEE_MEMBER,
    }
    kinds = {"enterprise": Role.ENTERPRISE_EXPERT, "industry": Role.INDUSTRY_EXPERT}
    committee = known.organisation.committee
    return {
        (Role.ENTERPRISE_PRINCIPAL, known.complaints.convener.name),
        *((posts[each.post], each.name) for each in committee.members),
        *((Role.COMMITTEE_STAFF, each.name) for each in committee.staff),
        *((kinds[each.kind], each.name) for panel in known.organisation.panels for each in panel.members),
        *((Role.COMPLAINT_HANDLER, each.name) for each in known.complaints.handlers),
    }


def test_every_role_has_a_person() -> None:
    assert {hat.role for hat in cast.hats()} == {role.value for role in Role}


def test_every_city_has_its_three_bodies_and_every_kind_of_body_is_there() -> None:
    kinds = Counter(place.kind for place in cast.places() if isinstance(place, cast.Body))
    of_a_city = (TenantKind.CITY_HR, TenantKind.CITY_CENTRE, TenantKind.CITY_INDUSTRY)
    once = KIND_NAMES.keys() - {*of_a_city, TenantKind.ENTERPRISE}
    assert kinds == dict.fromkeys(of_a_city, len(CITIES)) | dict.fromkeys(once, 1)
    assert set(cast.OFFICIALS) == set(CITIES)


def test_the_three_administrators_are_three_people() -> None:
    assert len({part.person for part in cast.PLATFORM.parts}) == 3


def test_somebody_has_two_hats_in_one_tenant_and_somebody_in_two() -> None:
    worn: dict[str, list[str]] = {}
    for hat in cast.hats():
        worn.setdefault(hat.login_name, []).append(hat.tenant)
    several = [tenants for tenants in worn.values() if len(tenants) > 1]
    assert {len(set(tenants)) for tenants in several} == {1, 2}


def test_nobody_has_two_hats_that_exclude_one_another() -> None:
    for place in cast.places():
        held: dict[cast.Person, list[Role]] = {}
        for part in place.parts:
            assert excluded_by(part.role, held.get(part.person, ())) is None
            held.setdefault(part.person, []).append(part.role)


def test_names_are_of_one_person_each() -> None:
    people = {part.person for place in cast.places() for part in place.parts}
    assert len(people) == len({person.name for person in people}) == len(cast.login_names())


@pytest.mark.parametrize("role", sorted(INVITED_BY))
def test_who_brings_somebody_in_may(role: Role) -> None:
    assert may_grant(INVITED_BY[role], role)


@pytest.mark.parametrize("enterprise", cast.ENTERPRISES, ids=lambda each: each.slug)
def test_people_of_an_enterprise_are_those_of_its_plan(enterprise: cast.Enterprise) -> None:
    folder = read_tenant(enterprise.slug, paths.TENANTS / enterprise.slug)
    facts: Any = folder.enrolment.enterprise
    assert enterprise.short_name == facts.short_name
    plan = PLANS[folder.enrolment.plan_id]
    parts = {(part.role, part.person.name) for part in enterprise.parts}
    assert {each for each in parts if each[0] not in NOT_IN_THE_PLAN} <= named(plan)
    assert not {name for role, name in parts if role in NOT_IN_THE_PLAN} & {name for _, name in named(plan)}
