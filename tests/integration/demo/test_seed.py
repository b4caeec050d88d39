"""The demo as it is set up: by acts, once, in the demo alone, and on no data but its own."""

from __future__ import annotations

import os
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
from core.audit.checkpoint import Signer
from core.config import Environment, Settings
from core.demo import SCENE, NotADemo, cast, code, nominees, people, seed, year
from core.demo.acts import CannotGoOn
from core.demo.papers import store_of
from core.demo.seed import ForeignData
from core.domain.nomination import REQUIREMENTS, DossierPart
from core.domain.roles import Actor, Role, TenantKind
from core.domain.stages import NominationAct, NominationState
from core.domain.values import BEIJING
from core.persistence import clock
from core.persistence.clock import ShiftedClock
from core.persistence.models import NominationRow, Person, RoleGrant, Tenant
from core.persistence.queries import account as accounts
from core.persistence.queries.guidance import GuidedWanted
from core.persistence.server import EmbeddedServer
from core.persistence.session import act, reading
from core.persistence.start import open_databases
from core.plugin_host.tenants import read_tenant
from core.services import cycles, guidance, reference_files, sanctions
from core.services.accounts import signin
from core.services.accounts.passwords import outdated
from core.services.accounts.rules import account_rules
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Client
from core.services.accounts.signin import Next, SignedIn
from core.services.audit import verify_all
from core.services.founding import EVERYTHING
from core.services.nominations import reading as looking
from core.services.nominations.kept import Kept
from core.services.reference_files import Wanted
from core.uploads import Accepted, Kind
from core.uploads.examine import examine
from tests.integration.conftest import migrated
from tests.integration.demo.conftest import demo_in, shiftable

BROWSER: Final = Client(address="192.0.2.1", agent="Chromium 140")
COUNTS: Final = """
select (select count(*) from tenant), (select count(*) from person), (select count(*) from role_grant),
    (select count(*) from invitation), (select count(*) from audit_event), (select count(*) from sign_in),
    (select count(*) from user_session), (select shift from clock_offset),
    (select count(*) from nomination), (select count(*) from attachment), (select count(*) from cycle_place),
    (select count(*) from guidance_entry), (select count(*) from guidance_file),
    (select count(*) from sanction), (select count(*) from reopening)
"""
STANDING: Final = """
select enterprise, case when cycle_place.tenant_id is null then state else 'admitted' end, nomination.channel
from nomination left join cycle_place
    on nomination_tenant_id = nomination.tenant_id and nomination_id = nomination.id
"""
ADMITTED_OTHERS: Final = 1
"""Enterprises that were admitted and of whom nobody came yet."""


def test_everybody_of_the_cast_is_there(past_policies: psycopg.Connection) -> None:
    found = past_policies.execute(
        "select login_name, role, short_name from role_grant join person on person.id = person_id "
        "join tenant on tenant.id = tenant_id where revoked_at is null"
    ).fetchall()
    assert {cast.Hat(*row) for row in found} == cast.hats()


def test_enterprises_are_bound_to_their_folders(past_policies: psycopg.Connection) -> None:
    found = past_policies.execute(
        "select slug, uscc, city_code from tenant where kind = 'enterprise' and slug is not null"
    ).fetchall()
    assert set(found) == {
        ("xuzhou_pengyue", "91320300MA0DEM013J", "320300"),
        ("suzhou_guxu", "91320500MA0DEM021P", "320500"),
        ("nanjing_hongneng", "91320100MA0DEM03XT", "320100"),
    }


def test_everybody_came_by_an_act_that_the_record_tells(past_policies: psycopg.Connection) -> None:
    unheard = past_policies.execute(
        "select g.id from role_grant g where not exists (select from audit_event e "
        "where e.tenant_id = g.tenant_id and e.subject_type = 'grant' and e.subject_id = g.id::text) "
        "union all select t.id from tenant t where not exists (select from audit_event e "
        "where e.tenant_id = t.id and e.seq = 1 and e.action = 'tenant:create')"
    ).fetchall()
    assert unheard == []
    (by_nobody,) = (
        past_policies.execute("select count(*) from role_grant where granted_by is null").fetchone() or ()
    )
    assert by_nobody == 1


def test_record_of_the_demo_verifies(demo: Session, demo_settings: Settings) -> None:
    with reading(EVERYTHING) as session:
        verdict = verify_all(session, Signer.of(demo_settings.signing_key).public_key)
    assert verdict.good
    assert verdict.chains == sum(1 for _ in cast.places()) + ADMITTED_OTHERS


def test_demo_opens_on_its_scene(demo: Session, demo_settings: Settings) -> None:
    with reading(EVERYTHING) as session:
        shown = clock.now(session).astimezone(BEIJING)
    assert (shown.date(), shown.hour) == (SCENE.date(), SCENE.hour)


def test_nobody_is_left_signed_in(past_policies: psycopg.Connection) -> None:
    (left,) = (
        past_policies.execute("select count(*) from user_session where ended_at is null").fetchone() or ()
    )
    assert left == 0


def test_everybody_signs_in_with_what_the_demo_shows(demo: Session, demo_settings: Settings) -> None:
    rules = account_rules(demo_settings)
    for person in people(demo_settings):
        with act(ACCOUNTS) as session:
            step = signin.begin(
                session, login_name=person.login_name, password=person.password, client=BROWSER, rules=rules
            )
            shown = code(session, login_name=person.login_name, settings=demo_settings, rules=rules)
            if isinstance(step, Next):
                assert shown is not None
                step = signin.give_code(
                    session, pending=step.pending, code=shown, client=BROWSER, rules=rules
                )
            assert isinstance(step, SignedIn)
            session.rollback()
        assert {(hat.role, hat.tenant_short_name) for hat in step.hats} == {
            (hat.role, hat.tenant_name) for hat in person.hats
        }


def test_password_is_hashed_at_full_cost_once_somebody_signs_in(
    demo: Session, demo_settings: Settings
) -> None:
    rules, somebody = account_rules(demo_settings), people(demo_settings)[0]
    with act(ACCOUNTS) as session:
        before = accounts.proof_by_name(session, login_name=somebody.login_name)
        signin.begin(
            session, login_name=somebody.login_name, password=somebody.password, client=BROWSER, rules=rules
        )
        after = accounts.proof_by_name(session, login_name=somebody.login_name)
        session.rollback()
    assert before is not None
    assert after is not None
    assert (outdated(before.password_hash, rules.cost), outdated(after.password_hash, rules.cost)) == (
        True,
        False,
    )


def test_code_of_somebody_who_is_not_in_the_cast_is_not_shown(demo: Session, demo_settings: Settings) -> None:
    with reading(ACCOUNTS) as session:
        assert (
            code(session, login_name="nobody", settings=demo_settings, rules=account_rules(demo_settings))
            is None
        )


# the season


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


# again


def test_second_set_up_changes_nothing(
    demo_name: str, shared_server: EmbeddedServer, demo_settings: Settings, past_policies: psycopg.Connection
) -> None:
    before = past_policies.execute(COUNTS).fetchone()
    seed(demo_settings, shared_server.databases(demo_name))
    assert past_policies.execute(COUNTS).fetchone() == before


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


def test_set_up_that_was_cut_short_goes_on(
    shared_server: EmbeddedServer,
    worker_id: str,
    testrun_uid: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, name = demo_in(tmp_path), migrated(shared_server, testrun_uid, f"cut_{worker_id}")
    databases = shiftable(shared_server, name)
    (whole,) = cast.ENTERPRISES[:1]
    half = cast.Enterprise(whole.slug, whole.short_name, whole.parts[:3])
    monkeypatch.setattr(cast, "OFFICIALS", {"320300": cast.OFFICIALS["320300"]})
    monkeypatch.setattr(cast, "ENTERPRISES", (half,))
    seed(settings, databases)
    before = people(settings)
    monkeypatch.setattr(cast, "ENTERPRISES", (whole,))
    seed(settings, databases)
    with shared_server.connect(name) as connection:
        found = connection.execute(
            "select role, count(*), count(distinct tenant_id) from role_grant "
            "where tenant_kind = 'enterprise' group by role"
        ).fetchall()
    assert sorted(found) == sorted((part.role.value, 1, 1) for part in whole.parts)
    passwords = {each.login_name: each.password for each in people(settings)}
    assert all(passwords[each.login_name] == each.password for each in before)


def test_passwords_are_for_the_owner_alone_and_new_for_each_installation(tmp_path: Path) -> None:
    first, again, other = (people(demo_in(tmp_path / name)) for name in ("one", "one", "two"))
    assert first == again
    assert not {each.password for each in first} & {each.password for each in other}
    if os.name == "posix":
        assert (tmp_path / "one" / "demo_passwords.json").stat().st_mode & 0o777 == 0o600


# nowhere else


@pytest.mark.parametrize("environment", ["test", "production"])
def test_there_is_no_demo_elsewhere(
    environment: str,
    session: Session,
    shared_server: EmbeddedServer,
    worker_database: str,
    tmp_path: Path,
) -> None:
    settings = replace(demo_in(tmp_path), environment=Environment(environment))
    databases = shared_server.databases(worker_database)
    with pytest.raises(NotADemo, match="SHOUXI_ENV=demo"):
        seed(settings, databases)
    with pytest.raises(NotADemo):
        people(settings)
    with reading(ACCOUNTS) as current, pytest.raises(NotADemo):
        code(current, login_name="wei.chiheng", settings=settings, rules=account_rules(settings))
    assert not (tmp_path / "demo_passwords.json").exists()


def test_production_does_not_start_on_the_database_of_a_demo(
    demo_name: str, shared_server: EmbeddedServer, tmp_path: Path
) -> None:
    with pytest.raises(ShiftedClock):
        open_databases(
            environment=Environment.PRODUCTION, var=tmp_path, databases=shared_server.databases(demo_name)
        )


def test_demo_writes_nothing_into_a_database_with_other_tenants(
    tenants: object,
    superuser: psycopg.Connection,
    shared_server: EmbeddedServer,
    worker_database: str,
    tmp_path: Path,
) -> None:
    before = superuser.execute(COUNTS).fetchone()
    with pytest.raises(ForeignData):
        seed(demo_in(tmp_path), shared_server.databases(worker_database))
    assert superuser.execute(COUNTS).fetchone() == before
