"""二（四）: the panels that score achievement and interview, or the committee where it scores itself."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.plan import Committee, Organisation, Panel, PanelMember, PlanDraft
from core.domain.values import blank, entries, or_empty
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.committee import POSTS, externals, persons
from core.rulebook.js2023.parts import listed

checks = Checks()

ENTERPRISE, INDUSTRY = "enterprise", "industry"
COMMITTEE = "committee"


@checks.rule("JS-2.4-panel-joint-composition", needs=("organisation",))
def joint_panels(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """专家组应当由企业专家和行业专家共同组成: each panel by itself (AMB-23)."""
    least = given.template.integer("/organisation/panels/enterprise_experts")
    for path, name, enterprise, industry in _scoring_bodies(plan):
        missing = [
            zh for zh, absent in (("企业专家", enterprise < least), ("行业专家", industry < 1)) if absent
        ]
        if missing:
            yield Violation(
                path,
                f"{name}有企业专家 {enterprise} 人、行业专家 {industry} 人，缺少{listed(missing)}。"
                f"专家组应当由企业专家和行业专家共同组成，增补{listed(missing)}。",
            )


@checks.rule("JS-2.4-panel-industry-experts", needs=("organisation",))
def enough_industry_experts(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """其中行业专家不少于3人: an expert whose kind is unknown counts nowhere (AMB-24)."""
    least = given.template.integer("/organisation/panels/industry_experts")
    for path, name, _, industry in _scoring_bodies(plan):
        if industry < least:
            yield Violation(
                path,
                f"{name}有行业专家 {industry} 人，不得少于 {least} 人。增补行业专家 {least - industry} 人。",
            )


def _scoring_bodies(plan: PlanDraft) -> Iterator[tuple[str, str, int, int]]:
    """(path, name, enterprise and industry experts) of each panel, and of a committee that scores."""
    organisation = or_empty(plan.organisation, Organisation)
    for place, panel in entries(organisation.panels, Panel):
        kinds = [expert.kind for _, expert in entries(panel.members, PanelMember)]
        name = f"专家组“{panel.code or place + 1}”"
        yield f"/organisation/panels/{place}/members", name, kinds.count(ENTERPRISE), kinds.count(INDUSTRY)
    committee = or_empty(organisation.committee, Committee)
    if organisation.scoring_body == COMMITTEE and not blank(committee.members):
        people = persons(plan, *POSTS)
        external = externals(people)
        name = "直接评分的评审委员会（本企业人员视同企业专家，外聘人员视同行业专家）"
        yield "/organisation/committee", name, len(people) - external, external
