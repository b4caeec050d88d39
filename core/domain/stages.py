"""Every legal step of every noun that goes through stages, one table each: from where, by whom, to where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Generic, TypeAlias, TypeVar

from core.domain.errors import DomainError
from core.domain.roles import Role


class NominationState(StrEnum):
    """Where a nomination stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REPORTED = "reported"
    RETURNED = "returned"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return _STATE_ZH[self]

    @property
    def stands(self) -> bool:
        """Whether it holds its place in the cycle: sent in, and neither rejected nor withdrawn (AMB-02)."""
        return self in STANDING


class NominationAct(StrEnum):
    """What can be done with a nomination."""

    SUBMIT = "submit"
    COUNTERSIGN = "countersign"
    RETURN = "return"
    ADMIT = "admit"
    REJECT = "reject"
    WITHDRAW = "withdraw"

    @property
    def zh(self) -> str:
        return _ACT_ZH[self]


class PlanState(StrEnum):
    """Where a frozen version of a plan stands; a plan without one is a draft."""

    PUBLICISED = "publicised"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"

    @property
    def zh(self) -> str:
        return _PLAN_STATE_ZH[self]

    @property
    def pending(self) -> bool:
        """Whether it is on its way: meanwhile the plan is not edited and no other version is frozen."""
        return self in PENDING


class PlanAct(StrEnum):
    """What can be done with a version of a plan. The last body that agrees also concludes the review."""

    SUBMIT = "submit"
    AGREE = "agree"
    CONCLUDE = "conclude"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"

    @property
    def zh(self) -> str:
        return _PLAN_ACT_ZH[self]


class Channel(StrEnum):
    """How an application comes in (二（一）)."""

    CITY = "city"
    PROVINCE_DIRECT = "province_direct"


_STATE_ZH: Final = {
    NominationState.DRAFT: "草稿",
    NominationState.SUBMITTED: "待会签",
    NominationState.REPORTED: "已报省级",
    NominationState.RETURNED: "退回补正",
    NominationState.ADMITTED: "已确定为试点企业",
    NominationState.REJECTED: "不予确定",
    NominationState.WITHDRAWN: "已撤回",
}
_ACT_ZH: Final = {
    NominationAct.SUBMIT: "报送",
    NominationAct.COUNTERSIGN: "会签",
    NominationAct.RETURN: "退回",
    NominationAct.ADMIT: "确定为试点企业",
    NominationAct.REJECT: "不予确定",
    NominationAct.WITHDRAW: "撤回",
}
_PLAN_STATE_ZH: Final = {
    PlanState.PUBLICISED: "公示中",
    PlanState.SUBMITTED: "审核中",
    PlanState.REVIEWED: "待专家评估",
    PlanState.APPROVED: "已批准",
    PlanState.RETURNED: "退回修改",
    PlanState.REJECTED: "不予通过",
    PlanState.WITHDRAWN: "已撤下",
    PlanState.SUPERSEDED: "已由新版本代替",
}
_PLAN_ACT_ZH: Final = {
    PlanAct.SUBMIT: "报送",
    PlanAct.AGREE: "审核通过",
    PlanAct.CONCLUDE: "完成会同审核",
    PlanAct.APPROVE: "批准",
    PlanAct.RETURN: "退回修改",
    PlanAct.REJECT: "不予通过",
    PlanAct.WITHDRAW: "撤下公示",
    PlanAct.SUPERSEDE: "代替",
}

PENDING: Final = frozenset({PlanState.PUBLICISED, PlanState.SUBMITTED, PlanState.REVIEWED})
STANDING: Final = frozenset(
    {
        NominationState.SUBMITTED,
        NominationState.REPORTED,
        NominationState.RETURNED,
        NominationState.ADMITTED,
    }
)


S = TypeVar("S", NominationState, PlanState)
A = TypeVar("A", NominationAct, PlanAct)


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """Where an act leads, and which roles may do it."""

    to: S
    by: frozenset[Role]


Steps: TypeAlias = Mapping[tuple[S, A], Step[S]]
Moves: TypeAlias = Steps[NominationState, NominationAct]
PlanMoves: TypeAlias = Steps[PlanState, PlanAct]

_PROVINCE: Final = frozenset({Role.PROVINCE_CENTRE, Role.PROVINCE_HR})


def _before_decision(nominator: Role, submitted: NominationState) -> Moves:
    """What the nominator may do up to the decision, and the province once the nomination has arrived."""
    by = frozenset({nominator})
    state, act = NominationState, NominationAct
    withdraw = Step(state.WITHDRAWN, by)
    waiting = (state.DRAFT, submitted, state.REPORTED, state.RETURNED)
    return {
        (state.DRAFT, act.SUBMIT): Step(submitted, by),
        (state.RETURNED, act.SUBMIT): Step(submitted, by),
        (state.REPORTED, act.RETURN): Step(state.RETURNED, _PROVINCE),
        (state.REPORTED, act.ADMIT): Step(state.ADMITTED, _PROVINCE),
        (state.REPORTED, act.REJECT): Step(state.REJECTED, _PROVINCE),
        **{(each, act.WITHDRAW): withdraw for each in waiting},
    }


NOMINATION: Final[Mapping[Channel, Moves]] = MappingProxyType(
    {
        Channel.CITY: MappingProxyType(
            {
                **_before_decision(Role.CITY_CENTRE, NominationState.SUBMITTED),
                (NominationState.SUBMITTED, NominationAct.COUNTERSIGN): Step(
                    NominationState.REPORTED, frozenset({Role.CITY_HR})
                ),
                (NominationState.SUBMITTED, NominationAct.RETURN): Step(
                    NominationState.RETURNED, frozenset({Role.CITY_HR})
                ),
            }
        ),
        Channel.PROVINCE_DIRECT: MappingProxyType(
            _before_decision(Role.CENTRAL_BRANCH, NominationState.REPORTED)
        ),
    }
)
"""By channel: the centre nominates and 人社部门 countersigns (AMB-01); a central branch reports directly."""


def _of_plan(*bodies: Role) -> PlanMoves:
    """Joint review by ``bodies``, both of which must agree and either of which may return (AMB-16)."""
    enterprise = frozenset({Role.ENTERPRISE_HR, Role.ENTERPRISE_PRINCIPAL})
    joint = frozenset(bodies)
    state, act = PlanState, PlanAct
    return MappingProxyType(
        {
            (state.PUBLICISED, act.SUBMIT): Step(state.SUBMITTED, enterprise),
            (state.PUBLICISED, act.WITHDRAW): Step(state.WITHDRAWN, enterprise),
            (state.SUBMITTED, act.AGREE): Step(state.SUBMITTED, joint),
            (state.SUBMITTED, act.CONCLUDE): Step(state.REVIEWED, joint),
            (state.SUBMITTED, act.RETURN): Step(state.RETURNED, joint),
            (state.SUBMITTED, act.REJECT): Step(state.REJECTED, _PROVINCE),
            (state.REVIEWED, act.APPROVE): Step(state.APPROVED, _PROVINCE),
            (state.REVIEWED, act.RETURN): Step(state.RETURNED, _PROVINCE),
            (state.REVIEWED, act.REJECT): Step(state.REJECTED, _PROVINCE),
            (state.APPROVED, act.SUPERSEDE): Step(state.SUPERSEDED, _PROVINCE),
        }
    )


PLAN: Final[Mapping[Channel, PlanMoves]] = MappingProxyType(
    {
        Channel.CITY: _of_plan(Role.CITY_HR, Role.CITY_INDUSTRY),
        Channel.PROVINCE_DIRECT: _of_plan(Role.PROVINCE_CENTRE, Role.CENTRAL_BRANCH),
    }
)
"""By channel: in the direct one the provincial centre and the branch stand in for the city (AMB-46)."""


@dataclass(frozen=True, slots=True)
class Door:
    """A rule that keeps a version in one state from ``acts``: its clause, and what to do then."""

    rule: str
    clause: str
    then: str
    acts: frozenset[PlanAct]


NOT_PUBLICISED: Final = "JS-2.2-plan-publicised-staff"
JOINT_REVIEW: Final = "JS-2.3-joint-review"
NOT_APPROVED: Final = "JS-2.3-unapproved-no-pilot"
"""方案未通过审核的企业，不开展首席技师评聘试点工作."""
_REVIEW: Final = frozenset({PlanAct.AGREE, PlanAct.CONCLUDE, PlanAct.APPROVE})
DOORS: Final[Mapping[PlanState, Door]] = MappingProxyType(
    {
        PlanState.PUBLICISED: Door(NOT_PUBLICISED, "二（二）", "公示期满、企业报送后再办理。", _REVIEW),
        PlanState.WITHDRAWN: Door(
            NOT_PUBLICISED, "二（二）", "企业重新公示、报送后再办理。", _REVIEW | {PlanAct.SUBMIT}
        ),
        PlanState.SUBMITTED: Door(
            JOINT_REVIEW, "二（三）", "会同审核完成后由省级组织专家评估。", frozenset({PlanAct.APPROVE})
        ),
        PlanState.REJECTED: Door(NOT_APPROVED, "二（三）", "本年度不再办理。", frozenset(PlanAct)),
    }
)
"""The steps that a rule closes to a version in a state, beyond those that its state merely does not have."""


class IllegalMove(DomainError):
    """An act that a noun in its state does not allow, or not to this role."""


def move(state: NominationState, act: NominationAct, *, channel: Channel, role: Role) -> NominationState:
    """The state after ``act`` by ``role``. Raises ``IllegalMove`` with what is possible instead."""
    return _moved(NOMINATION[channel], "推荐申报", state, act, role)


def acts(state: NominationState, *, channel: Channel, role: Role) -> tuple[NominationAct, ...]:
    """What ``role`` may do with a nomination in ``state``, in the order of the work."""
    return _possible(NOMINATION[channel], NominationAct, state, role)


def plan_move(state: PlanState, act: PlanAct, *, channel: Channel, role: Role) -> PlanState:
    """The state of a version of a plan after ``act`` by ``role``. Raises ``IllegalMove``."""
    door = DOORS.get(state)
    if door is not None and act in door.acts:
        raise IllegalMove(f"工作方案{state.zh}，不能{act.zh}（{door.clause}）。{door.then}", door.rule)
    return _moved(PLAN[channel], "工作方案", state, act, role)


def plan_acts(state: PlanState, *, channel: Channel, role: Role) -> tuple[PlanAct, ...]:
    """What ``role`` may do with a version of a plan in ``state``, in the order of the work."""
    return _possible(PLAN[channel], PlanAct, state, role)


def _moved(moves: Steps[S, A], noun: str, state: S, act: A, role: Role) -> S:
    step = moves.get((state, act))
    if step is None:
        possible = "、".join(each.zh for each in _possible(moves, type(act), state, role))
        then = f"现在可以{possible}。" if possible else "刷新页面后查看现在的状态。"
        raise IllegalMove(f"{noun}{state.zh}，不能{act.zh}。{then}")
    if role not in step.by:
        by = "、".join(each.zh for each in Role if each in step.by)
        raise IllegalMove(f"{act.zh}由{by}办理，{role.zh}不能办理。")
    return step.to


def _possible(moves: Steps[S, A], acts_of: type[A], state: S, role: Role) -> tuple[A, ...]:
    return tuple(act for act in acts_of if (step := moves.get((state, act))) is not None and role in step.by)
