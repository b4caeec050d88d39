"""The database session: every transaction runs in a scope, and new rows belong to the tenant it writes."""

from __future__ import annotations

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Executable,
    MetaData,
    any_,
    bindparam,
    event,
    true,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolResetState
from sqlalchemy.types import UserDefinedType

from core.domain.errors import DomainError
from core.persistence import scope

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SET_SCOPE = (
    "select set_config('app.tenant_id', %s, true), set_config('app.read_scope', %s, true), "
    "set_config('app.person_id', %s, true), set_config('transaction_read_only', %s, true)"
)


class WrittenArray(UserDefinedType[str]):
    """An array of bigint that is already written as PostgreSQL reads it."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: object) -> str:
        return "BIGINT[]"


READ_TENANTS = bindparam("read_tenants", callable_=lambda: scope.current().named(), type_=WrittenArray())
"""The tenants that the current scope names, when a statement is sent: the criterion itself never changes."""
SCOPE_PERSON = bindparam("scope_person", callable_=lambda: scope.current().person, type_=BigInteger())


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)


class TenantOwned:
    """A row that belongs to one tenant, first in its primary key."""

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-1)

    @classmethod
    def readable(cls) -> ColumnElement[bool]:
        """What a scope that names its tenants reads of this table, as the policies of the table say it."""
        return cls.tenant_id == any_(READ_TENANTS)


class Published:
    """Before ``TenantOwned``: a row that a body publishes, read by everybody and written by that body."""

    @classmethod
    def readable(cls) -> ColumnElement[bool]:
        return true()


class OutsideScope(DomainError):
    """A row was about to be written for a tenant that the scope does not write."""


class ScopeChanged(RuntimeError):
    """A savepoint was begun in another scope than its transaction."""


db = SQLAlchemy(model_class=Base)


@event.listens_for(Session, "after_begin")
def _set_scope(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Give the transaction its scope before its first statement; a savepoint does not change it."""
    current = scope.current()
    if not transaction.nested:
        connection.exec_driver_sql(SET_SCOPE, current.settings())
        session.info["scope"] = current
    elif session.info["scope"] != current:
        raise ScopeChanged("the scope is set when a transaction begins, and stays until it ends")


@event.listens_for(Pool, "reset")
def _clean(connection: psycopg.Connection, _: ConnectionPoolEntry, state: PoolResetState) -> None:
    """A connection goes back to the pool without what outlives a transaction: cursors WITH HOLD, settings."""
    if not state.terminate_only:
        connection.rollback()
        result = connection.pgconn.exec_(b"close all; reset all")
        if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
            raise psycopg.OperationalError(connection.pgconn.error_message.decode())


@event.listens_for(Session, "before_flush")
def _own(session: Session, *_: Any) -> None:
    """New rows take the written tenant; a row of another tenant is refused before PostgreSQL would."""
    writes = scope.current().writes
    for row in session.new:
        if isinstance(row, TenantOwned):
            owner: int | None = row.tenant_id
            if owner is None and writes is not None:
                row.tenant_id = writes
            elif owner is None or owner != writes:
                raise OutsideScope("这条记录不属于当前单位，没有写入。切换到该单位后再操作。")


@event.listens_for(Session, "do_orm_execute")
def _criterion(state: ORMExecuteState) -> None:
    """The second belt, which also gives the planner the tenant."""
    if state.is_column_load or state.is_relationship_load or scope.current().reads == "*":
        return
    belted = _belted.get(state.statement)
    if belted is None:
        belted = _belted[state.statement] = state.statement.options(*_criteria())
    state.statement = belted


_belted: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()
"""Statements with the criterion: those made once keep it, with what SQLAlchemy worked out about them."""


@cache
def _criteria() -> tuple[ORMOption, ...]:
    return tuple(
        with_loader_criteria(table, table.readable(), include_aliases=True)
        for table in TenantOwned.__subclasses__()
    )
