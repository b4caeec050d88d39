"""The local store: whole files under their digest, each tenant's apart, whatever is killed."""

from __future__ import annotations

import random
import signal
import stat
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from core import paths
from core.uploads import Damaged, LocalStore, NotStored, Store
from tests.scale import examples

DATA = b"%PDF-1.7 " + bytes(1_000)
DIGEST = sha256(DATA).hexdigest()
KILLS = 100
WRITER = """
import itertools, sys
from pathlib import Path
from core.uploads.store import LocalStore
store = LocalStore(Path(sys.argv[1]))
for number in itertools.count():
    print(store.put(1, f"{sys.argv[2]}-{number}".encode() * 20_000), flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return LocalStore(tmp_path / "files")


def read(store: Store, tenant_id: int, digest: str) -> bytes:
    with store.open(tenant_id, digest) as file:
        return file.read()


def named(folder: Path) -> list[Path]:
    """What has a place; not what was being written."""
    return [each for each in folder.rglob("*") if each.is_file() and "incoming" not in each.parts]


def test_what_was_put_is_found_by_its_digest(store: Store) -> None:
    assert store.put(7, DATA) == DIGEST
    assert read(store, 7, DIGEST) == DATA


def test_same_content_is_kept_once(store: Store, tmp_path: Path) -> None:
    store.put(7, DATA)
    (first,) = named(tmp_path)
    written = first.stat().st_ino
    store.put(7, DATA)
    assert [each.stat().st_ino for each in named(tmp_path)] == [written]


def test_tenants_do_not_find_each_others_files(store: Store) -> None:
    store.put(7, DATA)
    with pytest.raises(NotStored):
        store.open(8, DIGEST)
    store.put(8, DATA)
    assert read(store, 8, DIGEST) == DATA


@pytest.mark.parametrize(
    "digest",
    [
        "",
        DIGEST[:-1],
        DIGEST + "0",
        DIGEST.upper(),
        f"../{DIGEST}",
        "../" * 21 + "a",
        DIGEST[:-1] + "/",
        "０" * 64,
    ],
)
def test_key_that_is_no_digest_finds_nothing(store: Store, digest: str) -> None:
    store.put(7, DATA)
    with pytest.raises(NotStored):
        store.open(7, digest)


@pytest.mark.parametrize("tenant_id", [0, -1, "7", "../7", True, None, 7.0])
def test_key_that_is_no_tenant_neither_keeps_nor_finds(store: Store, tmp_path: Path, tenant_id: int) -> None:
    with pytest.raises(NotStored):
        store.put(tenant_id, DATA)
    assert named(tmp_path) == []
    store.put(7, DATA)
    store.put(1, DATA)
    with pytest.raises(NotStored):
        store.open(tenant_id, DIGEST)


def test_file_that_is_no_longer_what_it_was_is_not_served_and_can_be_put_again(
    store: Store, tmp_path: Path
) -> None:
    store.put(7, DATA)
    (place,) = named(tmp_path)
    place.write_bytes(DATA[:-1])
    with pytest.raises(Damaged):
        store.open(7, DIGEST)
    store.put(7, DATA)
    assert read(store, 7, DIGEST) == DATA


def test_link_in_the_place_of_a_file_is_not_followed(store: Store, tmp_path: Path) -> None:
    store.put(7, DATA)
    (place,) = named(tmp_path)
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotStored):
        store.open(7, DIGEST)


def test_files_are_for_the_owner_alone(store: Store, tmp_path: Path) -> None:
    store.put(7, DATA)
    (place,) = named(tmp_path)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    folders = [each for each in place.parents if each.is_relative_to(tmp_path / "files")]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}


def test_killed_at_any_moment_no_file_is_half_there(store: Store, tmp_path: Path) -> None:
    """What was acknowledged is there; whatever has a name is whole."""
    dice = random.Random(20261123)  # noqa: S311 - the choice of a test
    kills = examples(KILLS)
    acknowledged: set[str] = set()
    for trial in range(kills):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "files"), str(trial)]
        with subprocess.Popen(command, cwd=paths.ROOT, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout
            acknowledged.add(writer.stdout.readline().strip())
            time.sleep(dice.uniform(0, 0.05))  # the moment, not a wait
            writer.send_signal(signal.SIGKILL)
            acknowledged |= {line.strip() for line in writer.stdout if line.endswith("\n")}
    there = {each.name for each in named(tmp_path)}
    assert acknowledged <= there
    assert len(acknowledged) >= kills
    for digest in there:
        assert sha256(read(store, 1, digest)).hexdigest() == digest
