"""指导服务: what may be written down, where it belongs, and what is missing to whom."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from core.domain.errors import DomainError
from core.domain.guidance import GuidanceKind
from core.domain.roles import Actor, Role, TenantKind
from core.domain.values import BEIJING
from core.persistence.queries.guidance import GuidedWanted
from core.persistence.session import act, reading
from core.services import cycles, directory, guidance
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.guidance import Guided
from tests import factories, pilots
from tests.factories import MadeTenant
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import OPENED, Season

ENTRY = {"kind": "process_guidance", "given_on": date(2026, 11, 2), "summary": "到厂辅导编制评分标准。"}
ROUNDS = 10


@pytest.fixture
def cycle_id(season: Season) -> int:
    """An open cycle with an enterprise of each city in it."""
    opened, tenants = season.open_cycle(), season.tenants
    for where, nominator in (
        (tenants.enterprise, tenants.city_centre),
        (tenants.other_enterprise, tenants.other_city_centre),
    ):
        pilots.place(season.superuser, opened, where, nominator=nominator, by=season.centre.person_id)
    return opened


def give(season: Season, who: Actor | None = None, where: MadeTenant | None = None, **changes: Any) -> int:
    who, where = who or season.city, where or season.tenants.enterprise
    with act(season.scope(who, where.id)) as session:
        return guidance.give(session, actor=who, tenant_id=where.id, **{**ENTRY, **changes})


def log(season: Season, cycle_id: int, who: Actor | None = None) -> list[str]:
    with reading(season.scope(who or season.city)) as session:
        found, _ = guidance.log(session, tenant_id=season.tenants.enterprise.id, cycle_id=cycle_id)
    return [each.summary for each in found]


def guided(season: Season, who: Actor, **wanted: Any) -> list[Guided]:
    with reading(season.scope(who)) as session:
        opened = cycles.latest(session)
        assert opened
        found, _ = guidance.guided(session, opened, GuidedWanted(**wanted))
    return list(found)


def missing(each: Guided) -> list[str]:
    return [finding.rule for finding in each.findings]


# writing it down


def test_service_is_kept_with_the_enterprise_and_told_in_its_record(season: Season, cycle_id: int) -> None:
    entry_id = give(season)
    unit = season.tenants.enterprise.id
    kept = season.superuser.execute(
        "select tenant_id, cycle_id, kind, given_by_unit, given_by from guidance_entry where id = %s",
        [entry_id],
    ).fetchone()
    body = season.tenants.city_centre.name
    assert kept == (unit, cycle_id, "process_guidance", body, season.city.person_id)
    told = season.superuser.execute(
        "select action, subject_type, subject_id, subject_label, changes ->> 'given_by_unit' from audit_event"
        " where tenant_id = %s",
        [unit],
    ).fetchall()
    assert told == [
        ("guidance:give", "guidance_entry", str(entry_id), "过程指导", f'[null, "{body}"]'),
    ]
    sent = season.superuser.execute("select tenant_id, topic from outbox").fetchall()
    assert sent == [(unit, "guidance:give")]


@pytest.mark.parametrize("who", ["city", "city_hr", "province", "centre"])
def test_bodies_of_city_and_province_write_it_down(season: Season, cycle_id: int, who: str) -> None:
    give(season, getattr(season, who))
    assert log(season, cycle_id) == [ENTRY["summary"]]


@pytest.mark.parametrize("role", [Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR])
def test_enterprise_does_not_write_its_own(season: Season, cycle_id: int, role: Role) -> None:
    own = factories.actor(season.superuser, season.tenants.enterprise, role, "傅临川")
    with pytest.raises(NotAllowed):
        give(season, own)
    assert log(season, cycle_id) == []


def test_other_city_does_not_reach_the_enterprise(season: Season, cycle_id: int) -> None:
    other = factories.actor(season.superuser, season.tenants.other_city_centre, Role.CITY_CENTRE, "文知远")
    with pytest.raises(LookupError):
        give(season, other)
    give(season, other, season.tenants.other_enterprise)
    assert log(season, cycle_id, season.centre) == []


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": ""}),
        ("kind", {"kind": "visit"}),
        ("given_on", {"given_on": None}),
        ("given_on", {"given_on": date(2026, 11, 3)}),
        ("given_on", {"given_on": date(2025, 12, 31)}),
        ("summary", {"summary": " \n\t"}),
        ("summary", {"summary": "辅" * 501}),
    ],
)
def test_entry_that_cannot_be_is_refused_at_its_field(
    season: Season, cycle_id: int, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        give(season, **changes)
    assert refused.value.field == field
    assert log(season, cycle_id) == []


@pytest.mark.parametrize(
    "changes",
    [{"given_on": date(2026, 1, 1)}, {"summary": "辅" * 500}, {"kind": "data_service"}],
)
def test_entry_at_the_limit_is_taken(season: Season, cycle_id: int, changes: dict[str, Any]) -> None:
    give(season, **changes)
    assert log(season, cycle_id) == [changes.get("summary", ENTRY["summary"])]


def test_today_is_that_of_beijing(season: Season, cycle_id: int, set_clock: SetClock) -> None:
    set_clock(datetime(2026, 11, 3, 0, 30, tzinfo=BEIJING))  # still the 2nd in Greenwich
    give(season, given_on=date(2026, 11, 3))
    assert len(log(season, cycle_id)) == 1


def test_enterprise_without_a_cycle_has_no_log(season: Season) -> None:
    season.open_cycle()
    with pytest.raises(Conflict):
        give(season)


def test_service_belongs_to_the_latest_cycle_of_the_enterprise(season: Season, cycle_id: int) -> None:
    later = pilots.cycle(season.superuser, season.province.person_id, year=2027)
    give(season, given_on=date(2026, 11, 1))
    pilots.place(
        season.superuser,
        later,
        season.tenants.enterprise,
        nominator=season.tenants.city_centre,
        by=season.centre.person_id,
    )
    with pytest.raises(Invalid):  # 2027 has not begun
        give(season)
    assert (len(log(season, cycle_id)), log(season, later)) == (1, [])


def test_same_service_is_not_written_twice(season: Season, cycle_id: int) -> None:
    give(season)
    with pytest.raises(Conflict):
        give(season)
    give(season, season.city_hr)
    give(season, given_on=date(2026, 11, 1))
    give(season, summary="另一次")
    give(season, kind="policy_advice")
    assert len(log(season, cycle_id)) == 5


def test_same_service_sent_twice_at_once_is_written_once(season: Season, cycle_id: int, bound: Flask) -> None:
    for number in range(ROUNDS):
        assert len(twice_at_once(season, bound, season.city, f"第 {number} 次")) == 1, number
    assert len(log(season, cycle_id)) == ROUNDS


def twice_at_once(season: Season, app: Flask, who: Actor, summary: str) -> list[Conflict]:
    """The refusals when two threads write the same service."""
    barrier, refused = threading.Barrier(2), []

    def write() -> None:
        with app.app_context():
            barrier.wait()
            try:
                give(season, who, summary=summary)
            except Conflict as conflict:
                refused.append(conflict)

    both = [threading.Thread(target=write) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    return refused


def test_nothing_is_ever_changed_or_deleted(season: Season, cycle_id: int) -> None:
    give(season)
    for right in ("update", "delete"):
        row = season.superuser.execute(
            "select has_table_privilege('app_user', 'guidance_entry', %s)", [right]
        ).fetchone()
        assert row == (False,)


# reading it


def test_log_goes_on_from_page_to_page(season: Season, cycle_id: int) -> None:
    for number in range(5):
        give(season, summary=f"第 {number} 次")
    with reading(season.scope(season.city)) as session:
        where = {"tenant_id": season.tenants.enterprise.id, "cycle_id": cycle_id}
        first, more = guidance.log(session, **where, limit=3)
        second, end = guidance.log(session, **where, before=more, limit=3)
    assert [each.summary for each in (*first, *second)] == [f"第 {n} 次" for n in (4, 3, 2, 1, 0)]
    assert end is None
    assert first[0].kind is GuidanceKind.PROCESS_GUIDANCE


def test_log_of_another_city_is_empty(season: Season, cycle_id: int) -> None:
    other = factories.actor(season.superuser, season.tenants.other_city_hr, Role.CITY_HR, "范若水")
    give(season)
    assert log(season, cycle_id, other) == []
    assert log(season, cycle_id, season.city_hr) == [ENTRY["summary"]]


# what is missing


def test_enterprise_that_was_given_nothing_is_named_to_the_body(season: Season, cycle_id: int) -> None:
    (found,) = guided(season, season.city)
    assert found.name == season.tenants.enterprise.name
    assert missing(found) == ["JS-5.1-local-duties"]
    assert (found.last, set(found.numbers.values())) == (None, {0})


def test_guidance_in_time_lacks_nothing(season: Season, cycle_id: int) -> None:
    give(season)
    give(season, kind="data_service", given_on=date(2026, 11, 1))
    (found,) = guided(season, season.city)
    assert missing(found) == []
    assert found.last == date(2026, 11, 2)
    assert found.numbers == {
        GuidanceKind.POLICY_ADVICE: 0,
        GuidanceKind.PROCESS_GUIDANCE: 1,
        GuidanceKind.DATA_SERVICE: 1,
    }


@pytest.mark.parametrize(("day", "rules"), [(10, []), (11, ["JS-3-t1-early-november"])])
def test_guidance_that_begins_late_is_named(
    season: Season, cycle_id: int, set_clock: SetClock, day: int, rules: list[str]
) -> None:
    set_clock(datetime(2026, 11, 12, 9, tzinfo=BEIJING))
    give(season, given_on=date(2026, 11, day))
    assert missing(guided(season, season.city)[0]) == rules


def test_city_sees_its_own_and_the_province_all(season: Season, cycle_id: int) -> None:
    both = {season.tenants.enterprise.name, season.tenants.other_enterprise.name}
    assert {each.name for each in guided(season, season.city)} == {season.tenants.enterprise.name}
    assert {each.name for each in guided(season, season.centre)} == both


def test_list_is_sifted_by_name_city_and_what_is_missing(season: Season, cycle_id: int) -> None:
    give(season)

    def names(**wanted: Any) -> set[str]:
        return {each.name for each in guided(season, season.centre, **wanted)}

    ours, theirs = season.tenants.enterprise.name, season.tenants.other_enterprise.name
    assert names() == {ours, theirs}
    assert names(words="姑胥") == {theirs}
    assert names(words="%") == set()
    assert names(city_code="320100") == {ours}
    assert names(unguided=True) == {theirs}
    assert names(tenant_id=season.tenants.enterprise.id) == {ours}


def test_only_enterprises_of_the_cycle_are_listed(season: Season, cycle_id: int) -> None:
    stranger = factories.tenant(season.superuser, TenantKind.ENTERPRISE, "南京未参加企业", factories.NANJING)
    assert stranger.name not in {each.name for each in guided(season, season.centre)}


def test_list_goes_on_from_page_to_page_of_guided(season: Season, cycle_id: int) -> None:
    with reading(season.scope(season.centre)) as session:
        opened = cycles.latest(session)
        assert opened
        first, more = guidance.guided(session, opened, GuidedWanted(), limit=1)
        assert more is not None
        second, end = guidance.guided(session, opened, GuidedWanted(), after=more, limit=1)
    assert {first[0].name, second[0].name} == {
        season.tenants.enterprise.name,
        season.tenants.other_enterprise.name,
    }
    assert end is None


def test_numbers_of_the_cycle(season: Season, cycle_id: int) -> None:
    give(season)
    for who, numbers in ((season.centre, (2, 1)), (season.city, (1, 0))):
        with reading(season.scope(who)) as session:
            found = guidance.counts(session, cycle_id, city_code=None)
        assert (found.admitted, found.unguided) == numbers


# the cycles of an enterprise


def test_cycles_of_an_enterprise_say_who_admitted_it(season: Season, cycle_id: int) -> None:
    unit = season.tenants.enterprise
    later = pilots.cycle(season.superuser, season.province.person_id, year=2027)
    nomination_id = pilots.place(
        season.superuser,
        later,
        unit,
        nominator=season.tenants.central_branch,
        by=season.centre.person_id,
        channel="province_direct",
    )
    pilots.admission(unit, nomination_id, season.centre)
    with reading(season.scope(season.city)) as session:
        found = directory.places(session, unit.id)
    assert [(each.code, each.channel) for each in found] == [("2027", "province_direct"), ("2026", "city")]
    assert [(each.admitted_name, each.admitted_role) for each in found] == [
        ("温叙言", Role.PROVINCE_CENTRE),
        (None, None),  # nothing of it in the record
    ]
    with reading(season.scope(season.city)) as session:
        assert directory.places(session, season.tenants.other_enterprise.id) == ()


def test_refusals_are_told_in_words(season: Season, cycle_id: int) -> None:
    for changes in ({"given_on": date(2026, 11, 3)}, {"given_on": date(2025, 1, 1)}, {"summary": ""}):
        with pytest.raises(DomainError) as refused:
            give(season, **changes)
        assert refused.value.message.endswith("。")
    assert OPENED.date() == date(2026, 11, 2)
