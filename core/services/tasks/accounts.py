"""What waits because of accounts: the second factor, recovery codes, roles that end, invitations sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.domain.roles import GRANTS, Role, may_grant
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


def roles_of_others(session: Session, current: Current) -> Iterator[Task]:
    """Roles in the own tenant that end soon, for who may give them again."""
    hat = current.hat
    if hat is None or hat.role not in GRANTS:
        return
    ending = people.ending_grants(
        session, hat.tenant_id, until=current.now + SOON, but=current.person_id, limit=MOST
    )
    for grant in ending:
        role = Role(grant.role)
        if may_grant(hat.role, role):
            yield Task(
                waits=Waits.ME,
                title=f"{grant.person_name}的“{role.zh}”身份即将到期",
                text="到期后自动失效。需要继续的，到期后重新授予。",
                place="person",
                ids={"tenant_id": hat.tenant_id, "person_id": grant.person_id},
                action="查看人员",
                due=grant.valid_to,
            )


def own_account(session: Session, current: Current) -> Iterator[Task]:
    """Recovery codes that run out; invitations sent under this account, not taken up yet or expired."""
    sent = people.own_open_invitations(
        session, person_id=current.person_id, expired_after=current.now - SOON, limit=MOST
    )
    if current.second_factor and sent[0].left <= FEW_CODES:
        yield _recovery_codes(sent[0].left)
    for each in [row for row in sent if row.id is not None]:
        role, expired = Role(each.role), each.expires_at <= current.now
        who = f"{each.name}（{each.tenant_name}，{role.zh}）"
        yield Task(
            waits=Waits.ME if expired else Waits.OTHERS,
            title=f"{who}的邀请已过期" if expired else f"{who}尚未接受邀请",
            text="链接 72 小时内没有使用。撤回后重新发出。" if expired else "链接到期前由本人接受。",
            place="invitations",
            ids={"tenant_id": each.tenant_id},
            action="处理邀请" if expired else "查看邀请",
            due=each.expires_at,
        )
