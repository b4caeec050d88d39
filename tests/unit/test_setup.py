"""The set-up keeps its promises: locks without addresses, vendored files as recorded."""

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import paths

REQUIREMENTS = paths.ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.lock"))
PACKAGE_LOCK = paths.ROOT / "package-lock.json"
VENDORED = json.loads((paths.ROOT / "core/web/static/vendor.lock.json").read_text("utf-8"))
VENDOR_FOLDERS = ("core/web/static/vendor", "core/documents/fonts", "tests/vendor")
SKIPPED_FOLDERS = {
    *(".git", ".venv", "node_modules", "var", "vendor", "test-results"),
    *(".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache", "__pycache__"),
}
# Backwards, because this file is searched too.
REGISTRY_HOSTS = tuple(
    name[::-1].encode()
    for name in ("gro.ipyp", "gro.detsohnohtyp", "gro.sjmpn.yrtsiger", "moc.rorrimmpn", "gro.naibed.bed")
)


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def project_files(folder: Path = paths.ROOT) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in SKIPPED_FOLDERS:
                yield from project_files(path)
        else:
            yield path


# --- locks --------------------------------------------------------------------------------------------------


def test_requirement_locks_are_the_three_that_dev_py_installs() -> None:
    assert [lock.stem for lock in LOCKS] == ["boot", "dev", "run"]


@pytest.mark.parametrize("lock", [*LOCKS, PACKAGE_LOCK], ids=lambda path: path.name)
def test_lock_holds_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "resolved" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_requirement_has_a_hash(lock: Path) -> None:
    requirements = lock.read_text("utf-8").replace("\\\n", " ").splitlines()
    assert requirements
    assert [line for line in requirements if "==" not in line or "--hash=sha256:" not in line] == []


def test_dev_lock_holds_all_of_the_run_lock() -> None:
    run, dev = pins(REQUIREMENTS / "run.lock"), pins(REQUIREMENTS / "dev.lock")
    assert run
    assert run.items() <= dev.items()


def test_npm_packages_are_locked_by_hash() -> None:
    packages = json.loads(PACKAGE_LOCK.read_text("utf-8"))["packages"]
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)


def test_no_file_names_a_package_registry() -> None:
    named = [
        (str(path.relative_to(paths.ROOT)), host.decode())
        for path in project_files()
        for content in [path.read_bytes()]
        for host in REGISTRY_HOSTS
        if host in content
    ]
    assert named == []


# --- vendored files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VENDORED)
def test_vendored_file_is_as_recorded(name: str) -> None:
    digest = hashlib.sha384((paths.ROOT / name).read_bytes()).digest()
    assert base64.b64encode(digest).decode() == VENDORED[name]["sha384"]


def test_every_vendored_file_is_recorded() -> None:
    present = {
        path.relative_to(paths.ROOT).as_posix()
        for folder in VENDOR_FOLDERS
        for path in (paths.ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert present | {"core/web/static/icons.svg"} == set(VENDORED)


def test_every_vendored_package_is_there_with_its_licence() -> None:
    licensed = {meta["package"] for name, meta in VENDORED.items() if name.endswith("/LICENSE")}
    assert licensed == {meta["package"] for meta in VENDORED.values()}


def test_icon_sprite_has_the_icons_that_are_asked_for() -> None:
    sprite = (paths.ROOT / "core/web/static/icons.svg").read_text("utf-8")
    names = (paths.ROOT / "tools/icons.txt").read_text("utf-8").split()
    assert names == sorted(set(names))
    assert re.findall(r'<symbol id="i-([a-z0-9-]+)" viewBox="0 0 24 24"', sprite) == names


# --- the project's metadata ---------------------------------------------------------------------------------


def test_project_cannot_be_uploaded_by_mistake() -> None:
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]
    assert project["scripts"]["shouxi"] == "core.app:main"


def test_folders_of_paths_lie_in_the_project() -> None:
    assert (paths.ROOT / "pyproject.toml").is_file()
    assert all(path.is_dir() for path in (paths.PLUGINS, paths.TENANTS, paths.TEMPLATES))
