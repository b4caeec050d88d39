"""The deviation report (偏离报告), which a city reads first: what differs, by how much and why.

It lists; it does not judge. Values of the template are compared one by one (``reference``); here stand the
departures that no single value shows: the make-up of the committee and the panels, the dates, what the plan
adds, and what it declares itself (JS-2.2-plan-tailored, JS-A3-summary-items, JS-2.4-annex2-reference).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from core.domain.calendar import WorkCalendar
from core.domain.complaints import Complaints, Convener
from core.domain.cycle import Cycle, Deadlines
from core.domain.enterprise import PlanPublicity
from core.domain.plan import (
    Committee,
    CommitteeMember,
    Conditions,
    Deviation,
    ExtraCondition,
    Organisation,
    Panel,
    PanelMember,
    PlanDraft,
    Rubric,
    Schedule,
)
from core.domain.records import Kind, pointer, position, specs
from core.domain.values import blank, entries
from core.domain.wording import Word, day_words, item_labels, value_words
from core.rulebook.departure import Departure, Direction, departure
from core.rulebook.engine import Edition
from core.rulebook.reference import compare, reference_plan
from core.rulebook.template import Node, Template
from core.rulebook.vocabulary import vocabulary

__all__ = ["Departure", "Direction", "deviations"]

MEMBERS = "/organisation/committee/members"
POSTS = ("chair", "vice_chair", "member")
DEADLINES = ("list_formed", "provincial_publicity_start")


def deviations(plan: PlanDraft, edition: Edition, cycle: Cycle | None = None) -> tuple[Departure, ...]:
    """Every departure of ``plan`` from the reference of ``edition``, in document order.

    Deadlines are those of ``cycle``; one that it lacks is the edition's, in the year of the plan's own date.
    """
    report = _Report(plan, edition, cycle)
    rows = sorted(report.rows(), key=lambda each: position(PlanDraft, each.path))
    return tuple(replace(each, reason=each.reason or _reason(plan, each)) for each in rows)


def _reason(plan: PlanDraft, row: Departure) -> str:
    """What the plan says about a departure that has no reason of its own."""
    match row.section:
        case "rubric":
            return str((plan.rubric or Rubric()).deviation_reason or "")
        case "complaints":
            return str(((plan.complaints or Complaints()).convener or Convener()).reason or "")
        case _:
            return ""


class _Report:
    """The departures of one plan, by the parts of the document."""

    def __init__(self, plan: PlanDraft, edition: Edition, cycle: Cycle | None) -> None:
        self._plan = plan
        self._template: Template = edition.template
        self._calendar: WorkCalendar = edition.calendar
        self._deadlines = (cycle and cycle.deadlines) or Deadlines()
        self._word: Word = vocabulary(edition.id).word

    def rows(self) -> Iterator[Departure]:
        yield from compare(self._plan, self._template, self._word)
        yield from self._publicity()
        yield from self._conditions()
        yield from self._committee()
        yield from self._panels()
        yield from self._unchanged_rubric()
        yield from self._schedule()
        yield from self._extra_sections()
        yield from self._declared()

    def _publicity(self) -> Iterator[Departure]:
        publicity = self._plan.publicity or PlanPublicity()
        node = self._node("/publicity/plan/recommended_workdays")
        yield from self._too_short(node, "/publicity/end", "方案公示期", publicity.start, publicity.end)

    def _conditions(self) -> Iterator[Departure]:
        """What an enterprise asks beyond the provincial conditions."""
        conditions = self._plan.conditions or Conditions()
        known = self._template.children["/conditions/paths"]
        for code, path in (conditions.paths or {}).items():
            stated = pointer("conditions", "paths", code, "still_engaged")
            asked = code in known and getattr(path, "still_engaged", None) is True
            if asked and stated not in self._template.leaves:
                yield departure(
                    self._node(stated),
                    stated,
                    f"{self._word('conditions.paths', code)} · 仍从事本职业",
                    direction=Direction.STRICTER,
                    plan="是",
                )
        for index, extra in entries(conditions.extra, ExtraCondition):
            here = f"/conditions/extra/{index}"
            if not blank(extra.text):
                yield departure(
                    self._node(here), here, "补充条件", direction=Direction.STRICTER, plan=str(extra.text)
                )

    def _committee(self) -> Iterator[Departure]:
        committee = (self._plan.organisation or Organisation()).committee or Committee()
        people = list(entries(committee.members, CommitteeMember))
        counted = [each for _, each in people if each.post in POSTS]
        members = sum(each.post == "member" for each in counted)
        least = self._template.leaf("/organisation/committee/posts/member/count")
        yield from self._more(least, MEMBERS, "评审委员会 · 委员", members, "名")
        yield from self._external_share(counted)
        for index, each in people:
            if each.post == "chair" and each.is_principal is not True:
                node = self._template.leaf("/organisation/committee/posts/chair/requirement")
                yield departure(
                    node,
                    f"{MEMBERS}/{index}",
                    "主任委员",
                    direction=Direction.DIFFERENT,
                    reference=str(node.value),
                    plan="，".join(str(said) for said in (each.name, each.duty) if said),
                    reason=str(each.reason or ""),
                )

    def _external_share(self, people: list[CommitteeMember]) -> Iterator[Departure]:
        """外聘委员 beyond, or short of, the demanded share of all committee persons (AMB-25)."""
        path = "/organisation/committee/external_share"
        share = Fraction(*self._template.share(path))
        external = sum(each.external is True for each in people)
        if not people or Fraction(external, len(people)) == share:
            return
        stricter = external > share * len(people)
        if stricter and external - 1 < share * len(people):
            return  # the least number that is enough: thirds of ten persons cannot be met exactly
        least = -(-share.numerator * len(people) // share.denominator)
        yield departure(
            self._template.leaf(path),
            MEMBERS,
            "评审委员会 · 外聘委员",
            direction=Direction.STRICTER if stricter else Direction.LOOSER,
            reference=f"{len(people)} 人中不少于 {least} 人（{share}）",
            plan=f"{external} 人",
            difference=_signed(external - least, "人"),
        )

    def _panels(self) -> Iterator[Departure]:
        panels = (self._plan.organisation or Organisation()).panels or ()
        names = item_labels(panels, Kind(Panel), "organisation.panels", self._word)
        leaf = self._template.leaf("/organisation/panels/industry_experts")
        for index, panel in entries(panels, Panel):
            experts = sum(each.kind == "industry" for _, each in entries(panel.members, PanelMember))
            path = f"/organisation/panels/{index}/members"
            yield from self._more(leaf, path, f"{names[index]} · {leaf.label}", experts, "人")

    def _more(self, least: Node, path: str, place: str, count: int, unit: str) -> Iterator[Departure]:
        """A count above or below a demanded minimum; none at all is a missing part, which the rules name."""
        minimum = self._template.integer(least.path)
        if count not in (0, minimum):
            yield departure(
                least,
                path,
                place,
                direction=Direction.STRICTER if count > minimum else Direction.LOOSER,
                reference=f"不少于 {minimum} {unit}",
                plan=f"{count} {unit}",
                difference=_signed(count - minimum, unit),
            )

    def _unchanged_rubric(self) -> Iterator[Departure]:
        """An unchanged copy of the provincial sample is worth a question (JS-2.2-plan-tailored)."""
        if not self._plan.rubric:
            return
        reference = reference_plan(self._template).rubric
        if replace(self._plan.rubric, based_on=None, deviation_reason=None) == replace(
            reference or Rubric(), based_on=None, deviation_reason=None
        ):
            yield departure(
                self._node("/rubric"),
                "/rubric",
                "评分标准",
                direction=Direction.UNCHANGED,
                reference="省级参考样式",
                plan="与省级参考样式完全一致",
            )

    def _schedule(self) -> Iterator[Departure]:
        schedule = self._plan.schedule or Schedule()
        for name in DEADLINES:
            day: date | None = getattr(schedule, name) or None
            leaf = self._template.leaf(f"/deadlines/{name}")
            last = day and (getattr(self._deadlines, name) or date.fromisoformat(f"{day.year}-{leaf.value}"))
            if day and last and day != last:
                days = (day - last).days
                yield departure(
                    leaf,
                    f"/schedule/{name}",
                    specs(Schedule)[name].zh,
                    direction=Direction.LOOSER if days > 0 else Direction.STRICTER,
                    reference=f"不迟于{day_words(last)}",
                    plan=day_words(day),
                    difference=f"{'晚' if days > 0 else '早'} {abs(days)} 天",
                )
        node = self._node("/publicity/enterprise/recommended_workdays")
        start, end = schedule.enterprise_publicity_start, schedule.enterprise_publicity_end
        for row in self._too_short(node, "/schedule/enterprise_publicity_end", "企业内公示期", start, end):
            yield replace(row, reason=str(schedule.enterprise_publicity_reason or ""))

    def _too_short(
        self, recommended: Node, path: str, place: str, start: object, end: object
    ) -> Iterator[Departure]:
        """A publicity of fewer working days than the platform recommends (AMB-15, AMB-19, AMB-20)."""
        wanted = self._template.integer(recommended.path)
        if not isinstance(start, date) or not isinstance(end, date):
            return
        if end < self._calendar.after(start, wanted):
            days = self._calendar.count(start, end)
            yield departure(
                recommended,
                path,
                place,
                direction=Direction.LOOSER,
                reference=f"建议不少于 {wanted} 个工作日",
                plan=f"{days} 个工作日",
                difference=_signed(days - wanted, "个工作日"),
            )

    def _extra_sections(self) -> Iterator[Departure]:
        """Sections beyond the seven: 等 leaves the list open (AMB-52)."""
        kind = specs(PlanDraft)["extra_sections"].kind.item or Kind(object)
        for index, each in enumerate(self._plan.extra_sections or ()):
            yield departure(
                self._node("/plan_contents/open_ended"),
                f"/extra_sections/{index}",
                "其他章节",
                direction=Direction.ADDED,
                plan=value_words(each, kind, "extra_sections", self._word),
            )

    def _declared(self) -> Iterator[Departure]:
        """What the plan lists itself, in its own words (JS-2.4-annex2-reference)."""
        for index, said in entries(self._plan.deviations, Deviation):
            known = f"/document/annexes/annex_{said.annex}"
            node = self._node(known) if known in self._template.groups else self._node("/document/annexes")
            yield departure(
                replace(node, lock=self._node("/rubric").lock),
                f"/deviations/{index}",
                "企业说明的偏离",
                direction=Direction.DIFFERENT,
                reference=f"附件{said.annex}" if said.annex else "",
                plan=str(said.what or ""),
                reason=str(said.reason or ""),
            )

    def _node(self, path: str) -> Node:
        node = self._template.lock_of(path)
        if node is None:
            raise KeyError(f"{path}: not in the template")
        return node


def _signed(number: int, unit: str) -> str:
    return f"{'+' if number > 0 else '−'}{abs(number)} {unit}"
