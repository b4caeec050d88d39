"""What belongs to a person is theirs alone, but for a scope that reads everything; some of it never changes.

Every refusal has a twin in the scope of the person it is about, which shows that the row was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import psycopg
import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.exc import DBAPIError

from core.persistence.models import Credential, KnownDevice, RecoveryCode, SignIn, UserSession
from core.persistence.scope import NOBODY, Scope
from core.persistence.server import EmbeddedServer
from core.persistence.session import act
from tests.integration.persistence.conftest import MakeDatabase
from tests.integration.persistence.world import THEIRS, THEM, US, World, begun, made, ours, table, theirs

TABLES = {
    each.__tablename__: table(each) for each in (Credential, RecoveryCode, KnownDevice, UserSession, SignIn)
}
OF_PERSON = """
insert into credential (person_id, password_hash) values (%(p)s, 'hash');
insert into recovery_code (person_id, code_hash) values (%(p)s, %(word)s);
insert into known_device (person_id, token_hash) values (%(p)s, %(word)s);
insert into user_session (token_hash, person_id, address, agent, expires_at)
    values (%(word)s, %(p)s, '', '', app_now() + interval '1 hour');
insert into sign_in (person_id, address, agent, outcome) values (%(p)s, '', '', 'signed_in');
"""
EVERYTHING = Scope(reads="*")
FOREIGN = {
    "ours": ours(),
    "ours, reading theirs": ours(reads=frozenset({THEIRS})),
    "nobody's": NOBODY,
}
WRITES = {
    "password": "update credential set password_hash = 'planted' where person_id = 12",
    "everybody's password": "update credential set password_hash = 'planted'",
    "recovery code used": "update recovery_code set used_at = app_now() where person_id = 12",
    "recovery codes gone": "delete from recovery_code where person_id = 12",
    "recovery code made": "insert into recovery_code (person_id, code_hash) values (12, 'planted')",
    "device gone": "delete from known_device where person_id = 12",
    "device made": "insert into known_device (person_id, token_hash) values (12, 'planted')",
    "session ended": "update user_session set ended_at = app_now(), end_reason = 'idle' where person_id = 12",
    "session taken": "update user_session set token_hash = 'planted' where person_id = 12",
    "session made": "insert into user_session (token_hash, person_id, address, agent, expires_at) "
    "values ('planted', 12, '', '', app_now())",
    "history forged": "insert into sign_in (person_id, address, agent, outcome) "
    "values (12, '', '', 'signed_in')",
}
REFUSED = {shape for shape, statement in WRITES.items() if statement.startswith("insert")}
"""The others find no row."""

NEVER = {
    "login name": "update person set login_name = 'planted' where id = 12",
    "owner of a password": "update credential set person_id = 12 where person_id = 12",
    "owner of a session": "update user_session set person_id = 12 where person_id = 12",
    "end of a session": "update user_session set expires_at = app_now() where person_id = 12",
    "history": "update sign_in set outcome = 'signed_in' where person_id = 12",
    "history gone": "delete from sign_in where person_id = 12",
    "whose link": "update password_link set person_id = 12 where person_id = 12",
    "longer link": "update password_link set expires_at = expires_at + interval '1 day' where person_id = 12",
}


@pytest.fixture(scope="module")
def world(server: EmbeddedServer, make: MakeDatabase) -> Iterator[World]:
    name, databases = make()
    with made(name, databases, server) as filled:
        for person in (US, THEM):
            values = {"p": person, "word": person.to_bytes(32)}
            for statement in OF_PERSON.split(";\n")[:-1]:
                filled.superuser.execute(statement.encode(), values)
        yield filled


def of_them(name: str) -> Select[Any]:
    return select(TABLES[name]).where(TABLES[name].c.person_id == THEM)


def rows(world: World) -> list[Any]:
    """Everything that is of them."""
    with begun(EVERYTHING) as session:
        return [tuple(row) for name in TABLES for row in session.execute(of_them(name))]


def is_denied(error: DBAPIError) -> bool:
    return isinstance(error.orig, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("scope", FOREIGN)
def test_what_is_of_another_person_is_not_seen(world: World, name: str, scope: str) -> None:
    with begun(FOREIGN[scope]) as session:
        assert session.execute(of_them(name)).all() == []
    for twin in (theirs(), EVERYTHING):
        with begun(twin) as session:
            assert len(session.execute(of_them(name)).all()) == 1


@pytest.mark.parametrize("shape", WRITES)
@pytest.mark.parametrize("scope", FOREIGN)
def test_what_is_of_another_person_is_not_changed(world: World, shape: str, scope: str) -> None:
    before = rows(world)
    refusal = pytest.raises(DBAPIError, check=is_denied) if shape in REFUSED else nullcontext()
    with refusal, act(FOREIGN[scope]) as session:
        session.execute(text(WRITES[shape]))
    assert rows(world) == before
    for twin in (theirs(), EVERYTHING):
        with begun(twin) as session:
            assert session.execute(text(f"{WRITES[shape]} returning 1")).all() != []


@pytest.mark.parametrize("shape", NEVER)
@pytest.mark.parametrize("scope", [theirs(), EVERYTHING], ids=["theirs", "everything"])
def test_what_never_changes_is_changed_in_no_scope(world: World, shape: str, scope: Scope) -> None:
    with pytest.raises(DBAPIError, check=is_denied), act(scope) as session:
        session.execute(text(NEVER[shape]))
    with world.superuser.transaction(force_rollback=True):  # the twin
        assert world.superuser.execute(f"{NEVER[shape]} returning 1".encode()).fetchall() != []
