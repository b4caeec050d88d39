"""附件2 投诉、争议仲裁处理机制: channels, persons responsible, who convenes, who is told."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.complaints import Complaints, Convener, Handler
from core.domain.plan import PlanDraft
from core.domain.records import specs
from core.domain.values import blank, entries, or_empty
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import listed

checks = Checks()


@checks.rule("JS-A2-complaint-mechanism")
def mechanism(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """应当明确投诉、争议仲裁处理机制: channels and a procedure."""
    if blank(plan.complaints):
        yield Violation(
            "/complaints",
            "方案没有投诉与争议处理机制。"
            "写明受理渠道（channels）、处理程序（procedure）、负责人员（handlers）和召集人（convener）。",
        )
        return
    complaints = or_empty(plan.complaints, Complaints)
    for name in ("channels", "procedure"):
        if blank(getattr(complaints, name)):
            yield Violation(
                f"/complaints/{name}",
                f"投诉与争议处理没有写明{specs(Complaints)[name].zh}（{name}）。"
                "应当明确处理机制，写明受理渠道和处理程序。",
            )


@checks.rule("JS-A2-complaint-responsible-persons", needs=("complaints",))
def responsible_persons(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """以及相应负责人员: persons with name, post and contact; a department alone is none."""
    complaints = or_empty(plan.complaints, Complaints)
    if not complaints.handlers:
        yield Violation(
            "/complaints/handlers",
            "没有投诉处理的负责人员（handlers）。"
            "至少列出 1 名，写明姓名（name）、职务（post）和联系方式（contact）。",
        )
    for place, handler in entries(complaints.handlers, Handler):
        missing = [each for each in specs(Handler).values() if blank(getattr(handler, each.name))]
        if missing:
            yield Violation(
                f"/complaints/handlers/{place}",
                f"投诉处理负责人员第 {place + 1} 名{'' if blank(handler.name) else handler.name}"
                f"没有写明{listed(f'{each.zh}（{each.name}）' for each in missing)}。"
                "补齐姓名、职务和联系方式。",
            )


@checks.rule("JS-A2-complaint-principal-convenes", needs=("complaints",))
def principal_convenes(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """原则上…应当由企业主要负责人召集有关部门研究处理; another convener needs a reason (AMB-42)."""
    complaints = or_empty(plan.complaints, Complaints)
    convener = or_empty(complaints.convener, Convener)
    if convener.is_principal is not True:
        fact = (
            f"由{convener.name}召集，不是企业主要负责人" if convener.name else "没有写明由企业主要负责人召集"
        )
        yield Violation(
            "/complaints/convener/is_principal" if complaints.convener else "/complaints/convener",
            f"投诉、争议的研究处理{fact}。原则上由企业主要负责人召集，由他人召集的，"
            "在召集人的理由（reason）中写明原因。",
            convener.reason,
        )


@checks.rule("JS-A2-complaint-file-city", needs=("complaints",))
def filed_with_city(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """处理结果，应当报所在设区市人力资源社会保障部门备查: promised here, due per case."""
    if or_empty(plan.complaints, Complaints).report_to_city is not True:
        yield Violation(
            "/complaints/report_to_city",
            "没有写明处理结果报设区市人力资源社会保障部门备查。涉及已上报建议人选的处理结果应当报备，"
            "将“报设区市备查”（report_to_city）改为“是”（true）。",
        )
