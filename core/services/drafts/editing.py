"""修改方案: what is typed of a part is kept field by field, with the revision that the editor has seen.

A place is a JSON pointer within the part's answer: ``/value/modules/0/weight``, ``/section``,
``/deviations/0/reason`` (``core.plandoc.typed``; ``place_of`` gives that of a finding). A value is what was
typed: text is read by the schemas of the plan document, so that a wrong one comes back as ``NotAPlan`` with
the faults by place. Nothing typed takes the value out. The first change of a part that plugins answered takes
their whole answer over as typed.

Two editors: every change makes the part its next ``revision``, and says with which revision in view it was
typed. A change of a field that nobody else has changed since merges with what others did; one that somebody
changed is an ``EditConflict``, which gives both values, who, when; so is one below a list that was reordered
since. Of one call everything is kept or nothing. A form may send all its fields: what was left as it was seen
is no change, whatever others made of it. What both changed to the same value is no conflict, and nobody is in
conflict with themselves, except that a list they reordered has other places now. What an editor types back to
what it was, after a save whose answer never came, is a change: a field sent alone is kept as it was typed
last; a whole form, which may be an older page of theirs, is told of what they have changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.domain.errors import NotAPlan, ShapeFault
from core.plandoc import typed
from core.plandoc.typed import Data
from core.services.drafts.clashes import Edited, meanwhile
from core.services.drafts.compiling import answer_of
from core.services.drafts.keeping import Desk, Edit, Turn, keep, require_short
from core.services.drafts.kept import KeptPlan


class ListOp(StrEnum):
    """What can be done with an item of a list."""

    ADD = "add"
    REMOVE = "remove"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What came of a change: the places that differ, what others did meanwhile, the plan as it is now.

    ``revision`` is the part's.
    """

    plan: KeptPlan
    revision: int
    changed: tuple[str, ...]
    others: tuple[Edited, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the list at ``path``: its place, or its key where the list has keys.

    ``raw`` is what an added item says, ``to`` where a moved one then stands.
    """

    path: str
    index: int | str | None = None
    to: int | None = None
    raw: object = None


def save_fields(desk: Desk, *, revision: int, changes: Mapping[str, object], whole: bool = False) -> Saved:
    """Keep values by place in the part at hand. ``revision`` is that which the editor has seen, 0 for none.

    ``whole`` says that a form sent all its fields, those that nobody typed in as well.
    Raises Conflict, NoSuchPlace, NotAPlan, or EditConflict.
    """
    part, before = desk.part, answer_of(desk.plan, desk.part)
    others = meanwhile(desk, revision, before)
    mine = {path: raw for path, raw in changes.items() if not others.is_left(path, raw)}
    others.require_unclashed(mine, whole=whole)
    after = _with_all(part, before, mine)
    require_short(part, after)
    edits = [Edit(path, typed.at(before, path), typed.at(after, path)) for path in mine]
    edits = [each for each in edits if each.before != each.after]
    plan = _keep(desk, before, after, *edits) if edits else desk.plan
    changed = tuple(each.path for each in edits)
    return Saved(plan=plan, revision=plan.revision(part), changed=changed, others=others.others())


def change_list(desk: Desk, *, revision: int, op: ListOp, item: Item) -> Saved:
    """Add an item (before ``index``, else last), remove it, or move it.

    Raises as ``save_fields``: EditConflict when somebody else has changed the part since ``revision``, or the
    list is another now.
    """
    part, before = desk.part, answer_of(desk.plan, desk.part)
    meanwhile(desk, revision, before).require_nobody(item.path, item.raw)
    after = _listed(part, before, op, item)
    require_short(part, after)
    edit = Edit(item.path, typed.at(before, item.path), typed.at(after, item.path), structural=True)
    plan = _keep(desk, before, after, edit)
    return Saved(plan=plan, revision=plan.revision(part), changed=(item.path,), others=())


def _with_all(part: str, data: Data, changes: Mapping[str, object]) -> Data:
    """``data`` with all that was typed. Raises NoSuchPlace, or NotAPlan with the faults of every place."""
    faults: list[ShapeFault] = []
    for path, raw in changes.items():
        try:
            data = typed.put(part, data, path, raw)
        except NotAPlan as error:
            faults += error.faults
    if faults:
        raise NotAPlan(faults)
    return data


def _listed(part: str, data: Data, op: ListOp, item: Item) -> Data:
    if op is ListOp.ADD:
        return typed.add(part, data, item.path, item.index, item.raw)
    if item.index is None or (op is ListOp.MOVE and item.to is None):
        raise typed.NoSuchPlace(item.path)
    if op is ListOp.REMOVE:
        return typed.remove(part, data, item.path, item.index)
    return typed.move(part, data, item.path, item.index, item.to or 0)


def _keep(desk: Desk, before: Data, after: Data, *edits: Edit) -> KeptPlan:
    return keep(desk, after, edits, Turn(before, after))
