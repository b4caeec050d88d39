"""二（二）制定方案 and 二（三）方案报审: what a plan must contain, its publicity and its deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from core.domain.enterprise import PlanPublicity
from core.domain.plan import (
    SCHEDULE_DATES,
    SEVEN_SECTIONS,
    Conditions,
    Organisation,
    Panel,
    PlanDraft,
    RightsDuties,
    Schedule,
    Sections,
)
from core.domain.records import pointer, specs
from core.domain.values import beijing_day, blank, entries, or_empty
from core.domain.wording import day_words
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.panels import COMMITTEE, SERVES
from core.rulebook.js2023.parts import coded, estimated, listed, workdays_up_to, written
from core.rulebook.js2023.rubric import ACHIEVEMENT, INTERVIEW, MODULES

checks = Checks()

PANEL_MODULES = (ACHIEVEMENT, INTERVIEW)


@checks.rule("JS-2.2-sec-occupations")
def section_occupations(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """评审职业（工种）: the section's words, and at least one occupation."""
    yield from _without_words(plan, "occupations")
    if blank(plan.occupations):
        yield Violation(
            "/occupations",
            "没有列出评审职业（工种），至少需要 1 个。"
            "列出职业编码（code）、名称（name）和标准依据（standard_basis）。",
        )


@checks.rule("JS-2.2-sec-conditions")
def section_conditions(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """评审条件: the section's words, and the day on which years are counted (AMB-07)."""
    yield from _without_words(plan, "conditions")
    if blank(plan.conditions):
        yield Violation(
            "/conditions", "没有填写评审条件。写明年限计算截止日（as_of_date）和基本条件（paths）。"
        )
        return
    day, last = or_empty(plan.conditions, Conditions).as_of_date, given.deadline("list_formed")
    if not day:
        yield Violation(
            "/conditions/as_of_date",
            f"没有写明年限计算截止日（as_of_date），无法核对年限。"
            f"写明一个不晚于{day_words(last)}的日期，一般为个人申报截止日。",
        )
    elif day > last:
        yield Violation(
            "/conditions/as_of_date",
            f"年限计算截止日为{day_words(day)}，不得晚于形成建议名单的截止日{day_words(last)}。提前这一日期。",
        )


@checks.rule("JS-2.2-sec-methods")
def section_methods(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """评审方式: the section's words, the methods, and a rubric."""
    yield from _without_words(plan, "methods")
    if blank(plan.methods):
        yield Violation(
            "/methods", "没有填写评审方式。写明采用的评审方式（routes）、评分合成（aggregation）和表决办法。"
        )
    if blank(plan.rubric):
        yield Violation(
            "/rubric", "没有评分标准（rubric）。附上业绩评价、面试答辩、综合评价三个模块（modules）的评分表。"
        )


@checks.rule("JS-2.2-sec-organisation")
def section_organisation(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """组织形式: the section's words, and who scores achievement and interview (AMB-23)."""
    yield from _without_words(plan, "organisation")
    if blank(plan.organisation):
        yield Violation(
            "/organisation",
            "没有填写组织形式。写明评审委员会（committee）、专家组（panels）"
            "和监督联系人（supervision_contact）。",
        )
        return
    organisation = or_empty(plan.organisation, Organisation)
    if organisation.scoring_body == COMMITTEE:
        return
    panels = entries(organisation.panels, Panel)
    served = {code: None for _, panel in panels for code in panel.serves or ()}
    unserved = [code for code in PANEL_MODULES if code not in served]
    if unserved:
        names = listed(MODULES[code] for code in unserved)
        yield Violation(
            "/organisation/panels",
            f"没有专家组承担{names}。"
            + (
                written("organisation.scoring_body", organisation.scoring_body) + written(SERVES, *served)
                or f"在专家组的承担模块（serves）中写明{coded(SERVES, *unserved)}。"
            ),
        )


@checks.rule("JS-2.2-sec-schedule")
def section_schedule(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """时间安排: the section's words, and twelve dates that do not descend; equal ones are allowed."""
    yield from _without_words(plan, "schedule")
    if blank(plan.schedule):
        yield Violation(
            "/schedule", f"没有填写时间安排。写明从个人申报到证书核发的 {len(SCHEDULE_DATES)} 个日期。"
        )
        return
    schedule, words = or_empty(plan.schedule, Schedule), specs(Schedule)
    days: dict[str, date | None] = {name: getattr(schedule, name) or None for name in SCHEDULE_DATES}
    missing = [name for name, day in days.items() if day is None]
    if missing:
        names = listed(f"{words[name].zh}（{name}）" for name in missing)
        yield Violation(
            pointer("schedule", missing[0]),
            f"时间安排的 {len(SCHEDULE_DATES)} 个日期中缺 {len(missing)} 个：{names}。逐一写明。",
        )
    dated = [(name, day) for name, day in days.items() if day is not None]
    for (before, earlier), (after, later) in pairwise(dated):
        if later < earlier:
            yield Violation(
                pointer("schedule", after),
                f"{words[after].zh}（{day_words(later)}）早于{words[before].zh}（{day_words(earlier)}）。"
                "按工作次序调整，同一天可以。",
            )


@checks.rule("JS-2.2-sec-incentives")
def section_incentives(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """激励待遇: the section's words, and something in it."""
    yield from _without_words(plan, "incentives")
    if blank(plan.incentives):
        yield Violation(
            "/incentives",
            "没有填写激励待遇。写明待遇层级（treatment_level）、工作平台（work_platform）和待遇项目。",
        )


@checks.rule("JS-2.2-sec-rights")
def section_rights_duties(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """权责体现: the section's words, and both rights and duties."""
    yield from _without_words(plan, "rights_duties")
    if blank(plan.rights_duties):
        yield Violation("/rights_duties", "没有填写权责体现。列出首席技师的权利（rights）和职责（duties）。")
        return
    for name in ("rights", "duties"):
        if blank(getattr(plan.rights_duties, name)):
            zh = specs(RightsDuties)[name].zh
            yield Violation(
                pointer("rights_duties", name), f"没有列出首席技师的{zh}（{name}），至少需要 1 项。写明{zh}。"
            )


@checks.rule("JS-2.2-plan-seven-sections")
def seven_sections(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """明确评审职业（工种）、评审条件、…权责体现等: a heading without words counts as missing (AMB-52)."""
    sections = or_empty(plan.sections, Sections)
    missing = [name for name in SEVEN_SECTIONS if blank(getattr(sections, name))]
    if missing:
        names = listed(f"{specs(Sections)[name].zh}（{name}）" for name in missing)
        yield Violation(
            "/sections",
            f"方案应当写明 {len(SEVEN_SECTIONS)} 项内容，缺 {len(missing)} 项：{names}。补写这些章节的正文。",
        )


@checks.rule("JS-2.2-plan-publicised-staff")
def publicised_to_staff(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """并向全体职工公示: ended before the day of submission (AMB-15). A draft has no such day yet."""
    if blank(plan.publicity):
        yield Violation(
            "/publicity", "没有方案公示（publicity）记录。方案应当向全体职工公示，公示结束后再报送。"
        )
        return
    publicity = or_empty(plan.publicity, PlanPublicity)
    if blank(publicity.channels):
        yield Violation(
            "/publicity/channels",
            "没有写明公示渠道（channels）。写明在哪些栏目、平台公示，使全体职工可以看到。",
        )
    if blank(publicity.coverage_statement):
        yield Violation(
            "/publicity/coverage_statement",
            "没有写明覆盖全体职工的说明（coverage_statement）。写明覆盖的人数、班组和方式。",
        )
    end, submitted = publicity.end, beijing_day(plan.submitted_at)
    if not end:
        yield Violation(
            "/publicity/end", "没有写明方案公示的结束日期（end）。公示结束后再报送，写明结束日期。"
        )
    elif submitted and end >= submitted:
        yield Violation(
            "/publicity/end",
            f"方案公示到{day_words(end)}结束，报送日为{day_words(submitted)}。"
            "公示应当在报送之前结束，至迟于报送前一日结束；等公示结束再报送。",
        )


@checks.rule("PF-plan-publicity-days", needs=("publicity.end",))
def plan_publicity_length(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """方案公示 shorter than the recommended working days is pointed out (AMB-15, AMB-20)."""
    publicity = or_empty(plan.publicity, PlanPublicity)
    start, end = publicity.start, publicity.end
    wanted = given.template.integer("/publicity/plan/recommended_workdays")
    if not end:
        return
    if not start:
        yield Violation(
            "/publicity/start",
            f"没有写明方案公示的开始日期（start），无法核对公示天数，"
            f"建议不少于 {wanted} 个工作日。写明开始日期。",
        )
        return
    if end < start:
        yield Violation(
            "/publicity/end",
            f"方案公示到{day_words(end)}结束，早于开始的{day_words(start)}，"
            f"建议不少于 {wanted} 个工作日。核对起止日期。",
        )
        return
    found = workdays_up_to(wanted, given.calendar, start, end)
    if found < wanted:
        yield Violation(
            "/publicity/end",
            f"方案公示自{day_words(start)}至{day_words(end)}，共 {found} 个工作日（首日不计），"
            f"建议不少于 {wanted} 个工作日。延长公示。{estimated(given.calendar, start, end)}",
        )


@checks.rule("JS-2.3-plan-report-deadline", needs=("submitted_at",))
def reported_in_time(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """并于11月20日前报省职业技能鉴定中心: until 24:00 of that day in Beijing (AMB-17, AMB-18)."""
    day, last = beijing_day(plan.submitted_at), given.deadline("plan_report")
    if day and day > last:
        yield Violation(
            "/submitted_at",
            f"方案于{day_words(day)}报送（北京时间），截止日为{day_words(last)}（含当日）。"
            "已逾期的，向省职业技能鉴定中心说明原因，由其决定是否受理。",
        )


def _without_words(plan: PlanDraft, name: str) -> Iterator[Violation]:
    """The section ``name``, where its words are blank."""
    if blank(getattr(or_empty(plan.sections, Sections), name)):
        path = pointer("sections", name) if plan.sections else "/sections"
        yield Violation(
            path,
            f"“{specs(Sections)[name].zh}”一节没有正文，只有标题不算写明。"
            f"在方案正文（sections.{name}）中写明这一节的内容。",
        )
