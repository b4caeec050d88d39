"""会同审核意见 (二（三）): what both bodies say of a version, section by section, and what came of it.

A body's word is printed once it has decided: until then it is nobody else's to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from core.documents.paper import Block, Cell, Document, Heading, Paper, Proof, Row, Table, Text, table
from core.documents.paper import dated_words as day_or_room
from core.domain.places import city_name
from core.domain.plan_review import SECTIONS, FindingView, Tick, Verdict, View
from core.domain.roles import Role
from core.domain.stages import PlanState
from core.domain.values import beijing_day
from core.domain.wording import day_words
from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Finding
from core.rulebook.waivers import Waiver

REVIEW_OPINION: Final = Document("review-opinion", "会同审核意见")
UNDECIDED: Final = "尚未决定"
OUTCOMES: Final = {"agreed": "审核通过", "returned": "退回修改"}
VERDICTS: Final = {Verdict.AGREE: "同意", Verdict.RETURN: "退回"}
VIEWS: Final = {View.CONFIRMED: "已核对", View.ACCEPTED: "采纳理由", View.REFUSED: "不予采纳"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a body says; without an ``outcome`` it has not decided, and nothing else of it is here."""

    role: Role
    outcome: str = ""
    opinion: str = ""
    by: str = ""
    at: datetime | None = None
    ticks: Mapping[str, Tick]
    views: Mapping[tuple[str, str], FindingView]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfReview:
    """A version under joint review with all that is said of it by who has decided."""

    enterprise: str
    city_code: str
    year: int
    number: int
    digest: str
    state: PlanState
    submitted: date
    sections: Sequence[str]
    opinions: Sequence[Opinion]
    findings: Sequence[Finding]
    waivers: Sequence[Waiver]
    rules: Mapping[str, RuleText]
    address: str = ""

    @property
    def concluded(self) -> bool:
        return self.state is not PlanState.SUBMITTED

    @property
    def day(self) -> date:
        """The day of the last word; that of sending in while nobody has decided."""
        decided = [day for each in self.opinions if (day := beijing_day(each.at))]
        return max(decided, default=self.submitted)


def review_opinion(of: OfReview) -> Paper:
    """What the bodies say of a version."""
    name = f"{of.year}年度首席技师评聘试点工作方案会同审核意见"
    return Paper(
        document=REVIEW_OPINION,
        name=f"{of.enterprise}{name}（第{of.number}版）",
        title=f"{of.enterprise}\n{of.year}年度首席技师评聘试点工作方案\n{REVIEW_OPINION.zh}",
        subtitle=f"（第{of.number}版）",
        issuer="、".join(_body(of, each.role) for each in of.opinions),
        dated=of.day,
        draft=not of.concluded,
        blocks=tuple(_blocks(of)),
    )


def _blocks(of: OfReview) -> Iterator[Block]:
    yield Text(
        f"{of.enterprise}{of.year}年度首席技师评聘试点工作方案第{of.number}版于{day_words(of.submitted)}报送。"
        f"{'和'.join(_body(of, each.role) for each in of.opinions)}会同审核，意见如下。"
    )
    yield Heading("审核结论")
    yield Text(_conclusion(of))
    yield Heading("各节审核情况")
    yield table("", (4, *(6 for _ in of.opinions)), ("方案内容", *_heads(of)), _of_sections(of))
    yield Heading("检查结果和理由")
    if of.findings:
        heads = ("检查结果", "企业写明的理由", *_heads(of))
        yield table("", (8, 6, *(4 for _ in of.opinions)), heads, _of_findings(of))
    else:
        yield Text("按省级规定和设区市具体要求检查，没有需要说明理由或者提示的内容。")
    yield Heading("豁免")
    if of.waivers:
        heads = ("规则", "豁免单位", "理由", "办理")
        yield table("", (6, 5, 7, 5), heads, _of_waivers(of))
    else:
        yield Text("没有豁免。")
    yield Heading("审核单位意见")
    yield Table("", (4, 13), tuple(_boxes(of)), heads=0)
    yield Proof(of.digest, of.address)


def _conclusion(of: OfReview) -> str:
    outcomes = [each.outcome for each in of.opinions]
    if "returned" in outcomes:
        return "退回修改。企业修改退回的部分后，重新公示、报送。"
    if all(outcomes):
        return "审核通过，报省职业技能鉴定中心。"
    return f"会同审核没有作出结论，这一版{of.state.zh}。" if of.concluded else "会同审核尚未结束。"


def _of_sections(of: OfReview) -> Iterator[Row]:
    for name in of.sections:
        yield Cell(SECTIONS[name]), *(Cell(_ticked(each, name)) for each in of.opinions)


def _ticked(opinion: Opinion, section: str) -> str:
    tick = opinion.ticks.get(section)
    if tick is None:
        return "—" if opinion.outcome else UNDECIDED
    return "：".join(filter(None, (VERDICTS[tick.verdict], tick.reason)))


def _of_findings(of: OfReview) -> Iterator[Row]:
    for each in of.findings:
        rule = of.rules.get(each.rule)
        what = f"{rule.title}（{each.clause}）\n{each.message}" if rule else each.message
        given = f"已豁免：{each.reason}" if each.waived else each.reason or "—"
        yield Cell(what), Cell(given), *(Cell(_viewed(said, each)) for said in of.opinions)


def _viewed(opinion: Opinion, finding: Finding) -> str:
    view = opinion.views.get((finding.rule, finding.path))
    if view is None:
        return "—" if opinion.outcome else UNDECIDED
    return "：".join(filter(None, (VIEWS[view.verdict], view.reason)))


def _of_waivers(of: OfReview) -> Iterator[Row]:
    for each in of.waivers:
        rule, made = of.rules.get(each.rule), each.decision
        day = beijing_day(made.at)
        yield (
            Cell(f"{rule.title}（{rule.clause}）" if rule else each.rule),
            Cell(_body(of, made.role)),
            Cell(made.reason),
            Cell(f"{made.name}\n{day_words(day)}" if day else made.name),
        )


def _boxes(of: OfReview) -> Iterator[Row]:
    """A box for each body, to be stamped, as the form of annex 1 has them."""
    for each in of.opinions:
        said = [OUTCOMES[each.outcome], each.opinion] if each.outcome else []
        by = (f"经办：{each.by}",) if each.by else ()
        signed = (*by, "单位（盖章）", day_or_room(beijing_day(each.at)))
        yield (
            Cell(f"{_body(of, each.role)}意见", centred=True),
            Cell("\n".join(filter(None, said)), signed=signed),
        )


def _heads(of: OfReview) -> Iterable[str]:
    return (_body(of, each.role) for each in of.opinions)


def _body(of: OfReview, role: Role) -> str:
    """The body in the city of the plan: 徐州市人力资源社会保障部门."""
    if role in {Role.CITY_HR, Role.CITY_INDUSTRY}:
        return city_name(of.city_code) + role.zh.removeprefix("设区市")
    return role.zh
