"""Who makes a plan and how it came in. The platform keeps it; no hook answers it and no hash covers it."""

from __future__ import annotations

from typing import ClassVar

from core.domain.records import record, term
from core.domain.values import Count, Day, Flag, Many, Moment, Number, One, Text


@record
class Cluster:
    level: Text = term("级别")
    name: Text = term("名称")


@record
class PastEvaluation:
    KEY: ClassVar[tuple[str, ...]] = ("kind", "year")
    kind: Text = term("评价类别")
    year: Count = term("年份", "年")


@record
class Enterprise:
    """试点企业 (一（一）)."""

    name: Text = term("企业名称")
    short_name: Text = term("企业简称")
    uscc: Text = term("统一社会信用代码")
    city_code: Text = term("设区市代码")
    city: Text = term("设区市")
    ownership: Text = term("所有制性质")
    industry: Text = term("所属行业")
    industry_code: Text = term("行业代码")
    cluster: One[Cluster] = term("先进制造业集群")
    is_above_scale: Flag = term("规模以上工业企业")
    main_business_revenue_wan: Number = term("主营业务收入", "万元")
    staff_count: Count = term("职工人数", "人")
    senior_technician_count: Count = term("高级技师人数", "人")
    special_technician_count: Count = term("特级技师人数", "人")
    evaluation_history: Many[PastEvaluation] = term("已开展的评价")
    head_enterprise_statement: Text = term("头部企业说明")
    leading_position_statement: Text = term("领先地位说明")
    training_mechanism: Text = term("技能培训机制")
    evaluation_mechanism: Text = term("技能评价机制")
    working_body: Text = term("工作机构")


@record
class Nomination:
    """推荐申报 (二（一）)."""

    channel: Text = term("申报渠道")
    nominated_by_role: Text = term("推荐单位")
    city_code: Text = term("推荐设区市代码")
    quota_class: Text = term("名额类别")
    quota_class_evidence: Text = term("名额类别证明")
    submitted_at: Moment = term("推荐报送时间")
    selection_reason: Text = term("择优推荐理由")
    cluster_reason: Text = term("集群以外的理由")


@record
class PlanPublicity:
    """方案向全体职工公示 (二（二）)."""

    start: Day = term("公示开始")
    end: Day = term("公示结束")
    channels: Many[str] = term("公示渠道")
    coverage_statement: Text = term("覆盖全体职工的说明")
