"""导入方案文件: a plan file (YAML or JSON) into all parts at once, after a look at what differs.

What a file says of the enterprise, its nomination and its notice is not taken: the platform keeps that. A
part that says the same as before is left as it is, so that whoever answered it goes on doing so. The list of
deviations is given to the parts in its own order, so that a plan that is exported and imported again is the
same to the letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.audit import Action
from core.domain.diff import Change
from core.domain.plan import NINE_PARTS, Deviation, PlanDraft, Sections
from core.domain.records import plain
from core.domain.roles import Actor
from core.domain.values import ABSENT, entries, or_empty, stated
from core.hookspecs import HOOKS
from core.plandoc import typed
from core.plandoc.files import parse_plan_file
from core.plandoc.typed import EXTRA, Data
from core.services.accounts.answers import Invalid
from core.services.drafts.clashes import meanwhile
from core.services.drafts.compiling import answer_of
from core.services.drafts.keeping import Desk, Edit, Turn, as_kept, document, keep
from core.services.drafts.kept import TYPED, KeptPlan, take_to_edit
from core.services.plans import differences

ORDER: Final = (*HOOKS.values(),)
"""The parts in the order in which their deviations stand in a plan."""
OF_ANNEX: Final[Mapping[int, str]] = {1: "conditions", 2: "methods", 3: "rubric"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartImport:
    """A part that a file says otherwise than the plan; ``allowed`` unless the part may not be edited now."""

    part: str
    allowed: bool
    changes: tuple[Change, ...]
    before: Data
    after: Data

    @property
    def title(self) -> str:
        return TYPED[self.part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What importing a file would do; ``left`` are parts that the file says nothing about."""

    parts: tuple[PartImport, ...]
    left: tuple[str, ...]

    @property
    def taken(self) -> tuple[PartImport, ...]:
        return tuple(each for each in self.parts if each.allowed)

    @property
    def refused(self) -> tuple[PartImport, ...]:
        return tuple(each for each in self.parts if not each.allowed)


def read_file(data: bytes, plan: KeptPlan) -> PlanDraft:
    """The plan in a file; of several the one with this plan's number.

    Raises UnreadableDocument, NotAPlan, or Invalid for ``file``.
    """
    found = parse_plan_file(data).plans
    if len(found) > 1:
        found = tuple(each for each in found if each.plan_id == plan.facts.plan_id)
    if len(found) != 1:
        raise Invalid("file", "文件里有几份方案，没有一份的方案编号与本方案相同。只留一份方案后再导入。")
    return found[0]


def look(plan: KeptPlan, draft: PlanDraft) -> Import:
    """What importing ``draft`` would change, part by part. Raises NotAPlan."""
    given = _deviations(plan, draft) if stated(draft.deviations) else None
    sections = or_empty(draft.sections, Sections)
    found, left = [], []
    for part in TYPED:
        before = answer_of(plan, part)
        after = dict(before)
        value, words = getattr(draft, part), getattr(sections, part, ABSENT)
        after |= {"value": plain(value)} if value is not ABSENT else {}
        after |= {"section": words} if words is not ABSENT else {}
        after |= {"deviations": given.get(part, [])} if given is not None and part != EXTRA else {}
        if value is ABSENT and words is ABSENT:
            left.append(part)
        after = as_kept(part, after)
        if _said(part, after) != _said(part, before):
            found.append(_part_import(plan, part, before, after))
    return Import(parts=tuple(found), left=tuple(left))


def import_plan(
    session: Session,
    actor: Actor,
    *,
    tenant_id: int,
    plan_id: int,
    draft: PlanDraft,
    revisions: Mapping[str, int],
) -> Import:
    """Take what ``look`` says into the plan. ``revisions`` are those of the parts that were looked at.

    Raises LookupError, NotAllowed, Conflict, NotAPlan, or EditConflict where somebody changed a part since.
    """
    plan = take_to_edit(session, actor, tenant_id=tenant_id, plan_id=plan_id, parts=())
    found = look(plan, draft)
    for each in found.taken:
        desk = Desk(session, actor, plan, each.part)
        seen = revisions.get(each.part, plan.revision(each.part))
        meanwhile(desk, seen, each.before).require_nobody("")
    for each in found.taken:
        turn = Turn(each.before, each.after, Action.PLAN_IMPORT)
        edit = Edit("", each.before, each.after, structural=True)
        keep(Desk(session, actor, plan, each.part), each.after, [edit], turn)
    return found


def _part_import(plan: KeptPlan, part: str, before: Data, after: Data) -> PartImport:
    old, new = (document(part, typed.read(part, each)) for each in (before, after))
    return PartImport(
        part=part,
        allowed=plan.may_edit(part),
        changes=differences(old, new),
        before=before,
        after=after,
    )


def _said(part: str, data: Data) -> Any:
    """An answer as two of them are compared: without deviations is with none."""
    made = as_kept(part, data)
    return made | {"deviations": made.get("deviations") or []}


def _deviations(plan: KeptPlan, draft: PlanDraft) -> Mapping[str, list[Any]]:
    """The deviations of a file by the part that declares them, never before that of the one before."""
    declared = {part: answer_of(plan, part).get("deviations") or [] for part in NINE_PARTS}
    found: dict[str, list[Any]] = {}
    last = 0
    for part, each in _natural(draft, declared):
        last = max(last, ORDER.index(part))
        found.setdefault(ORDER[last], []).append(each)
    return found


def _natural(draft: PlanDraft, declared: Mapping[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    """Each deviation with the part that declares it now, or else the one its annex is about."""
    for _, each in entries(draft.deviations, Deviation):
        data = plain(each)
        by_annex = OF_ANNEX.get(each.annex or 0, ORDER[0])
        yield next((part for part in ORDER if data in declared[part]), by_annex), data
