"""What the account services answer: refusals with words for the person, and errors of acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.domain.errors import DomainError


class Refusal(StrEnum):
    WRONG = "wrong"
    WRONG_CODE = "wrong_code"
    REPLAYED_CODE = "replayed_code"
    THROTTLED = "throttled"
    STALE = "stale"
    WEAK_PASSWORD = "weak_password"  # noqa: S105 - a reason, not a password


@dataclass(frozen=True, slots=True)
class Refused:
    """Why not, and what to do. ``wait`` is how long nothing will be tried. To be committed: it counts."""

    why: Refusal
    message: str
    wait: timedelta = timedelta()


WRONG = Refused(Refusal.WRONG, "登录名或密码不正确。检查后重新输入。")
WRONG_PASSWORD = Refused(Refusal.WRONG, "密码不正确。检查后重新输入。")
WRONG_CODE = Refused(
    Refusal.WRONG_CODE, "动态口令不正确。输入验证器当前显示的 6 位数字，或一个没有用过的恢复码。"
)
REPLAYED_CODE = Refused(Refusal.REPLAYED_CODE, "这个动态口令已经用过。等验证器显示下一个后再输入。")
STALE = Refused(Refusal.STALE, "登录步骤已经超时。重新输入登录名和密码。")


def throttled(wait: timedelta) -> Refused:
    """The refusal without a try; the same whether or not there is such an account."""
    minutes = -(-int(wait.total_seconds()) // 60) or 1
    words = f"{minutes} 分钟" if minutes <= 90 else f"{-(-minutes // 60)} 小时"
    message = f"尝试次数过多。{words}后再试；在以前登录过的设备上不受影响。"
    return Refused(Refusal.THROTTLED, message, wait)


class NotAllowed(DomainError):
    """The actor's role does not do this, or not there."""


class Conflict(DomainError):
    """The state of things does not let it happen: something was used, revoked or given before."""


class Invalid(DomainError):
    """An entry that cannot be used; ``field`` is its name in the form."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
