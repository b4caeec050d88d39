"""一（一）试点单位 at a nomination: what an enterprise states of itself, with the files it rests on.

The same rules judge a plan document in ``nomination.py``, without files, lists and registers.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.domain.enterprise import Cluster, Enterprise, PastEvaluation
from core.domain.evidence import files
from core.domain.industry import INDUSTRY, industry_section
from core.domain.nomination import (
    REQUIREMENTS,
    Dossier,
    DossierPart,
    IndustryPosition,
    evidence_of,
)
from core.domain.places import CITIES
from core.domain.records import pointer, specs
from core.domain.uscc import uscc_fault
from core.domain.values import blank, entries, or_empty
from core.domain.wording import number_words
from core.rulebook.engine import RuleChecks, Violation
from core.rulebook.given import NominationGiven
from core.rulebook.js2023.parts import WORDS, listed
from core.rulebook.terms import Effect

checks: RuleChecks[Dossier, NominationGiven] = RuleChecks()

STATED = ("enterprise",)
TEMPLATE = "/nomination/requirements"
CENTRAL_BRANCH = "central_branch"
HISTORY = "enterprise.evaluation_history.kind"


@checks.rule("JS-1.1-head-enterprise", needs=STATED)
def head_enterprise(dossier: Dossier, _: NominationGiven) -> Iterator[Violation]:
    """试点…在省内头部企业中开展: in one of the thirteen cities, and why it is a head enterprise (AMB-04)."""
    enterprise = or_empty(dossier.enterprise, Enterprise)
    if enterprise.city_code not in CITIES:
        fact = "没有选择" if blank(enterprise.city_code) else f"的代码 {enterprise.city_code} 不在省内"
        yield Violation(
            "/enterprise/city_code", f"企业所在设区市{fact}。试点在省内企业中开展，选择所在设区市。"
        )
    if blank(enterprise.head_enterprise_statement):
        yield Violation(
            "/enterprise/head_enterprise_statement",
            "没有填写头部企业说明。试点在省内头部企业中开展，写明企业在产业链、行业中的位置和依据。",
        )


@checks.rule("JS-1.1-cluster-preferred", needs=STATED)
def cluster_is_listed(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """原则上以…先进制造业集群相关企业为主: outside both lists a reason, for the province to see (AMB-05)."""
    cluster = or_empty(or_empty(dossier.enterprise, Enterprise).cluster, Cluster)
    if blank(cluster.name):
        fact = "没有选择所属的先进制造业集群"
    elif given.cycle.lists(cluster):
        return
    else:
        level = WORDS.word("enterprise.cluster.level", str(cluster.level or "")) or "未写明级别的"
        fact = f"“{cluster.name}”不在本年度{level}集群名单中"
    yield Violation(
        "/enterprise/cluster",
        f"{fact}。原则上以国家和省先进制造业集群相关企业为主，从名单中选择，或写明集群以外的理由。",
        dossier.cluster_reason,
    )


@checks.rule("JS-1.1-requirements-all")
def every_requirement(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """应当符合如下要求: all three, of every class (AMB-03); each with files and verified before admission."""
    if blank(dossier.enterprise):
        yield Violation("/enterprise", "没有填写企业基本情况和三项申报要求。逐项填写。")
        return
    for part in REQUIREMENTS:
        clause = given.template.leaf(f"{TEMPLATE}/{part}/statement").clause
        if part is not DossierPart.INDUSTRY_POSITION and not evidence_of(dossier, part):
            yield Violation(
                pointer(part, "evidence"), f"“{part.zh}”（{clause}）没有证明材料。上传至少 1 份。"
            )
        if given.decides:
            yield from _not_met(part, clause, given)


def _not_met(part: DossierPart, clause: str, given: NominationGiven) -> Iterator[Violation]:
    """A requirement that the province has not verified, or found unmet."""
    found = given.verified.get(part)
    if found is None:
        yield Violation(pointer(part), f"“{part.zh}”（{clause}）尚未核实。核对材料后记为符合，或退回补正。")
    elif not found.met:
        yield Violation(
            pointer(part), f"“{part.zh}”（{clause}）核实为不符合（{found.reason}）。退回补正，或不予确定。"
        )


@checks.rule("JS-1.1-above-scale-industrial", needs=STATED)
def above_scale(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """规模以上工业企业（按统计学口径）: flag, industry, revenue and proof (AMB-06)."""
    enterprise = or_empty(dossier.enterprise, Enterprise)
    if enterprise.is_above_scale is not True:
        yield Violation(
            "/enterprise/is_above_scale",
            "没有确认是规模以上工业企业。试点企业应当是规模以上工业企业（按统计学口径），核对统计口径后确认。",
        )
    if not industry_section(str(enterprise.industry_code or "")):
        fact = "没有填写" if blank(enterprise.industry_code) else f" {enterprise.industry_code} 不属于工业"
        yield Violation(
            "/enterprise/industry_code",
            f"行业代码{fact}。工业为国民经济行业分类的 {listed(INDUSTRY)} 三个门类，"
            "填写两位至四位代码，如 C35。",
        )
    yield from _revenue(enterprise, given)
    yield from _scale_proof(dossier, given)


def _revenue(enterprise: Enterprise, given: NominationGiven) -> Iterator[Violation]:
    revenue = enterprise.main_business_revenue_wan
    least = given.template.integer(f"{TEMPLATE}/industry_position/revenue_wan_min")
    if not isinstance(revenue, Decimal) or revenue < least:
        stated = isinstance(revenue, Decimal)
        fact = f" {number_words(revenue)} 万元" if isinstance(revenue, Decimal) else "没有填写"
        yield Violation(
            "/enterprise/main_business_revenue_wan",
            f"主营业务收入{fact}，规模以上工业企业为 {least} 万元及以上。"
            + ("核对统计年报。" if stated else "按统计年报填写。"),
        )


def _scale_proof(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """The proof; and a branch that states its unit's figures, which the province decides on (AMB-06)."""
    position = or_empty(dossier.industry_position, IndustryPosition)
    if not files(position.scale_evidence):
        yield Violation(
            "/industry_position/scale_evidence", "没有规模以上证明。上传统计年报等材料至少 1 份。"
        )
    if blank(position.statistical_unit):
        return
    if dossier.quota_class != CENTRAL_BRANCH:
        yield Violation(
            "/industry_position/statistical_unit",
            f"填写了所属统计单位“{position.statistical_unit}”，只有分支机构可以按所属统计单位的口径申报。"
            "删去，填写本企业的统计数据。",
        )
    else:
        yield Violation(
            "/industry_position/statistical_unit",
            f"按所属统计单位“{position.statistical_unit}”的口径申报，是否认定由省人力资源社会保障厅决定。"
            "核对证明材料后决定。",
            effect=None if given.decides else Effect.WARN,
        )


@checks.rule("JS-1.1-leading-position", needs=STATED)
def leading_position(dossier: Dossier, _: NominationGiven) -> Iterator[Violation]:
    """且所在领域处于领先地位: stated in words and proved, for the text gives no figure (AMB-04)."""
    if blank(or_empty(dossier.enterprise, Enterprise).leading_position_statement):
        yield Violation(
            "/enterprise/leading_position_statement",
            "没有填写领先地位说明。写明市场位次、单项冠军、标准制定等依据。",
        )
    if not files(or_empty(dossier.industry_position, IndustryPosition).position_evidence):
        yield Violation(
            "/industry_position/position_evidence",
            "没有领先地位证明。上传市场占有率、单项冠军等材料至少 1 份。",
        )


@checks.rule("JS-1.1-mature-mechanism", needs=STATED)
def mature_mechanism(dossier: Dossier, _: NominationGiven) -> Iterator[Violation]:
    """企业具备成熟的职工技能培训、评价机制和工作机构: all three are described."""
    enterprise = or_empty(dossier.enterprise, Enterprise)
    for name in ("training_mechanism", "evaluation_mechanism", "working_body"):
        if blank(getattr(enterprise, name)):
            zh = specs(Enterprise)[name].zh
            yield Violation(
                pointer("enterprise", name),
                f"没有填写{zh}。试点企业应当具备成熟的技能培训、评价机制和工作机构，写明{zh}的情况。",
            )


@checks.rule("JS-1.1-has-run-evaluation", needs=STATED)
def has_run_evaluation(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """已组织开展过高级技师…评价…或特级技师评聘试点工作: one of the two, no later than the cycle's year."""
    counted = given.template.words(f"{TEMPLATE}/evaluation_work/past_evaluations")
    history = [
        each
        for _, each in entries(or_empty(dossier.enterprise, Enterprise).evaluation_history, PastEvaluation)
    ]
    of_kind = [each for each in history if each.kind in counted]
    if any(isinstance(each.year, int) and each.year <= given.cycle.year for each in of_kind):
        return
    wanted = "或".join(WORDS.word(HISTORY, kind) for kind in counted)
    fact = f"没有写明 {given.cycle.year} 年及以前的年份" if of_kind else f"中没有{wanted}"
    yield Violation(
        "/enterprise/evaluation_history",
        f"已开展的评价{fact}，至少需要其中一项。补充评价类别和年份；没有开展过的不能申报。",
    )


@checks.rule("JS-1.1-senior-technician-stock", needs=STATED)
def senior_technician_stock(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """企业有相当规模的高级技师存量: one at least; below the cycle's advised number a reminder (AMB-04)."""
    count = or_empty(dossier.enterprise, Enterprise).senior_technician_count
    least = given.template.integer(f"{TEMPLATE}/senior_technicians/count_min")
    advised = given.cycle.senior_technicians_advised or least
    path = "/enterprise/senior_technician_count"
    if not isinstance(count, int):
        yield Violation(path, f"没有填写高级技师人数，至少需要 {least} 人（含特级技师）。按名册填写。")
    elif count < least:
        yield Violation(
            path, f"高级技师 {count} 人，至少需要 {least} 人（含特级技师）。核对职业技能等级证书。"
        )
    elif count < advised:
        yield Violation(
            path,
            f"高级技师 {count} 人，少于本年度参考人数 {advised} 人。是否达到相当规模，由审核单位认定。",
            effect=Effect.WARN,
        )


@checks.rule("PF-uscc-check", needs=STATED)
def uscc_passes(dossier: Dossier, _: NominationGiven) -> Iterator[Violation]:
    """统一社会信用代码应当通过GB 32100校验."""
    number = or_empty(dossier.enterprise, Enterprise).uscc
    if blank(number):
        yield Violation("/enterprise/uscc", "没有填写统一社会信用代码。按营业执照填写 18 位代码。")
    elif fault := uscc_fault(str(number)):
        yield Violation("/enterprise/uscc", f"统一社会信用代码 {number} {fault}。按营业执照逐位核对。")
