"""Every legal step of every noun that goes through stages, one table each: from where, by whom, to where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

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

STANDING: Final = frozenset(
    {
        NominationState.SUBMITTED,
        NominationState.REPORTED,
        NominationState.RETURNED,
        NominationState.ADMITTED,
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """Where an act leads, and which roles may do it."""

    to: NominationState
    by: frozenset[Role]


Moves = Mapping[tuple[NominationState, NominationAct], Step]

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


class IllegalMove(DomainError):
    """An act that a nomination in its state does not allow, or not to this role."""


def move(state: NominationState, act: NominationAct, *, channel: Channel, role: Role) -> NominationState:
    """The state after ``act`` by ``role``. Raises ``IllegalMove`` with what is possible instead."""
    step = NOMINATION[channel].get((state, act))
    if step is None:
        possible = "、".join(each.zh for each in acts(state, channel=channel, role=role))
        then = f"现在可以{possible}。" if possible else "刷新页面后查看现在的状态。"
        raise IllegalMove(f"推荐申报{state.zh}，不能{act.zh}。{then}")
    if role not in step.by:
        by = "、".join(each.zh for each in Role if each in step.by)
        raise IllegalMove(f"{act.zh}由{by}办理，{role.zh}不能办理。")
    return step.to


def acts(state: NominationState, *, channel: Channel, role: Role) -> tuple[NominationAct, ...]:
    """What ``role`` may do with a nomination in ``state``, in the order of the work."""
    moves = NOMINATION[channel]
    return tuple(
        act for act in NominationAct if (step := moves.get((state, act))) is not None and role in step.by
    )
