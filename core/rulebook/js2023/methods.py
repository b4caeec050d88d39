"""附件2 评审方式: the two routes, the vote of the direct route, and how several scorers make one score."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.domain.plan import (
    Aggregation,
    DirectRoute,
    Methods,
    Organisation,
    Panel,
    PerformanceRoute,
    PlanDraft,
)
from core.domain.records import specs
from core.domain.values import Many, Number, blank, entries, or_empty, stated
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.panels import members_of, panel_name
from core.rulebook.js2023.parts import coded, listed, written

checks = Checks()

PERFORMANCE, DIRECT = "performance", "direct"
ON_SITE = "on_site"
MEAN, TRIMMED_MEAN = "mean", "trimmed_mean"
AGGREGATIONS = (MEAN, TRIMMED_MEAN)


@checks.rule("JS-A2-two-modes", needs=("methods",))
def two_modes(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """评审方式包括业绩评审和直接评定两种; direct award may be left out, performance review may not."""
    routes = or_empty(plan.methods, Methods).routes or ()
    if PERFORMANCE not in routes:
        yield Violation(
            "/methods/routes",
            "评审方式中没有业绩评审。评审方式包括业绩评审和直接评定两种，可以不设直接评定，不可不设业绩评审。"
            + (
                written("methods.routes", *routes)
                or f"在评审方式（routes）中加入{coded('methods.routes', PERFORMANCE)}。"
            ),
        )
    for place, route in enumerate(routes):
        if route not in (PERFORMANCE, DIRECT):
            yield Violation(
                f"/methods/routes/{place}",
                written("methods.routes", route)
                or f"评审方式“{route or '（空）'}”不属于业绩评审、直接评定两种。"
                f"删去这一项，或改为{coded('methods.routes', PERFORMANCE, DIRECT)}之一。",
            )


@checks.rule("JS-A2-direct-two-thirds", needs=("methods",))
def direct_vote(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """得票率达到三分之二及以上视为通过: an open direct route asks for that share or more (AMB-40)."""
    methods = or_empty(plan.methods, Methods)
    if DIRECT not in (methods.routes or ()):
        return
    direct = or_empty(methods.direct, DirectRoute)
    share = _fraction(direct.vote_fraction)
    over, under = given.template.share("/methods/direct/vote_fraction")
    if share is not None and share[0] * under >= over * share[1]:
        return
    fact = f"为 {share[0]}/{share[1]}" if share else "没有写明，或没有写成分子、分母两个整数"
    yield Violation(
        "/methods/direct/vote_fraction" if methods.direct else "/methods/direct",
        f"直接评定的得票率{fact}，至少应为 {over}/{under}。"
        f"将得票率（vote_fraction: [{over}, {under}]）提高到 {over}/{under} 或以上。",
    )


@checks.rule("JS-A3-interview-onsite-scoring", needs=("methods",))
def interview_scored_on_site(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """评审委员会对参评人员的介绍进行现场评分，评分应当现场完成."""
    scoring = or_empty(plan.methods, Methods).interview_scoring
    if scoring != ON_SITE:
        fact = "没有写明" if blank(scoring) else f"写为“{scoring}”"
        yield Violation(
            "/methods/interview_scoring",
            written("methods.interview_scoring", scoring)
            or f"答辩评分方式{fact}。面试答辩的评分应当现场完成，"
            f"将答辩评分方式（interview_scoring）写为{coded('methods.interview_scoring', ON_SITE)}。",
        )


@checks.rule("PF-pass-line-stated", needs=("methods",))
def pass_line(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """The plan states pass mark, quota and vote share; null is a statement (AMB-39)."""
    performance = or_empty(or_empty(plan.methods, Methods).performance, PerformanceRoute)
    words = specs(PerformanceRoute)
    asked = ("pass_score", "quota", "vote_fraction")
    missing = [f"{words[name].zh}（{name}）" for name in asked if not stated(getattr(performance, name))]
    if missing:
        yield Violation(
            "/methods/performance",
            f"业绩评审没有写明{listed(missing)}。逐项写明；不设合格分数线或名额的，留空（null）。",
        )


@checks.rule("PF-tie-break-stated", needs=("methods",))
def tie_break(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """The plan states how a tie is broken (AMB-41)."""
    if blank(or_empty(plan.methods, Methods).tie_break):
        yield Violation(
            "/methods/tie_break",
            "没有写明同分处理办法（tie_break）。按先后顺序写明同分时比较的内容，"
            f"如{coded('methods.tie_break', *given.template.words('/methods/tie_break'))}。",
        )


@checks.rule("PF-aggregation", needs=("methods",))
def aggregation(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """Scores are averaged; a panel large enough may drop the highest and the lowest (AMB-38)."""
    methods = or_empty(plan.methods, Methods)
    kind = or_empty(methods.aggregation, Aggregation).kind
    if kind not in AGGREGATIONS:
        fact = "没有写明" if blank(kind) else f"“{kind}”不是平台认可的方法"
        yield Violation(
            "/methods/aggregation/kind" if methods.aggregation else "/methods/aggregation",
            written("methods.aggregation.kind", kind)
            or f"评分合成方法（kind）{fact}。改为{coded('methods.aggregation.kind', *AGGREGATIONS)}之一。",
        )
    if kind != TRIMMED_MEAN:
        return
    least = given.template.integer("/methods/aggregation/min_scorers")
    for place, panel in entries(or_empty(plan.organisation, Organisation).panels, Panel):
        scorers = len(panel.members or ())
        if scorers < least:
            yield Violation(
                members_of(place),
                f"{panel_name(place, panel)}共 {scorers} 人，"
                f"去掉最高分、最低分后平均的，至少需要 {least} 人。"
                f"增加专家 {least - scorers} 人，"
                f"或将评分合成方法改为{coded('methods.aggregation.kind', MEAN)}。",
            )


def _fraction(written: Many[Number]) -> tuple[int, int] | None:
    """Two integers, the second positive, as (numerator, denominator); anything else is no fraction."""
    if not isinstance(written, tuple) or len(written) != 2:
        return None
    over, under = written
    if not isinstance(over, Decimal) or not isinstance(under, Decimal) or under <= 0:
        return None
    if over != over.to_integral_value() or under != under.to_integral_value():
        return None
    return int(over), int(under)
