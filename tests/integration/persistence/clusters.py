"""The PostgreSQL servers that these tests run on: the embedded one, and one of the system if it has one."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.persistence.server import HBA, ROLES, EmbeddedServer, _lock

SYSTEM_BINARIES = Path("/usr/lib/postgresql")
NO_SYSTEM_SERVER = f"no PostgreSQL in {SYSTEM_BINARIES}; Debian's package is postgresql-15"


def system_binaries() -> Path | None:
    """The folder with initdb of the newest PostgreSQL that Debian's packages installed, if any."""
    found = sorted(SYSTEM_BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def system_server(binaries: Path) -> Iterator[EmbeddedServer]:
    """A server of its own from ``binaries``, with the platform's roles and passwords; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries / program), "-D", str(folder / "data"), *arguments],
            check=True,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-h '' -k {folder} -p 5499 -c fsync=off", "start")
    try:
        server = EmbeddedServer(str(folder), 5499, {role: secrets.token_urlsafe(24) for role in ROLES})
        _lock(server, folder / "data")
        assert (folder / "data" / "pg_hba.conf").read_text() == HBA
        yield server
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)
