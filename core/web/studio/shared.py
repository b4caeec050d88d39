"""What the pages of the studio share: whom they are open to, the draft in the address, its parts in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, abort, url_for

from core.domain.plan import PlanDraft
from core.domain.records import Kind, pointer, specs, steps_of
from core.domain.roles import Role
from core.domain.values import BEIJING
from core.hookspecs import HOOKS
from core.plandoc.typed import DEVIATIONS, EXTRA, place_of
from core.rulebook.engine import Finding
from core.rulebook.template import Lock
from core.rulebook.terms import Effect
from core.rulebook.vocabulary import Vocabulary, vocabulary
from core.rulebook.waivers import awaits, in_the_way
from core.services.documents import STANDS
from core.services.drafts.compiling import plugins_answer
from core.services.drafts.kept import TYPED
from core.services.drafts.reading import Draft, PartLine, draft_of
from core.web import answerers
from core.web.access import own
from core.web.forms import transaction
from core.web.navigation import may_open
from core.web.plandocument import PlanDocument
from core.web.printing import OF_PLAN, Download, downloads
from core.web.reports import ReportPage, report_page
from core.web.studio.items import Item, told
from core.web.texts import gettext as _

studio = Blueprint("studio", __name__)

ONE: Final = "/units/<int:tenant_id>/plans/<int:plan_id>"
EDITORS: Final = own(Role.ENTERPRISE_HR, Role.ENTERPRISE_PRINCIPAL)

ORDER: Final = (
    *("occupations", "conditions", "methods", "rubric", "organisation", "schedule", "incentives"),
    *("rights_duties", "complaints", EXTRA),
)
NUMBERS: Final = ("1", "2", "3", "3.1", "4", "5", "6", "7", "8", "9")
DECLARING: Final = tuple(HOOKS.values())
"""The parts in the order in which their deviations stand in a plan."""
KEYS: Final = re.compile(r"（[a-z_.]+(?:: \[\d+, \d+\])?）")
"""The keys of plan files that findings name: nobody sees them in the studio."""
ON_NOTICE: Final = "publicity.begin_form"
"""The page that begins the notice to staff."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part in the list of them: ``stops`` findings stop the plan, ``waits`` go to review for a waiver."""

    number: str
    line: PartLine
    url: str
    current: bool
    lock: Lock
    source: answerers.Source | None
    stops: int
    waits: int
    tone: str


@dataclass(frozen=True)
class StudioPage:
    """A draft as the pages of the studio show it; ``part`` is the one that is edited, "" on the overview."""

    draft: Draft
    part: str = ""

    @property
    def plan(self) -> Any:
        return self.draft.plan

    @property
    def now(self) -> datetime:
        """The time at which the plan was read."""
        return self.draft.plan.read_at.astimezone(BEIJING)

    @property
    def words(self) -> Vocabulary:
        return vocabulary(self.draft.checked.edition.id)

    @property
    def title(self) -> str:
        return TYPED.get(self.part, "")

    def url(self, endpoint: str = "studio.edit", **values: Any) -> str:
        """The address of a page of this plan; of the part at hand unless another is named."""
        if endpoint in ("studio.edit", "studio.save") and "part" not in values:
            values["part"] = self.part
        return url_for(endpoint, tenant_id=self.plan.tenant_id, plan_id=self.plan.id, **values)

    @property
    def downloads(self) -> tuple[Download, ...]:
        """The documents of the draft, or of the version that stands in its place."""
        closing = self.plan.closing
        if closing is None:
            return downloads(
                "studio.draft_document", OF_PLAN, tenant_id=self.plan.tenant_id, plan_id=self.plan.id
            )
        if closing.state not in STANDS:
            return ()
        return downloads(
            "plan.version_document", OF_PLAN, tenant_id=self.plan.tenant_id, version_id=closing.id
        )

    @cached_property
    def report(self) -> ReportPage:
        """The check of the draft without what only the notice to staff settles."""
        checked = self.draft.checked
        of_draft = replace(checked.report, findings=checked.of_draft)
        return report_page(of_draft, checked.edition, PlanDocument(checked.plan, checked.edition))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        lines = {each.part: each for each in self.draft.parts}
        return tuple(self._section(number, lines[part]) for number, part in zip(NUMBERS, ORDER, strict=True))

    @property
    def section(self) -> Section:
        return next(each for each in self.sections if each.line.part == self.part)

    @property
    def locks(self) -> tuple[Lock, ...]:
        """How far parts may be moved: each level once, the strictest first."""
        return tuple(Lock)

    @property
    def editable(self) -> bool:
        return self.draft.plan.may_edit(self.part)

    @cached_property
    def standing(self) -> str:
        """What the check, the list of parts and the next step say, in short: if equal, so are they."""
        answered = [(part, who.plugin) for part, who in self.draft.checked.answered.items()]
        passed = [each.id for each in self.report.passed]
        told = repr((self.report.report.findings, passed, answered, self.plan.unlocked))
        return sha256(told.encode()).hexdigest()[:16]

    @property
    def of_plugins(self) -> bool:
        """Whether there is anything from a plugin that the part at hand could go back to."""
        return plugins_answer(self.plan, self.part)

    @property
    def returned(self) -> list[str]:
        """The parts that were sent back, in the order of the plan, where only some were."""
        unlocked = self.plan.unlocked or ()
        return [TYPED[part] for part in ORDER if part in unlocked]

    @property
    def following(self) -> Section | None:
        """The next part that something stops; else the next one."""
        place = ORDER.index(self.part) if self.part else -1
        later = self.sections[place + 1 :]
        return next((each for each in later if each.stops), next(iter(later), None))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What the check found: an omission is one, for all numbers of the studio."""
        checked = self.draft.checked
        return told(
            checked.plan,
            self.report.report.findings,
            checked.edition.catalogue.rules,
            part_of=lambda path: self._place(path)[0],
        )

    @property
    def blocks(self) -> int:
        return self.count("block") - self.waits

    @property
    def waits(self) -> int:
        """How many items go to review for a waiver (待豁免)."""
        return sum(bool(self.awaits(each.finding)) for each in self.items)

    def count(self, effect: str) -> int:
        return len(self.items_of(effect))

    def stopping(self, part: str) -> tuple[Finding, ...]:
        """What stops the plan in a part; in none of them where it is ""."""
        found = (each.finding for each in self.items if each.part == part)
        return in_the_way(found, self.draft.checked.edition.catalogue.rules)

    def awaits(self, finding: Finding) -> tuple[Role, ...]:
        """The bodies that may waive a finding in the review."""
        return awaits(finding, self.draft.checked.edition.catalogue.rules)

    @property
    def reasons(self) -> int:
        return sum(each.finding.stops for each in self.items_of("needs_reason"))

    @property
    def why_not(self) -> str:
        """Why the notice to staff cannot begin; "" when it can."""
        if self.plan.closed_because:
            return str(self.plan.closed_because)
        if self.blocks and self.reasons:
            return _("还有 %(n)s 项阻断、%(m)s 项理由没有处理。", n=self.blocks, m=self.reasons)
        if self.blocks:
            return _("还有 %(n)s 项阻断没有处理。", n=self.blocks)
        return _("还有 %(m)s 项理由没有写明。", m=self.reasons) if self.reasons else ""

    @property
    def notice_url(self) -> str:
        """The page that begins the notice, "" for whom it is not open."""
        return self.url(ON_NOTICE) if may_open(ON_NOTICE, self.plan.tenant_id) else ""

    def items_of(self, effect: str) -> tuple[Item, ...]:
        """The items of one effect: first those of the part at hand."""
        found = [each for each in self.items if each.finding.effect is Effect(effect)]
        return tuple(sorted(found, key=lambda each: each.part != self.part))

    def leads_to(self, path: str) -> str:
        """The field where a finding can be mended: on this page a fragment, else the page of its part."""
        part, place = self._place(path)
        if part not in TYPED:
            return ""
        fragment = f"#{quote(place, safe='/~')}" if place else "#main"
        return fragment if part == self.part else f"{self.url(part=part)}{fragment}"

    def reason_of(self, finding: Finding) -> str:
        """Where the reason is written that a finding asks for; "" where none is asked for."""
        if finding.effect is not Effect.NEEDS_REASON:
            return ""
        found = reason_path(finding.path)
        return self.leads_to(found) if found else ""

    def beside(self) -> Mapping[str, tuple[Finding, ...]]:
        """The findings of the part at hand by the place in its answer."""
        found: dict[str, tuple[Finding, ...]] = {}
        for each in self.report.report.findings:
            part, place = self._place(each.path)
            if part == self.part:
                found[place] = (*found.get(place, ()), each)
        return found

    def _place(self, path: str) -> tuple[str, str]:
        """The part in which a finding lies, and the place in its answer; ("", "") outside of all parts."""
        steps = steps_of(path)
        if steps[:1] != (DEVIATIONS,):
            return place_of(path) or ("", "")
        number = int(steps[1]) if len(steps) > 1 and steps[1].isdecimal() else 0
        for part in DECLARING:
            declared = len(self.draft.answer(part).get(DEVIATIONS) or ())
            if number < declared:
                return part, pointer(DEVIATIONS, number, *steps[2:])
            number -= declared
        return "", ""

    def _section(self, number: str, line: PartLine) -> Section:
        stops = self.stopping(line.part)
        worst = "bad" if any(each.effect is Effect.BLOCK for each in stops) else "warn"
        return Section(
            number=number,
            line=line,
            url=self.url(part=line.part),
            current=line.part == self.part,
            lock=self._lock(line.part),
            source=self.sources.get(line.part),
            stops=len(stops),
            waits=sum(bool(self.awaits(each.finding)) for each in self.items if each.part == line.part),
            tone=worst if stops else "ok",
        )

    def _lock(self, part: str) -> Lock:
        """As the template says of the group; it says nothing of what an enterprise adds."""
        return Lock.FREE if part == EXTRA else self.draft.checked.edition.template.groups[f"/{part}"].lock

    @cached_property
    def sources(self) -> Mapping[str, answerers.Source]:
        return answerers.sources(self.draft.checked.compiled)


@studio.app_template_filter()
def plainly(message: str) -> str:
    """What a finding says, without the keys of plan files."""
    return KEYS.sub("", message)


def reason_path(path: str) -> str:
    """Where the plan states its reason for what stands at ``path``: in the nearest record that has one."""
    found, at, kind = "", "", Kind(PlanDraft)
    for step in ("", *steps_of(path)):
        if step:
            at += pointer(step)
            inner = specs(kind.base).get(step) if kind.is_record else None
            kind = inner.kind if inner else kind.item or kind
        if kind.is_record:
            name = next((each for each in specs(kind.base) if each.endswith("reason")), "")
            found = at + pointer(name) if name else found
    return found


def draft_or_404(tenant_id: int, plan_id: int) -> Draft:
    """The draft in the address, in scope."""
    found = draft_of(transaction(), tenant_id=tenant_id, plan_id=plan_id)
    if found is None:
        abort(404)
    return found


def part_or_404(part: str) -> str:
    if part not in TYPED:
        abort(404)
    return part
