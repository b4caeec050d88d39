"""Documents against a bare typst compile of the same sheet.

A document is the plan's records put in words, laid out, looked through for characters that the font lacks
and compiled; the floor compiles what the template is given, made beforehand. Every compile of either is of
another text, for typst remembers what it has laid out before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Final

from core.documents.deviation_report import deviation_report
from core.documents.paper import Paper
from core.documents.pdf import pdf, sheet, typst_of
from core.documents.word import word
from core.documents.work_plan import OfPlan, work_plan
from core.domain.plan import PlanDraft
from core.services.documents import of_file
from tests.load.ratios import ROUNDS, Ratio, per_call, ratio

CALLS: Final = 10
ADDRESS: Final = "https://site.test/units/1/plan"


def main(plan: PlanDraft) -> None:
    print(f"\ndocuments, medians of {ROUNDS} rounds of {CALLS} calls\n")
    for name, paper in (("工作方案", work_plan), ("偏离情况报告", deviation_report)):
        others = variants(plan)
        print(over_bare_compile(name, (paper(each) for each in others)))
    papers = (work_plan(each) for each in variants(plan))
    print(f"工作方案 as Word: {per_call(lambda: word(next(papers)), CALLS) * 1e3:.1f} ms")


def over_bare_compile(name: str, papers: Iterator[Paper]) -> Ratio:
    first = next(papers)
    sheets = iter([sheet(next(papers)) for _ in range(ROUNDS * CALLS + 1)])
    return ratio(
        f"{name} as PDF, {len(pdf(first)) / 1024:.0f} KiB",
        lambda: pdf(next(papers)),
        "typst of the same sheet",
        lambda: typst_of("paper", next(sheets), timestamp=0),
        calls=CALLS,
    )


def variants(plan: PlanDraft) -> Iterator[OfPlan]:
    """What the documents of a plan need, each of a plan that says something else."""
    of = replace(of_file(plan, None), number=1, address=ADDRESS)
    assert plan.sections
    for number in count():
        said = replace(plan.sections, occupations=f"{plan.sections.occupations}第 {number} 份。")
        yield replace(of, plan=replace(plan, sections=said), digest=f"{number:064x}")
