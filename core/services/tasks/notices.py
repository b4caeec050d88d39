"""What waits of the notice of an enterprise's plan, and of sending it in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from core.domain.calendar import ONE_DAY
from core.domain.due import end_of
from core.domain.stages import PlanState
from core.persistence.queries import publicity
from core.services.tasks.base import Task, Waits


def publicising(session: Session, tenant_id: int, now: datetime) -> Iterator[Task]:
    """What is to be done with the notice of an enterprise's plan: answer, send in, or wait for the bodies."""
    row = publicity.under_way(session, tenant_id=tenant_id)
    if row is None:
        return
    ids = {"tenant_id": tenant_id, "plan_id": row.plan_id}
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
    if now < end_of(row.ends_on):
        first = row.ends_on + ONE_DAY
        yield Task(
            waits=Waits.ME,
            title=f"工作方案第 {row.number} 版公示中，{first.month}月{first.day}日起可以报送",
            text="公示期间核实、答复职工意见；公示结束的次日起报送审核。",
            place=place,
            ids=ids,
            action="查看公示",
            due=end_of(row.plan_report),
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
