"""三、时序进度 with 五（三）: the deadlines of the year, and whether the dates leave room for every step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.domain.calendar import ONE_DAY, WorkCalendar
from core.domain.plan import PlanDraft, Schedule
from core.domain.values import blank, or_empty
from core.domain.wording import day_words
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import estimated, workdays_up_to

checks = Checks()


@checks.rule("JS-3-t3-december-15", needs=("schedule.list_formed",))
def list_formed_in_time(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """企业按方案实施评聘试点并形成建议名单: a hard stop (AMB-17, AMB-19) that includes its day (AMB-18)."""
    day, last = or_empty(plan.schedule, Schedule).list_formed, given.deadline("list_formed")
    if day and day > last:
        yield Violation(
            "/schedule/list_formed",
            f"形成建议名单定在{day_words(day)}，最迟为{day_words(last)}（含当日）。将评审各环节提前，在期限内形成名单。",
        )


@checks.rule("JS-3-t4-december-20", needs=("schedule.provincial_publicity_start",))
def provincial_publicity_in_time(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """首席技师建议人选名单公示, read as the latest start of the provincial publicity (AMB-19)."""
    day = or_empty(plan.schedule, Schedule).provincial_publicity_start
    last = given.deadline("provincial_publicity_start")
    if day and day > last:
        yield Violation(
            "/schedule/provincial_publicity_start",
            f"省级公示定在{day_words(day)}开始，最迟为{day_words(last)}（含当日）。将推荐上报和省级公示提前。",
        )


@checks.rule("PF-schedule-feasible", needs=("schedule.provincial_publicity_start",))
def year_has_room(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """Once the provincial publicity has ended, a working day of the year must be left to publish (AMB-19)."""
    start, year = or_empty(plan.schedule, Schedule).provincial_publicity_start, given.cycle.year
    length = given.template.integer("/publicity/provincial/min_workdays")
    if not start or not year:
        return
    last = given.calendar.last_workday(year)
    end = given.calendar.after(start, length)
    if end >= last:
        latest = _latest_start(given.calendar, length, last)
        yield Violation(
            "/schedule/provincial_publicity_start",
            f"省级公示自{day_words(start)}起满 {length} 个工作日为{day_words(end)}，"
            f"不早于全年最后一个工作日{day_words(last)}，没有公布名单的时间。"
            f"将省级公示提前到{day_words(latest)}或更早开始。{estimated(given.calendar, start, end, last)}",
        )


@checks.rule(
    "PF-enterprise-publicity-days",
    needs=("schedule.enterprise_publicity_start", "schedule.enterprise_publicity_end"),
)
def enterprise_publicity_length(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """企业内公示 shorter than the recommended working days needs a written reason (AMB-19, AMB-20)."""
    schedule = or_empty(plan.schedule, Schedule)
    start, end = schedule.enterprise_publicity_start, schedule.enterprise_publicity_end
    if not start or not end:
        return
    wanted = given.template.integer("/publicity/enterprise/recommended_workdays")
    found = workdays_up_to(wanted, given.calendar, start, end)
    if found < wanted:
        yield Violation(
            "/schedule/enterprise_publicity_end",
            f"企业内公示自{day_words(start)}至{day_words(end)}，共 {found} 个工作日（首日不计），"
            f"建议不少于 {wanted} 个工作日。延长公示，"
            f"或写明企业内公示期的理由（enterprise_publicity_reason）。"
            f"{estimated(given.calendar, start, end)}",
            reason=schedule.enterprise_publicity_reason,
        )


@checks.rule("JS-5.3-no-self-run")
def no_extra_rounds(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """各试点企业不可在全省统一试点之外自行开展: a plan schedules no further round of its own (AMB-56)."""
    rounds = or_empty(plan.schedule, Schedule).extra_rounds
    if rounds and not blank(rounds):
        yield Violation(
            "/schedule/extra_rounds",
            f"另行安排了 {len(rounds)} 轮评审。"
            "现阶段不可在全省统一试点之外自行开展首席技师评价认定，删去这些安排。",
        )


def _latest_start(calendar: WorkCalendar, length: int, last: date) -> date:
    """The last day from which ``length`` working days still end before ``last``."""
    start = last
    while calendar.after(start, length) >= last:
        start -= ONE_DAY
    return start
