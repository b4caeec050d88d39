"""工作方案 as the official document (二（二）): its seven parts, then committee, score sheets, departures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.documents import departures as told_departures
from core.documents.committee import committee_table, panels
from core.documents.paper import (
    Annex,
    Block,
    Cell,
    Document,
    Heading,
    Item,
    Note,
    Paper,
    Proof,
    Signed,
    Text,
    paragraphs,
    row,
    table,
)
from core.documents.score_sheets import score_sheets
from core.documents.told import NOTHING, Told
from core.domain.complaints import Complaints, Convener, Handler
from core.domain.due import WEEKDAYS
from core.domain.enterprise import Enterprise
from core.domain.plan import (
    SCHEDULE_DATES,
    SEVEN_SECTIONS,
    Conditions,
    EligibilityPath,
    ExtraCondition,
    Incentives,
    Methods,
    Occupation,
    Organisation,
    PlanDraft,
    RightsDuties,
    Rubric,
    Schedule,
    Sections,
)
from core.domain.records import specs
from core.domain.values import blank, entries, or_empty
from core.domain.wording import day_words
from core.rulebook.departure import Departure
from core.rulebook.engine import Edition
from core.rulebook.vocabulary import vocabulary

WORK_PLAN: Final = Document("work-plan", "工作方案")
COMMITTEE, SHEETS, DEPARTURES = (
    "企业首席技师评审委员会成员表",
    "企业首席技师评审评分表",
    "与省级参考不同之处及理由",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPlan:
    """A plan with what stands around it: ``number`` is that of its version, None while it is a draft.

    ``day`` is the day it was publicised, ``address`` that of the page that shows its ``digest``.
    """

    plan: PlanDraft
    edition: Edition
    year: int
    digest: str
    departures: Sequence[Departure]
    number: int | None = None
    day: date | None = None
    address: str = ""

    @property
    def enterprise(self) -> str:
        return str(or_empty(self.plan.enterprise, Enterprise).name or "（未写企业名称）")

    @property
    def version(self) -> str:
        return "草稿" if self.number is None else f"第{self.number}版"

    @property
    def dated(self) -> date:
        """The day of the document; of one that has none yet, the first of its year."""
        return self.day or date(self.year, 1, 1)

    @property
    def proof(self) -> Proof:
        return Proof(self.digest, self.address)


def work_plan(of: OfPlan) -> Paper:
    """The plan as the official document."""
    told = Told(vocabulary(of.edition.id).word)
    name = f"{of.year}年度首席技师评聘试点工作方案"
    return Paper(
        document=WORK_PLAN,
        name=f"{of.enterprise}{name}（{of.version}）",
        title=f"{of.enterprise}\n{name}",
        subtitle=f"（{of.version}）",
        issuer=of.enterprise,
        dated=of.dated,
        draft=of.number is None,
        blocks=(*_body(of, told), *_annexes(of, told)),
    )


def _body(of: OfPlan, told: Told) -> Iterator[Block]:
    yield Text(f"根据《{of.edition.title}》，按本企业生产和人力资源管理实际，制定本方案。")
    sections = or_empty(of.plan.sections, Sections)
    for name in SEVEN_SECTIONS:
        yield Heading(specs(Sections)[name].zh)
        words = getattr(sections, name)
        yield from paragraphs(str(words)) if not blank(words) else (Text(NOTHING),)
        yield from _PARTS[name](of.plan, told)
    yield Heading(specs(PlanDraft)["complaints"].zh)
    yield from _complaints(or_empty(of.plan.complaints, Complaints), told)
    extra = [each for each in of.plan.extra_sections or () if not blank(each)]
    if extra:
        yield Heading(specs(PlanDraft)["extra_sections"].zh)
        for each in extra:
            yield from paragraphs(told.open(each))
    yield Signed((of.enterprise,), of.day, (COMMITTEE, SHEETS, DEPARTURES))
    yield of.proof


def _annexes(of: OfPlan, told: Told) -> Iterator[Block]:
    yield Annex("附件1", COMMITTEE)
    yield from committee_table(or_empty(of.plan.organisation, Organisation), told)
    yield Annex("附件2", SHEETS)
    yield from score_sheets(or_empty(of.plan.rubric, Rubric), told)
    yield Annex("附件3", DEPARTURES)
    if of.departures:
        yield told_departures.short_table(of.departures)
    else:
        yield Text(told_departures.NONE)


def _occupations(plan: PlanDraft, told: Told) -> Iterator[Block]:
    found = [each for _, each in entries(plan.occupations, Occupation)]
    if found:
        yield table(
            "参评职业（工种）",
            (4, 5, 7, 6),
            ("职业编码", "职业（工种）", "标准", "说明"),
            (
                row(
                    told.field(each, "code", "occupations"),
                    told.fields(each, "occupations", "name", "quota", between="\n"),
                    told.fields(
                        each,
                        "occupations",
                        *("standard_basis", "standard_title", "standard_document"),
                        between="\n",
                    ),
                    _about(each, told),
                )
                for each in found
            ),
        )


def _about(each: Occupation, told: Told) -> str:
    level = each.has_senior_technician_level
    lines = [] if blank(level) else ["设有高级技师等级" if level else "未设高级技师等级"]
    if each.title_path_only is True:
        lines.append("仅面向正高级职称人员")
    if mapping := told.field(each, "title_mapping", "occupations"):
        lines.append(f"对应职称专业：{mapping}")
    return "\n".join(lines)


def _conditions(plan: PlanDraft, told: Told) -> Iterator[Block]:
    conditions = or_empty(plan.conditions, Conditions)
    if conditions.paths:
        yield Heading("基本条件（具备其一）", 2)
        for code, path in conditions.paths.items():
            yield Item(f"{told.word('conditions.paths', code)}：{_path(path, plan, told)}")
    extra = [str(each.text) for _, each in entries(conditions.extra, ExtraCondition) if not blank(each.text)]
    if extra:
        yield Heading(specs(Conditions)["extra"].zh, 2)
        yield from map(Item, extra)
    if day := told.field(conditions, "as_of_date", "conditions"):
        yield Text(f"年限计算截止日为{day}。")


def _path(path: EligibilityPath | None, plan: PlanDraft, told: Told) -> str:
    path = path or EligibilityPath()
    names = {each.code: str(each.name) for _, each in entries(plan.occupations, Occupation) if each.name}
    said = [f"满{told.field(path, 'years_min', 'conditions.paths')}" if path.years_min else ""]
    said.append("仍从事本职业" if path.still_engaged is True else "")
    codes = "、".join(names.get(each, each) for each in path.title_occupations or ())
    said.append(f"可申报的职业为{codes}" if codes else "")
    return "，".join(filter(None, said)) + "。"


def _methods(plan: PlanDraft, told: Told) -> Iterator[Block]:
    methods = or_empty(plan.methods, Methods)
    if words := told.sentence(methods, "methods"):
        yield Text(words)
    for name in ("performance", "direct", "aggregation", "interview_minutes"):
        if words := told.sentence(getattr(methods, name), f"methods.{name}"):
            yield Heading(specs(Methods)[name].zh, 2)
            yield Text(words)


def _organisation(plan: PlanDraft, told: Told) -> Iterator[Block]:
    organisation = or_empty(plan.organisation, Organisation)
    if words := told.sentence(organisation, "organisation"):
        yield Text(words)
    yield Heading("评审委员会", 2)
    yield Text(f"成员见附件1。{told.sentence(organisation.committee, 'organisation.committee')}")
    yield from panels(organisation, told)
    if words := told.sentence(organisation.supervision_contact, "organisation.supervision_contact"):
        yield Heading("监督联系人", 2)
        yield Text(words)


def _schedule(plan: PlanDraft, told: Told) -> Iterator[Block]:
    schedule = or_empty(plan.schedule, Schedule)
    days = ((specs(Schedule)[name].zh, getattr(schedule, name)) for name in SCHEDULE_DATES)
    yield table(
        "时间安排表",
        (1, 1),
        ("工作安排", "时间"),
        (
            (Cell(label), Cell(f"{day_words(day)}（周{WEEKDAYS[day.weekday()]}）" if day else "未写"))
            for label, day in days
        ),
    )
    if not blank(schedule.enterprise_publicity_reason):
        yield Note(f"企业内公示期的理由：{schedule.enterprise_publicity_reason}")
    for each in schedule.extra_rounds or ():
        if not blank(each):
            yield Note(f"另行安排的评审：{told.open(each)}")


def _incentives(plan: PlanDraft, told: Told) -> Iterator[Block]:
    incentives = or_empty(plan.incentives, Incentives)
    if words := told.sentence(incentives, "incentives", "items"):
        yield Text(words)
    yield from _listed("待遇项目", incentives.items)
    if words := told.sentence(incentives.work_platform, "incentives.work_platform"):
        yield Heading("工作平台", 2)
        yield Text(words)


def _rights_duties(plan: PlanDraft, told: Told) -> Iterator[Block]:
    found = or_empty(plan.rights_duties, RightsDuties)
    yield from _listed("权利", found.rights)
    yield from _listed("职责", found.duties)
    if words := told.sentence(found, "rights_duties", "rights", "duties"):
        yield Heading("聘期和考核", 2)
        yield Text(words)


def _complaints(found: Complaints, told: Told) -> Iterator[Block]:
    if blank(found):
        yield Text(NOTHING)
        return
    if not blank(found.procedure):
        yield from paragraphs(str(found.procedure))
    if words := told.sentence(found, "complaints", "procedure", "channels"):
        yield Text(words)
    yield from _listed("受理渠道", found.channels)
    for title, record, place in (
        ("办理时限", found.time_limits, "time_limits"),
        ("召集人", or_empty(found.convener, Convener), "convener"),
    ):
        if words := told.sentence(record, f"complaints.{place}"):
            yield Heading(title, 2)
            yield Text(words)
    handlers = [each for _, each in entries(found.handlers, Handler)]
    if handlers:
        yield table(
            "投诉与争议处理负责人员",
            (3, 5, 5),
            ("姓名", "职务", "联系方式"),
            (
                row(*(told.field(each, name, "complaints.handlers") for name in ("name", "post", "contact")))
                for each in handlers
            ),
        )


def _listed(title: str, items: object) -> Iterator[Block]:
    """A heading and its items, one numbered paragraph each; nothing where there are none."""
    found = [str(each) for each in (items if isinstance(items, tuple) else ()) if not blank(each)]
    if found:
        yield Heading(title, 2)
        yield from map(Item, found)


_PARTS: Final[Mapping[str, Callable[[PlanDraft, Told], Iterator[Block]]]] = {
    "occupations": _occupations,
    "conditions": _conditions,
    "methods": _methods,
    "organisation": _organisation,
    "schedule": _schedule,
    "incentives": _incentives,
    "rights_duties": _rights_duties,
}
