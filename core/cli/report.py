"""A check report, differences and deviations as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from core.cli.terminal import Paper
from core.domain.diff import Change, ChangeKind, by_section
from core.domain.wording import place_words
from core.rulebook.departure import Departure, Direction
from core.rulebook.engine import Finding
from core.rulebook.terms import Effect, Force
from core.rulebook.vocabulary import vocabulary
from core.services.plans import Report

TONES = {Effect.BLOCK: "bad", Effect.NEEDS_REASON: "warn", Effect.WARN: "info"}
MARKS = {
    ChangeKind.ADDED: ("+", "ok"),
    ChangeKind.REMOVED: ("−", "bad"),
    ChangeKind.CHANGED: ("~", "warn"),
    ChangeKind.REORDERED: ("↕", "info"),
}
DIRECTION_TONES = {Direction.STRICTER: "ok", Direction.LOOSER: "bad", Direction.UNCHANGED: "info"}
LONG = 40  # characters of a value; longer ones stand below one another
UNNAMED = "（没有编号）"
MOST_SHOWN = 200  # findings of one effect; more than a person reads


def show_report(paper: Paper, report: Report) -> None:
    """The findings by effect, each with what to do, where it stands and what the text says."""
    enterprise = report.plan.enterprise
    name = enterprise.name if enterprise and enterprise.name else ""
    paper.paragraph(paper.styled(report.plan_id or UNNAMED, bold=True) + (f"  {name}" if name else ""))
    assumed = "（文件未写明，为推定）" if report.assumed_year else ""
    estimate = "" if report.calendar_official else "，工作日暂按周一至周五推算"
    paper.paragraph(f"版本 {report.edition} · 年度 {report.cycle.year}{assumed}{estimate}")
    paper.paragraph(f"摘要 {report.content_hash}")
    for effect, findings in report.by_effect().items():
        if findings:
            paper.line()
            paper.line(paper.styled(f"{effect.zh} {len(findings)}", TONES[effect], bold=True))
        for number, finding in enumerate(findings[:MOST_SHOWN], 1):
            _show_finding(paper, report, finding, number)
        if len(findings) > MOST_SHOWN:
            paper.line(f"  ……另有 {len(findings) - MOST_SHOWN} 处，用 --format json 查看全部。")
    paper.line()
    paper.paragraph(paper.styled(verdict(report), "ok" if report.ok else "bad", bold=True))


def verdict(report: Report) -> str:
    """Whether the plan may be submitted, and what stands in the way."""
    blocks = sum(each.stops for each in report.by_effect()[Effect.BLOCK])
    reasons = sum(each.stops for each in report.by_effect()[Effect.NEEDS_REASON])
    if report.ok:
        return "可以提交。"
    wanting = [f"{count} 处{what}" for count, what in ((blocks, "阻断"), (reasons, "缺少理由")) if count]
    return f"不能提交：{'，'.join(wanting)}。"


def _show_finding(paper: Paper, report: Report, finding: Finding, number: int) -> None:
    place = place_words(report.plan, finding.path, vocabulary(report.edition).word)
    first = f"  {number}  "
    paper.paragraph(finding.message, first=first)
    paper.pairs(
        (
            ("处理", _what_to_do(finding)),
            ("位置", place or "整份方案"),
            ("路径", finding.path),
            *basis(finding.clause, finding.force, finding.quote),
            ("规则", finding.rule),
        ),
        margin=len(first),
    )


def basis(clause: str, force: Force, words: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """What a rule rests on, for ``Paper.pairs``: the official sentence, or what the platform lays down."""
    if force is Force.PLATFORM:
        return ("条款", clause), ("规定", words)
    return ("条款", f"{clause}，{force.zh}"), ("原文", f"“{words}”")


def _what_to_do(finding: Finding) -> str:
    match finding.effect:
        case Effect.NEEDS_REASON if finding.reason_given:
            return "已写明理由，由审核方判断。"
        case Effect.NEEDS_REASON:
            return "按条款修改，或写明理由供审核。"
        case Effect.WARN:
            return "不影响提交，审核方会看到。"
        case _:
            return "修改后才能提交。"


def show_changes(paper: Paper, changes: Sequence[Change]) -> None:
    """The differences by section; long values stand below one another."""
    if not changes:
        paper.line("没有差异。")
    for section, group in by_section(changes).items():
        if section != changes[0].section:
            paper.line()
        paper.line(paper.styled(f"{group[0].heading} {len(group)}", bold=True))
        for change in group:
            mark, tone = MARKS[change.kind]
            first = f"  {paper.styled(mark, tone)} "
            if change.kind is ChangeKind.CHANGED and max(len(change.before), len(change.after)) > LONG:
                paper.paragraph(change.words, first=first)
                paper.pairs((("由", change.before), ("改为", change.after)), margin=4)
            else:
                paper.paragraph(change.sentence, first=first)


def show_departures(paper: Paper, departures: Sequence[Departure]) -> None:
    """The deviation report by section: both values, by how much, lock, clause and reason."""
    if not departures:
        paper.line("与省级参考没有差异。")
    for heading, rows in groupby(departures, lambda each: each.heading):
        group = list(rows)
        if group[0] is not departures[0]:
            paper.line()
        paper.line(paper.styled(f"{heading} {len(group)}", bold=True))
        for row in group:
            direction = paper.styled(row.direction.zh, DIRECTION_TONES.get(row.direction, "warn"))
            paper.paragraph(row.place, first=f"  {direction}  ")
            paper.pairs(
                (
                    ("省级参考", row.reference),
                    ("本方案", row.plan),
                    ("相差", row.difference),
                    ("条款", f"{row.clause}（{row.lock.zh}）"),
                    ("理由", row.reason),
                ),
                margin=4,
            )
