"""操作记录: who did what, the history of one object, and whether the chains hold.

Reading takes a scope that reads the tenant; verifying and exporting all chains one that reads everything.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core import policy
from core.audit import Subject, record_read
from core.audit.chain import Event, instant, stored
from core.audit.checkpoint import kept
from core.audit.verifier import (
    EXPORT_FORMAT,
    Chain,
    Fault,
    anchors_of,
    conclude,
    forged,
    key_id,
    signature_holds,
)
from core.domain.errors import DomainError
from core.domain.roles import Actor
from core.persistence import clock
from core.persistence.queries import audit as queries
from core.persistence.queries.audit import Filters
from core.services.accounts.answers import NotAllowed

PAGE: Final = 20
EVERYTHING: Final = Filters()


class CannotJudge(DomainError):
    """A checkpoint was signed with a key that is not known here."""


@dataclass(frozen=True, slots=True)
class End:
    """Where a chain ends, as it says itself."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Events, newest first; ``before`` asks for the next page, None at the end.

    ``end`` is the last event of the chain, whether it is among them or not; None before there is any.
    """

    events: tuple[Event, ...]
    before: int | None
    end: End | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of verifying: what is wrong, and how much was walked through.

    ``names`` of the tenants; ``unread`` counts checkpoints kept here that other keys signed.
    """

    faults: tuple[Fault, ...]
    events: int
    chains: int
    checkpoints: int
    unread: int
    names: Mapping[int, str]

    @property
    def good(self) -> bool:
        return not self.faults


def events(
    session: Session,
    tenant_id: int,
    *,
    filters: Filters = EVERYTHING,
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """A page of the events of a tenant, from below seq ``before``."""
    rows = queries.page(session, tenant_id, filters=filters, before=before, limit=limit + 1)
    end = End(rows[0].head_seq, rows[0].head_hash) if rows and rows[0].head_seq is not None else None
    found = tuple(
        Event(**{each.name: value for each, value in zip(queries.EVENT, row, strict=False)})
        for row in rows[:limit]
        if row.seq is not None
    )
    return Page(found, found[-1].seq if len(rows) > limit else None, end)


def history(
    session: Session,
    tenant_id: int,
    *,
    subject_type: str,
    subject_id: int | str,
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """What happened to one object of a tenant."""
    filters = Filters(subject_type=subject_type, subject_id=str(subject_id))
    return events(session, tenant_id, filters=filters, before=before, limit=limit)


def verify(session: Session, tenant_id: int, public_key: bytes) -> Verdict:
    """Walk the chain of one tenant and compare it with the checkpoints kept here."""
    return _verify(session, _held(session, public_key, ()), tenant_id)


def verify_all(session: Session, public_key: bytes, *, held: Sequence[Mapping[str, Any]] = ()) -> Verdict:
    """Walk every chain and compare it with the checkpoints kept here and those ``held`` elsewhere.

    Raises CannotJudge when another key than ``public_key`` signed a held one.
    """
    return _verify(session, _held(session, public_key, held), None)


def export(session: Session, tenant_id: int | None = None) -> Iterator[str]:
    """The lines of an export of all chains in scope, or of one tenant's, for ``verifier``."""
    return (json.dumps(each, ensure_ascii=False) for each in _exported(session, tenant_id))


def export_for(session: Session, *, actor: Actor, tenant_id: int, reason: str) -> Iterator[str]:
    """The same lines of one tenant's chain, handed to a reader; recorded in it with the reason at the end.

    An export is verbatim, so that it can be verified. Raises NotAllowed where the record has a value that the
    policy withholds from the actor; LookupError without a tenant, NoReason for a blank reason.
    """
    name = queries.name_of(session, tenant_id)
    if name is None:
        raise LookupError(tenant_id)
    for each in _exported(session, tenant_id):
        if "format" not in each and not _may_see(actor, each):
            raise NotAllowed(
                f"第 {each['seq']} 条含有不对当前身份显示的内容，没有导出。由该单位的管理人员导出。"
            )
        yield json.dumps(each, ensure_ascii=False)
    record_read(
        session,
        tenant_id=tenant_id,
        actor=actor,
        subject=Subject("tenant", tenant_id, name),
        fields=["record"],
        reason=reason.strip(),
    )


def _may_see(actor: Actor, event: Mapping[str, Any]) -> bool:
    """Whether the policy shows every recorded value of an event to the actor."""
    subject, changes = event["subject"], event["changes"]
    return not isinstance(changes, dict) or all(
        pair == [None, None]
        or policy.shown_in_record(actor, event["tenant_id"], subject["type"], subject["id"], field)
        for field, pair in changes.items()
    )


def _exported(session: Session, tenant_id: int | None) -> Iterator[dict[str, Any]]:
    """What an export says: where the chains end, then every event."""
    ends = queries.ends(session, tenant_id)
    tenants = {
        str(end.tenant_id): {
            "name": _name(end),
            "seq": end.head_seq or 0,
            "hash": (end.head_hash or b"").hex(),
        }
        for end in ends
    }
    yield {
        "format": EXPORT_FORMAT,
        "at": instant(clock.now(session)),
        "complete": tenant_id is None,
        "tenants": tenants,
    }
    for end in ends:
        for row in queries.chain(session, end.tenant_id, end.last or 0):
            yield stored(row)


@dataclass(slots=True)
class _Held:
    """The checkpoints to compare with: what they say of each chain, and what is wrong with them."""

    anchors: dict[int, dict[int, frozenset[str]]]
    faults: list[Fault]
    count: int = 0
    unread: int = 0


def _held(session: Session, public_key: bytes, elsewhere: Iterable[Mapping[str, Any]]) -> _Held:
    held, known = _Held({}, []), key_id(public_key)

    def sound() -> Iterator[Mapping[str, Any]]:
        for each in elsewhere:
            if each["key_id"] != known:
                raise CannotJudge(
                    f"存证由密钥 {each['key_id']} 签名，现用的公钥是 {known}。改用签名时的公钥核对。"
                )
        for each in itertools.chain(kept(session), elsewhere):
            if each["key_id"] != known:
                held.unread += 1
            elif not signature_holds(each, public_key):
                held.faults.append(forged(each))
            else:
                held.count += 1
                yield each

    held.anchors = anchors_of(sound())
    return held


def _verify(session: Session, held: _Held, tenant_id: int | None) -> Verdict:
    ends = queries.ends(session, tenant_id)
    chains = [_walked(session, end, held.anchors.pop(end.tenant_id, {})) for end in ends]
    for gone in sorted(held.anchors) if tenant_id is None else {tenant_id} & set(held.anchors):
        chains.append(Chain(gone, held.anchors[gone]))
        chains[-1].end(None)
    return Verdict(
        faults=(*held.faults, *conclude(chains)),
        events=sum(each.length for each in chains),
        chains=len(chains),
        checkpoints=held.count,
        unread=held.unread,
        names={end.tenant_id: _name(end) for end in ends},
    )


def _walked(session: Session, end: Any, anchors: Mapping[int, frozenset[str]]) -> Chain:
    """The chain of one tenant, to the end it had when ``end`` was read: later events are not waited for."""
    chain = Chain(end.tenant_id, anchors)
    for row in queries.chain(session, end.tenant_id, end.last or 0):
        chain.add(stored(row))
    chain.end(None if end.head_seq is None else (end.head_seq, end.head_hash.hex()))
    return chain


def _name(end: Any) -> str:
    return end.name or f"单位 {end.tenant_id}"
