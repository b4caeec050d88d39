"""泓能石化南京江畔分公司（虚构）: conditions, methods and rubric of plants that run for years on end.

The group's plugin answers treatment, rights and duties; the rest is typed in ``answers.yaml``.
"""

from dataclasses import replace
from decimal import Decimal

from core.sdk import (
    ABSENT,
    Aggregation,
    Answer,
    Answers,
    Conditions,
    Deviation,
    ExtraCondition,
    InterviewMinutes,
    Methods,
    PerformanceRoute,
    Rubric,
    RubricItem,
    RubricModule,
    Template,
    bands,
    benefit_bands,
    graded,
    hookimpl,
    item,
    module,
    part,
    reference_conditions,
    reference_methods,
    reference_rubric,
    reweighed,
    reworded,
    with_item,
    with_modules,
    with_part,
    without_item,
)

GRADES = {"优秀": 100, "良好": 80, "合格": 60, "不合格": 0}
"""Per cent of an item's points."""


@hookimpl
def plan_conditions(template: Template, answers: Answers) -> Answer[Conditions]:
    """The province's years up to the last day of application, and 安全环保一票否决."""
    as_of = answers["schedule"].value.application_deadline
    open_to_titles = tuple(each.code for each in answers["occupations"].value if each.title_mapping)
    conditions = reference_conditions(template)
    paths = dict(conditions.paths or {})
    paths["full_senior_title"] = replace(paths["full_senior_title"], title_occupations=open_to_titles)
    veto = ExtraCondition(code="safety_veto", text="近3年对一般B级及以上安全、环保事故负有责任的不得申报")
    return Answer(
        replace(conditions, as_of_date=as_of, paths=paths, extra=(veto,)),
        section="申报人应为运行部、检维修中心一线在岗人员，符合省方案基本条件之一，"
        f"年限计算截止日为{as_of.year}年{as_of.month}月{as_of.day}日。实行安全环保一票否决："
        "近3年内对一般B级及以上安全、环保事故负有责任的，不得申报。",
    )


@hookimpl
def plan_methods(template: Template) -> Answer[Methods]:
    """业绩评审 alone, trimmed means, and no module below six tenths."""
    reference = reference_methods(template)
    aggregation = replace(
        reference.aggregation or Aggregation(), kind="trimmed_mean", drop_high=1, drop_low=1
    )
    performance = replace(
        reference.performance or PerformanceRoute(),
        pass_score=Decimal(80),
        module_min_ratio=Decimal("0.6"),
        quota=4,
    )
    return Answer(
        replace(
            reference,
            routes=("performance",),
            aggregation=aggregation,
            performance=performance,
            direct=ABSENT,
            interview_minutes=InterviewMinutes(presentation=15, qa=25),
        ),
        section="仅实行业绩评审，不开展直接评定。业绩评价55分、面试答辩20分、综合评价25分；综合评价采用等第制，"
        "由评审委员会逐项评定优秀、良好、合格、不合格并按换算表计分。任一模块得分率低于60%的不得列为建议人选，"
        "总分80分及以上提交评审委员会集体研究，出席委员三分之二及以上同意方可通过。",
        deviations=(
            Deviation(
                annex=3, what="综合评价采用等第制", reason="附件2明确评价形式由企业自主决定，已附换算表"
            ),
            Deviation(annex=2, what="不设直接评定", reason="集团内优先人员较集中，统一以业绩评审比较更公平"),
        ),
    )


@hookimpl
def plan_rubric(template: Template) -> Answer[Rubric]:
    """附件3 at 55, 20 and 25 points; 综合评价 by grades."""
    rubric = reweighed(reference_rubric(template), achievement=55, interview=20, overall=25)
    rubric = with_modules(
        rubric,
        _achievement(module(rubric, "achievement")),
        _interview(module(rubric, "interview")),
        _overall(module(rubric, "overall")),
    )
    return Answer(replace(rubric, based_on="enterprise"))


def _achievement(achievement: RubricModule) -> RubricModule:
    """业绩评价: fifteen points for running long and safely, in place of feats of skill."""
    problem = item(achievement, "production_problem")
    tasks = replace(
        reworded(
            part(problem, "critical_tasks"),
            "在开停工、抢修抢险中发挥关键作用，解决重大技术难题或排除重大事故隐患。",
            "参与装置攻关，解决关键技术难题，排除关键事故隐患。",
            "参加现场攻关，解决一些技术难题，减少事故隐患。",
        ),
        name="装置急难险重任务",
    )
    benefit = replace(
        part(problem, "economic_benefit"),
        name="近5年创造经济效益",
        bands=benefit_bands(2000, 1000, 300, confirmed="经财务部确认"),
    )
    long_cycle = RubricItem(
        code="long_cycle_operation",
        name="装置长周期运行与隐患治理",
        max=Decimal(15),
        focus=("results",),
        bands=bands(
            ("13~15", "主要贡献使装置连续运行周期或能耗指标达到国内先进水平。"),
            ("8~12", "对装置平稳率、能耗、非计划停工指标改善贡献明显。"),
            ("0~7", "对装置平稳运行有一定贡献。"),
        ),
    )
    breakthrough = reworded(
        item(achievement, "skill_breakthrough"),
        "操作优化、技改成果在集团推广。",
        "成果在分公司推广。",
        "成果在本装置应用。",
    )
    innovation = reworded(
        item(achievement, "innovation"),
        "获省级及以上政府科技进步奖或技术发明奖。",
        "获行业或集团总部技术改造成果奖、青年创新创效奖。",
        "获行业QC成果奖或相关专利。",
    )
    achievement = with_item(achievement, with_part(with_part(problem, tasks), benefit))
    achievement = with_item(achievement, long_cycle, after="production_problem")
    for each in (breakthrough, innovation):
        achievement = with_item(achievement, each)
    return without_item(achievement, "practical_skill")


def _interview(interview: RubricModule) -> RubricModule:
    """面试答辩: the manner includes telling how an accident is handled."""
    quality = reworded(
        item(interview, "professional_quality"),
        "专业知识体系深厚，水平在本领域领先。",
        "解决问题能力较强，在本企业发挥良好实效。",
        "基本合格。",
    )
    manner = replace(
        reworded(item(interview, "on_site_performance"), "表达准确、处置步骤正确得5分，酌情扣分，扣完为止。"),
        name="现场表现（含事故应急处置口述）",
    )
    return with_item(with_item(interview, quality), manner)


def _overall(overall: RubricModule) -> RubricModule:
    """综合评价: every item by grade, and safety culture as one of them."""
    items = (
        graded(item(overall, "mentoring"), 10, GRADES),
        graded(item(overall, "honours"), 5, GRADES),
        graded(item(overall, "technical_results"), 5, GRADES),
        graded(RubricItem(code="safety_culture", name="社会效益与安全文化"), 5, GRADES),
    )
    for each in items:
        overall = with_item(overall, each)
    return replace(overall, form="graded")
