"""A nomination as its reader sees it: parts in words, what was found of each, what can be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from flask import url_for

from core.documents.nomination_letter import NOMINATION_LETTER
from core.domain.dossier_words import part_words
from core.domain.nomination import (
    REQUIREMENTS,
    DossierPart,
    Verification,
    part_of,
)
from core.domain.places import CITIES
from core.domain.records import pointer
from core.domain.roles import Actor
from core.domain.stages import NominationAct, NominationState
from core.domain.wording import place_words
from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Finding
from core.rulebook.quota import is_exempt
from core.rulebook.vocabulary import vocabulary
from core.services.attachments import Attached
from core.services.documents import CLOSED
from core.services.nominations.kept import PURPOSES, QUOTA_CLASS, Kept
from core.services.nominations.reading import Looked
from core.services.nominations.steps import VERIFIERS
from core.web.nominations.deeds import (
    ARRIVED,
    CONSEQUENCES,
    DIRECTLY,
    ENDPOINTS,
    FORWARD,
    ICONS,
    OWN_DECISION,
    OWN_TURN,
    TONES,
    TURNS,
    VERBS,
    WORDS,
    acts_of,
    signed,
    step_of,
)
from core.web.nominations.dossierform import anchor_of
from core.web.printing import Download, downloads
from core.web.texts import gettext as _

CLAUSES: Final[Mapping[DossierPart, str]] = MappingProxyType(
    {
        DossierPart.ENTERPRISE: "JS-1.1-head-enterprise",
        DossierPart.INDUSTRY_POSITION: "JS-1.1-above-scale-industrial",
        DossierPart.EVALUATION_WORK: "JS-1.1-has-run-evaluation",
        DossierPart.SENIOR_TECHNICIANS: "JS-1.1-senior-technician-stock",
        DossierPart.QUOTA: "JS-1.1-city-quota-one",
    }
)
"""The rule that stands beside the title of a part."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one purpose: its official term, and what there is."""

    purpose: str
    title: str
    files: tuple[Attached, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a dossier: what it says and rests on, what was found of it, what the rules say."""

    part: DossierPart
    number: int
    rule: RuleText
    quote: str
    said: tuple[tuple[str, str], ...]
    files: tuple[Files, ...]
    verification: Verification | None
    findings: tuple[Finding, ...]

    @property
    def id(self) -> str:
        return self.part.value

    @property
    def title(self) -> str:
        return self.part.zh


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the reader can do: its words, where, its icon."""

    words: str
    url: str
    icon: str


@dataclass(frozen=True)
class NominationPage:
    """A nomination with what the reader's next step would meet, if there is one (``step``)."""

    kept: Kept
    actor: Actor
    looked: Looked | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.looked.findings if self.looked else ()

    @property
    def state(self) -> NominationState:
        return self.kept.nomination.state

    @property
    def tone(self) -> tuple[str, str]:
        return TONES[self.state]

    @property
    def city(self) -> str:
        return CITIES[self.kept.nomination.city_code]

    @cached_property
    def acts(self) -> tuple[NominationAct, ...]:
        """What the reader may do by the state it is in."""
        return acts_of(self.kept, self.actor)

    @property
    def step(self) -> NominationAct | None:
        return step_of(self.kept, self.actor)

    @property
    def verifies(self) -> bool:
        """Whether the reader records now what was found of the parts."""
        return self.actor.role in VERIFIERS and self.state is NominationState.REPORTED

    @property
    def downloads(self) -> tuple[Download, ...]:
        """The letter, unless nothing of the nomination goes on."""
        if self.state in CLOSED:
            return ()
        return downloads(
            "nominations.document",
            (NOMINATION_LETTER,),
            tenant_id=self.kept.tenant_id,
            nomination_id=self.kept.id,
        )

    @property
    def edits(self) -> bool:
        return self.kept.editable and self.actor.tenant_id == self.kept.tenant_id

    @property
    def stops(self) -> tuple[Finding, ...]:
        """What keeps the step from being taken."""
        return tuple(each for each in self.findings if each.stops)

    @property
    def stops_now(self) -> tuple[Finding, ...]:
        """What keeps the step from being taken, but for what is still to be verified."""
        return tuple(each for each in self.told if each.stops)

    @property
    def general(self) -> tuple[Finding, ...]:
        """What the rules say of the nomination as a whole."""
        return tuple(each for each in self.findings if not each.path)

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings but for those that only say what is still to be verified: the parts show that."""
        waiting = {pointer(part) for part in REQUIREMENTS if part not in self.verified}
        return tuple(each for each in self.findings if each.path not in waiting)

    @cached_property
    def verified(self) -> Mapping[DossierPart, Verification]:
        return {each.part: each for each in self.kept.nomination.verifications}

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return tuple(map(self._part, DossierPart))

    def finding_place(self, found: Finding) -> str:
        """Where a finding stands in the dossier, in words."""
        if not found.path:
            return ""
        return place_words(self.kept.nomination.dossier, found.path, self._words.word)

    def rule(self, rule_id: str) -> RuleText | None:
        return self.kept.opened.edition.catalogue.rules.get(rule_id)

    @property
    def _words(self) -> Any:
        return vocabulary(self.kept.opened.cycle.edition)

    def _part(self, part: DossierPart) -> Part:
        edition = self.kept.opened.edition
        direct = part is DossierPart.QUOTA and self.kept.nomination.is_direct
        rule_id = "JS-2.1-central-branch-channels" if direct else CLAUSES[part]
        quote = ""
        if part in REQUIREMENTS:
            quote = edition.template.text(f"/nomination/requirements/{part}/statement")
        return Part(
            part=part,
            number=REQUIREMENTS.index(part) + 1 if part in REQUIREMENTS else 0,
            rule=edition.catalogue.rules[rule_id],
            quote=quote,
            said=tuple(part_words(self.kept.nomination.dossier, part, self._words.word)),
            files=tuple(
                Files(purpose, title, self.kept.files_for(purpose))
                for purpose, (of, title) in PURPOSES.items()
                if of is part and (purpose != QUOTA_CLASS or self._proves_class)
            ),
            verification=self.verified.get(part),
            findings=tuple(each for each in self.told if each.path and part_of(each.path) is part),
        )

    @property
    def _proves_class(self) -> bool:
        """Whether the class of the nomination needs a proof, or has one."""
        chosen = str(self.kept.nomination.dossier.quota_class or "")
        template = self.kept.opened.edition.template
        return not chosen or is_exempt(template, chosen) or bool(self.kept.files_for(QUOTA_CLASS))

    @cached_property
    def stages(self) -> list[dict[str, str]]:
        """The course of a nomination as ``steps`` shows it, with who did what and when."""
        kept, nomination, state = self.kept, self.kept.nomination, self.state
        found = sum(part in self.verified and self.verified[part].met for part in REQUIREMENTS)
        verified = _("%(n)s / %(of)s 项符合", n=found, of=len(REQUIREMENTS))
        nominated = signed(nomination.nominated) if state is not NominationState.DRAFT else ""
        line = [(self.sending, nominated if state is not NominationState.RETURNED else _("退回补正"))]
        if not nomination.is_direct:
            line.append((_("会签"), signed(nomination.countersigned) if state in ARRIVED else ""))
        line.append((_("核实"), verified if self.verified else ""))
        line.append(
            (_("确定"), _("不予确定") if state is NominationState.REJECTED else kept.admitted_name or "")
        )
        done = {
            NominationState.SUBMITTED: 1,
            NominationState.REPORTED: len(line) - (1 if found == len(REQUIREMENTS) else 2),
            NominationState.REJECTED: len(line) - 1,
            NominationState.ADMITTED: len(line),
        }.get(state, 0)
        return [
            {
                "label": label,
                "note": note,
                "state": "done" if place < done else "now" if place == done and self.is_open else "next",
            }
            for place, (label, note) in enumerate(line)
        ]

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done with it."""
        return self.state not in {NominationState.REJECTED, NominationState.WITHDRAWN}

    # --- what to do

    @property
    def turn(self) -> str:
        """Whose turn it is, in a sentence."""
        if self.verifies:
            waiting = sum(part not in self.verified for part in REQUIREMENTS)
            return str(OWN_TURN).format(waiting=waiting) if waiting else str(OWN_DECISION)
        return str(TURNS[self.state]).format(nominator=self.kept.unit, city=self.city, act=self.sending)

    @cached_property
    def deeds(self) -> tuple[Deed | None, tuple[Deed, ...]]:
        """The one thing to do first, if something is; and what else the reader can do."""
        acts = list(self.acts)
        first: Deed | None = None
        if self.edits and (
            self.stops or (self.state is NominationState.RETURNED and not self.kept.changed())
        ):
            first = self._edit()
        elif self.verifies and not self._decided:
            first = self._verify()
        elif self.verifies and self.kept.nomination.unmet:
            first = self._deed(NominationAct.RETURN)
            acts.remove(NominationAct.RETURN)
        elif self.step is not None and not self.stops:
            first = self._deed(self.step)
        rest = [self._deed(act) for act in acts if act not in FORWARD]
        if self.edits and (first is None or first.url != self._edit().url):
            rest.insert(0, self._edit())
        if self.verifies and (first is None or first.url != self._verify().url):
            rest.append(self._verify())
        return first, tuple(rest)

    @property
    def _decided(self) -> bool:
        """Whether the province has looked at all three requirements."""
        return all(part in self.verified for part in REQUIREMENTS)

    def verb(self, act: NominationAct) -> str:
        """An act within a sentence: 现在不能……."""
        return self.sending if act is NominationAct.SUBMIT else _(VERBS[act])

    def consequence(self, act: NominationAct) -> str:
        """What comes of an act, in a sentence."""
        directly = act is NominationAct.SUBMIT and self.kept.nomination.is_direct
        return str(DIRECTLY if directly else CONSEQUENCES[act])

    def icon(self, act: NominationAct) -> str:
        return ICONS[act]

    def place_url(self, found: Finding) -> str:
        """Where a finding can be dealt with: on the form for who fills it in, else where it is said."""
        if not found.path:
            return ""
        if self.edits:
            return f"{self.url('nominations.edit_form')}#{anchor_of(found.path)}"
        return f"{self.url('nominations.show')}#part-{part_of(found.path)}"

    @property
    def quota_class(self) -> str:
        """The 名额类别 in words."""
        chosen = self.kept.nomination.dossier.quota_class
        return self._words.word("quota_class", str(chosen)) if chosen else _("未选择名额类别")

    def _deed(self, act: NominationAct) -> Deed:
        return Deed(self.words(act), self.url(ENDPOINTS[act]), ICONS[act])

    def words(self, act: NominationAct) -> str:
        """What an act is called on its button."""
        if act is NominationAct.SUBMIT:
            return _("重新%(act)s", act=self.sending) if self._again else self.sending
        if act is NominationAct.WITHDRAW:
            return (
                _("撤回草稿") if self.state is NominationState.DRAFT else _("撤回%(act)s", act=self.sending)
            )
        return _(WORDS[act])

    @property
    def sending(self) -> str:
        """What sending in is called: a city recommends an enterprise, a central branch applies (二（一）)."""
        return _("申报") if self.kept.nomination.is_direct else _("推荐")

    @property
    def _again(self) -> bool:
        return self.state is NominationState.RETURNED

    def _edit(self) -> Deed:
        words = _("补正") if self.state is NominationState.RETURNED else _("填写")
        return Deed(words, self.url("nominations.edit_form"), "edit")

    def _verify(self) -> Deed:
        return Deed(_("核实"), self.url("nominations.verify_form"), "clipboard-check")

    def url(self, endpoint: str, **more: Any) -> str:
        """A page of this nomination."""
        return url_for(endpoint, tenant_id=self.kept.tenant_id, nomination_id=self.kept.id, **more)
