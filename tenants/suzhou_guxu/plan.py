"""姑胥微电子（虚构）: the parts that this enterprise computes. What it typed lies in ``answers.yaml``.

The rubric starts from the score sheets of 附件3: 业绩评价 gives five points to 面试答辩, yield and automation
come in, every sheet is scored in half points. Complaints are handled by the person who supervises the review.
"""

from dataclasses import replace
from decimal import Decimal

from core.sdk import (
    Answer,
    Answers,
    Complaints,
    Handler,
    Rubric,
    RubricItem,
    RubricModule,
    Template,
    TimeLimits,
    bands,
    benefit_bands,
    hookimpl,
    in_steps,
    item,
    module,
    part,
    reference_complaints,
    reference_rubric,
    resized,
    reweighed,
    reworded,
    with_item,
    with_modules,
    with_part,
)

HALF_POINTS = Decimal("0.5")


@hookimpl
def plan_rubric(template: Template) -> Answer[Rubric]:
    """附件3 at 45, 25 and 30 points, in half points, with four items of our own."""
    rubric = reweighed(reference_rubric(template), achievement=45, interview=25, overall=30)
    rubric = with_modules(
        rubric,
        _achievement(module(rubric, "achievement")),
        _interview(module(rubric, "interview")),
        _overall(module(rubric, "overall")),
    )
    return Answer(replace(in_steps(rubric, HALF_POINTS), based_on="enterprise"))


@hookimpl
def plan_complaints(template: Template, answers: Answers) -> Answer[Complaints]:
    """The chairman convenes; 合规与内审部 receives, so the supervising contact is the one in charge."""
    complaints = reference_complaints(template)
    supervisor = answers["organisation"].value.supervision_contact
    department, _, name = supervisor.name.partition("　")
    return Answer(
        replace(
            complaints,
            channels=("合规举报平台", "电子信箱 jubao@example.invalid"),
            procedure=f"{department}受理登记，董事长（或其书面授权人）召集人才发展中心、法务部、工会研究，"
            "7个工作日内书面答复；不服的可申请复议一次。",
            time_limits=TimeLimits(accept_workdays=2, conclude_workdays=7),
            convener=complaints.convener and replace(complaints.convener, name="董以宁", post="董事长"),
            handlers=(Handler(name=name, post=f"{department}总监", contact=supervisor.contact),),
        )
    )


def _achievement(achievement: RubricModule) -> RubricModule:
    """业绩评价: yield instead of emergencies, our own thresholds, automation instead of renovation."""
    problem = item(achievement, "production_problem")
    yield_tasks = replace(
        reworded(
            part(problem, "critical_tasks"),
            "主导解决制约量产的重大工艺难题，关键产品良率提升2个百分点及以上或消除批量失效风险。",
            "作为骨干解决关键工艺难题，良率提升1个百分点及以上。",
            "参与工艺改善，取得一定效果。",
        ),
        code="yield_tasks",
        name="良率与工艺难题",
    )
    benefit = replace(
        part(problem, "economic_benefit"),
        name="近5年创造经济效益",
        bands=benefit_bands(800, 400, 150, confirmed="经财务确认"),
    )
    problem = replace(problem, name="良率提升与工艺难题攻关")
    problem = with_part(with_part(problem, yield_tasks, instead_of="critical_tasks"), benefit)

    automation = RubricItem(
        code="smart_manufacturing",
        name="智能制造与自动化改善",
        max=Decimal(10),
        focus=("results",),
        bands=bands(
            ("9~10", "主导产线自动化、数字化改造，成果在全公司推广。"),
            ("5~8", "主导单机台或单工序改善，人均产出提升明显。"),
            ("0~4", "提出改善提案并被采纳。"),
        ),
    )
    skill = reworded(
        resized(item(achievement, "practical_skill"), 5),
        "掌握行业公认的绝技绝活。",
        "技能特长突出。",
        "具有较高操作水平。",
    )
    innovation = reworded(
        item(achievement, "innovation"),
        "获省级及以上政府科学技术奖。",
        "获行业、集团级创新奖，或发明专利第一、第二发明人且已实施。",
        "获QC成果奖或实用新型专利。",
    )
    achievement = with_item(achievement, automation, instead_of="skill_breakthrough")
    for each in (problem, skill, innovation):
        achievement = with_item(achievement, each)
    return achievement


def _interview(interview: RubricModule) -> RubricModule:
    """面试答辩: a failure case to analyse, between the questions and the manner."""
    quality = reworded(
        item(interview, "professional_quality"),
        "素养突出，专业水平在本领域领先。",
        "素养良好，能力较强，在本企业发挥良好实效。",
        "基本合格。",
    )
    case = RubricItem(
        code="case_analysis",
        name="失效案例情景分析",
        max=Decimal(5),
        bands=bands(
            ("4~5", "分析全面、措施可行、具有前瞻性。"),
            ("2~3", "分析较全面、措施基本可行。"),
            ("0~1", "分析片面。"),
        ),
    )
    manner = reworded(item(interview, "on_site_performance"), "表达准确、得体得5分，酌情扣分，扣完为止。")
    interview = with_item(with_item(interview, quality), manner)
    return with_item(interview, case, after="professional_quality")


def _overall(overall: RubricModule) -> RubricModule:
    """综合评价: honours halved for the sake of what customers and the public gain."""
    mentoring = reworded(
        item(overall, "mentoring"),
        "牵头技艺传承，徒弟获技师及以上等级2人及以上。",
        "徒弟获高级工等级3人及以上。",
        "带徒效果一般。",
    )
    honours = reworded(
        resized(item(overall, "honours"), 5), "国家级技能荣誉", "部省级技能荣誉", "地市级技能荣誉"
    )
    results = reworded(
        item(overall, "technical_results"),
        "牵头参与开发国家职业技能标准或题库。",
        "牵头开发省级评价规范、题库或工匠课堂课程。",
        "参与开发省级及以上技术资源。",
    )
    social = RubricItem(
        code="social_benefit",
        name="社会效益与客户评价",
        max=Decimal(5),
        bands=bands(
            ("4~5", "成果服务国家重大项目或关键客户，社会效益显著。"),
            ("2~3", "有较好社会效益。"),
            ("0~1", "社会效益一般。"),
        ),
    )
    for each in (mentoring, honours, results, social):
        overall = with_item(overall, each)
    return overall
