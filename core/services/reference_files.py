"""参考资料 (二（二）): files that province and cities publish for a cycle, for everybody in it to read.

A file belongs to the body that published it; that body withdraws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.roles import Actor, Role
from core.persistence.queries import directory, locks
from core.persistence.queries import guidance as queries
from core.persistence.queries.guidance import FILE
from core.services import attachments, cycles
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.attachments import Held
from core.uploads import Answer, Store

PUBLISHERS: Final = frozenset({Role.CITY_HR, Role.CITY_CENTRE, Role.PROVINCE_HR, Role.PROVINCE_CENTRE})
"""省、设区市人力资源社会保障部门, whose 职业技能鉴定中心 publish for them."""
PAGE: Final = 20
PURPOSE: Final = "reference"
"""What the attachment of a reference file is for."""
LONGEST: Final = 100
"""Characters in a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose files: those of the province and of one city, or of all."""

    city_code: str | None = None
    everywhere: bool = False


def page(
    session: Session, cycle_id: int, wanted: Wanted, *, before: int | None = None, limit: int = PAGE
) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of the files of a cycle that stand, the latest first, and where the next one begins."""
    rows = queries.files(
        session,
        cycle_id,
        city_code=wanted.city_code,
        everywhere=wanted.everywhere,
        before=before,
        limit=limit + 1,
    )
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def published(session: Session, cycle_id: int, *, city_code: str | None) -> int:
    """How many files of a cycle the bodies of a city, or of the province, have standing."""
    return queries.published(session, cycle_id, city_code=city_code)


def one(session: Session, *, tenant_id: int, file_id: int) -> Row[Any] | None:
    """A file of one body, withdrawn or not."""
    return queries.file(session, tenant_id=tenant_id, file_id=file_id)


def held(session: Session, cycle_id: int, file_id: int, wanted: Wanted) -> Held | None:
    """What gives a file back to its readers, unless it is withdrawn."""
    row = queries.held(session, cycle_id, file_id, city_code=wanted.city_code, everywhere=wanted.everywhere)
    return Held.of(row) if row else None


def publish(session: Session, *, actor: Actor, title: str, sent: Answer | None, store: Store) -> int:
    """发布 a file of the own body for the latest cycle; returns its number. Without a title it has its name.

    The files that a body has standing for a cycle are one matter: so many, and so large, as of any. Raises
    NotAllowed, Invalid, or Conflict where there is no cycle or the same file stands.
    """
    if actor.role not in PUBLISHERS:
        raise NotAllowed(
            f"参考资料由省、设区市人力资源社会保障部门或者职业技能鉴定中心发布，{actor.role.zh}不能发布。"
        )
    opened = cycles.latest(session)
    if opened is None:
        raise Conflict("省级还没有启动年度，没有发布。年度启动后再发布（五（三））。")
    locks.hold(session, FILE, actor.tenant_id)
    standing = queries.standing(session, tenant_id=actor.tenant_id, cycle_id=opened.id)
    file = attachments.accepted(sent, [each.size for each in standing])
    same = next((each for each in standing if each.digest.hex() == file.digest), None)
    if same is not None:
        raise Conflict(f"内容相同的文件已经发布为“{same.title}”，没有重复发布。要改名称的，先撤下再发布。")
    named = _title(title) or file.name.rpartition(".")[0]
    unit = directory.tenant(session, actor.tenant_id)
    file_id = queries.add_file(
        session,
        tenant_id=actor.tenant_id,
        cycle_id=opened.id,
        title=named,
        published_by_unit=unit.name if unit else actor.tenant_kind.zh,
        city_code=unit.city_code if unit else None,
        published_by=actor.person_id,
    )
    subject = Subject(FILE, file_id, named)
    attachments.keep(
        session,
        actor=actor,
        tenant_id=actor.tenant_id,
        subject=subject,
        purpose=PURPOSE,
        file=file,
        store=store,
    )
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.GUIDANCE_PUBLISH,
        subject=subject,
        changes={
            "cycle": (None, opened.label),
            "name": (None, file.name),
            "digest": (None, file.digest),
        },
    )
    return file_id


def withdraw(session: Session, *, actor: Actor, file_id: int, reason: str) -> None:
    """撤下 a file of the own body. Raises NotAllowed, LookupError, Invalid or Conflict."""
    if actor.role not in PUBLISHERS:
        raise NotAllowed(f"参考资料由发布单位撤下，{actor.role.zh}不能撤下。")
    found = one(session, tenant_id=actor.tenant_id, file_id=file_id)
    if found is None:
        raise LookupError(file_id)
    if not reason.strip():
        raise Invalid("reason", "没有填写撤下的原因。填写原因后再撤下。")
    if not queries.withdraw(session, tenant_id=actor.tenant_id, file_id=file_id):
        raise Conflict("该参考资料已经撤下，没有重复办理。")
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.GUIDANCE_WITHDRAW,
        subject=Subject(FILE, file_id, found.title),
        reason=reason.strip(),
    )


def _title(title: str) -> str:
    text = " ".join(title.split())
    if len(text) > LONGEST:
        raise Invalid("title", f"名称共 {len(text)} 个字，最多 {LONGEST} 个。缩短后发布。")
    return text
