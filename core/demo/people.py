"""How one signs in to the demo: everybody's password, kept in the demo's folder, and their current code."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from core.config import Environment, Settings
from core.demo import cast
from core.domain.errors import DomainError
from core.domain.roles import Role
from core.persistence.queries import account as accounts
from core.services.accounts import totp
from core.services.accounts.rules import AccountRules

FILE: Final = "demo_passwords.json"
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
DIGITS: Final = "23456789"
GROUPS: Final = 4


class NotADemo(DomainError):
    """Something of the demo was asked for where there is no demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoHat:
    role: Role
    tenant_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody to sign in as."""

    login_name: str
    name: str
    password: str
    hats: tuple[DemoHat, ...]


def require_demo(settings: Settings) -> None:
    """Raise ``NotADemo`` unless this is the demo."""
    if settings.environment is not Environment.DEMO:
        raise NotADemo(
            f"演示数据只用于演示环境，当前环境是 {settings.environment}。设置 SHOUXI_ENV=demo 后再启动。"
        )


def people(settings: Settings) -> tuple[DemoPerson, ...]:
    """Everybody of the demo with their hats, as the cast has them. Raises ``NotADemo``."""
    require_demo(settings)
    passwords = kept_passwords(settings.var)
    hats: dict[cast.Person, list[DemoHat]] = {}
    for place in cast.places():
        for part in place.parts:
            hats.setdefault(part.person, []).append(DemoHat(role=part.role, tenant_name=place.short_name))
    return tuple(
        DemoPerson(
            login_name=person.login_name,
            name=person.name,
            password=passwords[person.login_name],
            hats=tuple(worn),
        )
        for person, worn in hats.items()
    )


def code(session: Session, *, login_name: str, settings: Settings, rules: AccountRules) -> str | None:
    """The 动态口令 that somebody of the demo would read off now; None for who has none.

    Raises ``NotADemo``.
    """
    require_demo(settings)
    proof = (
        accounts.proof_by_name(session, login_name=login_name) if login_name in cast.login_names() else None
    )
    return None if proof is None else totp.current_code(proof=proof, keys=rules.keys)


def kept_passwords(var: Path) -> Mapping[str, str]:
    """The passwords by login name; made on first use, and for whoever came into the cast since."""
    path = var / FILE
    kept: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    missing = cast.login_names() - kept.keys()
    if missing:
        kept |= {login_name: _password() for login_name in missing}
        _write(path, json.dumps(dict(sorted(kept.items())), indent=1))
    return kept


def _password() -> str:
    """Four groups of letters and digits: 78 bits, and both profiles take it."""
    return "-".join(_group() for _ in range(GROUPS))


def _group() -> str:
    return "".join(secrets.choice(letters) for letters in (LETTERS, LETTERS, DIGITS, LETTERS, DIGITS))


def _write(path: Path, text: str) -> None:
    """A whole file or none, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
