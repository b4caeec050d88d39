"""One clock: nothing but SQL ``app_now()`` says what time it is, in code, in SQL and in migrations.

The two places that may ask the real clock are where ``app_now()`` is made and where its offset is set.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import paths

FOLDERS = ("core", "plugins", "tenants", "migrations")
ALLOWED = {
    ("migrations/versions/0001_platform.py", "clock_timestamp"),
    ("core/persistence/clock.py", "sqlalchemy.func.clock_timestamp"),
}
PYTHON = re.compile(
    r"datetime\.(datetime\.(now|utcnow|today)|date\.today)"
    r"|time\.(time|time_ns|localtime|gmtime|ctime|asctime|monotonic|monotonic_ns|perf_counter|perf_counter_ns)"
    r"|(.+\.)?func\.(now|current_timestamp|current_date|current_time|localtime|localtimestamp|clock_timestamp"
    r"|transaction_timestamp|statement_timestamp|timeofday|sysdate)"
    r"|sqlalchemy\.sql\.functions\.(now|current_timestamp|current_date|current_time|localtimestamp)"
    r"|flask\.g\.now|email\.utils\.(localtime|formatdate)|wsgiref\.handlers\.format_date_time"
)
SQL = re.compile(
    r"\b(now(?=\s*\()|current_timestamp|current_date|current_time|localtimestamp|clock_timestamp"
    r"|transaction_timestamp|statement_timestamp|timeofday|(?<=')(?:now|today|tomorrow|yesterday)(?=':))\b",
    re.IGNORECASE,
)
BARE = ("now", "today", "utcnow")
"""Methods that take the time from the machine when they are not given one."""


def sources(code: str) -> Iterator[str]:
    """Every other source of time that a module names; docstrings may speak of them."""
    tree = ast.parse(code)
    names = dict(imports(tree))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = dotted(node, names)
            if name and PYTHON.fullmatch(name):
                yield name
        elif isinstance(node, ast.Call):
            if (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in BARE
                and not node.args + node.keywords
            ):
                yield f".{node.func.attr}()"
            if (without := unsaid_moment(node, names)) is not None:
                yield without
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from (match.group() for match in SQL.finditer(node.value))


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What each imported name stands for: ``dt`` → ``datetime.datetime``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield (
                    each.asname or each.name.partition(".")[0],
                    each.name if each.asname else each.name.partition(".")[0],
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)


def dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    """``dt.now`` as ``datetime.datetime.now``, if it begins with an imported name."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and (base := dotted(node.value, names)):
        return f"{base}.{node.attr}"
    return None


def unsaid_moment(call: ast.Call, names: dict[str, str]) -> str | None:
    """One-time codes are checked at a moment that is given, else pyotp asks the machine."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method == "verify" and any(name.partition(".")[0] == "pyotp" for name in names.values()):
        return None if any(each.arg == "for_time" for each in call.keywords) else ".verify() without for_time"
    if dotted(call.func, names) == "time.strftime" and len(call.args) < 2:
        return "time.strftime"
    return None


def test_nothing_else_says_what_time_it_is() -> None:
    found = {
        (path.relative_to(paths.ROOT).as_posix(), source)
        for folder in FOLDERS
        for path in sorted((paths.ROOT / folder).rglob("*.py"))
        for source in sources(path.read_text("utf-8"))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\nat = datetime.now(UTC)",
        "from datetime import datetime as dt\nat = dt.utcnow()",
        "import datetime\nat = datetime.datetime.today()",
        "from datetime import date\nday = date.today()",
        "from dataclasses import field\nfrom datetime import date\nday = field(default_factory=date.today)",
        "import time\nat = time.time()",
        "from time import time as clock\nat = clock()",
        "import time as t\nat = t.time_ns()",
        "import time\nat = time.strftime('%Y')",
        "from time import monotonic\nat = monotonic()",
        "from sqlalchemy import func\nat = func.now()",
        "import sqlalchemy as sa\nat = sa.func.current_timestamp()",
        "from sqlalchemy.sql.functions import now\nat = now()",
        "from sqlalchemy import func\nat = func.clock_timestamp()",
        "at = text('select now()')",
        "at = text('select NOW ()')",
        "at = f'{head} where at < current_timestamp {tail}'",
        "day = 'current_date'",
        "at = \"'now'::timestamptz\"",
        "op.execute('alter table t alter at set default transaction_timestamp()')",
        "import pyotp\nnow = pyotp.TOTP(key).now()",
        "import pyotp\nok = pyotp.TOTP(key).verify(code)",
        "at = self.clock.now()",
    ],
)
def test_another_source_of_time_is_found(code: str) -> None:
    assert list(sources(code))


@pytest.mark.parametrize(
    "code",
    [
        "from core.persistence import clock\nat = clock.now(session)",
        "from core.persistence.clock import today\nday = today(session)",
        "from sqlalchemy import func\nat = func.app_now()",
        "at = text('select app_now()')",
        '"""What ``now()`` of SQL and ``datetime.now`` would say."""',
        "def f() -> None:\n    '''Not now().'''",
        "now = at\nuse(now)",
        "import time\ntime.strftime('%Y', given)",
        "import pyotp\nok = pyotp.TOTP(key).verify(code, for_time=at)",
        "label = '现在 now'",
    ],
)
def test_the_one_clock_and_prose_are_not(code: str) -> None:
    assert list(sources(code)) == []


def test_places_that_may_ask_the_real_clock_exist() -> None:
    assert all((paths.ROOT / Path(path)).exists() for path, _ in ALLOWED)
