"""Doing what a line says: as somebody it is open to, on people, links and sessions made for that one act.

What an act wrote is told by a note of every row that changes, with its transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any, Final

import pyotp

from core import paths
from core.domain.places import CITIES
from core.domain.roles import Role, TenantKind
from core.persistence.session import act
from core.services.accounts import invitations, signin, totp
from core.services.accounts.scopes import ACCOUNTS
from core.services.accounts.sessions import Client
from core.services.accounts.signin import Next
from core.services.accounts.totp import Offer
from core.web.session import RULES
from tests.access.asking import Answer, Asking
from tests.access.matrix import Line
from tests.access.reviewed import RUBRIC, WAIVED, WARNED
from tests.access.world import PASSWORD, SECRET, Principal, Unit
from tests.integration.onboarding.season import uscc
from tests.uploads.harmless import picture, png

EVENTS: Final = "audit_event"
NEW_PASSWORD: Final = "Walnut+29-harbour"  # noqa: S105 - of people who do not exist
PLAN: Final = paths.ROOT / "core" / "web" / "examples" / "plan.yaml"
LEFT, CLOSED = "leaver", "closed"
"""Somebody who had a role, and somebody whose account is closed, in the part of an address for a person."""
FAULT: Final = """
create function planted_fault() returns trigger language plpgsql as
    $$ begin raise exception 'planted'; end $$;
create constraint trigger planted after insert on audit_event deferrable initially deferred
    for each row execute function planted_fault();
alter table audit_event disable trigger planted;
"""
"""A fault at the last moment: the transaction of an event fails when it is committed."""
_numbers = count(1)
_years = count(2030)
_cities = iter(CITIES)
NOW: Final = "select pg_current_xact_id()::text::bigint"
"""A transaction that comes after all there were."""
NOTES: Final = """
create table note (of text not null, transaction bigint not null);
create function note() returns trigger language plpgsql security definer as $$ begin
    insert into public.note values (tg_table_name, pg_current_xact_id()::text::bigint);
    return null;
end $$;
do $$ declare name text; begin
    for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'note' loop
        execute format('create trigger note after insert or update or delete on %I '
            'for each row execute function note()', name);
    end loop;
end $$;
"""
"""Table and transaction of every row that changes: a row itself names its savepoint where there was one."""
WRITTEN: Final = "select distinct of, transaction from note where transaction > %s"


@dataclass(frozen=True, slots=True)
class Deed:
    """An act: its answer, and table and transaction of every row that it changed."""

    answer: Answer
    written: frozenset[tuple[str, int]]

    @property
    def done(self) -> bool:
        return self.answer.status < 400

    @property
    def recorded(self) -> bool:
        return any(table == EVENTS for table, _ in self.written)

    @property
    def transactions(self) -> int:
        """In how many transactions it wrote."""
        return len({transaction for _, transaction in self.written})


class Acting(Asking):
    """Acts, and looks what was written. On a database of its own with ``FAULT`` and ``NOTES``."""

    def act(self, line: Line, principal: Principal, unit: Unit | None, *, failing: bool = False) -> Deed:
        """What ``line`` does for ``principal``, in a session that has just been proved.

        ``failing``: its transaction fails when it is committed.
        """
        line = replace(line, named={**line.named, **line.acts_on})
        path = self.address(line, principal, unit)
        body = Typing(self, principal, unit, path).fill(line.body or {})
        self.world.restore(principal)
        self._browser(principal)
        (before,) = self.world.connection.execute(NOW).fetchone() or (0,)
        with self._fault() if failing else nullcontext():
            answer = self.ask(line, principal, unit, body, path)
        return Deed(answer, frozenset(self.world.connection.execute(WRITTEN, [before]).fetchall()))

    @contextmanager
    def _fault(self) -> Iterator[None]:
        self.world.connection.execute("alter table audit_event enable trigger planted")
        try:
            yield
        finally:
            self.world.connection.execute("alter table audit_event disable trigger planted")

    def _part(self, name: str, parts: Mapping[str, Any], principal: Principal, unit: Unit | None) -> Any:
        """As for asking, but people and grants are made for the act."""
        named = parts.get(name, "head")
        if unit is None or name not in {"person_id", "grant_id"}:
            return super()._part(name, parts, principal, unit)
        role = unit.head if named in {"head", LEFT, CLOSED} else Role(named)
        return self.world.add_newcomer(unit, role, left=named == LEFT, closed=named == CLOSED)[name]


class Typing:
    """What somebody types for one act: ``$…`` in a body stands for one of these methods."""

    def __init__(self, acting: Acting, principal: Principal, unit: Unit | None, path: str) -> None:
        self._app, self._world, self._acting = acting.app, acting.world, acting
        self._principal, self._unit, self._path = principal, unit, path
        self._rules = acting.app.extensions[RULES]

    def fill(self, body: Mapping[str, Any]) -> dict[str, str | bytes]:
        return {name: self._entry(str(value)) for name, value in body.items()}

    def _entry(self, value: str) -> str | bytes:
        if not value.startswith("$"):
            return value
        typed = getattr(self, value[1:])()
        return typed if isinstance(typed, bytes) else str(typed)

    def picture(self) -> bytes:
        """A file that nobody has sent before."""
        return png(picture(size=(96, 64 + next(_numbers))))

    def password(self) -> str:
        return PASSWORD

    def new_password(self) -> str:
        return NEW_PASSWORD

    def unused_password(self) -> str:
        """One that nobody has had, so that who set it before may set it again."""
        return f"{NEW_PASSWORD}-{next(_numbers)}"

    def login_name(self) -> str:
        """Of somebody with an authenticator."""
        return self._login_name(self._somebody)

    def new_login_name(self) -> str:
        return f"{self._login_name(self._somebody)}-new"

    def code(self) -> str:
        return self._code(SECRET)

    def pending(self) -> str:
        """The note of somebody with an authenticator, after their password."""
        return self._pending(self._somebody)

    def pending_enrolment(self) -> str:
        """The note of somebody whose role needs an authenticator and who has none."""
        return self._pending(self._without_authenticator)

    def sealed(self) -> str:
        return self._offer.sealed

    def code_of_offer(self) -> str:
        return self._code(self._offer.secret)

    def plan(self) -> str:
        return PLAN.read_text("utf-8")

    def grant(self) -> int:
        """Their own grant; for somebody without a hat one that is not theirs."""
        home, role = self._principal.home, self._principal.role
        return home.grants[role] if home and role else self._world.units[0].grants[Role.EMPLOYEE]

    def role(self) -> str:
        """A role that whoever gives roles in the unit can give there."""
        assert self._unit
        return Role.EMPLOYEE if self._unit.kind is TenantKind.ENTERPRISE else self._unit.head

    def year(self) -> int:
        """One without a cycle, the same in every entry."""
        return self._year

    def city(self) -> str:
        """One that nothing was asked for."""
        return next(_cities)

    def uscc(self) -> str:
        """Of an enterprise that nothing was decided about."""
        return uscc(next(_numbers))

    def more(self) -> int:
        """More than anybody asked for before."""
        return 9 + next(_numbers)

    def day(self) -> str:
        """As holidays are typed; other ones each time."""
        number = next(_numbers)
        return f"{number // 28 % 12 + 1}月{number % 28 + 1}日"

    def soon(self) -> str:
        """The last day of a notice of five days from today."""
        return self._one("select (app_now() at time zone 'Asia/Shanghai')::date + 5", [])

    def seen(self) -> str:
        """The hash of the plan in the address."""
        return self._acting.planned.content_hash(int(self._path.split("/")[4]))

    def rubric(self) -> str:
        """The section of a plan as it was seen."""
        return RUBRIC

    def warned(self) -> str:
        """A finding as it was seen."""
        return WARNED.hash

    def warned_path(self) -> str:
        return WARNED.path

    def waived(self) -> str:
        """A rule that they may waive."""
        return WAIVED[self._principal.role or Role.PROVINCE_HR]

    def expert(self) -> int:
        """Who may be asked to assess a plan."""
        return self._acting.reviewed.expert

    def document(self) -> str:
        """The name of a document of a city where nobody has begun."""
        self._acting.planned.clear()
        self._acting.reviewed.clear()
        return "具体要求"

    def unbegun(self) -> str:
        """Why a city withdraws what it asks, where nobody has begun."""
        self._acting.planned.clear()
        self._acting.reviewed.unbegin()
        return "另行发布。"

    def version(self) -> str:
        """How often something was done with what is in the address."""
        found = re.findall(r"/reviews/(\d+)", self._path)
        return self._one("select version::text from plan_version where id = %s", [int(found[0])])

    def words(self) -> str:
        """What nobody wrote before."""
        return f"第 {next(_numbers)} 次办理。"

    @cached_property
    def _year(self) -> int:
        return next(_years)

    @cached_property
    def _somebody(self) -> int:
        unit = self._world.units[0]
        return self._world.add_newcomer(unit, unit.head)["person_id"]

    @cached_property
    def _without_authenticator(self) -> int:
        unit = self._world.units[0]
        person_id = self._world.add_newcomer(unit, unit.head)["person_id"]
        self._world.connection.execute(
            "update credential set totp_sealed = null, totp_confirmed_at = null where person_id = %s",
            [person_id],
        )
        return person_id

    @cached_property
    def _offer(self) -> Offer:
        """The authenticator that the form offers."""
        if self._path.startswith("/invitations/"):
            token = self._path.split("/")[2]
            return invitations.offer(token=token, login_name="", sealed=None, rules=self._rules)
        person_id = self._principal.person_id
        if self._path.startswith("/sign-in") or person_id is None:
            person_id = self._without_authenticator
        where = totp.for_person(person_id)
        return totp.offer(account=self._login_name(person_id), where=where, keys=self._rules.keys)

    def _pending(self, person_id: int) -> str:
        with self._app.app_context(), act(ACCOUNTS) as session:
            step = signin.begin(
                session,
                login_name=self._login_name(person_id),
                password=PASSWORD,
                client=Client(address="192.0.2.7", agent=""),
                rules=self._rules,
            )
        assert isinstance(step, Next)
        return step.pending

    def _login_name(self, person_id: int) -> str:
        return self._one("select login_name from person where id = %s", [person_id])

    def _code(self, secret: str) -> str:
        step = self._one("select floor(extract(epoch from app_now()) / 30)::bigint::text", [])
        return pyotp.TOTP(secret).generate_otp(int(step))

    def _one(self, query: str, values: list[Any]) -> str:
        (found,) = self._world.connection.execute(query.encode(), values).fetchone() or ("",)
        return str(found)
