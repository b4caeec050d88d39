"""The scope of a transaction is set in one place: whoever can set it could read anything.

The application role is trusted to name its scope, so no other module may hold the words that do it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from core import paths

FOLDERS = ("core", "plugins", "tenants", "migrations")
WORDS = re.compile(
    r"set_config|\bapp\.(?:tenant_id|read_scope|person_id)|\bset\s+(?:local\s+|session\s+)?(?:role\b(?!\s*=)|app\.|row_security)"
    r"|\bwith\s+hold\b|\b(?:create|into)\s+(?:temp|temporary)\b|security\s+definer|bypassrls",
    re.IGNORECASE,
)
ALLOWED = {
    "core/persistence/db.py": {"set_config", "app.tenant_id", "app.read_scope", "app.person_id"},
    "migrations/versions/0001_platform.py": {"app.tenant_id", "app.read_scope", "app.person_id"},
    "core/persistence/migrate.py": {"bypassrls"},
}
"""Sets it; reads it in the policies; refuses a role that passes them."""


def words(code: str) -> Iterator[str]:
    """What strings of a module say of scopes and of ways past them; prose may speak of them."""
    tree = ast.parse(code)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from (match.group().lower() for match in WORDS.finditer(node.value))
        elif isinstance(node, ast.Attribute) and node.attr == "set_config":
            yield node.attr


def test_scope_is_set_in_one_place() -> None:
    found: dict[str, set[str]] = {}
    for folder in FOLDERS:
        for path in sorted((paths.ROOT / folder).rglob("*.py")):
            if said := set(words(path.read_text("utf-8"))):
                found[path.relative_to(paths.ROOT).as_posix()] = said
    assert found == ALLOWED


@pytest.mark.parametrize(
    "code",
    [
        "session.execute(text(\"select set_config('app.tenant_id', '2', true)\"))",
        "session.execute(select(func.set_config(name, value, True)))",
        "session.execute(text(f\"set local app.{name} = '*'\"))",
        "session.execute(text('SET ROLE app_owner'))",
        "session.execute(text('set session row_security = off'))",
        "session.execute(text('declare c cursor with hold for select 1'))",
        "session.execute(text('create temporary table t (a int)'))",
        "op.execute('create function f() returns int language sql security definer return 1')",
        "op.execute('alter role app_user bypassrls')",
    ],
)
def test_a_way_around_is_found(code: str) -> None:
    assert list(words(code))


@pytest.mark.parametrize(
    "code",
    [
        '"""Sets app.tenant_id."""',
        "session.execute(text('update grant set role = 1'))",
        "app.config.set(name)",
    ],
)
def test_ordinary_code_is_not(code: str) -> None:
    assert list(words(code)) == []
