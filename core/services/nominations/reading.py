"""Looking at nominations: one of them, the list of a cycle, what a step would meet, what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.domain.diff import Change
from core.domain.nomination import Dossier, changes
from core.domain.records import build
from core.domain.roles import Actor
from core.domain.stages import NominationAct
from core.persistence import clock
from core.persistence.queries import attachment as attachments
from core.persistence.queries import nomination as queries
from core.persistence.queries.nomination import NominationsWanted
from core.rulebook.engine import Finding
from core.services import cycles
from core.services.nominations.judging import after_act, judged
from core.services.nominations.kept import SUBJECT, Kept, kept_of

PAGE: Final = 20


def one(session: Session, *, tenant_id: int, nomination_id: int) -> Kept | None:
    """A nomination in scope, with its files."""
    row = queries.one(session, tenant_id=tenant_id, nomination_id=nomination_id)
    if row is None:
        return None
    opened = cycles.one(session, row.cycle_id)
    if opened is None:
        raise LookupError(row.cycle_id)
    files = attachments.of(session, tenant_id=tenant_id, subject_type=SUBJECT, subject_id=nomination_id)
    return kept_of(row, opened, files)


def page(
    session: Session,
    cycle_id: int,
    wanted: NominationsWanted,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of the nominations of a cycle in scope, the latest first, and where the next one begins."""
    rows = queries.page(session, cycle_id, wanted, before=before, limit=limit + 1)
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def findings(session: Session, kept: Kept, act: NominationAct, actor: Actor) -> tuple[Finding, ...]:
    """What the rules say of ``act`` by ``actor`` now, without doing it."""
    return judged(session, kept, after_act(kept.nomination, act, actor, clock.now(session)), act)


def last_changes(session: Session, kept: Kept) -> tuple[Change, ...]:
    """What the last submission changed against the one before; nothing for the first."""
    sent = queries.sent(session, tenant_id=kept.tenant_id, nomination_id=kept.id)
    if len(sent) < 2:
        return ()
    after, before = (build(Dossier, each.dossier) for each in sent)
    return changes(before, after)
