"""Writing what was changed of a part: the part, its edits, and of the record what it has not been told yet.

The record has one event for a field and a sitting: the first change of a field by a person is told with both
values, and later ones of the same person only when 30 minutes have passed since, or somebody else has changed
the field, its list or the whole part in between. Every change, told or not, stays in ``plan_edit``; what a
sitting ended with is told by the hash of the version that is publicised.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from core.audit import Action, record
from core.domain.answers import Answer
from core.domain.diff import Change, ChangeKind
from core.domain.errors import DomainError
from core.domain.plan import SEVEN_SECTIONS, PlanDraft, Sections
from core.domain.records import pointer, steps_of
from core.domain.roles import Actor
from core.domain.values import ABSENT
from core.domain.wording import BETWEEN, EMPTY, place_words
from core.persistence.queries import plan as queries
from core.plandoc import typed
from core.plandoc.typed import Data
from core.rulebook.vocabulary import vocabulary
from core.services import city_requirements
from core.services.drafts.kept import TYPED, KeptPlan, TypedPart, take_to_edit
from core.services.editions import CURRENT
from core.services.plans import differences

SITTING: Final = timedelta(minutes=30)
LARGEST: Final = 200_000
"""Bytes of one part."""
SECTION_WORDS: Final = "方案正文"
WORD: Final = vocabulary(CURRENT.id).word


@dataclass(frozen=True, slots=True)
class Desk:
    """Who changes which part of which plan, in which transaction."""

    session: Session
    actor: Actor
    plan: KeptPlan
    part: str


def desk_for(session: Session, actor: Actor, *, tenant_id: int, plan_id: int, part: str) -> Desk:
    """The desk at which an actor changes a part; they are alone there until the transaction ends.

    Raises LookupError, NotAllowed, DomainError or Conflict.
    """
    plan = take_to_edit(session, actor, tenant_id=tenant_id, plan_id=plan_id, parts=(part,))
    return Desk(session, actor, plan, part)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one place; ``structural`` when a list became another, or the whole part did."""

    path: str
    before: Any
    after: Any
    structural: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A part before and after, as it stands in the plan, whoever answers it; the event tells of these."""

    before: Data | None
    after: Data | None
    action: Action = Action.PLAN_EDIT


def keep(desk: Desk, answer: Data | None, edits: Sequence[Edit], turn: Turn) -> KeptPlan:
    """Write a part that ``edits`` changed to ``answer``, None for nothing typed; the plan as it is then."""
    plan, now = desk.plan, desk.plan.read_at
    if not plan.begun:
        city_requirements.await_city(desk.session, cycle_id=plan.opened.id, city_code=plan.city_code)
    revision, untold = plan.revision(desk.part) + 1, _untold(desk, edits, now)
    text = queries.put_part(
        desk.session,
        tenant_id=plan.tenant_id,
        plan_id=plan.id,
        part=desk.part,
        answer=answer,
        revision=revision,
        by=desk.actor.person_id,
        name=desk.actor.name,
        at=now,
        edits=[_row(each, untold) for each in edits],
    )
    if untold:
        record(
            desk.session,
            tenant_id=plan.tenant_id,
            actor=desk.actor,
            action=turn.action,
            subject=plan.subject,
            changes=_told(desk.part, turn, untold),
        )
    written = TypedPart(
        part=desk.part, text=text, revision=revision, changed_name=desk.actor.name, changed_at=now
    )
    return plan.with_part(written)


def as_kept(part: str, data: Data) -> Data:
    """``data`` as it is kept. Raises NotAPlan, or DomainError where it is too long."""
    made = typed.kept(typed.read(part, data))
    require_short(part, made)
    return made


def require_short(part: str, data: Data) -> None:
    """Raise DomainError for a part that is too long to be kept."""
    if len(json.dumps(data, ensure_ascii=False).encode()) > LARGEST:
        raise DomainError(f"“{TYPED[part]}”的内容过长，没有保存。删减后再保存。")


def document(part: str, answer: Answer[Any] | None) -> PlanDraft:
    """A plan document that has this answer alone."""
    if answer is None:
        return PlanDraft()
    sections = Sections(**{part: answer.section}) if part in SEVEN_SECTIONS else ABSENT
    return PlanDraft(**{part: answer.value, "sections": sections, "deviations": answer.deviations})


def words_of(part: str, path: str, data: Data) -> str:
    """What a place in a part's answer is called: 评分标准 · 面试答辩 · 配分."""
    steps = steps_of(path)
    if not steps:
        return TYPED[part]
    if steps[0] == typed.SECTION:
        return f"{TYPED[part]}{BETWEEN}{SECTION_WORDS}"
    plan = document(part, typed.read(part, data))
    return place_words(plan, path if steps[0] == typed.DEVIATIONS else pointer(part, *steps[1:]), WORD)


def _row(edit: Edit, untold: Collection[str]) -> dict[str, Any]:
    return {
        "path": edit.path,
        "before": edit.before,
        "after": edit.after,
        "structural": edit.structural,
        "told": edit.path in untold,
    }


def _untold(desk: Desk, edits: Iterable[Edit], now: datetime) -> frozenset[str]:
    """The places that the record has to tell of: those whose sitting begins with these edits."""
    told: set[str] = set()
    for row in queries.edits_after(
        desk.session,
        tenant_id=desk.plan.tenant_id,
        plan_id=desk.plan.id,
        part=desk.part,
        moment=now - SITTING,
        person_id=desk.actor.person_id,
    ):
        if row.structural or row.made_by != desk.actor.person_id:
            told -= {path for path in told if typed.overlap(path, row.path)}
        elif row.told:
            told.add(row.path)
    return frozenset(each.path for each in edits if each.structural or each.path not in told)


def _told(part: str, turn: Turn, paths: Collection[str]) -> dict[str, tuple[object, object]]:
    """What an event says of the places that are told: where each is, both values."""
    found: dict[str, tuple[object, object]] = {}
    for each in differences(_document(part, turn.before), _document(part, turn.after)):
        if any(typed.overlap(_place_in(each.path), path) for path in paths) and any(said := _said(each)):
            found[_label(part, turn, each)] = said
    return found or {TYPED[part]: (None, None)}


def _label(part: str, turn: Turn, change: Change) -> str:
    """Where a change is, step by step: 投诉与争议处理 · 办理时限 · 办结."""
    data = turn.before if change.kind is ChangeKind.REMOVED else turn.after
    where = words_of(part, _place_in(change.path), data or {})
    return where if where.startswith(TYPED[part]) else f"{TYPED[part]}{BETWEEN}{where}"


def _said(change: Change) -> tuple[object, object]:
    """Both values; that an item came or went where it is all name or still empty; twice None for nothing."""
    name = change.words.rpartition(BETWEEN)[2]
    before, after = (None if each in ("", EMPTY, name) else each for each in (change.before, change.after))
    if before or after:
        return before, after
    came = change.kind is ChangeKind.ADDED
    return None, change.kind.zh if came or name in (change.before, change.after) else None


def _document(part: str, data: Data | None) -> PlanDraft:
    return document(part, typed.read_kept(part, data) if data else None)


def _place_in(path: str) -> str:
    """A pointer into the document that has one part alone, as a place in its answer."""
    found = typed.place_of(path)
    return path if found is None else found[1]
