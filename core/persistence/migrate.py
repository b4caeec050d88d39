"""Migrations: numbered, run as the owner, with the one head named in ``migrations/HEAD``."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, literal_column, select, table, text

from core import paths
from core.domain.errors import DomainError

MIGRATIONS = paths.ROOT / "migrations"
OLDEST = 15
"""The first major version of PostgreSQL whose views can run as their caller."""


def alembic_config(owner_url: str) -> Config:
    config = Config(attributes={"owner_url": owner_url})
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


NO_TEMPORARY_TABLES = """
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$
"""
"""A temporary table would stay on its pooled connection, with its rows, in the next scope. A right on a
database does not go with a copy of it, so it is taken at each start and not in a migration."""


def upgrade(owner_url: str) -> None:
    """Bring the database to the head, in one transaction a migration, and take what nobody may do in it."""
    command.upgrade(alembic_config(owner_url), "head")
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            one_at_a_time(connection)
            connection.execute(text(NO_TEMPORARY_TABLES))
    finally:
        engine.dispose()


def one_at_a_time(owner: Connection) -> None:
    """Wait for other processes that change the database at their start, until the transaction ends."""
    owner.execute(text("select pg_advisory_xact_lock(hashtext('migrations'))"))


class UnsafeRole(DomainError):
    """The application's role could see past row-level security, or keep rows from one scope to the next."""


class OldServer(DomainError):
    """The PostgreSQL server is older than the platform needs."""


POWERS = {
    "是超级用户": "bool_or(rolsuper)",
    "可绕过行级安全": "bool_or(rolbypassrls)",
    "可创建角色": "bool_or(rolcreaterole)",
    "可复制整个数据库": "bool_or(rolreplication)",
    "拥有数据表": (
        "bool_or(oid in (select relowner from pg_class where relnamespace = 'public'::regnamespace))"
    ),
    "可建临时表": "has_database_privilege(current_database(), 'temporary')",
}
"""What no role may do that the application role is, or is a member of: Chinese text, SQL over those roles."""


def refuse_powerful_role(user_url: str) -> None:
    """Raise ``UnsafeRole`` when the application role, by itself or by membership, has one of ``POWERS``."""
    asked = (
        select(literal_column("current_user"), *map(literal_column, POWERS.values()))
        .select_from(table("pg_roles"))
        .where(text("pg_has_role(oid, 'member')"))
    )
    engine = create_engine(user_url)
    try:
        with engine.connect() as connection:
            name, *has = connection.execute(asked).one()
    finally:
        engine.dispose()
    found = [power for power, it_has in zip(POWERS, has, strict=True) if it_has]
    if found:
        raise UnsafeRole(
            f"数据库角色 {name} {'、'.join(found)}，不能用于运行。改用普通角色（如 app_user）连接后重新启动。"
        )


def refuse_old_server(owner_url: str) -> None:
    """Raise ``OldServer`` below PostgreSQL ``OLDEST``."""
    engine = create_engine(owner_url)
    try:
        with engine.connect() as connection:
            version: str = connection.execute(text("show server_version")).scalar_one()
    finally:
        engine.dispose()
    if int(version.partition(".")[0]) < OLDEST:
        raise OldServer(f"PostgreSQL 版本为 {version}，应不低于 {OLDEST}。升级数据库后重新启动。")
