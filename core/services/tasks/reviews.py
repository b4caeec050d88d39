"""What waits of 方案审核: at the bodies of the joint review, at the province, at an expert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from core.domain.due import end_of
from core.domain.plan_review import REVIEWERS
from core.domain.roles import Role
from core.domain.stages import Channel, PlanState
from core.persistence.queries import plan_review as queries
from core.persistence.queries.plan_waiting import waiting
from core.services.accounts.sessions import Current
from core.services.tasks.base import MOST, Task, Waits

JOINT_RULE: Final = "JS-2.3-joint-review"
EXPERT_RULE: Final = "JS-3-t2-mid-november"


def reviewing(session: Session, current: Current) -> Iterator[Task]:
    """Plans that the industry department, a branch or 省厅 decides on; others ask for more at once."""
    hat = current.hat
    if hat is not None and hat.role in {Role.CITY_INDUSTRY, Role.CENTRAL_BRANCH, Role.PROVINCE_HR}:
        yield from of_plans(waiting(session, role=hat.role.value, limit=MOST), hat.role)


def of_plans(plans: Sequence[Mapping[str, Any]], role: Role) -> Iterator[Task]:
    """The tasks of ``role`` with the versions that wait for it, and of those that it waits for."""
    for each in plans:
        if not each["mine"]:
            yield _elsewhere(each, role)
            continue
        yield _evaluation(each) if each["state"] == PlanState.REVIEWED else _joint(each)


def assessing(session: Session, current: Current) -> Iterator[Task]:
    """Plans that an expert was asked to assess."""
    hat = current.hat
    if hat is None or hat.role is not Role.PLAN_EXPERT:
        return
    for row in queries.assigned(session, person_id=current.person_id)[:MOST]:
        if row.assessed_at is None:
            yield Task(
                waits=Waits.ME,
                title=f"评估{row.enterprise}的工作方案",
                text="逐节查看方案，提出评估结论和意见；与企业有利害关系的，申请回避。",
                place="plan_review",
                ids={"tenant_id": row.tenant_id, "version_id": row.version_id},
                action="评估方案",
                rule=EXPERT_RULE,
            )


def _joint(row: Mapping[str, Any]) -> Task:
    return Task(
        waits=Waits.ME,
        title=f"审核{row['enterprise']}的工作方案",
        text="逐节同意或退回，逐条核对检查结果；双方都审核通过后报省级。",
        place="plan_review",
        ids={"tenant_id": row["tenant_id"], "version_id": row["id"]},
        action="审核方案",
        due=end_of(date.fromisoformat(row["plan_report"])),
        rule=JOINT_RULE,
    )


def _elsewhere(row: Mapping[str, Any], role: Role) -> Task:
    """A version that is with the enterprise, with the other body, or at the province."""
    name, state = row["enterprise"], PlanState(row["state"])
    others = "、".join(each.zh for each in REVIEWERS[Channel(row["channel"])] if each is not role)
    if state is PlanState.SUBMITTED:
        title, text = "本单位已审核通过", f"由{others}审核。双方都审核通过后报省级。"
    elif state is PlanState.REVIEWED:
        title, text = "待省级评估", "双方都已审核通过，由省级组织专家评估后决定。"
    else:
        title = "已退回企业修改"
        text = f"由{Role(row['decided_role']).zh}退回。企业修改后重新向职工公示、报送，届时再审核。"
    return Task(
        waits=Waits.OTHERS,
        title=f"{name}的工作方案{title}",
        text=text,
        place="plan_review",
        ids={"tenant_id": row["tenant_id"], "version_id": row["id"]},
        action="查看方案",
        rule=EXPERT_RULE if state is PlanState.REVIEWED else JOINT_RULE,
    )


def _evaluation(row: Mapping[str, Any]) -> Task:
    """What the province does next with a version to which both bodies agreed."""
    if not row["asked"]:
        text, action = "会同审核已完成，还没有指派专家。指派专家评估后决定。", "指派专家"
    elif row["assessed"] < row["asked"]:
        text, action = (
            f"已指派专家 {row['asked']} 人，{row['assessed']} 人已评估。评估后批准或退回。",
            "查看评估",
        )
    else:
        text, action = f"专家 {row['assessed']} 人已评估。批准、退回或不予通过。", "决定"
    return Task(
        waits=Waits.OTHERS if row["assessed"] < row["asked"] else Waits.ME,
        title=f"{row['enterprise']}的工作方案待省级评估",
        text=text,
        place="plan_review",
        ids={"tenant_id": row["tenant_id"], "version_id": row["id"]},
        action=action,
        rule=EXPERT_RULE,
    )
