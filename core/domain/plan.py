"""The plan document (工作方案): what an enterprise decides, as data.

The structure is that of one entry of ``plans:`` in a plan file. Nothing here judges: every key that a
rule judges is optional, and words are open vocabulary. Each field carries its official term, from which
the plan page, the differences between plans and the errors of shape take their words. Field order is the
order of the document and of the findings about it. Units are part of the key where one is needed
(``_wan`` = 万元, ``_yuan`` = 元).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import ClassVar

from core.domain.complaints import Complaints
from core.domain.enterprise import Enterprise, Nomination, PlanPublicity
from core.domain.records import record, specs, term
from core.domain.values import Count, Day, Flag, Keyed, Many, Moment, Number, One, Open, Text

# ---- the words of the plan ----


@record
class Sections:
    """The words of the seven sections that 二（二）names; 等 leaves the list open (AMB-52)."""

    occupations: Text = term("评审职业（工种）")
    conditions: Text = term("评审条件")
    methods: Text = term("评审方式")
    organisation: Text = term("组织形式")
    schedule: Text = term("时间安排")
    incentives: Text = term("激励待遇")
    rights_duties: Text = term("权责体现")


# ---- the nine parts, each answered by one hook ----


@record
class Occupation:
    """评审职业（工种）(一（三）)."""

    KEY: ClassVar[tuple[str, ...]] = ("code",)
    code: Text = term("职业编码")
    name: Text = term("职业（工种）名称")
    standard_basis: Text = term("标准依据")
    standard_title: Text = term("标准名称")
    standard_document: Text = term("标准文件")
    has_senior_technician_level: Flag = term("设有高级技师等级")
    title_path_only: Flag = term("仅面向正高级职称人员")
    title_mapping: Many[str] = term("对应职称专业")
    quota: Count = term("名额", "人")
    certainty: Text = term("核实情况")


@record
class EligibilityPath:
    """One of the alternative basic conditions (一（二）); years are full years on ``as_of_date``."""

    years_min: Number = term("年限", "年")
    still_engaged: Flag = term("仍从事本职业")
    title_occupations: Many[str] = term("可申报的职业")


@record
class ExtraCondition:
    KEY: ClassVar[tuple[str, ...]] = ("code",)
    code: Text = term("代码")
    text: Text = term("内容")


@record
class Conditions:
    """评审条件 (一（二）)."""

    as_of_date: Day = term("年限计算截止日")
    paths: Keyed[EligibilityPath] = term("基本条件")
    extra: Many[ExtraCondition] = term("补充条件")


@record
class Aggregation:
    """How the sheets of several scorers become one score (AMB-38)."""

    kind: Text = term("方法")
    drop_high: Count = term("去掉最高分", "个")
    drop_low: Count = term("去掉最低分", "个")
    min_scorers: Count = term("最少评分人数", "人")


@record
class PerformanceRoute:
    """业绩评审 (附件2（一）)."""

    pass_score: Number = term("合格分数线", "分")
    module_min_ratio: Number = term("单个模块最低得分率")
    quota: Count = term("建议人选名额", "人")
    vote_fraction: Many[Number] = term("表决通过比例")
    vote_base: Text = term("表决基数")


@record
class DirectRoute:
    """直接评定 (附件2（二）)."""

    priority_conditions: Many[str] = term("开放的优先条件")
    vote_fraction: Many[Number] = term("得票率")
    vote_base: Text = term("表决基数")
    fallback_to_performance: Flag = term("未通过可转业绩评审")


@record
class InterviewMinutes:
    presentation: Count = term("陈述汇报", "分钟")
    qa: Count = term("现场问答", "分钟")
    case: Count = term("情景案例", "分钟")


@record
class Methods:
    """评审方式 (附件2)."""

    routes: Many[str] = term("评审方式")
    aggregation: One[Aggregation] = term("评分合成")
    performance: One[PerformanceRoute] = term("业绩评审")
    direct: One[DirectRoute] = term("直接评定")
    tie_break: Many[str] = term("同分处理")
    interview_scoring: Text = term("答辩评分方式")
    interview_minutes: One[InterviewMinutes] = term("答辩时间")
    secret_ballot: Flag = term("无记名投票")


@record
class Contact:
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    name: Text = term("姓名")
    contact: Text = term("联系方式")


@record
class CommitteeMember:
    """One row of 企业首席技师评审委员会成员表 (附件2)."""

    KEY: ClassVar[tuple[str, ...]] = ("name",)
    post: Text = term("评审委员会职务")
    name: Text = term("姓名")
    employer: Text = term("工作单位")
    duty: Text = term("职务")
    external: Flag = term("外聘")
    is_principal: Flag = term("企业主要负责人")
    in_leadership_team: Flag = term("领导班子成员")
    title_level: Text = term("职称层级")
    title: Text = term("职称")
    skill_level: Text = term("职业技能等级")
    skill_occupation: Text = term("技能职业")
    skill_obtained_on: Day = term("等级取得日期")
    senior_obtained_on: Day = term("高级技师取得日期")
    skill_related: Flag = term("与评审职业相关")
    authority_statement: Text = term("行业权威性说明")
    reason: Text = term("理由")


@record
class Staff:
    """工作人员: assist the committee, never score or vote (JS-A2-staff-by-hr)."""

    KEY: ClassVar[tuple[str, ...]] = ("name",)
    name: Text = term("姓名")
    duty: Text = term("职务")


@record
class Committee:
    formed_on: Day = term("组建日期")
    members: Many[CommitteeMember] = term("委员")
    staff: Many[Staff] = term("工作人员")


@record
class PanelMember:
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    name: Text = term("姓名")
    kind: Text = term("专家类别")
    employer: Text = term("工作单位")


@record
class Panel:
    """专家组 (二（四）); ``serves`` names the modules it scores."""

    KEY: ClassVar[tuple[str, ...]] = ("code",)
    code: Text = term("专家组代码")
    serves: Many[str] = term("承担模块")
    members: Many[PanelMember] = term("专家")


@record
class Organisation:
    """组织形式 (附件2, 二（四）)."""

    scoring_body: Text = term("评分主体")
    supervision_contact: One[Contact] = term("监督联系人")
    committee: One[Committee] = term("评审委员会")
    panels: Many[Panel] = term("专家组")


@record
class BandCondition:
    """The figures that put a measured fact into a band; 超 is strict (AMB-34)."""

    gt: Number = term("超过")
    ge: Number = term("不少于")
    lt: Number = term("少于")
    le: Number = term("不超过")


@record
class Band:
    """One band of points, ``min``~``max`` inclusive (附件3)."""

    min: Number = term("最低分", "分")
    max: Number = term("最高分", "分")
    text: Text = term("评判方式")
    condition: One[BandCondition] = term("数值条件")


@record
class Grade:
    KEY: ClassVar[tuple[str, ...]] = ("grade",)
    grade: Text = term("等第")
    points: Number = term("换算分", "分")


@record
class RubricPart:
    KEY: ClassVar[tuple[str, ...]] = ("code",)
    code: Text = term("代码")
    name: Text = term("名称")
    max: Number = term("配分", "分")
    metric: Text = term("指标")
    bands: Many[Band] = term("档位")


@record
class RubricItem:
    """评分细项: bands, grades or parts that carry them."""

    KEY: ClassVar[tuple[str, ...]] = ("code",)
    code: Text = term("代码")
    name: Text = term("名称")
    max: Number = term("配分", "分")
    focus: Many[str] = term("考核重点")
    evidence_required: Flag = term("须有佐证")
    external_verification: Flag = term("须经核实")
    parts: Many[RubricPart] = term("组成部分")
    bands: Many[Band] = term("档位")
    grades: Many[Grade] = term("等第")


@record
class RubricModule:
    """业绩评价, 面试答辩 or 综合评价 (附件3). ``max`` is stated only with ``rescale`` (AMB-30)."""

    KEY: ClassVar[tuple[str, ...]] = ("code",)
    code: Text = term("代码")
    name: Text = term("名称")
    weight: Number = term("配分", "分")
    rescale: Flag = term("折算计分")
    max: Number = term("折算前满分", "分")
    form: Text = term("评价形式")
    conversion: Open = term("换算表")
    factors: Many[str] = term("考虑因素")
    items: Many[RubricItem] = term("评分细项")


@record
class Rubric:
    """评分表 (附件3). ``score_step`` absent is 1 (AMB-32)."""

    score_step: Number = term("评分最小单位", "分")
    based_on: Text = term("编制依据")
    deviation_reason: Text = term("偏离理由")
    modules: Many[RubricModule] = term("模块")


@record
class Schedule:
    """时间安排: the twelve dates in the order of the procedure (三)."""

    application_start: Day = term("个人申报开始")
    application_deadline: Day = term("个人申报截止")
    qualification_check_end: Day = term("资格审查结束")
    achievement_review: Day = term("业绩评价")
    interview: Day = term("面试答辩")
    overall_review: Day = term("综合评价")
    list_formed: Day = term("形成建议名单")
    enterprise_publicity_start: Day = term("企业内公示开始")
    enterprise_publicity_end: Day = term("企业内公示结束")
    city_recommendation: Day = term("共同推荐上报")
    provincial_publicity_start: Day = term("省级公示开始")
    certificate_issue_end: Day = term("证书核发结束")
    enterprise_publicity_reason: Text = term("企业内公示期的理由")
    extra_rounds: Many[Open] = term("另行安排的评审")


SCHEDULE_DATES: tuple[str, ...] = tuple(
    name for name, spec in specs(Schedule).items() if spec.kind.base is date
)


@record
class WorkPlatform:
    """技能大师工作室等工作平台 (四)."""

    kind: Text = term("类型")
    budget_wan: Number = term("经费", "万元")
    budget_wan_per_year: Number = term("每年经费", "万元")
    years: Count = term("年限", "年")
    support: Text = term("支持措施")


@record
class Incentives:
    """激励待遇 (四)."""

    treatment_level: Text = term("待遇层级")
    monthly_allowance_yuan: Number = term("每月津贴", "元")
    annual_salary_floor_wan: Number = term("年薪下限", "万元")
    work_platform: One[WorkPlatform] = term("工作平台")
    items: Many[str] = term("待遇项目")


@record
class RightsDuties:
    """权责体现."""

    rights: Many[str] = term("权利")
    duties: Many[str] = term("职责")
    term_years: Count = term("聘期", "年")
    appraisal: Text = term("考核办法")


@record
class Deviation:
    """A declared departure from a reference annex, with its reason (AMB-28)."""

    annex: Count = term("附件")
    what: Text = term("偏离内容")
    reason: Text = term("理由")


@record
class PlanDraft:
    """A plan document as written: read, compiled or thawed, but not approved by anybody."""

    plan_id: Text = term("方案编号")
    enterprise: One[Enterprise] = term("试点企业")
    nomination: One[Nomination] = term("推荐申报")
    publicity: One[PlanPublicity] = term("方案公示")
    submitted_at: Moment = term("方案报送时间")
    sections: One[Sections] = term("方案正文")
    occupations: Many[Occupation] = term("评审职业（工种）")
    conditions: One[Conditions] = term("评审条件")
    methods: One[Methods] = term("评审方式")
    organisation: One[Organisation] = term("组织形式")
    rubric: One[Rubric] = term("评分标准")
    schedule: One[Schedule] = term("时间安排")
    incentives: One[Incentives] = term("激励待遇")
    rights_duties: One[RightsDuties] = term("权责体现")
    complaints: One[Complaints] = term("投诉与争议处理")
    extra_sections: Many[Open] = term("其他章节")
    deviations: Many[Deviation] = term("偏离说明")


SEVEN_SECTIONS: tuple[str, ...] = tuple(each.name for each in fields(Sections))
NINE_PARTS: Mapping[str, str] = {
    each.name: each.metadata["zh"]
    for each in fields(PlanDraft)
    if each.name in {*SEVEN_SECTIONS, "rubric", "complaints"}
}
