"""方案季 of the demo: plans and what a city asks of them, each by who does it in earnest.

As with nominations (``season``), what is done already is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Action
from core.crypto import Keyring
from core.demo import papers, plans
from core.demo.acts import BROWSER, Acts, CannotGoOn
from core.demo.plans import (
    Agree,
    Approve,
    Assess,
    Assign,
    Comment,
    Deed,
    Open,
    Publicise,
    Reply,
    Submit,
    Tick,
    Withdraw,
    Write,
)
from core.demo.season import Planned
from core.domain.errors import DomainError
from core.domain.plan_review import Verdict, View
from core.domain.roles import Actor, Role
from core.persistence.models import AuditEvent, Tenant
from core.persistence.queries import tenant as tenants_table
from core.persistence.session import act, reading
from core.services import city_requirements, cycles, plan_comments, publicity, submitting
from core.services.accounts.scopes import ACCOUNTS
from core.services.drafts import editing, opening
from core.services.drafts import kept as drafts
from core.services.drafts.keeping import desk_for
from core.services.drafts.kept import KeptPlan
from core.services.founding import EVERYTHING
from core.services.publicity import Notice
from core.services.reviews import assessing, deciding, marking
from core.services.reviews import kept as versions
from core.services.reviews.kept import KeptVersion
from core.services.reviews.scopes import reviewing
from core.uploads import Store

MARKS: Final[Mapping[type[Deed], Action]] = MappingProxyType(
    {
        Open: Action.PLAN_OPEN,
        Write: Action.PLAN_EDIT,
        Publicise: Action.PLAN_PUBLICISE,
        Comment: Action.PLAN_COMMENT,
        Reply: Action.PLAN_ANSWER,
        Withdraw: Action.PLAN_WITHDRAW,
        Submit: Action.PLAN_SUBMIT,
        Tick: Action.PLAN_TICK,
        Agree: Action.PLAN_AGREE,
        Assign: Action.PLAN_ASSIGN,
        Assess: Action.PLAN_ASSESS,
        Approve: Action.PLAN_APPROVE,
    }
)
"""By which event a deed is known to be done."""


class Planning:
    """What is done of the plans, and what is still to do."""

    def __init__(self, acts: Acts, keys: Keyring, store: Store, nominated: frozenset[str]) -> None:
        self.acts, self.keys, self.store = acts, keys, store
        self.plans = {uscc: deeds for uscc, deeds in plans.PLANS.items() if uscc in nominated}
        self.done: Counter[tuple[str, Action]] = Counter()
        self._look()

    @property
    def complete(self) -> bool:
        """Whether everything was done with every plan."""
        return not any(self._open(uscc) for uscc in self.plans)

    def planned(self) -> Iterator[Planned]:
        """What is to do and when, in no order."""
        by = plans.REQUIREMENT.by
        if self.acts.has(by.role, by.city_code):
            yield plans.REQUIREMENT.at, self._require
        for uscc in self.plans:
            for deed in self._open(uscc):
                yield deed.at, partial(self._do, uscc, deed)

    # --- what is there

    def _look(self) -> None:
        """Find what was done with the plans that are there."""
        actions = {each.value: each for each in MARKS.values()}
        with reading(EVERYTHING) as session:
            rows = session.execute(
                select(Tenant.uscc, AuditEvent.action, func.count().label("times"))
                .join(AuditEvent, AuditEvent.tenant_id == Tenant.id)
                .where(Tenant.uscc.in_(self.plans), AuditEvent.action.in_(actions))
                .group_by(Tenant.uscc, AuditEvent.action)
            )
            for row in rows:
                self.done[row.uscc, actions[row.action]] += row.times

    def _open(self, uscc: str) -> tuple[Deed, ...]:
        """What is still to do with a plan."""
        seen: Counter[Action] = Counter()
        found = []
        for deed in self.plans[uscc]:
            mark = MARKS[type(deed)]
            seen[mark] += len(deed.sections) if isinstance(deed, Tick) else 1
            if self.done[uscc, mark] < seen[mark]:
                found.append(deed)
        return tuple(found)

    # --- acts

    def _do(self, uscc: str, deed: Deed) -> None:
        with reading(EVERYTHING) as session:
            tenant_id = tenants_table.with_number(session, uscc)
        if tenant_id is None:
            raise CannotGoOn("制定方案的企业没有确定为试点企业")
        try:
            if isinstance(deed, Tick | Agree | Assign | Assess | Approve):
                self._review(tenant_id, deed)
            elif isinstance(deed, Comment):
                self._comment(tenant_id, deed)
            elif isinstance(deed, Open):
                self._begin(tenant_id)
            else:
                self._make(tenant_id, deed)
        except DomainError as error:
            raise CannotGoOn(f"{uscc} 的工作方案没有办成（{error.message}）") from error

    def _begin(self, tenant_id: int) -> None:
        actor = self.acts.by(Role.ENTERPRISE_HR, tenant_id=tenant_id)
        with reading(self.acts.scope(actor)) as session:
            scope = opening.scope_to_open(session, self.acts.scope(actor))
        with act(scope) as session:
            opening.open_plan(session, actor=actor, tenant_id=tenant_id)

    def _make(self, tenant_id: int, deed: Write | Publicise | Reply | Withdraw | Submit) -> None:
        """What the enterprise does with its own plan."""
        actor = self.acts.by(Role.ENTERPRISE_HR, tenant_id=tenant_id)
        with act(self.acts.scope(actor)) as session:
            plan = _plan(session, tenant_id)
            where: dict[str, Any] = {"tenant_id": tenant_id, "plan_id": plan.id}
            if isinstance(deed, Write):
                desk = desk_for(session, actor, **where, part=deed.part)
                editing.save_fields(desk, revision=plan.revision(deed.part), changes=deed.changes)
            elif isinstance(deed, Publicise):
                publicity.publicise(session, actor=actor, **where, typed=deed.notice, keys=self.keys)
            elif isinstance(deed, Reply):
                _reply(session, actor, _notice(session, plan), deed.text)
            elif isinstance(deed, Withdraw):
                publicity.withdraw(session, actor=actor, **where, reason=deed.reason)
            else:
                submitting.submit(session, actor=actor, **where)

    def _comment(self, tenant_id: int, deed: Comment) -> None:
        """By the address of the notice, as everybody comments."""
        with reading(ACCOUNTS) as session:
            notice = _notice(session, _plan(session, tenant_id))
        with act(notice.scope) as session:
            plan_comments.comment(
                session,
                token=publicity.token_of(notice, self.keys),
                name=deed.name,
                staff_number=deed.staff_number,
                text=deed.text,
                address=BROWSER.address,
            )

    def _review(self, tenant_id: int, deed: Tick | Agree | Assign | Assess | Approve) -> None:
        """What is done with the version that was sent in last."""
        with reading(EVERYTHING) as session:
            plan = _plan(session, tenant_id)
        actor = self._reviewer(plan, deed)
        own = self.acts.scope(actor)
        with reading(own) as session:
            scope = reviewing(session, actor, own, tenant_id)
        where: dict[str, Any] = {"actor": actor, "tenant_id": tenant_id, "version_id": _last(plan)}
        with act(scope) as session:
            if isinstance(deed, Tick):
                _tick(session, _version(session, where), deed.sections, where)
            elif isinstance(deed, Agree):
                _go_through(session, _version(session, where), where)
                deciding.agree(session, **where, opinion=deed.opinion)
            elif isinstance(deed, Assign):
                expert = self.acts.by(Role.PLAN_EXPERT, login_name=deed.expert.login_name)
                assessing.assign(session, **where, person_id=expert.person_id)
            elif isinstance(deed, Assess):
                assessing.assess(session, **where, outcome="passed", opinion=deed.opinion)
            else:
                assessing.approve(session, **where, opinion=deed.opinion)

    def _reviewer(self, plan: KeptPlan, deed: Tick | Agree | Assign | Assess | Approve) -> Actor:
        if isinstance(deed, Assess):
            return self.acts.by(Role.PLAN_EXPERT, login_name=deed.expert.login_name)
        if isinstance(deed, Tick | Agree):
            of_a_city = deed.by.kind.value.startswith("city")
            return self.acts.by(deed.by, plan.city_code if of_a_city else None)
        return self.acts.by(Role.PROVINCE_HR if isinstance(deed, Approve) else Role.PROVINCE_CENTRE)

    def _require(self) -> None:
        what = plans.REQUIREMENT
        actor = self.acts.by(what.by.role, what.by.city_code)
        with act(self.acts.scope(actor)) as session:
            opened = cycles.latest(session)
            if opened is None:
                raise CannotGoOn("没有启动的年度")
            there = city_requirements.every(session, cycle_id=opened.id, city_code=what.by.city_code)
            if not there:
                city_requirements.publish(
                    session,
                    actor=actor,
                    requirements=what.asked,
                    document=what.title,
                    sent=papers.paper(what.title, *what.lines),
                    store=self.store,
                )


def _plan(session: Session, tenant_id: int) -> KeptPlan:
    found = drafts.latest(session, tenant_id=tenant_id)
    if found is None:
        raise CannotGoOn("没有开始制定方案")
    return found


def _last(plan: KeptPlan) -> int:
    """The version that was publicised last."""
    if plan.last is None:
        raise CannotGoOn("方案没有公示")
    return plan.last.id


def _notice(session: Session, plan: KeptPlan) -> Notice:
    found = publicity.of_version(session, tenant_id=plan.tenant_id, version_id=_last(plan))
    if found is None:
        raise CannotGoOn("方案没有公示")
    return found


def _version(session: Session, where: Mapping[str, Any]) -> KeptVersion:
    found = versions.one(session, tenant_id=where["tenant_id"], version_id=where["version_id"])
    if found is None:
        raise CannotGoOn("方案没有报送")
    return found


def _reply(session: Session, actor: Actor, notice: Notice, text: str) -> None:
    there, _more = plan_comments.comments(session, notice)
    where: dict[str, Any] = {"tenant_id": notice.tenant_id, "comment_id": there[-1].id}
    plan_comments.confirm_employment(session, actor=actor, **where, employed=True)
    plan_comments.answer(session, actor=actor, **where, text=text)


def _tick(session: Session, kept: KeptVersion, sections: tuple[str, ...], where: dict[str, Any]) -> None:
    for section in sections:
        marking.tick(
            session,
            **where,
            section=section,
            section_hash=kept.section_hashes[section],
            verdict=Verdict.AGREE,
        )


def _go_through(session: Session, kept: KeptVersion, where: dict[str, Any]) -> None:
    """Agree to every section, accept every reason, confirm whatever else is found."""
    progress = versions.judged(session, kept).progress(kept, where["actor"].role)
    _tick(session, kept, tuple(progress.open), where)
    for each in (*progress.unseen, *progress.undecided):
        marking.view(
            session,
            **where,
            rule=each.rule,
            path=each.path,
            finding_hash=each.hash,
            verdict=View.ACCEPTED if each.reasoned else View.CONFIRMED,
        )
