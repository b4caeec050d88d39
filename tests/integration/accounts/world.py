"""What the tests of accounts do over and over: make accounts, sign them in, look who is behind a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

import psycopg
import pyotp
from sqlalchemy.orm import Session

from core.config import FieldKeys
from core.crypto import Keyring
from core.domain.roles import Actor, Role
from core.persistence.session import act, reading
from core.services.accounts import people, sessions, signin, totp
from core.services.accounts.rules import GRADE3, AccountRules, Cost
from core.services.accounts.scopes import ACCOUNTS, scope_of
from core.services.accounts.sessions import Client, Current
from core.services.accounts.signin import Next, SignedIn, Step
from tests import factories
from tests.factories import MadeTenant, Tenants

PASSWORD: Final = "Kestrel-7-orchard"  # noqa: S105 - of people who do not exist
OTHER_PASSWORD: Final = "Walnut+29-harbour"  # noqa: S105 - as above
KEYS: Final = FieldKeys(sealing={1: bytes(32)}, index=bytes(32))
CHEAP: Final = Cost(memory=8, passes=1, lanes=1)
RULES: Final = AccountRules(keys=Keyring(KEYS), passwords=GRADE3, cost=CHEAP)
HERE: Final = Client(address="192.0.2.10", agent="Chromium 140", request_id="request-9")

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Account:
    person_id: int
    login_name: str
    name: str
    grants: tuple[int, ...]
    secret: str | None = None


@dataclass
class World:
    """``connection`` arranges and looks past every policy; the services run as the application does."""

    connection: psycopg.Connection
    tenants: Tenants
    rules: AccountRules = field(default=RULES)

    # --- arranging

    def account(self, name: str, *hats: tuple[MadeTenant, Role], codes: bool = False) -> Account:
        """A person with PASSWORD and standing grants; with ``codes`` an authenticator is enrolled."""
        login_name = f"user-{next(_numbers)}"
        with act(ACCOUNTS) as session:
            person_id = people.open_account(
                session, login_name=login_name, name=name, password=PASSWORD, rules=self.rules
            )
            secret = self._enrolled(session, person_id, login_name) if codes else None
        who = factories.MadePerson(person_id, login_name, name)
        grants = tuple(factories.grant(self.connection, where, who, role) for where, role in hats)
        return Account(person_id, login_name, name, grants, secret)

    def _enrolled(self, session: Session, person_id: int, login_name: str) -> str:
        where = totp.for_person(person_id)
        offer = totp.offer(account=login_name, where=where, keys=self.rules.keys)
        assert totp.confirm(
            session,
            person_id=person_id,
            sealed=offer.sealed,
            where=where,
            code=self.code(offer.secret, steps=-1),
            now=self.now(),
            rules=self.rules,
        )
        return offer.secret

    def employee(self, name: str = "沈知行") -> Account:
        return self.account(name, (self.tenants.enterprise, Role.EMPLOYEE))

    def hr(self, name: str = "顾云舟") -> Account:
        return self.account(name, (self.tenants.enterprise, Role.ENTERPRISE_HR), codes=True)

    def actor(self, where: MadeTenant, role: Role, name: str = "陆景明") -> Actor:
        return factories.actor(self.connection, where, role, name)

    # --- the clock

    def now(self) -> datetime:
        moment: datetime = self.one("select app_now()")
        return moment

    def later(self, **by: float) -> None:
        """Move 演示时钟 on by a timedelta's arguments."""
        self.connection.execute(
            "insert into clock_offset (shift) values (%(by)s) "
            "on conflict (only_row) do update set shift = clock_offset.shift + %(by)s",
            {"by": timedelta(**by)},
        )

    def at(self, moment: datetime) -> None:
        """Let 演示时钟 run on from a moment."""
        self.connection.execute(
            "insert into clock_offset (shift) values (%(at)s - clock_timestamp()) "
            "on conflict (only_row) do update set shift = excluded.shift",
            {"at": moment},
        )

    def code(self, secret: str | None, *, steps: int = 0) -> str:
        """What the authenticator shows now, or some steps of 30 seconds from now."""
        assert secret is not None
        return pyotp.TOTP(secret).generate_otp(int(self.now().timestamp()) // 30 + steps)

    # --- signing in

    def begin(self, login_name: str, password: str = PASSWORD, client: Client = HERE) -> Step:
        with act(ACCOUNTS) as session:
            return signin.begin(
                session, login_name=login_name, password=password, client=client, rules=self.rules
            )

    def give_code(self, step: Step, code: str, client: Client = HERE) -> Step:
        assert isinstance(step, Next)
        with act(ACCOUNTS) as session:
            return signin.give_code(session, pending=step.pending, code=code, client=client, rules=self.rules)

    def signed_in(self, account: Account, client: Client = HERE) -> SignedIn:
        """Through every step. The clock moves on first, so that the code is one that was not used."""
        if account.secret is not None:
            self.later(seconds=60)
        step = self.begin(account.login_name, client=client)
        if account.secret is not None:
            step = self.give_code(step, self.code(account.secret), client)
        assert isinstance(step, SignedIn)
        return step

    def known(self, account: Account, client: Client = HERE) -> Client:
        """A browser that the person has signed in from."""
        return replace(client, device=self.signed_in(account, client).device)

    # --- looking

    def resume(self, token: str) -> Current | None:
        with act(ACCOUNTS) as session:
            return sessions.resume(session, token=token, rules=self.rules)

    def current(self, token: str) -> Current:
        found = self.resume(token)
        assert found is not None
        return found

    def request(self, account: Account, client: Client = HERE) -> Current:
        """The account's first request after signing in."""
        return self.current(self.signed_in(account, client).token)

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[Session]:
        """An act in the scope of ``actor``."""
        with reading(ACCOUNTS) as session:
            scope = scope_of(session, actor=actor)
        with act(scope) as session:
            yield session

    def one(self, query: str, *arguments: object) -> Any:
        """The first value of the first row, whatever the policies."""
        row = self.connection.execute(query.encode(), arguments).fetchone()
        return None if row is None else row[0]

    def column(self, query: str, *arguments: object) -> list[Any]:
        return [row[0] for row in self.connection.execute(query.encode(), arguments)]

    def outcomes(self, account: Account) -> list[str]:
        """The history of signing in, oldest first."""
        return self.column("select outcome from sign_in where person_id = %s order by id", account.person_id)

    def actions(self, where: MadeTenant) -> list[str]:
        """What the chain of a tenant recorded, oldest first."""
        return self.column("select action from audit_event where tenant_id = %s order by seq", where.id)
