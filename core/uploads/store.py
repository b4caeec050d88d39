"""Where files are kept: by what they contain, each tenant's in a folder of its own."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from core.uploads.answers import sha256

DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class NotStored(LookupError):
    """The tenant has no file with that digest."""


class Damaged(RuntimeError):
    """A stored file is no longer what it was when it was put."""


class Store(Protocol):
    """A store of files by tenant and digest: SHA-256 of the content, in hexadecimal."""

    def put(self, tenant_id: int, data: bytes) -> str:
        """Keep ``data`` for the tenant and return their digest; they are on the disk when it returns.

        What is there already is not written again.
        """

    def open(self, tenant_id: int, digest: str) -> BinaryIO:
        """The content, to be closed by the caller. Raises ``NotStored``, ``Damaged``."""


class LocalStore:
    """A store in a folder: ``<tenant>/<first two of the digest>/<digest>``.

    A file is written beside its place, made durable, and only then named: whatever is killed, a name has the
    whole content or is not there. What was being written stays in ``incoming`` and may be deleted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, tenant_id: int, data: bytes) -> str:
        digest = sha256(data)
        place = self._place(tenant_id, digest)
        if not self._holds(place, digest):
            incoming = self._folder / "incoming"
            for folder in (incoming, place.parent):
                _make(folder, self._folder)
            new = incoming / secrets.token_hex(16)
            _write(new, data)
            new.replace(place)
            _sync(place.parent)
        return digest

    def open(self, tenant_id: int, digest: str) -> BinaryIO:
        place = self._place(tenant_id, digest)
        try:
            file = os.fdopen(os.open(place, os.O_RDONLY | NO_LINK), "rb")
        except OSError:  # not there, or no plain file
            raise NotStored(digest) from None
        if sha256(file.read()) != digest:
            file.close()
            raise Damaged(f"tenant {tenant_id}: {digest}")
        file.seek(0)
        return file

    def _place(self, tenant_id: int, digest: str) -> Path:
        """Raises ``NotStored`` for what can be no tenant or digest: no key leads out of the folder."""
        if type(tenant_id) is not int or tenant_id < 1 or not DIGEST.fullmatch(digest):
            raise NotStored(digest)
        return self._folder / str(tenant_id) / digest[:2] / digest

    def _holds(self, place: Path, digest: str) -> bool:
        """A damaged file is written again."""
        return place.is_file() and sha256(place.read_bytes()) == digest


NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def _make(folder: Path, below: Path) -> None:
    """Make a folder and those above it, each durable in the one above."""
    if folder.is_dir():
        return
    if folder != below:
        _make(folder.parent, below)
    folder.mkdir(mode=0o700, parents=folder == below, exist_ok=True)
    _sync(folder.parent)


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the names in a folder durable, where a system has that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
