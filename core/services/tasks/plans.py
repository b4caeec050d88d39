"""What waits of an enterprise's plan, of opening a cycle and of its working days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.domain.cycle import Cycle, Deadlines
from core.domain.due import end_of
from core.domain.pilot_cycle import OPENERS
from core.domain.plan_review import SECTIONS
from core.domain.roles import Role
from core.domain.values import BEIJING
from core.persistence.queries import directory
from core.rulebook.engine import Finding
from core.services import calendars, cycles
from core.services.accounts.sessions import Current
from core.services.checked import checked_plans
from core.services.editions import CURRENT
from core.services.tasks.base import MOST, Task, Waits
from core.services.tasks.notices import publicising
from core.services.tenants import list_tenants

OPENING: Final = timedelta(days=60)
"""How long before nominations are due a year that is not open is a task."""
PUBLISHED_FROM: Final = 11
"""The month from which the next year's public holidays are published."""
PLANNING: Final = "planning"
"""Where a session keeps what ``planning`` has read."""
PLANNERS: Final = frozenset({Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR})


def planning(session: Session, tenant_id: int) -> Row[Any] | None:
    """``directory.planning``, read once a transaction: the tasks and the page around them ask for it."""
    kept: tuple[object, Row[Any] | None] | None = session.info.get(PLANNING)
    if kept is None or kept[0] is not session.get_transaction():
        found = directory.planning(session, tenant_id)
        kept = session.info[PLANNING] = (session.get_transaction(), found)
    return kept[1]


def blocked_plan(session: Session, current: Current) -> Iterator[Task]:
    """What an admitted enterprise begins with, what keeps its plan from being submitted, rule by rule; and
    what is to be done with a version that stands.
    """
    hat = current.hat
    if hat is None or hat.role not in PLANNERS:
        return
    tenant = planning(session, hat.tenant_id)
    if tenant is None:
        return
    if tenant.code is not None:
        yield from _first_steps(tenant, hat.role)
    if tenant.plan_id is not None and not tenant.editable:
        yield from publicising(session, hat.tenant_id, current.now)
    if (
        tenant.plan_id is not None
        or tenant.slug is None
        or tenant.slug not in {each.slug for each in list_tenants().tenants}
    ):
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
    if tenant.plan_id is None:
        yield Task(
            waits=Waits.ME,
            title="制定工作方案",
            text="填写七项内容，处理检查结果；报送前向全体职工公示。",
            place="plans",
            ids={"tenant_id": tenant.id},
            action="开始制定方案",
            due=due,
            rule="JS-2.2-plan-seven-sections",
        )
    elif tenant.editable:
        title, text, action = (
            "工作方案填写中",
            "处理检查结果后向全体职工公示，公示结束后报送。",
            "继续填写",
        )
        if tenant.returned_by:
            parts = "、".join(SECTIONS[each] for each in tenant.unlocked or ())
            title, action = "工作方案被退回修改", "查看退回理由并修改"
            by = Role(tenant.returned_by).zh
            text = f"由{by}退回，可以修改的有{parts}。改后重新向全体职工公示，期满后报送。"
        yield Task(
            waits=Waits.ME,
            title=title,
            text=text,
            place="plan",
            ids={"tenant_id": tenant.id, "plan_id": tenant.plan_id},
            action=action,
            due=due,
            rule="JS-2.2-plan-seven-sections",
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
