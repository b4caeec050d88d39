"""Files of a plugin or a tenant, and the one number that tells two states of them apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path


def files(folder: Path, *endings: str) -> Mapping[str, bytes]:
    """The files below ``folder`` that end so, by relative path with slashes."""
    return {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.suffix in endings and each.is_file()
    }


def digest(*groups: Mapping[str, bytes]) -> str:
    """SHA-256, in hexadecimal, over names and contents, sorted by name."""
    return hashlib.sha256(b"".join(_entry(name, content) for name, content in _sorted(groups))).hexdigest()


def _sorted(groups: Iterable[Mapping[str, bytes]]) -> Iterable[tuple[str, bytes]]:
    return sorted(entry for group in groups for entry in group.items())


def _entry(name: str, content: bytes) -> bytes:
    """Name and hash of one file, so that no two lists of files give the same bytes."""
    return f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode()
