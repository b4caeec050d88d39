"""一（一）试点单位 and 二（一）确定试点企业: who may be a pilot enterprise, and how it is nominated.

A document without ``enterprise`` or without ``nomination`` is a plan alone: none of these rules judges it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.domain.enterprise import Enterprise, Nomination, PastEvaluation
from core.domain.plan import PlanDraft
from core.domain.records import pointer, specs
from core.domain.values import beijing_day, blank, entries, or_empty
from core.domain.wording import day_words
from core.domain.wording import number_words as points
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import coded, written

checks = Checks()

NOMINATED = ("enterprise", "nomination")
CITY, PROVINCE_DIRECT = "city", "province_direct"
ORDINARY = "ordinary"
HISTORY = "enterprise.evaluation_history.kind"


@checks.rule("JS-1.1-head-enterprise", needs=NOMINATED)
def head_enterprise(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """首席技师评聘试点工作在省内头部企业中开展: stated in words, for the text gives no figure (AMB-04)."""
    if blank(or_empty(plan.enterprise, Enterprise).head_enterprise_statement):
        yield Violation(
            "/enterprise/head_enterprise_statement",
            "没有填写头部企业说明（head_enterprise_statement）。试点在省内头部企业中开展，写明企业在产业链、行业中的位置和依据。",
        )


@checks.rule("JS-1.1-cluster-preferred", needs=NOMINATED)
def cluster(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """原则上以…先进制造业集群相关企业为主: outside the clusters a reason is needed, not more (AMB-05)."""
    reason = or_empty(plan.nomination, Nomination).cluster_reason
    if blank(or_empty(plan.enterprise, Enterprise).cluster) and blank(reason):
        yield Violation(
            "/enterprise/cluster",
            "没有填写所属的先进制造业集群。原则上以国家和省先进制造业集群相关企业为主，"
            "填写集群（cluster）的名称（name）和级别（level）；"
            "不属于集群的，在推荐申报中写明集群以外的理由（cluster_reason）。",
            reason=reason,
        )


@checks.rule("JS-1.1-above-scale-industrial", needs=NOMINATED)
def above_scale(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """规模以上工业企业（按统计学口径): the flag and the current line of revenue, inclusive (AMB-06)."""
    enterprise = or_empty(plan.enterprise, Enterprise)
    if enterprise.is_above_scale is not True:
        yield Violation(
            "/enterprise/is_above_scale",
            "没有确认是规模以上工业企业。试点企业应当是规模以上工业企业（按统计学口径），"
            "核对统计口径后将“规模以上工业企业”（is_above_scale）改为“是”（true）。",
        )
    revenue = enterprise.main_business_revenue_wan
    least = given.template.integer("/nomination/requirements/industry_position/revenue_wan_min")
    if not isinstance(revenue, Decimal) or revenue < least:
        fact = (
            f"主营业务收入 {points(revenue)} 万元"
            if isinstance(revenue, Decimal)
            else "没有填写主营业务收入（main_business_revenue_wan）"
        )
        yield Violation(
            "/enterprise/main_business_revenue_wan",
            f"{fact}，规模以上工业企业为 {least} 万元及以上。核对统计年报后填写；"
            "分支机构可按所属统计单位填写。",
        )


@checks.rule("JS-1.1-leading-position", needs=NOMINATED)
def leading_position(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """且所在领域处于领先地位: stated in words, for the text gives no figure (AMB-04)."""
    if blank(or_empty(plan.enterprise, Enterprise).leading_position_statement):
        yield Violation(
            "/enterprise/leading_position_statement",
            "没有填写领先地位说明（leading_position_statement）。"
            "试点企业应当在所在领域处于领先地位，写明市场位次、单项冠军、标准制定等依据。",
        )


@checks.rule("JS-1.1-mature-mechanism", needs=NOMINATED)
def mature_mechanism(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """企业具备成熟的职工技能培训、评价机制和工作机构: all three are described."""
    enterprise = or_empty(plan.enterprise, Enterprise)
    for name in ("training_mechanism", "evaluation_mechanism", "working_body"):
        if blank(getattr(enterprise, name)):
            zh = specs(Enterprise)[name].zh
            yield Violation(
                pointer("enterprise", name),
                f"没有填写{zh}（{name}）。试点企业应当具备成熟的技能培训、评价机制和工作机构，写明{zh}的情况。",
            )


@checks.rule("JS-1.1-has-run-evaluation", needs=NOMINATED)
def has_run_evaluation(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """已组织开展过高级技师职业资格评价…或特级技师评聘试点工作: one of the two is enough."""
    counted = given.template.words("/nomination/requirements/evaluation_work/past_evaluations")
    history = tuple(entries(or_empty(plan.enterprise, Enterprise).evaluation_history, PastEvaluation))
    if not any(past.kind in counted for _, past in history):
        yield Violation(
            "/enterprise/evaluation_history",
            "已开展的评价中没有高级技师评价，也没有特级技师评聘试点，至少需要其中一项。"
            + (
                written(HISTORY, *(past.kind for _, past in history))
                or f"补充评价类别（kind）和年份（year），类别写为{coded(HISTORY, *counted)}之一。"
            ),
        )


@checks.rule("JS-1.1-senior-technician-stock", needs=NOMINATED)
def senior_technician_stock(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """企业有相当规模的高级技师存量: one at the very least, higher levels counted in (AMB-04)."""
    count = or_empty(plan.enterprise, Enterprise).senior_technician_count
    least = given.template.integer("/nomination/requirements/senior_technicians/count_min")
    if not isinstance(count, int) or count < least:
        fact = (
            f"高级技师 {count} 人"
            if isinstance(count, int)
            else "没有填写高级技师人数（senior_technician_count）"
        )
        yield Violation(
            "/enterprise/senior_technician_count",
            f"{fact}，至少需要 {least} 人（含特级技师）。核对职业技能等级证书后填写。",
        )


@checks.rule("JS-1.1-quota-exempt", needs=NOMINATED)
def quota_exempt(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """不占用设区市推荐名额: an exempt class is proved, and frees from nothing but the quota (AMB-03)."""
    nomination = or_empty(plan.nomination, Nomination)
    template, quota_class = given.template, nomination.quota_class
    if quota_class not in template.codes("/nomination/quota_classes"):
        return
    exempt = template.flag(f"/nomination/quota_classes/{quota_class}/exempt")
    if exempt and blank(nomination.quota_class_evidence):
        name = template.text(f"/nomination/quota_classes/{quota_class}/name")
        yield Violation(
            "/nomination/quota_class_evidence",
            f"名额类别为{name}，不占用设区市推荐名额，但没有证明。"
            f"附上名额类别证明（quota_class_evidence），或改为{coded('nomination.quota_class', ORDINARY)}。",
        )


@checks.rule("JS-2.1-central-branch-channels", needs=NOMINATED)
def direct_channel(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """央企驻苏分支机构…也可直接向省职业技能鉴定中心申报: nobody else may (AMB-46)."""
    nomination = or_empty(plan.nomination, Nomination)
    allowed = given.template.words(f"/nomination/channels/{PROVINCE_DIRECT}/open_to")
    if nomination.channel == PROVINCE_DIRECT and nomination.quota_class not in allowed:
        yield Violation(
            "/nomination/channel",
            "申报渠道为直接向省职业技能鉴定中心申报，只有央企驻苏分支机构可以。"
            + (
                written("nomination.quota_class", nomination.quota_class)
                or f"改为{coded('nomination.channel', CITY)}，或核对名额类别（quota_class）。"
            ),
        )


@checks.rule("JS-1.1-nominated-by-city-centre", needs=NOMINATED)
def nominated_by_city_centre(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """试点企业由各设区市职业技能鉴定中心推荐申报: by the centre of the enterprise's own city (AMB-01)."""
    nomination = or_empty(plan.nomination, Nomination)
    if nomination.channel == PROVINCE_DIRECT:
        return
    if nomination.channel != CITY:
        fact = "没有填写" if blank(nomination.channel) else f"“{nomination.channel}”无法识别"
        yield Violation(
            "/nomination/channel",
            written("nomination.channel", nomination.channel)
            or f"申报渠道（channel）{fact}。填写{coded('nomination.channel', CITY)}，"
            f"央企驻苏分支机构也可填写{coded('nomination.channel', PROVINCE_DIRECT)}。",
        )
        return
    centre = given.template.text("/nomination/nominated_by_role")
    if nomination.nominated_by_role != centre:
        yield Violation(
            "/nomination/nominated_by_role",
            "推荐单位不是设区市职业技能鉴定中心。试点企业由各设区市职业技能鉴定中心推荐，"
            + (
                written("nomination.nominated_by_role", nomination.nominated_by_role)
                or "改由其推荐，将推荐单位（nominated_by_role）写为"
                f"{coded('nomination.nominated_by_role', centre)}。"
            ),
        )
    yield from _other_city(nomination, or_empty(plan.enterprise, Enterprise))


@checks.rule("JS-2.1-nomination-deadline", needs=NOMINATED)
def nominated_in_time(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """于11月10日前报省职业技能鉴定中心汇总: until 24:00 of that day in Beijing (AMB-17, AMB-18)."""
    day = beijing_day(or_empty(plan.nomination, Nomination).submitted_at)
    last = given.deadline("nomination")
    if day is None:
        yield Violation(
            "/nomination/submitted_at",
            f"没有填写推荐报送时间（submitted_at），截止日为{day_words(last)}（含当日）。填写报送时间。",
        )
    elif day > last:
        yield Violation(
            "/nomination/submitted_at",
            f"推荐于{day_words(day)}报送（北京时间），截止日为{day_words(last)}（含当日）。"
            "已逾期的，向省职业技能鉴定中心说明原因，由其决定是否重新开放申报。",
        )


def _other_city(nomination: Nomination, enterprise: Enterprise) -> Iterator[Violation]:
    """Where the nominating city is not, or not known to be, the enterprise's own."""
    if blank(enterprise.city_code):
        yield Violation(
            "/enterprise/city_code",
            "没有填写企业所在设区市的代码，无法核对推荐单位。填写六位设区市代码（city_code）。",
        )
    elif nomination.city_code != enterprise.city_code:
        fact = "（city_code）没有填写" if blank(nomination.city_code) else f"为 {nomination.city_code}"
        yield Violation(
            "/nomination/city_code",
            f"推荐设区市代码{fact}，企业所在设区市为 {enterprise.city_code}。"
            "由企业所在设区市推荐，改为同一代码。",
        )
