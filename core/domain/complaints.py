"""投诉与争议处理 in a plan: how complaints are received and who is responsible (附件2)."""

from __future__ import annotations

from typing import ClassVar

from core.domain.records import record, term
from core.domain.values import Count, Flag, Many, One, Text


@record
class TimeLimits:
    accept_workdays: Count = term("受理", "个工作日")
    conclude_workdays: Count = term("办结", "个工作日")


@record
class Convener:
    name: Text = term("姓名")
    post: Text = term("职务")
    is_principal: Flag = term("企业主要负责人")
    reason: Text = term("理由")


@record
class Handler:
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    name: Text = term("姓名")
    post: Text = term("职务")
    contact: Text = term("联系方式")


@record
class Complaints:
    """投诉、争议仲裁处理机制以及相应负责人员 (附件2)."""

    channels: Many[str] = term("受理渠道")
    procedure: Text = term("处理程序")
    time_limits: One[TimeLimits] = term("办理时限")
    convener: One[Convener] = term("召集人")
    handlers: Many[Handler] = term("负责人员")
    report_to_city: Flag = term("报设区市备查")
