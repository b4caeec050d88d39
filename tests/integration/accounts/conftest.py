"""People with passwords and hats, browsers, and a clock to move."""

from __future__ import annotations

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tests.factories import Tenants
from tests.integration.accounts.world import World


@pytest.fixture
def world(session: Session, superuser: psycopg.Connection, tenants: Tenants) -> World:
    return World(superuser, tenants)


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each password that Argon2 verifies: what an attempt costs, and what a guess needs."""
    counted: list[int] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, *arguments: str | bytes) -> bool:
        counted.append(1)
        return verify(self, *arguments)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    return counted
