"""偏离情况报告: what a plan does otherwise than the reference, how far, why; the city reads it first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from core.documents.departures import NONE, full_table
from core.documents.paper import Block, Document, Heading, Paper, Signed, Text
from core.documents.work_plan import OfPlan
from core.rulebook.departure import Direction

DEVIATION_REPORT: Final = Document("deviation-report", "偏离情况报告")


def deviation_report(of: OfPlan) -> Paper:
    """The departures of a plan, section by section."""
    name = f"{of.year}年度首席技师评聘试点工作方案偏离情况报告"
    return Paper(
        document=DEVIATION_REPORT,
        name=f"{of.enterprise}{name}（{of.version}）",
        title=f"{of.enterprise}\n{of.year}年度首席技师评聘试点工作方案\n{DEVIATION_REPORT.zh}",
        subtitle=f"（{of.version}）",
        issuer=of.enterprise,
        dated=of.dated,
        draft=of.number is None,
        blocks=tuple(_blocks(of)),
    )


def _blocks(of: OfPlan) -> Iterator[Block]:
    yield Text(f"本报告列明本企业工作方案与《{of.edition.title}》附件和省级参考不同之处及理由。")
    yield Text(_counted(of))
    for heading, rows in groupby(of.departures, lambda each: each.heading):
        yield Heading(heading)
        yield full_table(tuple(rows))
    yield Signed((of.enterprise,), of.day)
    yield of.proof


def _counted(of: OfPlan) -> str:
    if not of.departures:
        return NONE
    counts = Counter(each.direction for each in of.departures)
    told = "、".join(f"{each.zh} {counts[each]} 处" for each in Direction if counts[each])
    reasons = sum(bool(each.reason) for each in of.departures)
    return f"共 {len(of.departures)} 处：{told}。其中写明理由 {reasons} 处。"
