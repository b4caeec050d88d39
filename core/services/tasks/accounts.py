"""What waits because of accounts: the second factor, recovery codes, roles that end, invitations sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from core.domain.roles import GRANTS, Hat, Role, may_grant
from core.persistence.queries import people
from core.services.accounts.sessions import Current
from core.services.tasks.base import MOST, Task, Waits

SOON: Final = timedelta(days=14)
"""How long before a role ends, and after an invitation expired, it is a task."""
FEW_CODES: Final = 3


def second_factor(_: Session, current: Current) -> Iterator[Task]:
    """A role that asks for a 动态口令, of somebody without."""
    missing = [] if current.second_factor else [hat for hat in current.hats if hat.role.needs_second_factor]
    if missing:
        yield Task(
            waits=Waits.ME,
            title="启用动态口令",
            text=f"以“{missing[0].role.zh}”身份工作需要动态口令。启用后才能切换到这个身份。",
            place="second_factor",
            action="启用动态口令",
            basis="GB/T 22239-2019",
        )


def _recovery_codes(left: int) -> Task:
    """Recovery codes that run out: without one a lost phone means a lost account."""
    return Task(
        waits=Waits.ME,
        title=f"恢复码还剩 {left} 个",
        text="手机丢失时用恢复码登录，用完后只能由安全管理员重置。更换一组新的恢复码。",
        place="recovery_codes",
        action="更换恢复码",
    )


def own_roles(_: Session, current: Current) -> Iterator[Task]:
    """A role of one's own that ends soon: who gave it may give it again."""
    for hat in current.hats:
        if hat.valid_to is not None and hat.valid_to - current.now < SOON:
            yield Task(
                waits=Waits.OTHERS,
                title=f"“{hat.role.zh}”身份即将到期",
                text=f"{hat.tenant_short_name}。到期后自动失效；需要继续的，由单位重新授予。",
                place="hats",
                action="查看身份",
                due=hat.valid_to,
            )


def of_accounts(session: Session, current: Current) -> Iterator[Task]:
    """Roles in the own tenant that end soon, recovery codes that run out, invitations nobody has taken up."""
    hat = current.hat
    gives = hat.role in GRANTS if hat is not None else False
    waiting = people.waiting(
        session,
        person_id=current.person_id,
        tenant_id=hat.tenant_id if hat is not None and gives else None,
        expired_after=current.now - SOON,
        until=current.now + SOON,
        limit=MOST,
    )
    if hat is not None:
        yield from _roles_of_others(hat, waiting.ending)
    if current.second_factor and waiting.left <= FEW_CODES:
        yield _recovery_codes(waiting.left)
    yield from map(partial(_invitation, current.now), waiting.sent)


def _roles_of_others(hat: Hat, ending: Sequence[Mapping[str, Any]]) -> Iterator[Task]:
    """For who may give them again."""
    for grant in ending:
        role = Role(grant["role"])
        if may_grant(hat.role, role):
            yield Task(
                waits=Waits.ME,
                title=f"{grant['person_name']}的“{role.zh}”身份即将到期",
                text="到期后自动失效。需要继续的，到期后重新授予。",
                place="person",
                ids={"tenant_id": hat.tenant_id, "person_id": grant["person_id"]},
                action="查看人员",
                due=datetime.fromisoformat(grant["valid_to"]),
            )


def _invitation(now: datetime, sent: Mapping[str, Any]) -> Task:
    """One sent under this account, not taken up yet or expired."""
    role, expires_at = Role(sent["role"]), datetime.fromisoformat(sent["expires_at"])
    expired = expires_at <= now
    who = f"{sent['name']}（{sent['tenant_name']}，{role.zh}）"
    return Task(
        waits=Waits.ME if expired else Waits.OTHERS,
        title=f"{who}的邀请已过期" if expired else f"{who}尚未接受邀请",
        text="链接 72 小时内没有使用。撤回后重新发出。" if expired else "链接到期前由本人接受。",
        place="invitations",
        ids={"tenant_id": sent["tenant_id"]},
        action="处理邀请" if expired else "查看邀请",
        due=expires_at,
    )
