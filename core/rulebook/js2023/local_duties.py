"""五（一）: what a city owes its pilot enterprises. A gap is shown to the city and the province alone."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.guidance import GuidanceEntry, GuidanceKind, GuidanceLog
from core.domain.values import blank, entries
from core.domain.wording import day_words
from core.rulebook.engine import RuleChecks, Violation
from core.rulebook.given import GuidanceGiven
from core.rulebook.js2023.parts import listed

checks: RuleChecks[GuidanceLog, GuidanceGiven] = RuleChecks()


def _given(log: GuidanceLog) -> list[GuidanceEntry]:
    """The services of a known kind that have a day."""
    return [
        each
        for _, each in entries(log.entries, GuidanceEntry)
        if each.kind in tuple(GuidanceKind) and each.given_on
    ]


def _called(log: GuidanceLog) -> str:
    return "该企业" if blank(log.enterprise) else str(log.enterprise)


@checks.rule("JS-3-t1-early-november")
def guidance_in_time(log: GuidanceLog, given: GuidanceGiven) -> Iterator[Violation]:
    """11月上旬…指导企业编制试点方案: guidance begins no later than nominations end (AMB-17)."""
    last = given.cycle.deadlines.nomination
    first = min((each.given_on for each in _given(log) if each.given_on), default=None)
    if first and last and first > last:
        yield Violation(
            "/entries",
            f"{_called(log)}的指导服务自{day_words(first)}开始，时序安排为{day_words(last)}前。"
            "抓紧指导企业编制方案，留出审核时间。",
        )


@checks.rule("JS-5.1-local-duties")
def guidance_is_given(log: GuidanceLog, _: GuidanceGiven) -> Iterator[Violation]:
    """各地要…及时提供政策咨询、过程指导、信息化数据等方面服务工作: at least one service in the cycle."""
    if not _given(log):
        kinds = listed(kind.zh for kind in GuidanceKind)
        yield Violation(
            "/entries", f"{_called(log)}本年度没有指导服务记录。提供{kinds}等服务，并登记日期和内容。"
        )
