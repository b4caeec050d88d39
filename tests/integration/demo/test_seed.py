"""The demo as it is set up: by acts, once, in the demo alone, and on no data but its own."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy.orm import Session

from core.audit.checkpoint import Signer
from core.config import Environment, Settings
from core.demo import SCENE, NotADemo, cast, code, people, seed
from core.demo.seed import ForeignData
from core.domain.values import BEIJING
from core.persistence import clock
from core.persistence.clock import ShiftedClock
from core.persistence.queries import account as accounts
from core.persistence.server import EmbeddedServer
from core.persistence.session import act, reading
from core.persistence.start import open_databases
from core.services.accounts import signin
from core.services.accounts.passwords import outdated
from core.services.accounts.rules import account_rules
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Client
from core.services.accounts.signin import Next, SignedIn
from core.services.audit import verify_all
from core.services.founding import EVERYTHING
from tests.integration.conftest import migrated
from tests.integration.demo.conftest import demo_in, shiftable

BROWSER: Final = Client(address="192.0.2.1", agent="Chromium 140")
COUNTS: Final = """
select (select count(*) from tenant), (select count(*) from person), (select count(*) from role_grant),
    (select count(*) from invitation), (select count(*) from audit_event), (select count(*) from sign_in),
    (select count(*) from user_session), (select shift from clock_offset),
    (select count(*) from nomination), (select count(*) from attachment), (select count(*) from cycle_place),
    (select count(*) from guidance_entry), (select count(*) from guidance_file),
    (select count(*) from sanction), (select count(*) from reopening),
    (select count(*) from city_requirement), (select count(*) from plan_edit),
    (select count(*) from plan_version), (select count(*) from plan_comment),
    (select count(*) from plan_tick), (select count(*) from plan_review)
"""


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
    assert verdict.chains == sum(1 for _ in cast.places())


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


def test_second_set_up_changes_nothing(
    demo_name: str, shared_server: EmbeddedServer, demo_settings: Settings, past_policies: psycopg.Connection
) -> None:
    before = past_policies.execute(COUNTS).fetchone()
    seed(demo_settings, shared_server.databases(demo_name))
    assert past_policies.execute(COUNTS).fetchone() == before


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
