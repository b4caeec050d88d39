"""公示意见: what staff say of a plan during its notice, without an account; HR confirms and answers.

Whoever has the address of a notice may comment until its last day is over. What HR says is settled once the
plan is sent in. The record tells of a comment by its digest alone; everybody sees the answered ones of staff,
without names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Action, Author, Subject, record
from core.domain.frozen import digest
from core.domain.roles import Actor
from core.domain.stages import PlanState
from core.persistence import clock
from core.persistence.queries import locks
from core.persistence.queries import publicity as queries
from core.services.accounts import throttling
from core.services.accounts.answers import Conflict, Refusal, Refused
from core.services.drafts.kept import SUBJECT as PLAN
from core.services.publicity import Notice, find, of_version, require_enterprise, within

SUBJECT: Final = "plan_comment"
"""What the record calls one."""
BEARER: Final = "plan_notice"
"""The hat, in the record, of who comments by the address alone."""
NAME, STAFF_NUMBER, TEXT = 40, 40, 2000
"""Characters at most of what is typed."""
PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What one of the staff said; ``employed`` is what HR confirmed, None before that."""

    id: int
    name: str
    staff_number: str
    text: str
    made_at: datetime
    employed: bool | None
    employed_name: str | None
    employed_at: datetime | None
    answer: str | None
    answered_name: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A comment with its answer as everybody sees it."""

    text: str
    answer: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many comments there are, how many HR has still to confirm, and to answer."""

    made: int
    unconfirmed: int
    unanswered: int


def comments(
    session: Session, notice: Notice, *, after: int = 0, limit: int = PAGE
) -> tuple[tuple[Comment, ...], int | None]:
    """A page of the comments on a notice, the first first, and after which number the next one begins."""
    rows = queries.comments(
        session, tenant_id=notice.tenant_id, notice_id=notice.id, after=after, limit=limit + 1
    )
    found = tuple(map(_comment, rows[:limit]))
    return found, found[-1].id if len(rows) > limit else None


def answered(session: Session, notice: Notice) -> tuple[Answered, ...]:
    """The comments of staff that were answered, the last first, without who made them."""
    rows = queries.answered(session, tenant_id=notice.tenant_id, notice_id=notice.id, limit=PAGE)
    return tuple(Answered(**row._asdict()) for row in rows)


def counts(session: Session, notice: Notice) -> Counts:
    """How many comments wait for what."""
    row = queries.counts(session, tenant_id=notice.tenant_id, notice_id=notice.id)
    return Counts(**row._asdict())


def comment(
    session: Session, *, token: str, name: str, staff_number: str, text: str, address: str
) -> Refused | None:
    """意见 of one of the staff, in the scope of the notice; None when it was taken.

    Raises LookupError for no such notice, Conflict when it takes none any more, Invalid.
    """
    notice = find(session, token=token)
    if notice is None:
        raise LookupError("plan notice")
    locks.hold(session, PLAN, notice.tenant_id, notice.plan_id)
    notice = of_version(session, tenant_id=notice.tenant_id, version_id=notice.version_id)
    if notice is None or not notice.takes_comments:
        raise Conflict("公示已经结束或者撤下，意见没有提交。联系本企业人力资源部门。")
    said = {
        "name": within(name, "name", NAME, "姓名"),
        "staff_number": within(staff_number, "staff_number", STAFF_NUMBER, "工号"),
        "text": within(text, "text", TEXT, "意见"),
    }
    counters = throttling.comment_counters(notice=f"{notice.tenant_id}/{notice.id}", address=address)
    admission = throttling.admit(session, counters)
    if admission.wait:
        minutes = -(-int(admission.wait.total_seconds()) // 60)
        message = f"短时间内提交的意见过多，这一条没有提交。{minutes} 分钟后再提交。"
        return Refused(Refusal.THROTTLED, message, admission.wait)
    comment_id = queries.add_comment(session, tenant_id=notice.tenant_id, notice_id=notice.id, **said)
    record(
        session,
        tenant_id=notice.tenant_id,
        actor=Author(None, "职工", BEARER),
        action=Action.PLAN_COMMENT,
        subject=_subject(comment_id, notice.enterprise),
        changes={"comment_digest": (None, digest(said)), "version_number": (None, notice.number)},
    )
    return None


def confirm_employment(
    session: Session, *, actor: Actor, tenant_id: int, comment_id: int, employed: bool
) -> None:
    """核实 whether who commented is one of the staff. Raises LookupError, NotAllowed or Conflict."""
    row = _taken(session, actor, tenant_id, comment_id)
    if row.employed is employed:
        return
    queries.change_comment(
        session,
        tenant_id=tenant_id,
        comment_id=comment_id,
        employed=employed,
        employed_by=actor.person_id,
        employed_name=actor.name,
        employed_at=clock.now(session),
    )
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.PLAN_CONFIRM_STAFF,
        subject=_subject(comment_id, row.enterprise),
        changes={"employed": (row.employed, employed)},
    )


def answer(session: Session, *, actor: Actor, tenant_id: int, comment_id: int, text: str) -> None:
    """答复 a comment of one of the staff; it is shown to everybody.

    Raises as ``confirm_employment``, or Invalid.
    """
    row = _taken(session, actor, tenant_id, comment_id)
    if row.employed is not True:
        raise Conflict("还没有核实提出人是本企业职工，没有答复。先核实身份。")
    text = within(text, "answer", TEXT, "答复")
    if row.answer == text:
        return
    queries.change_comment(
        session,
        tenant_id=tenant_id,
        comment_id=comment_id,
        answer=text,
        answered_by=actor.person_id,
        answered_name=actor.name,
        answered_at=clock.now(session),
    )
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.PLAN_ANSWER,
        subject=_subject(comment_id, row.enterprise),
        changes={"answer": (row.answer, text)},
    )


def _taken(session: Session, actor: Actor, tenant_id: int, comment_id: int) -> Row[Any]:
    """A comment to act on: one act at a time on its plan, before the plan is sent in."""
    require_enterprise(actor, tenant_id, "办理意见")
    row = queries.comment(session, tenant_id=tenant_id, comment_id=comment_id)
    if row is None:
        raise LookupError(comment_id)
    locks.hold(session, PLAN, tenant_id, row.plan_id)
    row = queries.comment(session, tenant_id=tenant_id, comment_id=comment_id)
    if row is None or PlanState(row.state) is not PlanState.PUBLICISED:
        raise Conflict("方案已经报送或者撤下，意见记录不再改动。")
    return row


def _subject(comment_id: int, enterprise: str) -> Subject:
    return Subject(SUBJECT, comment_id, f"{enterprise} 方案公示意见")


def _comment(row: Row[Any]) -> Comment:
    return Comment(**{name: getattr(row, name) for name in Comment.__slots__})
