"""二（四）: the panels that score achievement and interview, or the committee where it scores itself."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.plan import Committee, Organisation, Panel, PanelMember, PlanDraft
from core.domain.values import blank, entries, or_empty
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.committee import POSTS, externals, persons
from core.rulebook.js2023.parts import WORDS, listed, written

checks = Checks()

ENTERPRISE, INDUSTRY = "enterprise", "industry"
KIND, SERVES = "organisation.panels.members.kind", "organisation.panels.serves"
COMMITTEE = "committee"


@checks.rule("JS-2.4-panel-joint-composition", needs=("organisation",))
def joint_panels(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """专家组应当由企业专家和行业专家共同组成: each panel by itself (AMB-23)."""
    least = given.template.integer("/organisation/panels/enterprise_experts")
    for path, name, enterprise, industry in _scoring_bodies(plan):
        lacking = [
            code for code, absent in ((ENTERPRISE, enterprise < least), (INDUSTRY, industry < 1)) if absent
        ]
        if lacking:
            missing = listed(WORDS.word(KIND, code) for code in lacking)
            yield Violation(
                path,
                f"{name}有企业专家 {enterprise} 人、行业专家 {industry} 人，缺少{missing}。"
                "专家组应当由企业专家和行业专家共同组成。"
                + (_kinds_in_words(plan, path, *lacking) or f"增补{missing}。"),
            )


@checks.rule("JS-2.4-panel-industry-experts", needs=("organisation",))
def enough_industry_experts(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """其中行业专家不少于3人: an expert whose kind is unknown counts nowhere (AMB-24)."""
    least = given.template.integer("/organisation/panels/industry_experts")
    for path, name, _, industry in _scoring_bodies(plan):
        if industry < least:
            step = _kinds_in_words(plan, path, INDUSTRY) or f"增补行业专家 {least - industry} 人。"
            yield Violation(path, f"{name}有行业专家 {industry} 人，不得少于 {least} 人。{step}")


def panel_name(place: int, panel: Panel) -> str:
    """专家组（业绩评价、面试答辩）: by what the panel serves, or by its place where that is not known."""
    served = [WORDS.word(SERVES, code) for code in panel.serves or () if code in WORDS.codes(SERVES)]
    return f"专家组（{listed(served)}）" if served else f"第 {place + 1} 个专家组"


def members_of(place: int) -> str:
    """The pointer to the experts of the panel at ``place``."""
    return f"/organisation/panels/{place}/members"


def _kinds_in_words(plan: PlanDraft, path: str, *kinds: str) -> str:
    """That the words of ``kinds`` stand in the panel at ``path`` where their codes should, or ""."""
    panels = entries(or_empty(plan.organisation, Organisation).panels, Panel)
    stated = (
        expert.kind
        for place, panel in panels
        if members_of(place) == path
        for _, expert in entries(panel.members, PanelMember)
    )
    return written(KIND, *(each for each in stated if each and WORDS.code(KIND, each) in kinds))


def _scoring_bodies(plan: PlanDraft) -> Iterator[tuple[str, str, int, int]]:
    """(path, name, enterprise and industry experts) of each panel, and of a committee that scores."""
    organisation = or_empty(plan.organisation, Organisation)
    for place, panel in entries(organisation.panels, Panel):
        kinds = [expert.kind for _, expert in entries(panel.members, PanelMember)]
        name = panel_name(place, panel)
        yield members_of(place), name, kinds.count(ENTERPRISE), kinds.count(INDUSTRY)
    committee = or_empty(organisation.committee, Committee)
    if organisation.scoring_body == COMMITTEE and not blank(committee.members):
        people = persons(plan, *POSTS)
        external = externals(people)
        name = "直接评分的评审委员会（本企业人员视同企业专家，外聘人员视同行业专家）"
        yield "/organisation/committee", name, len(people) - external, external
