"""No way around the scope: shapes of reading and writing in SQL and the ORM, each tried from another tenant.

Every shape has a twin in the right scope, which shows that the data was there to be had.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from threading import Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from core.persistence import scope
from core.persistence.db import OutsideScope, ScopeChanged
from core.persistence.models import OutboxMessage, RoleGrant
from core.persistence.scope import NOBODY, Scope
from core.persistence.server import SUPERUSER, EmbeddedServer
from core.persistence.session import act, reading
from tests.integration.persistence.conftest import MakeDatabase
from tests.integration.persistence.shapes_later import LATER, THEIR_GRANTS, Later
from tests.integration.persistence.shapes_read import READS, Read, driver
from tests.integration.persistence.shapes_write import FORBIDDEN, WRITES, Write
from tests.integration.persistence.world import (
    OURS,
    TABLES,
    THEIRS,
    THIRD,
    US,
    World,
    begun,
    made,
    ours,
    table,
    theirs,
)
from tests.scale import examples

NAMED = {
    "Core table select": READS["Core select of a table"],
    "text()": READS["text()"],
    "from_statement(text)": READS["from_statement(text)"],
    "session.connection().execute()": READS["session.connection().execute()"],
    "bulk update by primary-key list": WRITES["ORM update by primary keys"],
    "bulk_update_mappings": WRITES["bulk_update_mappings"],
    "INSERT with a foreign tenant id": WRITES["Core insert"],
    "identity map after a tenant switch": LATER["identity map after a switch of tenant"],
    "refresh()": LATER["refresh()"],
}
"""The nine shapes that a filter in the ORM alone was seen to leak."""
REFUSALS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.FeatureNotSupported,  # copy from, into a table with policies
    psycopg.errors.InvalidCursorName,
)
TRANSACTIONS = 300
WIDE = {
    "ours": ours(),
    "ours, reading theirs": ours(reads=frozenset({THEIRS})),
    "ours, reading everything": Scope(reads="*", writes=OURS, person=US),
    "nobody's": NOBODY,
}


@pytest.fixture(scope="module")
def world(server: EmbeddedServer, make: MakeDatabase) -> Iterator[World]:
    name, databases = make()
    with made(name, databases, server) as filled:
        yield filled


@pytest.fixture
def powerful(world: World) -> Iterator[Engine]:
    """As a superuser, past every policy."""
    engine = create_engine(world.server.url(SUPERUSER, world.name))
    yield engine
    engine.dispose()


def is_refusal(error: Exception) -> bool:
    """Whether this is how a scope is defended. Anything else is a fault of the shape."""
    if isinstance(error, DBAPIError):
        return isinstance(error.orig, REFUSALS)
    if type(error) is InvalidRequestError:
        return "Could not refresh instance" in str(error)
    return isinstance(error, (OutsideScope, ScopeChanged, ObjectDeletedError, StaleDataError, *REFUSALS))


def seen(run: Callable[[], Iterable[Any] | object]) -> list[Any]:
    """What a shape got to see: nothing when it was refused."""
    try:
        found = run()
    except Exception as error:
        if not is_refusal(error):
            raise
        return []
    return list(found) if isinstance(found, Iterable) else []


def test_there_are_enough_shapes() -> None:
    assert len(NAMED) == 9
    assert len(READS) + len(WRITES) + len(LATER) + len(FORBIDDEN) >= 100


@pytest.mark.parametrize("shape", READS)
def test_reading_another_tenant_gives_nothing(world: World, shape: str) -> None:
    read: Read = READS[shape]

    def attack() -> list[Any]:
        with begun(ours()) as session:
            return list(read(session))

    assert seen(attack) == []
    with begun(theirs()) as session:  # the twin
        assert list(read(session)) != []


@pytest.mark.parametrize("scope", WIDE)
@pytest.mark.parametrize("shape", WRITES)
def test_writing_to_another_tenant_changes_nothing(world: World, shape: str, scope: str) -> None:
    write: Write = WRITES[shape]
    before = world.rows_of(THEIRS)

    def attack() -> None:
        with act(WIDE[scope]) as session:
            write(session)

    seen(attack)
    assert world.rows_of(THEIRS) == before
    with begun(theirs()) as session:  # the twin
        write(session)
        assert world.rows_of(THEIRS, driver(session)) != before


@pytest.mark.parametrize("shape", LATER)
@pytest.mark.parametrize("after", [ours(), NOBODY], ids=["ours", "nobody's"])
def test_a_later_scope_sees_nothing_of_the_one_before(world: World, shape: str, after: Scope) -> None:
    ask: Later = LATER[shape]
    assert seen(lambda: list(ask(world, after))) == []
    assert list(ask(world, theirs())) != []  # the twin


@pytest.mark.parametrize("shape", FORBIDDEN)
@pytest.mark.parametrize("scope", [ours(), theirs()], ids=["ours", "theirs"])
def test_what_no_scope_allows_is_seen(world: World, shape: str, scope: Scope) -> None:
    before = world.rows_of(THEIRS)
    with pytest.raises((DBAPIError, psycopg.Error), check=is_refusal), act(scope) as session:
        FORBIDDEN[shape](session)
    assert world.rows_of(THEIRS) == before


@pytest.mark.parametrize("shape", FORBIDDEN)
def test_what_no_scope_allows_is_possible_to_a_superuser(powerful: Engine, shape: str) -> None:
    with Session(powerful) as session, scope.within(theirs()):
        session.execute(text("set lock_timeout = '5s'"))
        FORBIDDEN[shape](session)


def test_shapes_see_another_tenant_where_policies_are_off(server: EmbeddedServer, make: MakeDatabase) -> None:
    """The planted fault: without policies only what the ORM filters by itself stays in scope."""
    name, databases = make()
    with made(name, databases, server) as world:
        for each in TABLES:
            world.superuser.execute(f"alter table {each} disable row level security".encode())
        seeing = set()
        for shape, read in READS.items():
            with begun(ours()) as session:
                if seen(lambda: list(read(session))):  # noqa: B023 - called at once
                    seeing.add(shape)
    assert seeing >= {shape for shape, read in READS.items() if read in NAMED.values()}
    assert len(seeing) >= 35


def test_reading_scope_reads_its_tenants_and_no_other(world: World) -> None:
    query = text("select distinct tenant_id from role_grant order by 1")
    for given, tenants in (
        (Scope(reads=frozenset({THEIRS}), writes=OURS), [OURS, THEIRS]),
        (Scope(reads=frozenset({THEIRS, THIRD})), [THEIRS, THIRD]),
        (Scope(reads="*", writes=OURS), [OURS, THEIRS, THIRD]),
        (Scope(writes=OURS), [OURS]),
        (NOBODY, []),
    ):
        with reading(given) as session:
            assert session.scalars(query).all() == tenants
            assert set(session.scalars(select(RoleGrant.tenant_id))) == set(tenants)


def test_person_reads_their_own_hats_and_the_names_of_their_tenants(world: World) -> None:
    with act(Scope(person=US)) as session:
        assert session.execute(text("select tenant_id from role_grant")).scalars().all() == [OURS]
        assert session.scalars(select(RoleGrant.tenant_id)).all() == [OURS]
        assert session.execute(text("select id from tenant")).scalars().all() == [OURS]
        assert session.execute(text("select tenant_id from outbox")).all() == []
        session.execute(text("update role_grant set role = 'enterprise_principal'"))
        assert session.execute(text("select role from role_grant")).scalars().all() == ["enterprise_hr"]


def test_without_a_transaction_there_is_no_scope(world: World) -> None:
    """In autocommit a setting for the transaction is gone at once: no rows, not all rows."""
    with Session(world.engine) as session, scope.within(theirs()):
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        assert session.execute(text(THEIR_GRANTS)).all() == []


def test_malformed_scope_is_an_error_and_not_everything(world: World) -> None:
    with reading(NOBODY) as session:
        session.execute(text("select set_config('app.read_scope', '{1', true)"))
        with pytest.raises(DBAPIError, match="malformed array literal"):
            session.execute(text(THEIR_GRANTS))


def test_criterion_alone_keeps_the_orm_in_scope(powerful: Engine) -> None:
    """The second belt, seen without the first: as a superuser, whom no policy holds back."""
    with Session(powerful) as session:
        for number in range(200):
            mine = (OURS, THEIRS, THIRD)[number % 3]
            model = (RoleGrant, OutboxMessage)[number % 2]
            with scope.within(Scope(writes=mine)):
                assert set(session.scalars(select(model.tenant_id))) == {mine}
                assert set(session.scalars(select(table(model).c.tenant_id))) == {OURS, THEIRS, THIRD}


def test_session_of_a_person_wears_no_hat_of_another(world: World) -> None:
    wear = (
        "insert into user_session (token_hash, person_id, hat_tenant_id, hat_grant_id, address, agent, "
        "expires_at) values (decode(md5(random()::text), 'hex'), {}, 2, 201, '', '', app_now())"
    )
    with pytest.raises(DBAPIError, match="fk_user_session_hat"), act(ours()) as session:
        session.execute(text(wear.format(11)))
    with begun(theirs()) as session:
        session.execute(text(wear.format(12)))


def test_application_role_is_trusted_to_name_its_scope(world: World) -> None:
    """What holds is that one module sets it: tests/unit/test_scope_setting.py."""
    with begun(ours()) as session:
        session.execute(text("select set_config('app.tenant_id', '2', true)"))
        assert session.execute(text(THEIR_GRANTS)).all() != []


def test_threads_on_a_small_pool_never_see_another_tenant(world: World) -> None:
    """Eight threads share two connections; transactions commit, roll back and fail at random."""
    wrong: list[str] = []
    done: list[int] = []
    foreign = text("update outbox set topic = 'seen' where tenant_id <> :mine")

    def work(seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - the choice of a test
        with world.app.app_context():
            for _ in range(examples(TRANSACTIONS)):
                mine = dice.choice((OURS, THEIRS, THIRD))
                try:
                    with act(Scope(writes=mine)) as session:
                        found = set(session.scalars(text("select tenant_id from role_grant")))
                        found |= set(session.scalars(select(OutboxMessage.tenant_id)))
                        session.execute(foreign, {"mine": mine})
                        if found != {mine}:
                            wrong.append(f"{mine} saw {found}")
                        if dice.random() < 0.2:
                            session.execute(text("select 1 / 0"))
                        if dice.random() < 0.3:
                            session.rollback()
                except DBAPIError:
                    continue
                done.append(mine)

    threads = [Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(done) > 8 * examples(TRANSACTIONS) / 2
    assert world.superuser.execute("select count(*) from outbox where topic = 'seen'").fetchone() == (0,)
