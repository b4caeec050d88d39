"""The nine questions of a plan: what a plugin or an enterprise's own code may answer.

Each hook is one part of the plan document (二（二）, 附件2, 附件3). A hook returns data; it is asked once,
when the plan is compiled, and never again: what was approved is what runs. ``docs/hooks.md`` is the guide
for authors.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from itertools import chain
from typing import Any, Final, cast

import pluggy

from core.domain.answers import Answer, Answers, answer_data
from core.domain.complaints import Complaints
from core.domain.cycle import Cycle
from core.domain.faults import FaultKind
from core.domain.plan import (
    Conditions,
    Incentives,
    Methods,
    Occupation,
    Organisation,
    RightsDuties,
    Rubric,
    Schedule,
)
from core.domain.records import plain
from core.rulebook.template import Template

PROJECT: Final = "shouxi"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

PluginManager = pluggy.PluginManager
RefusedPlugin = pluggy.PluginValidationError


class PlanSpecs:
    """The plan hooks. Name only the arguments you need:

    - ``cycle``: the year and its deadlines, all of them filled in;
    - ``template``: the province's reference values, by path;
    - ``answers``: what the enterprise typed, by part.

    All three are read-only. An answer is ``Answer(value, section=…, deviations=…)``, or ``None`` for
    "not mine": then the next one is asked. The order is: what the enterprise typed for that part › its own
    code › the shared plugins that its ``tenant.toml`` lists, in that order › ``js_reference``. The first
    answer wins and reviewers see whose it was. A hook that fails leaves its part empty and blocks the plan;
    nobody else is asked in its place.
    """

    @hookspec(firstresult=True)
    def plan_occupations(
        self, cycle: Cycle, template: Template, answers: Answers
    ) -> Answer[tuple[Occupation, ...]] | None:
        """评审职业（工种），一（三）: the occupations under review, as a tuple.

        An empty tuple blocks (JS-2.2-sec-occupations). So does an occupation without a national standard
        that has the senior-technician level (JS-1.3-national-standard); one for title holders only may rest
        on an industry's or the enterprise's specification (JS-1.3-professor-standard-or-spec).

            @hookimpl
            def plan_occupations() -> Answer[tuple[Occupation, ...]]:
                welder = Occupation(
                    code="6-18-02-04",
                    name="焊工",
                    standard_basis="national_standard",
                    standard_title="焊工国家职业技能标准（2018年版）",
                    has_senior_technician_level=True,
                )
                return Answer((welder,), section="本年度参评职业为焊工。")
        """

    @hookspec(firstresult=True)
    def plan_conditions(
        self, cycle: Cycle, template: Template, answers: Answers
    ) -> Answer[Conditions] | None:
        """评审条件，一（二）: the alternative basic conditions, the day on which years count, and extras.

        Conditions may be raised, never lowered: fewer years than the province's block
        (JS-1.2-path-special-2y, -senior-8y, -professor-4y). So does a day after the list is formed, or none
        (JS-2.2-sec-conditions).

            @hookimpl
            def plan_conditions(template: Template) -> Answer[Conditions]:
                conditions = replace(
                    reference_conditions(template),
                    as_of_date=date(2026, 11, 27),
                    extra=(ExtraCondition(code="no_accident", text="近3年无责任事故"),),
                )
                return Answer(conditions, section="符合省方案基本条件之一，且近3年无责任事故。")
        """

    @hookspec(firstresult=True)
    def plan_methods(self, cycle: Cycle, template: Template, answers: Answers) -> Answer[Methods] | None:
        """评审方式，附件2: the routes, how scores are combined, pass line, votes and ties.

        A plan without 业绩评审 blocks (JS-A2-two-modes), and so does a direct route that passes with less
        than two thirds (JS-A2-direct-two-thirds). To leave 直接评定 out is allowed; declare it as a deviation
        from 附件2 and say why.

            @hookimpl
            def plan_methods(template: Template) -> Answer[Methods]:
                methods = replace(reference_methods(template), routes=("performance",), direct=ABSENT)
                no_direct = Deviation(annex=2, what="不设直接评定", reason="统一以业绩评审比较更公平")
                return Answer(methods, section="仅实行业绩评审。", deviations=(no_direct,))
        """

    @hookspec(firstresult=True)
    def plan_organisation(
        self, cycle: Cycle, template: Template, answers: Answers
    ) -> Answer[Organisation] | None:
        """组织形式，附件2、二（四）: the review committee, the expert panels and who supervises.

        One chair, one vice-chair, at least five members, a third of all external; every panel with
        enterprise experts and at least three industry experts. What is missing blocks (JS-A2-chair-one,
        JS-A2-external-one-third, JS-2.4-panel-industry-experts and their like).

            @hookimpl
            def plan_organisation() -> Answer[Organisation]:
                chair = CommitteeMember(
                    post="chair", name="张三", duty="董事长", is_principal=True, in_leadership_team=True
                )
                organisation = Organisation(scoring_body="panel", committee=Committee(members=(chair,)))
                return Answer(organisation, section="主任委员由董事长担任。")
        """

    @hookspec(firstresult=True)
    def plan_schedule(self, cycle: Cycle, template: Template, answers: Answers) -> Answer[Schedule] | None:
        """时间安排，三: the twelve dates in the order of the procedure.

        A missing or descending date blocks (JS-2.2-sec-schedule), and so does a list formed after the
        cycle's deadline (JS-3-t3-december-15). ``planned_schedule`` plans back from the deadlines in working
        days; it is None where the cycle leaves no room.

            @hookimpl
            def plan_schedule(cycle: Cycle, template: Template) -> Answer[Schedule] | None:
                schedule = planned_schedule(cycle, template)
                if schedule is None:
                    return None
                return Answer(schedule, section="各环节日期见方案附表。")
        """

    @hookspec(firstresult=True)
    def plan_incentives(
        self, cycle: Cycle, template: Template, answers: Answers
    ) -> Answer[Incentives] | None:
        """激励待遇，四: treatment, allowance and the work platform. ``_wan`` is 万元, ``_yuan`` is 元.

        A plan without a work platform (技能大师工作室) blocks (JS-4-work-platform). A treatment that is
        neither full_senior nor senior_management is a warning (JS-4-treatment-professor).

            @hookimpl
            def plan_incentives() -> Answer[Incentives]:
                studio = WorkPlatform(kind="技能大师工作室", budget_wan=Decimal(50), years=3)
                incentives = Incentives(treatment_level="full_senior", work_platform=studio)
                return Answer(incentives, section="比照正高级职称人员享受待遇，设技能大师工作室。")
        """

    @hookspec(firstresult=True)
    def plan_rights_duties(
        self, cycle: Cycle, template: Template, answers: Answers
    ) -> Answer[RightsDuties] | None:
        """权责体现，二（二）: what a chief technician may and must do, the term and its appraisal.

        Rights or duties left empty block (JS-2.2-sec-rights).

            @hookimpl
            def plan_rights_duties() -> Answer[RightsDuties]:
                value = RightsDuties(rights=("立项提名权",), duties=("每年带徒2人",), term_years=3)
                return Answer(value, section="聘期三年，享有立项提名权，每年带徒2人。")
        """

    @hookspec(firstresult=True)
    def plan_rubric(self, cycle: Cycle, template: Template, answers: Answers) -> Answer[Rubric] | None:
        """评分标准，附件3: three modules, their items, parts and bands. It has no section of its own.

        Weights sum to exactly 100 (JS-A3-total-100), items to their module (JS-A3-items-sum), and the bands
        of an item give every score of its range one place (JS-A3-bands-cover); else the plan is blocked. A
        weight more than 10 from the reference needs ``deviation_reason`` (JS-A3-weights-reference).

            @hookimpl
            def plan_rubric(template: Template) -> Answer[Rubric]:
                rubric = reweighed(reference_rubric(template), achievement=45, interview=25)
                skill = resized(item(module(rubric, "achievement"), "practical_skill"), 5)
                case = RubricItem(
                    code="case_analysis",
                    name="案例分析",
                    max=Decimal(5),
                    bands=bands(("4~5", "分析全面。"), ("0~3", "分析片面。")),
                )
                achievement = with_item(module(rubric, "achievement"), skill)
                interview = with_item(module(rubric, "interview"), case)
                rubric = with_modules(rubric, achievement, interview)
                return Answer(in_steps(rubric, Decimal("0.5")))
        """

    @hookspec(firstresult=True)
    def plan_complaints(
        self, cycle: Cycle, template: Template, answers: Answers
    ) -> Answer[Complaints] | None:
        """投诉与争议处理，附件2: channels, procedure, time limits, people in charge. No section of its own.

        No channel or no procedure blocks (JS-A2-complaint-mechanism), and so does a handler without name,
        post or contact (JS-A2-complaint-responsible-persons). A convener who is not the principal needs a
        reason (JS-A2-complaint-principal-convenes).

            @hookimpl
            def plan_complaints(template: Template) -> Answer[Complaints]:
                complaints = replace(
                    reference_complaints(template),
                    channels=("意见箱（人力资源部一楼）",),
                    procedure="受理后7个工作日内书面答复。",
                    handlers=(Handler(name="李四", post="工会副主席", contact="025-00000000"),),
                )
                return Answer(complaints)
        """


HOOKS: Final[Mapping[str, str]] = {
    name: name.removeprefix("plan_") for name in vars(PlanSpecs) if name.startswith("plan_")
}
"""The part that each hook answers, in the order of asking."""


@dataclass(frozen=True, slots=True)
class HookArguments:
    """What every hook of one compilation gets."""

    cycle: Cycle
    template: Template
    answers: Answers

    def by_name(self) -> dict[str, Any]:
        return {"cycle": self.cycle, "template": self.template, "answers": self.answers}

    def state(self) -> tuple[object, ...]:
        """What the arguments hold, as a copy; another state after a hook ran says that it changed them."""
        typed = {part: answer_data(answer) for part, answer in self.answers.items()}
        return plain(self.cycle), typed, values_of(self.template)


def values_of(template: Template) -> tuple[object, ...]:
    """What a template says, leaf by leaf."""
    return tuple(chain.from_iterable((path, leaf.value) for path, leaf in template.leaves.items()))


ARGUMENTS: Final = tuple(each.name for each in fields(HookArguments))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A function that cannot be a hook; ``part`` is the one it was likely meant for, if one can tell."""

    hook: str
    part: str | None
    kind: FaultKind
    detail: str


def new_manager() -> pluggy.PluginManager:
    """An empty manager that knows the plan hooks."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(PlanSpecs)
    return manager


def implementations(plugin: object) -> Iterator[tuple[str, Callable[..., Any]] | Refusal]:
    """The hooks that ``plugin`` (a module) implements, by hook name, and what in it cannot be one."""
    manager = pluggy.PluginManager(PROJECT)
    for name in dir(plugin):
        function = getattr(plugin, name, None)
        options = manager.parse_hookimpl_opts(cast(Any, plugin), name)
        if options is not None:
            hook = options.get("specname") or name
            yield _refusal(hook, function, options) or (hook, cast(Callable[..., Any], function))
        elif name in HOOKS and inspect.isroutine(function):
            detail = f"函数 {name} 没有标 @hookimpl，不会被调用。补上 @hookimpl。"
            yield Refusal(name, HOOKS[name], FaultKind.HOOK, detail)


def _refusal(hook: str, function: object, options: Mapping[str, Any]) -> Refusal | None:
    if hook not in HOOKS:
        near = get_close_matches(hook, HOOKS, n=1)
        hint = f"是否应为 {near[0]}？改正名称。" if near else f"可用的有 {'、'.join(HOOKS)}。"
        part = HOOKS[near[0]] if near else None
        return Refusal(hook, part, FaultKind.HOOK, f"没有名为 {hook} 的钩子，{hint}")
    if options.get("wrapper") or options.get("hookwrapper"):
        detail = f"{hook} 声明为包裹钩子（wrapper），会改动别人的答案。去掉 wrapper，只返回自己的答案。"
        return Refusal(hook, HOOKS[hook], FaultKind.WRAPPER, detail)
    unknown = [name for name in _arguments(function) if name not in ARGUMENTS]
    if unknown:
        given = "、".join(ARGUMENTS)
        detail = f"{hook} 的参数 {'、'.join(unknown)} 不会提供，提供的只有 {given}。删去多余的参数。"
        return Refusal(hook, HOOKS[hook], FaultKind.HOOK, detail)
    return None


def _arguments(function: object) -> tuple[str, ...]:
    if not inspect.isfunction(function):
        return ()
    required = inspect.signature(function).parameters.values()
    return tuple(each.name for each in required if each.default is inspect.Parameter.empty)
