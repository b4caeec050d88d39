"""Each import contract of pyproject.toml fails when it is broken: a small tree with one wrong import."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import paths

LINT = Path(sys.executable).with_name("lint-imports")
TREE = {
    "core/hookspecs.py": "import pluggy",
    **{
        f"core/{name}.py": ""
        for name in (
            *("app", "sdk", "sandbox", "plugin_host", "config", "paths"),
            *("policy", "outbox", "crypto"),
        )
    },
    **{
        f"core/{name}/__init__.py": ""
        for name in (
            *("domain", "rulebook", "plandoc", "services", "web", "cli"),
            *("persistence", "audit", "demo", "uploads", "documents"),
        )
    },
    **{f"{name}/__init__.py": "" for name in ("core", "plugins", "plugins/shared", "tenants", "tenants/one")},
    "tenants/two/__init__.py": "",
    "tenants/one/plan.py": "import core.sdk",
    "tenants/two/plan.py": "import core.sdk",
}
LAYERS = "core is layered: a module imports its own layer and those below"
PLUGGY = "pluggy is for the hook specifications alone"
SDK_ONLY = "plugins and tenants import core.sdk and nothing else of core"
BREAKS = {
    "domain-imports-rulebook": (LAYERS, "core/domain/plan.py", "import core.rulebook"),
    "service-imports-the-demo": (LAYERS, "core/services/a.py", "import core.demo"),
    "web-imports-app": (LAYERS, "core/web/pages.py", "import core.app"),
    "module-without-a-layer": (LAYERS, "core/helpers.py", ""),
    "rulebook-imports-a-framework": (
        "domain and rulebook know no framework",
        "core/rulebook/a.py",
        "import marshmallow",
    ),
    "domain-imports-a-framework": (
        "domain and rulebook know no framework",
        "core/domain/a.py",
        "import flask",
    ),
    "uploads-import-a-table": (
        "what examines uploads knows no page and no database",
        "core/uploads/store.py",
        "import core.persistence",
    ),
    "documents-import-a-table": (
        "printed documents know no page and no database",
        "core/documents/paper.py",
        "import core.persistence",
    ),
    "core-imports-a-plugin": (
        "core imports neither plugins nor tenants",
        "core/app.py",
        "import plugins.shared",
    ),
    "core-imports-a-tenant": (
        "core imports neither plugins nor tenants",
        "core/app.py",
        "import tenants.one",
    ),
    "tenant-imports-a-tenant": (
        "tenants do not know one another",
        "tenants/one/plan.py",
        "import tenants.two.plan",
    ),
    "tenant-imports-domain": (SDK_ONLY, "tenants/one/plan.py", "import core.domain"),
    "plugin-imports-core": (SDK_ONLY, "plugins/shared/a.py", "import core"),
    "services-import-pluggy": (PLUGGY, "core/services/plans.py", "import pluggy"),
    "host-imports-pluggy": (PLUGGY, "core/plugin_host.py", "import pluggy"),
    "tenant-imports-pluggy": (PLUGGY, "tenants/one/plan.py", "import pluggy"),
}


def broken_contracts(tree: Path) -> list[str]:
    """Names of the contracts that `lint-imports` finds broken in `tree`."""
    environ = {**os.environ, "COLUMNS": "200"}
    result = subprocess.run(
        [LINT, "--no-cache"],
        cwd=tree,
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert "Contracts: " in result.stdout, result.stdout + result.stderr
    broken = re.findall(r"^(.+?) BROKEN", result.stdout, re.MULTILINE)
    assert (result.returncode != 0) == bool(broken)
    return broken


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copy(paths.ROOT / "pyproject.toml", tmp_path)
    for name, text in TREE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_tree_without_a_wrong_import_keeps_all_contracts(tree: Path) -> None:
    assert broken_contracts(tree) == []


@pytest.mark.parametrize(("contract", "module", "wrong"), BREAKS.values(), ids=BREAKS)
def test_wrong_import_breaks_its_contract(tree: Path, contract: str, module: str, wrong: str) -> None:
    (tree / module).write_text(wrong, "utf-8")
    assert broken_contracts(tree) == [contract]
