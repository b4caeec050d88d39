"""附件 of 推荐申报: who nominates adds and removes them, those who judge save them; its chain tells each.

The files of one nomination are one matter: so many, and so large, as of any. They tell of people (名册), so
that saving one is an act with an event.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.roles import Actor
from core.services import attachments
from core.services.accounts.answers import Conflict
from core.services.attachments import Attached, Held
from core.services.nominations import reading
from core.services.nominations.drafting import to_edit
from core.services.nominations.kept import QUOTA_CLASS, SUBJECT, Kept
from core.services.nominations.steps import change
from core.uploads import Answer, Store

FILE: Final = "attachment"
"""What the record calls a file that was saved: the history of a nomination tells what was done to it."""


def attach(
    session: Session,
    *,
    actor: Actor,
    tenant_id: int,
    nomination_id: int,
    purpose: str,
    sent: Answer | None,
    store: Store,
) -> int:
    """上传附件 as evidence of ``purpose``; returns its number. One file may prove several things.

    Raises LookupError, NotAllowed, Invalid for ``file``, or Conflict where the same file stands already.
    """
    kept = to_edit(session, actor, tenant_id, nomination_id)
    file = attachments.accepted(sent, [each.size for each in kept.files])
    there = kept.files_for(purpose)
    same = next((each for each in there if each.digest == file.digest), None)
    if same is not None:
        raise Conflict(f"内容相同的文件已经上传为“{same.name}”，没有重复上传。要改名称的，先移除再上传。")
    subject = Subject(SUBJECT, nomination_id, kept.label)
    attachment_id = attachments.keep(
        session, actor=actor, tenant_id=tenant_id, subject=subject, purpose=purpose, file=file, store=store
    )
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.FILE_ADD,
        subject=subject,
        changes={"name": (None, file.name), "purpose": (None, purpose), "digest": (None, file.digest)},
    )
    if purpose == QUOTA_CLASS and not there:
        change(session, kept, class_proved=True)
    return attachment_id


def remove(session: Session, *, actor: Actor, tenant_id: int, nomination_id: int, attachment_id: int) -> None:
    """移除附件. Raises LookupError, NotAllowed or Conflict."""
    kept = to_edit(session, actor, tenant_id, nomination_id)
    file, subject = _one(kept, attachment_id), Subject(SUBJECT, nomination_id, kept.label)
    if not attachments.remove(session, actor=actor, tenant_id=tenant_id, subject=subject, file=file):
        raise LookupError(attachment_id)
    if kept.files_for(QUOTA_CLASS) == (file,):
        change(session, kept, class_proved=False)


def read(session: Session, *, actor: Actor, tenant_id: int, nomination_id: int, attachment_id: int) -> Held:
    """查看附件: what gives a file of a nomination in scope back, recorded. Raises LookupError."""
    kept = reading.one(session, tenant_id=tenant_id, nomination_id=nomination_id)
    if kept is None:
        raise LookupError(nomination_id)
    file = _one(kept, attachment_id)
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.FILE_READ,
        subject=Subject(FILE, attachment_id, file.name),
        changes={
            "enterprise": (None, kept.label),
            "purpose": (None, file.purpose),
            "digest": (None, file.digest),
        },
    )
    return Held.at(tenant_id, file)


def _one(kept: Kept, attachment_id: int) -> Attached:
    found = next((each for each in kept.files if each.id == attachment_id), None)
    if found is None:
        raise LookupError(attachment_id)
    return found
