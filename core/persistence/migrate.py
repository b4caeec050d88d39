"""Migrations: numbered, run as the owner, with the one head named in ``migrations/HEAD``."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from core import paths
from core.domain.errors import DomainError

MIGRATIONS = paths.ROOT / "migrations"


def alembic_config(owner_url: str) -> Config:
    config = Config(attributes={"owner_url": owner_url})
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(owner_url: str) -> None:
    """Bring the database to the head, in one transaction a migration."""
    command.upgrade(alembic_config(owner_url), "head")


class UnsafeRole(DomainError):
    """The application's role could see past row-level security."""


def refuse_powerful_role(user_url: str) -> None:
    """Raise ``UnsafeRole`` when the application role is a superuser or bypasses row-level security."""
    engine = create_engine(user_url)
    try:
        with engine.connect() as connection:
            row = connection.execute(
                text("select rolname, rolsuper or rolbypassrls from pg_roles where rolname = current_user")
            ).one()
    finally:
        engine.dispose()
    if row[1]:
        raise UnsafeRole(
            f"数据库角色 {row[0]} 是超级用户或可绕过行级安全，不能用于运行。"
            "改用普通角色（如 app_user）连接后重新启动。"
        )
