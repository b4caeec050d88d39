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
from core.persistence.queries import guidance as queries
from core.persistence.queries.guidance import FILE
from core.services.accounts.answers import Conflict, Invalid, NotAllowed

PUBLISHERS: Final = frozenset({Role.CITY_HR, Role.CITY_CENTRE, Role.PROVINCE_HR, Role.PROVINCE_CENTRE})
"""省、设区市人力资源社会保障部门, whose 职业技能鉴定中心 publish for them."""
PAGE: Final = 20


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
