"""推荐申报季 of the demo: nominations, bans, services and reference files, each by who does it in earnest.

Whatever is done already is left alone: a set-up that was cut short goes on where it ended, and one that is
complete is not gone through again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import Text, and_, cast, func, select
from sqlalchemy.orm import Session

from core.audit import Action
from core.demo import papers, year
from core.demo.acts import Acts, CannotGoOn
from core.demo.nominees import (
    PAPERS,
    Admit,
    Amend,
    Begin,
    Countersign,
    Deed,
    Nominee,
    Reject,
    Reopen,
    Return,
    Submit,
    Verify,
    Withdraw,
    nominees,
)
from core.domain.errors import DomainError
from core.domain.roles import Actor, Role
from core.persistence.models import AuditEvent, NominationRow
from core.persistence.queries import guidance as guidance_table
from core.persistence.queries import tenant as tenants_table
from core.persistence.session import act, reading
from core.services import cycles, guidance, sanctions
from core.services.accounts.scopes import towards
from core.services.founding import EVERYTHING
from core.services.nominations import admission, drafting, evidence, steps
from core.services.nominations import reading as looking
from core.services.nominations.kept import SUBJECT
from core.uploads import Store

MARKS: Final[Mapping[type[Deed], Action]] = MappingProxyType(
    {
        Begin: Action.NOMINATION_CREATE,
        Submit: Action.NOMINATION_SUBMIT,
        Amend: Action.NOMINATION_SUBMIT,
        Countersign: Action.NOMINATION_COUNTERSIGN,
        Verify: Action.NOMINATION_VERIFY,
        Return: Action.NOMINATION_RETURN,
        Admit: Action.NOMINATION_ADMIT,
        Reject: Action.NOMINATION_REJECT,
        Withdraw: Action.NOMINATION_WITHDRAW,
        Reopen: Action.DEADLINE_REOPEN,
    }
)
"""By which event a deed is known to be done."""
ACTIONS: Final = {each.value: each for each in MARKS.values()}
BODIES: Final[Mapping[type[Deed], Role]] = MappingProxyType(
    {
        Countersign: Role.CITY_HR,
        Verify: Role.PROVINCE_CENTRE,
        Return: Role.PROVINCE_CENTRE,
        Admit: Role.PROVINCE_CENTRE,
        Reject: Role.PROVINCE_HR,
        Reopen: Role.PROVINCE_CENTRE,
    }
)
"""Who does a deed; who nominates does the others."""
Planned: TypeAlias = tuple[datetime, Callable[[], None]]


class Season:
    """What is done of it, and what is still to do."""

    def __init__(self, acts: Acts, store: Store) -> None:
        self.acts, self.store = acts, store
        self.nominees = tuple(nominees())
        self.done: Counter[tuple[str, Action]] = Counter()
        self.numbers: dict[str, tuple[int, int]] = {}
        self._look()

    @property
    def complete(self) -> bool:
        """Whether everything was done with every nomination, the last of which comes after all else."""
        return all(not self._open(each) for each in self.nominees)

    def admitted_at(self, uscc: str) -> datetime:
        """When an enterprise is, or was, admitted."""
        deeds = (deed for each in self.nominees if each.uscc == uscc for deed in each.deeds)
        return next(deed.at for deed in deeds if isinstance(deed, Admit))

    def planned(self) -> Iterator[Planned]:
        """What is to do and when, in no order."""
        yield year.BARRED_AT, self._bar
        for reference in year.REFERENCES:
            if self.acts.has(reference.by.role, reference.by.city_code):
                yield reference.at, partial(self._publish, reference)
        for each in self.nominees:
            for deed in self._open(each):
                yield deed.at, partial(self._do, each, deed)
        nominated = {each.uscc for each in self.nominees}
        for service in year.SERVICES:
            if service.uscc in nominated and self.acts.has(service.by.role, service.by.city_code):
                yield service.at, partial(self._give, service)

    # --- what is there

    def _look(self) -> None:
        """Find the nominations that are there, and what was done with them."""
        ours = [each.uscc for each in self.nominees]
        told = and_(
            AuditEvent.subject_type == SUBJECT,
            AuditEvent.subject_id == cast(NominationRow.id, Text),
            AuditEvent.action.in_([each.value for each in MARKS.values()]),
        )
        number = (NominationRow.uscc, NominationRow.tenant_id, NominationRow.id)
        with reading(EVERYTHING) as session:
            rows = session.execute(
                select(*number, AuditEvent.action, func.count().label("times"))
                .join(AuditEvent, told)
                .where(NominationRow.uscc.in_(ours))
                .group_by(*number, AuditEvent.action)
            )
            for row in rows:
                self.numbers[row.uscc] = row.tenant_id, row.id
                self.done[row.uscc, ACTIONS[row.action]] += row.times
            opened = cycles.latest(session)
        for each in opened.cycle.reopenings if opened else ():
            self.done[each.uscc, Action.DEADLINE_REOPEN] += 1

    def _open(self, nominee: Nominee) -> tuple[Deed, ...]:
        """What is still to do with a nomination."""
        seen: Counter[Action] = Counter()
        found = []
        for deed in nominee.deeds:
            mark = MARKS[type(deed)]
            seen[mark] += 1
            if self.done[nominee.uscc, mark] < seen[mark]:
                found.append(deed)
        return tuple(found)

    # --- acts

    def _do(self, nominee: Nominee, deed: Deed) -> None:
        try:
            actor = self._who(nominee, deed)
            if isinstance(deed, Begin):
                self._begin(nominee, deed, actor)
            elif isinstance(deed, Amend):
                self._amend(nominee, deed, actor)
            elif isinstance(deed, Admit):
                self._admit(nominee, deed, actor)
            elif isinstance(deed, Reopen):
                self._reopen(nominee, deed, actor)
            else:
                self._step(nominee, deed, actor)
        except DomainError as error:
            raise CannotGoOn(f"{nominee.short_name}的推荐申报没有办成（{error.message}）") from error

    def _who(self, nominee: Nominee, deed: Deed) -> Actor:
        nominator = Role.CENTRAL_BRANCH if nominee.direct else Role.CITY_CENTRE
        role = BODIES.get(type(deed), nominator)
        return self.acts.by(role, nominee.city_code if role.kind.value.startswith("city") else None)

    def _begin(self, nominee: Nominee, deed: Begin, actor: Actor) -> None:
        with act(self.acts.scope(actor)) as session:
            number = drafting.draft(
                session, actor=actor, city_code=nominee.city_code, name=nominee.name, uscc=nominee.uscc
            )
            self.numbers[nominee.uscc] = actor.tenant_id, number
            drafting.save(session, actor=actor, **self._place(nominee), version=1, dossier=nominee.dossier)
            for purpose in deed.papers:
                self._attach(session, nominee, actor, purpose, PAPERS[purpose])

    def _amend(self, nominee: Nominee, deed: Amend, actor: Actor) -> None:
        dossier = replace(nominee.dossier, enterprise=deed.enterprise)
        with act(self.acts.scope(actor)) as session:
            self._attach(session, nominee, actor, deed.purpose, deed.paper)
            kept = looking.one(session, **self._place(nominee))
            if kept is None:
                raise LookupError(nominee.uscc)
            drafting.save(session, actor=actor, **self._place(nominee), version=kept.version, dossier=dossier)
            steps.submit(session, actor=actor, **self._place(nominee))

    def _attach(self, session: Session, nominee: Nominee, actor: Actor, purpose: str, title: str) -> None:
        evidence.attach(
            session,
            actor=actor,
            **self._place(nominee),
            purpose=purpose,
            sent=papers.paper(title, nominee.name),
            store=self.store,
        )

    def _step(self, nominee: Nominee, deed: Deed, actor: Actor) -> None:
        where: dict[str, Any] = {"actor": actor, **self._place(nominee)}
        with act(towards(self.acts.scope(actor), self.numbers[nominee.uscc][0])) as session:
            if isinstance(deed, Submit):
                steps.submit(session, **where)
            elif isinstance(deed, Countersign):
                steps.countersign(session, **where)
            elif isinstance(deed, Verify):
                steps.verify(session, **where, found=dict.fromkeys(deed.met, ""))
            elif isinstance(deed, Return):
                steps.send_back(session, **where, unmet=deed.unmet)
            elif isinstance(deed, Reject):
                steps.reject(session, **where, reason=deed.reason)
            elif isinstance(deed, Withdraw):
                steps.withdraw(session, **where, reason=deed.reason)

    def _admit(self, nominee: Nominee, deed: Admit, actor: Actor) -> None:
        scope, (nominator_id, nomination_id) = self.acts.scope(actor), self.numbers[nominee.uscc]
        with act(scope) as session:
            tenant_id = admission.tenant_for(session, uscc=nominee.uscc)
        with act(replace(scope, writes=tenant_id)) as session:
            admitted = admission.admit(
                session,
                actor=actor,
                tenant_id=tenant_id,
                nominator_id=nominator_id,
                nomination_id=nomination_id,
                short_name=nominee.short_name,
                principal=deed.principal,
            )
        self.acts.invited[tenant_id, Role.ENTERPRISE_PRINCIPAL] = admitted.invited.token

    def _reopen(self, nominee: Nominee, deed: Reopen, actor: Actor) -> None:
        with act(self.acts.scope(actor)) as session:
            cycles.reopen(
                session,
                actor=actor,
                cycle_id=self._cycle(session).id,
                deadline="nomination",
                uscc=nominee.uscc,
                until=deed.until,
                reason=deed.reason,
            )

    def _bar(self) -> None:
        actor = self.acts.by(Role.PROVINCE_HR)
        with act(self.acts.scope(actor)) as session:
            there = sanctions.barred(session, uscc=year.BARRED.number, on=year.BARRED_AT.date())
            if there is None:
                sanctions.enter(session, actor=actor, decision=year.BARRED, keys=self.acts.rules.keys)

    def _publish(self, reference: year.Reference) -> None:
        actor = self.acts.by(reference.by.role, reference.by.city_code)
        with act(self.acts.scope(actor)) as session:
            papers.publish(session, actor=actor, reference=reference, store=self.store)

    def _give(self, service: year.Service) -> None:
        actor, day = self.acts.by(service.by.role, service.by.city_code), service.at.date()
        facts: dict[str, Any] = {"kind": service.kind.value, "given_on": day, "summary": service.summary}
        scope = self.acts.scope(actor)
        with reading(scope) as session:
            tenant_id = tenants_table.with_number(session, service.uscc)
        if tenant_id is None:
            raise CannotGoOn("接受指导服务的企业没有确定为试点企业")
        with act(towards(scope, tenant_id)) as session:
            if not guidance_table.is_there(session, tenant_id=tenant_id, **facts):
                guidance.give(session, actor=actor, tenant_id=tenant_id, **facts)

    def _place(self, nominee: Nominee) -> dict[str, int]:
        tenant_id, nomination_id = self.numbers[nominee.uscc]
        return {"tenant_id": tenant_id, "nomination_id": nomination_id}

    def _cycle(self, session: Session) -> cycles.Opened:
        opened = cycles.latest(session)
        if opened is None:
            raise CannotGoOn("没有启动的年度")
        return opened
