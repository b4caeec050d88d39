"""参考资料: who reads which, and who withdraws one."""

from __future__ import annotations

import pytest

from core.domain.roles import Actor, Role
from core.persistence.session import act, reading
from core.services import reference_files
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.reference_files import Wanted
from tests import factories, pilots
from tests.factories import NANJING, SUZHOU
from tests.integration.onboarding.season import Season

EVERYWHERE = Wanted(everywhere=True)


@pytest.fixture
def cycle_id(season: Season) -> int:
    return season.open_cycle()


@pytest.fixture
def files(season: Season, cycle_id: int) -> dict[str, int]:
    """A file each of the province and of two cities."""
    tenants, by = season.tenants, season.province.person_id
    return {
        where.name: pilots.file(season.superuser, cycle_id, where, f"{where.name}的资料", by=by)
        for where in (tenants.province_hr, tenants.city_centre, tenants.other_city_hr)
    }


def titles(season: Season, cycle_id: int, wanted: Wanted, who: Actor | None = None) -> list[str]:
    with reading(season.scope(who or season.city)) as session:
        found, _ = reference_files.page(session, cycle_id, wanted)
    return [each.published_by_unit for each in found]


def withdraw(season: Season, who: Actor, file_id: int, reason: str = "内容有误，重新发布") -> None:
    with act(season.scope(who)) as session:
        reference_files.withdraw(session, actor=who, file_id=file_id, reason=reason)


def test_city_reads_the_province_and_itself(season: Season, cycle_id: int, files: dict[str, int]) -> None:
    tenants = season.tenants
    ours, theirs, above = tenants.city_centre.name, tenants.other_city_hr.name, tenants.province_hr.name
    assert titles(season, cycle_id, Wanted(city_code=NANJING)) == [ours, above]
    assert titles(season, cycle_id, Wanted(city_code=SUZHOU)) == [theirs, above]
    assert titles(season, cycle_id, Wanted()) == [above]
    assert titles(season, cycle_id, EVERYWHERE) == [theirs, ours, above]


def test_enterprise_reads_what_is_published(season: Season, cycle_id: int, files: dict[str, int]) -> None:
    own = factories.actor(season.superuser, season.tenants.enterprise, Role.ENTERPRISE_HR, "顾云舟")
    assert len(titles(season, cycle_id, Wanted(city_code=NANJING), own)) == 2


def test_other_cycle_has_other_files(season: Season, cycle_id: int, files: dict[str, int]) -> None:
    later = pilots.cycle(season.superuser, season.province.person_id, year=2027)
    assert titles(season, later, EVERYWHERE) == []
    assert len(titles(season, cycle_id, EVERYWHERE)) == 3


def test_numbers_of_a_city_and_of_the_province(season: Season, cycle_id: int, files: dict[str, int]) -> None:
    with reading(season.scope(season.city)) as session:
        found = {
            city: reference_files.published(session, cycle_id, city_code=city)
            for city in (None, NANJING, "320300")
        }
    assert found == {None: 1, NANJING: 1, "320300": 0}


def test_list_goes_on_from_page_to_page(season: Season, cycle_id: int, files: dict[str, int]) -> None:
    with reading(season.scope(season.city)) as session:
        first, more = reference_files.page(session, cycle_id, EVERYWHERE, limit=2)
        second, end = reference_files.page(session, cycle_id, EVERYWHERE, before=more, limit=2)
    assert (len(first), len(second), end) == (2, 1, None)
    assert {each.id for each in (*first, *second)} == set(files.values())


def test_body_withdraws_its_own_with_a_reason(season: Season, cycle_id: int, files: dict[str, int]) -> None:
    withdraw(season, season.city, files[season.tenants.city_centre.name])
    assert titles(season, cycle_id, Wanted(city_code=NANJING)) == [season.tenants.province_hr.name]
    told = season.superuser.execute(
        "select tenant_id, action, subject_label, reason from audit_event where action like 'guidance:%'"
    ).fetchall()
    unit = season.tenants.city_centre
    assert told == [(unit.id, "guidance:withdraw", f"{unit.name}的资料", "内容有误，重新发布")]


REFUSED: dict[str, tuple[type[Exception], str]] = {
    "city": (Invalid, " "),  # without a reason
    "city_hr": (LookupError, "内容有误"),  # of the same city, not its own
    "province": (LookupError, "内容有误"),
    "branch": (NotAllowed, "内容有误"),
}


@pytest.mark.parametrize("who", REFUSED)
def test_nobody_else_withdraws_it_nor_without_a_reason(
    season: Season, cycle_id: int, files: dict[str, int], who: str
) -> None:
    file_id = files[season.tenants.city_centre.name]
    error, reason = REFUSED[who]
    with pytest.raises(error):
        withdraw(season, getattr(season, who), file_id, reason)
    assert len(titles(season, cycle_id, EVERYWHERE)) == 3
    withdraw(season, season.city, file_id)
    assert len(titles(season, cycle_id, EVERYWHERE)) == 2


def test_file_is_withdrawn_once(season: Season, cycle_id: int, files: dict[str, int]) -> None:
    file_id = files[season.tenants.city_centre.name]
    withdraw(season, season.city, file_id)
    with pytest.raises(Conflict):
        withdraw(season, season.city, file_id)


def test_industry_authority_does_not_publish(season: Season, cycle_id: int) -> None:
    industry = factories.actor(season.superuser, season.tenants.city_industry, Role.CITY_INDUSTRY, "骆怀谷")
    with pytest.raises(NotAllowed):
        withdraw(season, industry, 1)
