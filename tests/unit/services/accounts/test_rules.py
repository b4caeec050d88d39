"""Which figures an installation works by."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core import config
from core.services.accounts.rules import CHEAP, GRADE3, NIST, Cost, PasswordProfile, account_rules

KEY = "A" * 43 + "="
PRODUCTION = {"SECRET_KEY": "k" * 32, "SHOUXI_SIGNING_KEY": KEY, "SHOUXI_FIELD_KEYS": f"index:{KEY},1:{KEY}"}


@pytest.mark.parametrize(
    ("chosen", "environment", "profile"),
    [
        (None, "production", GRADE3),
        ("nist", "production", NIST),
        ("grade3", "production", GRADE3),
        (None, "demo", NIST),
        ("grade3", "demo", GRADE3),
        (None, "test", GRADE3),
    ],
)
def test_settings_choose_the_password_profile(
    tmp_path: Path, chosen: str | None, environment: str, profile: PasswordProfile
) -> None:
    environ = {**PRODUCTION, "SHOUXI_ENV": environment, "SHOUXI_VAR": str(tmp_path)}
    settings = config.load(environ if chosen is None else {**environ, "SHOUXI_PASSWORDS": chosen})
    assert account_rules(settings).passwords is profile


@pytest.mark.parametrize(
    ("environment", "cost", "idle"),
    [
        ("production", Cost(), timedelta(minutes=30)),
        ("demo", Cost(), timedelta(days=800)),
        ("test", CHEAP, timedelta(minutes=30)),
    ],
)
def test_tests_hash_cheaply_and_the_demo_outlasts_its_clock(
    tmp_path: Path, environment: str, cost: Cost, idle: timedelta
) -> None:
    settings = config.load({**PRODUCTION, "SHOUXI_ENV": environment, "SHOUXI_VAR": str(tmp_path)})
    rules = account_rules(settings)
    assert (rules.cost, rules.lifetimes.idle) == (cost, idle)
