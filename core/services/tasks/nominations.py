"""What waits of 推荐申报: at who nominates, at who countersigns and verifies; and of guidance in a city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.domain.due import end_of
from core.domain.roles import Hat, Role
from core.domain.stages import NominationState
from core.persistence.queries import nomination as nominations
from core.services.accounts.sessions import Current
from core.services.nominations.drafting import NOMINATORS
from core.services.tasks.base import MOST, Task, Waits
from core.services.tasks.reviews import of_plans

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
    """推荐申报 and plans that wait for the own body: what it decides, asked in one statement."""
    hat = current.hat
    if hat is None or hat.role not in DECIDERS:
        return
    state, what, text, action = DECIDERS[hat.role]
    found = nominations.under_way(
        session, states=[state], limit=MOST, guides=hat.role in GUIDES, reviews=hat.role.value
    )
    yield from _unguided(found)
    yield from of_plans(found[0].plans if found else (), hat.role)
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


def _unguided(found: Sequence[Row[Any]]) -> Iterator[Task]:
    """Enterprises of the city that were given nothing in the latest cycle: a duty of the city, not theirs."""
    for row in [each for each in found[:1] if each.unguided]:
        many = f"{row.unguided} 家" if row.unguided <= MOST else f"{MOST} 家以上"
        yield Task(
            waits=Waits.ME,
            title=f"{many}试点企业没有指导服务记录",
            text=f"{row.code} 年度。提供政策咨询、过程指导或者信息化数据服务，登记日期和内容。",
            place="guidance",
            action="查看试点企业",
            due=end_of(row.nomination),
            rule="JS-5.1-local-duties",
        )
