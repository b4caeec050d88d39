"""设区市具体要求 (五（二）): what a city asks beyond the province, which may only be stricter (AMB-53)."""

from __future__ import annotations

from typing import ClassVar

from core.domain.records import record, term
from core.domain.values import Many, Open, Text


@record
class CitySetting:
    """A value of the provincial template that the city tightens: its path there, and the city's own value."""

    KEY: ClassVar[tuple[str, ...]] = ("path",)
    path: Text = term("模板条目")
    value: Open = term("设区市规定")


@record
class CityRequirements:
    """What one city demands of its enterprises in one cycle: three texts, and values that can be checked."""

    city_code: Text = term("设区市代码")
    workflow: Text = term("工作流程要求")
    review_standards: Text = term("评审标准要求")
    supporting_measures: Text = term("配套措施要求")
    settings: Many[CitySetting] = term("加严的规定")
