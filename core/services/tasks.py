"""待办: what waits for a person, and what they wait for, with the day it is due and the rule behind it.

A ``TaskSource`` looks at one kind of thing and gives its tasks; each later module adds its own to
``SOURCES``. A source costs at most one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.domain.cycle import Cycle, Deadlines
from core.domain.due import end_of
from core.domain.pilot_cycle import OPENERS
from core.domain.roles import GRANTS, Hat, Role, may_grant
from core.domain.stages import NominationState, PlanState
from core.domain.values import BEIJING
from core.persistence.queries import directory as queries
from core.persistence.queries import nomination as nominations
from core.persistence.queries import publicity
from core.rulebook.engine import Finding
from core.services import calendars, cycles
from core.services.accounts.sessions import Current
from core.services.checked import checked_plans
from core.services.editions import CURRENT
from core.services.nominations.drafting import NOMINATORS
from core.services.tenants import list_tenants

SOON: Final = timedelta(days=14)
"""How long before a role ends, and after an invitation expired, it is a task."""
FEW_CODES: Final = 3
MOST: Final = 20
"""The most tasks of one source: a list of tasks is no list of things."""


OPENING: Final = timedelta(days=60)
"""How long before nominations are due a year that is not open is a task."""
PUBLISHED_FROM: Final = 11
"""The month from which the next year's public holidays are published."""
PLANNERS: Final = frozenset({Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR})
MINE: Final = frozenset({NominationState.DRAFT, NominationState.RETURNED})
OWN_STATES: Final = (*sorted(MINE), NominationState.SUBMITTED, NominationState.REPORTED)
DECIDERS: Final[Mapping[Role, tuple[str, str, str, str]]] = MappingProxyType(
    {
        Role.CITY_HR: (
            "submitted",
            "会签",
            "核对推荐单位填写的内容和证明材料，会签后报省级；不符合的退回补正。",
            "查看并会签",
        ),
        Role.PROVINCE_CENTRE: (
            "reported",
            "核实",
            "逐项核实申报要求，符合的确定为试点企业；不符合的退回补正。",
            "查看并核实",
        ),
    }
)
"""Who a nomination waits for in which state: state, verb, what to do, words of the button."""


GUIDES: Final = frozenset({Role.CITY_HR, Role.CITY_CENTRE})
"""各地人力资源社会保障部门 and their centres (五（一）)."""


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
    """The tasks of the person under the worn hat, in its scope, by the day they are due.

    What has no day comes after what is overdue: it waits all the same, and not behind what is due in a month.
    """
    found = [task for source in SOURCES for task in source(session, current)]
    return tuple(sorted(found, key=lambda task: task.due or current.now))


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


def _recovery_codes(left: int) -> Task:
    """Recovery codes that run out: without one a lost phone means a lost account."""
    return Task(
        waits=Waits.ME,
        title=f"恢复码还剩 {left} 个",
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


def own_account(session: Session, current: Current) -> Iterator[Task]:
    """Recovery codes that run out; invitations sent under this account, not taken up yet or expired."""
    sent = queries.own_open_invitations(
        session, person_id=current.person_id, expired_after=current.now - SOON, limit=MOST
    )
    if current.second_factor and sent[0].left <= FEW_CODES:
        yield _recovery_codes(sent[0].left)
    for each in [row for row in sent if row.id is not None]:
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
    """What an admitted enterprise begins with; what keeps its plan from being submitted, rule by rule."""
    hat = current.hat
    if hat is None or hat.role not in PLANNERS:
        return
    tenant = queries.planning(session, hat.tenant_id)
    if tenant is None:
        return
    if tenant.code is not None:
        yield from _first_steps(tenant, hat.role)
    if tenant.slug is None or tenant.slug not in {each.slug for each in list_tenants().tenants}:
        return
    found = checked_plans().of(tenant.slug, calendars.edition(session))
    yield from of_findings(found.report.findings, found.compiled.cycle, hat.tenant_id)


def cycle_to_open(session: Session, current: Current) -> Iterator[Task]:
    """A year that the province has not opened, from the weeks before its nominations are due."""
    hat = current.hat
    if hat is None or hat.role not in OPENERS:
        return
    today = current.now.astimezone(BEIJING).date()
    last = CURRENT.deadlines(today.year, Deadlines())
    if not isinstance(last.nomination, date) or not isinstance(last.year_end, date):
        return
    begin, latest = last.nomination - OPENING, cycles.latest(session)
    if begin <= today and (latest is None or latest.cycle.year < today.year):
        yield Task(
            waits=Waits.ME,
            title=f"{today.year} 年度没有启动",
            text="启动后各设区市才能推荐申报。确定期限、名额、集群名单和方案评估专家。",
            place="cycle_opening",
            ids={"year": today.year},
            action="启动年度",
            due=end_of(last.nomination),
            rule="JS-5.3-no-self-run",
        )


def calendar_to_enter(session: Session, current: Current) -> Iterator[Task]:
    """Working days of this year, or towards its end of the next, that the province has not entered."""
    hat = current.hat
    if hat is None or hat.role not in calendars.ENTERS:
        return
    today = current.now.astimezone(BEIJING).date()
    wanted = [today.year, today.year + 1] if today.month >= PUBLISHED_FROM else [today.year]
    known = calendars.current(session)
    for year in wanted:
        if not known.is_official(year):
            yield Task(
                waits=Waits.ME,
                title=f"{year} 年放假安排没有录入",
                text=f"涉及 {year} 年的工作日暂按周一至周五推算，公示期不能起算。国务院办公厅公布后录入。",
                place="calendar_entry",
                ids={"year": year},
                action="录入放假安排",
                due=end_of(date(year - 1, 12, 31)),
            )


def _first_steps(tenant: Row[Any], role: Role) -> Iterator[Task]:
    """Somebody to prepare the plan, and the plan, until the day plans are sent in."""
    due = end_of(tenant.plan_report)
    if role is Role.ENTERPRISE_PRINCIPAL and not tenant.hr:
        yield Task(
            waits=Waits.ME,
            title="邀请人力资源管理部门的经办人员",
            text=f"本企业已确定为 {tenant.code} 年度试点企业。由经办人员编制工作方案，先发出邀请。",
            place="invite",
            ids={"tenant_id": tenant.id},
            action="邀请人员",
            due=due,
            rule="JS-2.2-plan-seven-sections",
        )
    if tenant.slug is None:
        yield Task(
            waits=Waits.ME,
            title="编制工作方案",
            text="对照省级模板编制，报送前向全体职工公示。",
            place="template",
            action="查看省级模板",
            due=due,
            rule="JS-2.2-plan-seven-sections",
        )


def nominating(session: Session, current: Current) -> Iterator[Task]:
    """推荐申报 of the own unit: what was returned or is not sent in yet, what waits for others.

    A city that has nominated nobody is reminded until the last day.
    """
    hat = current.hat
    if hat is None or hat.role not in NOMINATORS:
        return
    found = nominations.under_way(
        session, states=OWN_STATES, tenant_id=hat.tenant_id, limit=MOST, guides=hat.role in GUIDES
    )
    yield from _unguided(found)
    for each in found:
        if each.id is not None:
            yield _own_nomination(each)
    if found and hat.role is Role.CITY_CENTRE and not found[0].stands:
        yield from _nominate_one(found[0], hat, current.now)


def _own_nomination(row: Row[Any]) -> Task:
    """What is to be done with a nomination of the own unit, or who has to."""
    name, place = row.enterprise or "未填写名称的企业", "nomination"
    state = NominationState(row.state)
    title, text, action = f"{name}：已报省级，等待核实", "由省职业技能鉴定中心核实后确定。", "查看"
    if state is NominationState.SUBMITTED:
        title, text = f"{name}：已推荐，等待会签", "由本市人力资源社会保障部门会签后报省级。"
    elif state is NominationState.RETURNED:
        title, text = f"{name}的推荐申报被退回", "按退回的理由逐处补正后重新报送。"
        action = "查看退回的理由"
    elif state is NominationState.DRAFT:
        title, text = f"{name}的推荐申报尚未报送", "填写申报要求，上传证明材料后报送。"
        place, action = "nomination_form", "继续填写"
    return Task(
        waits=Waits.ME if state in MINE else Waits.OTHERS,
        title=title,
        text=text,
        place=place,
        ids={"tenant_id": row.tenant_id, "nomination_id": row.id},
        action=action,
        due=None if row.reported_at else end_of(row.last),
        rule="JS-1.1-requirements-all" if row.reported_at else "JS-2.1-nomination-deadline",
    )


def _nominate_one(cycle: Row[Any], hat: Hat, now: datetime) -> Iterator[Task]:
    """The reminder of a city without a nomination, unless it has no quota or the last day is over."""
    last = end_of(cycle.last)
    none = any(each["city_code"] == hat.city_code and each["quota"] == 0 for each in cycle.quotas)
    if now < last and not none:
        yield Task(
            waits=Waits.ME,
            title=f"本市尚未推荐 {cycle.code} 年度试点企业",
            text="各设区市择优推荐 1 家，报省职业技能鉴定中心汇总。本年度不推荐的不用办理，截止后不再提醒。",
            place="nominations",
            action="推荐企业",
            due=last,
            rule="JS-2.1-merit-recommend-one",
        )


def deciding(session: Session, current: Current) -> Iterator[Task]:
    """推荐申报 that wait for the own body: countersigned in the city, verified in the province."""
    hat = current.hat
    if hat is None or hat.role not in DECIDERS:
        return
    state, what, text, action = DECIDERS[hat.role]
    found = nominations.under_way(session, states=[state], limit=MOST, guides=hat.role in GUIDES)
    yield from _unguided(found)
    for row in found:
        if row.id is not None:
            yield Task(
                waits=Waits.ME,
                title=f"{what}{row.enterprise or '未填写名称的企业'}的推荐申报",
                text=text,
                place="nomination",
                ids={"tenant_id": row.tenant_id, "nomination_id": row.id},
                action=action,
                due=None if row.reported_at else end_of(row.last),
                rule="JS-1.1-nominated-by-city-centre" if state == "submitted" else "JS-3-t1-early-november",
            )


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
            due=end_of(last) if isinstance(last, date) else None,
            rule=rule.id if rule else None,
        )


def _unguided(found: Sequence[Row[Any]]) -> Iterator[Task]:
    """Enterprises of the city that were given nothing in the latest cycle: a duty of the city, not theirs."""
    for row in [each for each in found[:1] if each.unguided]:
        yield Task(
            waits=Waits.ME,
            title=f"{row.unguided} 家试点企业没有指导服务记录",
            text=f"{row.code} 年度。提供政策咨询、过程指导或者信息化数据服务，登记日期和内容。",
            place="guidance",
            action="查看试点企业",
            due=end_of(row.nomination),
            rule="JS-5.1-local-duties",
        )


def publicising(session: Session, current: Current) -> Iterator[Task]:
    """What is to be done with the notice of the own plan: answer, send in, or wait for the bodies."""
    hat = current.hat
    row = publicity.under_way(session, tenant_id=hat.tenant_id) if hat and hat.role in PLANNERS else None
    if hat is None or row is None:
        return
    ids = {"tenant_id": hat.tenant_id, "plan_id": row.plan_id}
    place = "plan_notice"
    if row.state != PlanState.PUBLICISED:
        yield Task(
            waits=Waits.OTHERS,
            title=f"工作方案第 {row.number} 版{PlanState(row.state).zh}",
            text="审核期间不能修改；退回的，按退回的理由修改后重新公示、报送。",
            place=place,
            ids=ids,
            action="查看",
            rule="JS-2.3-joint-review",
        )
        return
    if row.unanswered:
        yield Task(
            waits=Waits.ME,
            title=f"{row.unanswered} 条职工意见待办理",
            text="核实提出人是不是本企业职工，逐条答复；报送后不再改动。",
            place=place,
            ids=ids,
            action="办理意见",
            due=end_of(row.ends_on),
            rule="JS-2.2-plan-publicised-staff",
        )
    if current.now < end_of(row.ends_on):
        yield Task(
            waits=Waits.OTHERS,
            title=f"工作方案第 {row.number} 版正在公示",
            text="公示结束的次日起可以报送。",
            place=place,
            ids=ids,
            action="查看公示",
            due=end_of(row.ends_on),
            rule="JS-2.2-plan-publicised-staff",
        )
    else:
        yield Task(
            waits=Waits.ME,
            title="工作方案公示已结束，可以报送",
            text="核对公示的方案和意见记录，报送审核。",
            place="plan_submit",
            ids=ids,
            action="报送方案",
            due=end_of(row.plan_report),
            rule="JS-2.3-plan-report-deadline",
        )


SOURCES: Final[tuple[TaskSource, ...]] = (
    blocked_plan,
    publicising,
    nominating,
    deciding,
    cycle_to_open,
    calendar_to_enter,
    second_factor,
    own_roles,
    roles_of_others,
    own_account,
)
