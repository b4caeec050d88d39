"""恢复: a part back to what the plugins answer, or to the province's reference; what was typed stays told."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from core.audit import Action
from core.domain.roles import Actor
from core.plandoc import typed
from core.services.accounts.answers import Conflict
from core.services.drafts.clashes import meanwhile
from core.services.drafts.compiling import answer_of, reference_of, without_typed
from core.services.drafts.editing import Saved
from core.services.drafts.keeping import Edit, Turn, desk_for, keep
from core.services.drafts.kept import TYPED


class Source(StrEnum):
    """Whose answer a part goes back to."""

    PLUGIN = "plugin"
    REFERENCE = "reference"


def reset_part(
    session: Session,
    actor: Actor,
    *,
    tenant_id: int,
    plan_id: int,
    part: str,
    revision: int,
    to: Source = Source.PLUGIN,
) -> Saved:
    """Let the plugins answer a part again, or put the reference's answer in its place as typed.

    Raises LookupError, NotAllowed, Conflict (also when there is no such answer), or EditConflict.
    """
    desk = desk_for(session, actor, tenant_id=tenant_id, plan_id=plan_id, part=part)
    plan, before = desk.plan, answer_of(desk.plan, part)
    meanwhile(desk, revision, before).require_nobody("")
    found = without_typed(plan, part) if to is Source.PLUGIN else reference_of(plan, part)
    if found is None and to is Source.REFERENCE:
        raise Conflict(f"省级参考没有“{TYPED[part]}”的内容，没有恢复。直接填写。")
    answer = typed.kept(found) if found and to is Source.REFERENCE else None
    if answer == plan.typed(part):
        return Saved(plan=plan, revision=plan.revision(part), changed=(), others=())
    after = {} if found is None else typed.kept(found)
    edit, turn = Edit("", before, after, structural=True), Turn(before, after, Action.PLAN_RESET)
    plan = keep(desk, answer, [edit], turn)
    return Saved(plan=plan, revision=plan.revision(part), changed=("",), others=())
