"""四、相关政策 and 五、工作要求: what awaits a chief technician, and who watches over the work."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.plan import Incentives, Organisation, PlanDraft
from core.domain.values import blank, or_empty
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import coded, written

checks = Checks()


@checks.rule("JS-4-work-platform", needs=("incentives",))
def work_platform(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """企业应当创造条件为首席技师设立技能大师工作室等工作平台; a share in an existing studio is enough."""
    if blank(or_empty(plan.incentives, Incentives).work_platform):
        yield Violation(
            "/incentives/work_platform",
            "激励待遇中没有工作平台（work_platform）。企业应当为首席技师设立技能大师工作室等工作平台，"
            "写明类型（kind）和经费（budget_wan）或支持措施（support）；共用已有工作室也可以。",
        )


@checks.rule("JS-4-treatment-professor", needs=("incentives",))
def treatment(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """可比照本企业正高级职称人员享受相关待遇; tied to the post, not to the certificate (AMB-47)."""
    level = or_empty(plan.incentives, Incentives).treatment_level
    levels = given.template.words("/incentives/treatment_levels")
    if level not in levels:
        stated = "没有写明待遇层级（treatment_level）" if blank(level) else f"待遇层级写为“{level}”"
        yield Violation(
            "/incentives/treatment_level",
            written("incentives.treatment_level", level)
            or f"{stated}。聘用到首席技师岗位的人员可比照本企业正高级职称人员享受待遇，"
            f"核对后改为{coded('incentives.treatment_level', *levels)}之一。",
        )


@checks.rule("JS-5.2-enterprise-quality-duty", needs=("organisation",))
def supervision(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """自觉接受职工和社会监督, read as: the plan names a supervision contact."""
    if blank(or_empty(plan.organisation, Organisation).supervision_contact):
        yield Violation(
            "/organisation/supervision_contact",
            "没有监督联系人（supervision_contact）。试点企业要自觉接受职工和社会监督，"
            "写明工会、纪检或合规部门联系人的姓名（name）和联系方式（contact）。",
        )
