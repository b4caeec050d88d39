"""环节: where an enterprise stands in a cycle, from its nomination to its approved plan, as one line."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.domain.stages import NominationState


class CycleStage(StrEnum):
    """Up to its admission an enterprise stands where its nomination does, then where its plan does.

    An enterprise with an approved plan stays ``PLAN_APPROVED`` while an amendment is on its way.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REPORTED = "reported"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ADMITTED = "admitted"
    PLAN_DRAFT = "plan_draft"
    PLAN_PUBLICISED = "plan_publicised"
    PLAN_SUBMITTED = "plan_submitted"
    PLAN_RETURNED = "plan_returned"
    PLAN_REVIEWED = "plan_reviewed"
    PLAN_APPROVED = "plan_approved"
    PLAN_REJECTED = "plan_rejected"

    @property
    def zh(self) -> str:
        return _ZH[self]

    @property
    def nomination(self) -> NominationState:
        """The state of the nomination: that of every enterprise with a place is ``ADMITTED``."""
        placed = self is CycleStage.ADMITTED or self.startswith("plan_")
        return NominationState.ADMITTED if placed else NominationState(self.value)


_ZH: Final = {
    CycleStage.DRAFT: "推荐草稿",
    CycleStage.SUBMITTED: "待会签",
    CycleStage.RETURNED: "退回补正",
    CycleStage.REPORTED: "已报省级",
    CycleStage.REJECTED: "不予确定",
    CycleStage.WITHDRAWN: "已撤回",
    CycleStage.ADMITTED: "待制定方案",
    CycleStage.PLAN_DRAFT: "方案填写中",
    CycleStage.PLAN_PUBLICISED: "方案公示中",
    CycleStage.PLAN_SUBMITTED: "会同审核",
    CycleStage.PLAN_RETURNED: "方案退回修改",
    CycleStage.PLAN_REVIEWED: "待专家评估",
    CycleStage.PLAN_APPROVED: "方案已批准",
    CycleStage.PLAN_REJECTED: "方案不予通过",
}

PLACED: Final = tuple(each for each in CycleStage if each.nomination is NominationState.ADMITTED)
"""试点企业: those that the province has admitted."""
_SENT: Final = (
    CycleStage.PLAN_SUBMITTED,
    CycleStage.PLAN_RETURNED,
    CycleStage.PLAN_REVIEWED,
    CycleStage.PLAN_APPROVED,
    CycleStage.PLAN_REJECTED,
)
STANDING: Final = tuple(each for each in CycleStage if each.nomination.stands)

REACHED: Final[Mapping[str, tuple[CycleStage, ...]]] = MappingProxyType(
    {
        "nominated": STANDING,
        "reported": (CycleStage.REPORTED, *PLACED),
        "admitted": PLACED,
        "sent": _SENT,
        "reviewed": (CycleStage.PLAN_REVIEWED, CycleStage.PLAN_APPROVED),
        "approved": (CycleStage.PLAN_APPROVED,),
    }
)
"""How far enterprises have come at least, by the stages in which they stand."""
REACHED_ZH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nominated": "已推荐",
        "reported": "已报省级",
        "admitted": "试点企业",
        "sent": "已报送方案",
        "reviewed": "会同审核完成",
        "approved": "方案已批准",
    }
)
