"""The acts that the demo is set up by: each one a transaction of a service, in the scope of who acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import pyotp
from sqlalchemy.orm import Session

from core.config import Settings
from core.demo import year
from core.demo.cast import Part, Person
from core.domain.errors import DomainError
from core.domain.roles import Actor, Role, TenantKind
from core.persistence import clock
from core.persistence.queries import account as accounts_table
from core.persistence.queries import grant as grants_table
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services import cycles, founding
from core.services.accounts import grants, invitations, sessions, signin, totp
from core.services.accounts.rules import CHEAP, account_rules
from core.services.accounts.scopes import ACCOUNTS, scope_of, towards
from core.services.accounts.sessions import Client, actor_of
from core.services.accounts.signin import Next, SignedIn, Step
from core.services.accounts.totp import Offer
from core.services.founding import NewTenant

BROWSER: Final = Client(address="127.0.0.1", agent="演示数据准备")

INVITED_BY: Final[Mapping[Role, Role]] = MappingProxyType(
    {
        Role.SYSTEM_ADMIN: Role.SECURITY_ADMIN,
        Role.AUDIT_ADMIN: Role.SECURITY_ADMIN,
        Role.PROVINCE_HR: Role.SECURITY_ADMIN,
        Role.PROVINCE_CENTRE: Role.PROVINCE_HR,
        Role.PLAN_EXPERT: Role.PROVINCE_CENTRE,
        Role.CENTRAL_BRANCH: Role.PROVINCE_CENTRE,
        Role.CITY_HR: Role.PROVINCE_HR,
        Role.CITY_CENTRE: Role.CITY_HR,
        Role.CITY_INDUSTRY: Role.CITY_HR,
        Role.ENTERPRISE_PRINCIPAL: Role.PROVINCE_CENTRE,
        Role.ENTERPRISE_HR: Role.ENTERPRISE_PRINCIPAL,
    }
)
"""Who brings in whom; everybody else is brought in by the 人力资源管理部门 of their enterprise."""


class CannotGoOn(DomainError):
    """The demo was changed before its set-up was done."""

    def __init__(self, what: str) -> None:
        super().__init__(f"演示数据没有准备完，{what}，不能继续。移走 SHOUXI_VAR 所指的文件夹后重新启动。")


@dataclass(frozen=True, slots=True)
class There:
    """A hat that somebody of the cast has."""

    login_name: str
    person_id: int
    name: str
    role: Role
    tenant_id: int
    city_code: str | None


class Acts:
    """What is there of the demo, and the acts that add to it.

    Its passwords are 78 random bits, which no cost of hashing makes harder to guess: they are hashed cheaply,
    and anew at the installation's cost when somebody signs in with one.
    """

    def __init__(self, settings: Settings, passwords: Mapping[str, str], there: Iterable[There]) -> None:
        self.rules = replace(account_rules(settings), cost=CHEAP)
        self.passwords = passwords
        self.there = list(there)
        self.invited: dict[tuple[int, Role], str] = {}
        """Links that an act gave for a role in a tenant, by which somebody is to come."""

    def settle(self, new: NewTenant, parts: Iterable[Part]) -> None:
        """Open a tenant, and let its people take their parts; nothing twice."""
        tenant_id = self._tenant(new)
        taken = {(hat.login_name, hat.role) for hat in self.there if hat.tenant_id == tenant_id}
        for part in parts:
            person, role = part.person, part.role
            if (person.login_name, role) not in taken:
                person_id = self._take(person, role, tenant_id, new.city_code)
                self.there.append(
                    There(person.login_name, person_id, person.name, role, tenant_id, new.city_code)
                )

    def open_year(self) -> None:
        """The province opens the cycle, with the experts of its centre; not twice."""
        actor = self.by(Role.PROVINCE_HR)
        with act(self.scope(actor)) as session:
            ground = cycles.ground(session)
            if not ground.there:
                cycles.open_cycle(session, actor=actor, opening=year.opening(ground.experts))

    def _tenant(self, new: NewTenant) -> int:
        with act(founding.EVERYTHING) as session:
            there = founding.existing(session, new)
            if there is not None:
                return there
            tenant_id = founding.next_tenant(session)
        with act(Scope(writes=tenant_id)) as session:
            founding.open_tenant(session, tenant_id=tenant_id, new=new)
        return tenant_id

    def _take(self, person: Person, role: Role, tenant_id: int, city_code: str | None) -> int:
        """How somebody comes to a hat: founding it, a further grant where they are, else an invitation."""
        if role is Role.SECURITY_ADMIN:
            return self._found(person, tenant_id)
        known = [hat for hat in self.there if hat.login_name == person.login_name]
        token = self.invited.pop((tenant_id, role), None)
        if token is None:
            actor, scope = self._inviter(role, tenant_id, city_code)
            with act(scope) as session:
                if any(hat.tenant_id == tenant_id for hat in known):
                    person_id = known[0].person_id
                    grants.grant(session, actor=actor, tenant_id=tenant_id, person_id=person_id, role=role)
                    return person_id
                token = invitations.invite(
                    session, actor=actor, tenant_id=tenant_id, role=role, name=person.name
                ).token
        if known:
            self._accept(person, token)
            return known[0].person_id
        return self._accept_as_new(person, role, token)

    def _inviter(self, role: Role, tenant_id: int, city_code: str | None) -> tuple[Actor, Scope]:
        by = INVITED_BY.get(role, Role.ENTERPRISE_HR)
        within_one = by.kind is TenantKind.ENTERPRISE
        for one in self.there:
            near = one.tenant_id == tenant_id or (not within_one and one.city_code in (None, city_code))
            if one.role is by and near:
                with reading(ACCOUNTS) as session:
                    actor = _actor(session, one)
                    return actor, towards(scope_of(session, actor=actor), tenant_id)
        raise CannotGoOn(f"没有“{by.zh}”")

    def has(self, role: Role, city_code: str | None = None) -> bool:
        """Whether somebody is there in a role, in a city if one is named."""
        return any(one.role is role and city_code in (None, one.city_code) for one in self.there)

    def by(
        self,
        role: Role,
        city_code: str | None = None,
        *,
        tenant_id: int | None = None,
        login_name: str | None = None,
    ) -> Actor:
        """Somebody in a role: in a city, in a tenant, or a certain one, if that is named."""
        for one in self.there:
            near = city_code in (None, one.city_code) and tenant_id in (None, one.tenant_id)
            if one.role is role and near and login_name in (None, one.login_name):
                with reading(ACCOUNTS) as session:
                    return _actor(session, one)
        raise CannotGoOn(f"没有“{role.zh}”")

    def scope(self, actor: Actor) -> Scope:
        """The scope in which somebody acts in their own tenant."""
        with reading(ACCOUNTS) as session:
            return scope_of(session, actor=actor)

    def _found(self, admin: Person, platform_id: int) -> int:
        """The first 安全管理员, who enrols at once."""
        with act(founding.scope_of_platform(platform_id)) as session:
            person_id = founding.first_admin(
                session,
                platform_id=platform_id,
                login_name=admin.login_name,
                name=admin.name,
                password=self.passwords[admin.login_name],
                rules=self.rules,
            )
        self._sign_out(self._sign_in(admin))
        return person_id

    def _accept_as_new(self, person: Person, role: Role, token: str) -> int:
        with reading(ACCOUNTS) as session:
            found = invitations.find(session, token=token)
        if found is None:
            raise CannotGoOn("邀请已不在")
        offer = invitations.offer(token=token, login_name=person.login_name, sealed=None, rules=self.rules)
        with act(found.scope) as session:
            signed_in = invitations.accept_as_new(
                session,
                token=token,
                login_name=person.login_name,
                name=person.name,
                password=self.passwords[person.login_name],
                sealed=offer.sealed if role.needs_second_factor else "",
                code=_code(session, offer) if role.needs_second_factor else "",
                client=BROWSER,
                rules=self.rules,
            )
        self._sign_out(signed_in.token)
        return signed_in.person_id

    def _accept(self, person: Person, token: str) -> None:
        """Take a further hat with the account one has."""
        with reading(ACCOUNTS) as session:
            found = invitations.find(session, token=token)
        session_token = self._sign_in(person)
        if found is None:
            raise CannotGoOn("邀请已不在")
        with act(found.scope) as session:
            current = sessions.resume(session, token=session_token, rules=self.rules)
            if current is None:
                raise CannotGoOn(f"{person.name}没有登录")
            renewed = invitations.accept_as(
                session, token=token, current=current, sealed="", code="", client=BROWSER, rules=self.rules
            )
        self._sign_out(renewed.token)

    def _sign_in(self, person: Person) -> str:
        """Password, then code, or the enrolment of one; returns the session's token."""
        with act(ACCOUNTS) as session:
            step = signin.begin(
                session,
                login_name=person.login_name,
                password=self.passwords[person.login_name],
                client=BROWSER,
                rules=self.rules,
            )
        while isinstance(step, Next):
            with act(signin.scope_of(pending=step.pending, rules=self.rules)) as session:
                step = self._go_on(session, person, step)
        if not isinstance(step, SignedIn):
            raise CannotGoOn(f"{person.name}不能登录（{step.message}）")
        return step.token

    def _go_on(self, session: Session, person: Person, step: Next) -> Step:
        proof = accounts_table.proof_by_name(session, login_name=person.login_name)
        code = None if proof is None else totp.current_code(proof=proof, keys=self.rules.keys)
        if code is not None:
            return signin.give_code(
                session, pending=step.pending, code=code, client=BROWSER, rules=self.rules
            )
        offer = signin.offer_of(session, pending=step.pending, sealed=None, client=BROWSER, rules=self.rules)
        if offer is None:
            raise CannotGoOn(f"{person.name}没有启用动态口令")
        return signin.enrol(
            session,
            pending=step.pending,
            sealed=offer.sealed,
            code=_code(session, offer),
            client=BROWSER,
            rules=self.rules,
        )

    def _sign_out(self, token: str) -> None:
        with act(ACCOUNTS) as session:
            current = sessions.resume(session, token=token, rules=self.rules)
        if current is not None:
            with act(current.scope) as session:
                sessions.sign_out(session, current=current, client=BROWSER)


def _actor(session: Session, one: There) -> Actor:
    for hat in grants_table.hats(session, person_id=one.person_id):
        if (hat.role, hat.tenant_id) == (one.role, one.tenant_id):
            return actor_of(one.person_id, one.name, hat, BROWSER)
    raise CannotGoOn(f"{one.name}已不是“{one.role.zh}”")


def _code(session: Session, offer: Offer) -> str:
    """What an authenticator shows that has just scanned the offer."""
    return pyotp.TOTP(offer.secret).at(clock.now(session))
