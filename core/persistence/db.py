"""The database session: every transaction runs in a scope, and new rows belong to the tenant it writes."""

from __future__ import annotations

from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Connection, MetaData, event
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
    with_loader_criteria,
)

from core.domain.errors import DomainError
from core.persistence import scope

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SET_SCOPE = (
    "select set_config('app.tenant_id', %s, true), set_config('app.read_scope', %s, true), "
    "set_config('app.person_id', %s, true)"
)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)


class TenantOwned:
    """A row that belongs to one tenant, first in its primary key."""

    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class OutsideScope(DomainError):
    """A row was about to be written for a tenant that the scope does not write."""


db = SQLAlchemy(model_class=Base)


@event.listens_for(Session, "after_begin")
def _set_scope(_: Session, __: SessionTransaction, connection: Connection) -> None:
    """Give the transaction its scope before its first statement."""
    connection.exec_driver_sql(SET_SCOPE, scope.current().settings())


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
    current = scope.current()
    if state.is_column_load or state.is_relationship_load or current.reads == "*":
        return
    readable = current.reads | ({current.writes} if current.writes else frozenset())
    state.statement = state.statement.options(
        with_loader_criteria(TenantOwned, lambda row: row.tenant_id.in_(readable), include_aliases=True)
    )
