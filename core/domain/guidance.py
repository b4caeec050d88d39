"""指导服务 (二（二）, 五（一）): what a city did for an enterprise. A gap warns only the body."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from core.domain.records import record, term
from core.domain.values import Day, Many, Text


class GuidanceKind(StrEnum):
    """The three services that 五（一） names."""

    POLICY_ADVICE = "policy_advice"
    PROCESS_GUIDANCE = "process_guidance"
    DATA_SERVICE = "data_service"

    @property
    def zh(self) -> str:
        return _ZH[self]


_ZH = {
    GuidanceKind.POLICY_ADVICE: "政策咨询",
    GuidanceKind.PROCESS_GUIDANCE: "过程指导",
    GuidanceKind.DATA_SERVICE: "信息化数据服务",
}


@record
class GuidanceEntry:
    """One service: which, when, by whom and what it was about."""

    KEY: ClassVar[tuple[str, ...]] = ("kind", "given_on", "summary")
    kind: Text = term("服务类别")
    given_on: Day = term("服务日期")
    given_by: Text = term("服务单位")
    summary: Text = term("内容")


@record
class GuidanceLog:
    """指导服务记录 of one enterprise in one cycle."""

    enterprise: Text = term("试点企业")
    city_code: Text = term("设区市代码")
    entries: Many[GuidanceEntry] = term("服务记录")
