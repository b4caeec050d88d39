"""The season of the demo: nominations in every state, what bodies gave, a set-up cut short within it."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import paths
from core.config import Settings
from core.demo import SCENE, cast, nominees, seed, year
from core.demo.acts import CannotGoOn
from core.demo.papers import store_of
from core.domain.nomination import REQUIREMENTS, DossierPart
from core.domain.roles import Actor, Role, TenantKind
from core.domain.stages import NominationAct, NominationState
from core.persistence import clock
from core.persistence.models import NominationRow, Person, RoleGrant, Tenant
from core.persistence.queries.guidance import GuidedWanted
from core.persistence.server import EmbeddedServer
from core.persistence.session import reading
from core.plugin_host.tenants import read_tenant
from core.services import cockpit, cycles, guidance, reference_files, sanctions
from core.services.founding import EVERYTHING
from core.services.nominations import reading as looking
from core.services.nominations.kept import Kept
from core.services.reference_files import Wanted
from core.uploads import Accepted, Kind
from core.uploads.examine import examine
from tests.integration.conftest import migrated
from tests.integration.demo.conftest import demo_in, shiftable

STANDING: Final = """
select enterprise, case when (state = 'admitted') = (cycle_place.tenant_id is not null) then state end,
    nomination.channel
from nomination left join cycle_place
    on nomination_tenant_id = nomination.tenant_id and nomination_id = nomination.id
"""


def test_nominations_stand_in_every_state_as_told(past_policies: psycopg.Connection) -> None:
    found = {name: (state, channel) for name, state, channel in standing(past_policies)}
    city, direct = "city", "province_direct"
    assert found == {
        "徐州彭岳重工机械股份有限公司（虚构）": ("admitted", city),
        "苏州姑胥微电子科技股份有限公司（虚构）": ("admitted", city),
        "中国泓能石化集团有限公司南京江畔分公司（虚构）": ("admitted", direct),
        "苏州澄屿医疗器械有限公司（虚构）": ("admitted", city),
        "南京栖岚轨道装备有限公司（虚构）": ("returned", city),
        "无锡漪澜精密传感有限公司（虚构）": ("submitted", city),
        "常州启曜新能源科技有限公司（虚构）": ("draft", city),
        "南通沧澜海洋工程装备有限公司（虚构）": ("reported", city),
        "盐城沐风新能源装备有限公司（虚构）": ("reported", city),
        "连云港霁海药业有限公司（虚构）": ("withdrawn", city),
        "淮安楚岸食品有限公司（虚构）": ("rejected", city),
        "中国泓能石化集团有限公司连云港储运分公司（虚构）": ("draft", direct),
    }
    assert {state for state, _ in found.values()} == {each.value for each in NominationState}


def test_base_stands_beside_an_ordinary_enterprise_of_its_city(past_policies: psycopg.Connection) -> None:
    rows = past_policies.execute(
        "select cycle_place.quota_class from cycle_place join tenant on tenant.id = cycle_place.tenant_id "
        "where city_code = '320500' order by cycle_place.tenant_id"
    ).fetchall()
    assert rows == [("g42_plus_base",), ("ordinary",)]


def test_enterprises_of_the_cast_were_reported_when_their_folders_say(
    past_policies: psycopg.Connection,
) -> None:
    reported: dict[str, Any] = dict(
        past_policies.execute("select uscc, reported_at from nomination").fetchall()
    )
    for enterprise in cast.ENTERPRISES:
        folder = read_tenant(enterprise.slug, paths.TENANTS / enterprise.slug)
        said: Any = folder.enrolment.nomination
        late = reported[folder.uscc] - said.submitted_at
        assert timedelta() <= late < timedelta(minutes=5), enterprise.slug


def test_waiting_enterprise_lacks_only_what_the_province_finds(demo: Session) -> None:
    kept = nomination_of(demo, "南通沧澜海洋工程装备有限公司（虚构）")
    assert kept.nomination.verifications == ()
    with reading(EVERYTHING) as session:
        who = officer(session, Role.PROVINCE_CENTRE)
        found = looking.look(session, kept, NominationAct.ADMIT, who, clock.now(session)).findings
    stops = {each.path for each in found if each.stops}
    assert stops == {f"/{part}" for part in REQUIREMENTS}


def test_resubmitted_enterprise_shows_what_was_changed(demo: Session) -> None:
    kept = nomination_of(demo, "盐城沐风新能源装备有限公司（虚构）")
    assert {each.path for each in kept.changed()} == {
        "/enterprise/main_business_revenue_wan",
        "/enterprise/leading_position_statement",
        "/industry_position/position_evidence/1",
    }
    assert DossierPart.INDUSTRY_POSITION not in {each.part for each in kept.nomination.verifications}


def test_enterprise_that_waits_to_be_countersigned_may_still_be(demo: Session) -> None:
    kept = nomination_of(demo, "无锡漪澜精密传感有限公司（虚构）")
    with reading(EVERYTHING) as session:
        who = officer(session, Role.CITY_HR, kept.nomination.city_code)
        now = clock.now(session)
        assert looking.look(session, kept, NominationAct.COUNTERSIGN, who, now).findings == ()


def test_barred_enterprise_is_barred_and_another_is_not(demo: Session) -> None:
    with reading(EVERYTHING) as session:
        today = clock.today(session)
        assert sanctions.barred(session, uscc=year.BARRED.number, on=today)
        assert sanctions.barred(session, uscc=year.PENGYUE, on=today) is None


def test_enterprises_of_the_cast_were_given_services_and_one_that_just_came_was_not(demo: Session) -> None:
    with reading(EVERYTHING) as session:
        opened = cycles.latest(session)
        assert opened
        rows, _ = guidance.guided(session, opened, GuidedWanted())
        files, _ = reference_files.page(session, opened.id, Wanted(everywhere=True))
    given = {each.name: sum(each.numbers.values()) for each in rows}
    assert given == {
        "徐州彭岳重工机械股份有限公司（虚构）": 2,
        "苏州姑胥微电子科技股份有限公司（虚构）": 2,
        "中国泓能石化集团有限公司南京江畔分公司（虚构）": 1,
        "苏州澄屿医疗器械有限公司（虚构）": 0,
    }
    assert {each.title for each in files} == {each.title for each in year.REFERENCES}


def test_every_file_is_in_the_store_and_such_as_an_upload_may_be(
    demo_settings: Settings, past_policies: psycopg.Connection
) -> None:
    rows = past_policies.execute("select tenant_id, digest, name, size from attachment").fetchall()
    store = store_of(demo_settings)
    assert len(rows) > len(year.REFERENCES)
    for tenant_id, digest, name, size in rows:
        with store.open(tenant_id, digest.hex()) as file:
            data = file.read()
        assert len(data) == size
        answer = examine(name, data)
        assert isinstance(answer, Accepted)
        assert (answer.name, answer.kind) == (name, Kind.PDF)


def test_every_enterprise_says_that_it_is_fictional(past_policies: psycopg.Connection) -> None:
    for name, *_ in standing(past_policies):
        assert name.endswith("（虚构）")


def standing(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    """Name, state and channel of every nomination."""
    return connection.execute(STANDING.encode()).fetchall()


def nomination_of(demo: Session, name: str) -> Kept:
    """The nomination of an enterprise, as it is kept."""
    place = select(NominationRow.tenant_id, NominationRow.id).where(NominationRow.enterprise == name)
    with reading(EVERYTHING) as session:
        tenant_id, nomination_id = session.execute(place).one()
        kept = looking.one(session, tenant_id=tenant_id, nomination_id=nomination_id)
    assert kept
    return kept


def officer(session: Session, role: Role, city_code: str | None = None) -> Actor:
    """Somebody of the demo in a role, in a city if one is named."""
    rows = session.execute(
        select(Person.id, Person.name, RoleGrant.tenant_id, RoleGrant.tenant_kind, RoleGrant.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Tenant, Tenant.id == RoleGrant.tenant_id)
        .where(RoleGrant.role == role.value, Tenant.city_code.is_not_distinct_from(city_code))
    )
    person_id, name, tenant_id, kind, grant_id = rows.all()[0]
    return Actor(
        person_id=person_id,
        name=name,
        tenant_id=tenant_id,
        tenant_kind=TenantKind(kind),
        role=role,
        grant_id=grant_id,
    )


def test_set_up_that_was_cut_short_within_the_season_goes_on(
    shared_server: EmbeddedServer,
    worker_id: str,
    testrun_uid: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, name = demo_in(tmp_path), migrated(shared_server, testrun_uid, f"cut_season_{worker_id}")
    databases = shiftable(shared_server, name)
    monkeypatch.setattr(cast, "OFFICIALS", {"320900": cast.OFFICIALS["320900"]})
    monkeypatch.setattr(cast, "ENTERPRISES", ())
    whole = next(each for each in nominees.OTHERS if each.city_code == "320900")
    for done, deed in enumerate(whole.deeds, 1):
        monkeypatch.setattr(sys.modules[seed.__module__], "SCENE", deed.at)
        monkeypatch.setattr(nominees, "OTHERS", (replace(whole, deeds=whole.deeds[:done]),))
        seed(settings, databases)
        with shared_server.connect(name) as connection:
            found = connection.execute(
                "select (select count(*) from nomination), "
                "(select count(*) from audit_event where action = 'nomination:submit')"
            ).fetchone()
        kinds = [type(each) for each in whole.deeds[:done]]
        assert found == (1, kinds.count(nominees.Submit) + kinds.count(nominees.Amend))


def test_set_up_goes_no_further_when_the_clock_has_left_it_behind(
    shared_server: EmbeddedServer,
    worker_id: str,
    testrun_uid: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, name = demo_in(tmp_path), migrated(shared_server, testrun_uid, f"cut_late_{worker_id}")
    databases = shiftable(shared_server, name)
    monkeypatch.setattr(cast, "OFFICIALS", {"320600": cast.OFFICIALS["320600"]})
    monkeypatch.setattr(cast, "ENTERPRISES", ())
    whole = nominees.OTHERS
    monkeypatch.setattr(nominees, "OTHERS", ())
    seed(settings, databases)
    monkeypatch.setattr(nominees, "OTHERS", whole)
    with pytest.raises(CannotGoOn, match=r"沧澜海工.*移走 SHOUXI_VAR"):
        seed(settings, databases)


def test_overview_counts_what_a_hand_counts(demo: Session) -> None:
    """The twelve nominations of the cast, one by one, as the scene opens: nobody is late yet."""
    by_hand = {
        "320100": {"returned": 1},
        "320200": {"submitted": 1},
        "320300": {"plan_submitted": 1},
        "320400": {"draft": 1},
        "320500": {"plan_publicised": 1, "plan_draft": 1},
        "320600": {"reported": 1},
        "320700": {"withdrawn": 1},
        "320800": {"rejected": 1},
        "320900": {"reported": 1},
        "direct": {"plan_approved": 1, "draft": 1},
    }
    with reading(EVERYTHING) as session:
        opened = cycles.latest(session)
        assert opened is not None
        found = cockpit.cockpit(session, opened, cockpit.wanted_in(opened, SCENE.date()))
        later = cockpit.cockpit(session, opened, cockpit.wanted_in(opened, opened.cycle.last_day("year_end")))
    assert {place: dict(+line.stages) for place, line in found.places.items()} == by_hand
    assert (found.total.used, found.total.exempt) == (6, 2)
    assert {name: line.used for name, line in found.places.items() if line.used} == dict.fromkeys(
        ("320100", "320200", "320300", "320500", "320600", "320900"), 1
    )
    assert found.total.late.total() == 0
    assert dict(+later.total.late) == {
        "submitted": 1,
        "plan_submitted": 1,
        "plan_publicised": 1,
        "plan_draft": 1,
    }
    assert found.total.reached() == {
        "nominated": 8,
        "reported": 6,
        "admitted": 4,
        "sent": 2,
        "reviewed": 1,
        "approved": 1,
    }
