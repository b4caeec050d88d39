"""One version of a plan as one reviewer sees it: never what the other body has flagged so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from flask import url_for

from core.documents.review_opinion import REVIEW_OPINION
from core.domain.diff import Change
from core.domain.frozen import thaw
from core.domain.pilot_cycle import PlanExpert
from core.domain.plan import PlanDraft
from core.domain.plan_review import (
    REVIEWERS,
    SECTIONS,
    FindingView,
    Progress,
    SentAgain,
    Tick,
    ToView,
    in_order,
    returned_before,
    section_of,
    sent_again,
    standing_ticks,
    standing_views,
)
from core.domain.roles import Actor, Role
from core.domain.stages import PlanAct, PlanState, plan_acts
from core.persistence.queries import plan_review as queries
from core.rulebook.by_hand import by_hand
from core.rulebook.catalogue import RuleText
from core.rulebook.deviation import Departure
from core.rulebook.engine import Finding
from core.rulebook.waivers import may_waive
from core.services.documents import STANDS
from core.services.drafts.reading import draft_of
from core.services.plans import deviation_report, differences, differences_from_reference
from core.services.reviews.approved import Standing, standing
from core.services.reviews.assessing import pool
from core.services.reviews.kept import JOINT, PROVINCE, Judged, KeptVersion, Review
from core.services.reviews.marking import DECIDERS
from core.web import workdays
from core.web.forms import transaction
from core.web.plandocument import PlanDocument
from core.web.printing import OF_PLAN, Download, downloads

RULES: Final[Mapping[str, str]] = {
    "occupations": "JS-2.2-sec-occupations",
    "conditions": "JS-2.2-sec-conditions",
    "methods": "JS-2.2-sec-methods",
    "organisation": "JS-2.2-sec-organisation",
    "rubric": "JS-A3-weights-reference",
    "schedule": "JS-2.2-sec-schedule",
    "incentives": "JS-2.2-sec-incentives",
    "rights_duties": "JS-2.2-sec-rights",
    "complaints": "JS-A2-complaint-mechanism",
    "extra_sections": "JS-2.2-plan-seven-sections",
    "deviations": "JS-2.4-annex2-reference",
}
TONES: Final[Mapping[PlanState, tuple[str, str]]] = {
    PlanState.PUBLICISED: ("info", ""),
    PlanState.SUBMITTED: ("info", ""),
    PlanState.REVIEWED: ("info", ""),
    PlanState.APPROVED: ("ok", "check"),
    PlanState.RETURNED: ("warn", "arrow-back-up"),
    PlanState.REJECTED: ("bad", "circle-x"),
    PlanState.WITHDRAWN: ("mute", ""),
    PlanState.SUPERSEDED: ("mute", ""),
}
REFERENCE, LOOK, PREVIOUS, WHOLE = "reference", "look", "previous", "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section of the plan: what departs and what changed in it, and what this body said of it.

    ``returned`` is why this body returned it when it said something else; ``by_hand`` are the rules that
    whoever agrees to it has confirmed.
    """

    name: str
    zh: str
    hash: str
    tick: Tick | None
    changes: tuple[Change, ...]
    departures: tuple[Departure, ...]
    returned: Tick | None
    by_hand: tuple[RuleText, ...]

    @property
    def state(self) -> str:
        return self.tick.verdict.value if self.tick else "open"


@dataclass(frozen=True, slots=True)
class Checked:
    """A finding with its place in the checklist, what this body said of it, and who waived it."""

    finding: Finding
    to_view: ToView
    said: FindingView | None


class ReviewPage:
    """A version, what the rules say of it, and how far the reader has come with it."""

    def __init__(self, kept: KeptVersion, judged: Judged, actor: Actor, against: str = "") -> None:
        self.kept = kept
        self.judged = judged
        self.actor = actor
        self._against = against

    @cached_property
    def against(self) -> str:
        """What was asked for; else what the reader saw last, the last version, or the reference."""
        wanted = (self._against, LOOK, PREVIOUS)
        return next((each for each in wanted if each in self.choices), REFERENCE)

    @property
    def tone(self) -> tuple[str, str]:
        return TONES[self.kept.state]

    @property
    def bodies(self) -> tuple[tuple[Role, Review | None], ...]:
        """The bodies of the joint review, each with what it decided."""
        return tuple((each, self.kept.decided(each, JOINT)) for each in REVIEWERS[self.kept.channel])

    @property
    def province(self) -> tuple[Review, ...]:
        return tuple(each for each in self.kept.reviews if each.stage == PROVINCE)

    @cached_property
    def marks(self) -> bool:
        """Whether the reader may tick sections of it now."""
        if self.kept.state is PlanState.REVIEWED:
            return self.actor.role in DECIDERS
        own = self.actor.role in REVIEWERS[self.kept.channel]
        if self.actor.role is Role.CENTRAL_BRANCH:
            own = own and self.actor.tenant_id == self.kept.nominator_id
        return own and self.kept.state is PlanState.SUBMITTED and not self.decided

    @property
    def decided(self) -> Review | None:
        """What the reader's body decided in the joint review."""
        return self.kept.decided(self.actor.role, JOINT)

    @property
    def assesses(self) -> bool:
        """Whether the reader is an expert who has still to assess it."""
        task = self.kept.expert(self.actor.person_id)
        return self.actor.role is Role.PLAN_EXPERT and task is not None and task.open

    @cached_property
    def acts(self) -> tuple[PlanAct, ...]:
        """What the reader may do with the version now."""
        possible = plan_acts(self.kept.state, channel=self.kept.channel, role=self.actor.role)
        joint = {PlanAct.AGREE, PlanAct.RETURN}
        return tuple(
            each
            for each in possible
            if each not in {PlanAct.CONCLUDE, PlanAct.SUPERSEDE} and (each not in joint or self.marks)
        )

    @cached_property
    def progress(self) -> Progress:
        return self.judged.progress(self.kept, self.actor.role)

    @cached_property
    def choices(self) -> Mapping[str, PlanDraft | None]:
        """What the version can be held against: the reference, earlier versions, nothing."""
        found: dict[str, PlanDraft | None] = {REFERENCE: None}
        rows = queries.others(transaction(), tenant_id=self.kept.tenant_id, plan_id=self.kept.plan_id)
        earlier = [each for each in rows if each.number < self.kept.number]
        looked = self.kept.looks.get((self.actor.role, self.actor.person_id))
        if seen := next((each for each in earlier if each.id == looked), None):
            found[LOOK] = thaw(bytes(seen.document))
        if earlier:
            found[PREVIOUS] = thaw(bytes(earlier[-1].document))
        return {**found, WHOLE: None}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        other = self.choices[self.against]
        if other is None:
            return differences_from_reference(self.kept.plan, self.judged.edition)
        return differences(other, self.kept.plan, self.judged.edition)

    @cached_property
    def sections(self) -> tuple[SectionView, ...]:
        changes: dict[str, list[Change]] = {}
        for each in self.changes:
            changes.setdefault(section_of(each.path) or each.section, []).append(each)
        said = self.actor.role, self.kept.section_hashes, self.kept.ticks
        ticks, returned = standing_ticks(*said), returned_before(*said)
        return tuple(
            SectionView(
                name=name,
                zh=zh,
                hash=self.kept.section_hashes[name],
                tick=ticks.get(name),
                changes=tuple(
                    each for each in self.changes if (section_of(each.path) or each.section) == name
                ),
                departures=tuple(each for each in self.departures if each.section == name),
                returned=returned.get(name),
                by_hand=self.by_hand.get(name, ()),
            )
            for name, zh in SECTIONS.items()
            if name in self.kept.section_hashes
        )

    @cached_property
    def by_hand(self) -> Mapping[str, tuple[RuleText, ...]]:
        """What no code checks, by section; under "" what is about the plan as a whole."""
        return by_hand(self.judged.edition, self.kept.section_hashes)

    def is_loud(self, section: SectionView) -> bool:
        """Whether a section stands open: something is new in it, is flagged, or everything is read."""
        departs = self.against == REFERENCE and bool(section.departures)
        read = self.against == WHOLE
        return bool(section.changes or section.returned) or departs or read or section.state == "return"

    @property
    def first(self) -> bool:
        """Whether no version came before this one."""
        return PREVIOUS not in self.choices

    @property
    def under_review(self) -> bool:
        """Whether a body that has not decided yet still may."""
        return self.kept.state is PlanState.SUBMITTED

    @property
    def is_returned(self) -> bool:
        return self.kept.state is PlanState.RETURNED

    @property
    def next_open(self) -> SectionView | None:
        """The first section that the reader has still to decide."""
        return next((each for each in self.sections if each.name in self.progress.open), None)

    @cached_property
    def checked(self) -> tuple[Checked, ...]:
        """The findings as the reader goes through them: what was waived comes first."""
        said = standing_views(self.actor.role, self.judged.to_view, self.kept.views)
        found = {
            each.hash: finding
            for each, finding in zip(self.judged.to_view, self.judged.findings, strict=True)
        }
        return tuple(
            Checked(found[each.hash], each, said.get(each.key)) for each in in_order(self.judged.to_view)
        )

    @cached_property
    def departures(self) -> tuple[Departure, ...]:
        cycle = self.kept.opened.cycle.for_enterprise(self.kept.uscc)
        return deviation_report(self.kept.plan, cycle, self.judged.edition)

    @property
    def passed(self) -> int:
        """How many rules that code judges found nothing."""
        found = {each.rule for each in self.judged.findings}
        return sum(each.rule not in found for each in self.judged.edition.checks)

    @cached_property
    def pool(self) -> tuple[PlanExpert, ...]:
        """The experts who may be asked to assess it."""
        return pool(transaction(), self.kept)

    @cached_property
    def standing(self) -> Standing:
        """What the version in force would say otherwise today."""
        if self.kept.state is not PlanState.APPROVED:
            return Standing()
        draft = draft_of(transaction(), tenant_id=self.kept.tenant_id, plan_id=self.kept.plan_id)
        return Standing() if draft is None else standing(transaction(), draft.plan, draft.checked.plan)

    @cached_property
    def document(self) -> PlanDocument:
        return PlanDocument(self.kept.plan, self.judged.edition)

    @property
    def sent_again(self) -> SentAgain:
        """What returning it today costs the enterprise at least."""
        return sent_again(
            workdays.this_day(),
            self.kept.opened.cycle.last_day("plan_report", self.kept.uscc),
            workdays=self.judged.edition.template.integer("/publicity/plan/recommended_workdays"),
            calendar=self.judged.edition.calendar,
        )

    def rule(self, rule: str) -> RuleText | None:
        return self.judged.edition.catalogue.rules.get(rule)

    def section_zh(self, section: str) -> str:
        return SECTIONS[section]

    def section_rule(self, section: str) -> RuleText:
        return self.judged.edition.catalogue.rules[RULES[section]]

    def may_waive(self, finding: Finding) -> bool:
        """Whether the reader may waive the rule of a finding of this version."""
        open_now = self.kept.state in {PlanState.SUBMITTED, PlanState.REVIEWED}
        rules = self.judged.edition.catalogue.rules
        return open_now and finding.stops and may_waive(finding.rule, self.actor.role, rules)

    @property
    def downloads(self) -> tuple[Download, ...]:
        """The documents of this version: the plan while it stands, and the opinion on it."""
        state = self.kept.state
        of_plan = OF_PLAN if state in STANDS else ()
        opinion = () if state is PlanState.WITHDRAWN else (REVIEW_OPINION,)
        return downloads(
            "reviews.document",
            (*of_plan, *opinion),
            tenant_id=self.kept.tenant_id,
            version_id=self.kept.id,
        )

    def url(self, endpoint: str, **values: object) -> str:
        return url_for(
            endpoint,
            tenant_id=self.kept.tenant_id,
            version_id=self.kept.id,
            **values,  # type: ignore[arg-type]
        )
