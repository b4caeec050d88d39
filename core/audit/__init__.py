"""操作记录: every act and every read of a sensitive field, written in the act's own transaction.

``record`` takes the next place in the tenant's chain: it locks the head, so that acts in one tenant are
recorded one after another and the chain has no holes, and the lock ends with the transaction. An act that is
rolled back leaves no event; an event that cannot be written takes its act with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from core.audit.actions import Action
from core.audit.chain import Event, event_hash, genesis, recordable, text
from core.domain.errors import DomainError
from core.domain.roles import Actor
from core.domain.values import blank
from core.persistence import clock, scope
from core.persistence.db import OutsideScope
from core.persistence.queries import audit as queries


class NoReason(DomainError):
    """A sensitive field was asked for without saying why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act is about: a kind of thing, its id, and what it is called at that moment.

    The label is kept as it is for good: name the thing by what is public about it.
    """

    type: str
    id: int | str
    label: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts without a hat: a person before choosing one, or the platform itself."""

    person_id: int | None
    name: str
    hat: str
    request_id: str | None = None


PLATFORM: Final = Author(None, "平台", "platform")


def record(
    session: Session,
    *,
    tenant_id: int,
    actor: Actor | Author,
    action: Action,
    subject: Subject,
    changes: Mapping[str, tuple[object, object]] | None = None,
    reason: str | None = None,
) -> Event:
    """Add an event to the chain of ``tenant_id``, which the scope must write, in this transaction.

    ``changes`` gives fields as (before, after): JSON scalars, days, moments, or a ``Secret``, which is kept
    masked. Raises TypeError for anything else, sealed bytes among it, and OutsideScope for another tenant.
    """
    if scope.current().writes != tenant_id:
        raise OutsideScope("这个操作不属于当前单位，没有执行。切换到该单位后再操作。")
    seq, prev = queries.lock_head(session, tenant_id, genesis(tenant_id))
    event = Event(
        tenant_id=tenant_id,
        seq=seq + 1,
        at=clock.now(session),
        actor_id=actor.person_id,
        actor_name=text(actor.name),
        hat=hat_of(actor),
        action=action.value,
        subject_type=text(subject.type),
        subject_id=text(str(subject.id)),
        subject_label=text(subject.label),
        changes={
            text(name): [recordable(before), recordable(after)]
            for name, (before, after) in (changes or {}).items()
        },
        reason=None if reason is None else text(reason),
        request_id=None if actor.request_id is None else text(actor.request_id),
        prev_hash=prev,
    )
    event = replace(event, hash=event_hash(event))
    queries.append(session, {name: getattr(event, name) for name in Event.__slots__})
    return event


def record_read(
    session: Session,
    *,
    tenant_id: int,
    actor: Actor | Author,
    subject: Subject,
    fields: Collection[str],
    reason: str,
) -> Event:
    """Record that ``fields`` of ``subject`` are shown unmasked, and why; their values are not recorded.

    Raises NoReason for a blank reason.
    """
    if blank(reason):
        raise NoReason("未填写事由，内容没有显示。填写查看的事由后再查看。")
    return record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.FIELD_READ,
        subject=subject,
        changes=dict.fromkeys(fields, (None, None)),
        reason=reason,
    )


def hat_of(actor: Actor | Author) -> str:
    """The hat as the record keeps it: role@单位, such as city_hr@12."""
    return actor.hat if isinstance(actor, Author) else f"{actor.role.value}@{actor.tenant_id}"


__all__ = ["PLATFORM", "Action", "Author", "NoReason", "Subject", "hat_of", "record", "record_read"]
