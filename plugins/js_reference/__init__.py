"""省级参考

The skeleton of a plan in the province's own words: 附件3's score sheets, the basic conditions at the
province's years, both routes, dates planned back from the deadlines, and what 四 and 附件2 say on treatment
and complaints. Occupations, people, rights and duties are the enterprise's to decide: it has no answer for
them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from core.sdk import (
    Answer,
    Complaints,
    Conditions,
    Cycle,
    Incentives,
    Methods,
    Rubric,
    Schedule,
    Template,
    hookimpl,
    planned_schedule,
    reference_complaints,
    reference_conditions,
    reference_incentives,
    reference_methods,
    reference_rubric,
)

__version__ = "2023.1"


@hookimpl
def plan_conditions(cycle: Cycle, template: Template) -> Answer[Conditions]:
    """The three basic conditions; years count up to the last day of application (AMB-07)."""
    schedule = planned_schedule(cycle, template)
    conditions = reference_conditions(template)
    words = [template.text("/eligibility/target"), template.text("/eligibility/basic_conditions/lead")]
    words += [_quote(template, f"/conditions/paths/{code}") for code in conditions.paths or ()]
    if schedule is None or not schedule.application_deadline:
        return Answer(conditions, section=_sentences(*words))
    as_of = schedule.application_deadline
    section = _sentences(*words, f"年限计算截止日为{as_of.year}年{_day(as_of)}")
    return Answer(replace(conditions, as_of_date=as_of), section=section)


@hookimpl
def plan_methods(template: Template) -> Answer[Methods]:
    """业绩评审 and 直接评定 as 附件2 describes them; pass line and quota are left to the enterprise."""
    section = _sentences(
        _quote(template, "/methods/routes"),
        template.text("/routes/performance/name") + _quote(template, "/routes/performance/modules"),
        template.text("/routes/performance/decision"),
        template.text("/routes/direct/procedure"),
    )
    return Answer(reference_methods(template), section=section)


@hookimpl
def plan_schedule(cycle: Cycle, template: Template) -> Answer[Schedule] | None:
    """The twelve dates, or nothing in a cycle whose deadlines leave no room for them."""
    schedule = planned_schedule(cycle, template)
    return None if schedule is None else Answer(schedule, section="；".join(_steps(schedule)) + "。")


@hookimpl
def plan_incentives(template: Template) -> Answer[Incentives]:
    """What 四 asks for and allows; amounts are the enterprise's."""
    section = _sentences(
        _quote(template, "/incentives/treatment_level"),
        _quote(template, "/incentives/work_platform"),
        template.text("/incentives/research_participation"),
    )
    return Answer(reference_incentives(template), section=section)


@hookimpl
def plan_rubric(template: Template) -> Answer[Rubric]:
    """附件3, word for word."""
    return Answer(reference_rubric(template))


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    """Who convenes and where results are filed; channels and people are the enterprise's."""
    procedure = _sentences(
        _quote(template, "/complaints/convener/is_principal"), _quote(template, "/complaints/report_to_city")
    )
    return Answer(replace(reference_complaints(template), procedure=procedure))


def _steps(schedule: Schedule) -> Iterator[str]:
    spans = (
        (schedule.application_start, schedule.application_deadline, "个人申报"),
        (schedule.qualification_check_end, None, "完成资格审查"),
        (schedule.achievement_review, None, "业绩评价"),
        (schedule.interview, None, "面试答辩"),
        (schedule.overall_review, None, "综合评价"),
        (schedule.list_formed, None, "形成建议名单"),
        (schedule.enterprise_publicity_start, schedule.enterprise_publicity_end, "企业内公示"),
        (schedule.city_recommendation, None, "推荐上报"),
        (schedule.certificate_issue_end, None, "前完成证书核发"),
    )
    for start, end, step in spans:
        if start:
            yield _day(start) + (f"至{_day(end)}" if end else "") + step


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _quote(template: Template, path: str) -> str:
    """The official words at ``path``."""
    node = template.lock_of(path)
    return node.quote if node else ""


def _sentences(*words: str) -> str:
    return "".join(f"{each}。" for each in words)
