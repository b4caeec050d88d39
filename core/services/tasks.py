"""待办: what waits for a person, and what they wait for, with the day it is due and the rule behind it.

A ``TaskSource`` looks at one kind of thing and gives its tasks; each later module adds its own to
``SOURCES``. A source costs at most one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final, TypeAlias

from sqlalchemy.orm import Session

from core.domain.cycle import Cycle, Deadlines
from core.domain.roles import GRANTS, Role, may_grant
from core.domain.values import BEIJING
from core.persistence.queries import directory as queries
from core.rulebook.engine import Finding
from core.services.accounts.sessions import Current
from core.services.checked import checked_plans
from core.services.editions import CURRENT
from core.services.tenants import list_tenants

SOON: Final = timedelta(days=14)
"""How long before a role ends, and after an invitation expired, it is a task."""
FEW_CODES: Final = 3
MOST: Final = 20
"""The most tasks of one source: a list of tasks is no list of things."""


PLANNERS: Final = frozenset({Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR})


class Waits(StrEnum):
    """Whose turn it is."""

    ME = "me"
    OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do. ``place`` names where it is done, with ``ids`` of what it is about.

    ``title`` states the fact, ``text`` the numbers and what to do, ``action`` the verb of the button;
    ``rule`` is the id of the rule that makes it a task, ``basis`` its name when the catalogue has none.
    """

    waits: Waits
    title: str
    text: str
    place: str
    action: str
    ids: Mapping[str, int] = field(default_factory=dict)
    due: datetime | None = None
    rule: str | None = None
    basis: str = ""


TaskSource: TypeAlias = Callable[[Session, Current], Iterator[Task]]


def tasks_of(session: Session, current: Current) -> tuple[Task, ...]:
    """The tasks of the person under the worn hat, the first due first; in the scope of that hat."""
    found = [task for source in SOURCES for task in source(session, current)]
    return tuple(sorted(found, key=lambda task: task.due or datetime.max.replace(tzinfo=UTC)))


def second_factor(_: Session, current: Current) -> Iterator[Task]:
    """A role that asks for a 动态口令, of somebody without."""
    missing = [] if current.second_factor else [hat for hat in current.hats if hat.role.needs_second_factor]
    if missing:
        yield Task(
            waits=Waits.ME,
            title="启用动态口令",
            text=f"以“{missing[0].role.zh}”身份工作需要动态口令。启用后才能切换到这个身份。",
            place="second_factor",
            action="启用动态口令",
            basis="GB/T 22239-2019",
        )


def recovery_codes(session: Session, current: Current) -> Iterator[Task]:
    """Recovery codes that run out: without one a lost phone means a lost account."""
    if current.second_factor:
        codes = queries.recovery_codes(session, person_id=current.person_id)
        if codes.left <= FEW_CODES:
            yield Task(
                waits=Waits.ME,
                title=f"恢复码还剩 {codes.left} 个",
                text="手机丢失时用恢复码登录，用完后只能由安全管理员重置。更换一组新的恢复码。",
                place="recovery_codes",
                action="更换恢复码",
            )


def own_roles(_: Session, current: Current) -> Iterator[Task]:
    """A role of one's own that ends soon: who gave it may give it again."""
    for hat in current.hats:
        if hat.valid_to is not None and hat.valid_to - current.now < SOON:
            yield Task(
                waits=Waits.OTHERS,
                title=f"“{hat.role.zh}”身份即将到期",
                text=f"{hat.tenant_short_name}。到期后自动失效；需要继续的，由单位重新授予。",
                place="hats",
                action="查看身份",
                due=hat.valid_to,
            )


def roles_of_others(session: Session, current: Current) -> Iterator[Task]:
    """Roles in the own tenant that end soon, for who may give them again."""
    hat = current.hat
    if hat is None or hat.role not in GRANTS:
        return
    ending = queries.ending_grants(
        session, hat.tenant_id, until=current.now + SOON, but=current.person_id, limit=MOST
    )
    for grant in ending:
        role = Role(grant.role)
        if may_grant(hat.role, role):
            yield Task(
                waits=Waits.ME,
                title=f"{grant.person_name}的“{role.zh}”身份即将到期",
                text="到期后自动失效。需要继续的，到期后重新授予。",
                place="person",
                ids={"tenant_id": hat.tenant_id, "person_id": grant.person_id},
                action="查看人员",
                due=grant.valid_to,
            )


def invitations(session: Session, current: Current) -> Iterator[Task]:
    """Invitations sent under this account: those not taken up yet, and those that expired."""
    sent = queries.own_open_invitations(
        session, person_id=current.person_id, expired_after=current.now - SOON, limit=MOST
    )
    for each in sent:
        role, expired = Role(each.role), each.expires_at <= current.now
        who = f"{each.name}（{each.tenant_name}，{role.zh}）"
        yield Task(
            waits=Waits.ME if expired else Waits.OTHERS,
            title=f"{who}的邀请已过期" if expired else f"{who}尚未接受邀请",
            text="链接 72 小时内没有使用。撤回后重新发出。" if expired else "链接到期前由本人接受。",
            place="invitations",
            ids={"tenant_id": each.tenant_id},
            action="处理邀请" if expired else "查看邀请",
            due=each.expires_at,
        )


def blocked_plan(session: Session, current: Current) -> Iterator[Task]:
    """What keeps the plan of the own enterprise from being submitted, each with the rule it breaks."""
    hat = current.hat
    if hat is None or hat.role not in PLANNERS:
        return
    tenant = queries.tenant(session, hat.tenant_id)
    if tenant is None or tenant.slug is None:
        return
    if tenant.slug not in {each.slug for each in list_tenants().tenants}:
        return
    found = checked_plans().of(tenant.slug)
    yield from of_findings(found.report.findings, found.compiled.cycle, hat.tenant_id)


def of_findings(findings: Iterable[Finding], cycle: Cycle, tenant_id: int) -> Iterator[Task]:
    """What is to be done about the findings that stop a plan, until the day plans are sent in."""
    rules = CURRENT.catalogue.rules
    last = cycle.deadlines.plan_report if isinstance(cycle.deadlines, Deadlines) else None
    for finding in islice((each for each in findings if each.stops), MOST):
        rule = rules.get(finding.rule)
        yield Task(
            waits=Waits.ME,
            title=f"工作方案不能提交：{rule.title}" if rule else "工作方案不能提交",
            text=finding.message,
            place="plan_check",
            ids={"tenant_id": tenant_id},
            action="查看检查报告",
            due=datetime.combine(last, time.max, BEIJING) if isinstance(last, date) else None,
            rule=rule.id if rule else None,
        )


SOURCES: Final[tuple[TaskSource, ...]] = (
    blocked_plan,
    second_factor,
    recovery_codes,
    own_roles,
    roles_of_others,
    invitations,
)
