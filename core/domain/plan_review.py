"""方案审核 (二（三）): what a body has still to look at in a version of a plan, and what a return unlocks.

A plan is reviewed section by section. A body's tick on a section holds while the section stays word for word
the same, its word on a finding while the finding does; both are kept for the plan, so that what did not
change need not be looked at twice (AMB-16).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.domain.calendar import ONE_DAY, WorkCalendar
from core.domain.errors import DomainError
from core.domain.frozen import digest
from core.domain.plan import NINE_PARTS, SEVEN_SECTIONS, Deviation, PlanDraft
from core.domain.records import plain, specs, steps_of
from core.domain.roles import Role
from core.domain.stages import Channel
from core.domain.values import ABSENT, blank, entries

EXTRA: Final = "extra_sections"
DEVIATIONS: Final = "deviations"
SECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {name: specs(PlanDraft)[name].zh for name in (*NINE_PARTS, EXTRA, DEVIATIONS)}
)
"""What is ticked, with its official term; the last two only where a plan has them."""

_OF_ANNEX: Final[Mapping[int, tuple[str, ...]]] = MappingProxyType(
    {1: ("conditions",), 2: ("methods", "organisation", "complaints"), 3: ("rubric",)}
)
"""The parts in whose answers a deviation from an annex is declared."""

REVIEWERS: Final[Mapping[Channel, tuple[Role, Role]]] = MappingProxyType(
    {
        Channel.CITY: (Role.CITY_HR, Role.CITY_INDUSTRY),
        Channel.PROVINCE_DIRECT: (Role.PROVINCE_CENTRE, Role.CENTRAL_BRANCH),
    }
)
"""Both must agree, either may return; who comes first does not matter (JS-2.3-joint-review, AMB-46)."""


class Verdict(StrEnum):
    """What a body says of a section."""

    AGREE = "agree"
    RETURN = "return"


class View(StrEnum):
    """What a body says of a finding: seen; or the reason given for it holds, or does not."""

    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A body's word on a section as it was when its hash was ``section_hash``."""

    role: Role
    section: str
    section_hash: str
    verdict: Verdict
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A body's word on a finding as it was when its hash was ``finding_hash``."""

    role: Role
    rule: str
    path: str
    finding_hash: str
    verdict: View
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToView:
    """A finding as a reviewer meets it.

    ``reasoned``: a reason is given, to be accepted or refused; any other finding is confirmed. ``hash`` is
    that of everything it says. ``awaits`` are the bodies that may waive it while it ``stops`` the plan.
    """

    rule: str
    path: str
    hash: str
    reasoned: bool
    waived: bool
    stops: bool
    message: str
    awaits: tuple[Role, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.rule, self.path

    @property
    def section(self) -> str:
        """The section it is about; "" for what is of the enterprise or of the notice."""
        return section_of(self.path)


def section_hashes(plan: PlanDraft) -> Mapping[str, str]:
    """The sections of ``plan``, each with the SHA-256 of the canonical JSON of its part and its words."""
    found = {}
    for name in SECTIONS:
        part = getattr(plan, name)
        if name in NINE_PARTS:
            words = (
                getattr(plan.sections, name, ABSENT) if name in SEVEN_SECTIONS and plan.sections else ABSENT
            )
            stated = {"part": part, "words": words}
            found[name] = digest({key: plain(value) for key, value in stated.items() if value is not ABSENT})
        elif not blank(part):
            found[name] = digest({"part": plain(part)})
    return found


def finding_hash(*said: object) -> str:
    """The hash of what a finding says."""
    return digest([str(each) for each in said])


def section_of(path: str) -> str:
    """The section that a JSON pointer into a plan leads to; "" for a place outside all of them."""
    steps = steps_of(path)
    if len(steps) > 1 and steps[0] == "sections":
        steps = steps[1:]
    return steps[0] if steps and steps[0] in SECTIONS else ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one body has come with one version.

    ``agreed`` and ``flagged`` are sections it ticked; ``open`` those it has not, in document order.
    ``unseen`` are findings it has still to confirm, ``undecided`` reasons it has still to accept or refuse,
    ``refused`` reasons that it does not accept, ``blocking`` findings that nobody may waive, ``to_waive``
    those that it may. What only other bodies may waive is theirs to decide.
    """

    agreed: tuple[Tick, ...]
    flagged: tuple[Tick, ...]
    open: tuple[str, ...]
    unseen: tuple[ToView, ...]
    undecided: tuple[ToView, ...]
    refused: tuple[FindingView, ...]
    blocking: tuple[ToView, ...]
    to_waive: tuple[ToView, ...]

    @property
    def total(self) -> int:
        return len(self.agreed) + len(self.flagged) + len(self.open)

    @property
    def may_agree(self) -> bool:
        return not self.lacking

    @property
    def may_return(self) -> bool:
        return bool(self.to_unlock)

    @property
    def to_view(self) -> int:
        """How many findings are in the way of agreeing."""
        waiting = (self.blocking, self.to_waive, self.unseen, self.undecided, self.refused)
        return sum(map(len, waiting))

    @property
    def lacking(self) -> tuple[str, ...]:
        """What is in the way of agreeing, in words: 还有 2 节待定."""
        counted = {
            "还有 {} 项阻断": self.blocking,
            "还有 {} 项待本单位豁免": self.to_waive,
            "还有 {} 节待定": self.open,
            "{} 节拟退回": self.flagged,
            "{} 条理由不予采纳": self.refused,
            "还有 {} 条理由待定": self.undecided,
            "还有 {} 项检查结果待核对": self.unseen,
        }
        return tuple(words.format(len(each)) for words, each in counted.items() if each)

    @property
    def to_unlock(self) -> Mapping[str, str]:
        """The sections that a return by this body flags, each with its reasons."""
        reasons: dict[str, list[str]] = {each.section: [each.reason] for each in self.flagged}
        for view in self.refused:
            if section := section_of(view.path):
                reasons.setdefault(section, []).append(view.reason)
        return {name: "；".join(reasons[name]) for name in SECTIONS if name in reasons}


def progress(
    role: Role,
    hashes: Mapping[str, str],
    findings: Sequence[ToView],
    ticks: Iterable[Tick],
    views: Iterable[FindingView],
) -> Progress:
    """How far ``role`` has come with the version whose sections have ``hashes``.

    ``ticks`` and ``views`` are those of the plan in the order in which they were made, of whatever body.
    """
    ticked = standing_ticks(role, hashes, ticks)
    viewed = standing_views(role, findings, views)
    ordered = [ticked[name] for name in SECTIONS if name in ticked]
    unviewed = [each for each in findings if each.key not in viewed and not each.stops]
    return Progress(
        agreed=tuple(each for each in ordered if each.verdict is Verdict.AGREE),
        flagged=tuple(each for each in ordered if each.verdict is Verdict.RETURN),
        open=tuple(name for name in SECTIONS if name in hashes and name not in ticked),
        unseen=tuple(each for each in unviewed if not each.reasoned),
        undecided=tuple(each for each in unviewed if each.reasoned),
        refused=tuple(each for each in viewed.values() if each.verdict is View.REFUSED),
        blocking=tuple(each for each in findings if each.stops and not each.awaits),
        to_waive=tuple(each for each in findings if each.stops and role in each.awaits),
    )


def standing_ticks(role: Role, hashes: Mapping[str, str], ticks: Iterable[Tick]) -> Mapping[str, Tick]:
    """The last tick of ``role`` on each section, where the section is still what was ticked."""
    last = {each.section: each for each in ticks if each.role is role}
    return {name: each for name, each in last.items() if hashes.get(name) == each.section_hash}


def returned_before(role: Role, hashes: Mapping[str, str], ticks: Iterable[Tick]) -> Mapping[str, Tick]:
    """Where the last word of ``role`` on a section was to return it, and it says something else since."""
    last = {each.section: each for each in ticks if each.role is role}
    return {
        name: each
        for name, each in last.items()
        if each.verdict is Verdict.RETURN and hashes.get(name) != each.section_hash
    }


def standing_views(
    role: Role, findings: Iterable[ToView], views: Iterable[FindingView]
) -> Mapping[tuple[str, str], FindingView]:
    """The last word of ``role`` on each finding that still says the same."""
    last = {(each.rule, each.path): each for each in views if each.role is role}
    return {
        each.key: last[each.key]
        for each in findings
        if each.key in last and last[each.key].finding_hash == each.hash
    }


def in_order(findings: Iterable[ToView]) -> tuple[ToView, ...]:
    """As a reviewer reads them: waived (PF-waiver-log), what stops, reasons to judge, what to confirm."""
    return tuple(sorted(findings, key=lambda each: (not each.waived, not each.stops, not each.reasoned)))


def to_return(own: Role, by_body: Mapping[Role, Progress]) -> Mapping[str, str]:
    """The sections that a return by ``own`` opens, each with its reasons: all that any body has flagged.

    The enterprise mends them in one version; what another body flagged is told as its word.
    """
    reasons: dict[str, list[str]] = {}
    for role in (own, *(each for each in by_body if each is not own)):
        for name, reason in by_body[role].to_unlock.items():
            reasons.setdefault(name, []).append(reason if role is own else f"{reason}（{role.zh}）")
    return {name: "；".join(reasons[name]) for name in SECTIONS if name in reasons}


def unlocked_parts(flagged: Iterable[str], plan: PlanDraft) -> tuple[str, ...]:
    """The parts that may be edited again when the sections ``flagged`` of ``plan`` are returned.

    A deviation is declared in the part that departs, so flagging 偏离说明 opens the parts of its annexes.
    """
    opened = set(flagged)
    if DEVIATIONS in opened:
        opened.discard(DEVIATIONS)
        for _, each in entries(plan.deviations, Deviation):
            opened.update(_OF_ANNEX.get(each.annex or 0, tuple(NINE_PARTS)))
    return tuple(name for name in SECTIONS if name in opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAgain:
    """What a return costs at least: a new notice of ``workdays`` from today, over with ``notice_ends``.

    ``earliest`` is the first day on which the plan can be sent in again, ``last`` the one for reporting it.
    """

    workdays: int
    notice_ends: date
    earliest: date
    last: date

    @property
    def too_late(self) -> bool:
        return self.earliest > self.last


def sent_again(today: date, last: date, *, workdays: int, calendar: WorkCalendar) -> SentAgain:
    """The days of a plan that is returned, mended and publicised ``today`` (JS-2.2-plan-publicised-staff)."""
    ends = calendar.after(today, workdays)
    return SentAgain(workdays=workdays, notice_ends=ends, earliest=ends + ONE_DAY, last=last)


def agreed_by_all(channel: Channel, agreed: Iterable[Role]) -> bool:
    """Whether both bodies of the channel have agreed."""
    return set(REVIEWERS[channel]) <= set(agreed)


def need_reason(what: str, reason: str) -> str:
    """``reason`` without the space around it. Raises ``DomainError`` when it says nothing."""
    if blank(reason):
        raise DomainError(f"没有写{what}的理由。理由将原样送达企业，写明后再办理。")
    return reason.strip()
