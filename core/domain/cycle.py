"""The yearly cycle (年度): only the province opens one (JS-5.3-no-self-run)."""

from __future__ import annotations

from core.domain.records import record, term
from core.domain.values import Count, Day, One, Text


@record
class Deadlines:
    """The last days of the cycle's steps; each day counts until 24:00 (AMB-18)."""

    nomination: Day = term("推荐申报截止")
    plan_report: Day = term("方案报送截止")
    list_formed: Day = term("形成建议名单截止")
    provincial_publicity_start: Day = term("省级公示最迟开始")
    year_end: Day = term("年度结束")


@record
class Cycle:
    """One year of the pilot. A deadline it lacks comes from the edition."""

    id: Text = term("年度编号")
    year: Count = term("年度", "年")
    created_by: Text = term("启动单位")
    deadlines: One[Deadlines] = term("期限")
